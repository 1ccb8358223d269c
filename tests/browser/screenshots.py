"""Take the pictures of docs/images from the real dashboard: python -m tests.browser.screenshots [WAREHOUSE]

WAREHOUSE: one that holds the sample county; without it the county is built in a temporary folder.
"""

import sys
import tempfile
from pathlib import Path

from pipelines import demo
from tests.browser import drive

IMAGES = drive.ROOT / "docs" / "images"
PERIOD = "m=2026-01..2026-06&s=resident"
PAGES = ("overview", "enrolment", "collection", "balance", "benefits", "costs", "institutions", "audit", "payment")
DATA = ("uploads", "calendar?cell=settlements.2026-06", "journal")


def main(warehouse: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as aside:
        if warehouse is None:
            warehouse = Path(aside) / "warehouse"
            demo(warehouse)
        with drive.dashboard(warehouse, Path(aside) / "log.txt") as address, drive.chromium() as browser:
            page = drive.open_page(browser)
            for name in PAGES:
                page.goto(f"{address}/{'' if name == 'overview' else name}?{PERIOD}")
                drive.settle(page)
                drive.shoot(page, IMAGES / f"{name}.png")
                print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
