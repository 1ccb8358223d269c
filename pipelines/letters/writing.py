"""Writes a letter from what was gathered of its institution: figures, agreement, cases, open clues."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from pipelines import cases, clues
from pipelines.agreements import STATES, state
from pipelines.answers.aims import met
from pipelines.answers.county import County
from pipelines.clues.rules import SEVERITIES
from pipelines.contracts import zh
from pipelines.formulas import rounded
from pipelines.letters.gathering import Gathered, gather
from pipelines.letters.model import Letter, Line, Notice, Owing, verdict
from pipelines.peers import groups
from pipelines.periods import Period
from pipelines.profiles import Indicator, alike, indicators
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
    return written(gather(county, period, scheme), institution, written_on, reply_days)


def written(known: Gathered, institution: str, written_on: date | None = None, reply_days: int = REPLY_DAYS) -> Letter:
    """One of several letters about the same months. Raises QuestionError for an unknown institution."""
    county, on = known.county, written_on or date.today()
    found = indicators(county, known.known(institution), known.period, known.scheme, institution in known.stays)
    return Letter(
        institution,
        county.names.get(institution, institution),
        known.period,
        whose(known),
        on,
        on + timedelta(days=reply_days),
        groups(county).get(institution, ""),
        alike(found),
        tuple(map(line, found)),
        agreement(known, institution),
        tuple(each.why for each in known.findings.get(institution, ())),
        tuple(map(owing, known.cases.get(institution, ()))),
        tuple(notices(known.clues.get(institution, ()), county.names, institution)),
        known.unscreened,
        not county.only,
    )


def whose(known: Gathered) -> str:
    """Whose figures the letter tells: 全部险种; 居民，只含云溪县参保人 in one of several counties."""
    schemes = "全部险种" if known.scheme == "all" else zh("scheme", known.scheme)
    return f"{schemes}，只含{known.county.only}参保人" if known.county.only else schemes


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


def agreement(known: Gathered, institution: str) -> str:
    """服务协议有效，至 2026-12-31 / 不在县内名册."""
    place = known.places.get(institution)
    if place is None or place.place != "in_county":
        return "不在县内两定机构名册"
    now = state(place, known.period.last_day)
    ends = f"，协议至 {place.ends}" if place.ends and now != "unsigned" else ""
    return STATES[now] + ends


def owing(case: cases.Case) -> Owing:
    return Owing(
        case.case_no,
        case.found_on,
        fact(case),
        tuple(zh("handling", each.handling) for each in case.handlings),
        case.due_yuan,
        case.due_yuan - case.owed_yuan,
        case.owed_yuan,
    )


def fact(case: cases.Case) -> str:
    """What was found, in the ledger's own words, else the name of the violation."""
    known = cases.violation(case.violation)
    return case.description or (known.name if known else case.violation)


def notices(hits: Iterable[clues.Hit], names: Mapping[str, str], institution: str) -> list[Notice]:
    """Its open clues by rule, the most severe first, then the most yuan."""
    by_rule: dict[str, list[clues.Hit]] = defaultdict(list)
    for hit in hits:
        by_rule[hit.rule].append(hit)
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
