"""Whether a PDF holds all that went into it. What was made is read back, and nothing of the document may be missing:
every piece of text in its order on the pages, every row of a table there or in its attached file, sums that agree.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from xml.etree import ElementTree

from reports.document import Document, Table
from reports.pdf import files, reading
from reports.pdf.glyphs import alike
from reports.pdf.made import Refused

HEAD, FOOT = 20 / 25.4 * 72, 16 / 25.4 * 72  # points at the edges of a page that are not its body
BLANK = re.compile(r"[\s\u200b\ufffe]+")
Form = Callable[[str], str]
SHOWN = 30  # characters of what is missing


def prove(document: Document, data: dict, made: bytes) -> int:
    """The number of pages. Raises Refused, naming it, if anything of the document is on none of them."""
    found = reading.pages(made, HEAD, FOOT)
    try:
        prove_text(data, found, bare)
    except Refused:
        prove_text(data, found, as_drawn)
    prove_tables(document, data, reading.files(made))
    return len(found)


def prove_text(data: dict, found: list[str], bare: Form) -> None:
    """Every piece of every block in its order; what is drawn in a chart between its note and what follows it."""
    text = joined(data, found, bare)
    at, drawn = 0, None
    for block in data["blocks"]:
        for piece in pieces(block, bare):
            place = found_after(text, piece, at)
            if drawn:
                prove_chart(drawn, text[at:place], bare)
            at, drawn = place + len(piece), None
        drawn = block if block["kind"] == "chart" else drawn
    if drawn:
        prove_chart(drawn, text[at:], bare)


def prove_chart(block: dict, text: str, bare: Form) -> None:
    """Its words stand in no order that a reader knows, so its characters are counted."""
    missing = Counter(bare("".join(written(block["svg"])))) - Counter(text)
    if missing:
        raise Refused(f"图没有全部印出，文件没有做成：“{block['title']}”缺“{''.join(missing)[:SHOWN]}”")


def written(svg: str) -> Iterator[str]:
    """The texts in a chart."""
    for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        yield "".join(each.itertext())


def prove_tables(document: Document, data: dict, attached: dict[str, bytes]) -> None:
    """Each table has all its rows on the pages or in its file, and the file adds up to the control sums."""
    for name, content in ((each.name, each.data) for each in document.attachments):
        if attached.get(name) != content:
            raise Refused(f"附件 {name} 没有附上，文件没有做成")
    blocks = [block for block in data["blocks"] if block["kind"] == "table"]
    named = files.names(document)
    for place, (table, block) in enumerate(zip(document.tables(), blocks, strict=True)):
        if place in named:
            prove_file(table, attached.get(named[place], b"").decode("utf-8-sig"))
        elif len(block["rows"]) != len(table.rows):
            raise Refused(f"表“{table.title}”有 {len(table.rows)} 行，只排了 {len(block['rows'])} 行，文件没有做成")


def prove_file(table: Table, text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))[1:]
    if len(rows) != len(table.rows):
        raise Refused(f"表“{table.title}”有 {len(table.rows)} 行，附件里是 {len(rows)} 行，文件没有做成")
    for place, column in enumerate(table.columns):
        total = sum((Decimal(row[place]) for row in rows if row[place]), Decimal(0)) if column.total else None
        if total is not None and total != table.sum_of(place):
            raise Refused(f"表“{table.title}”{column.head}合计与附件不符，文件没有做成")


def joined(data: dict, found: list[str], bare: Form) -> str:
    """The bodies of all pages as one text without blanks, without the mark behind them and repeated heads of tables."""
    first = 1 if data["head"]["cover"] else 0
    mark = bare("".join(behind(data["head"])))
    heads = sorted({bare("".join(b["heads"])) for b in data["blocks"] if b["kind"] == "table"}, key=len, reverse=True)
    return "".join(without(without(bare(page), [mark]), heads) for page in found[first:])


def behind(head: dict) -> list[str]:
    """The words across each page."""
    draft = ["草稿"] if not head["official"] and head["kind"] != "page" else []
    return [*draft, head["watermark"]]


def without(text: str, beginnings: list[str]) -> str:
    return next((text[len(each) :] for each in beginnings if each and text.startswith(each)), text)


def bare(text: str) -> str:
    return BLANK.sub("", text)


def as_drawn(text: str) -> str:
    """Without blanks; of characters that are drawn alike, as fi and its ligature, the same one."""
    return unicodedata.normalize("NFKC", bare(text).translate(alike()))


def found_after(text: str, piece: str, at: int) -> int:
    """Where the piece stands behind that place."""
    found = text.find(piece, at)
    if found < 0:
        raise Refused(f"内容没有全部印出，文件没有做成：缺“{piece[:SHOWN]}”")
    return found


def pieces(block: dict, bare: Form) -> Iterator[str]:
    """The texts of a block, blanks apart, in the order in which they must stand on the pages."""
    return filter(None, map(bare, TEXTS[block["kind"]](block)))


def of_runs(block: dict) -> Iterator[str]:
    yield "".join(marked(piece) for piece in block["pieces"])


def marked(piece: list[str]) -> str:
    words, _, mark = piece
    return f"{words}[{mark}]" if mark else words


def of_cards(block: dict) -> Iterator[str]:
    for card in block["cards"]:
        value = f"{card['value']}{card['unit']}" + (f"[{card['mark']}]" if card["mark"] else "")
        yield from (card["name"], value, card["change"], card["meaning"], card["context"])


def of_table(block: dict) -> Iterator[str]:
    said = (block["counted"], *block["sums"])
    yield from (block["title"], *said) if block["tight"] else (block["number"] + block["title"],)
    if block["rows"]:
        yield "".join(block["heads"])
    for row in block["rows"]:
        yield "".join(cell if isinstance(cell, str) else cell[0] for cell in row)
    yield from (*(() if block["tight"] else said), block["file"], block["note"])


TEXTS = {
    "heading": lambda block: iter((block["text"],)),
    "paragraph": of_runs,
    "cards": of_cards,
    "chart": lambda block: iter((block["number"] + block["title"], block["note"], block["more"])),
    "table": of_table,
    "form": lambda block: iter((block["title"], *block["lines"], *block["signs"])),
    "break": lambda block: iter(()),
}
