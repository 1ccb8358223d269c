"""The faulty rows of a file as a workbook to mend it by: what is wrong in orange, and what is wanted instead."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from pipelines.contracts import Column, Layout, contracts, words
from pipelines.spreadsheets import Head, Marked, Sheet, write_workbook
from pipelines.uploads.decode import Decoded, decode, decode_as
from pipelines.uploads.diagnosis import LONG, UNCLOSED
from pipelines.uploads.files import WITHIN
from pipelines.uploads.lines import parsed, parsed_lines
from pipelines.uploads.mapping import Mapping
from pipelines.uploads.privacy import masked
from pipelines.uploads.problems import FAULTY, LIST, Problem
from pipelines.uploads.staging import Staged, Words, stage

LEVELS = {"structural": "整个文件", "logical": "该行装不进", "analytical": "提醒"}
MOST = 1_000_000  # rows: about what one sheet of Excel holds
LINE = "行号"
BEYOND = "表头以外的内容"
SORTED_OUT = "不能当作数据上传：这里只有有问题的行。请改原来的文件。\n含姓名、证件号码等个人信息的列没有写入。"
SUFFIX = re.compile(
    r"\.(csv|txt|xlsx?|xlsm|xlsb|ods|et)(?=(（\d+）)?$)", re.I
)  # 结算.csv（2）: the second file of that name
UNFIT_FOR_A_FILE = re.compile(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e]')


def marked_name(staged: Staged) -> str:
    """What the workbook is called: 六月.zip › 结算.csv -> 结算（问题）.xlsx."""
    last = staged.upload.name.split(WITHIN)[-1]
    name = UNFIT_FOR_A_FILE.sub(" ", SUFFIX.sub("", last)).strip(" .")
    return f"{name[:80] or '上传文件'}（问题）.xlsx"


def marked_workbook(staged: Staged, target: Path | BinaryIO, words_of: Words = words) -> list[str]:
    """Write every problem, then every faulty row as it stands in the file; returns the workbook's tabs.

    words_of: as in stage, for the file is read again if the dry run told its first problems only. The columns that are
    never stored are left out, and a personal number in free text is masked. Raises OSError if target can't be written.
    """
    with tempfile.TemporaryDirectory() as aside:
        problems = every_problem(staged, Path(aside), words_of)
        told = [(p.line, p.column, p.found, p.wanted, LEVELS[p.severity]) for p in problems]
        sheets = {LIST: Sheet([Head(LINE, SORTED_OUT, format="0"), "列", "内容", "问题", "级别"], told)}
        by_line: dict[int, list[Problem]] = {}
        for problem in problems:
            if problem.line:
                by_line.setdefault(problem.line, []).append(problem)
        if by_line:
            sheets[FAULTY] = faulty_rows(staged, by_line, Path(aside))
        return write_workbook(target, sheets)


def write_all(found: Iterable[Staged], folder: Path, words_of: Words = words) -> list[Path]:
    """A workbook for each file with problems, in folder, each under a name of its own; returns where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for staged in found:
        path, number = folder / marked_name(staged), 2
        while path in written:  # 一月.zip › 结算.csv and 二月.zip › 结算.csv
            path, number = path.with_stem(f"{Path(marked_name(staged)).stem}{number}"), number + 1
        if staged.problems and staged.state != "skipped":
            marked_workbook(staged, path, words_of)
            written.append(path)
    return written


def every_problem(staged: Staged, folder: Path, words_of: Words) -> tuple[Problem, ...]:
    """The problems of all faulty rows; the dry run tells those of the first ones."""
    if staged.faulty <= len({p.line for p in staged.problems if p.line and p.severity == "logical"}):
        return staged.problems
    mapping = Mapping(staged.table, staged.layout, staged.mapping) if staged.mapping else None
    return stage(staged.upload, folder, "", words_of, mapping, listed=MOST).problems


def faulty_rows(staged: Staged, by_line: dict[int, list[Problem]], folder: Path) -> Sheet:
    """The lines with problems: their number, their cells without the personal ones, what is wrong with them."""
    kept = [at for at, head in enumerate(staged.header) if head.strip() not in staged.dropped]
    named = [staged.header[at].strip() or f"（第 {at + 1} 列无列名）" for at in kept]
    longer = any(p.wanted == LONG for problems in by_line.values() for p in problems)
    places, free, ids = where(staged), cells_of(staged, is_free), cells_of(staged, is_id)

    def row(line: int, cells: list[str]) -> list:
        wrong, notes = by_line[line], {}
        for at, problem in ((at, p) for p in by_line[line] for at in places.get(p.column, ())):
            notes.setdefault(at, []).append(problem.wanted)
        cells += [""] * (len(staged.header) - len(cells))
        shown = [masked(c) if at in free or (at in notes and at not in ids) else c for at, c in enumerate(cells)]
        beyond = ["｜".join(map(masked, shown[len(staged.header) :]))] if longer else []
        unplaced = "\n".join(p.wanted for p in wrong if not places.get(p.column))
        return [
            Marked(line, unplaced) if unplaced else line,
            *(Marked(shown[at], "\n".join(notes[at])) if at in notes else shown[at] for at in kept),
            *beyond,
            "\n".join(map(told, wrong)),
        ]

    heads = [Head(LINE, SORTED_OUT, format="0"), *named, *([BEYOND] if longer else []), "问题"]
    return Sheet(heads, (row(*line) for line in lines_of(staged, by_line, folder)))


def is_free(column: Column, layout: Layout) -> bool:
    """Free text: a personal number may stand in it."""
    return column.free


def is_id(column: Column, layout: Layout) -> bool:
    """What the row is found by: it is shown as it stands, even if it is what is wrong."""
    return column.type == "person" or column.key in layout.unique


def told(problem: Problem) -> str:
    return f"“{problem.column}”{problem.wanted}" if problem.column else problem.wanted


def where(staged: Staged) -> dict[str, list[int]]:
    """What a problem calls a column (its own header or the contract's) -> its cells in the file."""
    own = [head.strip() for head in staged.header]
    found: dict[str, list[int]] = {}
    for at, head in enumerate(own):
        found.setdefault(head, []).append(at)
    columns = contracts()[staged.table].columns if staged.table else {}
    for key, source in staged.headers.items():  # a month may come from two columns: 年份、月份
        parts = [source] if source in own else source.split("、")
        found[columns[key].header] = [own.index(part) for part in parts if part in own]
    return {name: cells for name, cells in found.items() if name}


def cells_of(staged: Staged, chosen: Callable[[Column, Layout], bool]) -> set[int]:
    """The cells of the file that hold the chosen columns."""
    if not staged.table:
        return set()
    layout, places = layout_of(staged), where(staged)
    columns = [layout.columns[key] for key in staged.headers if key in layout.columns]
    return {at for column in columns if chosen(column, layout) for at in places[column.header]}


def layout_of(staged: Staged) -> Layout:
    return next(layout for layout in contracts()[staged.table].layouts if layout.name == staged.layout)


def lines_of(staged: Staged, wanted: dict[int, list[Problem]], folder: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each wanted line, in order."""
    above = min(staged.header_line or len(staged.head), len(staged.head))
    yield from ((n, list(cells)) for n, cells in enumerate(staged.head[:above], start=1) if n in wanted)
    last = max(wanted)
    if last <= above:
        return
    encoded = "gb18030" if staged.encoding == "GB18030" else ""
    decoded = (
        decode_as(staged.upload.path, folder, encoded)
        if encoded
        else decode(staged.upload.path, folder, staged.upload.delimiter)
    )
    unclosed = any(p.wanted == UNCLOSED for problems in wanted.values() for p in problems)
    for number, cells in one_by_one(decoded, above) if unclosed else records(decoded, above):
        if number in wanted:
            yield number, cells
        if number >= last:
            return


def records(decoded: Decoded, above: int) -> Iterator[tuple[int, list[str]]]:
    """First line and cells of each row below the header; a quoted cell may run over lines."""
    with decoded.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for _ in range(above):
            next(file, "")
        yield from ((above + line.number, list(line.cells)) for line in parsed_lines(file, decoded.delimiter))


def one_by_one(decoded: Decoded, above: int) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file whose quotes don't pair, each by itself: or one of them would swallow the rest."""
    with decoded.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, text in enumerate(file, start=1):
            if number > above:
                yield number, list(parsed((number, text), decoded.delimiter).cells)
