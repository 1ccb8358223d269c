"""封账, 文件验真 and notes as staff meet them."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from pipelines import Period, events, load, open_county
from pipelines.signing import note, notes, state
from pipelines.store.warehouse import journal, locked_months
from reports.document import Document, Paragraph
from reports.quoting import Ref, quotes
from reports.register import keep, mark
from tests.files import ENROLMENT, INSTITUTION, write
from tests.months import settlements
from tests.views.app import button, healthy, opened, words

JUNE, SPRING = Period("2026-06", "2026-06"), Period("2026-05", "2026-06")
CASES = Ref.of("inpatient_cases", JUNE)
NASTY = "**粗** <b>x</b> [链](http://x)"


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """May and June; in June more are insured than should be."""
    folder = tmp_path_factory.mktemp("signing page")
    files = [settlements(folder, month, "P1", "P2") for month in SPRING.months]
    insured = [
        ENROLMENT | {"统计年月": month, "参保人数": str(cnt), "应参保人数": "11000"}
        for month, cnt in zip(SPRING.months, (9000, 12000), strict=True)
    ]
    files += [write(folder, [INSTITUTION], "roster.csv"), write(folder, insured, "enrolment.csv")]
    assert {r.status for r in load(folder / "warehouse", files, "甲")} == {"loaded"}
    return folder / "warehouse"


@pytest.fixture
def county(tmp_path, begun) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "warehouse"))


def page(county: Path, monkeypatch, name: str = "signing"):
    return opened(county, monkeypatch, name, m="2026-05..2026-06")


def registered(county: Path, official: bool = True) -> bytes:
    opened_ = open_county(county)
    blocks = (Paragraph(("住院 ", *quotes(opened_, [CASES]).values())),)
    head = dict(scope="全部", unit="医保局", as_of="2026年6月30日", build_id=opened_.build_id, by="甲")
    made = Document("bulletin", NASTY, JUNE, at=datetime(2026, 7, 2), blocks=blocks, official=official, **head)
    data = f"%PDF {mark(made)}".encode()
    keep(county, made, data, "pdf")
    return data


def test_the_page_says_what_is_missing_month_by_month(county, monkeypatch):
    app = page(county, monkeypatch)
    assert healthy(app)
    said = words(app)
    assert "只能出草稿**：**2 个月**没有封账，**1 处**勾稽不符没有说明" in said
    assert "| 2026年6月 |" in said and "1 处没有说明" in said
    assert "12,000 | 11,000 | 1,000" in said


def test_months_are_closed_and_breaches_explained_until_documents_are_official(county, monkeypatch):
    app = page(county, monkeypatch)
    app.multiselect(key="months-封账").set_value(["2026-05", "2026-06"])
    app.text_input(key="why-封账").set_value(f"已上报 {NASTY}")
    button(app, "确认封账").click().run()
    assert healthy(app)
    assert list(locked_months(journal(county))) == SPRING.months
    key = "说明-enrolled_within_due"
    app.text_input(key=f"by-{key}").set_value("李科长")
    app.text_input(key=f"why-{key}").set_value("新生儿先参保")
    button(app, "署名说明").click().run()
    assert healthy(app)
    assert "可以出正式文件**：2 个月都已封账，1 处不符已署名说明" in words(app)
    assert "<b>" not in words(app).replace("\\<b", "")
    assert state(open_county(county), SPRING).official
    app.multiselect(key="months-解封").set_value(["2026-05"])
    app.text_input(key="why-解封").set_value("要整月重报")
    button(app, "确认解封").click().run()
    assert "只能出草稿" in words(app)


def test_nothing_is_closed_without_a_month_and_a_reason(county, monkeypatch):
    app = page(county, monkeypatch)
    app.multiselect(key="months-封账").set_value(["2026-05"])
    button(app, "确认封账").click().run()
    assert "操作人和原因都要写" in app.error[0].value
    app.multiselect(key="months-封账").set_value([])
    app.text_input(key="why-封账").set_value("已上报")
    button(app, "确认封账").click().run()
    assert "还没有选月份" in app.error[0].value
    assert not locked_months(journal(county))


def test_what_an_official_document_printed_and_is_another_now_is_listed_with_the_reason(county, monkeypatch, tmp_path):
    registered(county)
    (county / "documents" / "broken.json").write_text("{")
    app = page(county, monkeypatch)
    assert "现在重算都一样" in words(app)
    assert "有 1 条记录读不出" in words(app)
    load(county, [settlements(tmp_path, "2026-06", "P1", "P2", "P3")], "乙")
    app = page(county, monkeypatch)
    assert healthy(app)
    assert "**1 个数字**后来更正过" in words(app)
    listed = app.dataframe[0].value
    assert (listed["原来印的"][0], listed["现在的"][0]) == ("2 人次", "3 人次")
    assert "乙" in listed["更正原因"][0]


def test_notes_are_written_on_months_figures_and_institutions_and_taken_back(county, monkeypatch):
    app = page(county, monkeypatch)
    app.text_area(key="note-text").set_value(f"系统切换 {NASTY}")
    button(app, "记下批注").click().run()
    assert healthy(app)
    assert "系统切换" in words(app)
    app = page(county, monkeypatch, "costs")
    field = next(each for each in app.text_input if each.key.startswith("note-text-cost_per_case"))
    field.set_value("含补录")
    next(each for each in app.button if each.form_id == f"note-{field.key.removeprefix('note-text-')}").click().run()
    assert healthy(app)
    assert "含补录" in words(app)
    (figure,) = notes(county, kind="figure")
    assert figure.about.startswith("cost_per_case;2026-05..2026-06;")
    app = opened(county, monkeypatch, "institutions", m="2026-05..2026-06", inst="H99010100001")
    app.text_input(key="note-text-institution").set_value("已约谈")
    button(app, "记下").click().run()
    assert healthy(app)
    assert "已约谈" in words(app)
    assert [each.about for each in notes(county, kind="institution")] == ["H99010100001"]
    printed = [block.text for block in app.session_state["sheet"].blocks() if isinstance(block, Paragraph)]
    assert any("已约谈" in text for text in printed), "a note is carried into the page's document"
    app = page(county, monkeypatch)
    app.selectbox(key="unnote").set_value(figure.number)
    app.text_input(key="why-unnote").set_value("写错了")
    button(app, "确认撤回").click().run()
    assert [each.kind for each in notes(county)] == ["month", "institution"]
    assert events(county)[-1].why == "写错了"


def test_a_note_stands_in_the_journal_in_words(county, monkeypatch):
    note(county, "month", "2026-06", JUNE, "系统切换", "甲")
    app = opened(county, monkeypatch, "journal")
    listed = app.dataframe[0].value
    assert (listed["操作"][0], listed["文件或对象"][0], listed["原因或说明"][0]) == ("写批注", "2026年6月", "系统切换")


def test_a_file_is_verified_in_one_sentence(county, monkeypatch, tmp_path):
    data = registered(county)
    app = page(county, monkeypatch, "verifying")
    for sent, told in ((data, "真实，且与现在的数据一致"), (data + b"x", "内容被改动过"), (b"%PDF", "不是本系统")):
        app.file_uploader[0].set_value([("月报.pdf", sent, "application/pdf")]).run()
        assert healthy(app)
        assert told in words(app)
    assert not list((county / "inbox").iterdir()), "what was verified is not kept"
    load(county, [settlements(tmp_path, "2026-06", "P1", "P2", "P3")], "乙")
    app = page(county, monkeypatch, "verifying")
    app.file_uploader[0].set_value([("月报.pdf", data, "application/pdf")]).run()
    assert "之后有数字更正过" in words(app)
    assert app.dataframe[0].value["现在的"][0] == "3 人次"
