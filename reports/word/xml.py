"""The pieces that Word files are made of, as XML: elements, runs of text, links, bookmarks, fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from reports.visible import visible


@dataclass(frozen=True)
class Font:
    """How a run of text looks, where it differs from its paragraph's style. points: its size."""

    points: float | None = None
    colour: str = ""
    bold: bool = False
    chinese: str = ""


PLAIN = Font()
NAMESPACES = {prefix: nsmap[prefix] for prefix in ("w", "r")}
named = cache(qn)  # w:p as Word's own long name; a file of thousands of rows asks for few names very often


def el(tag: str, *children, **attributes):
    """An element with its children; attributes are of the same namespace, None leaves one out."""
    made = oxml_parser.makeelement(named(tag), nsmap=NAMESPACES)
    prefix = tag.partition(":")[0]
    for name, value in attributes.items():
        if value is not None:
            made.set(named(f"{prefix}:{name}"), visible(str(value)))
    made.extend([child for child in children if child is not None])
    return made


def run(text: str, font: Font = PLAIN):
    """A run of text."""
    made = el("w:r", look(font), el("w:t"))
    made[-1].text = visible(text)
    made[-1].set(qn("xml:space"), "preserve")
    return made


def look(font: Font):
    """The run properties of a font, in the order that the schema wants; None where it changes nothing."""
    if font == PLAIN:
        return None
    half_points = None if font.points is None else round(2 * font.points)
    return el(
        "w:rPr",
        el("w:rFonts", eastAsia=font.chinese) if font.chinese else None,
        el("w:b") if font.bold else None,
        el("w:color", val=font.colour) if font.colour else None,
        el("w:sz", val=half_points) if half_points else None,
        el("w:szCs", val=half_points) if half_points else None,
    )


def link(anchor: str, *runs, tip: str = ""):
    """Runs that lead to a bookmark of the same file; tip: what is shown while the mouse is over them."""
    return el("w:hyperlink", *runs, anchor=anchor, tooltip=tip[:250] or None, history="1")


def bookmarked(number: int, name: str, runs: Iterable) -> list:
    """Runs with a bookmark around them. number: one of its own in the file."""
    return [el("w:bookmarkStart", id=number, name=name), *runs, el("w:bookmarkEnd", id=number)]


def field(instruction: str, shown: str, font: Font = PLAIN) -> list:
    """The runs of a field, as PAGE, that Word works out; shown: what stands there until then."""
    return [*field_begin(instruction, font), run(shown, font), field_end(font)]


def field_begin(instruction: str, font: Font = PLAIN) -> list:
    code = el("w:instrText")
    code.text, code.attrib[qn("xml:space")] = f" {instruction} ", "preserve"
    marks = [el("w:fldChar", fldCharType="begin"), code, el("w:fldChar", fldCharType="separate")]
    return [el("w:r", look(font), mark) for mark in marks]


def field_end(font: Font = PLAIN):
    return el("w:r", look(font), el("w:fldChar", fldCharType="end"))


def paragraph(style: str, *runs, **settings):
    """A paragraph in a style. settings: properties of its own as {element without w:: value}, in the schema's order."""
    own = [el(f"w:{name}", val=None if value is True else value) for name, value in settings.items()]
    return el("w:p", el("w:pPr", el("w:pStyle", val=style), *own), *runs)
