"""Control totals of a staged file, period by period, beside those of the batches that stand."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from pipelines.contracts import Contract, contracts, jump_share
from pipelines.engine import name, workbench
from pipelines.periods import shifted
from pipelines.store import facts
from pipelines.store.by_hand import by_hand
from pipelines.store.intake import Live
from pipelines.store.places import Parts, Place, several, sources, stands_for
from pipelines.store.purged import cleared
from pipelines.store.together import names_of
from pipelines.store.warehouse import batch_folder
from pipelines.uploads.staging import Staged

Sums = dict[str, dict[str, Decimal]]  # period -> key -> value
Rows = dict[tuple[str, str], int]  # (period, county) -> rows
NAMES = {"rows": ("行数", "行"), "persons": ("人数", "人")}


@dataclass(frozen=True)
class Control:
    """A control total of a file in one period ('' for all of them, if it has several).

    key: rows, persons (distinct), or an amount or count column; unit: 行, 人, 元 and the like, '' if not told; stated:
    the file's own 合计; last_month, last_year: the same of the month before and of the same month last year, of the
    year before for a table by the year; standing: what counts now and would be replaced. Changes are ratios, 0.30 for
    30 % more; jumps: one of them is beyond what the definitions call a jump.
    """

    period: str
    key: str
    name_zh: str
    unit: str
    value: Decimal
    stated: Decimal | None = None
    last_month: Decimal | None = None
    last_year: Decimal | None = None
    month_change: Decimal | None = None
    year_change: Decimal | None = None
    jumps: bool = False
    standing: Decimal | None = None
    standing_change: Decimal | None = None


@dataclass(frozen=True)
class Replaced:
    """A period that the file would replace; county: the name of whose rows, where several share the warehouse.

    shrinks: by under half as many rows, so that it is rather a part of it.

    by_hand: rows of it were written by hand; lost: the keys of that period's rows that the file does not have then.
    """

    period: str
    batch: str
    rows_now: int
    rows_new: int
    shrinks: bool
    by_hand: bool = False
    lost: tuple[str, ...] = ()
    county: str = ""


def compared(warehouse: Path, staged: Staged, live: Live, folder: Path) -> tuple[list[Control], list[Replaced]]:
    """The controls of a file that can be loaded, and what it would replace."""
    contract = contracts()[staged.table]
    beside = sorted({p for period in staged.periods for p in (period, *before(contract, period)) if p})
    with workbench(folder) as con:
        con.execute(facts.stage_table(staged.table))
        new = sums(con, staged.table, [(staged.rows, None)])
        former = standing_sources(warehouse, staged.table, live, beside, staged.counties or None)
        stands = sums(con, staged.table, former)
        places = replaced(con, warehouse, staged, live)
    found = [control(contract, period, key, staged, new, stands) for period in new for key in new[period]]
    return [*found, *over_all(contract, staged)], places


def standing_sources(
    warehouse: Path, table: str, live: Live, periods: Collection[str], counties: Collection[str] | None = None
) -> list[tuple[Path, Parts]]:
    """The Parquet files that stand for these periods (and counties), each with the part of its rows that counts; not of
    cleared batches."""
    found = sources(live, table, periods, counties)
    return [
        (batch_folder(warehouse, b) / "rows.parquet", parts) for b, parts in found.items() if not cleared(warehouse, b)
    ]


def before(contract: Contract, period: str) -> tuple[str, str]:
    """The month before and the same month last year; for a year the year before; nothing for a whole table."""
    if contract.grain == "month":
        return shifted(period, -1), shifted(period, -12)
    return ("", str(int(period) - 1)) if contract.grain == "year" else ("", "")


def sums(con, table: str, files: list[tuple[Path, Parts | None]]) -> Sums:
    """Rows, distinct persons and the contract's control columns by period, of Parquet files for these periods each."""
    contract = contracts()[table]
    persons = [c.key for c in contract.columns.values() if c.type == "person"]
    asked = [
        "count(*)",
        *(f"count(distinct {name(p)})" for p in persons),
        *(f"sum({name(c)})" for c in contract.controls),
    ]
    keys = ["rows", *("persons" for _ in persons), *contract.controls]
    rows = facts.staged_rows(con, table, files)
    found = con.execute(
        f"select {facts.period_of(table)} as period, {', '.join(asked)} from ({rows}) group by all order by period"
    ).fetchall()
    return {
        period: {key: Decimal(value) for key, value in zip(keys, values, strict=True) if counted(key, value)}
        for period, *values in found
    }


def counted(key: str, value) -> bool:
    """Whether a total says anything: a column that the file lacks has none, nor has an aggregate any persons."""
    return value is not None and (key != "persons" or value > 0)


def control(contract: Contract, period: str, key: str, staged: Staged, new: Sums, stands: Sums) -> Control:
    value = new[period][key]
    month, year = ((stands | new).get(p, {}).get(key) for p in before(contract, period))
    now = stands.get(period, {}).get(key)
    changes = change(value, month), change(value, year), change(value, now)
    watched = changes if contract.grain == "none" else changes[:2]
    zh, unit = named(contract, key)
    return Control(
        period,
        key,
        zh,
        unit,
        value,
        staged.stated.get(key) if len(staged.periods) == 1 else None,
        month,
        year,
        changes[0],
        changes[1],
        any(c is not None and abs(c) > jump_share(contract) for c in watched),
        now,
        changes[2],
    )


def over_all(contract: Contract, staged: Staged) -> list[Control]:
    """The totals of a file of several periods, beside its own 合计, which knows no periods."""
    if len(staged.periods) < 2:
        return []
    persons = [c.key for c in contract.columns.values() if c.type == "person" and c.key in staged.columns]
    keys = ["rows", *("persons" for _ in persons), *(key for key in contract.controls if key in staged.totals)]
    return [
        Control("", key, *named(contract, key), Decimal(staged.totals[key]), staged.stated.get(key)) for key in keys
    ]


def named(contract: Contract, key: str) -> tuple[str, str]:
    """(name, unit) of a control total."""
    if key in NAMES:
        return NAMES[key]
    column = contract.columns[key]
    return column.header, column.unit


def change(value: Decimal, former: Decimal | None) -> Decimal | None:
    """0.3 for 30 % more; None where there is nothing to compare with."""
    return (value - former) / abs(former) if former else None


def replaced(con, warehouse: Path, staged: Staged, live: Live) -> list[Replaced]:
    """The places that something counts in, and the file would take."""
    places = [place for place in stands_for(staged, several(live.values())) if place in live]
    if not places:
        return []
    sources_now = standing_sources(warehouse, staged.table, live, staged.periods, staged.counties or None)
    now = rows_by_place(con, staged.table, sources_now)
    new = rows_by_place(con, staged.table, [(staged.rows, None)])
    found = [told(con, warehouse, staged, place, live, rows_at(now, place), rows_at(new, place)) for place in places]
    names = names_of(warehouse, live)
    return [replace(each, county=names.get(each.county, "")) for each in found]


def told(con, warehouse: Path, staged: Staged, place: Place, live: Live, now: int, new: int) -> Replaced:
    hand = by_hand(live[place])
    lost = lost_by_hand(con, warehouse, staged, place, live) if hand else ()
    return Replaced(place.period, live[place].id, now, new, 2 * new < now, hand, lost, place.county)


def rows_by_place(con, table: str, files: list[tuple[Path, Parts | None]]) -> Rows:
    query = facts.rows_by_place(table, facts.staged_rows(con, table, files))
    return {(period, county): rows for period, county, rows in con.execute(query).fetchall()}


def rows_at(rows: Rows, place: Place) -> int:
    """The rows of a place; of the whole period where the place is of no county."""
    if place.county:
        return rows.get((place.period, place.county), 0)
    return sum(number for (period, _), number in rows.items() if period == place.period)


def lost_by_hand(con, warehouse: Path, staged: Staged, place: Place, live: Live) -> tuple[str, ...]:
    """The keys of the rows that count in a place and the file lacks."""
    key = " || '/' || ".join(f"coalesce(cast({name(c)} as varchar), '')" for c in keys_of(staged))
    here = standing_sources(warehouse, staged.table, live, [place.period], [place.county])
    former, new = (facts.staged_rows(con, staged.table, rows) for rows in (here, [(staged.rows, None)]))
    query = f"select {key} from ({former}) except select {key} from ({new}) order by 1"
    return tuple(row[0] for row in con.execute(query).fetchall())


def keys_of(staged: Staged) -> list[str]:
    """What no two rows of a file have alike, without the county where the file tells none."""
    columns = contracts()[staged.table].columns
    return [c for c in contracts()[staged.table].layouts[0].unique if columns[c].type != "county" or staged.counties]
