"""What calamine does not tell of an .xlsx: error cells, formulas that were never computed, and number formats.

It gives all of them as blank or as the bare number. One pass over the bytes of a sheet says whether there are any
(an export has none); only then is its XML read.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

from pipelines.uploads import formats

CHUNK = 1 << 20
OVERLAP = 256
SUSPECT = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*hidden=["'](?:1|true)["']""")
CELL = re.compile("([A-Z]+)([0-9]+)")
Odd = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Peculiar:
    """What a sheet holds beside its values. cells: (row, column) from 0 -> the text that a person sees there."""

    cells: Odd
    hidden_rows: int = 0


def parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> the part of the file that holds it."""
    links = {}
    for link in tree(archive, "xl/_rels/workbook.xml.rels"):
        links[link.get("Id")] = normpath(join("xl", link.get("Target", ""))).lstrip("/")
    found = {}
    for sheet in [e for e in tree(archive, "xl/workbook.xml").iter() if local(e.tag) == "sheet"]:
        place = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        found[sheet.get("name")] = links.get(place, "")
    return found


def tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(part))


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def uncomputed(archive: zipfile.ZipFile) -> bool:
    """Whether a program wrote the formulas and left it to Excel to compute them on opening: a 0 may be none."""
    told = [e.get("fullCalcOnLoad", "0") for e in tree(archive, "xl/workbook.xml").iter() if local(e.tag) == "calcPr"]
    return any(value in ("1", "true") for value in told)


def styles(archive: zipfile.ZipFile) -> dict[str, formats.Shown]:
    """Number of a cell style -> how its numbers are shown, for the few where that is another text."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    codes, found = dict(formats.BUILT_IN), {}
    root = tree(archive, "xl/styles.xml")
    for each in [e for e in root.iter() if local(e.tag) == "numFmt"]:
        codes[int(each.get("numFmtId", -1))] = each.get("formatCode", "")
    for number, style in enumerate(e for group in root if local(group.tag) == "cellXfs" for e in group):
        if look := formats.shown(codes.get(int(style.get("numFmtId", 0)), "")):
            found[str(number)] = look
    return found


def peculiar(archive: zipfile.ZipFile, part: str, looks: dict[str, formats.Shown], unsure: bool) -> Peculiar:
    """Read a sheet's XML for what is odd in it; unsure: a 0 of a formula may be none.

    Raises what zipfile and expat raise for a broken one.
    """
    suspect, hidden = survey(archive, part, looks)
    if not suspect:
        return Peculiar({}, hidden)
    reader = Reader(looks, unsure)
    for chunk in pieces(archive, part):
        reader.parser.Parse(chunk, False)
    reader.parser.Parse(b"", True)
    return Peculiar(reader.found, hidden)


def survey(archive: zipfile.ZipFile, part: str, looks: dict) -> tuple[bool, int]:
    """Whether any cell may be odd, and how many rows are hidden: by the bytes alone, which is quick."""
    wanted = [*SUSPECT, *(f" s={q}{style}{q}".encode() for style in looks for q in "\"'")]
    suspect, hidden, tail = False, 0, b""
    for chunk in pieces(archive, part):
        seen = tail + chunk
        suspect = suspect or any(sign in seen for sign in wanted)
        if b"hidden" in seen:
            hidden += sum(found.end() > len(tail) for found in HIDDEN_ROW.finditer(seen))
        tail = seen[-OVERLAP:]
    return suspect, hidden


def pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with archive.open(part) as sheet:
        while chunk := sheet.read(CHUNK):
            yield chunk


@dataclass
class Reader:
    """Goes through a sheet's XML cell by cell and keeps what is odd."""

    looks: dict[str, formats.Shown]
    unsure: bool
    found: Odd = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.row = self.column = -1
        self.kind, self.style, self.computed, self.value = "", "", False, None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.begin_cell(attributes)
        elif tag == "f":
            self.computed = True
        elif tag == "v":
            self.value = ""
            self.parser.CharacterDataHandler = self.collect
        elif tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1

    def begin_cell(self, attributes: dict[str, str]) -> None:
        place = CELL.fullmatch(attributes.get("r", ""))
        self.column = column_number(place[1]) if place else self.column + 1
        self.row = int(place[2]) - 1 if place else self.row
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.computed, self.value = False, None

    def collect(self, text: str) -> None:
        self.value += text

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self.parser.CharacterDataHandler = None
        elif tag == "c":
            text = self.odd()
            if text is not None:
                self.found[self.row, self.column] = text

    def odd(self) -> str | None:
        """The text of the cell that has just ended, if calamine would give another."""
        if self.kind == "e":
            return self.value or formats.LOST
        if self.computed and self.kind != "str" and (not self.value or (self.unsure and self.value == "0")):
            return formats.LOST
        if self.kind == "n" and self.value and self.style in self.looks:
            return self.looks[self.style](float(self.value))
        return None


def column_number(letters: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
