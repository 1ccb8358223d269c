"""A document as a Word file (.docx), in the plain style of official documents."""

from pipelines.side_by_side import Progress, quiet
from reports.document import Document, Heading, PageBreak
from reports.word import blocks, frame, package
from reports.word.looks import Look, look_of

__all__ = ["docx"]


def docx(document: Document, progress: Progress = quiet) -> bytes:
    """The whole document as a Word file; equal documents give equal bytes. Every row of every table is in it.

    A figure leads to its row in the annex, if there is one. A chart that can't be drawn is a table of what it shows.
    """
    look = look_of(document)
    file = package.blank(look)
    package.describe(file, document)
    setting = blocks.setting_of(document, file, look)
    first = frame.section(file, look, lying=False, first=True)
    frame.head_and_foot(document, first)
    append(file, frame.opening(document))
    place_blocks(file, look, document, setting, progress)
    return package.data(file)


def place_blocks(file, look: Look, document: Document, setting: blocks.Setting, progress: Progress) -> None:
    """The blocks in their order; headings wait for what they stand over, so as to lie on the same page."""
    lying, waiting = False, []
    for place, block in enumerate(document.blocks):
        progress(place / len(document.blocks), "写 Word 文件")
        made = blocks.part(setting, block)
        waiting += made.elements
        if isinstance(block, Heading | PageBreak):
            continue
        if made.lying != lying:
            lying = made.lying
            frame.section(file, look, lying)
            waiting = [*map(blocks.on_this_page, waiting)]
        append(file, waiting)
        waiting = []
    append(file, waiting)


def append(file, elements) -> None:
    """Elements at the end of the body, before what it says of its last section."""
    last = file.element.body.sectPr
    for each in elements:
        last.addprevious(each)
