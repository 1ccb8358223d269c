"""The rows behind a figure: every measure's rows, with a sum that equals what the figure was computed from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from pipelines import audit_log
from pipelines.access import need
from pipelines.answers import small_cells
from pipelines.answers.county import County
from pipelines.answers.gaps import of_rows
from pipelines.answers.measuring import MEETS, SPANS, TABLE_OF, Question, Span, measure_all, own, span_columns
from pipelines.answers.questions import understood
from pipelines.answers.row_lines import Told, lines
from pipelines.answers.settlement_rows import bed_day_rows, settlement_rows
from pipelines.engine import name
from pipelines.periods import Period
from pipelines.registry import COUNTY, DIMENSIONS, Measure, kpis, measures
from pipelines.side_by_side import under_way
from pipelines.wording import DIMENSIONS as NAMES
from pipelines.wording import dimension_codes

SETTLEMENTS = ("settlement", "bed_day", "person")  # what is counted in settlement rows
SORTED = 250_000  # rows that are sorted at a time: of a result that is fetched in portions, none is spilled
MANY = 2_000_000  # settlements that take more than two seconds
OF_PERSONS = ("settlement", "stay", "bed_day", "person")  # each of their rows is somebody's


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
    """The rows behind each measure of a KPI, in a fixed order; limit None gives all of them.

    Raises QuestionError for an unknown KPI or code, or a dimension that it can't be filtered by.
    """
    wanted, period, filters = asked(county, kpi_id, period, where)
    results = measure_all(county, wanted, Question((Span("now", period),), (), filters))
    found = [row_set(county, m, period, filters, limit, offset, results.value(m.id, "now", ())) for m in wanted]
    if of_persons(wanted):
        looked_at(county, kpi_id, period, filters, offset, sum(len(each.rows) for each in found))
    return found


def row_batches(
    county: County,
    kpi_id: str,
    measure_id: str,
    period: Period,
    where: Mapping[str, str | Sequence[str]] | None = None,
    size: int = 20_000,
) -> Iterator[tuple[tuple[str, ...], list[tuple]]]:
    """(columns, rows) of all rows behind one measure of a KPI, size rows at a time: any number fits in memory."""
    for source, parameters in recorded_parts(county, kpi_id, measure_id, period, where):
        with under_way(county.con.cursor()) as cursor:
            found = cursor.execute(f"from ({source}) order by {order(measure_id)}", parameters)
            columns = tuple(d[0] for d in found.description)
            while batch := found.fetchmany(size):
                yield columns, batch


def row_lines(
    county: County,
    kpi_id: str,
    measure_id: str,
    period: Period,
    where: Mapping[str, str | Sequence[str]] | None,
    told: Mapping[str, Told],
    limit: int | None = None,
) -> Iterator[tuple[int, bytes]]:
    """The rows of row_batches(), at most limit of them, as lines of a CSV: (how many, their bytes), portion by portion.

    told: column -> how it stands in the file; a column that is not told of is not in it.
    """
    written, headed = 0, False
    for source, parameters in recorded_parts(county, kpi_id, measure_id, period, where):
        if limit is not None and written >= limit:
            return
        most = "" if limit is None else f" limit {int(limit) - written}"
        with county.con.cursor() as cursor:
            query = f"from ({source}) order by {order(measure_id)}{most}"
            for count, data in lines(cursor, query, parameters, told, heads=not headed):
                yield count, data
                written, headed = written + count, True


def order(measure_id: str) -> str:
    """What the rows are ordered by. Settlements by what tells them apart: with all of their columns to compare, the
    engine would keep each row twice while it sorts.
    """
    return "month, row_id, setl_id, person, institution" if measures()[measure_id].fact in SETTLEMENTS else "all"


def recorded_parts(county: County, kpi_id: str, measure_id: str, period: Period, where) -> Iterator[tuple[str, list]]:
    """SELECTs of all rows behind one measure of a KPI, for somebody who takes them all: that is recorded."""
    wanted, period, filters = asked(county, kpi_id, period, where)
    if of_persons(wanted):
        looked_at(county, kpi_id, period, filters, 0, None)
    yield from parts(county, measures()[measure_id], period, filters)


def parts(county: County, measure: Measure, period: Period, filters: dict) -> Iterator[tuple[str, list]]:
    """SELECTs of the rows, one behind the other in their order: of settlements, as many as can be sorted in memory."""
    if not by_months(measure):
        yield behind(county, measure, period, filters)
        return
    for month in period.months:
        source, parameters = behind(county, measure, Period(month, month), filters)
        asked = f"select coalesce(max(row_id), 0), count(*) from ({source})"
        ((last, count),) = county.fetch(asked, parameters)
        step = SORTED * (last + 1) // max(count, SORTED) + 1  # row_id counts in each county's batch anew
        for first in range(0, last + 1, step):
            yield f"from ({source}) where row_id >= {first} and row_id < {first + step}", parameters


def asked(
    county: County, kpi_id: str, period: Period, where: Mapping | None
) -> tuple[list[Measure], Period, dict[str, list[str]]]:
    """The measures of the KPI, the months, and the filters as lists of codes. Raises NotAllowed for rows of persons."""
    need(county.warehouse, "rows")
    (kpi,), period, filters = understood(county, [kpi_id], period, (), where)
    wanted = [measures()[m] for m in kpi.measures]
    if of_persons(wanted) or any(of_few(county, m, period, filters) for m in wanted):
        need(county.warehouse, "persons")
    return wanted, period, filters


def of_persons(wanted: list[Measure]) -> bool:
    """Whether the rows of any of these measures are somebody's: each look at them is recorded."""
    return any(m.fact in OF_PERSONS for m in wanted)


def looked_at(county: County, kpi_id: str, period: Period, where: Mapping, offset: int, shown: int | None) -> None:
    """Record that rows are seen. where: filters by dimension; shown: how many, None for all. Raises LogUnwritable."""
    part = f"第 {offset + 1} 行起" if shown is not None else "全部"
    details = {"指标": kpi_id, "期间": f"{period.first}..{period.last}", **in_words(county, where), "范围": part}
    audit_log.seen(county.warehouse, "rows", kpis()[kpi_id].name_zh, details, shown)


def in_words(county: County, where: Mapping) -> dict[str, list[str]]:
    """Filters as the screen calls them: {险种: [居民]}."""
    lists = {dim: [codes] if isinstance(codes, str) else codes for dim, codes in sorted(where.items())}
    names = {dim: county.counties if dim == COUNTY else dimension_codes(dim) for dim in lists}
    return {NAMES[dim]: [names[dim].get(code, code) for code in codes] for dim, codes in lists.items()}


def of_few(county: County, measure: Measure, period: Period, filters: dict) -> bool:
    """Whether there are rows of enrolment among these that stand for one to four persons, or would give them away."""
    dims = DIMENSIONS["enrolment"] if measure.fact == "enrolment" else ()
    return bool(dims and small_cells.closed(county, measure, Question((), dims, filters), period))


def row_set(county, measure: Measure, period: Period, filters: dict, limit, offset: int, figure: Decimal) -> RowSet:
    total, months, start = located(county, measure, period, filters, limit, offset)
    source, parameters = behind(county, measure, months, filters)
    page = f" order by {order(measure.id)}" + (f" limit {int(limit)} offset {int(start)}" if limit is not None else "")
    cursor = under_way(county.con.cursor())
    try:
        found = cursor.execute(f"from ({source}){page}", parameters)
        columns = tuple(d[0] for d in found.description)
        listed = found.fetchall()
        summed = cursor.execute(*summing(county, measure, period, filters)).fetchone()[0]
    finally:
        cursor.close()
    return RowSet(measure, columns, listed, total, None if summed is None else Decimal(summed), figure)


def located(county, measure: Measure, period: Period, filters: dict, limit, offset: int) -> tuple[int, Period, int]:
    """How many rows there are; the months that a page of them lies in and its offset there. Settlements are ordered by
    month: of tens of millions only those months are sorted.
    """
    source, parameters = behind(county, measure, period, filters)
    if limit is None or not by_months(measure):
        ((total,),) = county.fetch(f"select count(*) from ({source})", parameters)
        return total, period, offset
    counted = dict(county.fetch(f"select month, count(*) from ({source}) group by all", parameters))
    first_days = {month: Span("now", Period(month, month)).of(measure).first_day for month in period.months}
    counts = [counted.get(day, 0) for day in first_days.values()]
    ends = list(accumulate(counts))
    touched = [i for i, end in enumerate(ends) if end > offset and end - counts[i] < offset + limit and counts[i]]
    if not touched:
        return ends[-1], period, offset
    first, last = touched[0], touched[-1]
    return ends[-1], Period(period.months[first], period.months[last]), offset - ends[first] + counts[first]


def takes_long(county: County, period: Period) -> bool:
    """Whether so many settlements lie in the months that reading them takes more than a moment."""
    query = "select coalesce(sum(abs(visits)), 0) > ? from cut_county where month between ? and ?"
    return county.fetch(query, [MANY, period.first_day, period.last_day])[0][0]


def by_months(measure: Measure) -> bool:
    """Whether its rows are settlements of the months asked, each in its own."""
    return measure.fact in SETTLEMENTS and measure.kind != "ytd"


def behind(county: County, measure: Measure, period: Period, filters: dict) -> tuple[str, list]:
    """SELECT of the rows a measure sums."""
    parameters = span_columns(measure, (Span("now", period),))
    conditions, codes = conditions_of(measure, own(county, measure) | filters)
    rows = rows_of(county, measure, period, filters)
    query = f"with {SPANS} select {shown(county, measure)} from s inner join {rows} f on {conditions}"
    return query, parameters + codes


def shown(county: County, measure: Measure) -> str:
    """The columns of the rows: whose county a row is of, only where counties share the warehouse."""
    alone = not county.counties and COUNTY in (*DIMENSIONS[measure.fact], *of_rows(measure.fact))
    return f"f.* exclude ({COUNTY})" if alone else "f.*"


def summing(county: County, measure: Measure, period: Period, filters: dict) -> tuple[str, list]:
    """The measure over its own rows, a second way: from the rows, not from the roll-up."""
    parameters = span_columns(measure, (Span("now", period),))
    conditions, codes = conditions_of(measure, own(county, measure) | filters)
    sql = measure.sql if measure.fact != "person" else "count(distinct person)"
    rows = rows_of(county, measure, period, filters)
    query = f"with {SPANS} select {sql} from s inner join {rows} f on {conditions}"
    return query, parameters + codes


def conditions_of(measure: Measure, filters: dict) -> tuple[str, list[str]]:
    kind = "sum" if measure.kind == "persons" else measure.kind
    conditions = [MEETS[kind].format(month=measure.month), f"({measure.where})"]
    codes: list[str] = []
    for dim, chosen in filters.items():
        if dim not in measure.ignores:
            conditions.append(f"f.{name(dim)} in ({', '.join('?' * len(chosen))})")
            codes += chosen
    return " and ".join(conditions), codes


def rows_of(county: County, measure: Measure, period: Period, filters: dict) -> str:
    if measure.fact not in SETTLEMENTS:
        return TABLE_OF[measure.fact]
    told = Span("now", period).of(measure)
    first = f"{told.last[:4]}-01" if measure.kind == "ytd" else told.first
    listed = bed_day_rows if measure.fact == "bed_day" else settlement_rows
    return f"({listed(county, Period(first, told.last).months, filters.get(COUNTY, ()))})"
