"""warehouse/documents/<sha256>.json: a line of the register for each file that was made. No person stands in it."""

import hashlib
import json
import time
import uuid
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from pipelines import audit_log
from pipelines.access import Scope, caller, reading, whole
from pipelines.answers.small_cells import SMALL
from pipelines.errors import NotAllowed
from pipelines.periods import Period
from pipelines.store.builds import shape
from pipelines.store.warehouse import WarehouseError, journal, publish
from pipelines.uploads.privacy import masked
from reports.document import KINDS, Document, Table, state
from reports.marking import bearer
from reports.register.identity import identity

FORGOTTEN_SECONDS = 3600  # after which a record that is still unfinished was left by a killed process


@dataclass(frozen=True)
class Kept:
    """A record. id: of the document, the same for its PDF and its Word file; sha256: of this file.

    figures: key -> text as printed; values: key -> value in the printed unit, None where there was none; tables:
    (title, rows, {head: control sum}); seen: lines of the journal while its build was in force; definitions: the shape
    of that build; hidden: keys of figures that whoever made it was not shown; institutions, towns: the part that it
    tells of, where it is not the whole county.
    """

    sha256: str
    id: str
    suffix: str
    size: int
    kind: str
    title: str
    first: str
    last: str
    scope: str
    unit: str
    as_of: str
    build_id: str
    definitions: str
    by: str
    at: str
    official: bool
    why_draft: tuple[str, ...]
    watermark: str
    page_id: str
    query: dict[str, str]
    figures: dict[str, str]
    values: dict[str, str | None]
    tables: tuple[tuple[str, int, dict[str, str]], ...]
    seen: int
    hidden: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()

    @property
    def part(self) -> Scope | None:
        """The part of the county that its figures are of; None for the whole."""
        part = Scope(self.institutions, self.towns, self.counties)
        return part if part.codes else None

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def kind_zh(self) -> str:
        return KINDS.get(self.kind, self.kind)

    @property
    def state(self) -> str:
        """正式件, 草稿, or what its kind always is: 数据, 快照."""
        return state(self.kind, self.official)


def keep(warehouse: Path, document: Document, data: bytes, suffix: str) -> Kept:
    """Enter a made file into the register and the audit log, whole or not at all; suffix: pdf, docx, ...
    Nothing is taken away by whoever looks through the eyes of another role: NotAllowed.

    The same file again is the same record. Raises WarehouseError for an ID or telephone number in what it would keep,
    OSError as the system does.
    """
    if reading(warehouse):
        raise NotAllowed("以他人身份查看时只能看，不能出文件、下载")
    record = recorded(warehouse, document, data, suffix)
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1)
    spoken = (record.title, record.scope, record.unit, record.by, record.watermark, *record.query.values())
    if any(masked(each) != each for each in spoken):
        raise WarehouseError("文件的标题、署名或水印里有身份证号或手机号；请去掉后再出")
    if (name := bearer(warehouse)) and name not in record.watermark:
        raise WarehouseError(f"这个文件没有印上“{name}”的水印，不能出")
    note_made(warehouse, record)
    target = path_of(warehouse, record.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target.parent)
    if not target.exists():
        aside = target.with_name(f"{uuid.uuid4().hex}.part")  # not in tmp, which the next writer empties
        aside.write_text(text, "utf-8")
        publish(aside, target)
    return record


def note_made(warehouse: Path, made: Kept) -> None:
    """Record that a file was made, before anybody has it."""
    months = f"{made.first}..{made.last}"
    told = {"类型": made.kind_zh, "状态": made.state, "格式": made.suffix, "期间": months, "验真编号": made.id}
    rows = sum(count for _, count, _ in made.tables)
    told |= {"险种": made.query["s"]} if "s" in made.query else {}
    picked = {key: value for key, value in made.query.items() if key not in ("m", "s", "险种", *told)}
    audit_log.record(warehouse, "document", made.title, told | picked, rows)


def recorded(warehouse: Path, document: Document, data: bytes, suffix: str) -> Kept:
    own = None if document.kind == "letter" else caller(warehouse).scope
    part = Scope(counties=document.counties) if document.counties else own or Scope()
    return Kept(
        sha256=hashlib.sha256(data).hexdigest(),
        id=identity(document),
        suffix=suffix.lstrip("."),
        size=len(data),
        kind=document.kind,
        title=document.title if document.kind != "letter" else f"{document.subtitle}：{document.title}",
        first=document.period.first,
        last=document.period.last,
        scope=document.scope,
        unit=document.unit,
        as_of=document.as_of,
        build_id=document.build_id,
        definitions=shape(),
        by=document.by,
        at=document.at.isoformat(timespec="seconds") if document.at else "",
        official=document.official,
        why_draft=document.why_draft,
        watermark=document.watermark,
        page_id=document.page_id,
        query=dict(document.query),
        figures={key: quote.text for key, quote in document.quotes().items()},
        values={key: None if q.value is None else str(q.value) for key, q in document.quotes().items()},
        tables=tuple(table_of(table) for table in document.tables()),
        seen=seen(warehouse, document.build_id),
        institutions=part.institutions,
        towns=part.towns,
        counties=part.counties,
        hidden=tuple(key for key, quote in document.quotes().items() if quote.missing == SMALL),
    )


def seen(warehouse: Path, build_id: str) -> int:
    """How many lines the journal had when this build was last in force: a load may come while a document is made."""
    lines = journal(warehouse)
    places = [place for place, entry in enumerate(lines) if entry.build == build_id]
    later = (place for place, entry in enumerate(lines) if entry.build and places and place > places[-1])
    return next(later, len(lines))


def table_of(table: Table) -> tuple[str, int, dict[str, str]]:
    return table.title, len(table.rows), {head: str(value) for head, value in table.control_sums().items()}


def path_of(warehouse: Path, sha256: str) -> Path:
    return warehouse / "documents" / f"{sha256}.json"


def sweep(folder: Path) -> None:
    """Remove what a killed process left unfinished."""
    for path in folder.glob("*.part"):
        if path.stat().st_mtime < time.time() - FORGOTTEN_SECONDS:
            path.unlink(missing_ok=True)


def find(warehouse: Path, data: bytes) -> Kept | None:
    """The record of exactly this file. Raises NotAllowed for those with a part of the county."""
    whole(warehouse)
    return read(path_of(warehouse, hashlib.sha256(data).hexdigest()))


def of_document(warehouse: Path, id: str) -> list[Kept]:
    """The records of the files that were made of one document."""
    return [each for each in listed(warehouse) if each.id == id]


def listed(warehouse: Path, official: bool | None = None) -> list[Kept]:
    """Every record, the newest first; a file in the folder that is none is passed over.

    Raises NotAllowed for those with a part of the county.
    """
    whole(warehouse)
    return every(warehouse, official)


def every(warehouse: Path, official: bool | None = None) -> list[Kept]:
    """The same for a function that gives back only what is somebody's own."""
    found = [read(path) for path in (warehouse / "documents").glob("*.json")]
    kept = [each for each in found if each and official in (None, each.official)]
    return sorted(kept, key=lambda each: (each.seen, each.at, each.sha256), reverse=True)


def unreadable(warehouse: Path) -> int:
    """How many records can't be read: what they printed is not asked anew, and their files can't be verified."""
    return sum(read(path) is None for path in (warehouse / "documents").glob("*.json"))


def read(path: Path) -> Kept | None:
    """A record; None if there is none, or if it can't be read."""
    if not path.exists():
        return None
    seen_as = path.stat()
    return parsed(path, seen_as.st_mtime_ns, seen_as.st_size)


@lru_cache(maxsize=4096)  # well above a year of letters: fewer would be read anew in turn
def parsed(path: Path, _changed: int, _size: int) -> Kept | None:
    """Kept in memory, as records never change and pages list them at every click; one that was damaged is read anew."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        known = {key: raw[key] for key in Kept.__dataclass_fields__ if key in raw}  # a newer product may have kept more
        told = {key: tuple(value) if isinstance(value, list) else value for key, value in known.items()}
        return Kept(**told | {"tables": tuple(map(tuple, told["tables"]))})
    except (ValueError, TypeError, KeyError):
        return None
