"""A document as plain text: what is read aloud, pasted into a message, or compared line by line."""

from unicodedata import east_asian_width

from reports import register
from reports.cells import printed, sums
from reports.document import Block, Card, Cards, Chart, Document, Form, Heading, Paragraph, Run, Table, number
from reports.numbering import numbers
from reports.quoting import Quote
from reports.visible import visible

GAP = "  "
DRAFT = "草稿"


def text(document: Document) -> str:
    """The whole document as text; a figure bears the number of its row in the annex, as in 6,251.81 万元[3].

    Every row of every table is in it; a chart is what it finds, in words.
    """
    numbered, anchors = iter(numbers(document)), document.annex_numbers()
    parts = [head(document)]
    for place, block in enumerate(document.blocks):
        before = next(numbered) if isinstance(block, Heading) else ""
        if place or block != Heading(document.title):  # the title of a letter stands over it already
            parts.append(before + block_text(block, anchors))
    return "\n\n".join(part for part in [*parts, foot(document)] if part) + "\n"


def head(document: Document) -> str:
    """Title and scope; where it is a draft, what is missing."""
    lines = [document.title, document.subtitle, f"{document.period.label}　{document.scope}".strip()]
    if not document.official:
        lines.append(f"{DRAFT}：{'；'.join(document.why_draft)}" if document.why_draft else DRAFT)
    if document.watermark:
        lines.append(f"本件印有“{document.watermark}”")
    return "\n".join(visible(line) for line in lines if line)


def foot(document: Document) -> str:
    """Who issues it, how far the data reach, which build, who made it and when."""
    facts = [document.unit, f"数据截至{document.as_of}", f"数据版本 {document.build_id}", f"编制 {document.by}"]
    return visible("　".join([*facts, f"{document.at:%Y-%m-%d %H:%M}", f"验真 {register.mark(document)}"]))


def block_text(block: Block, anchors: dict[str, int]) -> str:
    if isinstance(block, Heading):
        return visible(block.text)
    if isinstance(block, Paragraph):
        return "".join(run_text(run, anchors) for run in block.runs)
    if isinstance(block, Cards):
        return "\n".join(card_text(card, anchors) for card in block.cards)
    if isinstance(block, Chart):
        return "\n".join(visible(line) for line in (f"图：{block.title}", block.note, block.alt) if line)
    if isinstance(block, Form):
        return "\n".join(visible(line) for line in (block.title, *block.lines, "　　".join(block.signs)))
    return table_text(block, {} if block.annex else anchors) if isinstance(block, Table) else ""


def run_text(run: Run, anchors: dict[str, int]) -> str:
    return visible(run) if isinstance(run, str) else run.text + mark(run, anchors)


def mark(quote: Quote | None, anchors: dict[str, int]) -> str:
    return f"[{anchors[quote.key]}]" if quote and quote.key in anchors else ""


def card_text(card: Card, anchors: dict[str, int]) -> str:
    """参保人数：461,843 人[1]（增加 0.60% 好于上年；上年同期 459,104 人）."""
    change = " ".join(filter(None, (card.change, card.meaning)))
    more = "；".join(filter(None, (change, card.context)))
    value = f"{card.value}{'' if card.unit in ('', '%') else ' '}{card.unit}"
    return visible(f"{card.name}：{value}") + mark(card.quote, anchors) + (visible(f"（{more}）") if more else "")


def table_text(table: Table, anchors: dict[str, int]) -> str:
    """Columns side by side, text to the left and numbers to the right; below, how many rows, sums, and the note."""
    right = [
        column.right or any(number(row[place]) is not None for row in table.rows)
        for place, column in enumerate(table.columns)
    ]
    lines = [
        [visible(column.head) for column in table.columns],
        *(row_texts(table, row, anchors) for row in table.rows),
    ]
    wide = [max(columns_of(line[place]) for line in lines) for place in range(len(table.columns))]
    drawn = [GAP.join(padded(*each) for each in zip(line, wide, right, strict=True)).rstrip() for line in lines]
    return "\n".join(filter(None, [visible(table.title), *drawn, counted(table), visible(table.note)]))


def row_texts(table: Table, row, anchors: dict[str, int]) -> list[str]:
    cells = zip(row, table.columns, strict=True)
    return [
        visible(printed(cell, column)) + (mark(cell, anchors) if isinstance(cell, Quote) else "")
        for cell, column in cells
    ]


def counted(table: Table) -> str:
    """共 351 行；基金支出（万元）合计 7,686.24."""
    return "；".join((f"共 {len(table.rows):,} 行", *(f"{head}合计 {total}" for head, total in sums(table).items())))


def padded(cell: str, wide: int, right: bool) -> str:
    space = " " * (wide - columns_of(cell))
    return space + cell if right else cell + space


def columns_of(cell: str) -> int:
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in cell)
