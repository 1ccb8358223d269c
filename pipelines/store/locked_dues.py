"""What a step of a case asks for, and whether it is withdrawn, counts in the case's month: not if that is locked."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

from pipelines.engine import reading
from pipelines.store.builds import build_path, shape
from pipelines.store.intake import locked_sentence
from pipelines.store.warehouse import Entry

ASKED = """
select
    strftime(month, '%Y-%m'),
    sum(deducted_yuan + assessment_deducted_yuan + recover_due_yuan + damages_due_yuan + fine_due_yuan),
    sum(case when entry = 'case' then 1 else 0 end)
from fct_penalty
group by 1
"""
NONE = (Decimal(0), 0)


def other_dues(warehouse: Path, former: str | None, build_id: str, locked: dict[str, Entry]) -> dict[str, str]:
    """Locked month -> why it may not, of those whose cases would be others, or ask for another sum, than in the build
    in force.
    """
    before = dues(warehouse, former) if locked and former else None
    if before is None:
        return {}
    after, found = dues(warehouse, build_id) or {}, {}
    for month, entry in locked.items():
        was, becomes = before.get(month, NONE), after.get(month, NONE)
        if was != becomes:
            yuan, cases = (f"{one:,} {{0}}变成 {other:,} {{0}}" for one, other in zip(was, becomes, strict=True))
            told = f"的应收应扣从 {yuan.format('元')}" if was[0] != becomes[0] else f"从 {cases.format('件')}"
            found[month] = f"{locked_sentence(month, entry)}；案件进展会把 {month} 案件{told}，没有改变什么"
    return found


def dues(warehouse: Path, build_id: str) -> dict[str, tuple[Decimal, int]] | None:
    """Month of finding -> (yuan asked for, cases); None for a build that is gone or of other definitions."""
    path = build_path(warehouse, build_id)
    if not path.exists():
        return None
    with closing(reading(path, [warehouse / "batches"])) as con:
        if con.execute("select shape from build").fetchone() != (shape(),):
            return None
        return {month: (yuan, cases) for month, yuan, cases in con.execute(ASKED).fetchall()}
