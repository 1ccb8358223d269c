"""What a file is: genuine and current, genuine but since restated, ours but altered, or not ours."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines import County, QuestionError, WarehouseError
from pipelines.registry import kpis
from reports.naming import figure_name
from reports.quoting import Ref, quotes
from reports.register.identity import MARK
from reports.register.keeping import Kept, find, of_document

KINDS = {
    "current": "真实，且与现在的数据一致",
    "restated": "真实，但之后有数字更正过",
    "altered": "自称由本系统出具，但内容被改动过",
    "not_ours": "不是本系统出具的文件",
}
LARGEST = 200_000_000  # bytes of a file that is looked at: none that is made here comes near
MARKED = re.compile(MARK.encode() + rb"([0-9a-f]{32})")
PART_BYTES = 1_000_000  # of a part of an office file that is read for its mark


@dataclass(frozen=True)
class Changed:
    """A figure that a document printed otherwise than it is now. name: KPI, months and conditions in Chinese."""

    key: str
    name: str
    printed: str
    now: str


@dataclass(frozen=True)
class Verdict:
    """kind: one of KINDS; kept: the record of the file, of an altered one that of the document it says it is.

    same_build: its figures come from the very build that is in force, so that nothing in it can be another.
    """

    kind: str
    kept: Kept | None = None
    changed: tuple[Changed, ...] = ()
    same_build: bool = False

    @property
    def told(self) -> str:
        return KINDS[self.kind]


def contents(path: Path) -> bytes:
    """The bytes of a file that is to be verified. Raises WarehouseError for one that is larger than any made here,
    and for an archive of files."""
    if path.stat().st_size > LARGEST:
        raise WarehouseError(f"“{path.name}”超过 {LARGEST // 1_000_000} MB，不会是本系统出具的文件")
    data = path.read_bytes()
    if data.startswith(b"PK") and not office(data):
        raise WarehouseError(f"“{path.name}”是压缩包；请解开后逐份验真")
    return data


def office(data: bytes) -> bool:
    """Whether a zip is an office file: those say what their parts are."""
    return b"[Content_Types].xml" in data


def verdict(county: County, data: bytes) -> Verdict:
    """What a file is, by the register of the county's warehouse."""
    kept = find(county.warehouse, data)
    if kept is None:
        return altered(county, data)
    others = changed(county, kept)
    return Verdict("restated" if others else "current", kept, others, kept.build_id == county.build_id)


def altered(county: County, data: bytes) -> Verdict:
    id = mark_in(data)
    if not id:
        return Verdict("not_ours")
    return Verdict("altered", next(iter(of_document(county.warehouse, id)), None))


def mark_in(data: bytes) -> str:
    """The id of the document that a file says it is, '' for none: in its bytes, or in the parts of an office file."""
    found = MARKED.search(data) or next(filter(None, map(MARKED.search, parts(data))), None)
    return found[1].decode() if found else ""


def parts(data: bytes) -> list[bytes]:
    """The beginnings of the properties of an office file; nothing for any other file."""
    if not data.startswith(b"PK"):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [name for name in package.namelist() if name.startswith("docProps/")]
            return [opened(package, name) for name in names[:8]]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return []


def opened(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        return part.read(PART_BYTES)


def changed(county: County, kept: Kept) -> tuple[Changed, ...]:
    """The figures of a record whose values are others now; nothing is asked if its build is the one in force."""
    if kept.build_id == county.build_id:
        return ()
    now = as_now(county, kept.values)
    others = [key for key, value in kept.values.items() if now[key][1] != (None if value is None else Decimal(value))]
    return tuple(
        Changed(key, figure_name(county, Ref.parse(key)), kept.figures.get(key, "—"), now[key][0]) for key in others
    )


Printed = tuple[str, Decimal | None]  # text, value in the printed unit


def as_now(county: County, keys: Iterable[str]) -> dict[str, Printed]:
    """{key: as it would be printed now}; what can't be asked any more says so."""
    known = {key: Ref.parse(key) for key in keys if key.split(";")[0] in kpis()}
    try:
        found = {key: (quote.text, quote.value) for key, quote in quotes(county, known.values()).items()}
    except QuestionError:  # one of them: ask each by itself
        found = {key: one_now(county, ref) for key, ref in known.items()}
    return dict.fromkeys(keys, ("现在没有这个指标", None)) | found


def one_now(county: County, ref: Ref) -> Printed:
    try:
        found = quotes(county, [ref])[ref.key]
    except QuestionError as problem:
        return str(problem), None
    return found.text, found.value
