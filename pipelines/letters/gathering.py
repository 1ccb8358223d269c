"""What the letters about the same months are written from: asked once, however many institutions are written to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pipelines import cases, clues
from pipelines.agreements import Finding, Place, check_agreements, roster
from pipelines.answers.codes import unknown_code
from pipelines.answers.county import County
from pipelines.answers.query import QuestionError
from pipelines.periods import Period
from pipelines.profiles import staying

Told = TypeVar("Told")


@dataclass(frozen=True)
class Gathered:
    """What is known of everybody. scheme: a code, or "all", for the figures only; stays: who has inpatients.

    findings: where roster, agreement and settlement disagree; cases: those of the period, and older ones that are not
    settled; clues: the open ones; all three by institution. unscreened: rules that could not run.
    """

    county: County
    period: Period
    scheme: str
    places: Mapping[str, Place]
    stays: frozenset[str]
    findings: Mapping[str, list[Finding]]
    cases: Mapping[str, list[cases.Case]]
    clues: Mapping[str, list[clues.Hit]]
    unscreened: int

    def known(self, institution: str) -> str:
        """The code itself. Raises QuestionError for one that neither the roster nor the settlements know."""
        if wrong := unknown_code(self.county, {"institution": [institution]}):
            raise QuestionError(wrong)
        return institution


def gather(county: County, period: Period, scheme: str = "all") -> Gathered:
    """Screens the years concerned for clues if that has not been done. Raises QuestionError for an unknown scheme."""
    standing = [] if county.only else clues.standing(county, period.last)
    return Gathered(
        county,
        period,
        scheme,
        roster(county),
        staying(county, period, scheme),
        grouped(check_agreements(county, period).findings, lambda each: {each.institution, each.other}),
        grouped(concerning(county, period), lambda each: {each.institution}),
        grouped((each.hit for each in standing if each.state != "resolved"), lambda hit: {hit.institution}),
        0 if county.only else len(clues.gaps(county, period.last[:4])),
    )


def concerning(county: County, period: Period) -> Iterable[cases.Case]:
    """Cases of institutions found in the period, and older ones that are not settled; as they stood at its end."""
    listed = cases.ledger(county, None, period.last_day)
    return (c for c in listed if not c.association and (c.found_on >= period.first_day or c.owed_yuan > 0))


def grouped(found: Iterable[Told], whom: Callable[[Told], set]) -> dict[str, list[Told]]:
    """By the institutions that each concerns, in the order in which they come."""
    told: dict[str, list[Told]] = defaultdict(list)
    for each in found:
        for institution in whom(each) - {None, ""}:
            told[institution].append(each)
    return dict(told)
