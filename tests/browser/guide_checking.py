"""Take the picture of docs/guide/checking.md: python -m tests.browser.guide_checking [WAREHOUSE]

The labelled half-year report checked against the sample county. WAREHOUSE: one that holds it, and is not changed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from pipelines import demo
from tests.browser import drive
from tests.browser.guide import LONG, shoot
from tests.reports.checking import labels


def main(warehouse: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as aside:
        place = Path(aside) / "warehouse"
        if warehouse is None:
            demo(place)
        else:
            shutil.copytree(warehouse, place)
        with drive.dashboard(place, Path(aside) / "log.txt") as address, drive.chromium() as browser:
            see(drive.open_page(browser), address)


def see(page: Page, address: str) -> None:
    """The report with its marks and the list."""
    page.goto(f"{address}/checking")
    drive.settle(page, LONG)
    page.get_by_label("报告全文").fill(labels.report(labels.CORPUS / "county.toml").text)
    page.keyboard.press("Control+Enter")
    drive.settle(page)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator(".checked-list li").first).to_be_visible(timeout=1000 * LONG)
    page.locator(".checked-list a").nth(4).click()
    shoot(page, "checking")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
