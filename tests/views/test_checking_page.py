"""报告核对: what people wrote is shown letter by letter with its marks, and the list leads there and back."""

from decimal import Decimal
from html.parser import HTMLParser

import pytest

import pipelines
from pipelines.store.warehouse import batches
from reports.checking import VERDICTS, Checked, Claim, Finding
from tests import files
from tests.views.app import button, healthy, opened, words
from views import checking_marks, checking_words

HOSTILE = "一、<b>支出</b>\n增长 &lt;5%\t</div><script>alert(1)</script> $x$ [a](javascript:1) 36.65%，过渡使用"


def found(words: str, verdict: str = "impossible", text: str = HOSTILE, kind: str = "growth") -> Finding:
    start = text.index(words)
    return Finding(
        start, start + len(words), words, kind, verdict, f"写的是{words}", "41÷115", "1.00", f"“{words}”不对"
    )


class Tree(HTMLParser):
    """What a browser would make of it: its elements, its text, and the text in marks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.ids, self.links, self.marked, self.text, self.open = [], [], [], [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.open.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.marked += [(given["class"], "")] if tag == "mark" else []

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        if "a" not in self.open:  # the numbers of the findings
            self.text += data
        if "mark" in self.open:
            self.marked[-1] = (self.marked[-1][0], self.marked[-1][1] + data)


def test_a_report_is_shown_letter_by_letter_whatever_stands_in_it():
    told = Tree(checking_marks.text_html(HOSTILE, [(1, found("36.65%")), (2, found("<script>", "wording"))]))
    assert told.text == HOSTILE
    assert set(told.tags) == {"div", "span", "a", "mark"}
    assert told.marked == [("wording", "<script>"), ("impossible", "36.65%")]


def test_a_list_shows_what_it_quotes_letter_by_letter():
    told = Tree(checking_marks.list_html([(1, found("</div><script>"))]))
    assert set(told.tags) == {"ol", "li", "a", "b", "span", "p", "small"}
    assert "“</div><script>”不对" in told.text


def test_places_that_overlap_are_each_marked_once_by_the_gravest_and_numbered_all():
    findings = [(1, found("36.65%，过渡", "rounding")), (2, found("36.65%")), (3, found("过渡使用", "wording"))]
    told = Tree(checking_marks.text_html(HOSTILE, findings))
    assert told.text == HOSTILE
    assert told.marked == [("impossible", "36.65%"), ("rounding", "，"), ("wording", "过渡"), ("wording", "使用")]
    assert told.ids == ["place-1", "place-2", "place-3"]


def test_the_list_leads_to_the_text_and_back():
    findings = [(4, found("36.65%")), (7, found("过渡使用", "wording"))]
    text, listed = Tree(checking_marks.text_html(HOSTILE, findings)), Tree(checking_marks.list_html(findings))
    assert listed.links == [f"#{place}" for place in text.ids]
    assert text.links == [f"#{place}" for place in listed.ids]


def test_a_report_without_findings_is_its_text():
    assert Tree(checking_marks.text_html(HOSTILE, [])).text == HOSTILE
    assert Tree(checking_marks.text_html("", [])).text == ""


CHECKED = Checked(
    HOSTILE, (), (found("支出", "agrees"), found("5%", "unknown"), found("36.65%"), found("过渡使用", "wording"))
)


def test_the_answer_counts_what_is_wrong_first_and_what_was_looked_at():
    assert checking_words.answer(CHECKED) == (
        "**自相矛盾 1 处**、**文字差错 1 处**；认出 0 个数字，无法判断 1 处、相符 1 处。"
    )
    assert checking_words.answer(Checked("好", ())) == "**没有发现差错**；认出 0 个数字。"


def test_a_finding_keeps_its_number_whichever_are_shown():
    assert [number for number, _ in checking_words.numbered(CHECKED, ["wording", "impossible"])] == [3, 4]
    assert [number for number, _ in checking_words.numbered(CHECKED, VERDICTS)] == [1, 2, 3, 4]


def test_the_list_as_a_file_says_all_of_each_finding():
    columns = checking_words.columns(CHECKED, ["impossible"])
    assert {head: cells[0] for head, cells in columns.items()} == {
        "序号": 3,
        "结论": "自相矛盾",
        "种类": "增减幅度",
        "原文": "36.65%",
        "所在的句子": "5%\t</div><script>alert(1)</script> $x$ [a](javascript:1) 36.65%，过渡使用",
        "重算": "41÷115",
        "相差": "1.00",
        "说明": "“36.65%”不对",
    }


def test_a_sentence_that_runs_on_is_shown_near_the_place_only():
    text = "前句。" + "长" * 500 + "36.65%" + "尾" * 500 + "。后句"
    told = checking_words.sentence(text, found("36.65%", text=text))
    assert told.strip("长尾") == "36.65%" and len(told) < 200
    assert checking_words.sentence("一、甲\n共5家；另2家", found("5家", text="一、甲\n共5家；另2家")) == "共5家"


def test_what_a_figure_was_taken_for_is_said_in_words():
    where = (("level", "level2+level1"), ("scheme", "resident"))
    claim = Claim(0, 2, "5%", Decimal(5), "%", kpi="enrolment_rate", where=where, period="H1_prev", name="参保率")
    columns = checking_words.claims(Checked("5%", (claim,)))
    assert {head: cells[0] for head, cells in columns.items()} == {
        "原文": "5%",
        "是什么": "参保率",
        "条件": "二级、一级，居民",
        "期间": "上年上半年",
        "怎样用": "本期数",
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Y", "全年"),
        ("Q3", "三季度"),
        ("M5", "5月"),
        ("M1-M5_prev", "上年1—5月"),
        ("2026-01..2026-06", "2026年1—6月"),
        ("", ""),
    ],
)
def test_a_period_is_said_in_words(code, said):
    assert checking_words.period_words(code) == said


@pytest.fixture
def page(sample_warehouse, monkeypatch):
    return opened(sample_warehouse, monkeypatch, "checking")


def test_a_pasted_report_is_checked_and_can_be_mended_and_checked_again(page):
    page.text_area[0].set_value("三是做好20xx年工作。").run()
    button(page, "核对").click().run()
    assert healthy(page)
    assert "粘贴的报告：" in words(page)
    assert "20xx" in "".join(each.proto.body for each in page.get("html"))
    button(page, "改了再核对").click().run()
    assert page.text_area[0].value == "三是做好20xx年工作。"


def test_nothing_is_checked_before_there_is_a_report(page):
    assert button(page, "核对").disabled
    page.text_area[0].set_value("  \n ").run()
    assert button(page, "核对").disabled


def test_a_report_can_be_checked_against_itself_while_nothing_is_loaded(tmp_path, monkeypatch):
    warehouse = tmp_path / "warehouse"
    files.write(tmp_path, files.rows(files.ENROLMENT, {}), "enrolment.csv")
    pipelines.load(warehouse, [tmp_path / "enrolment.csv"], "测试")
    for batch in batches(warehouse):
        pipelines.undo(warehouse, batch.id, "测试", "测试撤销")
    page = opened(warehouse, monkeypatch, "checking")
    assert healthy(page) and page.checkbox[0].disabled
    page.text_area[0].set_value("参保率由94.2%提高到95.1%，提高1.9个百分点。").run()
    button(page, "核对").click().run()
    assert healthy(page) and "自相矛盾 1 处" in words(page)
