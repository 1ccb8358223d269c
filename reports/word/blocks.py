"""Blocks of a document as the elements of a Word file's body."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from docx.oxml.ns import qn
from docx.shared import Pt

from reports.document import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Document,
    Form,
    Heading,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from reports.numbering import numbers
from reports.pdf import Refused, chart_png
from reports.quoting import Quote
from reports.text import counted
from reports.visible import visible
from reports.word import tables
from reports.word.looks import BLUE, GREY, HEI, LINE, ORANGE, Look
from reports.word.xml import PLAIN, Font, bookmarked, el, link, paragraph, run

STYLES = {"body": "Body", "answer": "Answer", "warning": "Warning", "note": "Note"}
ACROSS = 4
TONES = {"blue": BLUE, "orange": ORANGE}
CONTENTS = 1_000_000  # bookmarks of headings are numbered from here: below are those of the annex
PIXELS, INCHES = 720, 6.0


@dataclass
class Setting:
    """What is known while the blocks are set. file: of python-docx; anchors: {key of a figure: number in the annex};
    title: what stands over the text already; heads: how many so far; headed: what the last one says; annexed: rows of
    the annex so far; broken: the next block begins a page.
    """

    file: object
    look: Look
    anchors: dict[str, int]
    numbers: Iterator[str]
    title: str = ""
    heads: int = 0
    headed: str = ""
    pictures: int = 0
    annexed: int = 0
    broken: bool = False


@dataclass(frozen=True)
class Part:
    """Elements of the body; lying: on pages that lie on their side."""

    elements: tuple
    lying: bool = False


def setting_of(document: Document, file, look: Look) -> Setting:
    """What to begin with: behind a cover and the contents the text begins a page."""
    title = "" if document.cover else document.title
    return Setting(file, look, document.annex_numbers(), iter(numbers(document)), title, broken=document.cover)


def part(setting: Setting, block: Block) -> Part:
    """One block. A page break waits for the block after it."""
    if isinstance(block, PageBreak):
        setting.broken = True
        return Part(())
    broken, setting.broken = setting.broken, False
    made = SETTERS[type(block)](setting, block)
    if broken and made.elements:
        on_a_new_page(made.elements[0])
    return made


def on_a_new_page(element):
    """The same element, after a page break if it is a paragraph, as all but tables without a title are."""
    if element.tag == qn("w:p"):
        element.pPr.find(qn("w:pStyle")).addnext(el("w:pageBreakBefore"))
    return element


def on_this_page(element):
    """The same element without the page break before it: a new section is a new page already."""
    for each in element.iter(qn("w:pageBreakBefore")):
        each.getparent().remove(each)
    return element


def heading(setting: Setting, block: Heading) -> Part:
    setting.heads, setting.headed = setting.heads + 1, block.text
    number = next(setting.numbers)
    if setting.heads == 1 and block.text == setting.title:
        return Part(())
    runs = [run(number + block.text)]
    runs = bookmarked(CONTENTS + setting.heads, contents_anchor(setting.heads), runs)
    return Part((paragraph(f"Heading{min(block.level, 4)}", *runs),))


def contents_anchor(place: int) -> str:
    return f"_Toc{place:08d}"


def told(setting: Setting, block: Paragraph) -> Part:
    runs = [made for piece in block.runs for made in pieces(setting, piece)]
    return Part((paragraph(STYLES.get(block.style, "Body"), *runs),))


def pieces(setting: Setting, piece: Run) -> list:
    """Words, or a figure that leads to its row in the annex."""
    return [run(piece)] if isinstance(piece, str) else figure(setting, piece, piece.text, PLAIN)


def figure(setting: Setting, quote: Quote | None, text: str, font: Font) -> list:
    known = setting.anchors.get(quote.key) if quote else None
    if known is None:
        return [run(text, font)]
    return [link(tables.anchor(known), run(text, font), tip=tables.tip(quote, known))]


def cards(setting: Setting, block: Cards) -> Part:
    """Cards in a grid, four across."""
    width = setting.look.upright_points / ACROSS
    rows = [block.cards[at : at + ACROSS] for at in range(0, len(block.cards), ACROSS)]
    edges = [el(f"w:{side}", val="single", sz=4, space=0, color=LINE) for side in EDGES]
    room = [el(f"w:{side}", w=w, type="dxa") for side, w in (("top", 80), ("left", 110), ("bottom", 80), ("right", 80))]
    properties = el(
        "w:tblPr",
        el("w:tblW", w=round(width * ACROSS * 20), type="dxa"),
        el("w:jc", val="center"),
        el("w:tblBorders", *edges),
        el("w:tblLayout", type="fixed"),
        el("w:tblCellMar", *room),
    )
    grid = el("w:tblGrid", *(el("w:gridCol", w=round(width * 20)) for _ in range(ACROSS)))
    made = el("w:tbl", properties, grid)
    for row in rows:
        cells = [card_cell(setting, each, width) for each in (*row, *[None] * (ACROSS - len(row)))]
        made.append(el("w:tr", el("w:trPr", el("w:cantSplit")), *cells))
    return Part((paragraph("Gap"), made, paragraph("Gap")))


EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def card_cell(setting: Setting, card: Card | None, width: float):
    size = el("w:tcPr", el("w:tcW", w=round(width * 20), type="dxa"))
    if card is None:
        return el("w:tc", size, paragraph("Cell"))
    value = figure(setting, card.quote, card.value, Font(points=14, bold=True))
    unit = [run(f" {card.unit}", Font(points=9, colour=GREY))] if card.unit else []
    change = " ".join(filter(None, (card.change, card.meaning)))
    lines = [
        paragraph("Cell", run(card.name, Font(points=9, chinese=HEI))),
        paragraph("Cell", *value, *unit),
        paragraph("Cell", run(change, Font(points=9, colour=TONES.get(card.tone, GREY)))) if change else None,
        paragraph("Cell", run(card.context, Font(points=8, colour=GREY))) if card.context else None,
    ]
    return el("w:tc", size, *lines)


def chart(setting: Setting, block: Chart) -> Part:
    """The chart as a picture with its words; as a table of what it shows where it can't be drawn."""
    setting.pictures += 1
    head = paragraph("Caption", run(f"图{setting.pictures}　{block.title}"))
    note = [paragraph("Note", run(block.note), jc="center")] if block.note else []
    try:
        png = chart_png(block.figure, PIXELS, inches=INCHES)
    except Refused:
        elements, lying = table_elements(setting, data_of(block))
        return Part((head, *elements, *note), lying)
    return Part((head, picture(setting, png, block.alt), *note))


def picture(setting: Setting, png: bytes, alt: str):
    """A picture across the text."""
    shape = setting.file.part.new_pic_inline(BytesIO(png), Pt(min(setting.look.upright_points, INCHES * 72)), None)
    shape.docPr.set("descr", visible(alt))
    shape.docPr.set("name", f"图{setting.pictures}")
    shape.docPr.set("id", str(setting.pictures))
    return paragraph("Picture", el("w:r", el("w:drawing", shape)))


def table(setting: Setting, block: Table) -> Part:
    return Part(*table_elements(setting, block))


def table_elements(setting: Setting, block: Table) -> tuple[tuple, bool]:
    """(title, the table, its count and sums, its note; whether it has to lie on its side)."""
    texts = tables.cell_texts(block)
    fitted = tables.fit(block, texts, setting.look)
    if fitted.needs and len(block.columns) > 2:
        parts = [table_elements(setting, each) for each in tables.portions(block, fitted.needs, setting.look)]
        return tuple(each for elements, _ in parts for each in elements), True
    made = tables.drawn(block, texts, fitted, leads(setting, block))
    below = "。".join(filter(None, (counted(block), block.note.rstrip("。")))) + "。"
    title = [paragraph("Caption", run(block.title))] if block.title not in ("", setting.headed) else []
    return (*title, made, paragraph("Note", run(below))), fitted.lying


def leads(setting: Setting, block: Table) -> tables.Leads:
    """The rows of the annex are numbered through all of its tables."""
    if not block.annex:
        return tables.Leads(setting.anchors)
    first = setting.annexed + 1
    setting.annexed += len(block.rows)
    return tables.Leads(setting.anchors, first)


def data_of(block: Chart) -> Table:
    """What a chart shows, as a table: a row for each of its marks."""
    rows = [
        (str(trace.get("name") or ""), *(each if isinstance(each, int | float) else str(each) for each in pair))
        for trace in block.figure["data"]
        for pair in zip(trace.get("x") or (), trace.get("y") or (), strict=False)
    ]
    return Table("", (Column("系列"), Column("横轴"), Column("纵轴")), tuple(rows), "此图不能印成图片，列出它的数据")


def form(setting: Setting, block: Form) -> Part:
    """What is asked, with room below each to write in."""
    room = [text for line in block.lines for text in (line, "", "")]
    texts = [block.title, *room, "　　".join(block.signs)]
    return Part(tuple(paragraph("Body", run(text)) for text in texts))


SETTERS = {Heading: heading, Paragraph: told, Cards: cards, Chart: chart, Table: table, Form: form}
