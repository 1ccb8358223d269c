"""The pictures of docs/guide/supervision.md: the round of an auditor."""

from pathlib import Path

from pipelines import cases, clues, open_county
from tests.browser.guide import IMAGES
from tests.browser.pictures import Visit, shoot

INSTITUTION = "H99010100009"


def walk(visit: Visit) -> None:
    """Every step of the guide, each with its picture."""
    clue, case = of_the_institution(visit.warehouse)
    for name, path, until in (
        ("clues", "clues", "线索"),
        ("clue", f"clues?clue={clue}", "其他线索"),
        ("institution", f"institutions?inst={INSTITUTION}", "疑点线索"),
        ("work", "work", "谁去哪里"),
        ("sampling", "sampling", ""),
        ("case_new", f"cases?new=1&clues={clue}", ""),
        ("case", f"cases?case={case}", ""),
        ("assessment", "assessment", "换一套办法试算"),
    ):
        shoot(visit.see(path), IMAGES / f"{name}.png", until=until)


def of_the_institution(warehouse: Path) -> tuple[str, str]:
    """The open clue of the institution with the most yuan in question, and the latest case with damages paid."""
    county = open_county(warehouse)
    standing = (s for s in clues.standing(county, county.last_month) if s.state != "resolved")
    hit = max((s.hit for s in standing if s.hit.institution == INSTITUTION), key=lambda hit: hit.at_stake_yuan)
    found = cases.ledger(county, county.default_period, county.default_period.last_day)
    return hit.key, max(case.case_no for case in found if case.multiple and case.received_yuan)
