"""A document as plain text: what is read aloud, pasted into a message, or compared line by line."""

from unicodedata import east_asian_width

from reports import words
from reports.document import (
    Block,
    Card,
    Cards,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    number,
)
from reports.quoting import Quote

GAP = "  "


def text(document: Document) -> str:
    """The whole document as text; a figure bears the number of its row in the annex, as in 6,251.81 万元[3]."""
    numbers = document.annex_numbers()
    parts = [head(document), *(block_text(block, numbers) for block in document.blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def head(document: Document) -> str:
    lines = [document.title, document.subtitle, f"{document.period.label}　{document.scope}".strip()]
    return "\n".join(line for line in lines if line)


def block_text(block: Block, numbers: dict[str, int]) -> str:
    if isinstance(block, Heading):
        return block.text
    if isinstance(block, Paragraph):
        return "".join(run_text(run, numbers) for run in block.runs)
    if isinstance(block, Cards):
        return "\n".join(card_text(card, numbers) for card in block.cards)
    if isinstance(block, Chart):
        return "\n".join(filter(None, (f"图：{block.title}", block.note, block.alt)))
    return table_text(block, numbers) if isinstance(block, Table) else ""


def run_text(run: Run, numbers: dict[str, int]) -> str:
    return run if isinstance(run, str) else run.text + mark(run, numbers)


def mark(quote: Quote | None, numbers: dict[str, int]) -> str:
    return f"[{numbers[quote.key]}]" if quote and quote.key in numbers else ""


def card_text(card: Card, numbers: dict[str, int]) -> str:
    more = "，".join(filter(None, (card.change, card.meaning, card.context)))
    value = f"{card.value} {card.unit}".strip() + mark(card.quote, numbers)
    return f"{card.name}：{value}" + (f"（{more}）" if more else "")


def table_text(table: Table, numbers: dict[str, int]) -> str:
    """Columns side by side, text to the left and numbers to the right."""
    rows = [[cell_text(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    right = [any(number(row[place]) is not None for row in table.rows) for place in range(len(table.columns))]
    lines = [[column.head for column in table.columns], *rows]
    wide = [max(columns_of(line[place]) for line in lines) for place in range(len(table.columns))]
    drawn = [GAP.join(padded(*each) for each in zip(line, wide, right, strict=True)).rstrip() for line in lines]
    return "\n".join([table.title, *drawn, counted(table), *filter(None, [table.note])])


def cell_text(cell: Cell, column: Column) -> str:
    value = number(cell)
    if value is None:
        return "—" if cell is None or isinstance(cell, Quote) else str(cell)
    digits = column.digits if column.digits is not None else cell.digits if isinstance(cell, Quote) else None
    shown = f"{value:+,}" if digits is None and column.signed else f"{value:,}" if digits is None else ""
    shown = shown or (words.signed(value, digits) if column.signed else words.number(value, digits))
    return shown.replace("-", "−") + ("%" if column.percent else "")


def counted(table: Table) -> str:
    """共 N 行；合计：head sum."""
    sums = "；".join(f"{head} {total:,}" for head, total in table.control_sums().items())
    return f"共 {len(table.rows):,} 行" + (f"；合计：{sums}" if sums else "")


def padded(cell: str, wide: int, right: bool) -> str:
    space = " " * (wide - columns_of(cell))
    return space + cell if right else cell + space


def columns_of(cell: str) -> int:
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in cell)
