"""Documents of one county out of a city: its figures alone, its name on them, verified by its own rows."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import Period, WarehouseError, amend, ask, kpis, one_county, open_county, signing
from reports import editions, filing, heads, letters, register
from reports.cli import main
from reports.document import Document, Paragraph
from reports.editions import Terms, standing
from reports.quoting import Ref, quotes
from reports.text import text
from reports.workbook.gathering import made
from reports.workbook.plan import UNDIVIDED
from tests.conftest import linked

HALF, JUNE = Period("2026-01", "2026-06"), Period("2026-06", "2026-06")
CODE, NAME, OTHERS = "990202", "苎溪县", ("澄湾区", "榆岭县")
TERMS = Terms("甲", datetime(2026, 7, 3, 9))
TYPED = {"stat_month": "2026-06", "insutype": "390", "income_source": "个人缴费", "collected_month": "8.00"}


@pytest.fixture(scope="module")
def own(city):
    return one_county(city, CODE)


@pytest.fixture(scope="module")
def report(own):
    return editions.half_year(own, HALF, TERMS)


@pytest.fixture
def warehouse(city_warehouse, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(city_warehouse, tmp_path / "own", copy_function=linked))


def test_every_figure_is_that_of_a_warehouse_of_its_files_alone(report, alone):
    by_itself = editions.half_year(alone, HALF, TERMS).quotes()
    told = {key.replace(NAME, ""): quote for key, quote in report.quotes().items()}  # its townships bear its name
    of_county = {key for key, quote in by_itself.items() if quote.kpi.of_counties}
    assert of_county - told.keys() <= {key for key in of_county if key.startswith("managed_insured")}  # beside staff
    assert {key: quote.text for key, quote in told.items()} == {key: by_itself[key].text for key in told}
    assert all(kpis()[quote.ref.kpi].of_counties for quote in told.values() if quote.value is not None)
    assert len(told) > 400


def test_it_says_whose_it_is_on_its_cover_in_its_text_and_in_its_annex(report, monkeypatch, own):
    assert report.title == "苎溪县2026年1—6月医疗保障基金运行半年报告"
    assert (report.unit, report.scope) == ("苎溪县医疗保障经办机构", "全部险种，只含苎溪县")
    told = text(report)
    assert "2026年1—6月，苎溪县医保基金支出 " in told
    assert "本文件的数字只由苎溪县（医保区划 990202）的数据算出" in told
    assert "预算、考核目标、床日标准、稽核工作量、经办人员、疑点线索是全市一份，不分区县，本文件不列" in told
    assert "全市" not in told.replace("是全市一份", "").replace("按全市的结算", "")
    assert not [name for name in OTHERS if name in told]
    monkeypatch.setenv("FUND_UNIT", "望澜市医疗保障局")
    assert heads.unit(own) == "望澜市医疗保障局（苎溪县）"


def test_no_institution_of_another_county_is_listed_as_its_own(report):
    listed = next(t for t in report.tables() if t.title.endswith("有住院的定点医疗机构"))
    assert {row[0][:2] for row in listed.rows} == {"苎溪"}
    managed = next(t for t in report.tables() if t.title.endswith("末县内两定机构"))
    assert sum(row[1] for row in managed.rows) == 9


def test_documents_of_the_city_are_of_all_counties_as_before(city):
    assert (heads.whole(city), heads.counties(city)) == ("全市", ())
    assert heads.scope("all", city) == "全部险种，全市 3 个区县"
    assert heads.unit(city) == "县医疗保障经办机构"
    assert editions.title("bulletin", JUNE, city.only) == "2026年6月医疗保障基金运行月报"


@pytest.mark.parametrize("maker", UNDIVIDED)
def test_a_workbook_leaves_out_what_is_the_citys_and_says_so(own, maker):
    assert made(maker, own, JUNE).text.endswith("：全市一份，不分区县，本文件不列")


def test_a_figure_that_is_the_citys_alone_says_so(own):
    (figure,) = ask(own, ["records_reviewed"], JUNE)
    assert (figure.value, figure.missing) == (None, "全市一个数，不分区县")


def test_letters_go_to_its_own_institutions_and_compare_them_with_each_other(own):
    found = letters.together(own, HALF, TERMS)
    told = text(found)
    assert (found.title, found.subtitle) == ("苎溪县一院一函 2026年1—6月", "共 8 家")
    assert (found.scope, found.counties) == ("全部险种，只含苎溪县参保人", (CODE,))
    assert "同类为县级医院，共 2 家" in told
    assert "疑点线索按全市的结算筛查，不分区县，本文件不列。" in told
    assert "考核目标是全市一份，不分区县，本函不列。" in told
    assert not [name for name in OTHERS if name in told]


def test_a_file_is_verified_by_its_countys_rows_and_restated_with_them_alone(warehouse):
    city = open_county(warehouse)
    county = one_county(city, CODE)
    taken = filing.filed(county, "bulletin", JUNE, TERMS, "txt")
    assert taken.name == "苎溪县2026年6月医疗保障基金运行月报.txt"
    (kept,) = register.listed(warehouse)
    assert (kept.counties, kept.part, kept.scope) == ((CODE,), county.scope, "全部险种，只含苎溪县")
    for told in (county, one_county(city, "990201"), one_county(city, "990203"), city):
        official(told)
    for code, why in (("990201", "澄湾区漏报"), (CODE, "苎溪县漏报")):
        assert register.verdict(open_county(warehouse), taken.data).kind == "current"
        amend(warehouse, "fund_collection", [TYPED | {"admdvs": code, "collected_ytd": "9.00"}], "乙", why)
    city = open_county(warehouse)
    found = register.verdict(city, taken.data)
    assert found.kind == "restated"
    assert {each.key.split(";")[0] for each in found.changed} >= {"fund_collected", "collection_progress"}
    assert causes(one_county(city, CODE)) == {(CODE,): {"苎溪县漏报"}}
    assert causes(one_county(city, "990203")) == {}
    assert causes(city) == {(): {"澄湾区漏报", "苎溪县漏报"}}


def official(county) -> None:
    """Enter a document with one figure as an official one: which months are locked has no part in this."""
    found = quotes(county, [Ref.of("fund_collected", JUNE)]).values()
    head = dict(scope="全部", unit="局", as_of="六月", build_id=county.build_id, by="甲", official=True)
    head |= {"title": f"{county.only}六月", "at": TERMS.at, "counties": heads.counties(county)}
    document = Document("bulletin", period=JUNE, blocks=(Paragraph((*found,)),), **head)
    register.keep(county.warehouse, document, document.title.encode(), "txt")


def causes(county) -> dict[tuple, set[str]]:
    """Whose documents printed another figure -> why it is another."""
    found = register.restatements(county, JUNE)
    return {each.kept.counties: {event.why for event in each.causes} for each in found}


def test_a_breach_is_explained_for_the_county_whose_sides_it_has(city, own):
    breach = signing.Breached("2026-06", signing.state(city, JUNE).months[0].checked[0], 1, 2)
    assert breach.subject.endswith("@2026-06")
    assert signing.Breached("2026-06", breach.identity, 1, 2, county=CODE).subject == f"{breach.subject}@{CODE}"


def test_notes_on_others_institutions_and_on_figures_of_all_are_not_printed(warehouse):
    for kind, about in (("institution", "H99020200001"), ("institution", "H99020100001"), ("month", "2026-06")):
        signing.note(warehouse, kind, about, JUNE, f"关于{about}的批注", "甲")
    signing.note(warehouse, "figure", "fund_expenditure;2026-06..2026-06;value", JUNE, "关于全市支出的批注", "甲")
    county = open_county(warehouse)
    _, told = standing.noted(one_county(county, CODE), JUNE)
    assert [row[1] for row in told.rows] == ["关于H99020200001的批注", "关于2026-06的批注"]


def test_a_county_that_there_is_not_is_named(city, alone, own):
    with pytest.raises(WarehouseError, match="没有区县“990299”；可以是：990201 澄湾区、990202 苎溪县、990203 榆岭县"):
        one_county(city, "990299")
    with pytest.raises(WarehouseError, match="这个数据仓库只有一个县，不用写区县"):
        one_county(alone, CODE)
    with pytest.raises(WarehouseError, match="没有区县“990201”；可以是：990202 苎溪县"):
        one_county(own, "990201")  # whoever sees one county gets no other
    assert one_county(own, CODE) is own


def test_a_county_that_has_no_room_in_memory_is_told_in_a_sentence(city, monkeypatch):
    def full(*_):
        raise duckdb.OutOfMemoryException("could not allocate")

    monkeypatch.setattr("pipelines.answers.county.scoped_copy", full)
    with pytest.raises(WarehouseError, match="内存放不下这一部分的数据；请把 FUND_MEMORY 设大后再试"):
        one_county(city, "990203")


@pytest.mark.parametrize(("command", "suffix"), [("text", "txt"), ("xlsx", "xlsx"), ("letters", "pdf")])
def test_commands_make_the_documents_of_one_county(warehouse, tmp_path, command, suffix):
    out = tmp_path / f"a.{suffix}"
    more = ["--county", CODE, "--from", "2026-06", "--to", "2026-06", "--at", "2026-07-03", "--out", str(out)]
    more += ["--institution", "H99020200001"] if command == "letters" else []
    done = CliRunner().invoke(main, ["--warehouse", str(warehouse), command, *more])
    assert (done.exit_code, NAME in done.output) == (0, True), done.output
    (kept,) = register.listed(warehouse)
    assert kept.counties == (CODE,)
