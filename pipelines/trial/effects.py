"""What loading would change: the headline KPIs before and after, from a shadow of the warehouse."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipelines.answers.county import County, NothingLoaded, open_county, opened_once
from pipelines.answers.query import Figure, ask
from pipelines.contracts import contracts
from pipelines.keys import bound
from pipelines.periods import Period
from pipelines.refusals import in_words
from pipelines.registry import headlines
from pipelines.side_by_side import Progress, meanwhile, quiet
from pipelines.store import builds, facts
from pipelines.store.commits import commit
from pipelines.store.intake import put_all
from pipelines.store.parquet import link_or_copy
from pipelines.store.warehouse import Entry, now, whole_lines, workroom
from pipelines.trial.tried import Trial, Tried

MOST_MONTHS = 3
SUPPOSED = "试算"  # nobody has to say why in a shadow


@dataclass(frozen=True)
class Effect:
    """A headline KPI in a period that the files touch. None: the warehouse holds nothing at all there yet."""

    kpi: str
    period: Period
    before: Figure | None
    after: Figure | None

    @property
    def changed(self) -> bool:
        """Whether the value would be another, told instead of missing, or missing instead of told."""
        return (self.before and self.before.value) != (self.after and self.after.value)


def effects(trial: Trial, chosen: Collection[str], progress: Progress = quiet) -> tuple[Effect, ...]:
    """The headline KPIs before and after loading the chosen files, for each month they touch up to three, else for the
    whole span. Files that could not be loaded change nothing. The warehouse itself is neither locked nor changed.

    Raises WarehouseError if the result would fail its checks.
    """
    picked = [t for t in trial.files if t.name in chosen and t.loadable]
    if not picked:
        return ()
    with in_words(), workroom(trial.folder, "shadow") as folder:
        shadow = folder / "warehouse"
        meanwhile("准备对照", partial(cast_shadow, trial.warehouse, shadow), progress, 0.0, 0.1)
        batches = put_all(shadow, [t.staged for t in picked], "", progress, (0.1, 0.5))
        commit(shadow, [Entry("commit", batch.id, "", now()) for batch in batches], progress, restating=SUPPOSED)
        after = opened_once(shadow.resolve(), builds.current(shadow))
        try:
            return tuple(differences(before_of(trial.warehouse), after, periods(picked, after)))
        finally:
            after.con.close()


def cast_shadow(warehouse: Path, shadow: Path) -> None:
    """A warehouse that shares the other's immutable files by hard links, with a journal of its own."""
    shadow.mkdir()
    (shadow / "journal.jsonl").write_bytes(whole_lines(warehouse))
    if bound(warehouse):
        link_or_copy(warehouse / "keys.json", shadow / "keys.json")
    share(warehouse, shadow, "batches")
    share(warehouse, shadow, f"rollups/{facts.definitions_id()}")
    build_id = builds.in_force(warehouse)
    if build_id and builds.build_path(warehouse, build_id).exists():
        (shadow / "builds").mkdir()
        link_or_copy(builds.build_path(warehouse, build_id), builds.build_path(shadow, build_id))
        (shadow / "CURRENT").write_text(build_id + "\n")


def share(warehouse: Path, shadow: Path, inside: str) -> None:
    """Link every file of a folder. A load that is undone meanwhile takes its own files away: they are not missed."""
    for path in sorted((warehouse / inside).glob("*/*")):
        target = shadow / path.relative_to(warehouse)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            if path.is_file():
                link_or_copy(path, target)


def before_of(warehouse: Path) -> County | None:
    try:
        return open_county(warehouse)
    except NothingLoaded:
        return None


def periods(picked: list[Tried], county: County) -> list[Period]:
    """The months that the files touch: each, or their span if they are many; for tables by the year that year up to the
    last loaded month, for whole tables the default period."""
    months, found = set(), []
    for staged in (t.staged for t in picked):
        grain = contracts()[staged.table].grain
        if grain == "month":
            months |= set(staged.periods)
        elif county.last_month:
            found += (
                [year_to_date(year, county) for year in staged.periods] if grain == "year" else [county.default_period]
            )
    listed = sorted(months)
    each = [Period(m, m) for m in listed] if len(listed) <= MOST_MONTHS else [Period(listed[0], listed[-1])]
    return list(dict.fromkeys([*each, *(sorted(filter(None, found)))]))


def year_to_date(year: str, county: County) -> Period | None:
    """The loaded months of a year; None if there are none."""
    months = [month for month in county.months() if month.startswith(year) and month <= county.last_month]
    return Period(f"{year}-01", months[-1]) if months else None


def differences(before: County | None, after: County, spans: list[Period]) -> list[Effect]:
    found = []
    for period in spans:
        then = {f.kpi.id: f for f in ask(before, headlines(), period)} if before else {}
        found += [Effect(f.kpi.id, period, then.get(f.kpi.id), f) for f in ask(after, headlines(), period)]
    return found
