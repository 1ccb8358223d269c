"""Roll-ups made by another engine, and the build that is made of them. Killed at any moment, the figures stay.

An engine writes each batch's parts below scale/rollups/<definitions>/<batch> of the place where the batches lie. What
is complete there is not computed again. Only then, under the writer's lock, parts become roll-ups and a build is made
of them, like any other.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.access import need, needed
from pipelines.build import Receipt, load
from pipelines.errors import WarehouseError
from pipelines.keys import bound
from pipelines.refusals import in_words
from pipelines.scale.engines import Engine, engine
from pipelines.scale.places import HERE, HadoopPlace, LocalPlace, scheme_of
from pipelines.scale.statements import CONTROLS, rollup_statements
from pipelines.scale.taking import finished, take
from pipelines.side_by_side import Progress, meanwhile, quiet
from pipelines.store import builds, facts
from pipelines.store.purged import cleared, refuse_unfinished
from pipelines.store.rollups import rollup_folder
from pipelines.store.warehouse import batch_folder, live, workroom, writing

STAGED = "scale/rollups"
TRIED = "scale/compared"
Place = LocalPlace | HadoopPlace


@dataclass(frozen=True)
class Asked:
    """Which engine, where it runs and where the batches lie: '' for the warehouse itself.

    options: further settings of Spark, as spark.executor.memory.
    """

    engine: str = "spark"
    master: str = ""
    place: str = ""
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What a run has made: batches whose roll-ups are new, receipts of the files that it loaded, the build in force."""

    batches: tuple[str, ...]
    receipts: tuple[Receipt, ...]
    build: str | None


def scale(
    warehouse: Path,
    asked: Asked,
    by: str,
    files: Iterable[Path] = (),
    progress: Progress = quiet,
    restating: str = "",
) -> Done:
    """Make the roll-ups that are missing on another engine, load files with theirs made there too, and build.

    restating: why files may change locked months. Raises WarehouseError for what the engine can't do, and for a result
    whose sums are not those of the rows: the figures are then as they were.
    """
    need(warehouse, needed("commands", "scale"))
    with in_words(), alone(warehouse):
        refuse_encrypted(warehouse)
        batches, files = missing(warehouse), list(files)
        if not batches and not files:
            return Done((), (), taken_over(warehouse, local(warehouse, asked), (), progress))
        with engine(asked.engine, asked.place or str(warehouse), asked.master, asked.options) as running:
            compute(warehouse, running, batches, progress)
            build = taken_over(warehouse, running.place, batches, progress)
            if not files:
                return Done(tuple(batches), (), build)
            new: list[str] = []
            roll_up = rolling(warehouse, running, new)
            receipts = load(warehouse, files, by, progress, restating=restating, roll_up=roll_up)
        return Done((*batches, *new), tuple(receipts), builds.in_force(warehouse))


def take_staged(warehouse: Path, asked: Asked, progress: Progress = quiet) -> Done:
    """Take over what spark-sql has finished by the files of emit, and build. What is not finished has to wait.

    Raises WarehouseError if there is none, or if its sums are not those of the rows.
    """
    need(warehouse, needed("commands", "scale"))
    with in_words(), alone(warehouse), reached(warehouse, asked) as place:
        batches = [batch for batch in missing(warehouse) if complete(place, batch)]
        if not batches:
            raise WarehouseError(f"{place.uri(STAGED)} 里没有算完的汇总；没有改变什么")
        return Done(tuple(batches), (), taken_over(warehouse, place, batches, progress))


@contextmanager
def reached(warehouse: Path, asked: Asked) -> Iterator[Place]:
    """The place where the batches lie; what is not of this machine is reached through Spark."""
    if not scheme_of(asked.place):
        yield local(warehouse, asked)
        return
    with engine("spark", asked.place, "local[1]", asked.options) as running:
        yield running.place


def local(warehouse: Path, asked: Asked) -> LocalPlace:
    return LocalPlace(Path(asked.place or warehouse), HERE)


@contextmanager
def alone(warehouse: Path) -> Iterator[None]:
    """One run at a time; others load and read meanwhile."""
    warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(warehouse / "scale.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise WarehouseError("另一个外部引擎正在为这个数据仓库计算，请等它算完") from error
    try:
        yield
    finally:
        lock.release()


def refuse_encrypted(warehouse: Path) -> None:
    if bound(warehouse):
        raise WarehouseError("加密的数据仓库不能交给外部引擎：密钥不离开本机；load 等命令在本机照常汇总")


def missing(warehouse: Path) -> list[str]:
    """The batches of settlements that count and whose roll-up is not there for the definitions in force.

    Those whose rows were cleared are none: what is left of them is carried on here.
    """
    settled = {batch.id for (table, *_), batch in live(warehouse).items() if table == "settlements"}
    return [b for b in sorted(settled) if not rollup_folder(warehouse, b).exists() and not cleared(warehouse, b)]


def staged(batch: str, below: str = STAGED) -> str:
    """Where an engine writes the parts of a batch, below the place."""
    return f"{below}/{facts.definitions_id()}/{batch}"


def rows_of(batch: str) -> str:
    return f"batches/{batch}/rows.parquet"


def compute(warehouse: Path, running: Engine, batches: Iterable[str], progress: Progress) -> None:
    """Have the engine write the parts of these batches, of each only if they are not complete."""
    batches = list(batches)
    for number, batch in enumerate(batches):
        progress(0.8 * number / len(batches), f"{running.name} 汇总 {batch}")
        if not complete(running.place, batch):
            run_batch(warehouse, running, batch, staged(batch))


def complete(place: Place, batch: str) -> bool:
    """Whether the last part of a batch is there. Spark puts a finished part in place with its _SUCCESS."""
    if isinstance(place, LocalPlace):
        return finished(place.root / staged(batch))
    return place.exists(f"{staged(batch)}/{CONTROLS}/_SUCCESS")


def run_batch(warehouse: Path, running: Engine, batch: str, target: str) -> None:
    """Have the engine write the parts of a batch below target, a path of the place."""
    place = running.place
    place.remove(target)
    if not place.exists(rows_of(batch)):
        place.put(batch_folder(warehouse, batch) / "rows.parquet", rows_of(batch))
    for statement in rollup_statements(place.uri(rows_of(batch)), place.uri(target)):
        running.run(statement.sql)


def taken_over(warehouse: Path, place: Place, batches: Iterable[str], progress: Progress) -> str | None:
    """Publish the roll-ups of these batches and make the build of all that counts; returns its id."""

    def build() -> None:
        with writing(warehouse):
            refuse_unfinished(warehouse)
            wanted = missing(warehouse)  # a load, an undo or a clearing may have come meanwhile
            take_all(warehouse, place, [batch for batch in batches if batch in wanted])
            drop(place, [batch for batch in batches if batch not in wanted])
            builds.catch_up(warehouse)

    meanwhile("取回汇总并构建", build, progress, 0.8, 1.0)
    return builds.in_force(warehouse)


def take_all(warehouse: Path, place: Place, batches: Iterable[str]) -> None:
    """Publish the roll-ups of these batches; what was staged goes, all of it once no batch is missing. The caller holds
    the writer's lock.
    """
    for batch in batches:
        with workroom(warehouse, "taken") as folder:
            take(warehouse, batch, place.fetch(staged(batch), folder))
        drop(place, [batch])
    if batches and not missing(warehouse):
        place.remove(STAGED)  # with what broken-off runs of other definitions left


def drop(place: Place, batches: Iterable[str]) -> None:
    """Remove what an engine wrote of these batches."""
    for batch in batches:
        place.remove(staged(batch))


def rolling(warehouse: Path, running: Engine, new: list[str]) -> Callable[[list[str]], None]:
    """What load calls for the batches that it has put in: their roll-ups are made by the engine, and told in new."""

    def roll_up(batches: list[str]) -> None:
        lacking = [batch for batch in batches if not rollup_folder(warehouse, batch).exists()]
        compute(warehouse, running, lacking, quiet)
        take_all(warehouse, running.place, lacking)
        new.extend(lacking)

    return roll_up
