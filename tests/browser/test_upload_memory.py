"""A large file on its way in: the server holds none of it, and nothing is left of it once it is given up."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import drive
from tests.browser.test_walk import go

pytestmark = pytest.mark.browser
MEGABYTE, SIZE = 1024 * 1024, 200  # MB: Streamlit alone would hold it once and, while it comes, twice
PROCESSES = Path("/proc")


def process_at(address: str) -> Path:
    """The folder in /proc of the server at an address."""
    option = f"--server.port={address.rpartition(':')[2]}".encode()
    return next(p for p in PROCESSES.glob("[0-9]*") if option in (p / "cmdline").read_bytes().split(b"\0"))


def resident(process: Path) -> float:
    """MB in memory now."""
    line = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def most(process: Path) -> Iterator[list[float]]:
    """A list whose only number is the most that was in memory meanwhile."""
    peak, over = [resident(process)], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], resident(process))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def drop(page, path: Path) -> None:
    """Hand a file in, and wait until it was read and nothing moves any more."""
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploaderDropzone").get_by_role("button").last.click()
    chooser.value.set_files(path)
    expect(page.get_by_role("heading", name="试读结果")).to_be_visible(timeout=300_000)
    drive.settle(page, 300)


@pytest.mark.skipif(not PROCESSES.exists(), reason="no /proc here to read a process's memory from")
def test_a_large_file_costs_the_server_less_than_its_size_and_is_given_back(page, address, tmp_path):
    go(page, f"{address}/uploads")
    process = process_at(address)
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text("甲,乙\n1,2\n")
    with large.open("w") as file:
        file.write("甲,乙\n")
        file.writelines(f"{number:0199d}\n" * 5000 for number in range(SIZE * MEGABYTE // (200 * 5000)))
    drop(page, small)  # what is loaded once and stays
    page.get_by_role("button", name="放弃这次试读").click()
    expect(page.get_by_role("heading", name="试读结果")).to_have_count(0)
    drive.settle(page)
    before = resident(process)
    with most(process) as peak:
        drop(page, large)
    page.get_by_role("button", name="放弃这次试读").click()
    expect(page.get_by_role("heading", name="试读结果")).to_have_count(0)
    drive.settle(page)
    time.sleep(1)
    assert large.stat().st_size > 0.9 * SIZE * MEGABYTE
    assert peak[0] - before < SIZE / 2
    assert resident(process) - before < SIZE / 4
