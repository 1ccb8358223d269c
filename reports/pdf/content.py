"""A Document as plain data for the template: texts printable, figures with where they lead, charts drawn."""

from collections.abc import Callable

from reports.document import Card, Cards, Chart, Document, Form, Heading, Paragraph, Run, Table
from reports.numbering import numbers
from reports.pdf import charts, files, tables
from reports.pdf.glyphs import Cleaner
from reports.pdf.labels import Shortener
from reports.quoting import Quote
from reports.register import mark

DRAFT = "草稿"


def content(document: Document, clean: Cleaner, drawn: Callable[[], None]) -> dict:
    """Everything that the template needs, all of it printable. drawn() is called after each chart."""
    found = blocks(document, labels(document), clean)
    data = clean({"head": head(document) | {"lying": lies(document, found)}, "blocks": found})
    for block in data["blocks"]:
        if block["kind"] == "chart":
            block["svg"] = block["svg"]()
            drawn()
    return data | {"lost": list(clean.lost), "files": [files.file(each) for each in files.attachments(document)]}


def lies(document: Document, found: list[dict]) -> bool:
    """Whether all pages lie on their sides: of a page that is one wide table, with no chart to be blown up by it."""
    wide = [block for block in found if block["kind"] == "table" and block["landscape"]]
    lying = document.kind == "page" and bool(wide) and not any(block["kind"] == "chart" for block in found)
    for block in wide:
        block["landscape"] = not lying
    return lying


def head(document: Document) -> dict:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "kind": document.kind,
        "period": document.period.label,
        "scope": document.scope,
        "unit": document.unit,
        "as_of": document.as_of,
        "build": document.build_id,
        "by": document.by,
        "at": f"{document.at:%Y-%m-%d %H:%M}",
        "official": document.official,
        "why_draft": list(document.why_draft),
        "watermark": document.watermark,
        "cover": document.cover,
        "mark": mark(document),
    }


def labels(document: Document) -> dict[str, str]:
    """{key of a figure: label of the row of the annex that explains it}."""
    return {key: f"figure-{number}" for key, number in document.annex_numbers().items()}


def blocks(document: Document, targets: dict[str, str], clean: Cleaner) -> list[dict]:
    numbered = iter(numbers(document))
    found, counted, charted = [], 0, 0
    named = files.names(document)
    for block in document.blocks:
        if isinstance(block, Heading):
            found.append(heading(block, next(numbered)))
        elif isinstance(block, Paragraph):
            found.append(paragraph(block, targets) | {"sticky": bool(found) and heads(found[-1])})
        elif isinstance(block, Cards):
            found.append({"kind": "cards", "cards": [card(each, targets) for each in block.cards]})
        elif isinstance(block, Chart):
            charted += 1
            found.append(chart(block, clean) | {"number": f"图 {charted}"})
        elif isinstance(block, Table):
            found.append(tables.content(block, named.get(counted, ""), targets, document.kind == "letter"))
            counted += 1
            found[-1]["number"] = f"表 {counted}"
        elif isinstance(block, Form):
            found.append({"kind": "form", "title": block.title, "lines": block.lines, "signs": block.signs})
        else:
            found.append({"kind": "break"})
    return found


def heads(block: dict) -> bool:
    """Whether what comes after it must not begin the next page without it: a heading, or a note under one."""
    return block["kind"] == "heading" or block.get("sticky", False)


def heading(block: Heading, number: str) -> dict:
    return {"kind": "heading", "level": block.level, "text": number + block.text}


def paragraph(block: Paragraph, targets: dict[str, str]) -> dict:
    return {"kind": "paragraph", "style": block.style, "pieces": [run(piece, targets) for piece in block.runs]}


def run(piece: Run, targets: dict[str, str]) -> list[str]:
    """[text, label of the row that explains it or '', that row's number or '']."""
    return [piece.text, *leads(piece, targets)] if isinstance(piece, Quote) else [piece, "", ""]


def leads(quote: Quote | None, targets: dict[str, str]) -> tuple[str, str]:
    label = targets.get(quote.key, "") if quote else ""
    return label, label.rpartition("-")[2]


def chart(block: Chart, clean: Cleaner) -> dict:
    """svg: waits for it; ratio: its height by its width; more: the names that are too long for it."""
    shorten = Shortener()
    figure = clean(shorten(block.figure))
    told = {"title": block.title, "note": block.note, "alt": block.alt or block.title, "more": shorten.note()}
    return {"kind": "chart", "ratio": charts.height(figure) / charts.WIDTH, "svg": charts.begun(figure)} | told


def card(each: Card, targets: dict[str, str]) -> dict:
    to, mark = leads(each.quote, targets)
    texts = ("name", "value", "unit", "change", "meaning", "context", "spark", "tone")
    return {name: getattr(each, name) for name in texts} | {"to": to, "mark": mark}
