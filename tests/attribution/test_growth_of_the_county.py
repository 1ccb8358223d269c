"""The growth of a county's hospital costs: from its rows, a second way; what is said where uploads are missing."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations

import pandas as pd
import pytest
from click.testing import CliRunner

from pipelines import Period, load, open_county
from pipelines.access import Caller, acting, roles
from pipelines.attribution import COST, FUND, REST, NotTold, asked, lines, of_cases, total
from pipelines.attribution.wording import sentence
from pipelines.cli import main
from tests.county_in_pandas import CARES, SCHEMES, fen, institutions, read
from tests.files import AGGREGATE, ENROLMENT, INSTITUTION, rows, write

PERIOD = Period("2026-01", "2026-06")
LEVELS = {"三级": "level3", "二级": "level2", "一级": "level1"}
COLUMNS = {"险种类型": "scheme", "医疗类别": "care", "定点医药机构编号": "institution", "医药机构地点类别": "place"}
COLUMNS |= {
    "住院天数": "days",
    "医疗费总额": "cost",
    "基金支付总额": "fund",
    "退费结算标志": "refund",
    "有效标志": "valid",
}


@pytest.fixture(scope="module")
def in_pandas(sample_files) -> dict[int, tuple[pd.DataFrame, pd.Series]]:
    """Year -> stays, days, cost and fund in fen by scheme, place and level; insured at the end of June by scheme."""
    roster, register = institutions(sample_files), read(sample_files, "enrolment")
    register["scheme"] = register["险种类型"].map(SCHEMES)
    return {year: (stays(sample_files, roster, year), insured(register, year)) for year in (2025, 2026)}


def stays(files, roster: pd.DataFrame, year: int) -> pd.DataFrame:
    paths = [files / f"settlements_{month}.csv" for month in Period(f"{year}-01", f"{year}-06").months]
    told = [
        pd.read_csv(path, engine="pyarrow", usecols=[*COLUMNS], dtype=dict.fromkeys(COLUMNS, str)) for path in paths
    ]
    found = pd.concat(told).rename(columns=COLUMNS)
    found = found[(found.valid == "1") & ~found.care.isin(CARES)]
    sign = 1 - 2 * (found.refund == "1").astype(int)
    here = found.place.map({"本地": "in_county"}).where(found.place.notna(), found.institution.map(roster.place))
    return (
        pd.DataFrame(
            {
                "scheme": found.scheme.map(SCHEMES),
                "place": here.fillna("out_of_county"),
                "level": found.institution.map(roster["医院等级"].str[:2]).map(LEVELS).fillna("unrated"),
                "admissions": sign,
                "days": found.days.astype(float).abs().astype(int) * sign,
                "cost": fen(found.cost).astype(int),
                "fund": fen(found.fund).astype(int),
            }
        )
        .groupby(["scheme", "place", "level"])
        .sum()
    )


def insured(register: pd.DataFrame, year: int) -> pd.Series:
    june = register[register["统计年月"] == f"{year}-06"]
    return june["参保人数"].astype(int).groupby(june.scheme).sum()


def by_orders(before: list[Fraction], after: list[Fraction]) -> list[Fraction]:
    """Every order in which the factors may change, walked through."""
    told = [Fraction(0)] * len(before)
    orders = list(permutations(range(len(before))))
    for order in orders:
        now = list(before)
        for n in order:
            others = Fraction(1)
            for m, value in enumerate(now):
                others *= value if m != n else 1
            told[n] += (after[n] - before[n]) * others
            now[n] = after[n]
    return [each / len(orders) for each in told]


def quotients(year: tuple[pd.DataFrame, pd.Series], key: tuple[str, str, str]) -> list[Fraction]:
    table, people = year
    scheme, place, _ = key
    own, row = table.loc[scheme], table.loc[key]
    links = [people[scheme], own.admissions.sum(), own.loc[place].admissions.sum(), row.admissions, row.days, row.cost]
    links = [Fraction(int(each)) for each in links]
    return [links[0], *(b / a for a, b in pairwise(links))]


def test_every_group_is_attributed_as_pandas_does(sample_county, in_pandas):
    found = asked(sample_county, PERIOD)
    assert len(found.parts) == len(in_pandas[2026][0])
    for (pool, group), parts in found.parts.items():
        key = (pool[1], *group)
        wanted = by_orders(*(quotients(in_pandas[year], key) for year in (2025, 2026)))
        assert [100 * part for part in parts.values()] == wanted, key


@pytest.mark.parametrize("of", [COST, FUND])
def test_schemes_add_up_to_all_and_all_to_the_change(sample_county, in_pandas, of):
    whole = asked(sample_county, PERIOD, of)
    schemes = [asked(sample_county, PERIOD, of, {"scheme": s}) for s in ("resident", "employee", "maternity")]
    assert whole.steps == {factor: sum(one.steps[factor] for one in schemes) for factor in whole.factors}
    change = sum(sign * int(in_pandas[year][0][of].sum()) for year, sign in ((2025, -1), (2026, 1)))
    assert 100 * sum(whole.steps.values()) == change == 100 * (whole.after_yuan - whole.before_yuan)
    assert sum(total(lines(whole)).parts.values()) == total(lines(whole)).change_yuan


def test_the_growth_of_the_printed_report_comes_out_of_the_rows(sample_county):
    found = asked(sample_county, PERIOD, where={"scheme": "resident"})
    assert sentence(found, "居民").startswith(
        "2026年1—6月居民住院医药费用 10,509.90 万元，比上年同期增加 3,661.70 万元（+53.47%），其中住院率影响最大"
    )
    of_stays, of_price = of_cases(found)
    assert (of_stays.before, of_stays.after) == (28003, 35682)
    assert [round(float(each.rate), 1) for each in (of_stays, of_price)] == [27.4, 20.4]
    assert of_stays.yuan + of_price.yuan == found.after_yuan - found.before_yuan == Decimal("36617000")


def test_the_command_tells_the_same_and_adds_up(sample_warehouse):
    words = ["--warehouse", str(sample_warehouse), "attribution", "--scheme", "resident", "--of", "fund"]
    told = json.loads(CliRunner().invoke(main, [*words, "--json"], catch_exceptions=False).stdout, parse_float=Decimal)
    assert sum(each["yuan"] for each in told["factors"]) == told["change_yuan"]
    assert sum(each["yuan"] for each in told["two_factors"]) == told["change_yuan"]
    for factor in told["factors"]:
        assert sum(group["parts"][factor["factor"]] for group in told["groups"]) == factor["yuan"]
    printed = CliRunner().invoke(main, words, catch_exceptions=False).output
    assert "补偿水平" in printed
    assert "合计" in printed


def test_a_wrong_scheme_is_a_sentence(sample_warehouse):
    words = ["--warehouse", str(sample_warehouse), "attribution", "--scheme", "students"]
    found = CliRunner().invoke(main, words, catch_exceptions=False)
    assert found.exit_code
    assert "没有险种“students”" in found.output


def test_counties_add_up_to_the_city(city):
    period = Period(f"{city.last_month[:4]}-01", city.last_month)
    if period.year_ago().first < city.first_month:
        period = Period(city.last_month, city.last_month)
    whole = asked(city, period)
    each = [asked(city, period, where={"county": code}) for code in city.counties]
    assert len(each) == 3
    assert whole.steps == {factor: sum(one.steps.get(factor, 0) for one in each) for factor in whole.factors}


# ---------------------------------------------------------------- what is missing


@pytest.fixture(scope="module")
def two_junes(tmp_path_factory):
    """A roster, and the stays of two Junes of residents and employees."""
    folder = tmp_path_factory.mktemp("junes")
    files = [write(folder, [INSTITUTION], "roster.csv")]
    for month, cases in (("2025-06", "100"), ("2026-06", "150")):
        listed = rows(AGGREGATE | {"统计年月": month, "人次": cases}, {}, {"险种类型": "310"})
        files.append(write(folder, listed, f"{month}.csv"))
    load(folder / "warehouse", files, "甲")
    return folder


JUNE = Period("2026-06", "2026-06")


def test_without_insured_persons_cases_stand_in_their_place_and_it_is_said(two_junes):
    found = asked(open_county(two_junes / "warehouse"), JUNE)
    assert found.factors[:2] == ("cases", "place_mix")
    assert "未上传：参保登记" in found.uninsured


def test_a_scheme_without_insured_persons_is_named(two_junes, tmp_path):
    listed = rows(ENROLMENT, {}, {"统计年月": "2025-06"})
    files = [write(tmp_path, [row], f"{row['统计年月']}.csv") for row in listed]
    load(two_junes / "warehouse", files, "甲")
    found = open_county(two_junes / "warehouse")
    assert asked(found, JUNE).uninsured == "未上传：参保登记（职工）"
    assert not asked(found, JUNE, where={"scheme": "resident"}).uninsured


def test_no_last_year_and_no_stays_are_sentences(two_junes):
    county = open_county(two_junes / "warehouse")
    with pytest.raises(NotTold, match="没有上年同期可比，2024年6月的住院人次算不出来：未上传：结算明细 2024年6月"):
        asked(county, Period("2025-06", "2025-06"))
    with pytest.raises(NotTold, match="2026年7月的住院人次算不出来：未上传：结算明细 2026年7月"):
        asked(county, Period("2026-07", "2026-07"))
    with pytest.raises(NotTold, match="没有住院结算，不能说明增长从哪里来"):
        asked(county, JUNE, where={"scheme": "maternity"})


def test_bed_days_that_were_not_uploaded_are_a_sentence(tmp_path):
    base = {head: cell for head, cell in AGGREGATE.items() if head != "住院天数"}
    files = [write(tmp_path, rows(base | {"统计年月": month}, {}), f"{month}.csv") for month in ("2025-06", "2026-06")]
    load(tmp_path / "warehouse", [write(tmp_path, [INSTITUTION], "roster.csv"), *files], "甲")
    with pytest.raises(NotTold, match="住院床日算不出来：未上传"):
        asked(open_county(tmp_path / "warehouse"), JUNE)


def test_groups_of_few_persons_are_together_for_whoever_may_see_no_persons(city, city_warehouse):
    month = Period(city.last_month, city.last_month)
    with acting(Caller("甲", "director", roles()["director"].rights)):
        seen = open_county(city_warehouse)
        found = asked(seen, month)
    assert not seen.persons
    assert any(REST in (pool, group) for pool, group in found.parts)
    assert "undivided" not in found.factors  # the same groups are together in both years
    assert found.after_yuan == asked(city, month).after_yuan
    assert sum(found.steps.values()) == found.after_yuan - found.before_yuan
