"""A calendar of tables by periods: what is loaded, loaded without some rows, replaced, missing, locked."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.access import whole
from pipelines.contracts import contracts
from pipelines.engine import workbench
from pipelines.periods import months_between
from pipelines.store import facts
from pipelines.store.purged import MARK, rows_there_were
from pipelines.store.warehouse import Batch, batch_folder, journal, locked_months, read_batch, standing


@dataclass(frozen=True)
class Cell:
    """A table in a period. state: loaded, partial (rows were left out), replaced (loaded, in another's place), missing,
    or none (not expected).

    rows: of this period; left_out: of the whole file; replaced: the batches whose place it took, oldest first; they
    stand and would count again if it were undone.
    """

    state: str
    batch: Batch | None = None
    rows: int = 0
    left_out: int = 0
    replaced: tuple[str, ...] = ()
    locked: bool = False


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
    stacks: dict[tuple[str, str], list[Batch]] = {}
    for batch in (read_batch(warehouse, id) for id in standing(entries)):
        for period in batch.periods:
            stacks.setdefault((batch.table, period), []).append(batch)
    months = sorted({p for table, p in stacks if contracts()[table].grain == "month"})
    span = tuple(months_between(months[0], months[-1])) if months else ()
    locked = locked_months(entries)
    cells = {
        (table, period): cell(warehouse, table, period, stacks, period in locked)
        for table in contracts()
        for period in periods_of(table, span, stacks)
    }
    return Calendar(tuple(contracts()), span, cells)


def periods_of(table: str, months: tuple[str, ...], stacks: dict) -> list[str]:
    grain = contracts()[table].grain
    if grain == "month":
        return list(months)
    return sorted({m[:4] for m in months} | {p for t, p in stacks if t == table}) if grain == "year" else ["all"]


def cell(warehouse: Path, table: str, period: str, stacks: dict, locked: bool) -> Cell:
    locked = locked and contracts()[table].grain == "month"
    stack = stacks.get((table, period))
    if not stack:
        begun = min((p for t, p in stacks if t == table), default="")
        expected = begun and period >= begun and not contracts()[table].occasional
        return Cell("missing" if expected else "none", locked=locked)
    batch, former = stack[-1], tuple(b.id for b in stack[:-1])
    state = "partial" if batch.left_out else "replaced" if former else "loaded"
    return Cell(state, batch, rows_in(warehouse, batch, period), batch.left_out, former, locked)


def rows_in(warehouse: Path, batch: Batch, period: str) -> int:
    """The rows of a batch in one of its periods."""
    if len(batch.periods) == 1:
        return int(batch.totals["rows"])
    return rows_by_period(batch_folder(warehouse, batch.id), batch.table).get(period, 0)


@lru_cache(maxsize=4096)
def rows_by_period(folder: Path, table: str) -> dict[str, int]:
    """Counted once: a batch never changes."""
    if (folder / MARK).exists():
        return rows_there_were(folder)
    con = workbench(folder)
    try:
        con.execute(facts.stage_table(table))
        rows = facts.staged_rows(con, table, [(folder / "rows.parquet", None)])
        query = f"select {facts.period_of(table)} as period, count(*) from ({rows})"
        return dict(con.execute(f"{query} group by all").fetchall())
    finally:
        con.close()
