"""What a file is: genuine and current, genuine but since restated, ours but altered, or not ours."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pipelines import County, QuestionError, WarehouseError
from pipelines.answers.county import part_of
from pipelines.answers.small_cells import SMALL
from pipelines.formulas import rounded
from pipelines.registry import kpis
from reports import words
from reports.naming import figure_name
from reports.quoting import Quote, Ref, quotes
from reports.register.identity import MARK
from reports.register.keeping import Kept, find, of_document

KINDS = {
    "current": "真实，且与现在的数据一致",
    "restated": "真实，但之后有数字更正过",
    "altered": "自称由本系统出具，但内容被改动过",
    "not_ours": "不是本系统出具的文件",
}
NOT_ALL_ASKED = "真实，登记的数字与现在的数据一致"
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

    same_build: its figures come from the very build that is in force, so that nothing in it can be another; id: of the
    document that it says it is, where the register knows none of that id.
    """

    kind: str
    kept: Kept | None = None
    changed: tuple[Changed, ...] = ()
    same_build: bool = False
    id: str = ""

    @property
    def told(self) -> str:
        return NOT_ALL_ASKED if self.kind == "current" and self.partly else KINDS[self.kind]

    @property
    def partly(self) -> bool:
        """Whether tables were printed from another build: their figures were asked anew, the rest of them was not."""
        return bool(self.kept and self.kept.tables) and not self.same_build


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
    """A file that is in the register as no file: altered if its document is, else not ours, whatever it says it is."""
    id = mark_in(data)
    files = of_document(county.warehouse, id) if id else []
    if not files:
        return Verdict("not_ours", id=id)
    like = [kept for kept in files if kept.suffix == suffix_of(data)]
    return Verdict("altered", (like or files)[0])


def suffix_of(data: bytes) -> str:
    """What a file is by its first bytes, as far as it matters to tell the files of one document apart."""
    if data.startswith(b"PK"):
        return "docx" if b"word/" in data else "xlsx"
    return "pdf" if data.startswith(b"%PDF") else "txt"


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
    """The figures of a record whose values are others now; nothing is asked if its build is the one in force.

    What was hidden from whoever made it, or is hidden from whoever asks, can't be compared and is none of them.
    """
    if kept.build_id == county.build_id:
        return ()
    now = as_now(part_of(county, kept.part), kept.values)
    compared = {key: value for key, value in kept.values.items() if key not in kept.hidden and not now[key].hidden}
    others = {key: now[key].like(value) for key, value in compared.items()}
    return tuple(
        Changed(key, figure_name(county, Ref.parse(key)), kept.figures.get(key, "—"), text)
        for key, text in others.items()
        if text
    )


class Now(NamedTuple):
    """A figure as it is now: text and value as they would be printed, and the value before rounding; hidden: whoever
    asks is not shown it."""

    text: str
    value: Decimal | None = None
    exact: Decimal | None = None
    unit: str = ""
    hidden: bool = False

    def like(self, printed: str | None) -> str:
        """Its text in the decimals that were printed, '' if it still is what was printed."""
        was = None if printed is None else Decimal(printed)
        if was is None or self.value is None or was.as_tuple().exponent == self.value.as_tuple().exponent:
            return "" if self.value == was else self.text
        digits = -was.as_tuple().exponent
        value = rounded(self.exact, digits)
        return "" if value == was else words.with_unit(value, self.unit, digits)


def as_now(county: County, keys: Iterable[str]) -> dict[str, Now]:
    """{key: as it would be printed now}; what can't be asked any more says so."""
    known = {key: Ref.parse(key) for key in keys if key.split(";")[0] in kpis()}
    try:
        found = {key: now_of(quote) for key, quote in quotes(county, known.values()).items()}
    except QuestionError:  # one of them: ask each by itself
        found = {key: one_now(county, ref) for key, ref in known.items()}
    return dict.fromkeys(keys, Now("现在没有这个指标")) | found


def one_now(county: County, ref: Ref) -> Now:
    try:
        return now_of(quotes(county, [ref])[ref.key])
    except QuestionError as problem:
        return Now(str(problem))


def now_of(quote: Quote) -> Now:
    return Now(quote.text, quote.value, quote.exact, quote.unit, quote.missing == SMALL)
