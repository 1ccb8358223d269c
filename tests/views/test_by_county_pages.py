"""Pages where several counties share the warehouse: one of them picked, each beside the others and the city."""

import csv
import re
from pathlib import Path

import pytest

import pipelines
from pipelines import Period, load
from reports import quoting
from reports.document import Cards
from tests.files import INSTITUTION, SETTLEMENT, rows, write
from tests.views.app import healthy, opened, words
from views import sheet

HALF = Period("2026-01", "2026-06")
FIGURES = (
    "overview",
    "enrolment",
    "collection",
    "balance",
    "benefits",
    "costs",
    "payment",
    "attribution",
    "outlook",
    "dictionary",
)
UNDIVIDED = ("institutions", "clues", "cases")  # pages that show all counties together


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def picker(app):
    return next((box for box in app.selectbox if box.label == "区县"), None)


@pytest.mark.parametrize(("page", "area"), [("overview", ""), ("audit", ""), *((page, "990203") for page in FIGURES)])
def test_a_page_answers_for_the_city_and_for_one_county(city_warehouse, monkeypatch, page, area):
    app = opened(city_warehouse, monkeypatch, page, **({"area": area} if area else {}))
    assert healthy(app)
    assert picker(app).options == ["全市", "澄湾区", "苎溪县", "榆岭县"]
    assert picker(app).value == (area or "all")
    head = next(each.value for each in app.caption if "数据截至" in each.value)
    assert head.startswith("榆岭县 · " if area else "全市 · ")


def test_cards_show_the_figures_of_the_county_that_is_picked(city_warehouse, city, monkeypatch):
    app = opened(city_warehouse, monkeypatch, "enrolment", area="990202", s="all")
    (figure,) = pipelines.ask(city, ["insured_persons"], HALF, where={"county": "990202"})
    shown = {card.label: card.value for card in app.metric}
    assert shown["参保人数"].startswith(f"{figure.value:,} ")


def test_the_table_of_counties_ends_with_the_citys_own_value(city_warehouse, city, monkeypatch):
    app = opened(city_warehouse, monkeypatch, "benefits", area="990202", s="all")
    table = next(each.value for each in app.markdown if each.value.startswith("| 区县 "))
    rows = [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    assert [row[0] for row in rows] == ["澄湾区", "苎溪县", "榆岭县", "全市"]
    for code, row in zip((*city.counties, None), rows, strict=True):
        where = {"county": code} if code else {}
        (figure,) = pipelines.ask(city, ["actual_reimb_ratio"], HALF, where=where)
        assert row[1] == f"{figure.value:.2f}"


def test_a_county_that_has_not_uploaded_stays_in_the_table_with_the_reason(city_made, tmp_path, monkeypatch):
    held = [row for row in csv_rows(city_made / "files/enrolment_2026.csv") if row["统计年月"] == "2026-06"]
    paths = [write(tmp_path, [row for row in held if row["医保区划"] != "990203"])]
    load(tmp_path / "warehouse", [city_made / "files/counties.csv", *paths], "测试")
    app = opened(tmp_path / "warehouse", monkeypatch, "enrolment", m="2026-06..2026-06")
    assert healthy(app)
    assert "| 榆岭县 | — |" in words(app)
    assert "榆岭县：未上传：参保登记 2026年6月" in words(app)
    shown = opened(tmp_path / "warehouse", monkeypatch, "calendar", cell="enrolment.2026-06")
    assert "2026年6月缺 **参保登记（榆岭县）**" in words(shown)
    assert "参保登记 2026年6月 榆岭县：缺" in words(shown)
    other = opened(tmp_path / "warehouse", monkeypatch, "calendar", cell="enrolment.2026-06", of="990201")
    assert healthy(other)
    assert "参保登记 2026年6月 澄湾区：已装入" in words(other)
    assert "| 区县 | 澄湾区、苎溪县 |" in words(other)


def test_a_month_that_only_some_counties_have_can_be_picked_and_is_not_the_one_that_is_shown_first(
    tmp_path, monkeypatch
):
    listed = [{"医保区划": "990101", "区县名称": "云溪县"}, {"医保区划": "990102", "区县名称": "白水县"}]
    told = (("990101", "2026-06-02"), ("990102", "2026-06-02"), ("990101", "2026-07-02"))
    visits = [{"参保地医保区划": code, "结算日期": day, "结算ID": f"{code}{day}"} for code, day in told]
    roster = write(tmp_path, [INSTITUTION | {"医保区划": "990101"}], "roster.csv")
    files = [write(tmp_path, listed, "list.csv"), write(tmp_path, rows(SETTLEMENT, *visits)), roster]
    load(tmp_path / "warehouse", files, "测试")
    first = opened(tmp_path / "warehouse", monkeypatch, "benefits")
    (box,) = [box for box in first.selectbox if box.label == "期间"]
    assert (box.value, box.options[1]) == ("2026-06..2026-06", "2026年7月")
    app = opened(tmp_path / "warehouse", monkeypatch, "benefits", m="2026-07..2026-07", area="990101")
    assert healthy(app)
    assert "云溪县 · 居民 · 2026年7月 · 数据截至 2026年7月31日" in words(app)
    city = words(opened(tmp_path / "warehouse", monkeypatch, "benefits", m="2026-07..2026-07"))
    assert "白水县：未上传：结算明细 2026年7月" in city


def test_a_figure_that_is_the_citys_alone_is_not_shown_as_a_countys(city_warehouse, monkeypatch):
    app = opened(city_warehouse, monkeypatch, "dictionary", area="990202", q="人均管理参保人数")
    assert "全市一个数，不分区县" in words(app)
    city = opened(city_warehouse, monkeypatch, "dictionary", q="人均管理参保人数")
    assert "全市一个数，不分区县" not in words(city)


@pytest.mark.parametrize("page", UNDIVIDED)
def test_pages_that_do_not_part_counties_show_all_and_offer_no_picker(city_warehouse, monkeypatch, page):
    app = opened(city_warehouse, monkeypatch, page, area="990202")
    assert healthy(app)
    assert picker(app) is None or picker(app).value == "all"
    assert "苎溪县 · " not in words(app)


def test_links_keep_the_county_and_lead_to_its_rows(city_warehouse, city, monkeypatch):
    app = opened(city_warehouse, monkeypatch, "rows", kpi="insured_persons", area="990203", s="all")
    assert healthy(app)
    (figure,) = pipelines.ask(city, ["insured_persons"], HALF, where={"county": "990203"})
    assert f"合计 **{figure.value:,} 人**，与指标用的数一致" in words(app)
    assert {*app.dataframe[0].value["区县"]} == {"榆岭县"}


def test_the_document_of_a_page_says_whose_county_it_is_and_its_figures_can_be_asked_anew(
    city_warehouse, city, monkeypatch
):
    app = opened(city_warehouse, monkeypatch, "enrolment", area="990202", s="all")
    made = sheet.document(app.session_state["sheet"])
    assert made.scope == "全部险种，只含苎溪县"
    assert made.query["area"] == "990202"
    quotes = [card.quote for block in made.blocks if isinstance(block, Cards) for card in block.cards]
    assert all(("county", "990202") in quote.ref.where for quote in quotes if quote.kpi.of_counties)
    anew = quoting.quotes(city, [quote.ref for quote in quotes])
    assert [anew[quote.key].text for quote in quotes] == [quote.text for quote in quotes]


def test_the_page_of_documents_offers_those_of_the_county_that_is_picked(city_warehouse, monkeypatch):
    app = opened(city_warehouse, monkeypatch, "documents", area="990202")
    assert healthy(app)
    (box,) = [box for box in app.selectbox if box.label == "文件"]
    assert all(name.startswith("苎溪县2026年") for name in box.options)


def test_one_county_alone_has_no_picker_no_table_and_no_word_of_counties(sample_warehouse, monkeypatch):
    for page in ("overview", "enrolment"):
        app = opened(sample_warehouse, monkeypatch, page, area="990202")
        assert healthy(app)
        assert picker(app) is None
        assert not re.search("区县|全市", words(app))
        assert sheet.document(app.session_state["sheet"]).scope == "居民医保"
