"""The roll-up of a batch by another engine against the one that is made here, row by row; no figure is changed."""

from collections.abc import Iterable
from pathlib import Path

from pipelines.access import need, needed
from pipelines.engine import literal, workbench
from pipelines.refusals import in_words
from pipelines.scale.emitting import counting
from pipelines.scale.engines import Engine, engine
from pipelines.scale.running import TRIED, Asked, alone, refuse_encrypted, run_batch, staged
from pipelines.scale.taking import write_taken
from pipelines.side_by_side import Progress, quiet
from pipelines.store.purged import ROLLUP_PARTS
from pipelines.store.rollups import make_rollup
from pipelines.store.warehouse import workroom, writing


def compare(
    warehouse: Path, asked: Asked, batches: Iterable[str] = (), progress: Progress = quiet
) -> dict[str, list[str]]:
    """Batch -> in what its roll-up by the engine differs from the one made here, [] if in nothing.

    batches: which; none said: all that count.
    """
    need(warehouse, needed("commands", "scale"))
    with in_words(), alone(warehouse):
        refuse_encrypted(warehouse)
        batches, told = list(batches) or counting(warehouse), {}
        with engine(asked.engine, asked.place or str(warehouse), asked.master, asked.options) as running:
            for number, batch in enumerate(batches):
                progress(number / len(batches), f"{running.name} 汇总 {batch}")
                told[batch] = compared(warehouse, running, batch)
    return told


def compared(warehouse: Path, running: Engine, batch: str) -> list[str]:
    """In what the roll-up of a batch by the engine differs from the one made here."""
    target = staged(batch, TRIED)  # beside what spark-sql may have finished and nobody has taken yet
    run_batch(warehouse, running, batch, target)
    with writing(warehouse), workroom(warehouse, "compared") as folder:
        try:
            with workbench(folder) as con:
                parts = running.place.fetch(target, folder)
                write_taken(parts, con, warehouse, batch, folder / "made")
                return differences(con, folder / "made", make_rollup(warehouse, batch))
        finally:
            running.place.remove(TRIED)


def differences(con, made: Path, here: Path) -> list[str]:
    """In what two roll-ups differ, a sentence each: columns, counts, rows that only one of them has."""
    found = []
    for part in ROLLUP_PARTS:
        one, other = (f"read_parquet({literal(folder / f'{part}.parquet')})" for folder in (made, here))
        columns = [
            con.execute(f"select column_name, column_type from (describe from {each})").fetchall()
            for each in (one, other)
        ]
        if columns[0] != columns[1]:
            found.append(f"{part}：列不同")
            continue
        only = [
            con.execute(f"select count(*) from (from {a} except all from {b})").fetchone()[0]
            for a, b in ((one, other), (other, one))
        ]
        if any(only):
            found.append(f"{part}：外部引擎有 {only[0]} 行、本机有 {only[1]} 行是对方没有的")
    return found
