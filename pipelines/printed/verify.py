"""Checking a written report: every printed figure against its own inputs, and against the warehouse.

A printed figure is first recomputed from the printed figures that its formula names, each taken as an interval of half
a unit in its last digit; where no value of the inputs can give the printed digits, the report contradicts itself: that
is a misprint. Then it is computed from the uploaded rows and compared in its printed unit and digits.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from pipelines import contracts
from pipelines.answers.query import Figure, ask
from pipelines.formulas import EXACT, evaluate, rounded
from pipelines.periods import Period
from pipelines.printed.figure_binding import Binding, bind, family, magnitude
from pipelines.printed.figure_list import REPORT, Printed, read_figures
from pipelines.printed.figure_periods import months_of
from pipelines.printed.intervals import Interval, evaluate_intervals, printed_interval


@dataclass(frozen=True)
class Check:
    """One printed figure and what became of it.

    printed keeps its digits; computed is in the printed unit, None if there is none; status: equal, within_rounding
    (the printed inputs could also give it), misprint, reference (kept as typed), outside (of this product), differs or
    missing.
    """

    id: str
    name_zh: str
    printed: Decimal
    computed: Decimal | None
    unit: str
    status: str
    note: str


@dataclass(frozen=True)
class Evidence:
    """What is known of a figure before it is judged, unrounded and in the printed unit.

    value: from the warehouse; by_formula: from the printed inputs as they stand; allowed: what these may stand for.
    """

    figure: Printed
    binding: Binding
    value: Decimal | None
    missing: str
    by_formula: Decimal | None
    allowed: Interval | None

    @property
    def digits(self) -> int:
        return -self.figure.value.as_tuple().exponent

    @property
    def agrees(self) -> bool:
        """The warehouse's value, rounded to the printed digits, is the printed one."""
        return self.value is not None and rounded(self.value, self.digits) == self.figure.value

    @property
    def within(self) -> bool:
        """The warehouse's value is one that the printed inputs could also give."""
        return self.value is not None and self.allowed is not None and self.allowed.holds(self.value)

    @property
    def contradicted(self) -> bool:
        """No value of the printed inputs gives the printed digits."""
        return self.allowed is not None and not self.allowed.meets(printed_interval(self.figure.value))


def verify(county, path: Path | None = None, year: int | None = None) -> list[Check]:
    """Check a list of printed figures (the county report's own without a path), one Check per row, in file order.

    county: as open_county gives it. year: the year that H1, Q1, Y ... mean; by default that of the last loaded month.
    Raises UnreadableFile, in Chinese, for a list that can't be read.
    """
    figures = read_figures(path or REPORT)
    known = {figure.id: figure for figure in figures}
    evidence = {figure.id: gather(county, figure, known, year) for figure in figures}
    misprints = {id for id, e in evidence.items() if misprinted(e, evidence)}
    return [judge(e, evidence, misprints) for e in evidence.values()]


def gather(county, figure: Printed, known: dict[str, Printed], year: int | None) -> Evidence:
    binding = bind(figure)
    value, missing = computed(county, figure, binding, year) if binding.status == "bound" else (None, "")
    if not figure.formula:
        return Evidence(figure, binding, value, missing, None, None)
    by_formula = evaluate(figure.formula, {id: known[id].value for id in figure.inputs})
    allowed = evaluate_intervals(figure.formula, {id: stands_for(known[id]) for id in figure.inputs})
    return Evidence(figure, binding, value, missing, by_formula, allowed)


def stands_for(figure: Printed) -> Interval:
    """What an input may stand for: a whole count of things (13 名) is itself, everything else has been rounded."""
    whole = figure.value == int(figure.value) and "/" not in figure.formula
    counted = family(figure.unit) == "count" and magnitude(figure.unit) == 1
    return (
        Interval(Fraction(figure.value), Fraction(figure.value))
        if whole and counted
        else printed_interval(figure.value)
    )


def misprinted(e: Evidence, evidence: dict[str, Evidence]) -> bool:
    """The report contradicts itself here: the inputs can't give this figure, and none of them is the one to blame."""
    return e.contradicted and not (e.agrees and any(wrong(evidence[id]) for id in e.figure.inputs))


def wrong(e: Evidence) -> bool:
    return e.value is not None and not e.agrees and not e.within


# ---------------------------------------------------------------- the warehouse's value


def computed(county, figure: Printed, binding: Binding, year: int | None) -> tuple[Decimal | None, str]:
    """(value in the printed unit, unrounded; why there is none)."""
    if not county.last_month:
        return None, "还没有上传任何数据"
    first, last = months_of(binding.period, year or int(county.last_month[:4]), county.last_month)
    answer = ask(county, [binding.kpi.id], Period(first, last), where=binding.where)[0]
    value, missing = aspect_value(answer, binding.aspect)
    return (None if value is None else EXACT.divide(value, magnitude(figure.unit))), missing


def aspect_value(figure: Figure, aspect: str) -> tuple[Decimal | None, str]:
    """An aspect of an answer, unrounded: its value or target, last year's value, or how far the two are apart."""
    now, ago = figure.exact, figure.exact_year_ago
    if aspect == "target":
        return figure.target, "没有设定目标"
    if aspect == "year_ago" or (ago is None and aspect != "value"):
        return ago, "没有上年同期数"
    return (now if aspect == "value" or now is None else compared(aspect, now, ago)), figure.missing


def compared(aspect: str, value: Decimal, ago: Decimal) -> Decimal | None:
    if aspect == "change":
        return EXACT.divide(100 * (value - ago), ago) if ago else None
    return value - ago if aspect == "difference" else ago - value


# ---------------------------------------------------------------- the judgement


def judge(e: Evidence, evidence: dict[str, Evidence], misprints: set[str]) -> Check:
    if e.figure.id in misprints:
        return check(e, "misprint", misprint_value(e), misprint_note(e, evidence))
    if e.binding.status in ("reference", "outside"):
        return check(e, e.binding.status, None, e.binding.reason)
    if e.agrees:
        return agreed(e)
    if e.value is not None:
        return disagreed(e, evidence, misprints)
    return without_value(e)


def agreed(e: Evidence) -> Check:
    if e.binding.kpi.typed:
        return check(e, "reference", e.value, f"{described(e.binding)}：手工填报数，与原文相同")
    remark = "；原文的分项与本系统不符，见分项" if e.contradicted else ""
    return check(e, "equal", e.value, described(e.binding) + remark)


def disagreed(e: Evidence, evidence: dict[str, Evidence], misprints: set[str]) -> Check:
    if e.within:
        return check(e, "within_rounding", e.value, f"{described(e.binding)}：差额在原文分项的取整范围内")
    source = next((id for id in ancestors(e.figure, evidence) if id in misprints), None)
    if source:
        return check(
            e, "reference", e.value, f"原文由“{evidence[source].figure.name_zh}”推出，该数自相矛盾，故只作参考"
        )
    return check(e, "differs", e.value, f"{described(e.binding)}：上传数据算出的数与原文不同")


def without_value(e: Evidence) -> Check:
    """A figure that the warehouse can't give: by its formula if it is not bound to a KPI, else its rows are missing."""
    if e.binding.status == "bound":
        return check(e, "missing", None, f"{described(e.binding)}：{e.missing or '没有数据'}")
    if e.by_formula is None:
        return check(e, "outside", None, f"{e.binding.reason}，也没有可以核算的公式")
    same = rounded(e.by_formula, e.digits) == e.figure.value
    status = "equal" if same else "within_rounding"
    return check(e, status, e.by_formula, f"只按原文公式核算（{e.binding.reason}）")


def misprint_value(e: Evidence) -> Decimal | None:
    """The warehouse's value; where that is the printed one, what the report's own figures give."""
    return e.by_formula if e.value is None or e.agrees else e.value


def misprint_note(e: Evidence, evidence: dict[str, Evidence]) -> str:
    arithmetic = e.figure.formula
    for id in sorted(e.figure.inputs, key=len, reverse=True):
        arithmetic = arithmetic.replace(id, str(evidence[id].figure.value))
    note = f"按原文自己的数：{arithmetic} = {shown(e, e.by_formula)}，与原文 {e.figure.value} 不合"
    return f"{note}；本系统的{described(e.binding)}为 {shown(e, e.value)}" if e.value is not None else note


def ancestors(figure: Printed, evidence: dict[str, Evidence], seen: tuple[str, ...] = ()) -> list[str]:
    """The figures that a figure is made of, and those that they are made of; nearest first."""
    near = [id for id in figure.inputs if id not in seen]
    return near + [far for id in near for far in ancestors(evidence[id].figure, evidence, (*seen, *near))]


def check(e: Evidence, status: str, value: Decimal | None, note: str) -> Check:
    figure = e.figure
    return Check(figure.id, figure.name_zh, figure.value, shown(e, value), figure.unit, status, note)


def shown(e: Evidence, value: Decimal | None) -> Decimal | None:
    """A value in the printed digits; in two at least where those would hide that it is another number."""
    if value is None:
        return None
    close = rounded(value, e.digits)
    if close == e.figure.value or e.digits >= 2:
        return close
    finer = rounded(value, 2)
    return close if finer == close else finer


def described(binding: Binding) -> str:
    """次均住院费用（居民、县内）."""
    codes = [c for value in binding.where.values() for c in (value if isinstance(value, list) else [value])]
    dims = [d for d, value in binding.where.items() for _ in (value if isinstance(value, list) else [value])]
    said = "、".join(contracts.zh(dim, code) for dim, code in zip(dims, codes, strict=True))
    return binding.kpi.name_zh + (f"（{said}）" if said else "")
