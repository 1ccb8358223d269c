"""The rows behind a figure: every measure's rows, with a sum that equals what the figure was computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines import facts
from pipelines.contracts import contracts
from pipelines.county import County
from pipelines.engine import name
from pipelines.measuring import MEETS, TABLE_OF, Question, Span, measure_all, span_rows
from pipelines.periods import Period
from pipelines.registry import Measure, kpis, measures
from pipelines.values import sql_type
from pipelines.warehouse import batch_folder


@dataclass(frozen=True)
class RowSet:
    """Rows behind one measure of a figure. total: how many there are; summed: over all of them; figure: as asked."""

    measure: Measure
    columns: tuple[str, ...]
    rows: list[tuple]
    total: int
    summed: Decimal | None
    figure: Decimal | None

    @property
    def agrees(self) -> bool:
        """Whether the rows add up to the figure, to the fen."""
        return (self.summed or Decimal(0)) == (self.figure or Decimal(0))


def rows(
    county: County,
    kpi_id: str,
    period: Period,
    where: Mapping[str, str | Sequence[str]] | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[RowSet]:
    """The rows behind each measure of a KPI, in a fixed order; limit None gives all of them."""
    filters = {d: [v] if isinstance(v, str) else list(v) for d, v in (where or {}).items()}
    wanted = [measures()[m] for m in kpis()[kpi_id].measures]
    results = measure_all(county, wanted, Question((Span("now", period),), (), filters))
    return [row_set(county, m, period, filters, limit, offset, results.value(m.id, "now", ())) for m in wanted]


def row_set(county, measure: Measure, period: Period, filters: dict, limit, offset: int, figure: Decimal) -> RowSet:
    source, parameters = behind(county, measure, period, filters)
    page = f" order by all limit {int(limit)} offset {int(offset)}" if limit is not None else " order by all"
    cursor = county.con.cursor()
    try:
        found = cursor.execute(f"select * exclude (amount_in_figure) from ({source}){page}", parameters)
        columns = tuple(d[0] for d in found.description)
        listed = found.fetchall()
        total = cursor.execute(f"select count(*) from ({source})", parameters).fetchone()[0]
        summed = cursor.execute(summing(county, measure, period, filters)[0], parameters).fetchone()[0]
    finally:
        cursor.close()
    return RowSet(measure, columns, listed, total, None if summed is None else Decimal(summed), figure)


def behind(county: County, measure: Measure, period: Period, filters: dict) -> tuple[str, list]:
    """SELECT of the rows a measure sums."""
    span, parameters = span_rows(measure, (Span("now", period),))
    conditions, codes = conditions_of(measure, filters)
    query = (
        f"with s(span_label, first_month, last_month, first_day, last_day, year_start, span_year) as (values {span}) "
        f"select f.*, 1 as amount_in_figure from s inner join {rows_of(county, measure, period)} f on {conditions}"
    )
    return query, parameters + codes


def summing(county: County, measure: Measure, period: Period, filters: dict) -> tuple[str, list]:
    """The measure over its own rows, a second way: from the rows, not from the roll-up."""
    span, parameters = span_rows(measure, (Span("now", period),))
    conditions, codes = conditions_of(measure, filters)
    sql = measure.sql if measure.fact != "person" else "count(distinct person)"
    query = (
        f"with s(span_label, first_month, last_month, first_day, last_day, year_start, span_year) as (values {span}) "
        f"select {sql} from s inner join {rows_of(county, measure, period)} f on {conditions}"
    )
    return query, parameters + codes


def conditions_of(measure: Measure, filters: dict) -> tuple[str, list[str]]:
    kind = "sum" if measure.kind == "persons" else measure.kind
    conditions = [MEETS[kind].format(month=measure.month), f"({measure.where})"]
    codes: list[str] = []
    for dim, allowed in filters.items():
        if dim not in measure.ignores:
            conditions.append(f"f.{name(dim)} in ({', '.join('?' * len(allowed))})")
            codes += allowed
    return " and ".join(conditions), codes


def rows_of(county: County, measure: Measure, period: Period) -> str:
    if measure.fact not in ("settlement", "person"):
        return TABLE_OF[measure.fact]
    told = Span("now", period).of(measure)
    first = f"{told.last[:4]}-01" if measure.kind == "ytd" else told.first
    return f"({settlement_rows(county, Period(first, told.last).months)})"


def settlement_rows(county: County, months: list[str]) -> str:
    """SELECT of the settlement rows of these months, with the dimensions of the marts, from the batches that stand."""
    standing: dict[str, list[str]] = {}
    for month in months:
        if ("settlements", month) in county.coverage:
            standing.setdefault(county.coverage["settlements", month].batch, []).append(month)
    sources = [(batch_folder(county.warehouse, batch) / "rows.parquet", listed) for batch, listed in standing.items()]
    return (
        f"with empty_settlements as ({empty_settlements()}), "
        f"stg_settlements as ({facts.staged_rows('settlements', sources)}), "
        f"fct_settlement as ({facts.model('fct_settlement')}) {facts.model('row_settlement')}"
    )


def empty_settlements() -> str:
    columns = [f"cast(null as {sql_type(c)}) as {name(c.key)}" for c in contracts()["settlements"].columns.values()]
    return f"select {', '.join(columns)}, cast(null as bigint) as row_id where false"
