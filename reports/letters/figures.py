"""The figures of a letter as tables: beside nameless peers, and held against the year's targets.

The institution's own figures, its targets and last year's are figures that know which they are, so that a letter can be
verified and a change told; what is made of others' (medians, places) is text.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines import County, Period, letters
from pipelines.agreements import roster
from pipelines.answers.aims import aimed
from pipelines.assessment import NEARLY, STATES, Assessment, Judged
from pipelines.contracts import zh
from pipelines.formulas import rounded
from reports import words
from reports.document import Cell, Column, Table, number
from reports.quoting import Quote, Ref, printed, quotes, to_digits

FIGURE = Column("", 2, right=True)  # in its own decimals, its unit in a column of its own
INDICATORS = (
    *map(Column, ("指标", "单位")),
    *(replace(FIGURE, head=head) for head in ("本期", "目标", "同类中位数", "上年同期")),
    Column("同类位次", right=True),
    Column("判定"),
)
TARGETS = (
    *map(Column, ("指标", "险种", "单位")),
    replace(FIGURE, head="本期"),
    Column("要求", right=True),
    replace(FIGURE, head="目标"),
    Column("判定"),
    Column("扣减（元）", 2, total=True),
)
RANKED = "（位次由高到低，/ 后是同类家数）"
REQUIRED = {"<=": "不高于", ">=": "不低于"}
HELD = STATES | {NEARLY: "达标，临近目标"}
DEDUCTED = "assessment_deduction"


@dataclass(frozen=True)
class Held:
    """A figure held against a target. own: the figure; target: as a figure, as text where it can't be asked for."""

    judged: Judged
    own: Quote
    target: Quote | str


def indicators(letter: letters.Letter, scheme: str) -> Table:
    """Its figures, each in its own unit and decimals. scheme: a code, or "all"."""
    where = {"institution": letter.institution} | ({} if scheme == "all" else {"scheme": scheme})
    rows = tuple(indicator(line, letter.period, where) for line in letter.lines)
    ranked = any(line.rank for line in letter.lines)
    return filled(Table("指标与同类" + (RANKED if ranked else ""), INDICATORS, rows))


def indicator(line: letters.Line, period: Period, where: dict[str, str]) -> tuple[Cell, ...]:
    figure = aimed(line.figure, period.last, where)
    own, target, ago = (
        to_digits(printed(Ref.of(figure.kpi.id, period, aspect, **where), figure), figure.kpi.digits)
        for aspect in ("value", "target", "year_ago")
    )
    median = "—" if line.peer_median is None else f"{line.peer_median:,}"
    rank = "" if line.rank is None else "{}/{}".format(*line.rank)
    return (line.name, line.unit, own, target, median, ago, rank, line.verdict)


def filled(table: Table) -> Table:
    """Without the columns in which nothing stands: a letter has little room."""
    kept = [place for place in range(len(table.columns)) if any(map(stands, (row[place] for row in table.rows)))]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


def stands(cell: Cell) -> bool:
    return number(cell) is not None or (cell not in ("", "—") and isinstance(cell, str))


def targets(held: Iterable[Held], year: str) -> Table:
    """What the year's targets bind."""
    return Table(f"{year}年考核目标", TARGETS, tuple(map(target_row, held)))


def target_row(held: Held) -> tuple[Cell, ...]:
    """A target and what is held against it, the scheme it is set for, what missing it deducts by rule."""
    one = held.judged
    scheme = zh("scheme", one.target.scheme) if one.target.scheme else "全部险种"
    told = one.kpi.name_zh, scheme, one.kpi.display_unit
    return (*told, held.own, REQUIRED[one.target.operator], held.target, HELD[one.state], one.yuan)


def held_by(county: County, period: Period, found: Assessment) -> dict[str, list[Held]]:
    """{institution: what the year's targets bind of it}; everybody's figures are asked together."""
    kinds = {code: place.kind for code, place in roster(county).items()}
    pairs = [(ref(one, period), ref(one, period, "target", kinds)) for one in found.judged]
    known = quotes(county, [each for pair in pairs for each in pair])
    told: dict[str, list[Held]] = defaultdict(list)
    for one, (own, aim) in zip(found.judged, pairs, strict=True):
        digits = one.kpi.digits
        told[one.institution].append(
            Held(one, to_digits(known[own.key], digits), aim_of(one, to_digits(known[aim.key], digits)))
        )
    return told


def ref(one: Judged, period: Period, aspect: str = "value", kinds: Mapping[str, str | None] | None = None) -> Ref:
    """The figure that a target is held against. kinds: of the roster, for a target that is set for a kind."""
    where = {"institution": one.institution}
    if one.target.scheme and "scheme" in one.kpi.levels:
        where["scheme"] = one.target.scheme
    if kinds and not one.target.institution and "kind" in one.kpi.levels and kinds.get(one.institution):
        where["kind"] = kinds[one.institution]
    return Ref.of(one.kpi.id, period, aspect, **where)


def aim_of(one: Judged, found: Quote) -> Quote | str:
    """The target as a figure; as text where it is none that can be asked for, as the uploads set two for the same."""
    value = rounded(words.shown(one.kpi, one.target.value), one.kpi.digits)
    return found if found.value == value else f"{value:,}"


def deductions(county: County, period: Period, booked: Iterable[str]) -> dict[str, Quote]:
    """{institution: what the ledger deducts for missed targets}."""
    refs = {code: Ref.of(DEDUCTED, period, institution=code) for code in booked}
    found = quotes(county, refs.values())
    return {code: found[each.key] for code, each in refs.items()}
