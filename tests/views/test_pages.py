"""Every page as a reader meets it: on the sample county, on a county that lacks uploads, and with hostile names."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import pipelines
from pipelines.store.warehouse import batches
from tests import files
from tests.views.app import healthy, opened, words
from views import look

PAGES = {
    "": "总览",
    "enrolment": "参保",
    "collection": "筹资",
    "balance": "支出与结余",
    "benefits": "待遇",
    "costs": "费用控制",
    "institutions": "两定机构",
    "audit": "稽核处罚",
    "cases": "案件办理",
    "assessment": "指标考核",
    "payment": "支付方式改革",
    "attribution": "增长归因",
    "outlook": "基金运行预测",
    "dictionary": "指标字典",
    "rows": "明细",
}
DATA_PAGES = {
    "uploads": "数据上传",
    "calendar": "数据日历",
    "journal": "操作记录",
}
HALF_YEAR = pipelines.Period("2026-01", "2026-06")
NASTY = ("=1+1|[点](http://evil.example)", "<b onclick=x>镇</b>", "*粗*$x^2$:red[红]", "@SUM(A1)", "-2+3`码`")

LIVE = re.compile(r"(?<!\\)(?:\[点\]\(|<b onclick|\$x|:red\[红|`码)")


def drawn(app: AppTest) -> str:
    """Every chart on the page, as the JSON that the browser gets."""
    return "\n".join(chart.proto.spec for chart in app.get("plotly_chart"))


@pytest.mark.parametrize("scheme", ["resident", "employee", "maternity", "all"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_for_every_scheme(sample_warehouse, monkeypatch, page, scheme):
    app = opened(sample_warehouse, monkeypatch, page, s=scheme)
    assert healthy(app)
    assert app.title[0].value == PAGES[page]


@pytest.mark.parametrize("page", DATA_PAGES)
def test_the_pages_of_the_data_open(sample_warehouse, monkeypatch, page):
    app = opened(sample_warehouse, monkeypatch, page)
    assert healthy(app)
    assert app.title[0].value == DATA_PAGES[page]


@pytest.mark.parametrize("months", ["2026-06..2026-06", "2024-09..2026-02"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_for_any_months(sample_warehouse, monkeypatch, page, months):
    app = opened(sample_warehouse, monkeypatch, page, m=months)
    assert healthy(app)
    assert app.query_params["m"] == months


def test_a_broken_address_falls_back_to_january_to_the_last_month(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, m="2031-13..x", s="'; drop table")
    assert healthy(app)
    assert app.query_params["m"] == "2026-01..2026-06"
    assert app.query_params["s"] == "resident"


def test_cards_show_the_numbers_that_the_query_gives(sample_warehouse, sample_county, monkeypatch):
    app = opened(sample_warehouse, monkeypatch)
    shown = {card.label: card.value for card in app.metric}
    asked = pipelines.ask(sample_county, ["enrolment_rate", "current_balance"], HALF_YEAR, where={"scheme": "resident"})
    for figure in asked:
        assert shown[figure.kpi.name_zh].startswith(figure.kpi.display(figure.value) + " ")


def test_in_county_cost_per_case_is_in_whole_yuan_and_on_target(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch)
    card = next(card for card in app.metric if card.label == "县内次均住院费用")
    assert card.value.startswith("2,163 ")
    assert "好于上年" in card.proto.delta_description


def test_the_definition_shows_both_numbers_and_the_batch(sample_warehouse, sample_county, monkeypatch):
    said = words(opened(sample_warehouse, monkeypatch, "enrolment"))
    assert "461,843 人" in said and "485,231 人" in said
    (batch,) = sample_county.coverage["enrolment", "2026-06"].batches
    assert batch.replace("-", "\\-") in said


def test_the_to_do_list_is_found_in_the_data(sample_warehouse, monkeypatch):
    said = words(opened(sample_warehouse, monkeypatch))
    assert "生育扩面任务完成率低于目标 7.93 个百分点" in said
    assert "未到账" in said


def test_sums_that_do_not_agree_are_on_the_to_do_list(tmp_path, monkeypatch):
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    months = [{"统计年月": "2026-01", "累计已筹": "1200000.00"}, {"统计年月": "2026-02", "累计已筹": "2500000.00"}]
    files.write(uploads, files.rows(files.COLLECTION, *months), "fund_collection.csv")
    pipelines.load(tmp_path / "warehouse", [uploads], "测试")
    said = words(opened(tmp_path / "warehouse", monkeypatch))
    assert "勾稽不平：累计已筹" in said
    assert "2026年2月：2,500,000.00 与 2,400,000.00" in said


def test_rows_add_up_to_the_figure_and_say_so(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "rows", kpi="cost_per_case", place="in_county")
    assert healthy(app)
    assert "合计 **70,937,748.00 元**，与指标用的数一致" in words(app)
    assert len(app.dataframe[0].value) == 100


def test_the_next_page_of_rows_holds_other_rows(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "rows", kpi="insured_persons")
    first = app.dataframe[0].value
    app.session_state["page-insured_persons-insured_persons-resident-2026-01..2026-06"] = 3
    app.run()
    last = app.dataframe[0].value
    assert (len(first), len(last)) == (100, 88)
    assert not last.equals(first.iloc[:88])


def test_rows_of_a_typed_or_unknown_kpi_are_refused_in_words(sample_warehouse, monkeypatch):
    assert "手工填报" in words(opened(sample_warehouse, monkeypatch, "rows", kpi="office_sites"))
    assert "还没有选指标" in words(opened(sample_warehouse, monkeypatch, "rows", kpi="nonsense"))


def test_the_dictionary_finds_a_kpi_by_its_alias(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "dictionary")
    everything = len(app.dataframe[0].value)
    app.text_input(key="q").set_value("参合率").run()
    assert everything == len(pipelines.kpis())
    assert list(app.dataframe[0].value["指标"]) == ["参保率"]


@pytest.fixture(scope="module")
def small_county(tmp_path_factory) -> Path:
    return loaded(tmp_path_factory.mktemp("small"), ["云溪"])


@pytest.fixture(scope="module")
def nasty_county(tmp_path_factory) -> Path:
    return loaded(tmp_path_factory.mktemp("nasty"), NASTY)


def test_what_was_not_uploaded_is_a_dash_with_its_reason(small_county, monkeypatch):
    app = opened(small_county, monkeypatch, "balance")
    assert healthy(app)
    assert "未上传：基金征缴" in words(app)
    balance = next(card for card in app.metric if card.label == "当期结余")
    assert balance.value.startswith("— ")


def test_missing_months_are_on_the_to_do_list(small_county, monkeypatch):
    assert "基金征缴缺 1 个月" in words(opened(small_county, monkeypatch))


def test_an_agreement_that_ends_soon_is_on_the_to_do_list(small_county, monkeypatch):
    said = words(opened(small_county, monkeypatch))
    assert "1 家机构的服务协议 90 天内到期" in said
    assert "7月31日前续签" in said


@pytest.mark.parametrize("page", PAGES)
def test_a_county_with_three_tables_breaks_no_page(small_county, monkeypatch, page):
    assert healthy(opened(small_county, monkeypatch, page))


@pytest.mark.parametrize("page", ["", "enrolment", "costs", "institutions"])
def test_names_from_the_data_are_shown_as_they_are(nasty_county, monkeypatch, page):
    app = opened(nasty_county, monkeypatch, page)
    assert healthy(app)
    assert not LIVE.findall(words(app))
    assert "<b onclick" not in drawn(app)


@pytest.mark.parametrize("town", NASTY)
def test_a_link_with_a_hostile_town_shows_its_rows(nasty_county, monkeypatch, town):
    app = opened(nasty_county, monkeypatch, "rows", kpi="insured_persons", town=town)
    assert healthy(app)
    assert "合计 **12,000 人**" in words(app)
    assert not LIVE.findall(words(app))


def test_names_that_excel_would_run_are_quoted_in_files():
    found = look.csv_bytes(["机构", "金额"], [[name, Decimal("-1.50")] for name in NASTY]).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(io.StringIO(found))][1:]
    assert [cell[0] for cell in cells] == ["'", "<", "*", "'", "'"]
    assert ",-1.50" in found


def test_undone_uploads_leave_a_county_alone(tmp_path, monkeypatch):
    warehouse = loaded(tmp_path, ["云溪"])
    for batch in batches(warehouse):
        pipelines.undo(warehouse, batch.id, "测试", "测试撤销")
    app = opened(warehouse, monkeypatch)
    assert healthy(app)
    assert app.title[0].value == "没有可看的数据"


def loaded(folder: Path, names) -> Path:
    """A warehouse of one month: a town and a hospital of each name, a few stays; every other table is missing."""
    uploads = folder / "uploads"
    uploads.mkdir()
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    towns = [{"乡镇": name, "应参保人数": "12600"} for name in quoted]
    files.write(uploads, files.rows(files.ENROLMENT, *towns), "enrolment.csv")
    agreed = {"协议起始日期": "2025-08-01", "协议截止日期": "2026-07-31", "协议状态": "正常"}
    places = [{"机构编码": f"H9901010{n:04d}", "机构名称": name} | agreed for n, name in enumerate(quoted)]
    files.write(uploads, files.rows(files.INSTITUTION, *places), "institutions.csv")
    stays = [{"人员编号": f"P{n:010d}", "定点医药机构编号": place["机构编码"]} for place in places for n in range(40)]
    files.write(uploads, files.rows(files.SETTLEMENT, *stays), "settlements.csv")
    warehouse = folder / "warehouse"
    receipts = pipelines.load(warehouse, [uploads], "测试")
    assert {r.status for r in receipts} == {"loaded"}, [problem for r in receipts for problem in r.problems]
    return warehouse


def test_the_address_of_the_first_page_leads_to_it(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "overview", s="employee")
    assert healthy(app)
    assert "总览" in words(app)
    assert app.query_params["s"] == "employee"
