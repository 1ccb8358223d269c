"""The PDF of every page: all that the page shows stands in it, every row of its tables, and nothing was made up."""

import re
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

import pipelines
from reports.document import Cards, Chart, Document, Heading, Paragraph, Table
from reports.pdf import pdf, reading
from views import marks, sheet, snapshot

AT = datetime(2026, 7, 3, 9, 30)
HALF_YEAR = pipelines.Period("2026-01", "2026-06")
PAGES = (
    ("overview", {}),
    ("enrolment", {}),
    ("collection", {}),
    ("balance", {"s": "all"}),
    ("benefits", {}),
    ("costs", {}),
    ("payment", {}),
    ("dictionary", {"q": "参保"}),
    ("institutions", {}),
    ("institutions", {"inst": "H99010100009"}),
    ("clues", {}),
    ("audit", {}),
    ("cases", {}),
    ("assessment", {}),
    ("work", {}),
    ("sampling", {}),
    ("rows", {"kpi": "cost_per_case", "place": "in_county"}),
    ("calendar", {}),
    ("journal", {}),
)
CALLED = [f"{page} {' '.join(query.values())}".strip() for page, query in PAGES]
SCREEN_ONLY = {"popover", "form", "dialog", "expander"}  # what is typed into, or shown when asked for
TEXTS = {"markdown", "caption", "header", "subheader", "title", "warning"}
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def drawn(block):
    """The elements of a page, in order, but those that only a screen can have."""
    if getattr(block, "type", "") in SCREEN_ONLY:
        return
    children = getattr(block, "children", None)
    if children is None:
        yield block
    for child in (children or {}).values():
        yield from drawn(child)


def said(app: AppTest) -> list[str]:
    """What a reader of the screen sees as text; cards with value, unit and change."""
    texts = [marks.note(each.value) for each in drawn(app.main) if each.type in TEXTS]
    for each in drawn(app.main):
        if each.type == "metric":
            texts += [marks.plainly(each.value), each.delta.replace("0.00 个百分点", "持平") if each.delta else ""]
    return texts


def frames(app: AppTest) -> list:
    return [each.value for each in drawn(app.main) if each.type == "arrow_data_frame"]


def bare(text: str) -> str:
    return re.sub(r"[\s|:]|-{2,}", "", text)


def printed(document: Document) -> tuple[str, int]:
    """(all that stands on the pages of the PDF, without blanks; how many pages)."""
    made = pdf(document)
    return bare("".join(reading.pages(made.data))), made.pages


@pytest.fixture(scope="module", params=PAGES, ids=CALLED)
def page(request, sample_warehouse):
    """(the page as it was drawn, its document)."""
    name, query = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUND_WAREHOUSE", "")  # brought back afterwards
        app = snapshot.drawn(sample_warehouse, name, query, "测试")
    return app, sheet.document(snapshot.noted(app, name), AT)


def test_every_number_on_the_screen_is_in_the_pdf(page):
    app, document = page
    found, _ = printed(document)
    numbers = {number for text in said(app) for number in NUMBER.findall(text)}
    assert numbers
    assert {number for number in numbers if number not in found} <= typed_only(app)


def typed_only(app: AppTest) -> set[str]:
    """Numbers in notes that explain input fields, which are for the screen alone."""
    notes = ("各层份数", "定了就写进操作记录")
    return {n for text in said(app) if text.startswith(notes) for n in NUMBER.findall(text)}


def test_every_sentence_on_the_screen_is_in_the_document(page):
    app, document = page
    whole = bare("".join(texts(document)))
    missing = [text for text in said(app)[1:] if bare(text) and bare(text) not in whole]
    assert [text for text in missing if not text.startswith(HANDS)] == []


HANDS = ("按", "点", "定了", "目标放宽", "每档", "最多", "每分", "结果必选")  # beside fields that are filled in


def texts(document: Document):
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Cards):
            for card in block.cards:
                yield from (card.name, card.value, card.unit, card.change, card.meaning, card.context)
        elif isinstance(block, Chart):
            yield from (block.title, block.note)
        elif isinstance(block, Table):
            yield from (column.head for column in block.columns)
            yield from (str(cell) for row in block.rows for cell in row)


def test_every_table_has_all_its_rows(page):
    app, document = page
    tables = {len(table.rows) for table in document.tables()}
    assert {len(frame) for frame in frames(app)} <= tables


def test_cards_are_the_figures_that_the_engine_gives(page, sample_county):
    _, document = page
    for key, quote in document.quotes().items():
        again = pipelines.ask(
            sample_county, [quote.ref.kpi], quote.ref.period, where={d: c.split("+") for d, c in quote.ref.where}
        )
        assert quote.figure.value == again[0].value, key
