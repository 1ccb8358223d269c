"""Control totals of a staged file, period by period, beside those of the batches that stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.contracts import Contract, contracts, jump_share
from pipelines.engine import name, workbench
from pipelines.periods import shifted
from pipelines.store import facts
from pipelines.store.by_hand import by_hand
from pipelines.store.intake import Live
from pipelines.store.purged import cleared
from pipelines.store.warehouse import batch_folder
from pipelines.uploads.staging import Staged

Sums = dict[str, dict[str, Decimal]]  # period -> key -> value
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
    """A period that the file would replace. shrinks: by under half as many rows, so that it is rather a part of it.

    by_hand: rows of it were written by hand; lost: the keys of that period's rows that the file does not have then.
    """

    period: str
    batch: str
    rows_now: int
    rows_new: int
    shrinks: bool
    by_hand: bool = False
    lost: tuple[str, ...] = ()


def compared(warehouse: Path, staged: Staged, live: Live, folder: Path) -> tuple[list[Control], list[Replaced]]:
    """The controls of a file that can be loaded, and what it would replace."""
    contract = contracts()[staged.table]
    beside = sorted({p for period in staged.periods for p in (period, *before(contract, period)) if p})
    con = workbench(folder)
    try:
        con.execute(facts.stage_table(staged.table))
        new = sums(con, staged.table, [(staged.rows, list(staged.periods))])
        stands = sums(con, staged.table, standing_sources(warehouse, staged.table, live, beside))
        lost = lost_by_hand(con, warehouse, staged, live)
    finally:
        con.close()
    found = [control(contract, period, key, staged, new, stands) for period in new for key in new[period]]
    return [*found, *over_all(contract, staged)], replaced(staged, live, new, stands, lost)


def standing_sources(warehouse: Path, table: str, live: Live, periods: Iterable[str]) -> list[tuple[Path, list[str]]]:
    """The Parquet files that stand for these periods, each with the periods it stands for; not of cleared batches."""
    found: dict[str, list[str]] = {}
    for period in periods:
        if (batch := live.get((table, period))) and not cleared(warehouse, batch.id):
            found.setdefault(batch.id, []).append(period)
    return [(batch_folder(warehouse, batch) / "rows.parquet", covered) for batch, covered in found.items()]


def before(contract: Contract, period: str) -> tuple[str, str]:
    """The month before and the same month last year; for a year the year before; nothing for a whole table."""
    if contract.grain == "month":
        return shifted(period, -1), shifted(period, -12)
    return ("", str(int(period) - 1)) if contract.grain == "year" else ("", "")


def sums(con, table: str, sources: list[tuple[Path, list[str]]]) -> Sums:
    """Rows, distinct persons and the contract's control columns by period, of Parquet files for these periods each."""
    contract = contracts()[table]
    persons = [c.key for c in contract.columns.values() if c.type == "person"]
    asked = [
        "count(*)",
        *(f"count(distinct {name(p)})" for p in persons),
        *(f"sum({name(c)})" for c in contract.controls),
    ]
    keys = ["rows", *("persons" for _ in persons), *contract.controls]
    rows = facts.staged_rows(con, table, sources)
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


def lost_by_hand(con, warehouse: Path, staged: Staged, live: Live) -> dict[str, tuple[str, ...]]:
    """Period -> keys of its rows that the file lacks, for the periods whose batch was written by hand at last."""
    contract, found = contracts()[staged.table], {}
    key = " || '/' || ".join(f"cast({name(column)} as varchar)" for column in contract.layouts[0].unique)
    for period in staged.periods:
        batch = live.get((staged.table, period))
        if batch and by_hand(batch):
            here = standing_sources(warehouse, staged.table, live, [period])
            former, new = (facts.staged_rows(con, staged.table, rows) for rows in (here, [(staged.rows, None)]))
            query = f"select {key} from ({former}) except select {key} from ({new}) order by 1"
            found[period] = tuple(row[0] for row in con.execute(query).fetchall())
    return found


def replaced(staged: Staged, live: Live, new: Sums, stands: Sums, lost: dict[str, tuple[str, ...]]) -> list[Replaced]:
    found = []
    for period in staged.periods:
        batch = live.get((staged.table, period))
        if batch:
            now, then = (int(told.get(period, {}).get("rows", 0)) for told in (stands, new))
            told = Replaced(period, batch.id, now, then, 2 * then < now, period in lost, lost.get(period, ()))
            found.append(told)
    return found
