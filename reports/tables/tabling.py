"""Tables of figures: one column for each aspect of a KPI, its unit said once, in the head."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pipelines
from pipelines import Kpi
from reports import words
from reports.document import Cell, Column, Table
from reports.quoting import Quote
from reports.tables.asking import Row, aspect

POINTS = "百分点"


class Shown(NamedTuple):
    """A column: which KPI, which aspect of it, under which head ('' for the KPI's own name), added up or not."""

    kpi: str
    aspect: str = "value"
    head: str = ""
    total: bool = False


def column(shown: Shown) -> Column:
    """The column's head with its unit, and its decimals; beside its figure an aspect needs no name but its own."""
    return headed(
        shown, shown.head or {"year_ago": "上年同期", "difference": "增减", "change": "增长"}.get(shown.aspect, "")
    )


def full_column(shown: Shown) -> Column:
    """The same where columns are looked up by their heads: each names its KPI."""
    name = shown.head or pipelines.kpis()[shown.kpi].name_zh
    return headed(
        shown, name + {"year_ago": "上年同期", "difference": "较上年", "change": "较上年"}.get(shown.aspect, "")
    )


def headed(shown: Shown, head: str) -> Column:
    kpi = pipelines.kpis()[shown.kpi]
    compared = shown.aspect in ("difference", "change")
    unit = change_unit(kpi) if compared else kpi.display_unit
    digits = 2 if shown.aspect == "change" else words.digits(kpi)
    return Column(f"{head or kpi.name_zh}（{unit}）", digits, total=shown.total, signed=compared)


def change_unit(kpi: Kpi) -> str:
    """A ratio changes by percentage points, an amount by per cent."""
    return POINTS if kpi.unit in (words.RATIO, POINTS) else words.RATIO


def compared(kpi: str, head: str = "", total: bool = False) -> tuple[Shown, Shown, Shown]:
    """Now, last year, and what lies between: points of a ratio, per cent of an amount."""
    change = "difference" if change_unit(pipelines.kpis()[kpi]) == POINTS else "change"
    return Shown(kpi, head=head, total=total), Shown(kpi, "year_ago"), Shown(kpi, change)


def cells(row: Row, columns: Iterable[Shown]) -> tuple[Cell, ...]:
    """The figures of a row; as bare numbers where one of its codes is not known, for no condition asks for that."""
    return tuple(askable(aspect(row.get(each.kpi), each.aspect)) for each in columns)


def askable(quote: Quote | None) -> Cell:
    return quote.value if quote and "" in dict(quote.ref.where).values() else quote


def table(
    title: str, first: str, rows: Mapping[str, Row], columns: Sequence[Shown], note: str = "", name: str = ""
) -> Table:
    """A table of {name of a row: its figures}; first: the head of the names."""
    heads = (Column(first), *map(column, columns))
    return Table(title, heads, tuple((label, *cells(row, columns)) for label, row in rows.items()), note, name)


def chosen(table: Table, heads: Mapping[str, str], title: str, note: str = "", name: str = "") -> Table:
    """Some columns of a table, in this order, under shorter heads: {head there: head here, '' for the same}."""
    places = {column.head: place for place, column in enumerate(table.columns)}
    kept = [places[head] for head in heads]
    columns = tuple(replace(table.columns[places[old]], head=new or old) for old, new in heads.items())
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return Table(title, columns, rows, note or table.note, name)
