"""What a step of a case asks for counts in the month of the case, which is an earlier one: not if that is locked."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

from pipelines.engine import reading
from pipelines.store.builds import build_path, shape
from pipelines.store.intake import locked_sentence
from pipelines.store.warehouse import Entry, WarehouseError

ASKED = """
select
    strftime(month, '%Y-%m'),
    sum(deducted_yuan + assessment_deducted_yuan + recover_due_yuan + damages_due_yuan + fine_due_yuan)
from fct_penalty
group by 1
"""


def refuse_other_dues(warehouse: Path, former: str | None, build_id: str, locked: dict[str, Entry]) -> None:
    """WarehouseError if the cases of a locked month would ask for another sum than in the build in force."""
    before = dues(warehouse, former) if locked and former else None
    if before is None:
        return
    after = dues(warehouse, build_id) or {}
    for month, entry in locked.items():
        if before.get(month, 0) != after.get(month, 0):
            told = f"{before.get(month, 0):,} 元变成 {after.get(month, 0):,} 元"
            raise WarehouseError(
                f"{locked_sentence(month, entry)}；案件进展会把 {month} 案件的应收应扣从 {told}，没有改变什么"
            )


def dues(warehouse: Path, build_id: str) -> dict[str, Decimal] | None:
    """Month of finding -> yuan that its cases ask for; None for a build that is gone or of other definitions."""
    path = build_path(warehouse, build_id)
    if not path.exists():
        return None
    with closing(reading(path, [warehouse / "batches"])) as con:
        if con.execute("select shape from build").fetchone() != (shape(),):
            return None
        return dict(con.execute(ASKED).fetchall())
