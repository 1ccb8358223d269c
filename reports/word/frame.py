"""What stands around the text: cover, contents, head and foot of each page, the mark behind it."""

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Mm
from lxml import etree

from reports.document import Document, Heading
from reports.numbering import numbers
from reports.visible import visible
from reports.word.blocks import contents_anchor, on_a_new_page
from reports.word.looks import GREY, KAI, ORANGE, TITLE, Look
from reports.word.xml import Font, el, field, field_begin, field_end, link, paragraph, run

DRAFT = "草稿"
OFFICE = "urn:schemas-microsoft-com:office:office"
VML = "urn:schemas-microsoft-com:vml"
IN_CONTENTS = 2  # levels of headings


def opening(document: Document) -> list:
    """Before the text: a cover and the contents, or the title on the first page."""
    if document.cover:
        return [*cover(document), *contents(document)]
    return [*titles(document), *why_draft(document)]


def titles(document: Document) -> list:
    words = document.subtitle or "　".join(filter(None, (document.period.label, document.scope)))
    return [paragraph("Title", run(document.title)), paragraph("Subtitle", run(words))]


def why_draft(document: Document) -> list:
    """What is missing before it is official."""
    if document.official or not document.why_draft:
        return []
    return [paragraph("Warning", run(f"{DRAFT}：{'；'.join(document.why_draft)}。"))]


def cover(document: Document) -> list:
    """Title, whose figures, who issues it and when; a page of its own."""
    facts = [("期间", document.period.label), ("范围", document.scope), ("数据截至", document.as_of)]
    facts += [("数据版本", document.build_id), ("编制", document.by)]
    mark = Font(points=16, colour=ORANGE, chinese=TITLE)
    small, issued = Font(points=12, colour=GREY), document.at
    return [
        paragraph("Cover"),
        paragraph("Cover", *([] if document.official else [run(DRAFT, mark)])),
        *[paragraph("Cover") for _ in range(3)],
        *(paragraph("Title", run(line, Font(points=26))) for line in title_lines(document)),
        paragraph("Subtitle", *([run(document.subtitle)] if document.subtitle else [])),
        *[paragraph("Cover") for _ in range(3)],
        paragraph("Cover", run(document.unit, Font(chinese=KAI))),
        paragraph("Cover", run(f"{issued.year}年{issued.month}月{issued.day}日", Font(chinese=KAI))),
        paragraph("Cover"),
        *(paragraph("Facts", run(f"{name}：{words}", small)) for name, words in facts if words),
        *why_draft(document),
    ]


def title_lines(document: Document) -> list[str]:
    """The months on a line of their own, where the title begins with them."""
    months, title = document.period.label, document.title
    rest = title.removeprefix(months)
    return [months, rest] if rest and rest != title else [title]


def contents(document: Document) -> list:
    """The headings as links, in a field that Word fills with page numbers when it is asked to renew it."""
    heads = [block for block in document.blocks if isinstance(block, Heading)]
    told = [
        (place, head.level, number + head.text)
        for place, (head, number) in enumerate(zip(heads, numbers(document), strict=True), start=1)
        if head.level <= IN_CONTENTS
    ]
    lines = [paragraph(f"TOC{level}", link(contents_anchor(place), run(words))) for place, level, words in told]
    if lines:
        for each in reversed(field_begin(f'TOC \\o "1-{IN_CONTENTS}" \\h \\z \\u')):
            lines[0].insert(1, each)
        lines[-1].append(field_end())
    return [on_a_new_page(paragraph("TOCHeading", run("目　录"))), *lines]


def section(file, look: Look, lying: bool, first: bool = False):
    """A section of pages that stand or lie; the first is the one that a new file has."""
    made = file.sections[0] if first else file.add_section(WD_SECTION.NEW_PAGE)
    if not first:
        made.different_first_page_header_footer = False
    top, bottom, left, right = (Mm(each) for each in look.margins)
    made.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    made.page_width, made.page_height = (Mm(297), Mm(210)) if lying else (Mm(210), Mm(297))
    if lying:  # a sheet turned to the left: its top is the upright sheet's left side
        top, bottom, left, right = left, right, bottom, top
    made.top_margin, made.bottom_margin, made.left_margin, made.right_margin = top, bottom, left, right
    made.header_distance, made.footer_distance = Mm(14), Mm(12)
    return made


def head_and_foot(document: Document, made) -> None:
    """Of every page but a cover: unit, title, scope; page number, how far the data reach, build, who, when."""
    made.different_first_page_header_footer = document.cover
    grey = Font(points=8, colour=GREY)
    state = [] if document.official else [run(f"　{DRAFT}", Font(points=9, colour=ORANGE))]
    words = "　".join(filter(None, (document.title, document.scope)))
    line = el("w:pBdr", el("w:bottom", val="single", sz=4, space=3, color="C3CCD6"))
    head = el("w:p", el("w:pPr", el("w:pStyle", val="Header"), line, el("w:jc", val="center")), run(words), *state)
    for each in behind(document):
        head.append(each)
    facts = ("数据截至" + document.as_of, "数据版本 " + document.build_id, "编制 " + document.by)
    facts += (f"{document.at:%Y-%m-%d %H:%M}",)
    number, pages = Font(points=14), field("NUMPAGES", "1", grey)
    put(made.header, [head])
    foot = [
        paragraph("PageNumber", run("— ", number), *field("PAGE", "1", number), run(" —", number)),
        paragraph("Footer", run(f"{document.unit}　{facts[0]}", grey), jc="center"),
        paragraph("Footer", run("　".join(facts[1:]) + "　共 ", grey), *pages, run(" 页", grey), jc="center"),
    ]
    put(made.footer, foot)


def put(place, elements: list) -> None:
    """Fill a header or a footer."""
    place.is_linked_to_previous = False
    for old in list(place._element):
        place._element.remove(old)
    place._element.extend(elements)


def behind(document: Document) -> list:
    """The draft mark and the reader's name, large and pale behind the text."""
    words = [] if document.official else [DRAFT]
    said = "　".join(words + ([document.watermark] if document.watermark else []))
    return [watermark(said)] if said else []


def watermark(said: str):
    """Words across the page, as Word itself makes them: a shape of letters in the head, behind everything."""
    long = min(46 * max(len(said), 3), 430)
    style = (
        f"position:absolute;margin-left:0;margin-top:0;width:{long}pt;height:{min(long / len(said), 90):.0f}pt;"
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    formulas = ("sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0")
    formulas += ("if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8")
    formulas += ("mid @6 @7", "sum @6 0 @5")
    kind = vml(
        "v:shapetype",
        vml("v:formulas", *(vml("v:f", eqn=each) for each in formulas)),
        vml("v:path", textpathok="t"),
        vml("v:textpath", on="t", fitshape="t"),
        {f"{{{OFFICE}}}spt": "136"},
        id="_x0000_t136",
        coordsize="21600,21600",
        adj="10800",
        path="m@7,l@8,m@5,21600l@6,21600e",
    )
    text = vml("v:textpath", style=f"font-family:'{TITLE}';font-size:1pt", string=visible(said))
    fill = vml("v:fill", opacity=".5")
    shape = vml(
        "v:shape", fill, text, id="watermark", type="#_x0000_t136", style=style, fillcolor="#d5dce5", stroked="f"
    )
    return el("w:r", el("w:pict", kind, shape))


def vml(tag: str, *children, **attributes):
    """An element of Word's old drawing language. Attributes have no namespace; a dictionary holds some that do."""
    more = {name: value for each in children if isinstance(each, dict) for name, value in each.items()}
    made = etree.Element(f"{{{VML}}}{tag.removeprefix('v:')}", {**attributes, **more}, nsmap={"v": VML, "o": OFFICE})
    made.extend(each for each in children if not isinstance(each, dict))
    return made
