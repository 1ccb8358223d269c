"""The file itself: an empty one in our look, and its bytes, which are the same for the same document."""

import zipfile
from datetime import timedelta, timezone
from io import BytesIO

from docx import Document as new_file
from lxml import etree

from reports.document import Document
from reports.register import mark
from reports.visible import visible
from reports.word.looks import Look, font_table, settings_part, styles_part

CHINA = timezone(timedelta(hours=8))
LONGEST = 255
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time of every part: a zip knows none earlier
NEEDED = ("styles", "settings", "fontTable", "theme")
UNTRUE = ("thumbnail", "extended-properties")  # what the template says of itself


def blank(look: Look):
    """An empty file of python-docx with nothing of its template but what a Word file must have."""
    file = new_file()
    part = file.part
    for key, relation in list(part.rels.items()):
        if not relation.reltype.endswith(NEEDED):
            del part.rels[key]
    package = part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith(UNTRUE):
            del package.rels[key]
    refill(file.styles.element, styles_part(look))
    refill(file.settings.element, settings_part())
    fonts = next(r.target_part for r in part.rels.values() if r.reltype.endswith("/fontTable"))
    fonts._blob = etree.tostring(font_table(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return file


def refill(element, with_children_of) -> None:
    """Give an element of the template other children."""
    for child in list(element):
        element.remove(child)
    element.extend(list(with_children_of))


def describe(file, document: Document) -> None:
    """What the file says of itself: title, who made it and when, and the mark by which it is known again."""
    told = file.core_properties
    at = document.at.astimezone(CHINA).replace(tzinfo=None) if document.at.tzinfo else document.at
    told.title, told.subject, told.author = map(short, (document.title, document.scope, document.unit))
    told.keywords, told.comments, told.category = mark(document), "", document.period.label
    told.last_modified_by, told.revision, told.language = short(document.by), 1, "zh-CN"
    told.created = told.modified = at - timedelta(hours=8)  # it is written as world time


def short(text: str) -> str:
    """As long as a property of a file may be."""
    return visible(text)[:LONGEST]


def data(file) -> bytes:
    """The bytes of the file, its parts in a fixed order and without the time of day."""
    written, target = BytesIO(), BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(entry, source.read(name))
    return target.getvalue()
