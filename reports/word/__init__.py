"""A document as a Word file (.docx), in the plain style of official documents."""

from io import BytesIO

from docx import Document as Blank

from pipelines.side_by_side import Progress, quiet
from reports.document import Block, Cards, Chart, Document, Heading, Paragraph, Table
from reports.text import block_text, cell_text


def docx(document: Document, progress: Progress = quiet) -> bytes:
    """The whole document as a Word file; equal documents give equal bytes."""
    file = Blank()
    file.add_heading(document.title, 0)
    for block in document.blocks:
        add(file, block, document.annex_numbers())
    target = BytesIO()
    file.save(target)
    return target.getvalue()


def add(file, block: Block, numbers: dict[str, int]) -> None:
    if isinstance(block, Heading):
        file.add_heading(block.text, block.level)
    elif isinstance(block, Paragraph | Cards | Chart):
        file.add_paragraph(block_text(block, numbers))
    elif isinstance(block, Table):
        grid = file.add_table(0, len(block.columns))
        for row in ([c.head for c in block.columns], *block.rows):
            cells = zip(grid.add_row().cells, row, block.columns, strict=True)
            for place, value, column in cells:
                place.text = cell_text(value, column)
