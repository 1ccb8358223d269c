"""How well the clue rules find what was planted in the sample county, in numbers: docs/clues_found.csv.

    python -m tests.sample.clues_found     loads the sample county, screens a year, writes the file
    python -m pipelines docs               takes it over into docs/clues.md

A hit is right if it points at a settlement planted for its rule, or at an institution-month planted for it. All other
hits are counted as wrong, also those that the rule could not know better.
"""

import csv
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines import demo, open_county
from pipelines.clues import Hit, rules, screen
from pipelines.sample import Case, planted_cases

YEAR = "2025"  # the only calendar year that the sample county has in full
FILE = Path(__file__).parents[2] / "docs" / "clues_found.csv"
ALL = "合计"


@dataclass(frozen=True)
class Found:
    """What a rule should find and what it found."""

    rule: str
    planted: int
    found: int  # of the planted
    hits: int
    right: int  # of the hits

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.right / self.hits


def places(each: Hit | Case) -> set:
    """What a case or a hit points at: settlements, or one institution in one month."""
    return set(each.setl_ids) or {(each.institution, each.month)}


def pointed_at(hit: Hit) -> set:
    return set(hit.setl_ids) | {(hit.institution, hit.month)}


def compare(hits: list[Hit], cases: list[Case]) -> list[Found]:
    """One line per rule, in the order of the rules, and one for all."""
    of_hits, of_cases = defaultdict(list), defaultdict(list)
    for hit in hits:
        of_hits[hit.rule].append(pointed_at(hit))
    for case in cases:
        of_cases[case.rule].append(places(case))
    lines = [line(rule, of_hits[rule], of_cases[rule]) for rule in rules()]
    return [
        *lines,
        Found(ALL, *(sum(getattr(one, name) for one in lines) for name in Found.__annotations__ if name != "rule")),
    ]


def line(rule: str, hits: list[set], cases: list[set]) -> Found:
    told, meant = set().union(*hits), set().union(*cases)
    found = sum(not case.isdisjoint(told) for case in cases)
    return Found(rule, len(cases), found, len(hits), sum(not hit.isdisjoint(meant) for hit in hits))


def measure(warehouse: Path) -> list[Found]:
    """The lines of a warehouse that holds the sample county."""
    return compare(screen(open_county(warehouse), YEAR), planted_cases(YEAR))


def write(lines: list[Found], path: Path = FILE) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(Found.__annotations__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        demo(Path(folder) / "warehouse")
        write(measure(Path(folder) / "warehouse"))
