"""Townships where several counties share the warehouse: 城关镇 of one county is not 城关镇 of another."""

from decimal import Decimal

import duckdb

from pipelines import Period, ask, load, open_county, rows
from pipelines.access import Scope
from pipelines.agreements.names import alike
from pipelines.agreements.reconciling import roster
from pipelines.answers.county import part_of
from pipelines.answers.places import towns
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.clues.tables import make_tables
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, write
from tests.files import rows as listed

HALF, JUNE = Period("2026-01", "2026-06"), Period("2026-06", "2026-06")
TOWN = "苎溪县城关镇"
LIST = [{"医保区划": "990101", "区县名称": "云溪县"}, {"医保区划": "990102", "区县名称": "白水县"}]


def fund_by_town(files) -> dict[str, Decimal]:
    """What the files of the half-year say: county's name and town -> yuan paid by the fund."""
    every = f"read_csv('{files}/settlements_2026-*.csv', all_varchar = true)"
    query = (
        f'select c."区县名称" || e."乡镇", sum(e."基金支付总额"::decimal(18, 2)) from {every} e '
        f'join read_csv(\'{files}/counties.csv\', all_varchar = true) c on c."医保区划" = e."参保地医保区划" group by 1'
    )
    return dict(duckdb.sql(query).fetchall())


def test_figures_by_township_are_those_of_its_countys_rows(city, city_made):
    in_files = fund_by_town(city_made / "files")
    found = {figure.dims["town"]: figure.value for figure in ask(city, ["fund_expenditure"], HALF, ["town"])}
    assert found == in_files
    assert {"澄湾区城关镇", TOWN, "榆岭县城关镇"} <= found.keys()


def test_the_insured_of_a_township_are_those_of_its_countys_register(city, city_made):
    register = f"read_csv('{city_made / 'files'}/enrolment_2026.csv', all_varchar = true)"
    told = f"from {register} where \"医保区划\" = '990202' and \"乡镇\" = '城关镇' and \"统计年月\" = '2026-06'"
    ((persons,),) = duckdb.sql(f'select sum("参保人数"::bigint) {told}').fetchall()
    (figure,) = ask(city, ["insured_persons"], HALF, where={"town": TOWN})
    assert figure.value == persons
    (of_county,) = ask(city, ["insured_persons"], HALF, ["town"], {"county": "990202", "town": TOWN})
    assert of_county.value == persons
    (behind,) = rows(city, "insured_persons", JUNE, {"town": TOWN}, limit=None)
    assert behind.agrees and behind.summed == persons


def test_settlement_rows_and_the_rows_that_clue_rules_read_tell_the_county_too(city):
    query = f"select town, sum(visits) from ({settlement_rows(city, ['2026-06'])}) group by 1"
    in_marts = "select town, sum(visits) from mart_settlement where month = date '2026-06-01' group by 1"
    assert dict(city.fetch(query)) == dict(city.fetch(in_marts))
    cursor = city.con.cursor()
    make_tables(cursor, city, "2026", ["2026-06"])
    read = {town for (town,) in cursor.execute("select distinct town from clue_row").fetchall()}
    there = {town for (town,) in cursor.execute("select distinct institution_town from clue_row").fetchall() if town}
    cursor.close()
    assert read == set(towns(city)) >= there > {TOWN}


def test_an_account_of_a_township_sees_that_of_its_county_alone(city):
    own = part_of(city, Scope(towns=(TOWN,)))
    (whole,) = ask(city, ["fund_expenditure"], HALF, ["town"], {"town": TOWN})
    (figure,) = ask(own, ["fund_expenditure"], HALF)
    assert figure.value == whole.value > 0
    assert own.fetch("select distinct town, county from mart_settlement") == [(TOWN, "990202")]
    (behind,) = rows(own, "fund_expenditure", JUNE, limit=None)
    place, at = behind.columns.index("town"), behind.columns.index("county")
    assert {(row[place], row[at]) for row in behind.rows} == {(TOWN, "990202")}
    assert behind.agrees and behind.rows
    assert part_of(city, Scope(towns=("城关镇",))).fetch("select count(*) from mart_settlement") == [(0,)]


def test_names_of_institutions_are_compared_without_the_county(city):
    place = roster(city)["H99020200003"]
    assert (place.town, place.township) == (TOWN, "城关镇")
    assert alike("城关镇和安药店", "和安药店", place.township)
    assert not alike("城关镇和安药店", "和安药店", place.town)


def test_a_file_that_tells_the_county_before_the_township_means_the_same_township(tmp_path):
    register = [ENROLMENT | {"医保区划": c, "乡镇": t, "参保人数": n} for c, t, n in (
        ("990101", "云溪县城关镇", "5"), ("990101", "城关镇", "20"), ("990102", "城关镇", "300"), ("990102", "", "7"),
    )]  # fmt: skip
    cells = [{"参保地医保区划": c, "乡镇": t, "人员编号": t, "医疗类别": "11", "结算ID": f"{c}{t}"} for c, t in (
        ("990101", "城关镇"), ("990101", "云溪县城关镇"), ("990102", "城关镇"),
    )]  # fmt: skip
    roster_ = [INSTITUTION | {"医保区划": "990101", "乡镇": "城关镇"}]
    files = [write(tmp_path, LIST, "c.csv"), write(tmp_path, roster_, "r.csv"), write(tmp_path, register, "e.csv")]
    told = load(tmp_path / "warehouse", [*files, write(tmp_path, listed(SETTLEMENT, *cells), "s.csv")], "测试")
    assert {receipt.status for receipt in told} == {"loaded"}
    county = open_county(tmp_path / "warehouse")
    assert {f.dims["town"]: f.value for f in ask(county, ["insured_persons"], JUNE, ["town"])} == {
        "云溪县城关镇": 25, "白水县城关镇": 300, None: 7,
    }  # fmt: skip
    assert dict(county.fetch("select town, sum(visits) from mart_settlement group by 1")) == {
        "云溪县城关镇": 2,
        "白水县城关镇": 1,
    }
    assert towns(county) == ["云溪县城关镇", "白水县城关镇"]


def test_one_county_alone_tells_a_township_as_its_files_do(sample_county, sample_files):
    every = f"read_csv('{sample_files}/enrolment_2026*.csv', all_varchar = true)"
    in_files = {town for (town,) in duckdb.sql(f'select distinct "乡镇" from {every}').fetchall()}
    assert {town for (town,) in sample_county.fetch("select distinct town from fct_enrolment")} == in_files
