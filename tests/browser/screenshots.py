"""Take the pictures of docs/images from the real dashboard: python -m tests.browser.screenshots [WAREHOUSE FILES]

WAREHOUSE: holds the sample county, FILES: its CSVs; without them the county is built aside. Neither is changed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from pipelines import demo
from tests.browser import drive
from tests.browser.guide import drop
from tests.browser.month_file import write_month

IMAGES = drive.ROOT / "docs" / "images"
PERIOD = "m=2026-01..2026-06&s=resident"
PAGES = (
    "overview",
    "enrolment",
    "collection",
    "balance",
    "benefits",
    "costs",
    "institutions",
    "clues",
    "audit",
    "cases",
    "payment",
)


def main(warehouse: Path | None = None, files: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as aside:
        place = Path(aside) / "warehouse"
        if warehouse is None:
            files = Path(aside) / "files"
            demo(place, keep_files=files)
        else:
            shutil.copytree(warehouse, place)
        july = write_month(files / "settlements_2026-06.csv", Path(aside) / "七月结算.csv", faulty=True)
        with drive.dashboard(place, Path(aside) / "log.txt") as address, drive.chromium() as browser:
            page = drive.open_page(browser)
            for name in PAGES:
                shoot(page, f"{address}/{'' if name == 'overview' else name}?{PERIOD}", name)
            shoot(page, f"{address}/calendar?cell=settlements.2026-06", "calendar")
            shoot(page, f"{address}/journal", "journal")
            shoot(page, f"{address}/uploads", "uploads", july)


def shoot(page: Page, address: str, name: str, *dropped: Path) -> None:
    """The page in full, after these files were dropped on it."""
    page.goto(address)
    drive.settle(page)
    for path in dropped:
        drop(page, path)
    drive.shoot(page, IMAGES / f"{name}.png")
    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
