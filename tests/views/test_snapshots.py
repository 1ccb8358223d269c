"""The PDF of every page: all that the page shows stands in it, every row of its tables, and nothing was made up."""

import os
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from reports import __main__ as command_line
from reports import quoting, register
from reports.cli import main
from reports.document import Cards, Chart, Document, Heading, Paragraph, Table
from reports.pdf import pdf, reading
from tests.views.app import opened
from tests.views.test_pages import NASTY, loaded
from views import long_tables, marks, sheet, snapshot, takeaway

AT = datetime(2026, 7, 3, 9, 30)
PAGES = (
    ("overview", {}),
    ("enrolment", {}),
    ("collection", {}),
    ("balance", {"s": "all"}),
    ("benefits", {}),
    ("costs", {}),
    ("payment", {}),
    ("payment", {"v": "settle"}),
    ("payment", {"v": "radar"}),
    ("payment", {"v": "limits"}),
    ("outlook", {}),
    ("outlook", {"s": "all"}),
    ("attribution", {}),
    ("attribution", {"s": "all", "of": "fund"}),
    ("sharing", {}),
    ("sharing", {"cover": "catastrophe", "v": "terms"}),
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
    ("rows", {"kpi": "insured_persons"}),
    ("documents", {}),
    ("wording", {"t": "penalties"}),
    ("signing", {}),
    ("calendar", {}),
    ("journal", {}),
    ("log", {}),
)
CALLED = [f"{page} {' '.join(query.values())}".strip() for page, query in PAGES]
SCREEN_ONLY = {"popover", "form", "dialog", "expander"}  # what is typed into, or shown when asked for
TEXTS = {"markdown", "caption", "header", "subheader", "title", "warning"}
NOTING = ("写批注", "写在这家机构上", "随本期的文件印出")
NOTES = "批注"  # the heading of a part that has no place on paper before there is a note
# what stands beside fields that are filled in or buttons that are pressed
BY_FIELDS = (
    "目标放宽",
    "标准调整",
    "第 1 日起",
    "第 5 日起",
    "每档",
    "最多扣分",
    "每分金额",
    "定了就写进操作记录",
    "每页 100 行",
    "也可撤销",
    *NOTING,
)
PART = 100  # rows of a long listing that the screen holds at a time; the document goes on
MARK = re.compile(r"^(?:#+|-) ", re.M)  # of headings and of items of a list
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
    """What a reader of the screen sees as text; cards with value and change."""
    texts = [marks.note(MARK.sub("", each.value)) for each in drawn(app.main) if each.type in TEXTS]
    for each in drawn(app.main):
        if each.type == "metric":
            texts += [marks.plainly(each.value), each.delta.replace("0.00 个百分点", "持平") if each.delta else ""]
    return [text for text in texts if bare(text) and text != NOTES and not text.startswith(BY_FIELDS)]


def frames(app: AppTest) -> list:
    return [each.value for each in drawn(app.main) if each.type == "dataframe"]


def bare(text: str) -> str:
    return re.sub(r"[\s|:]|-{2,}", "", text)


def printed(document: Document) -> str:
    """All that stands on the pages of the PDF, without blanks."""
    return bare("".join(reading.pages(pdf(document).data)))


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
    found = printed(document)
    numbers = {number for text in said(app) for number in NUMBER.findall(text)}
    assert numbers
    assert {number for number in numbers if number not in found} == set()


def test_every_sentence_on_the_screen_is_in_the_document(page):
    app, document = page
    whole = bare("".join(texts(document)))
    assert [text for text in said(app) if bare(text) not in whole and text != document.title] == []


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
    printed_ = [[str(row[0]) for row in table.rows] for table in document.tables()]
    for frame in frames(app):
        shown = [str(long_tables.cell(value)) for value in frame.iloc[:, 0]]
        assert shown in [column[: len(shown)] if len(shown) == PART else column for column in printed_]


def test_cards_are_the_figures_that_the_engine_gives(page, sample_county):
    _, document = page
    printed_ = {key: quote.text for key, quote in document.quotes().items()}
    assert printed_ == {key: quoting.quote(sample_county, quoting.Ref.parse(key)).text for key in printed_}


# ---------------------------------------------------------------- by the button


@pytest.fixture
def warehouse(sample_warehouse, tmp_path) -> Path:
    """A copy to write to: its files are replaced, never changed."""
    return Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link))


def test_the_button_makes_the_page_and_enters_it_into_the_register(warehouse, sample_county, monkeypatch):
    app = opened(warehouse, monkeypatch, "collection", s="employee")
    assert "本页 PDF" in [each.label for each in app.get("download_button")]
    data = takeaway.pdf_of(app.session_state["sheet"])
    verdict = register.verdict(app.session_state["county"], data)
    assert verdict.kind == "current"
    assert "职工" in "".join(reading.pages(data))


def test_a_page_that_cannot_be_printed_whole_says_why(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "collection")
    noted = app.session_state["sheet"]
    odd = Chart({"data": [{"type": "scattergl"}], "layout": {}}, "题", "注", "图")
    noted.parts.append(lambda: [odd])
    data = takeaway.pdf_of(noted)
    assert "图表类型 scattergl 不能印成文件" in "".join(reading.pages(data))
    assert register.find(warehouse, data) is None


def test_hostile_names_are_printed_as_they_are(tmp_path):
    warehouse = loaded(tmp_path, NASTY)
    for name in ("enrolment", "institutions"):
        document = snapshot.page(warehouse, name, {}, "测试", AT)
        cells = {cell for table in document.tables() for row in table.rows for cell in row}
        assert set(NASTY) <= cells
        assert all(bare(each) in printed(document) for each in NASTY)


def test_a_picker_and_a_search_stand_in_the_document(sample_warehouse, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", "")
    document = snapshot.page(sample_warehouse, "dictionary", {"q": "参合率"}, "测试", AT)
    assert any("查找 “参合率”" in block.text for block in document.blocks if isinstance(block, Paragraph))
    (table,) = document.tables()[:1]
    assert [row[1] for row in table.rows] == ["参保率"]


# ---------------------------------------------------------------- at the command line


def asked(warehouse: Path, out: Path, *options: str):
    told = ["--warehouse", str(warehouse), "pdf", "--by", "甲", "--at", "2026-07-03", "--out", str(out), *options]
    return CliRunner().invoke(main, told, obj=command_line.page)


def test_the_command_makes_the_same_page_with_the_same_bytes(warehouse, tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", "")
    options = ("--page", "costs", "--scheme", "resident", "--to", "2026-06", "--query", "k=alos", "--name", "李四")
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for out in (first, second):
        assert asked(warehouse, out, *options).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    found = "".join(reading.pages(first.read_bytes()))
    assert "县内平均住院日" in found
    assert "李四" in found


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--page", "nowhere"), "没有“nowhere”这一页；应为 overview、"),
        (("--page", "costs", "--query", "k"), "--query k：应为 名=值"),
        (("--page", "costs", "--query", "k=nonsense"), "这一页没有 k=nonsense 这个选项"),
        (("--page", "institutions", "--query", "inst=NOSUCH"), "这一页没有 inst=NOSUCH 这个选项"),
        (("--page", "costs", "--official"), "页面快照没有版式，也不作正式件"),
        (("--page", "costs", "--from", "2026-13"), "期间“2026-13”不是年月"),
        (("--page", "costs", "--from", "2026-05", "--to", "2026-08"), "页面不能显示2026年5—8月：这些月没有装入"),
    ],
)
def test_what_cannot_be_made_is_a_sentence(sample_warehouse, tmp_path, monkeypatch, options, sentence):
    monkeypatch.setenv("FUND_WAREHOUSE", "")
    told = asked(sample_warehouse, tmp_path / "x.pdf", *options)
    assert told.exit_code == 2
    assert sentence in told.output
    assert not (tmp_path / "x.pdf").exists()


def test_an_empty_warehouse_stays_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", "")
    told = asked(tmp_path / "none", tmp_path / "x.pdf", "--page", "overview")
    assert told.exit_code == 2
    assert "还没有数据" in told.output
    assert not (tmp_path / "none").exists()
