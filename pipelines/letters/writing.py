"""Gathers a letter from the institution's profile, its cases and its open clues."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from pipelines import cases, clues
from pipelines.agreements import STATES
from pipelines.answers.aims import met
from pipelines.answers.county import County
from pipelines.clues.rules import SEVERITIES
from pipelines.contracts import zh
from pipelines.formulas import rounded
from pipelines.letters.model import Letter, Line, Notice, Owing, verdict
from pipelines.periods import Period
from pipelines.profiles import Indicator, Profile, profile
from pipelines.registry import DISPLAYED, Kpi

REPLY_DAYS = 15
OTHER = "另一家机构"
SEVERE_FIRST = tuple(SEVERITIES)


def letter(
    county: County,
    institution: str,
    period: Period,
    scheme: str = "all",
    written_on: date | None = None,
    reply_days: int = REPLY_DAYS,
) -> Letter:
    """The letter to an institution (its code) about a period. scheme: a code, or "all", for the figures only.

    Screens the years concerned for clues if that has not been done. Raises QuestionError for an unknown institution.
    """
    found, on = profile(county, institution, period, scheme), written_on or date.today()
    return Letter(
        institution,
        found.name,
        period,
        "全部险种" if scheme == "all" else zh("scheme", scheme),
        on,
        on + timedelta(days=reply_days),
        found.like,
        found.peers,
        tuple(line(each) for each in found.indicators),
        agreement(found),
        tuple(each.why for each in found.findings),
        tuple(owing(county, institution, period)),
        tuple(notices(county, institution, period.last)),
        len(clues.gaps(county, period.last[:4])),
    )


def line(found: Indicator) -> Line:
    figure, kpi = found.figure, found.figure.kpi
    return Line(
        kpi.name_zh,
        kpi.display_unit,
        displayed(kpi, figure.value),
        displayed(kpi, figure.target),
        displayed(kpi, found.middle),
        displayed(kpi, figure.year_ago),
        found.rank,
        found.excess,
        verdict(found, met(figure)),
        figure,
    )


def displayed(kpi: Kpi, value: Decimal | None) -> Decimal | None:
    """A value in the unit that is shown, to the KPI's decimals."""
    if value is None:
        return None
    scale = DISPLAYED.get(kpi.display_unit, 1) if kpi.display_unit != kpi.unit else 1
    return rounded(value / scale, kpi.digits)


def agreement(found: Profile) -> str:
    """服务协议有效，至 2026-12-31 / 不在县内名册."""
    if found.place is None or found.state is None:
        return "不在县内两定机构名册"
    ends = f"，协议至 {found.place.ends}" if found.place.ends and found.state != "unsigned" else ""
    return STATES[found.state] + ends


def owing(county: County, institution: str, period: Period) -> list[Owing]:
    """The cases found in the period, and older ones that are not settled; as they stood at the period's end."""
    listed = cases.ledger(county, None, period.last_day, institution=institution)
    kept = [case for case in listed if case.found_on >= period.first_day or case.owed_yuan > 0]
    return [
        Owing(
            case.case_no,
            case.found_on,
            fact(case),
            tuple(zh("handling", each.handling) for each in case.handlings),
            case.due_yuan,
            case.due_yuan - case.owed_yuan,
            case.owed_yuan,
        )
        for case in kept
        if not case.association
    ]


def fact(case: cases.Case) -> str:
    """What was found, in the ledger's own words, else the name of the violation."""
    known = cases.violation(case.violation)
    return case.description or (known.name if known else case.violation)


def notices(county: County, institution: str, month: str) -> list[Notice]:
    """Its open clues by rule, the most severe first, then the most yuan."""
    by_rule: dict[str, list[clues.Hit]] = defaultdict(list)
    for each in clues.standing(county, month):
        if each.hit.institution == institution and each.state != "resolved":
            by_rule[each.hit.rule].append(each.hit)
    names = county.names
    found = [notice(rule, hits, names, names.get(institution, "")) for rule, hits in by_rule.items()]
    return sorted(found, key=lambda each: (SEVERE_FIRST.index(each.severity), -each.at_stake_yuan, each.rule))


def notice(rule: str, hits: list[clues.Hit], names: Mapping[str, str], own: str) -> Notice:
    """The clues of one rule, told by the one with the most yuan at stake."""
    told, most = clues.rules()[rule], max(hits, key=lambda hit: (hit.at_stake_yuan, hit.key))
    stake = sum((hit.at_stake_yuan for hit in hits), Decimal(0))
    return Notice(rule, told.title, told.severity, len(hits), stake, nameless(most.reason, names.values(), own))


def nameless(text: str, names: Iterable[str], own: str) -> str:
    """A reason without the names of other institutions: a letter tells nobody where else somebody was treated."""
    parts = text.split(own) if own else [text]
    for name in sorted((name for name in names if name != own and name in text), key=len, reverse=True):
        parts = [part.replace(name, OTHER) for part in parts]
    return own.join(parts)
