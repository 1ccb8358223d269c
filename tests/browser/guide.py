"""Take the pictures of docs/guide: python -m tests.browser.guide [WAREHOUSE FILES]

The month's routine on the sample county: a file of July with three faults, mended and loaded; June locked. WAREHOUSE:
one that holds the sample county, FILES: its CSVs; without them the county is built aside. Neither is changed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from pipelines import demo
from tests.browser import drive
from tests.browser.month_file import odd_headers, write_month

IMAGES = drive.ROOT / "docs" / "guide" / "images"
BY, LONG = "王小明", 300  # seconds
WHOLE = "() => document.querySelector('[data-testid=stMain]').scrollHeight"
ELEMENTS = "[data-testid=stMainBlockContainer] [data-testid=stElementContainer]"
END = f"() => Math.max(...[...document.querySelectorAll('{ELEMENTS}')].map(e => e.getBoundingClientRect().bottom))"
SIDEBAR = 250  # pixels: shown in the first picture only


def main(warehouse: Path | None = None, files: Path | None = None) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as aside:
        place, log = Path(aside) / "warehouse", Path(aside) / "log.txt"
        if warehouse is None:
            files = Path(aside) / "files"
            demo(place, keep_files=files)
        else:
            shutil.copytree(warehouse, place)
        with drive.dashboard(place, log) as address, drive.chromium() as browser:
            walk(drive.open_page(browser), address, files, Path(aside))


def walk(page: Page, address: str, files: Path, folder: Path) -> None:
    """Every step of the guide, each with its picture."""
    june, july = files / "settlements_2026-06.csv", folder / "七月结算.csv"
    page.goto(f"{address}/uploads")
    drive.settle(page)
    shoot(page, "start", left=0)
    templates(page)
    drop(page, write_month(june, july, faulty=True))
    shoot(page, "problems", since="试读结果", until="控制总数")
    take_away(page)
    drop(page, odd_headers(files / "enrolment_2026.csv", folder / "旧系统导出.csv"))
    shoot(page, "mapping", since="试读结果")
    take_away(page)
    drop(page, write_month(june, july, faulty=False))
    shoot(page, "controls", since="试读结果", until="选要装入的文件")
    confirm(page)
    shoot(page, "effects", since="选要装入的文件")
    page.get_by_role("button", name="装入 1 个文件").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("号回执", timeout=1000 * LONG)
    shoot(page, "receipt", since="回执")
    calendar(page, address)
    page.goto(f"{address}/journal")
    shoot(page, "journal")


def templates(page: Page) -> None:
    page.get_by_role("button", name="下载模板").click()
    drive.settle(page)
    width = page.viewport_size["width"]
    page.screenshot(path=IMAGES / "templates.png", clip={"x": width // 2, "y": 0, "width": width // 2, "height": 530})
    page.keyboard.press("Escape")
    drive.settle(page)


def drop(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploaderDropzone").get_by_role("button").last.click()
    chooser.value.set_files(path)
    expect(page.get_by_role("heading", name="试读结果")).to_be_visible(timeout=1000 * LONG)
    drive.settle(page, LONG)


def take_away(page: Page) -> None:
    page.get_by_test_id("stFileChipDeleteBtn").get_by_role("button").click()
    expect(page.get_by_role("heading", name="试读结果")).to_have_count(0)
    drive.settle(page)


def confirm(page: Page) -> None:
    """Say who loads, and that the large changes were looked at."""
    page.get_by_label("装入人").fill(BY)
    page.keyboard.press("Tab")
    drive.settle(page, LONG)
    page.get_by_text("已核对，数据无误").click()
    drive.settle(page, LONG)


def calendar(page: Page, address: str) -> None:
    """July is there, though not all its tables; June is whole and is locked."""
    page.goto(f"{address}/calendar?cell=settlements.2026-06")
    drive.settle(page, LONG)
    page.get_by_test_id("stPopover").get_by_role("button", name="锁定本月").click()
    drive.settle(page)
    page.get_by_label("操作人").last.fill(BY)
    page.get_by_label("原因").last.fill("六月各表已核对，已上报")
    page.get_by_role("button", name="确认锁定本月").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("已锁定", timeout=1000 * LONG)
    drive.settle(page, LONG)
    shoot(page, "calendar")


def shoot(page: Page, name: str, since: str = "", until: str = "", left: int = SIDEBAR) -> None:
    """A picture of the page, or of the part between two headings."""
    drive.settle(page, LONG)
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": 20 + page.evaluate(WHOLE)})
    drive.settle(page, LONG)
    page.wait_for_timeout(500)
    top, bottom = edge(page, since) or 0, edge(page, until) or page.evaluate(END) + 20
    clip = {"x": left, "y": top, "width": size["width"] - left, "height": bottom - top}
    page.screenshot(path=IMAGES / f"{name}.png", clip=clip)
    page.set_viewport_size(size)
    print(IMAGES / f"{name}.png")


def edge(page: Page, heading: str) -> float | None:
    """Where a section begins, in pixels from the top."""
    if not heading:
        return None
    found: Locator = page.get_by_role("heading", name=heading, exact=True).first
    return found.bounding_box()["y"] - 12


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
