"""Six years of real hospital claims, replayed as 72 monthly uploads and compared with figures computed elsewhere.

FUND_REAL_CLAIMS names the folder with br_sih_sp_psych_settlements.csv.gz and reference_kpis.csv.
"""

import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipelines import Period, ask, load, open_county
from pipelines.measuring import Question, Span, measure_all
from pipelines.registry import measures

REAL = os.environ.get("FUND_REAL_CLAIMS")
pytestmark = pytest.mark.skipif(not REAL, reason="FUND_REAL_CLAIMS does not name the folder with the real claims")
SIX_YEARS = Period("2019-01", "2024-12")
RATIOS = {"mean_cost_per_case": "cost_per_case", "cost_per_bed_day": "cost_per_bed_day", "mean_length_of_stay": "alos"}
SUMS = {
    "cases": "inpatient_visits",
    "bed_days": "inpatient_bed_days",
    "total_cost": "inpatient_cost_yuan",
    "fund_paid": "inpatient_fund_yuan",
    "persons": "beneficiary_persons",
}


def code_of(institution: pd.Series) -> pd.Series:
    """A national-looking code: H and eleven digits."""
    return "H" + institution.str.zfill(11)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    raw = pd.read_csv(Path(REAL) / "br_sih_sp_psych_settlements.csv.gz", dtype=str)
    return pd.DataFrame(
        {
            "结算ID": [f"S{n}" for n in range(len(raw))],
            "人员编号": raw.person_id,
            "险种类型": "390",
            "医疗类别": "21",
            "定点医药机构编号": code_of(raw.institution_id),
            "入院日期": raw.admission_date,
            "出院日期": raw.discharge_date,
            "住院天数": raw.bed_days,
            "结算日期": raw.settle_month + "-15",
            "医疗费总额": raw.total_cost,
            "基金支付总额": raw.fund_paid,
        }
    )


@pytest.fixture(scope="module")
def reference() -> pd.DataFrame:
    table = pd.read_csv(Path(REAL) / "reference_kpis.csv", dtype=str, encoding="utf-8-sig")
    return table[table.dataset == "br_sih_sp_psych"]


@pytest.fixture(scope="module")
def county(claims, tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims")
    for month, of_month in claims.groupby(claims["结算日期"].str[:7]):
        of_month.to_csv(folder / f"{month}.csv", index=False)
    receipts = load(folder / "warehouse", [folder], "测试")
    assert [r.status for r in receipts] == ["loaded"] * 72, [p.text for r in receipts for p in r.problems]
    return open_county(folder / "warehouse")


@pytest.fixture(scope="module")
def expect(reference):
    """The printed values of a scope and metric: key -> text."""

    def values(scope: str, metric: str) -> dict[str, str]:
        found = reference[(reference.scope == scope) & (reference.metric == metric)]
        assert len(found)
        return dict(zip(found.key, found.value, strict=True))

    return values


def prints(value: Decimal, printed: str) -> bool:
    """Whether a value is the printed one, to its last digit."""
    digits = Decimal(printed).as_tuple().exponent
    return abs(value - Decimal(printed)) <= Decimal(1).scaleb(digits) / 2


def assert_prints(found: dict[str, Decimal], printed: dict[str, str]) -> None:
    wrong = {key: (found.get(key), text) for key, text in printed.items() if not prints(found[key], text)}
    assert wrong == {}


def asked(county, kpi: str, by: str | None) -> dict[str, Decimal]:
    figures = ask(county, [kpi], SIX_YEARS, [by] if by else [])
    return {f.dims[by] if by else "all": f.exact for f in figures}


def summed(county, measure: str, by: str | None) -> dict[str, Decimal]:
    """A measure in each month, in each institution, or (by None) in all."""
    spans = [Span(m, Period(m, m)) for m in SIX_YEARS.months] if by == "month" else [Span("all", SIX_YEARS)]
    dims = (by,) if by == "institution" else ()
    results = measure_all(county, [measures()[measure]], Question(tuple(spans), dims, {}))
    return {
        (key[0] if key else s.label): results.value(measure, s.label, key)
        for s in spans
        for key in results.keys(measure, s.label)
    }


def as_code(printed: dict[str, str]) -> dict[str, str]:
    return {"H" + key.zfill(11): text for key, text in printed.items()}


@pytest.mark.parametrize("metric", SUMS)
def test_sums_and_persons_are_those_of_the_reference(county, expect, metric):
    assert_prints(summed(county, SUMS[metric], None), expect("all", metric))
    assert_prints(summed(county, SUMS[metric], "month"), expect("month", metric))
    assert_prints(summed(county, SUMS[metric], "institution"), as_code(expect("institution_top30", metric)))


@pytest.mark.parametrize("metric", RATIOS)
def test_ratios_are_those_of_the_reference(county, expect, metric):
    assert_prints(asked(county, RATIOS[metric], None), expect("all", metric))
    assert_prints(asked(county, RATIOS[metric], "month"), expect("month", metric))
    assert_prints(asked(county, RATIOS[metric], "institution"), as_code(expect("institution_top30", metric)))


@pytest.mark.parametrize(
    ("metric", "kpi"), [("total_cost_yoy", "inpatient_total_fee"), ("cost_per_bed_day_yoy", "cost_per_bed_day")]
)
def test_growth_against_last_year_is_that_of_the_reference(county, expect, metric, kpi):
    figures = ask(county, [kpi], SIX_YEARS, ["month"])
    found = {f.dims["month"]: f.exact / f.exact_year_ago - 1 for f in figures if f.exact_year_ago}
    assert_prints(found, expect("month_yoy", metric))


def test_every_institution_is_there(county, expect):
    assert len(asked(county, "inpatient_cases", "institution")) == Decimal(expect("trap", "institutions")["all"])


def test_bed_days_are_those_of_the_file_and_not_of_the_dates(county, expect):
    from_dates = Decimal(expect("trap", "bed_days_if_taken_from_dates")["all"])
    assert summed(county, "inpatient_bed_days", None)["all"] != from_dates
