"""A .docx or .pdf -> its text, in a process of its own: python -m reports.checking.extract SOURCE KIND TARGET.

What it may take of memory is bounded where the system can; whatever ends it, the dashboard goes on.
"""

import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pypdfium2
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml.etree import LxmlError

MEMORY = 2 << 30
MOST_UNPACKED = 300 << 20
MOST_PAGES = 500
WANTED = "应为 .txt、.docx，或带文字的 .pdf"
SPACE = re.compile(r"(?<=\S) (?=\S)")
BROKEN = (PackageNotFoundError, zipfile.BadZipFile, zlib.error, LxmlError, KeyError, ValueError, EOFError)


class Refused(Exception):
    """There is no text to be had; the message is a Chinese sentence."""


def main(source: Path, kind: str, target: Path) -> None:
    bound()
    told = {"refusal": "", "text": ""}
    try:
        told["text"] = {"docx": word, "pdf": pages}[kind](source)
    except Refused as refused:
        told["refusal"] = str(refused)
    except BROKEN:
        told["refusal"] = f"文件已损坏，或不是 Word、PDF 文件；{WANTED}"
    target.write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def bound() -> None:
    """Bound the memory of this process, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


# ---------------------------------------------------------------- Word


def word(source: Path) -> str:
    """The paragraphs and tables of a .docx in their order; cells parted by tabs. Deleted text is not in it."""
    with zipfile.ZipFile(source) as archive:
        if "word/document.xml" not in archive.namelist():
            raise Refused(f"这不是 Word 文件（像是 Excel、压缩包或演示文稿）；{WANTED}")
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise Refused("Word 文件解开后太大；请把全文粘贴进来")
    body = Document(str(source)).element.body
    return "\n".join(line for block in body for line in lines_of(block))


def lines_of(block) -> Iterator[str]:
    if block.tag == qn("w:p"):
        yield said(block)
    elif block.tag == qn("w:tbl"):
        for row in block.iter(qn("w:tr")):
            cells = [cell for cell in row if cell.tag == qn("w:tc")]
            yield "\t".join(map(in_a_line, cells))
    elif block.tag == qn("w:sdt"):
        for inner in block.iter(qn("w:p")):
            yield said(inner)


def in_a_line(cell) -> str:
    """The text of a cell; where it breaks its lines, its row goes on."""
    return " ".join(" ".join(map(said, cell.iter(qn("w:p")))).split())


def said(paragraph) -> str:
    """The text of a paragraph, inserted text included."""
    marks = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    pieces = (node.text or "" if node.tag == qn("w:t") else marks.get(node.tag, "") for node in paragraph.iter())
    return "".join(pieces).strip()


# ---------------------------------------------------------------- PDF


def pages(source: Path) -> str:
    """The text of every page of a .pdf."""
    try:
        document = pypdfium2.PdfDocument(str(source))
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Refused("PDF 有密码；请去掉密码后再传" if locked else f"PDF 已损坏；{WANTED}") from error
    if len(document) > MOST_PAGES:
        raise Refused(f"PDF 有 {len(document)} 页；报告应在 {MOST_PAGES} 页以内")
    text = "\n".join(parted(page.get_textpage()) for page in document)
    if len("".join(text.split())) < len(document):
        raise Refused("PDF 里没有文字，像是扫描件；请用文字版，或把全文粘贴进来")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "")


def parted(page) -> str:
    """The text of a page, its columns parted by tabs: between two stands a space wider than letters are high."""
    text = page.get_text_range()
    if len(text) != page.count_chars():  # letters beyond the first plane take two places
        return text
    wide = {space.start() for space in SPACE.finditer(text) if is_wide(page, space.start())}
    return "".join("\t" if place in wide else letter for place, letter in enumerate(text))


def is_wide(page, place: int) -> bool:
    """Whether the letters beside a space lie on one line, further apart than they are high."""
    _, bottom, right, top = page.get_charbox(place - 1)
    left, foot, _, head = page.get_charbox(place + 1)
    return bottom < (foot + head) / 2 < top and left - right > max(top - bottom, head - foot)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
