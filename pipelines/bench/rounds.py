"""The rounds of a benchmark: files are written once, then every job runs once a round."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipelines import load
from pipelines.bench.files import as_gb18030, write_settlements
from pipelines.bench.processes import run
from pipelines.bench.settlements import COUNTY_PERSONS, Settlements
from pipelines.sample import write_county
from pipelines.store import builds
from pipelines.store.warehouse import live

MONTHS, SMALLER, LAST = 24, 10, "2026-06"
Progress = Callable[[float, str], None]
Measured = dict[str, list[dict]]


@dataclass(frozen=True)
class Plan:
    """rows: settlements of two years; folder: empty, and emptied again; county: the sample's CSVs if they lie ready."""

    rows: int
    folder: Path
    rounds: int = 3
    county: Path | None = None

    @property
    def month_rows(self) -> int:
        return max(self.rows // MONTHS, 1)

    @property
    def small_rows(self) -> int:
        return max(self.rows // SMALLER, 1)


def measure(plan: Plan, progress: Progress) -> Measured:
    """Job -> its result in each round: wall and cpu seconds, peak_mb. Raises RuntimeError if a job fails."""
    found: Measured = defaultdict(list)
    try:
        progress(0.0, "生成文件")
        tables = write_files(plan)
        for number in range(plan.rounds):
            progress((number + 0.5) / (plan.rounds + 1), f"第 {number + 1} 轮")
            one_round(plan, number, tables, found)
        progress(1.0, "测量完毕")
    finally:
        for path in plan.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return dict(found)


def write_files(plan: Plan) -> list[Path]:
    """Write the settlements; returns the county's other uploads."""
    county = plan.county or plan.folder / "county"
    if not plan.county:
        write_county(county)
    roster, all_rows = county / "institutions.csv", plan.folder / "all.csv"
    write_settlements(all_rows, Settlements(plan.rows, COUNTY_PERSONS), roster)
    as_gb18030(all_rows, plan.folder / "old.csv")
    write_settlements(plan.folder / "small.csv", Settlements(plan.small_rows, COUNTY_PERSONS), roster)
    for number in range(plan.rounds):
        month = Settlements(plan.month_rows, COUNTY_PERSONS, LAST, 1, (number + 1) * 1_000_000_000)
        write_settlements(plan.folder / f"month{number}.csv", month, roster)
    return [path for path in sorted(county.glob("*.csv")) if not path.name.startswith("settlements")]


def one_round(plan: Plan, number: int, tables: list[Path], found: Measured) -> None:
    folder = plan.folder
    all_rows, warehouse = folder / "all.csv", folder / "warehouse"
    keep(found, "bare", run("bare", file=all_rows, database=folder / "bare.duckdb"), folder / "bare.duckdb")
    keep(found, "load", run("whole_load", file=all_rows, warehouse=warehouse))
    keep(found, "bare_in_memory", run("bare", file=all_rows, database=":memory:"))
    keep(found, "load_gb18030", run("whole_load", file=folder / "old.csv", warehouse=folder / "old"), folder / "old")
    keep(
        found, "load_small", run("whole_load", file=folder / "small.csv", warehouse=folder / "tenth"), folder / "tenth"
    )
    for engine in engines():
        keep(found, engine, run(engine, rows=typed_rows(warehouse)))
    onto_history(warehouse, folder / f"month{number}.csv", tables, found)
    keep(found, "pages", run("pages", warehouse=warehouse), warehouse)


def onto_history(warehouse: Path, month: Path, tables: list[Path], found: Measured) -> None:
    """A month's upload onto the rows that were loaded, what follows from it alone, and the rebuild of everything."""
    load(warehouse, tables, "bench")
    former = builds.current(warehouse)
    keep(found, "month", run("whole_load", file=month, warehouse=warehouse))
    keep(found, "month_derived", run("derived", warehouse=warehouse, former=former))
    keep(found, "rebuild", run("rebuild", warehouse=warehouse))


def engines() -> list[str]:
    others = [f"in_{module}" for module in ("polars", "pandas") if find_spec(module)]
    return ["in_duckdb", *others]


def typed_rows(warehouse: Path) -> Path:
    """The Parquet of the one settlements batch of a warehouse."""
    (batch,) = {b.id for (table, *_), b in live(warehouse).items() if table == "settlements"}
    return warehouse / "batches" / batch / "rows.parquet"


def keep(found: Measured, name: str, result: dict, remove: Path | None = None) -> None:
    found[name].append(result)
    if remove:
        shutil.rmtree(remove) if remove.is_dir() else remove.unlink(missing_ok=True)
