"""From a staged file to a batch: its id, its record, its folder, its roll-up. It counts once the journal says so."""

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from collections.abc import Mapping as Mappings
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from pipelines.contracts import DEFINITIONS, contracts, words
from pipelines.engine import workbench
from pipelines.keys import located
from pipelines.registry import indicator_words
from pipelines.side_by_side import Progress, side_by_side
from pipelines.store import rollups
from pipelines.store.hashes import RECORD, file_hashes
from pipelines.store.parquet import keep_file, link_or_copy
from pipelines.store.places import Place, county_column, several, stands_for
from pipelines.store.warehouse import Batch, Entry, batch_folder, live, now, publish, workroom
from pipelines.uploads.files import Upload
from pipelines.uploads.mapping import Mapping, remembered
from pipelines.uploads.privacy import person_key
from pipelines.uploads.problems import Problem
from pipelines.uploads.staging import Staged, stage

Live = dict[Place, Batch]
NUMBERING = threading.Lock()  # persons are numbered in turn
NUMBERS = "numbers.parquet"  # of all persons of a batch, until its roll-up is made


@dataclass(frozen=True)
class Receipt:
    """What became of a file. status: loaded, unchanged (the same file counts already) or refused (see problems).

    skipped: a sheet that is no upload table, of a workbook.
    number: of the receipt, the line of the journal that commits the batch; None for what was not loaded now.
    """

    file: str
    status: str
    batch: Batch | None
    problems: tuple[Problem, ...]
    number: int | None = None


def words_of(list_name: str) -> dict[str, str]:
    """What may be written in a cell of a code list; indicators are the KPIs of the dictionary."""
    return indicator_words() if list_name == "indicator" else words(list_name)


def read_all(
    warehouse: Path,
    uploads: list[Upload],
    folder: Path,
    progress: Progress,
    span: tuple[float, float],
    mappings: Mappings[str, Mapping] | None = None,
) -> list[Staged]:
    """Stage every upload, each into a folder of its own inside folder. mappings: upload name -> its headers by hand."""
    key, known, mappings = person_key(warehouse), partial(remembered, warehouse), mappings or {}

    def read(upload: Upload, aside: Path) -> Staged:
        aside.mkdir(parents=True)
        return stage(upload, aside, key, words_of, mappings.get(upload.name), known)

    jobs = [(f"读 {u.name}", partial(read, u, folder / f"staged{n}")) for n, u in enumerate(uploads)]
    return side_by_side(jobs, progress, *span)


def put_all(
    warehouse: Path,
    files: list[Staged],
    by: str,
    progress: Progress,
    span: tuple[float, float],
    roll_up: Callable[[list[str]], None] | None = None,
) -> list[Batch]:
    """Put staged files beside the other batches, with their roll-ups; the caller holds the writer's lock.

    roll_up: what makes the roll-ups of these batches; None: they are made here.
    """

    def put(staged: Staged) -> Batch:
        with workroom(warehouse, "load") as folder:
            return put_in(warehouse, staged, by, folder, roll_up is None)

    batches = side_by_side([(f"装入 {s.upload.name}", partial(put, s)) for s in files], progress, *span)
    if roll_up:
        roll_up([batch.id for batch in batches if batch.table == "settlements"])
    return batches


def described(warehouse: Path, staged: Staged, by: str) -> Batch:
    """The record of the batch that a staged file makes."""
    stands = live(warehouse)
    superseded = {stands[place].id for place in stands_for(staged, several(stands.values())) if place in stands}
    batch = batch_id(staged)
    return Batch(
        id=batch,
        table=staged.table,
        layout=staged.layout,
        file=staged.upload.name,
        sha256=staged.sha256,
        encoding=staged.encoding,
        periods=staged.periods,
        columns=staged.columns,
        dropped=staged.dropped,
        totals={key: str(value) for key, value in staged.totals.items()},
        skipped=staged.skipped,
        loaded_by=by,
        loaded_at=now(),
        supersedes=tuple(sorted(superseded - {batch})),
        sheet=staged.upload.sheet,
        left_out=staged.faulty,
        mapping=staged.mapping,
        ignored=staged.ignored,
        counties=staged.counties,
    )


def batch_id(staged: Staged) -> str:
    """Table, first period, and a hash of the file and of what read it: the same file is the same batch.

    Another sheet, another mapping of its headers, or other rows that were left out make another batch.
    """
    uploads = DEFINITIONS / "1_uploads"
    readers = (uploads / f"{staged.table}.toml", uploads / "_common.toml", DEFINITIONS / "codes.toml")
    contract = b"".join(path.read_bytes() for path in readers)
    totals = {key: str(value) for key, value in staged.totals.items()} if staged.faulty else {}
    beside = [part for part in (staged.upload.sheet, staged.mapping, totals) if part]
    told = json.dumps(beside, ensure_ascii=False, sort_keys=True).encode() if beside else b""
    digest = hashlib.sha256(staged.sha256.encode() + contract + told).hexdigest()[:10]
    return f"{staged.table}-{staged.periods[0].replace('-', '')}-{digest}"


def put_in(warehouse: Path, staged: Staged, by: str, folder: Path, rolled_up: bool = True) -> Batch:
    """Put a staged file beside the other batches, rolled up or not; the caller holds the writer's lock."""
    batch = described(warehouse, staged, by)
    with NUMBERING:
        if not batch_folder(warehouse, batch.id).exists():
            batch = keep(warehouse, staged, batch, folder)
    if rolled_up and batch.table == "settlements":
        numbers = folder / NUMBERS  # there if the batch is new
        rollups.make_rollup(warehouse, batch.id, numbers if located(numbers).exists() else None)
    return batch


def keep(warehouse: Path, staged: Staged, batch: Batch, folder: Path) -> Batch:
    """Write the batch folder aside and publish it whole; the record with the hashes of its files."""
    aside = folder / "batch"
    aside.mkdir()
    if "psn_no" in staged.columns:
        keep_file(warehouse, staged.rows, aside / "rows.parquet")
        with workbench(folder) as con:
            rollups.number_persons(con, warehouse, staged.rows, aside / "persons.parquet", folder / NUMBERS)
    else:
        link_or_copy(staged.rows, aside / "rows.parquet")
    if (
        staged.may_be_kept and "psn_no" not in staged.columns
    ):  # a file with person numbers or personal columns is not, only its SHA-256
        # of a workbook only the sheet is: what lies beside it, or is hidden in it, may be personal
        evidence = staged.upload.path if staged.upload.sheet else staged.upload.evidence
        shutil.copyfile(evidence, aside / f"original{evidence.suffix.lower() or '.csv'}")
    batch = replace(batch, files=file_hashes(aside))
    write_record(aside, batch)
    publish(aside, batch_folder(warehouse, batch.id))
    return batch


def write_record(folder: Path, batch: Batch) -> None:
    (folder / RECORD).write_text(json.dumps(asdict(batch), ensure_ascii=False, indent=2), "utf-8")


def barred(staged: Staged, locked: dict[str, Entry], stands: Live) -> tuple[str, ...]:
    """The locked months that a staged file would change. Tables by the year and whole tables know no locks."""
    if not staged.table or contracts()[staged.table].grain != "month":
        return ()
    here = [place for place in stands_for(staged, several(stands.values())) if place.period in locked]
    moved = {place.period for place in here if place not in stands or stands[place].id != batch_id(staged)}
    return tuple(period for period in staged.periods if period in moved)


def counts_already(staged: Staged, stands: Live) -> bool:
    """Whether the batch that a file makes stands wherever it could."""
    places = [stands.get(place) for place in stands_for(staged, several(stands.values()))]
    return all(place is not None and place.id == batch_id(staged) for place in places)


def overlaps(staged: Staged, others: list[Staged], together: bool) -> tuple[tuple[str, str], ...]:
    """(period, name) of other files that hold a period of this one's table too, unless they are the same file again.

    together: several counties share the warehouse; then files only meet where a county has rows in both.
    """
    if staged.rows is None:
        return ()
    beside = [o for o in others if o is not staged and o.rows and o.table == staged.table]
    own = set(stands_for(staged, together))
    shared = [(place.period, other) for other in beside for place in stands_for(other, together) if place in own]
    found = [(period, other.upload.name) for period, other in shared if batch_id(other) != batch_id(staged)]
    return tuple(dict.fromkeys(found))


def overlap_sentence(staged: Staged, period: str, other: str) -> str:
    what = contracts()[staged.table].name_zh + ("" if period == "all" else f" {period}")
    counties = "；几个区县的文件要连同区县名录一起装入" if county_column(staged.table) and staged.counties else ""
    return f"和“{other}”都有{what}；一次只能装入其中一个，或先合并成一个文件{counties}"


def locked_sentence(period: str, entry: Entry) -> str:
    return f"{locked_by(period, entry)}；要改动请写明更正原因，或先解锁"


def locked_by(period: str, entry: Entry) -> str:
    return f"{period} 已由{entry.by}于 {entry.at[:10]} 锁定（{entry.why}）"
