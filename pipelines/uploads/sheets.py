"""A workbook -> one CSV per sheet, in a process of its own: python -m pipelines.uploads.sheets SOURCE KIND FOLDER.

A line of the CSV is a row of the sheet and bears its number. A workbook has to be in memory whole to be read; here it
never is in the dashboard's, and what it may take is bounded.
"""

import csv
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from pipelines.uploads import cells, odd_xls, odd_xlsx
from pipelines.uploads.compound import CompoundError
from pipelines.uploads.kinds import LOCKED, SAVE_AS_XLSX
from pipelines.uploads.merges import Merge, over_data, settled
from pipelines.uploads.problems import FAULTY, LIST, Problem
from pipelines.uploads.recognise import WIDEST, recognise
from pipelines.uploads.workbooks import BROKE, RESULT, SECONDS

MEMORY = 4 << 30
MOST_BYTES = 4 << 30
HEAD = 30
EXPLAINING = ("填写说明", "代码表")
BROKEN = (
    zipfile.BadZipFile,
    CalamineError,
    CompoundError,
    ParseError,
    ExpatError,
    KeyError,
    ValueError,
    EOFError,
    zlib.error,
)


@dataclass(frozen=True)
class Sheet:
    """What became of a sheet. skipped: why it was not read; size: its filled cells; known: it is an upload table."""

    name: str
    file: str = ""
    skipped: str = ""
    problems: tuple[Problem, ...] = ()
    size: int = 0
    known: bool = False


def main(source: Path, kind: str, folder: Path) -> None:
    bound()
    told: dict = {"refusal": "", "sheets": []}
    try:
        told["sheets"] = [as_json(sheet, optional) for sheet, optional in ranked(list(converted(source, kind, folder)))]
        if all(sheet["skipped"] for sheet in told["sheets"]):
            told["refusal"] = "工作簿里没有可读的数据；应有一张不隐藏、有表头和数据的工作表"
    except (PasswordError, odd_xls.LockedWorkbook):
        told["refusal"] = LOCKED
    except MemoryError:
        told["refusal"] = BROKE
    except OwnList:
        told["refusal"] = "这是下载的问题清单，只有有问题的行，不能代替整个文件；请在原来的文件里改好，再上传原来的文件"
    except TooLarge:
        told["refusal"] = "工作簿解开后太大，没有读；请另存为“CSV UTF-8”后上传"
    except BROKEN:
        told["refusal"] = f"工作簿不完整或已损坏；{SAVE_AS_XLSX}"
    (folder / RESULT).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


class TooLarge(ValueError):
    """The workbook unpacks to more than is ever read."""


class OwnList(ValueError):
    """The workbook is the list of what is wrong with another file: a part of its rows, which must not replace them."""


def bound() -> None:
    """No more memory than MEMORY and no more time than anybody waits, where the system can see to it."""
    with suppress(ImportError):  # Windows has no such limits
        import resource

        for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
            hard = resource.getrlimit(kind)[1]
            with suppress(ValueError, OSError):  # macOS says no
                resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def as_json(sheet: Sheet, optional: bool) -> dict:
    return {
        "name": sheet.name,
        "file": sheet.file,
        "skipped": sheet.skipped,
        "problems": [asdict(problem) for problem in sheet.problems],
        "optional": optional,
    }


def ranked(sheets: list[Sheet]) -> list[tuple[Sheet, bool]]:
    """Each sheet, and whether it may be skipped: not an upload table, and not the fullest of a workbook without any."""
    known = any(sheet.known for sheet in sheets)
    fullest = max((sheet.size for sheet in sheets if not sheet.skipped), default=0)
    return [(sheet, not sheet.known and (known or sheet.size < fullest or bool(sheet.skipped))) for sheet in sheets]


def converted(source: Path, kind: str, folder: Path) -> Iterator[Sheet]:
    """Every sheet that holds anything, in the workbook's order."""
    peculiar = peculiarities(source, kind)
    book = load_workbook(str(source))
    if {LIST, FAULTY} <= set(book.sheet_names):
        raise OwnList
    for number, told in enumerate(book.sheets_metadata):
        if told.typ == SheetTypeEnum.WorkSheet:
            yield from sheet_of(book, told, peculiar, folder / f"{number}.csv")


def peculiarities(source: Path, kind: str) -> dict[str, odd_xlsx.Peculiar]:
    """Sheet name -> what calamine does not tell of it; reading it all proves the sizes that the archive states."""
    if kind == "xls":
        return {name: odd_xlsx.Peculiar(odd) for name, odd in odd_xls.peculiar(source).items()}
    with zipfile.ZipFile(source) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
            raise TooLarge
        looks, unsure, parts = odd_xlsx.styles(archive), odd_xlsx.uncomputed(archive), odd_xlsx.parts(archive)
        for other in set(archive.namelist()) - set(parts.values()):
            for _ in odd_xlsx.pieces(archive, other):  # a part that is not what the archive states raises here
                pass
        return {name: odd_xlsx.peculiar(archive, part, looks, unsure) for name, part in parts.items() if part}


def sheet_of(book: CalamineWorkbook, told, peculiar: dict, target: Path) -> Iterator[Sheet]:
    """The sheet as it was written to target, or why it was not; nothing for an empty one."""
    if told.visible != SheetVisibleEnum.Visible:
        yield Sheet(told.name, skipped="这张工作表是隐藏的，没有读；要读入请先取消隐藏")
        return
    if told.name in EXPLAINING:
        yield Sheet(told.name, skipped="这是填写说明，没有读")
        return
    sheet = book.get_sheet_by_name(told.name)
    if sheet.end is None:
        return
    width = sheet.end[1] + 1
    if width > WIDEST:
        yield Sheet(told.name, skipped=f"工作表有 {width} 列，超过 {WIDEST} 列；请删去右边多余的内容")
        return
    yield write(sheet, peculiar[told.name], target)  # KeyError: the file tells its sheets in two ways


def write(sheet: CalamineSheet, peculiar: odd_xlsx.Peculiar, target: Path) -> Sheet:
    """Write the rows to target and say what is merged over them."""
    merges = [Merge(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    rows = texts(sheet, peculiar.cells)
    head, last = settled(list(islice(rows, HEAD)), merges)
    merged, first_cells = {merge.top for merge in merges}, {}
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(row for part in (head, rows) for row in part):
            if number in merged and number >= last:
                first_cells[number] = next((cell for cell in row if cell.strip()), "")
            writer.writerow(row)
    header = head[last - 1] if 0 < last <= len(head) else []
    problems = (*hidden(peculiar.hidden_rows), *over_data(merges, last, first_cells, header))
    known = recognise(tuple(map(tuple, head))) is not None
    return Sheet(sheet.name, target.name, "", problems, sheet.height * sheet.width, known)


def hidden(count: int) -> list[Problem]:
    if not count:
        return []
    wanted = "隐藏的行也已读入；不要它们时请先在 Excel 中删去"
    return [Problem(None, "", f"工作表里有 {count} 行被隐藏（或被筛选掉）", wanted, "analytical")]


def texts(sheet: CalamineSheet, odd: odd_xlsx.Odd) -> Iterator[list[str]]:
    """The rows as text, from the first row and column of the sheet on, all of one width."""
    (_, left), (bottom, right) = sheet.start, sheet.end
    margin, rows_with = [""] * left, {row for row, _ in odd}
    last = max([bottom, *rows_with])
    width = max([right, *(column for _, column in odd)]) + 1
    blank = [""] * width
    for number, row in enumerate(sheet.iter_rows()):
        line = [*margin, *[cells.WRITERS.get(type(value), str)(value) for value in row]]
        line += blank[len(line) :]
        if number in rows_with:
            line = [odd.get((number, column), cell) for column, cell in enumerate(line)]
        yield line
    for number in range(bottom + 1, last + 1):
        yield [odd.get((number, column), "") for column in range(width)]


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    except OSError as error:
        sys.exit(error.errno or 1)
