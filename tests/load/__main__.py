"""Many users at once: python -m tests.load --users 50 --minutes 5 [--accounts] [--warehouse W --files CSVS].

A real server in a process of its own, on a copy of the warehouse; real websockets; uploads in between. Prints how long
a page takes, what went wrong, and how much memory the server held. Not a test: a busy machine must fail none.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

import click

from pipelines import demo, open_county
from tests.browser import drive
from tests.browser.test_upload_memory import process_at, resident
from tests.load.browser import Browser
from tests.load.people import Plan, Tally, clerk, read
from tests.load.staff import logged_in
from tests.load.telling import Memory, report

AFTER_SECONDS = 30  # once everybody has left


@click.command()
@click.option("--users", default=50, show_default=True)
@click.option("--minutes", default=5.0, show_default=True)
@click.option("--think", default=8.0, show_default=True, help="mean pause between two clicks of a user, seconds")
@click.option("--accounts", is_flag=True, help="everybody is logged in, in the roles of an office")
@click.option("--every", default=30.0, show_default=True, help="pause between two uploads, seconds; 0: none")
@click.option("--warehouse", type=click.Path(path_type=Path), help="copied; without it the sample county is made")
@click.option("--files", type=click.Path(path_type=Path), help="the folder with the CSVs of that warehouse")
def main(
    users: int,
    minutes: float,
    think: float,
    accounts: bool,
    every: float,
    warehouse: Path | None,
    files: Path | None,
) -> None:
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside)
        ours, csvs = prepared(folder, warehouse, files)
        codes = tuple(open_county(ours).names)[:40]
        staff = logged_in(ours, users) if accounts else [""] * (users + 1)
        with drive.dashboard(ours, folder / "server.log") as address:
            plan = Plan(
                address, time.monotonic() + 60 * minutes, think, codes, csvs / "settlements_2026-06.csv", folder
            )
            tally, memory = Tally(), Memory()
            asyncio.run(everybody(plan, staff, every, tally, memory))
            memory.after = resident(process_at(address))
        log = (ours / "logs" / "service.jsonl").read_text("utf-8").splitlines()
        tally.errors += [line for line in log if '"level": "error"' in line]
    click.echo(report(tally, memory, users, minutes, think))


def prepared(folder: Path, warehouse: Path | None, files: Path | None) -> tuple[Path, Path]:
    """(a warehouse to write to, the folder of its CSVs)."""
    if warehouse and files:
        return shutil.copytree(warehouse, folder / "warehouse"), files
    demo(folder / "warehouse", keep_files=folder / "csvs")
    return folder / "warehouse", folder / "csvs"


async def everybody(plan: Plan, staff: list[str], every: float, tally: Tally, memory: Memory) -> None:
    """staff: the cookies of the readers, then that of the clerk."""
    process = process_at(plan.address)
    first = Browser(plan.address, staff[-1])
    await first.open()  # what is loaded once and stays, whoever comes
    await first.close()
    memory.before = resident(process)
    memory.cpu = -busy(process)
    over = asyncio.Event()
    watcher = asyncio.create_task(watch(process, memory, over))
    tasks = [person(read(plan, tally, n, Browser(plan.address, each)), tally) for n, each in enumerate(staff[:-1])]
    if every:
        tasks.append(person(clerk(plan, tally, Browser(plan.address, staff[-1]), every), tally))
    await asyncio.gather(*tasks)
    over.set()
    await watcher
    memory.cpu += busy(process)
    memory.busy = resident(process)
    await asyncio.sleep(AFTER_SECONDS)


def busy(process: Path) -> float:
    """Processor seconds that a process has used: what a busy machine changes least."""
    used = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


async def person(doing, tally: Tally) -> None:
    """Whatever breaks one person's visit is an error of the server's, and ends only that visit."""
    try:
        await doing
    except Exception as problem:
        tally.errors.append(f"{type(problem).__name__}: {problem}")


async def watch(process: Path, memory: Memory, over: asyncio.Event) -> None:
    while not over.is_set():
        memory.peak = max(memory.peak, resident(process))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 1)


if __name__ == "__main__":
    main()
