"""Take the picture of docs/guide/wording.md: python -m tests.browser.guide_wording WAREHOUSE

WAREHOUSE holds the sample county, and is not changed.
"""

import sys
import tempfile
from pathlib import Path

from tests.browser import drive
from tests.browser.guide import LONG, shoot


def main(warehouse: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as aside,
        drive.dashboard(warehouse, Path(aside) / "log.txt") as address,
        drive.chromium() as browser,
    ):
        page = drive.open_page(browser)
        page.goto(f"{address}/wording?t=benefits")
        drive.settle(page, LONG)
        shoot(page, "wording", until="可用的数")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
