"""A calendar of tables by periods: what is loaded, loaded without some rows, replaced, missing, locked."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipelines.access import whole
from pipelines.contracts import contracts
from pipelines.engine import workbench
from pipelines.periods import months_between
from pipelines.store import facts
from pipelines.store.places import Place, counties_in, county_column
from pipelines.store.purged import MARK, rows_there_were
from pipelines.store.together import listed
from pipelines.store.warehouse import Batch, batch_folder, journal, live_after, locked_months, stacks_after

Stacks = dict[Place, list[Batch]]
WORST_FIRST = ("missing", "partial", "replaced", "loaded", "none")


@dataclass(frozen=True)
class Cell:
    """A table in a period. state: loaded, partial (rows were left out), replaced (loaded, in another's place), missing,
    or none (not expected).

    rows: of this period; left_out: of the whole file; replaced: the batches whose place it took, oldest first; they
    stand and would count again if it were undone. counties: county code -> its own cell, where several share the
    warehouse and the table tells them: state is then the worst of theirs, lacking if some are missing and some are not;
    batch the last that was loaded, rows those of all.
    """

    state: str
    batch: Batch | None = None
    rows: int = 0
    left_out: int = 0
    replaced: tuple[str, ...] = ()
    locked: bool = False
    counties: dict[str, "Cell"] = field(default_factory=dict)


@dataclass(frozen=True)
class Calendar:
    """tables: in the order of the definitions; periods: every month from the first loaded to the last.

    cells: (table, period) -> Cell for all of tables and periods; a table by the year has a cell for each of their
    years ('2026') instead, a whole table one for 'all'.
    """

    tables: tuple[str, ...]
    periods: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]

    @property
    def years(self) -> tuple[str, ...]:
        """The years that have cells; the table by the year may come before its months."""
        return tuple(sorted({period[:4] for _, period in self.cells if period != "all"}))

    @property
    def empty(self) -> bool:
        return not any(cell.batch for cell in self.cells.values())


def calendar(warehouse: Path) -> Calendar:
    """What counts where, from the journal alone; empty before the first upload.

    Raises NotAllowed for those with a part of the county.
    """
    whole(warehouse)
    entries = journal(warehouse)
    codes = listed(live_after(warehouse, entries))
    stacks = stacks_after(warehouse, entries)
    months = sorted({place.period for place in stacks if contracts()[place.table].grain == "month"})
    span = tuple(months_between(months[0], months[-1])) if months else ()
    locked = locked_months(entries)
    cells = {
        (table, period): cell(warehouse, table, period, stacks, codes, period in locked)
        for table in contracts()
        for period in periods_of(table, span, stacks)
    }
    return Calendar(tuple(contracts()), span, cells)


def periods_of(table: str, months: tuple[str, ...], stacks: Stacks) -> list[str]:
    grain = contracts()[table].grain
    if grain == "month":
        return list(months)
    return sorted({m[:4] for m in months} | {p for t, p, _ in stacks if t == table}) if grain == "year" else ["all"]


def cell(warehouse: Path, table: str, period: str, stacks: Stacks, codes: tuple[str, ...], locked: bool) -> Cell:
    """codes: the counties that share the warehouse."""
    locked = locked and contracts()[table].grain == "month"
    if not codes or not county_column(table):
        return cell_at(warehouse, Place(table, period), stacks, locked)
    own = {code: cell_at(warehouse, Place(table, period, code), stacks, locked) for code in codes}
    states = {each.state for each in own.values()}
    held = [each for each in own.values() if each.batch]
    lacking = bool(held) and len(held) < len(own)
    last = max((each.batch for each in held), key=lambda batch: batch.loaded_at, default=None)
    return Cell(
        "lacking" if lacking else next(state for state in WORST_FIRST if state in states),
        last,
        sum(each.rows for each in held),
        sum({each.batch.id: each.left_out for each in held}.values()),
        tuple(dict.fromkeys(id for each in held for id in each.replaced)),
        locked,
        own,
    )


def cell_at(warehouse: Path, place: Place, stacks: Stacks, locked: bool) -> Cell:
    stack = stacks.get(place)
    if not stack:
        begun = min((p.period for p in stacks if p.table == place.table), default="")
        expected = begun and place.period >= begun and not contracts()[place.table].occasional
        return Cell("missing" if expected else "none", locked=locked)
    batch, former = stack[-1], tuple(b.id for b in stack[:-1])
    state = "partial" if batch.left_out else "replaced" if former else "loaded"
    return Cell(state, batch, rows_in(warehouse, batch, place), batch.left_out, former, locked)


def rows_in(warehouse: Path, batch: Batch, place: Place) -> int:
    """The rows of a batch in one of its places."""
    if len(batch.periods) == 1 and (not place.county or len(counties_in(batch, place.period)) == 1):
        return int(batch.totals["rows"])
    rows = rows_by_place(batch_folder(warehouse, batch.id), batch.table)
    return sum(n for (period, county), n in rows.items() if period == place.period and place.county in ("", county))


@lru_cache(maxsize=4096)
def rows_by_place(folder: Path, table: str) -> dict[tuple[str, str], int]:
    """(period, county) -> rows; counted once: a batch never changes."""
    if (folder / MARK).exists():
        return rows_there_were(folder)
    with workbench(folder) as con:
        con.execute(facts.stage_table(table))
        rows = facts.staged_rows(con, table, [(folder / "rows.parquet", None)])
        found = con.execute(facts.rows_by_place(table, rows)).fetchall()
        return {(period, county): number for period, county, number in found}
