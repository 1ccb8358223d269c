"""Real claims: 72 monthly files of 470 hospitals, loaded like any upload, against values computed apart from the rows.

FUND_REAL_CLAIMS names the folder that holds them: claims (one row per bill) and the reference values. The files are not
part of the project: total, eligible and fund-paid amounts are equal in them, and long stays are billed month by month.
"""

import os
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipelines import Period, ask, clues, load, open_county, undo
from pipelines.answers.rows import rows
from pipelines.contracts import contracts
from pipelines.store.builds import current

UNSET = "FUND_REAL_CLAIMS is unset: there are no real claims to replay"
CLAIMS = "br_sih_sp_psych_settlements.csv.gz"
KPI_OF = {
    "cases": "inpatient_cases",
    "persons": "beneficiary_persons",
    "total_cost": "inpatient_total_fee",
    "fund_paid": "inpatient_expenditure",
    "mean_cost_per_case": "cost_per_case",
    "mean_fund_per_case": "reimb_per_case",
    "eligible_ratio": "compliance_ratio",
    "actual_reimb_ratio": "actual_reimb_ratio",
    "policy_reimb_ratio": "policy_reimb_ratio",
    "bed_days": "inpatient_bed_days",
    "mean_length_of_stay": "alos",
    "cost_per_bed_day": "cost_per_bed_day",
}
DIGITS = {"cases": 0, "persons": 0, "bed_days": 0, "total_cost": 2, "fund_paid": 2, "eligible_cost": 2}
LOWEST, HIGHEST = "2019-01", "2024-12"
WHOLE = Period(LOWEST, HIGHEST)
REPLACED = "2022-06"


@pytest.fixture(scope="module")
def folder() -> Path:
    if not os.environ.get("FUND_REAL_CLAIMS"):
        pytest.skip(UNSET)
    return Path(os.environ["FUND_REAL_CLAIMS"])


@pytest.fixture(scope="module")
def claims(folder) -> pd.DataFrame:
    return pd.read_csv(folder / CLAIMS, dtype=str)


@pytest.fixture(scope="module")
def reference(folder) -> pd.DataFrame:
    return pd.read_csv(folder / "reference_kpis.csv", dtype=str, encoding="utf-8-sig")


@pytest.fixture(scope="module")
def files(claims, tmp_path_factory) -> dict[str, Path]:
    """Month -> its upload, in the form of our template."""
    uploads = tmp_path_factory.mktemp("real") / "uploads"
    uploads.mkdir()
    return {month: write_month(uploads, month, cells) for month, cells in claims.groupby("settle_month")}


def write_month(uploads: Path, month: str, cells: pd.DataFrame) -> Path:
    columns = contracts()["settlements"].columns
    written = {
        "setl_id": month.replace("-", "") + pd.Series(range(1, len(cells) + 1), cells.index).astype(str).str.zfill(6),
        "psn_no": cells["person_id"],
        "insutype": "390",
        "med_type": "21",
        "fixmedins_code": "H" + cells["institution_id"].str.zfill(11),
        "begndate": cells["admission_date"],
        "enddate": cells["discharge_date"],
        "ipt_days": cells["bed_days"],
        "setl_time": f"{month}-28",
        "medfee_sumamt": cells["total_cost"],
        "inscp_scp_amt": cells["eligible_cost"],
        "fund_pay_sumamt": cells["fund_paid"],
    }
    path = uploads / f"{month}.csv"
    pd.DataFrame(written).rename(columns={key: columns[key].header for key in written}).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def warehouse(files, tmp_path_factory) -> Path:
    """The warehouse after 72 uploads; tests must not write to it."""
    target = tmp_path_factory.mktemp("replayed") / "warehouse"
    receipts = load(target, files.values(), "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems][:5]
    assert len(receipts) == 72
    return target


@pytest.fixture(scope="module")
def county(warehouse):
    return open_county(warehouse)


@pytest.fixture(scope="module")
def ours(county) -> dict[tuple[str, str, str], Decimal]:
    """(scope, key, metric) -> our value, unrounded, in the reference's unit."""
    found = {}
    for scope, by in (("all", ()), ("month", ("month",)), ("institution_top30", ("institution",))):
        for figure in ask(county, [*KPI_OF.values(), "fund_expenditure"], WHOLE, by):
            found |= {(scope, key_of(figure), metric): value for metric, value in told(figure).items()}
    for scope, key in {(scope, key) for scope, key, _ in found}:
        per_person = found[scope, key, "all_fund_paid"] / found[scope, key, "persons"]
        found[scope, key, "mean_fund_per_person"] = per_person
    return found | against_last_year(county)


def key_of(figure) -> str:
    key = next(iter(figure.dims.values()), "all")
    return key.removeprefix("H").lstrip("0") if key.startswith("H") else key


def told(figure) -> dict[str, Decimal]:
    """metric -> value of one figure; ratios as shares of 1, as the reference has them."""
    if figure.kpi.id == "fund_expenditure":
        return {"all_fund_paid": figure.exact}
    metric = next(m for m, kpi in KPI_OF.items() if kpi == figure.kpi.id)
    if figure.kpi.unit != "%":
        return {metric: figure.exact}
    return {metric: figure.exact / 100} | ({"eligible_cost": figure.numerator} if metric == "eligible_ratio" else {})


def against_last_year(county) -> dict[tuple[str, str, str], Decimal]:
    later = Period("2020-01", HIGHEST)
    growth = {f.dims["month"]: f.exact / 100 for f in ask(county, ["fee_growth"], later, ["month"])}
    rates = {f.dims["month"]: f for f in ask(county, ["cost_per_bed_day"], later, ["month"])}
    found = {("month_yoy", month, "total_cost_yoy"): value for month, value in growth.items()}
    return found | {
        ("month_yoy", month, "cost_per_bed_day_yoy"): (f.exact - f.exact_year_ago) / f.exact_year_ago
        for month, f in rates.items()
    }


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def printed(text: str, metric: str) -> Decimal:
    """A reference value with all the digits it was rounded to."""
    return rounded(Decimal(text), digits_of(metric))


def digits_of(metric: str) -> int:
    return 6 if metric.endswith("_yoy") else DIGITS.get(metric, 4)


# ---------------------------------------------------------------- the reference values


@pytest.mark.parametrize(
    ("scope", "how_many"), [("all", 14), ("month", 72 * 14), ("institution_top30", 30 * 14), ("month_yoy", 60 * 2)]
)
def test_every_reference_value_is_ours_to_its_last_digit(reference, ours, scope, how_many):
    wanted = reference[reference["scope"] == scope]
    told = {
        (row.key, row.metric): (printed(row.value, row.metric), ours.get((scope, row.key, row.metric)))
        for row in wanted.itertuples()
    }
    assert len(told) == how_many
    assert {
        at: pair for at, pair in told.items() if pair[1] is None or rounded(pair[1], digits_of(at[1])) != pair[0]
    } == {}


def test_a_mean_of_row_ratios_is_not_what_we_give(reference, ours):
    """Where the plausible wrong answer differs from the right one, ours differs from it too."""
    decoys = reference[reference["decoy_value"].notna() & (reference["decoy_value"] != reference["value"])]
    assert len(decoys) > 90
    same = [
        (row.scope, row.key)
        for row in decoys.itertuples()
        if rounded(ours[row.scope, row.key, row.metric], 4) == printed(row.decoy_value, row.metric)
    ]
    assert same == []


def test_the_bed_days_are_the_files_and_not_those_between_the_dates(reference, county, ours):
    trap = dict(zip(reference["metric"], reference["value"], strict=True))
    assert ours["all", "all", "bed_days"] < Decimal(trap["bed_days_if_taken_from_dates"]) / 10
    institutions = ask(county, ["inpatient_cases"], WHOLE, ["institution"])
    assert len(institutions) == Decimal(trap["institutions"])


def test_persons_of_the_months_add_up_to_more_than_the_persons(ours):
    persons = {at[:2]: value for at, value in ours.items() if at[2] == "persons"}
    assert sum(value for (scope, _), value in persons.items() if scope == "month") > persons["all", "all"]


def test_figures_shown_are_the_exact_ones_rounded_once(county, claims):
    """The mean cost of a month in fen, from integers: no binary fraction takes part."""
    fen = claims.assign(fen=claims["total_cost"].map(lambda text: int((Decimal(text) * 100).to_integral_exact())))
    by_month = fen.groupby("settle_month")["fen"].agg(["sum", "size"])
    wanted = {m: rounded(Decimal(int(s)) / int(n) / 100, 2) for m, s, n in by_month.itertuples()}
    assert {f.dims["month"]: f.value for f in ask(county, ["cost_per_case"], WHOLE, ["month"])} == wanted


# ---------------------------------------------------------------- the rows behind, and a month loaded again


def test_the_rows_of_a_month_at_a_hospital_are_its_bills(county, claims):
    busiest = claims["institution_id"].mode()[0]
    bills = claims[(claims["institution_id"] == busiest) & (claims["settle_month"] == REPLACED)]
    where = {"institution": f"H{busiest.zfill(11)}"}
    for row_set in rows(county, "cost_per_bed_day", Period(REPLACED, REPLACED), where, limit=None):
        assert row_set.agrees
        assert row_set.total == len(row_set.rows) == len(bills)
        assert row_set.summed in (bills["total_cost"].map(Decimal).sum(), bills["bed_days"].map(Decimal).sum())


def test_the_rows_of_six_years_add_up_to_every_figure(county):
    for kpi in ("cost_per_case", "beneficiary_persons", "policy_reimb_ratio"):
        assert all(r.agrees and r.total == 326_910 for r in rows(county, kpi, WHOLE, limit=1))


def everything(county) -> dict[str, str]:
    """Month -> all about its figures, to the last digit."""
    found: dict[str, str] = {}
    for figure in ask(county, [*KPI_OF.values()], WHOLE, ["month"]):
        found[figure.dims["month"]] = found.get(figure.dims["month"], "") + repr(
            (figure.kpi.id, figure.numerator, figure.denominator, figure.exact)
        )
    return found


def test_a_month_is_replaced_alone_and_undo_brings_it_back(tmp_path, warehouse, county, claims):
    ours = Path(shutil.copytree(warehouse, tmp_path / "warehouse"))
    before, build_id = everything(county), current(ours)
    half = claims[claims["settle_month"] == REPLACED].iloc[::2]
    (receipt,) = load(ours, [write_month(tmp_path, REPLACED, half)], "测试")
    assert (receipt.status, len(receipt.batch.supersedes)) == ("loaded", 1)
    replaced = open_county(ours)
    after = everything(replaced)
    assert {month for month in before if before[month] != after[month]} == {REPLACED}
    (fee, persons) = ask(replaced, ["inpatient_total_fee", "beneficiary_persons"], Period(REPLACED, REPLACED))
    assert (fee.value, persons.value) == (half["total_cost"].map(Decimal).sum(), half["person_id"].nunique())
    undo(ours, receipt.batch.id, "测试", "只有一半")
    assert current(ours) == build_id
    assert everything(open_county(ours)) == before


def test_the_file_of_a_month_that_counts_already_changes_nothing(tmp_path, warehouse, files):
    ours = Path(shutil.copytree(warehouse, tmp_path / "warehouse"))
    (receipt,) = load(ours, [files[REPLACED]], "测试")
    assert (receipt.status, current(ours)) == ("unchanged", current(warehouse))


# ---------------------------------------------------------------- the clue rules


def test_a_stay_of_many_monthly_bills_is_one_long_stay(county, claims):
    """Those of the last year, by pandas: a person's bills in a hospital from one day of admission on."""
    read = claims[claims["settle_month"] >= "2022-11"]
    days = {"last": ("discharge_date", "max"), "month": ("settle_month", "max"), "yuan": ("fund_paid", "sum")}
    bills = read.assign(fund_paid=read["fund_paid"].map(Decimal))
    stays = bills.groupby(["person_id", "institution_id", "admission_date"], as_index=False).agg(**days)
    nights = (pd.to_datetime(stays["last"]) - pd.to_datetime(stays["admission_date"])).dt.days
    long = stays[(nights > 60) & stays["month"].str.startswith("2024")]
    wanted = sorted((f"H{i.zfill(11)}", a, d, m, y) for _, i, a, d, m, y in long.itertuples(index=False))
    found = [hit for hit in clues.screen(county, "2024") if hit.rule == "long_stay"]
    told = [(h.institution, str(h.first_day), str(h.last_day), h.month, h.at_stake_yuan) for h in found]
    assert sorted(told) == wanted
    assert len(wanted) > 1000


def test_rules_that_can_not_run_over_these_files_say_so(county):
    """They have neither a roster nor illnesses, parts of the cost, towns or ends of cover."""
    need = {"settlements.dise_no", "settlements.drug_fee", "settlements.exam_fee", "settlements.material_fee"}
    need |= {"settlements.town", "cover_ends"}
    unable = {
        id
        for id, rule in clues.rules().items()
        if need & set(rule.needs) or any(each.startswith("institutions.") for each in rule.needs)
    }
    assert set(clues.gaps(county, "2024")) == unable
    assert {hit.rule for hit in clues.screen(county, "2024")} & unable == set()
