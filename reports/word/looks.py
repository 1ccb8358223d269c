"""The look of official documents: page, fonts with what stands in for them, sizes, styles.

Source: GB/T 9704—2012 党政机关公文格式: A4, 37, 35, 28, 26 mm margins, 小标宋 二号 title, 黑体 and 楷体 三号 heads,
仿宋 三号 text 28 points apart, indented by two characters, 四号 page numbers between dashes. Snapshots are smaller.
"""

from dataclasses import dataclass

from reports.document import Document
from reports.numbering import UNNUMBERED
from reports.word.xml import el

TITLE, HEI, FANG, KAI, SONG = "方正小标宋简体", "黑体", "仿宋", "楷体", "宋体"
LATIN = "Times New Roman"
# font -> (other names of it and what may stand in for it, panose of its kind): Word looks them up where it is missing
STAND_INS = {
    TITLE: ("小标宋,方正小标宋_GBK,华文中宋,宋体", "02010600030101010101"),
    HEI: ("SimHei,微软雅黑,Noto Sans CJK SC", "02010609060101010101"),
    FANG: ("仿宋_GB2312,FangSong,华文仿宋,Noto Serif CJK SC", "02010609060101010101"),
    KAI: ("楷体_GB2312,KaiTi,华文楷体,Noto Serif CJK SC", "02010609060101010101"),
    SONG: ("SimSun,新宋体,Noto Serif CJK SC", "02010600030101010101"),
}
GREY, BLUE, ORANGE, LINE, WASH, INK = "5B6673", "17559B", "B03F08", "C3CCD6", "EEF3F9", "000000"
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Look:
    """Sizes in points, margins in mm: top, bottom, left, right."""

    title: float
    head: float
    body: float
    line: float
    margins: tuple[float, float, float, float]

    @property
    def upright_points(self) -> float:
        """Between the margins of an upright page."""
        return (210 - self.margins[2] - self.margins[3]) * POINTS_PER_MM

    @property
    def lying_points(self) -> float:
        """Between the margins of a page on its side, whose top is the upright page's left."""
        return (297 - self.margins[0] - self.margins[1]) * POINTS_PER_MM


FORMAL = Look(22, 16, 16, 28, (37, 35, 28, 26))
SMALL = Look(18, 14, 12, 21, (28, 25, 22, 20))


def look_of(document: Document) -> Look:
    return SMALL if document.kind in UNNUMBERED else FORMAL


@dataclass(frozen=True)
class Style:
    """A paragraph style. line: points from line to line, None: as high as what stands in it; outline: level in the
    navigation, from 0; left: points from the margin; fill: colour behind it, with a bar in bar's colour.
    """

    id: str
    name: str
    font: str
    points: float
    line: float | None
    before: float = 0
    after: float = 0
    indented: bool = False
    centred: bool = False
    colour: str = INK
    bold: bool = False
    kept: bool = False
    outline: int | None = None
    left: float = 0
    fill: str = ""
    bar: str = ""


def styles(look: Look) -> list[Style]:
    """Every style of a document."""
    heads = [
        Style(
            f"Heading{n}", f"heading {n}", font, look.head, look.line, look.line / 2 if n == 1 else 0, 0, look is FORMAL
        )
        for n, font in enumerate((HEI, KAI, FANG, FANG), start=1)
    ]
    told = [(look.body, look.line, 0, 0, True), (look.body, look.line, 6, 6)]
    return [
        Style("Normal", "Normal", FANG, look.body, look.line),
        Style("Title", "Title", TITLE, look.title, look.title * 1.5, 0, look.line / 2, centred=True),
        Style("Subtitle", "Subtitle", KAI, look.body, look.line, 0, look.line / 2, centred=True, colour=GREY),
        *(headed(head, level) for level, head in enumerate(heads)),
        Style("Body", "Body Text", FANG, *told[0]),
        Style("Answer", "Answer", FANG, *told[1], left=6, fill=WASH, bar=BLUE),
        Style("Warning", "Warning", FANG, *told[1], left=6, fill="FDF2EA", bar=ORANGE),
        Style("Caption", "caption", HEI, min(look.head, 12), 18, 10, 3, centred=True, kept=True),
        Style("Note", "Note", SONG, 9, 13, 3, 8, colour=GREY),
        Style("Cell", "Cell", SONG, 9, None),
        Style("Gap", "Gap", SONG, 4, 6),
        Style("Picture", "Picture", SONG, 9, None, 3, 2, centred=True, kept=True),
        Style("Cover", "Cover", FANG, 16, 32, centred=True),
        Style("Facts", "Facts", FANG, 12, 22, centred=True, colour=GREY),
        Style("TOCHeading", "TOC Heading", HEI, look.head, look.line * 1.5, 0, look.line / 2, centred=True),
        Style("TOC1", "toc 1", HEI, min(look.body, 14), 26),
        Style("TOC2", "toc 2", FANG, min(look.body, 14), 24, left=28),
        Style("Header", "header", SONG, 9, 12, colour=GREY),
        Style("Footer", "footer", SONG, 9, 12, colour=GREY),
        Style("PageNumber", "Page Number Line", SONG, 14, 18, centred=True),
    ]


def headed(style: Style, level: int) -> Style:
    return Style(**vars(style) | {"outline": level, "kept": True, "bold": level > 1})


def styles_part(look: Look):
    """The styles of a file as their XML; what they have in common first."""
    common = el("w:rPr", fonts(FANG), el("w:lang", val="en-US", eastAsia="zh-CN"))
    defaults = el("w:docDefaults", el("w:rPrDefault", common), el("w:pPrDefault", el("w:pPr")))
    return el("w:styles", defaults, *map(style_entry, styles(look)), table_style())


def fonts(chinese: str):
    return el("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=chinese, cs=LATIN)


def style_entry(s: Style):
    first = s.id == "Normal"
    return el(
        "w:style",
        el("w:name", val=s.name),
        None if first else el("w:basedOn", val="Normal"),
        el("w:qFormat"),
        el("w:pPr", *paragraph_look(s)),
        el("w:rPr", *run_look(s)),
        type="paragraph",
        styleId=s.id,
        default="1" if first else None,
    )


def paragraph_look(s: Style) -> list:
    spacing = {"before": round(s.before * 20), "after": round(s.after * 20)}
    spacing |= {"line": round(s.line * 20), "lineRule": "exact"} if s.line else {"line": 240, "lineRule": "auto"}
    indent = {"firstLineChars": 200, "firstLine": round(s.points * 40)} if s.indented else {}
    indent |= {"left": round(s.left * 20)} if s.left else {}
    bar = el("w:left", val="single", sz=18, space=6, color=s.bar) if s.bar else None
    found = [
        el("w:keepNext") if s.kept else None,
        el("w:keepLines") if s.kept else None,
        el("w:pBdr", bar) if s.bar else None,
        el("w:shd", val="clear", color="auto", fill=s.fill) if s.fill else None,
        el("w:spacing", **spacing),
        el("w:ind", **indent) if indent else None,
        el("w:jc", val="center") if s.centred else None,
        None if s.outline is None else el("w:outlineLvl", val=s.outline),
    ]
    return [each for each in found if each is not None]


def run_look(s: Style) -> list:
    half = round(s.points * 2)
    bold = [el("w:b"), el("w:bCs")] if s.bold else []
    colour = [] if s.colour == INK else [el("w:color", val=s.colour)]
    return [fonts(s.font), *bold, *colour, el("w:sz", val=half), el("w:szCs", val=half)]


def table_style():
    """Lines between rows, a stronger one above, below, and under the head: as statistics are printed."""
    strong, thin = {"val": "single", "sz": 8, "space": 0, "color": INK}, {"val": "single", "sz": 4, "space": 0}
    borders = el(
        "w:tblBorders",
        el("w:top", **strong),
        el("w:bottom", **strong),
        el("w:insideH", **thin, color=LINE),
    )
    room = el("w:tblCellMar", *(el(f"w:{side}", w=w, type="dxa") for side, w in (("left", 60), ("right", 60))))
    body = (el("w:name", val="Statistics"), el("w:tblPr", borders, room))
    return el("w:style", *body, type="table", styleId="Statistics", customStyle="1")


def settings_part():
    """How Word is to read the file: as one of today, Chinese, with the spacing of Chinese marks."""
    modern = {"name": "compatibilityMode", "uri": "http://schemas.microsoft.com/office/word", "val": "15"}
    return el(
        "w:settings",
        el("w:zoom", percent=100),
        el("w:defaultTabStop", val=420),
        el("w:characterSpacingControl", val="compressPunctuation"),
        el("w:compat", el("w:useFELayout"), el("w:compatSetting", **modern)),
        el("w:themeFontLang", val="en-US", eastAsia="zh-CN"),
        el("w:decimalSymbol", val="."),
        el("w:listSeparator", val=","),
    )


def font_table():
    """Every font of the file, with what stands in for it on a machine that does not have it."""
    return el("w:fonts", *(font_entry(name, *told) for name, told in STAND_INS.items()))


def font_entry(name: str, stand_ins: str, panose: str):
    family = "roman" if name in (TITLE, SONG) else "modern"
    children = (el("w:altName", val=stand_ins), el("w:panose1", val=panose), el("w:charset", val="86"))
    return el("w:font", *children, el("w:family", val=family), el("w:pitch", val="variable"), name=name)
