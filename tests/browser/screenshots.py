"""Take the pictures of docs/images from the real dashboard: python -m tests.browser.screenshots [WAREHOUSE FILES]

WAREHOUSE: holds the sample county, FILES: its CSVs; without them the county is built aside. Neither is changed.
"""

import sys
from pathlib import Path

from tests.browser import drive, pictures
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
    "outlook",
    "attribution",
    "sharing",
)


def main(*given: Path) -> None:
    with pictures.sample(*given) as place, pictures.visit(*place) as visit:
        july = write_month(visit.files / "settlements_2026-06.csv", visit.folder / "七月结算.csv", faulty=True)
        for name in PAGES:
            shoot(visit, f"{'' if name == 'overview' else name}?{PERIOD}", name)
        shoot(visit, "calendar?cell=settlements.2026-06", "calendar")
        shoot(visit, "journal", "journal")
        shoot(visit, "uploads", "uploads", july)
    city()


def city() -> None:
    """A page where several counties share the warehouse."""
    with pictures.sample(counties=3) as place, pictures.visit(*place) as visit:
        shoot(visit, f"?{PERIOD}&area=all", "counties")


def shoot(visit: pictures.Visit, path: str, name: str, *dropped: Path) -> None:
    """The page in full, after these files were dropped on it."""
    page = visit.see(path)
    for file in dropped:
        pictures.drop(page, file)
    drive.shoot(page, IMAGES / f"{name}.png")
    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
