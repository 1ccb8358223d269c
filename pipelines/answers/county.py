"""A county as its current build tells it: the connection, what is loaded, the names of institutions.

A warehouse of several counties (a city, a province) is one County too, whose counties say which.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import duckdb

from pipelines.access import Scope, caller, need
from pipelines.answers.covered import CLEARED, Covered, Part
from pipelines.answers.scoped import scoped_copy
from pipelines.contracts import contracts
from pipelines.engine import reading
from pipelines.errors import NotAllowed
from pipelines.periods import Period
from pipelines.side_by_side import under_way
from pipelines.store.builds import build_path, in_force
from pipelines.store.places import county_column
from pipelines.store.purged import purged
from pipelines.store.warehouse import WarehouseError

Purged = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class County:
    """An open build, as far as a caller may see it. coverage: (upload, period) -> Covered; names: institution code ->
    name; scope: None for the whole county; persons: whether rows of persons may be seen; purged: (batch, when its rows
    were cleared); counties: code -> name of the counties that share the warehouse and that the caller may see, empty
    for a county that has it for itself.
    """

    warehouse: Path
    build_id: str
    con: duckdb.DuckDBPyConnection
    coverage: dict[tuple[str, str], Covered]
    names: dict[str, str]
    scope: Scope | None = None
    persons: bool = True
    purged: Purged = ()
    counties: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def key(self) -> str:
        """What answers of this county are remembered by: the build, and how much of it may be seen."""
        return repr((self.build_id, self.scope, self.persons, len(self.purged)))

    @property
    def only(self) -> str:
        """The name of the one county that it tells of, of several that share the warehouse; '' for anything else."""
        of_counties = self.scope is not None and self.scope.counties
        return next(iter(self.counties.values())) if of_counties and len(self.counties) == 1 else ""

    @property
    def last_month(self) -> str:
        """The last month with settlements (else of any monthly upload): where the default period ends. Of several
        counties the last that all of them have, if there is one."""
        settled = self.months("settlements")
        whole = [month for month in settled if self.complete("settlements", month)]
        return max(whole or settled or self.months(), default="")

    @property
    def latest_month(self) -> str:
        """The last month that may be asked for: of several counties the last that any of them has."""
        return max(self.months("settlements"), default=self.last_month)

    @property
    def first_month(self) -> str:
        return min(self.months("settlements") or self.months(), default="")

    @property
    def default_period(self) -> Period:
        """January to the last loaded month. Raises NothingLoaded before the first month."""
        if not self.last_month:
            raise NothingLoaded("还没有装入任何月度表；请先上传")
        return Period(f"{self.last_month[:4]}-01", self.last_month)

    def months(self, upload: str | None = None) -> list[str]:
        """The months loaded of an upload, or of any monthly one."""
        monthly = {t for t, c in contracts().items() if c.grain == "month"}
        return sorted({p for t, p in self.coverage if t in monthly and upload in (None, t)})

    def told_by(self, upload: str, counties: Collection[str] = ()) -> tuple[str, ...]:
        """The counties whose rows a figure of these counties (else of all that may be seen) needs of an upload; ('',)
        where its rows tell none."""
        return tuple(counties or self.counties) if self.counties and county_column(upload) else ("",)

    def absent(self, upload: str, period: str, counties: Collection[str] = ()) -> tuple[str, ...]:
        """Those of told_by() for which nothing is loaded; () if nothing is missing."""
        covered = self.coverage.get((upload, period))
        return tuple(c for c in self.told_by(upload, counties) if covered is None or c not in covered.parts)

    def complete(self, upload: str, period: str) -> bool:
        """Whether an upload of a month, a year or 'all' is loaded, of every county that may be seen."""
        return not self.absent(upload, period)

    def fetch(self, query: str, parameters: list | None = None) -> list[tuple]:
        """Rows of a query, on a cursor of its own: threads never share one."""
        cursor = under_way(self.con.cursor())
        try:
            return cursor.execute(query, parameters or []).fetchall()
        finally:
            cursor.close()


class NothingLoaded(WarehouseError):
    """The warehouse holds no build yet."""


def open_county(warehouse: Path) -> County:
    """The county of the build in force, as far as whoever asks may see it; cheap to call again.

    Raises NothingLoaded before the first upload and once everything is undone, WarehouseError if the build is
    gone, NotAllowed if nobody is logged in where accounts exist.
    """
    build_id = in_force(Path(warehouse).resolve())
    who = caller(warehouse)
    seen = (who.scope, who.may("persons"), purged(Path(warehouse).resolve()))
    county = None if build_id is None else opened(Path(warehouse).resolve(), build_id, *seen)
    if county is None or not county.coverage:
        raise NothingLoaded("还没有数据；请先上传，或用 demo 命令生成示例县")
    return county


def part_of(county: County, scope: Scope | None) -> County:
    """The county as somebody with this scope sees it, for figures that were told to them."""
    return county if scope is None else opened(county.warehouse, county.build_id, scope, county.persons, county.purged)


def one_county(county: County, code: str) -> County:
    """That county (its code) out of those that share the warehouse and that the caller may see, with its rows alone.

    Raises WarehouseError for a code that is none of theirs.
    """
    if code not in county.counties:
        known = "、".join(f"{each} {name}" for each, name in county.counties.items())
        told = f"没有区县“{code}”；可以是：{known}" if known else "这个数据仓库只有一个县，不用写区县"
        raise WarehouseError(told)
    return county if county.only else part_of(county, Scope(counties=(code,)))


def whole_for(warehouse: Path, institution: str) -> County:
    """The whole county, for a function that gives back what one institution may be told of itself.

    Raises NotAllowed unless whoever asks is that institution's account, NothingLoaded as open_county does.
    """
    scope = need(warehouse, "own").scope
    if scope is None or institution not in scope.institutions:
        raise NotAllowed(f"机构 {institution} 不属于本账号的数据范围")
    open_county(warehouse)
    place = Path(warehouse).resolve()
    return opened(place, in_force(place), None, False, purged(place))


@lru_cache(maxsize=8)
def opened(
    warehouse: Path, build_id: str, scope: Scope | None = None, persons: bool = True, gone: Purged = ()
) -> County:
    return opened_once(warehouse, build_id, scope, persons, gone)


def opened_once(
    warehouse: Path, build_id: str, scope: Scope | None = None, persons: bool = True, gone: Purged = ()
) -> County:
    """The county of one build, for a caller who closes its connection again; warehouse is an absolute path."""
    con, without_rows = connection(warehouse, build_id, scope), dict(gone)
    coverage = covered_in(con, without_rows)
    if scope and scope.counties:
        own = {key: covered.of(scope.counties) for key, covered in coverage.items()}
        coverage = {key: covered for key, covered in own.items() if covered}
    counties = counties_in(con, scope)
    names = dict(con.execute("select institution, name from dim_institution order by institution").fetchall())
    return County(warehouse, build_id, con, coverage, names, scope, persons, gone, counties)


def counties_in(con, scope: Scope | None) -> dict[str, str]:
    """Code -> name of the counties that a caller sees; of institutions or townships those that their rows are of: they
    need the files of no other."""
    telling = ("mart_settlement", "fct_enrolment", "dim_institution")
    rows = " union ".join(f"select county from {table}" for table in telling)
    own = f"where county in ({rows})" if scope and not scope.counties else ""
    return dict(con.execute(f"select county, name from dim_county {own} order by county").fetchall())


def covered_in(con, without_rows: Collection[str]) -> dict[tuple[str, str], Covered]:
    """What stands in a build, by upload and period. without_rows: the batches whose rows were cleared."""
    found: dict[tuple[str, str], dict[str, Part]] = {}
    for upload, period, county, batch, layout, columns, *told in con.execute(
        "select upload, period, county, batch, layout, columns, loaded_at, whole from coverage order by all"
    ).fetchall():
        made = Part(batch, CLEARED if batch in without_rows else layout, frozenset(columns), *told)
        found.setdefault((upload, period), {})[county] = made
    return {key: Covered(parts) for key, parts in found.items()}


def connection(warehouse: Path, build_id: str, scope: Scope | None) -> duckdb.DuckDBPyConnection:
    """The build, read-only and locked down; of a scope, a copy that holds nothing else."""
    path = build_path(warehouse, build_id)
    if not path.exists():
        raise WarehouseError(f"构建 {build_id} 的文件不见了；再装入任何一个文件，就会由批次重新生成")
    try:
        folders = [warehouse / "batches"]
        return scoped_copy(path, folders, scope) if scope else reading(path, folders)
    except duckdb.IOException as error:
        raise WarehouseError(f"构建 {build_id} 的文件打不开；删去它再装入任何一个文件，就会由批次重新生成") from error
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError("内存放不下这一部分的数据；请把 FUND_MEMORY 设大后再试") from error
