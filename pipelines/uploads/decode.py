"""Reading what people save: which encoding a CSV is in, and a clean UTF-8 copy for the engine where it is another."""

import codecs
import csv
import hashlib
import io
import re
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

CHUNK = 1 << 20
SMALL_CHUNK = 1 << 16  # what is decoded at once: the text stays in the processor's cache
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
}
EMPTY = "文件是空的；应为带表头的 CSV"
NUL = "文件里有空字符（NUL），可能没有存完整；请重新导出或另存为“CSV UTF-8”"
TOO_LONG = "有一格长得不像表格里的一格；双引号可能没有配对，请检查或重新导出"
LONGEST_LINE = 2_000_000
csv.field_size_limit(LONGEST_LINE)
NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG")


class UnreadableFile(ValueError):
    """The file can't be read as a table; the message is a Chinese sentence."""


class Misread(ValueError):
    """The file's beginning promised what its rest does not keep: it must be decoded again, as `encoding`."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes tells. uniform: its line ends are of one kind; zeros: it has NUL bytes."""

    sha256: str
    lines: int
    uniform: bool
    quoted: bool
    zeros: bool


@dataclass(frozen=True)
class Decoded:
    """A file ready for the engine. path: UTF-8, one kind of line end.

    head: its first thirty lines as cells, a row whose quoted cells run over lines at the last of them; ends: the lines
    at which rows end.

    told: the survey of the original's bytes, which goes on while the engine reads.
    """

    path: Path
    encoding: str
    head: tuple[tuple[str, ...], ...]
    ends: tuple[int, ...]
    delimiter: str
    told: Future[Survey]
    as_is: bool

    @property
    def sha256(self) -> str:
        return self.told.result().sha256

    @property
    def lines(self) -> int:
        """How many lines the file has, 0 if a quoted cell may run over several of them."""
        told = self.told.result()
        return told.lines if told.uniform and not told.quoted and self.encoding != "UTF-16" else 0

    def confirm(self) -> None:
        """Raise if the survey has found that the file could not be read as it is: UnreadableFile or Misread."""
        if self.as_is and self.told.result().zeros:
            raise UnreadableFile(NUL)
        if self.as_is and not self.told.result().uniform:
            raise Misread("utf-8")


def decode(source: Path, folder: Path, delimiter: str = "") -> Decoded:
    """Find the encoding of source; write a UTF-8 copy into folder if it is not clean UTF-8 already.

    A file that begins as UTF-8 is taken for UTF-8: the engine checks every byte of it again, and a later byte that
    is none leads to decode_as. delimiter: where it is known and need not be guessed.
    Raises UnreadableFile for an empty file, a binary file, or an unknown encoding.
    """
    start = first_bytes(source)
    for encoding in candidates(start):
        try:
            return decode_as(source, folder, encoding, delimiter=delimiter)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("不是 UTF-8、UTF-16 或 GB18030/GBK 编码的文本；请在 Excel 中另存为“CSV UTF-8”")


def decode_as(source: Path, folder: Path, encoding: str, rewrite: bool = False, delimiter: str = "") -> Decoded:
    """Read source in this encoding; UnicodeDecodeError if its bytes are not in it. rewrite: make the line ends one."""
    told, start = in_background(survey, chunks(source)), survey([first_bytes(source)])
    if start.zeros and not encoding.startswith("utf-16"):
        raise UnreadableFile(NUL)
    as_is = encoding.startswith("utf-8") and start.uniform and not rewrite
    path = source if as_is else transcoded(source, encoding, folder)
    lines = first_lines(path)
    delimiter = delimiter or delimiter_in(lines)
    ends = beginning(lines, delimiter)
    if not any(cell.strip() for row in ends.values() for cell in row):
        raise UnreadableFile(EMPTY)
    head = tuple(ends.get(number, ()) for number in range(1, max(ends) + 1))
    return Decoded(path, NAMES[encoding], head, tuple(ends), delimiter, told, as_is)


def beginning(lines: list[str], delimiter: str) -> dict[int, tuple[str, ...]]:
    """Line at which a row ends -> its cells. UnreadableFile for a cell that is too long to be one."""
    reader, found = csv.reader(lines, delimiter=delimiter), {}
    try:
        for cells in reader:
            found[reader.line_num] = tuple(cells)
    except csv.Error as error:
        raise UnreadableFile(TOO_LONG) from error
    return found


def in_background(work, *given) -> Future:
    """The result of work(*given), computed in a thread of its own."""
    result = Future()

    def run() -> None:
        try:
            result.set_result(work(*given))
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


def chunks(source: Path, size: int = CHUNK) -> Iterable[bytes]:
    with source.open("rb") as file:
        while chunk := file.read(size):
            yield chunk


def first_bytes(source: Path) -> bytes:
    with source.open("rb") as file:
        start = file.read(CHUNK)
    if not start.strip():
        raise UnreadableFile(EMPTY)
    if start.startswith(NOT_TEXT):
        raise UnreadableFile("这不是 CSV 文本（像是 Excel、压缩包、PDF 或图片）；请另存为 CSV")
    return start


def candidates(start: bytes) -> list[str]:
    """Encodings to try, most certain first. UTF-16 without a mark shows a zero byte at every ASCII character."""
    for bom, encoding in BOMS.items():
        if start.startswith(bom):
            return [encoding]
    for encoding, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        if start[high::2].count(0) > len(start) // 8:
            return [encoding]
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(start)
    except UnicodeDecodeError:
        return ["gb18030"]
    return ["utf-8"]


def survey(parts: Iterable[bytes]) -> Survey:
    """One pass over the bytes: digest, lines, whether the line ends are of one kind, whether anything is quoted."""
    digest, newlines, returns, pairs, odd, quoted, last = hashlib.sha256(), 0, 0, 0, False, False, b"\n"
    for chunk in parts:
        digest.update(chunk)
        newlines += chunk.count(b"\n")
        if b"\r" in chunk or last == b"\r":
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
        odd, quoted, last = odd or b"\x00" in chunk, quoted or b'"' in chunk, chunk[-1:]
    uniform = not odd and returns == pairs and pairs in (0, newlines)
    return Survey(digest.hexdigest(), newlines + (last != b"\n"), uniform, quoted, odd)


def transcoded(source: Path, encoding: str, folder: Path) -> Path:
    """A UTF-8 copy with \\n line ends."""
    target = folder / f"{source.stem}.utf8.csv"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("strict"), translate=True)
    with target.open("wb") as clean:
        for chunk in chain(chunks(source, SMALL_CHUNK), [b""]):
            text = decoder.decode(chunk, final=not chunk)
            if "\0" in text:
                raise UnreadableFile(NUL)
            clean.write(text.encode())
    return target


def is_utf8(path: Path) -> bool:
    """Whether every byte of a file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for chunk in chain(chunks(path, SMALL_CHUNK), [b""]):
            decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return False
    return True


def first_lines(path: Path, count: int = 30) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return [line for _, line in zip(range(count), file, strict=False)]


def delimiter_in(lines: list[str]) -> str:
    """The commonest of the usual delimiters; a tab beside a comma only keeps its cell as text."""
    return max(",\t;|", key=re.sub(r"\t*,\t*", ",", "".join(lines)).count)
