"""The figures of a text against the warehouse: which KPI, whose, of which months; what it is by the uploads."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pipelines
from pipelines import Period
from pipelines.printed.figure_periods import is_period, months_of
from reports.checking.context import schemes_in
from reports.checking.model import Finding
from reports.checking.quantities import DEFINITIONS, quantities
from reports.checking.readings import Reading, in_unit, printed, shown
from reports.checking.readings import verdict as internal
from reports.checking.repeating import quantity_of
from reports.checking.said import Said, before
from reports.checking.tokens import Figure
from reports.naming import figure_name
from reports.quoting import Quote, Ref, quotes

ASPECTS = {"value": "value", "whole": "value", "year_ago": "year_ago", "growth": "change", "share": "value"}
ASPECTS |= {"difference": "difference", "points": "difference"}
CODES = {"work": "category"}  # the checker's conditions that are codes of another dimension
SCHEMES = ("resident", "employee")
WORDS = {
    "agrees": "相符",
    "rounding": "差额在取整误差之内",
    "differs": "与文中不同",
    "unknown": "文中可能只说其中一部分，无法判断",
}
MONEY = {"万元": 10_000}


@dataclass(frozen=True)
class Asked:
    """A claim with the figures that it may be, best first: (reference, why it may be meant)."""

    claim: Said
    refs: tuple[tuple[Ref, str], ...]


def against(
    county, said: list[Said], readings: Iterable[Reading], year: int, period: Period | None
) -> Iterator[Finding]:
    """What the warehouse says of each figure that is one of its KPIs.

    year: the one that the text is about, 0 where it names none; period: the months where it names none.
    """
    year = year or int((period.last if period else county.last_month)[:4])
    allowed: dict[int, list[Reading]] = {}
    for each in readings:
        if internal(each) != "impossible":
            allowed.setdefault(each.target.start, []).append(each)
    asked = [each for claim in said if (each := asked_of(claim, said, county, year, period))]
    told = quotes(county, [ref for each in asked for ref, _ in each.refs])
    for each in asked:
        yield judged(county, each, told, allowed.get(each.claim.figure.start, []))


def asked_of(claim: Said, said: list[Said], county, year: int, period: Period | None) -> Asked | None:
    """The figures that a claim may be; None where it is none of the warehouse's."""
    kpi = pipelines.kpis().get(quantity_of(claim, said))
    months = months_meant(claim, county, year, period)
    if kpi is None or claim.rest or months is None or claim.role not in ASPECTS:
        return None
    conditions = conditions_of(claim, kpi)
    if conditions is None or not same_kind(claim, kpi) or not of_last_year(claim, said):
        return None
    aspect = ASPECTS[claim.role]
    tries = [(kpi.id, conditions, ""), *variants(kpi.id, conditions)]
    if claim.scheme and "scheme" in kpi.levels and not schemes_in(claim.mention.reach):
        tries.append((kpi.id, {dim: code for dim, code in conditions.items() if dim != "scheme"}, ""))
    if not claim.scheme and "scheme" in kpi.levels:
        tries += [(kpi.id, conditions | {"scheme": scheme}, "") for scheme in SCHEMES]
    return Asked(claim, tuple((Ref.of(id, months, aspect, **where), why) for id, where, why in tries))


def of_last_year(claim: Said, said: list[Said]) -> bool:
    """Whether a change is one against last year, the only one that the warehouse knows."""
    if claim.role not in ("growth", "difference", "points"):
        return True
    ago = [c.role for c in before(claim, said) if c.of == claim.of and c.role in ("year_ago", "base")]
    return ago == ["year_ago"] or (not ago and re.search("同比|去年|上年", claim.mention.reach) is not None)


def months_meant(claim: Said, county, year: int, period: Period | None) -> Period | None:
    """The months of a claim; the ones asked for where the text says none."""
    said, own = claim.period, year
    if ":" in said:
        own, said = int(said.split(":")[0]), said.split(":")[1]
    if not said:
        return period
    return Period(*months_of(said, own, county.last_month)) if is_period(said) else None


def conditions_of(claim: Said, kpi) -> dict[str, str] | None:
    """The conditions as the KPI takes them; None for one that it can't take."""
    where = {CODES.get(dim, dim): code for dim, code in claim.where}
    if not set(where) <= set(kpi.levels) or "institution" in where:
        return None
    return where | ({"scheme": claim.scheme} if claim.scheme and "scheme" in kpi.levels else {})


def same_kind(claim: Said, kpi) -> bool:
    """Whether the figure's unit is of the KPI's kind."""
    family, own = claim.figure.family, quantities()[kpi.id].family
    if claim.role in ("growth", "points"):
        return family in ("percent", "points")
    return family == own or (family == "" and own == "percent") or claim.role == "share"


def variants(id: str, where: dict[str, str]) -> Iterator[tuple[str, dict[str, str], str]]:
    for other, why, *place in tomllib.loads((DEFINITIONS / "variants.toml").read_text("utf-8")).get(id, ()):
        levels = pipelines.kpis()[other].levels
        narrower = where | ({"place": place[0]} if place else {})
        if set(narrower) <= set(levels) and (not place or "place" not in where):
            yield other, narrower, why


def judged(county, asked: Asked, told: dict[str, Quote], readings: list[Reading]) -> Finding:
    """The finding of a claim: by the first of its figures that agrees, else by the one that its words name."""
    found = [(told[ref.key], why) for ref, why in asked.refs]
    verdicts = [(verdict(asked.claim, quote, readings), quote, why) for quote, why in found]
    for wanted in ("agrees", "rounding"):
        for said, quote, why in verdicts:
            if said == wanted:
                return finding(county, asked.claim, quote, said, why)
    said, quote, _ = verdicts[0]
    partial = said == "differs" and "activity" in quote.kpi.levels
    return finding(county, asked.claim, quote, "unknown" if partial else said, "")


def verdict(claim: Said, quote: Quote, readings: list[Reading]) -> str:
    figure, exact = claim.figure, value_of(quote)
    if exact is None:
        return "unknown"
    apart = abs(exact - figure.base)
    if apart < figure.step or (figure.looser and figure.interval(True).holds(exact)):
        return "agrees"
    of_rounded = claim.role in ("difference", "points") and apart <= figure.step
    return "rounding" if of_rounded or any(each.allowed.holds(exact) for each in readings) else "differs"


def value_of(quote: Quote) -> Fraction | None:
    """The warehouse's figure in units of one, unrounded."""
    if quote.exact is None:
        return None
    return abs(Fraction(quote.exact)) * MONEY.get(quote.unit, 1)


def finding(county, claim: Said, quote: Quote, said: str, why: str) -> Finding:
    figure, exact = claim.figure, value_of(quote)
    what = figure_name(county, quote.ref) + (f"（{why}）" if why else "")
    if exact is None:
        message = f"本系统没有{what}：{quote.missing}"
        return Finding(figure.start, figure.end, "", "warehouse", "unknown", printed(figure), "", "", message)
    right = shown(figure, exact)
    words = WORDS[said]
    message = f"文中为 {printed(figure)}，本系统{what}为 {right}，{words}"
    gap = apart(figure, exact)
    return Finding(figure.start, figure.end, "", "warehouse", said, printed(figure), f"{what} {right}", gap, message)


def apart(figure: Figure, exact: Fraction) -> str:
    """How far the printed figure is from the warehouse's, in the printed unit."""
    gap = Decimal(figure.value) - in_unit(figure, exact)
    unit = "个百分点" if figure.family in ("percent", "") else figure.unit
    return "0" if not gap else f"{gap:+.2f}".replace("-", "−") + unit
