"""A figure as a document prints it: it knows which figure it is, so that it can be looked up and asked anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from weakref import WeakKeyDictionary

import pipelines
from pipelines import Figure, Kpi, Period
from pipelines.answers.aims import aimed
from pipelines.formulas import EXACT, names_in, rounded
from pipelines.registry import measures
from reports import words

ASPECTS = {
    "value": "",
    "year_ago": "上年同期",
    "change": "同比",
    "difference": "比上年同期增减",
    "decrease": "比上年同期减少",
    "fall": "同比下降",
    "target": "目标",
    "above_target": "高于目标",
    "below_target": "低于目标",
    "opposite": "相反数",
    "numerator": "分子",
    "denominator": "分母",
}
REMEMBERED: WeakKeyDictionary = WeakKeyDictionary()  # county -> {(kpi, months, conditions): Figure}
MOST_REMEMBERED = 50_000
SAID = {"百分点": "个百分点", "月": "个月"}  # how a sentence counts them


@dataclass(frozen=True)
class Ref:
    """Which figure: a KPI, under which conditions, in which months, and what of it (aspect, one of ASPECTS)."""

    kpi: str
    period: Period
    where: tuple[tuple[str, str], ...] = ()
    aspect: str = "value"

    @classmethod
    def of(cls, kpi: str, period: Period, aspect: str = "value", **where: str) -> "Ref":
        return cls(kpi, period, tuple(sorted(where.items())), aspect)

    @cached_property
    def key(self) -> str:
        """inpatient_cases;2026-01..2026-06;scheme=resident;value"""
        conditions = [f"{dim}={code}" for dim, code in self.where]
        return ";".join([self.kpi, f"{self.period.first}..{self.period.last}", *conditions, self.aspect])

    @classmethod
    def parse(cls, key: str) -> "Ref":
        """The inverse of key. Raises ValueError for what is none."""
        kpi, months, *conditions, aspect = key.split(";")
        first, dots, last = months.partition("..")
        pairs = [tuple(each.split("=", 1)) for each in conditions]
        if not dots or aspect not in ASPECTS or any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"“{key}”不是数字的编号")
        return cls(kpi, Period(first, last), tuple(sorted(pairs)), aspect)


@dataclass(frozen=True)
class Quote:
    """A figure as it is printed. text: value with unit, as in 6,251.81 万元.

    value: in the printed unit, rounded to its digits, None where there is none (missing says why); exact: before
    rounding, in the printed unit; figure: the whole answer behind it.
    """

    ref: Ref
    text: str
    value: Decimal | None
    unit: str
    digits: int
    missing: str = ""
    exact: Decimal | None = None
    figure: Figure | None = None

    @property
    def key(self) -> str:
        return self.ref.key

    @property
    def kpi(self) -> Kpi:
        return pipelines.kpis()[self.ref.kpi]


def quote(county, ref: Ref) -> Quote:
    """The figure as it is today. Raises QuestionError for an unknown KPI or a condition that it does not know."""
    return quotes(county, [ref])[ref.key]


def quotes(county, refs: Iterable[Ref]) -> dict[str, Quote]:
    """{key: the figure as it is today}, in the order of refs; what shares months and dimensions is asked at once."""
    refs = list(dict.fromkeys(refs))
    answers = answered(county, refs)
    told = {ref: aimed(answers[ref.kpi, ref.period, ref.where], ref.period.last, dict(ref.where)) for ref in refs}
    return {ref.key: printed(ref, figure) for ref, figure in told.items()}


def answered(county, refs: Iterable[Ref]) -> dict[tuple, Figure]:
    """(kpi, months, conditions) -> Figure. A county is one build, which never changes: nothing is asked twice."""
    known = REMEMBERED.setdefault(county, {})
    if len(known) > MOST_REMEMBERED:
        known.clear()
    known |= newly_asked(county, [ref for ref in refs if (ref.kpi, ref.period, ref.where) not in known])
    return known


def newly_asked(county, refs: Iterable[Ref]) -> dict[tuple, Figure]:
    """The same, asked: by their dimensions where there are many alike, else each by itself."""
    alike: dict[tuple, dict[tuple, dict[str, None]]] = {}
    for ref in refs:
        dims = tuple(dim for dim, _ in ref.where)
        alike.setdefault((ref.period, dims), {}).setdefault(ref.where, {})[ref.kpi] = None
    found: dict[tuple, Figure] = {}
    for (period, dims), wanted in alike.items():
        found |= together(county, period, dims, wanted) if len(wanted) > 1 and groupable(dims, wanted) else {}
        for where, kpis in wanted.items():
            left = [kpi for kpi in kpis if (kpi, period, where) not in found]
            asked = pipelines.ask(county, left, period, where=grouped(where)) if left else []
            found |= {(figure.kpi.id, period, where): figure for figure in asked}
    return {key: told_of(county, figure, *key[1:]) for key, figure in found.items()}


def told_of(county, figure: Figure, period: Period, where: tuple) -> Figure:
    """The figure, missing where its scheme has no row in what was uploaded: nothing is known then, not that it is 0."""
    schemes = grouped(where).get("scheme", ())
    if schemes and (why := pipelines.scheme_gap(county, figure.kpi, period, schemes)):
        nothing = dict.fromkeys(("numerator", "denominator", "value", "exact", "change"))
        figure = replace(figure, missing=why, **nothing)
    if schemes and pipelines.scheme_gap(county, figure.kpi, period.year_ago(), schemes):
        figure = replace(figure, year_ago=None, exact_year_ago=None, change=None)
    return figure


def groupable(dims: tuple[str, ...], wanted: Iterable[tuple]) -> bool:
    """Whether conditions can be asked as groups: each names one code; months are spans, not groups."""
    return "month" not in dims and not any("+" in code for where in wanted for _, code in where)


def together(county, period: Period, dims: tuple[str, ...], wanted: Mapping[tuple, Iterable[str]]) -> dict:
    """The groups of one question. Left out are those without rows, and those for which a typed figure may stand."""
    kpis = dict.fromkeys(kpi for each in wanted.values() for kpi in each)
    where = {dim: list(dict.fromkeys(dict(each)[dim] for each in wanted)) for dim in dims}
    found = {}
    for figure in pipelines.ask(county, kpis, period, by=dims, where=where):
        told = tuple((dim, figure.dims[dim]) for dim in dims)
        typed = set(dims) <= {"scheme", "place"} and None in (figure.exact, figure.exact_year_ago)
        if figure.kpi.id in wanted.get(told, ()) and not typed:
            found[figure.kpi.id, period, told] = replace(figure, dims={})
    return found


def grouped(where: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Conditions as ask() takes them: a code, or several parted by + (any of them)."""
    return {dim: codes.split("+") for dim, codes in where}


def printed(ref: Ref, figure: Figure) -> Quote:
    """A figure's aspect in the unit and decimals that screen and document print."""
    exact, unit, digits = aspect_of(ref.aspect, figure)
    value = rounded(exact, digits)
    missing = "" if value is not None else figure.missing or "没有上年同期数"
    return Quote(ref, words.with_unit(value, unit, digits), value, unit, digits, missing, exact, figure)


def to_digits(found: Quote, digits: int) -> Quote:
    """The same figure with so many decimals, where a document is to be more exact than the screen."""
    value = rounded(found.exact, digits)
    return replace(found, text=words.with_unit(value, found.unit, digits), value=value, digits=digits)


def aspect_of(aspect: str, figure: Figure) -> tuple[Decimal | None, str, int]:
    """(unrounded, in the printed unit; that unit; decimals). decrease, fall: above 0 where less than last year."""
    kpi, now, ago = figure.kpi, figure.exact, figure.exact_year_ago
    plain = {"value": now, "year_ago": ago, "target": figure.target, "opposite": None if now is None else -now}
    if aspect in plain:
        return words.shown(kpi, plain[aspect]), SAID.get(kpi.display_unit, kpi.display_unit), words.digits(kpi)
    if aspect in ("numerator", "denominator"):
        value = getattr(figure, aspect)
        return value, *unit_of(getattr(kpi, aspect), value)
    if aspect in ("change", "fall"):
        return growth(now, ago, -1 if aspect == "fall" else 1), words.RATIO, 2
    apart = gap(now, figure.target if "target" in aspect else ago)
    upside_down = apart is not None and aspect in ("decrease", "below_target")
    unit = "个百分点" if kpi.unit == words.RATIO else SAID.get(kpi.display_unit, kpi.display_unit)
    return words.shown(kpi, -apart if upside_down else apart), unit, words.digits(kpi)


def unit_of(formula: str, value: Decimal | None) -> tuple[str, int]:
    """(unit, decimals) of a numerator or denominator: that of its first measure; to the fen, or whole if it is."""
    unit = next((measures()[name].unit for name in names_in(formula) if name in measures()), "") if formula else ""
    return unit, 0 if unit != "元" and value == (value and value.to_integral_value()) else 2


def growth(now: Decimal | None, ago: Decimal | None, sign: int) -> Decimal | None:
    """By how many per cent of last year's; None without one."""
    apart = gap(now, ago)
    return EXACT.divide(100 * sign * apart, ago) if apart is not None and ago else None


def gap(now: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if now is None or other is None else now - other
