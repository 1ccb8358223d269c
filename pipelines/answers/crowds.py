"""How many persons stand behind a cell: who, as long as they are few; from five on nobody asks how many.

A cell is a combination of codes in a month. Settlements know their persons; rows that came added up, without person
numbers, count as one person a visit. A row of enrolment is its own number of persons.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce, wraps
from itertools import groupby

import duckdb

from pipelines import limits
from pipelines.answers.county import County
from pipelines.answers.settlement_rows import bed_day_rows, months_with_rows, settlement_rows
from pipelines.engine import in_memory, literal, name
from pipelines.registry import DIMENSIONS, Measure
from pipelines.side_by_side import Progress, quiet, under_way

CELLS = {"settlement": "mart_settlement", "bed_day": "mart_bed_day", "enrolment": "fct_enrolment"}
STREAMED = 100_000  # cells at a time, from the build into memory
FEWEST = 5  # persons of a group that may be shown
OF_SETTLEMENTS = ("settlement", "stay", "bed_day", "person")
CLASSED = "bed_day"  # the crowd of inpatients by class of illness
# codes that are of one kind, and by which columns: partners are looked for among the like first
KIND_OF = {"institution": ("kind", "level", "pilot", "place"), "med_type": ("care",), "category": ("scheme",)}
MISSED_MOST = {"care": "inpatient"}  # what is a partner only where there is no other
CONDITION = re.compile(r"(\w+) (?:= '(\w+)'|in \(('\w+'(?:, '\w+')*)\))")
MANY = 2_000_000  # settlements that take more than two seconds
GATHERING, KEPT = threading.Lock(), 16
GATHERED: dict[tuple[County, str], "Crowd"] = {}  # the latest last
COUNTED = (
    "insert into crowd by name select * exclude (known, others, nth), "
    f"case when len(known) + others < {FEWEST} then known || [-(8 * nth + i) for i in range(others)] end as people "
    "from (select *, (select count(*) from crowd) + row_number() over () as nth from found)"
)

NOBODY: frozenset = frozenset()
People = frozenset | None  # the persons if they are fewer than five, None if they are five or more


@dataclass(frozen=True)
class Cell:
    """A combination of codes. months: month -> people, in order, those with rows; size: its rows in all months."""

    months: dict[date, People]
    size: int

    def seen(self, months: Iterable[date]) -> bool:
        """Whether it has rows in any of these months."""
        return not self.months.keys().isdisjoint(months)

    def people(self, months: Iterable[date]) -> People:
        """Who is seen in these months; each once."""
        return reduce(together, (self.months.get(month, NOBODY) for month in months), NOBODY)


@dataclass(frozen=True, eq=False)
class Crowd:
    """Everybody behind one kind of figures of a county. con: a database in memory with the finest cells and their
    persons; stock: counted at a month's end, not over months; memo: what was worked out of it.
    """

    con: duckdb.DuckDBPyConnection
    stock: bool
    memo: dict = field(default_factory=dict)

    def fetch(self, query: str) -> list[tuple]:
        """Rows of a query, on a cursor of its own: threads never share one."""
        cursor = self.con.cursor()
        try:
            return cursor.execute(query).fetchall()
        finally:
            cursor.close()


def remembered(make: Callable) -> Callable:
    """A function of a crowd that works nothing out twice; what it knows goes when the crowd goes."""

    @wraps(make)
    def found(crowd: Crowd, *args):
        key = (make, *args)
        if key not in crowd.memo:
            crowd.memo[key] = make(crowd, *args)
        return crowd.memo[key]

    return found


def together(some: People, others: People) -> People:
    """The union, None from five persons on."""
    if some is None or others is None:
        return None
    union = some | others
    return union if len(union) < FEWEST else None


def conditions_of(measure: Measure) -> dict[str, list[str]]:
    """The dimensions that a measure's own condition fixes, with the codes it leaves."""
    found = {"care": ["inpatient"]} if measure.fact in ("stay", "bed_day") else {}
    for part in measure.where.split(" and "):
        told = CONDITION.fullmatch(part)
        if told and told[1] in DIMENSIONS[measure.fact]:
            found[told[1]] = [told[2]] if told[2] else re.findall(r"\w+", told[3])
    return found


@remembered
def cells(crowd: Crowd, dims: tuple[str, ...]) -> dict[tuple, Cell]:
    """Every combination of codes of these dimensions that has rows."""
    keys = "".join(f"{name(d)}, " for d in dims)
    rows = crowd.fetch(
        f"select {keys} month, sum(size)::bigint, case when bool_or(people is null) then null "
        f"else list_distinct(flatten(list(people))) end from crowd group by {keys} month order by all",
    )
    found = {}
    for key, group in groupby(rows, key=lambda row: row[: len(dims)]):
        months = list(group)
        found[key] = Cell({row[-3]: few(row[-1]) for row in months}, sum(row[-2] for row in months))
    return found


def few(people: list | None) -> People:
    return None if people is None or len(people) >= FEWEST else frozenset(people)


@remembered
def doubtful(crowd: Crowd, dims: tuple[str, ...]) -> list[tuple]:
    """The combinations that have few persons in a month: all others can be shown whatever the months."""
    return [
        key for key, cell in cells(crowd, dims).items() if any(people is not None for people in cell.months.values())
    ]


@remembered
def lines(crowd: Crowd, dims: tuple[str, ...], at: int) -> dict[tuple, list[tuple]]:
    """The other codes -> the combinations that differ in one dimension alone, those with fewest rows first."""
    found: dict[tuple, list[tuple]] = defaultdict(list)
    known = cells(crowd, dims)
    for key in sorted(known, key=lambda key: (known[key].size, *map(str, key))):
        found[key[:at] + key[at + 1 :]].append(key)
    return found


@remembered
def places(crowd: Crowd, dims: tuple[str, ...], part: tuple[str, ...]) -> dict[tuple, list[tuple]]:
    """The codes of some of the dimensions -> the combinations of all of them that have these."""
    found: dict[tuple, list[tuple]] = defaultdict(list)
    at = [dims.index(dim) for dim in part]
    for key in cells(crowd, dims):
        found[tuple(key[i] for i in at)].append(key)
    return found


@remembered
def kinds(crowd: Crowd, dim: str) -> dict:
    """Code -> what it has in common with the like of it; empty where nothing is known."""
    columns = [c for c in KIND_OF.get(dim, ()) if not crowd.stock or c in DIMENSIONS["enrolment"]]
    told = ", ".join(f"min({column})" for column in columns)
    return {code: like for code, *like in crowd.fetch(f"select {dim}, {told} from crowd group by 1")} if told else {}


def crowd_behind(county: County, measure: Measure) -> Crowd | None:
    """The persons that a measure is made of, gathered once per county; None where it is not made of persons."""
    column = "" if measure.fact in OF_SETTLEMENTS else column_of(measure)
    return None if column is None else gathered(county, column)


def column_of(measure: Measure) -> str | None:
    """The column of enrolment that a measure adds up, if it is one of persons."""
    told = re.fullmatch(r"sum\((\w+_persons)\)", measure.sql)
    return told[1] if measure.fact == "enrolment" and told else None


def takes_long(county: County) -> bool:
    """Whether the next question of a caller who may see no persons has to gather very many rows first."""
    if county.persons or (county, "") in GATHERED:
        return False
    ((visits,),) = county.fetch("select coalesce(sum(abs(visits)), 0) from cut_county")
    return visits > MANY


def gathered(county: County, column: str = "", progress: Progress = quiet) -> Crowd:
    """The crowd of the settlements, of the inpatients by class of illness (CLASSED), or of a column of enrolment;
    gathered once per county, told how far it is.
    """
    with GATHERING:
        if (county, column) not in GATHERED:
            GATHERED[county, column] = gather(county, column, progress)
            former = [key for key in GATHERED if superseded(county, key[0])]
            for old in [*former, *[*GATHERED][:-KEPT]]:
                GATHERED.pop(old, None)
        return GATHERED[county, column]


def superseded(county: County, other: County) -> bool:
    """Whether another is of a former build of the same warehouse: the crowd of a city holds hundreds of megabytes."""
    return other.warehouse == county.warehouse and other.build_id != county.build_id


def gather(county: County, column: str, progress: Progress) -> Crowd:
    con, fact = in_memory(limits.CROWD), column if column == CLASSED else "enrolment" if column else "settlement"
    table, dims = CELLS[fact], DIMENSIONS[fact]
    con.execute(f"create table crowd ({columns(con, county, table, dims)}, month date, size bigint, people bigint[])")
    months = county.months("settlements")
    stock = fact == "enrolment"
    parts = {"": of_enrolment(column)} if stock else {m: of_settlements(county, m, fact) for m in months}
    for number, (month, query) in enumerate(parts.items()):
        progress(number / len(parts), f"数人数不足 5 人的组：{month}")
        add(con, county, query)
    return Crowd(con, stock)


def columns(con, county: County, table: str, dims: tuple[str, ...]) -> str:
    """The codes of a crowd as columns: a city has millions of cells, of which every code is kept in a byte or two."""
    for dim in dims:
        codes = county.fetch(f"select distinct cast({name(dim)} as varchar) from {table} where {name(dim)} is not null")
        listed = ", ".join(literal(code) for (code,) in sorted(codes)) or "''"  # as text is ordered
        con.execute(f"create type {name('code of ' + dim)} as enum ({listed})")
    return ", ".join(f"{name(dim)} {name('code of ' + dim)}" for dim in dims)


def add(con, county: County, query: str) -> None:
    """Put the cells of a query into a crowd; persons without a number get one that is nobody's, in no other cell."""
    cursor = under_way(county.con.cursor())
    try:
        con.register("found", cursor.sql(query).to_arrow_reader(STREAMED))
        con.execute(COUNTED)
        con.unregister("found")
    finally:
        cursor.close()


def of_settlements(county: County, month: str, fact: str) -> str:
    """SELECT of every combination of codes of a month with its rows, the persons that have numbers and are not five,
    and how many more there are: of a month alone, as there may be tens of millions of rows.
    """
    dims = ", ".join(map(name, DIMENSIONS[fact]))
    if month not in months_with_rows(county):  # cleared: of their roll-ups, one person a visit
        return (
            f"select {dims}, month, abs(sum(visits))::bigint as size, []::bigint[] as known, size as others "
            f"from {CELLS[fact]} where month = date '{month}-01' group by {dims}, month"
        )
    rows = (bed_day_rows if fact == CLASSED else settlement_rows)(county, [month])
    return (
        f"select {dims}, month, count(*) as size, list_distinct(list(person)) as known, "
        f"coalesce(abs(sum(visits) filter (where person is null)), 0)::bigint as others "
        f"from ({rows}) group by {dims}, month"
    )


def of_enrolment(column: str) -> str:
    """The same of the rows of enrolment, which are their own number of persons."""
    dims = ", ".join(map(name, DIMENSIONS["enrolment"]))
    return (
        f"select {dims}, month, sum({column})::bigint as size, []::bigint[] as known, size as others "
        f"from fct_enrolment where {column} > 0 group by {dims}, month"
    )
