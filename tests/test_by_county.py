"""KPIs of several counties that share a warehouse: by county, and of all of them together."""

from collections import defaultdict
from decimal import Decimal
from functools import partial

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import Period, QuestionError, ask, kpis, open_county, rows
from pipelines.answers.by_county import ALL, ask_by_county
from pipelines.answers.questions import levels
from pipelines.answers.settlement_rows import standing_batches
from pipelines.cli import main
from pipelines.registry import measures
from pipelines.sample.city import write_city

HALF = Period("2026-01", "2026-06")
OF_COUNTIES = [id for id, kpi in kpis().items() if kpi.of_counties]


def told(figures):
    return {f.kpi.id: (f.value, f.numerator, f.denominator, f.year_ago) for f in figures}


def test_a_county_of_the_city_has_the_figures_that_it_has_alone(city, alone):
    asked = [id for id in OF_COUNTIES if kpis()[id].theme != "payment"]
    own = ask(alone, asked, HALF)
    assert told(ask(city, asked, HALF, where={"county": "990202"})) == told(own)
    assert sum(figure.value is not None for figure in own) > 50


def test_the_figure_of_all_counties_is_the_one_without_counties_and_stands_last(city):
    figures = ask_by_county(city, OF_COUNTIES, HALF)
    whole = {f.kpi.id: f for f in figures if f.dims == {"county": ALL}}
    assert told(whole.values()) == told(ask(city, OF_COUNTIES, HALF))
    groups = defaultdict(list)
    for figure in figures:
        groups[figure.kpi.id].append(figure.dims["county"])
    assert all(each[-1] == ALL and each[:-1] == sorted(each[:-1]) for each in groups.values())


def test_a_county_without_rows_has_0_or_the_reason_why_it_has_no_figure(city):
    assert {f.dims["county"]: f.value for f in ask_by_county(city, ["association_companies"], HALF)} == dict.fromkeys(
        [*city.counties, ALL], Decimal(0)
    )
    (figure,) = ask_by_county(city, ["association_companies"], HALF, where={"county": "990202"})
    assert (figure.dims, figure.value) == ({"county": "990202"}, 0)


def test_sums_of_counties_are_the_citys_and_ratios_are_divided_anew(city):
    found = {f.dims["county"]: f for f in ask_by_county(city, ["actual_reimb_ratio"], HALF)}
    own = [found[code] for code in city.counties]
    assert sum(f.numerator for f in own) == found[ALL].numerator
    assert sum(f.denominator for f in own) == found[ALL].denominator
    assert found[ALL].exact == 100 * found[ALL].numerator / found[ALL].denominator
    assert found[ALL].value not in [f.value for f in own]


def test_persons_of_a_county_are_those_of_its_rows(city, city_made):
    every = f"read_csv('{city_made / 'files'}/settlements_2026-*.csv', all_varchar = true)"
    query = f'select "参保地医保区划", count(distinct "人员编号") from {every} group by 1'
    found = {f.dims["county"]: f.value for f in ask_by_county(city, ["beneficiary_persons"], HALF)}
    in_files = dict(duckdb.sql(query).fetchall())
    assert {code: found[code] for code in in_files} == {code: Decimal(n) for code, n in in_files.items()}
    assert found[ALL] == sum(in_files.values())  # nobody is insured in two counties here


def test_a_stay_in_another_county_of_the_list_is_out_of_county(city):
    row = "s.county, i.county as at, s.place, sum(s.visits)"
    found = city.fetch(f"select {row} from mart_settlement s join dim_institution i using (institution) group by all")
    assert {place for own, at, place, _ in found if at == own} == {"in_county"}
    assert {place for own, at, place, _ in found if at != own} == {"out_of_county"}
    assert any(at not in (None, own) for own, at, _, _ in found)


def test_the_rows_of_a_county_add_up_to_its_figure_and_say_whose_they_are(city):
    found = rows(city, "cost_per_case", HALF, {"county": "990203"}, limit=None)
    assert all(each.agrees and each.total for each in found)
    place = found[0].columns.index("county")
    assert {row[place] for each in found for row in each.rows} == {"990203"}


def test_of_one_county_no_other_rows_are_read(city):
    for counties in (["990202"], ["990201", "990203"]):
        (parts,) = standing_batches(city, ["2026-06"], counties).values()
        assert parts == {"2026-06": tuple(counties)}


def test_a_county_with_a_warehouse_for_itself_knows_no_counties(sample_county, alone):
    for county in (sample_county, alone):
        assert (county.counties, levels(county, kpis()["insured_persons"])) == ({}, kpis()["insured_persons"].levels)
        with pytest.raises(QuestionError, match="“参保人数”不能按 county 分；可用：month"):
            ask(county, ["insured_persons"], HALF, by=["county"])
        assert "county" not in rows(county, "cost_per_case", Period("2026-06", "2026-06"), limit=1)[0].columns


def test_staff_and_the_work_of_audits_are_the_citys_and_have_no_county(city):
    others = [id for id in kpis() if id not in OF_COUNTIES and not kpis()[id].typed]
    assert {measures()[m].fact for id in others for m in kpis()[id].measures} >= {"staff", "audit_work"}
    for id in others:
        with pytest.raises(QuestionError, match="不能按 county 分"):
            ask(city, [id], HALF, by=["county"])


def test_a_county_that_the_list_lacks_is_named(city):
    with pytest.raises(QuestionError, match="维度 county 没有“990299”；可用：990201、990202、990203"):
        ask(city, ["insured_persons"], HALF, where={"county": "990299"})


def run(warehouse, *words):
    return CliRunner().invoke(main, ["--warehouse", str(warehouse), *words], catch_exceptions=False)


def test_the_command_tells_each_county_by_name_and_the_city_last(city_warehouse):
    lines = run(city_warehouse, "kpis", "--by", "county", "--kpi", "insured_persons").output.splitlines()
    assert [line.split()[2:4] for line in lines[1:4]] == [
        ["990201", "澄湾区"],
        ["990202", "苎溪县"],
        ["990203", "榆岭县"],
    ]
    assert lines[4].split()[2] == "全市"


def test_the_command_asks_for_one_county(city, city_warehouse):
    shown = run(city_warehouse, "kpis", "--county", "990202", "--kpi", "insured_persons").output
    (figure,) = ask(city, ["insured_persons"], HALF, where={"county": "990202"})
    assert f" {figure.value} " in shown
    behind = run(city_warehouse, "rows", "--county", "990202", "--kpi", "insured_persons", "--limit", "1").output
    assert f"各行相加 {figure.value}，指标所用 {figure.value}，相等" in behind


def test_the_demo_of_a_city_is_a_sample_that_can_be_left_again(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.sample.write_city", partial(write_city, months=1, visits=5))
    done = run(tmp_path, "demo", "--counties", "2")
    assert done.exit_code == 0
    assert list(open_county(tmp_path).counties) == ["990201", "990202"]
    assert run(tmp_path, "leave-sample").exit_code == 0
    assert "还没有数据" in run(tmp_path, "status").output
