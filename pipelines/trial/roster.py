"""The institutions of a staged file against the roster: who is new, who is missing, who has another name."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.contracts import contracts
from pipelines.engine import workbench
from pipelines.periods import shifted
from pipelines.store import facts
from pipelines.store.places import several, stands_for, whole
from pipelines.trial.controls import Live, standing_sources
from pipelines.uploads.staging import Staged

ROSTER, CODE, NAME = "institutions", "fixmedins_code", "fixmedins_name"
MONTHLY = "settlements"  # the table in which every working institution has rows each month


@dataclass(frozen=True)
class Roster:
    """new: (code, name) that the roster lacks; renamed: (code, name in the roster, name in the file).

    missing: (code, name) with settlements in the month before, but none in the file's last month; for the roster's own
    upload, those that stand in it now but not in the file.
    """

    new: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()


def against_roster(warehouse: Path, staged: Staged, live: Live, own: list[Staged], folder: Path) -> Roster:
    """own: rosters among the files of the same dry run, which a month's file is then held against."""
    if CODE not in staged.columns:
        return Roster()
    with workbench(folder) as con:
        seen = names(con, staged.table, [(staged.rows, None)])
        known = known_names(con, warehouse, live, own if staged.table != ROSTER else [])
        if not known:
            return Roster()
        gone = (left_behind if staged.table == ROSTER else absent)(con, warehouse, staged, live)
    return Roster(
        tuple((code, name or "") for code, name in seen.items() if code not in known),
        tuple((code, known.get(code) or "") for code in sorted(gone)),
        tuple((c, known[c], name) for c, name in seen.items() if name and known.get(c) and name != known[c]),
    )


def known_names(con, warehouse: Path, live: Live, own: list[Staged]) -> dict[str, str | None]:
    """code -> name of the roster that would stand: those handed in, and what they leave of the present."""
    together = several([*live.values(), *own])
    taken = {place for roster in own for place in stands_for(roster, together)}
    left = {place: batch for place, batch in live.items() if place not in taken}
    sources = [(roster.rows, None) for roster in own] + standing_sources(warehouse, ROSTER, left, ["all"])
    return names(con, ROSTER, sources) if sources else {}


def names(con, table: str, sources: list) -> dict[str, str | None]:
    """code -> name of the institutions in Parquet files; None where the table has no names."""
    con.execute(facts.stage_table(table))
    told = f"max({NAME})" if NAME in contracts()[table].columns else "cast(null as varchar)"
    query = f"select {CODE}, {told} from ({facts.staged_rows(con, table, sources)}) where {CODE} is not null"
    return dict(con.execute(f"{query} group by {CODE} order by {CODE}").fetchall())


def left_behind(con, warehouse: Path, staged: Staged, live: Live) -> set[str]:
    """The codes in the roster that the file replaces: of its own counties where several share the warehouse."""
    former = standing_sources(warehouse, ROSTER, live, ["all"], staged.counties or None)
    return {*names(con, ROSTER, former)} - {*names(con, ROSTER, [(staged.rows, None)])}


def absent(con, warehouse: Path, staged: Staged, live: Live) -> set[str]:
    """The codes with settlements in the month before the file's last one, but none in that."""
    if staged.table != MONTHLY:
        return set()
    last = staged.periods[-1]
    before = shifted(last, -1)
    here = [(staged.rows, whole([before]))] if before in staged.periods else []
    sources = here or standing_sources(warehouse, MONTHLY, live, [before], staged.counties or None)
    return names(con, MONTHLY, sources).keys() - names(con, MONTHLY, [(staged.rows, whole([last]))]).keys()
