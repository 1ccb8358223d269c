"""An engine that is none: it does what the statements ask by DuckDB, so that what surrounds an engine can be tested.

What Spark SQL means is tested where there is Spark (tests/scale/engines).
"""

from contextlib import contextmanager
from pathlib import Path

from pipelines.engine import in_memory, literal
from pipelines.scale.engines import Engine
from pipelines.scale.places import LocalPlace
from pipelines.scale.running import rows_of, staged
from pipelines.scale.statements import CODES, CONTROLS, CONTROLS_QUERY, SEEN, SEEN_QUERY
from pipelines.store import facts
from pipelines.store.rollups import MODELS


class StandIn:
    """Stands in for `engine`. ran: the batches whose parts were written; dies_at: the part at which it fails."""

    def __init__(self, dies_at: str = ""):
        self.ran, self.dies_at = [], dies_at

    @contextmanager
    def __call__(self, name: str, place: str, *_):
        there = LocalPlace(Path(place))

        def run(sql: str) -> None:
            where = Path(sql.split("'")[1]) if "INSERT OVERWRITE DIRECTORY" in sql else Path()
            if self.dies_at and where.name == self.dies_at:
                raise KeyboardInterrupt
            if where.name == CONTROLS:
                self.ran.append(where.parent.name)
                self.write(where.parent)

        yield Engine(name, "0", run, there)

    def write(self, parts: Path) -> None:
        """Write the parts of a batch into the folder that is named after it."""
        write_parts(parts.parents[3], parts.name, parts)


def write_parts(root: Path, batch: str, parts: Path | None = None) -> Path:
    """Write all parts of a batch where an engine would, or into parts; returns the folder they lie in."""
    parts = parts or root / staged(batch)
    with in_memory() as con:
        con.execute(facts.stage_table("settlements"))
        rows = facts.staged_rows(con, "settlements", [(root / rows_of(batch), None)])
        con.execute(f"create temp view stg_settlements as {rows}")
        facts.create_maps(con, facts.codes_used("stg_settlements"))
        con.execute(f"create temp table fct_settlement as {facts.model('fct_settlement')}")
        con.execute(f"create temp view {SEEN} as {SEEN_QUERY}")
        queries = {CODES: facts.codes_used("stg_settlements"), SEEN: SEEN_QUERY, CONTROLS: CONTROLS_QUERY}
        for part, query in (queries | {model: facts.model(model) for model in MODELS}).items():
            (parts / part).mkdir(parents=True, exist_ok=True)
            con.execute(f"copy ({query}) to {literal(parts / part / 'part.parquet')} (format parquet)")
    return parts
