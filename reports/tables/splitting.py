"""KPIs by dimensions: a row for each group, a column for each figure, every cell a figure that knows which it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pipelines
from pipelines import County, Figure, Kpi, Period
from pipelines.contracts import code_lists, zh
from pipelines.wording import DIMENSIONS, LISTS, dimension_codes
from reports import words
from reports.document import Cell, Column, Table
from reports.quoting import Quote, Ref, printed

Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Group:
    """What a table tells. dims: its rows; kpis: its columns; compared: those of them that are set against last year;
    summed: those whose rows add up to the whole, so that their sum stands under the table.
    """

    title: str
    dims: tuple[str, ...]
    kpis: tuple[str, ...]
    compared: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    note: str = ""


def split(county: County, period: Period, group: Group, where: Mapping[str, str] | None = None) -> Table:
    """The KPIs of a group for every combination of its dimensions that has rows, in the order of the code lists.

    Raises QuestionError for a KPI that does not know one of the dimensions.
    """
    rows = figures(county, period, group.kpis, group.dims, where)
    told = [(*names(county, group.dims, key), *cells(group, period, row, where)) for key, row in rows.items()]
    return Table(group.title, (*map(Column, heads(group.dims)), *columns(group)), tuple(told), group.note, group.title)


def figures(county, period, kpis: Sequence[str], dims: Sequence[str], where=None) -> dict[Key, dict[str, Figure]]:
    """{codes of the dimensions: {kpi id: its figure}}, in the order of the code lists."""
    found: dict[Key, dict[str, Figure]] = {}
    for figure in pipelines.ask(county, kpis, period, by=dims, where=where):
        found.setdefault(tuple(figure.dims[dim] for dim in dims), {})[figure.kpi.id] = figure
    return dict(sorted(found.items(), key=lambda item: [place(*pair) for pair in zip(dims, item[0], strict=True)]))


def place(dim: str, code: str | None) -> tuple[int, str]:
    """Where a code stands in its list; what is in none comes after, what is not known last."""
    order = list(code_lists().get(LISTS.get(dim, dim), ()))
    return (len(order) + 1, "") if code is None else (order.index(code) if code in order else len(order), code)


def heads(dims: Sequence[str]) -> list[str]:
    return [DIMENSIONS[dim] for dim in dims]


def names(county: County, dims: Sequence[str], key: Key) -> list[str]:
    return [named(county, dim, code) for dim, code in zip(dims, key, strict=True)]


def named(county: County, dim: str, code: str | None) -> str:
    """The Chinese name of a dimension's code; institutions and towns have their own."""
    if code is None:
        return "未标明"
    if dim == "institution":
        return county.names.get(code, code)
    return dimension_codes(dim).get(code) or zh(LISTS.get(dim, dim), code)


def columns(group: Group) -> list[Column]:
    """A column for each KPI and, where it is set against last year, one for the change."""
    found = []
    for kpi in (pipelines.kpis()[id] for id in group.kpis):
        found.append(Column(headed(kpi), words.digits(kpi), total=kpi.id in group.summed))
        if kpi.id in group.compared:
            found.append(Column(f"{kpi.name_zh}较上年（{change_unit(kpi)}）", 2, signed=True))
    return found


def headed(kpi: Kpi) -> str:
    return f"{kpi.name_zh}（{kpi.display_unit}）"


def change_unit(kpi: Kpi) -> str:
    """A ratio changes by percentage points, an amount by per cent."""
    return "百分点" if kpi.unit in (words.RATIO, "百分点") else words.RATIO


def cells(
    group: Group, period: Period, row: Mapping[str, Figure], where: Mapping[str, str] | None = None
) -> list[Cell]:
    """The cells of a row under columns(group); None where a KPI has nothing in it."""
    found: list[Cell] = []
    for id in group.kpis:
        figure = row.get(id)
        found.append(quoted(figure, period, "value", where))
        if id in group.compared:
            ratio = figure and change_unit(figure.kpi) == "百分点"
            found.append(quoted(figure, period, "difference" if ratio else "change", where))
    return found


def quoted(figure: Figure | None, period: Period, aspect: str, where: Mapping[str, str] | None = None) -> Cell:
    """The figure as a Quote; as a bare number where one of its codes is not known, for no condition asks for that."""
    if figure is None:
        return None
    known = {dim: code for dim, code in figure.dims.items() if code is not None}
    quote: Quote = printed(Ref.of(figure.kpi.id, period, aspect, **dict(where or {}) | known), figure)
    return quote if len(known) == len(figure.dims) else quote.value
