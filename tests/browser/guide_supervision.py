"""Take the pictures of docs/guide/supervision.md: python -m tests.browser.guide_supervision [WAREHOUSE]

The round of an auditor on the sample county. WAREHOUSE: one that holds it, and is not changed; else it is built aside.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from pipelines import cases, clues, demo, open_county
from tests.browser import drive
from tests.browser.guide import LONG, shoot

INSTITUTION = "H99010100009"


def main(warehouse: Path | None = None) -> None:
    with tempfile.TemporaryDirectory() as aside:
        place = Path(aside) / "warehouse"
        if warehouse is None:
            demo(place)
        else:
            shutil.copytree(warehouse, place)
        with drive.dashboard(place, Path(aside) / "log.txt") as address, drive.chromium() as browser:
            walk(drive.open_page(browser), address, *of_the_institution(place))


def of_the_institution(warehouse: Path) -> tuple[str, str]:
    """The open clue of the institution with the most yuan in question, and the latest case with damages paid."""
    county = open_county(warehouse)
    standing = (s for s in clues.standing(county, county.last_month) if s.state != "resolved")
    hit = max((s.hit for s in standing if s.hit.institution == INSTITUTION), key=lambda hit: hit.at_stake_yuan)
    found = cases.ledger(county, county.default_period, county.default_period.last_day)
    return hit.key, max(case.case_no for case in found if case.multiple and case.received_yuan)


def walk(page: Page, address: str, clue: str, case: str) -> None:
    """Every step of the guide, each with its picture."""
    see(page, f"{address}/clues", "clues", until="线索")
    see(page, f"{address}/clues?clue={clue}", "clue", until="其他线索")
    see(page, f"{address}/institutions?inst={INSTITUTION}", "institution", until="疑点线索")
    see(page, f"{address}/work", "work", until="谁去哪里")
    see(page, f"{address}/sampling", "sampling")
    see(page, f"{address}/cases?new=1&clues={clue}", "case_new")
    see(page, f"{address}/cases?case={case}", "case")
    see(page, f"{address}/assessment", "assessment", until="换一套办法试算")


def see(page: Page, address: str, name: str, until: str = "") -> None:
    page.goto(address)
    drive.settle(page, LONG)
    shoot(page, name, until=until)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
