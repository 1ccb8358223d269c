"""The same work at several sizes of history: what grows with what was uploaded, and what must not grow at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from pipelines import renew
from pipelines.bench.files import write_settlements
from pipelines.bench.places import county_code
from pipelines.bench.processes import OutOfMemory, run
from pipelines.bench.settlements import COUNTY_PERSONS, Settlements
from pipelines.bench.warehouses import make_warehouse
from pipelines.sample import write_county
from pipelines.side_by_side import Progress, quiet
from pipelines.store import builds

PERSON_ROWS = 10  # settlements of a person in two years
MONTH_ROWS, NEXT_MONTH = 200_000, "2026-07"
SALT = 900_000_000_000  # of twelve digits, as settlements are numbered
LIMIT_MB = 8192.0
WHOLE_YEAR = "2025"
HALF_YEAR = {"first": "2026-01", "last": "2026-06"}
ENGINES = {"product": "duckdb", "plain_duckdb": "duckdb", "in_polars": "polars", "in_pandas": "pandas"}
SHARED = (".parquet", ".duckdb")  # never changed once they are there
NOT_COPIED = ("clues", "tmp", "trials", "documents", "writer.lock", "writer.json")


@dataclass(frozen=True)
class Growth:
    """sizes: settlements of two years, in growing order; folder: for what is made and removed again; kept: where the
    warehouses of these sizes lie ready, or are put to stay; county: the sample's CSVs if they lie ready.

    month_rows: of the one file that is loaded onto each history, in as many rounds.
    """

    sizes: tuple[int, ...]
    folder: Path
    kept: Path | None = None
    county: Path | None = None
    month_rows: int = MONTH_ROWS
    rounds: int = 3

    def warehouse(self, rows: int) -> Path:
        return (self.kept or self.folder) / f"rows-{rows}"


Found = dict[str, dict]


def settlements(rows: int) -> Settlements:
    """What a history of so many rows is: a person has ten of them in two years."""
    return Settlements(rows, max(rows // PERSON_ROWS, 1000))


def measure_growth(plan: Growth, progress: Progress = quiet) -> dict[int, Found]:
    """Size -> job -> what it found. Raises RuntimeError if a job fails, or engines answer differently."""
    county = plan.county or plan.folder / "county"
    if not plan.county:
        write_county(county)
    month = plan.folder / f"settlements_{NEXT_MONTH}.csv"
    july = Settlements(plan.month_rows, COUNTY_PERSONS, NEXT_MONTH, 1, SALT)
    write_settlements(month, july, county / "institutions.csv")
    found = {}
    for number, rows in enumerate(plan.sizes):
        ready(plan, rows, county, progress)
        found[rows] = measured(plan, rows, county, lambda what, n=number: progress(n / len(plan.sizes), what))
    for number in range(plan.rounds):
        progress(0.99, f"第 {number + 1} 轮装入一个月")
        for rows in plan.sizes:
            for job, told in onto_history(plan, rows, month).items():
                found[rows].setdefault(job, []).append(told)
    return {rows: {job: middle(told) for job, told in jobs.items()} for rows, jobs in found.items()}


def middle(told: dict | list[dict]) -> dict:
    """The median of what rounds found; the one that ran out of memory, if one did."""
    if isinstance(told, dict):
        return told
    short = next((each for each in told if each.get("out_of_memory")), None)
    return short or {key: median(each[key] for each in told) for key in told[0]}


def ready(plan: Growth, rows: int, county: Path, progress: Progress) -> None:
    """Have the warehouse of a size, with a build of today's definitions; one that lies there is not generated anew."""
    warehouse = plan.warehouse(rows)
    if not warehouse.exists():
        aside = warehouse.with_name(f"{warehouse.name}.half")
        shutil.rmtree(aside, ignore_errors=True)  # of a run that was stopped amid it
        make_warehouse(aside, settlements(rows), county, progress)
        aside.rename(warehouse)
    elif builds.outdated(warehouse):
        renew(warehouse, progress)


def measured(plan: Growth, rows: int, county: Path, tell) -> Found:
    """Every job on the history of one size that reads it, and making all that follows from it anew."""
    found: Found = {}
    with copy_of(plan.warehouse(rows), plan.folder) as warehouse:

        def keep(name: str, job: str, **given) -> None:
            tell(f"{rows} 行：{job}")
            found[name] = run_within(job, warehouse=warehouse, **given)

        for job in ("disk", "page_times", "users", "drill", "persons"):
            keep(job, job)
        keep("clue_rules", "clue_rules", year=WHOLE_YEAR)
        keep("clue_rules_now", "clue_rules", year=HALF_YEAR["last"][:4])  # the report asks for it and finds it kept
        keep("half_year_report", "half_year_report")
        found |= side_by_side(warehouse, tell)
        keep("rebuild", "rebuild")
        tell(f"{rows} 行：一个月的文件")
        with month_of(plan, rows, county) as file:
            keep("own_month", "whole_load", file=file)
    return found


@contextmanager
def month_of(plan: Growth, rows: int, county: Path) -> Iterator[Path]:
    """A folder with the next month's files of a county or city of this size: each county hands in its own."""
    history = settlements(rows)
    of_county = replace(
        history,
        rows=max(rows // history.months // history.counties, 1),
        persons=min(history.persons, COUNTY_PERSONS),
        start=NEXT_MONTH,
        months=1,
    )
    with tempfile.TemporaryDirectory(dir=plan.folder) as folder:
        for number in range(history.counties):
            month = replace(of_county, salt=SALT + number * 1_000_000_000, before=number)
            target = Path(folder) / f"settlements_{NEXT_MONTH}_{county_code(number)}.csv"
            write_settlements(target, month, county / "institutions.csv")
        yield Path(folder)


def onto_history(plan: Growth, rows: int, month: Path) -> Found:
    """A month's file loaded onto the history of one size, and what follows from it alone."""
    with copy_of(plan.warehouse(rows), plan.folder) as warehouse:
        former = builds.current(warehouse)
        loaded = run_within("whole_load", file=month, warehouse=warehouse)
        return {"whole_load": loaded, "derived": run_within("derived", warehouse=warehouse, former=former)}


def run_within(job: str, **given) -> dict:
    """What a job found within the memory it is given; {"out_of_memory": True} if that was too little."""
    try:
        return run(job, LIMIT_MB, **given)
    except OutOfMemory:
        return {"out_of_memory": True}


def side_by_side(warehouse: Path, tell) -> Found:
    """What each engine took for the same answers. Raises RuntimeError if two of them differ."""
    found: Found = {}
    for engine, module in ENGINES.items():
        tell(f"同样的答案：{engine}")
        asked = {"warehouse": warehouse, **HALF_YEAR}
        found[engine] = run_within(f"answers_{engine}", **asked) if find_spec(module) else {}
    answers = {engine: told.pop("answers") for engine, told in found.items() if "answers" in told}
    for engine, told in answers.items():
        if told != answers["product"]:
            raise RuntimeError(f"{engine} answers otherwise than the product: {differing(answers['product'], told)}")
    return found


def differing(ours: dict, theirs: dict) -> str:
    """The first answer that differs."""
    pairs = [(name, key) for name in ours for key in {*ours[name], *theirs[name]}]
    name, key = next((n, k) for n, k in sorted(pairs) if ours[n].get(k) != theirs[n].get(k))
    return f"{name} {key}: {ours[name].get(key)} / {theirs[name].get(key)}"


@contextmanager
def copy_of(warehouse: Path, folder: Path) -> Iterator[Path]:
    """A warehouse to write to, that shares what never changes with the one it was copied from."""
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        target = Path(aside) / "warehouse"
        shutil.copytree(warehouse, target, copy_function=linked, ignore=shutil.ignore_patterns(*NOT_COPIED))
        yield target


def linked(source: str, target: str) -> None:
    try:
        os.link(source, target) if source.endswith(SHARED) else shutil.copy2(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)
