"""Tables of figures: one column for each aspect of a KPI, its unit said once, in the head."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pipelines
from reports import words
from reports.document import Column, Table
from reports.editions.asking import Row, aspect

POINTS = "百分点"


class Shown(NamedTuple):
    """A column: which KPI, which aspect of it, under which head ('' for the KPI's own name), added up or not."""

    kpi: str
    aspect: str = "value"
    head: str = ""
    total: bool = False


def column(shown: Shown) -> Column:
    """The column's head with its unit, and its decimals."""
    kpi = pipelines.kpis()[shown.kpi]
    head = shown.head or {"year_ago": "上年同期", "difference": "增减", "change": "增长"}.get(shown.aspect, kpi.name_zh)
    if shown.aspect == "change":
        return Column(f"{head}（%）", 2, signed=True)
    ratio = kpi.unit == words.RATIO
    unit = POINTS if ratio and shown.aspect == "difference" else kpi.display_unit
    return Column(f"{head}（{unit}）", words.digits(kpi), total=shown.total, signed=shown.aspect == "difference")


def compared(kpi: str, head: str = "") -> tuple[Shown, Shown, Shown]:
    """Now, last year, and what lies between: points of a ratio, per cent of an amount."""
    ratio = pipelines.kpis()[kpi].unit == words.RATIO
    return Shown(kpi, head=head), Shown(kpi, "year_ago"), Shown(kpi, "difference" if ratio else "change")


def cells(row: Row, columns: Iterable[Shown]) -> tuple:
    return tuple(aspect(row.get(each.kpi), each.aspect) for each in columns)


def table(
    title: str, first: str, rows: Mapping[str, Row], columns: Sequence[Shown], note: str = "", name: str = ""
) -> Table:
    """A table of {name of a row: its figures}; first: the head of the names."""
    heads = (Column(first), *map(column, columns))
    return Table(title, heads, tuple((label, *cells(row, columns)) for label, row in rows.items()), note, name)
