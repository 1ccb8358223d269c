"""What was not uploaded is said, and is never a 0; a column that may be left out never changes a figure in silence."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import Period, ask, kpis, load, open_county
from pipelines.answers.rows import rows as rows_behind
from pipelines.contracts import contracts
from tests.files import AGGREGATE, COLLECTION, ENROLMENT, SETTLEMENT, STAFF, rows, template, write

JUNE = Period("2026-06", "2026-06")
FORMULAS = [kpi.id for kpi in kpis().values() if not kpi.typed]
# One row of every upload in June 2026, every cell of it filled in.
ROW = {
    "settlements": {
        "结算ID": "S1",
        "开始日期": "2026-06-01",
        "结束日期": "2026-06-05",
        "结算日期": "2026-06-05",
        "住院天数": "4",
        "医疗费总额": "2163.00",
        "全自费金额": "60.00",
        "超限价自费费用": "30.00",
        "先行自付金额": "100.00",
        "居民大病保险资金支出": "20.00",
        "医疗救助基金支出": "10.00",
        "个人账户支出": "50.00",
        "公务员医疗补助资金支出": "5.00",
    },
    "institutions": {"试点": "试点", "协议截止日期": "2026-12-31"},
    "enrolment": {"统计年月": "2026-06", "扩面任务数": "12500"},
    "fund_collection": {"统计年月": "2026-06", "欠费": "100.00", "其中划入个人账户": "1000.00"},
    "opening_balance": {"个人账户": "500.00"},
    "budgets": {"调整后金额": "120000000.00"},
    "audit_work": {"稽核年月": "2026-06"},
    "penalties": {
        "发现日期": "2026-06-15",
        "到账日期": "2026-06-20",
        "应追回": "40.00",
        "已追回": "30.00",
        "应收罚款": "9.00",
        "实收罚款": "8.00",
    },
    "staff": {"统计年月": "2026-06"},
}


def row_of(table: str) -> dict:
    return template(table)[0] | ROW[table]


def value(warehouse: Path, kpi_id: str, period: Period = JUNE):
    (figure,) = ask(open_county(warehouse), [kpi_id], period)
    return figure.value


def values(warehouse: Path) -> dict[str, Decimal | None]:
    return {f.kpi.id: f.value for f in ask(open_county(warehouse), FORMULAS, JUNE)}


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Path:
    """A warehouse with one row of every upload."""
    folder = tmp_path_factory.mktemp("full")
    for table in ROW:
        write(folder, [row_of(table)], f"{table}.csv")
    receipts = load(folder / "warehouse", [folder], "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return folder / "warehouse"


# ---------------------------------------------------------------- months and tables


def test_without_its_upload_no_figure_is_a_number(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, [STAFF])], "测试")
    for figure in ask(open_county(tmp_path / "warehouse"), FORMULAS, JUNE):
        if figure.kpi.id != "staff_in_post":
            assert figure.value is None, figure.kpi.id
            assert figure.missing.startswith("未上传："), figure.kpi.id


def test_a_missing_month_is_named_and_the_months_around_it_are_not_added_up(tmp_path):
    for month in ("2026-01", "2026-03"):
        write(tmp_path, rows(SETTLEMENT, {"结算ID": month, "结算日期": f"{month}-05"}), f"{month}.csv")
    load(tmp_path / "warehouse", [tmp_path], "测试")
    county = open_county(tmp_path / "warehouse")
    (quarter,) = ask(county, ["inpatient_cases"], Period("2026-01", "2026-03"))
    assert (quarter.value, quarter.missing) == (None, "未上传：结算明细 2026年2月")
    months = ask(county, ["inpatient_cases"], Period("2026-01", "2026-03"), ["month"])
    assert [f.value for f in months] == [Decimal(1), None, Decimal(1)]


def test_last_year_without_rows_is_no_comparison(full):
    (figure,) = ask(open_county(full), ["inpatient_cases"], JUNE)
    assert (figure.value, figure.year_ago, figure.change) == (Decimal(1), None, None)


def test_a_trend_shows_a_missing_month_as_a_gap(full):
    (figure,) = ask(open_county(full), ["inpatient_cases"], JUNE, trend=2)
    assert figure.months == (("2026-05", None), ("2026-06", Decimal(1)))


def test_a_group_without_rows_in_a_month_that_is_there_is_zero(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, rows(SETTLEMENT, {}))], "测试")
    county = open_county(tmp_path / "warehouse")
    (employees,) = ask(county, ["inpatient_cases"], JUNE, where={"scheme": "employee"})
    (ratio,) = ask(county, ["cost_per_case"], JUNE, where={"scheme": "employee"})
    assert (employees.value, employees.missing) == (Decimal(0), "")
    assert (ratio.value, ratio.missing) == (None, "分母为 0，不能计算")


# ---------------------------------------------------------------- aggregate months


@pytest.fixture(scope="module")
def mixed(tmp_path_factory) -> Path:
    """May as records, June as an aggregate."""
    folder = tmp_path_factory.mktemp("mixed")
    write(folder, rows(SETTLEMENT, {"结算日期": "2026-05-05"}), "may.csv")
    write(folder, [AGGREGATE], "june.csv")
    load(folder / "warehouse", [folder], "测试")
    return folder / "warehouse"


@pytest.mark.parametrize("kpi_id", ["beneficiary_persons", "cases_per_head", "readmission_rate_15d"])
def test_a_month_of_aggregates_cannot_count_persons_and_says_so(mixed, kpi_id):
    county = open_county(mixed)
    for period in (JUNE, Period("2026-05", "2026-06")):
        (figure,) = ask(county, [kpi_id], period)
        assert figure.value is None
        assert figure.missing == "2026年6月是汇总数据，没有人员编号，不能去重计人"
    assert value(mixed, "beneficiary_persons", Period("2026-05", "2026-05")) == 1


def test_a_month_of_aggregates_adds_to_everything_else(mixed):
    assert value(mixed, "inpatient_cases", Period("2026-05", "2026-06")) == 1 + 344
    assert value(mixed, "inpatient_total_fee", Period("2026-05", "2026-06")) == Decimal("2163.00") + Decimal(
        "744072.00"
    )
    assert value(mixed, "alos") == Decimal(2752) / 344


# ---------------------------------------------------------------- columns


def without(table: str, *columns: str) -> list[dict]:
    return [{head: cell for head, cell in row_of(table).items() if head not in columns}]


def optional(table: str) -> list[str]:
    return [c.header for c in contracts()[table].layouts[0].columns.values() if not c.required]


# What a column's absence means is written in its contract: by the roster, not a refund, valid, days by the dates.
SAID_BY_THE_CONTRACT = {
    "settlements": {"医药机构地点类别", "退费结算标志", "有效标志"},
    "institutions": {"协议状态", "医院等级"},
    "budgets": {"调整后金额"},
    "penalties": {
        "机构编码",
        *(
            "扣减违规费用",
            "考核扣减",
            "应追回",
            "已追回",
            "应收违约金",
            "实收违约金",
            "应收罚款",
            "实收罚款",
            "复审调整金额",
        ),
    },
}
ONE_BY_ONE = [
    ("settlements", c) for c in ("住院天数", "开始日期", "结束日期", "个人账户支出", "个人现金支出", "药品费")
]
ALL_AT_ONCE = [(table, *(c for c in optional(table) if c not in SAID_BY_THE_CONTRACT.get(table, ()))) for table in ROW]
ALL_AT_ONCE = [dropped for dropped in ALL_AT_ONCE if len(dropped) > 1]


@pytest.mark.parametrize(
    "dropped", [*ONE_BY_ONE, *ALL_AT_ONCE], ids=lambda d: d[0] + "-" + (d[1] if len(d) == 2 else "all")
)
def test_a_column_that_is_left_out_takes_its_figures_away_and_changes_no_other(tmp_path, full, dropped):
    table, *columns = dropped
    warehouse = Path(shutil.copytree(full, tmp_path / "warehouse"))
    (receipt,) = load(warehouse, [write(tmp_path, without(table, *columns), f"{table}.csv")], "测试")
    assert receipt.status == "loaded", [p.text for p in receipt.problems]
    before, after = values(full), values(warehouse)
    assert {k: (before[k], v) for k, v in after.items() if v is not None and v != before[k]} == {}


@pytest.mark.parametrize(
    ("kpi_id", "column"),
    [
        ("drug_ratio", "药品费"),
        ("exam_ratio", "检查检验费"),
        ("material_ratio", "材料费"),
        ("policy_reimb_ratio", "符合政策范围金额"),
        ("policy_reimb_ratio_after_deductible", "实际支付起付线"),
        ("personal_burden_ratio", "个人现金支出"),
    ],
)
def test_the_column_that_is_missing_is_named(tmp_path, full, kpi_id, column):
    warehouse = Path(shutil.copytree(full, tmp_path / "warehouse"))
    load(warehouse, [write(tmp_path, without("settlements", column), "settlements.csv")], "测试")
    (figure,) = ask(open_county(warehouse), [kpi_id], JUNE)
    assert (figure.value, figure.missing) == (None, f"未上传：结算明细的“{column}”列 2026年6月")


def test_bed_days_come_from_the_dates_where_the_file_has_no_days(tmp_path):
    dated = [
        {k: v for k, v in SETTLEMENT.items() if k != "住院天数"} | {"入院日期": "2026-06-01", "出院日期": "2026-06-05"}
    ]
    load(
        tmp_path / "warehouse",
        [write(tmp_path, [*dated, dated[0] | {"结算ID": "S2", "出院日期": "2026-06-01"}])],
        "测试",
    )
    assert value(tmp_path / "warehouse", "inpatient_bed_days") == 4 + 1


def test_bed_days_that_nobody_can_know_are_missing(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, [{k: v for k, v in SETTLEMENT.items() if k != "住院天数"}])], "测试")
    for figure in ask(open_county(tmp_path / "warehouse"), ["inpatient_bed_days", "alos", "cost_per_bed_day"], JUNE):
        assert figure.value is None
        assert "住院" in figure.missing


@pytest.mark.parametrize("cells", [{"住院天数": ""}, {"住院天数": "", "医疗类别": "52"}])
def test_bed_days_that_some_rows_lack_are_a_problem_of_these_rows(tmp_path, cells):
    """Half of the bed days would make a stay twice as dear."""
    (receipt,) = load(tmp_path / "warehouse", [write(tmp_path, rows(SETTLEMENT, {}, cells))], "测试")
    assert [(p.line, p.column) for p in receipt.problems] == [(3, "住院天数")]
    assert receipt.problems[0].wanted == "住院行要填住院天数，或者开始日期和结束日期"


def test_an_outpatient_needs_no_bed_days(tmp_path):
    (receipt,) = load(
        tmp_path / "warehouse", [write(tmp_path, rows(SETTLEMENT, {"医疗类别": "11", "住院天数": ""}))], "测试"
    )
    assert receipt.status == "loaded"


def test_bed_days_of_a_month_without_the_column_are_not_left_out_of_a_period(tmp_path):
    write(tmp_path, rows(SETTLEMENT, {"结算日期": "2026-05-05"}), "may.csv")
    write(tmp_path, [{k: v for k, v in SETTLEMENT.items() if k != "住院天数"}], "june.csv")
    load(tmp_path / "warehouse", [tmp_path], "测试")
    (figure,) = ask(open_county(tmp_path / "warehouse"), ["inpatient_bed_days"], Period("2026-05", "2026-06"))
    assert (figure.value, figure.missing) == (None, "未上传：结算明细的“住院天数”列 2026年6月")


def test_an_invalid_settlement_counts_nowhere(tmp_path):
    listed = rows(SETTLEMENT | {"有效标志": "1"}, {}, {"有效标志": "0", "人员编号": "P9"})
    load(tmp_path / "warehouse", [write(tmp_path, listed)], "测试")
    assert value(tmp_path / "warehouse", "inpatient_cases") == 1
    assert value(tmp_path / "warehouse", "beneficiary_persons") == 1


def test_a_refund_takes_its_case_its_days_and_its_money_back(tmp_path):
    refund = {"退费结算标志": "1", "医疗费总额": "-2163.00", "基金支付总额": "-1178.00"}
    load(tmp_path / "warehouse", [write(tmp_path, rows(SETTLEMENT | {"退费结算标志": "0"}, {}, {}, refund))], "测试")
    assert value(tmp_path / "warehouse", "inpatient_cases") == 2 - 1
    assert value(tmp_path / "warehouse", "inpatient_bed_days") == 2 * 8 - 8
    assert value(tmp_path / "warehouse", "inpatient_total_fee") == 2 * Decimal("2163.00") - Decimal("2163.00")


# ---------------------------------------------------------------- schemes that have no denominator


@pytest.fixture(scope="module")
def two_schemes(tmp_path_factory) -> Path:
    """Residents and employees in two years; in the second, employees have neither due, plan, budget nor task."""
    folder = tmp_path_factory.mktemp("two_schemes")
    income, roll, budgets, paid = [], [], [], []
    for year in ("2025", "2026"):
        for scheme in ("390", "310"):
            filled = "1000000.00" if (year, scheme) != ("2026", "310") else ""
            place = {"险种类型": scheme, "统计年月": f"{year}-06"}
            income.append(
                COLLECTION
                | place
                | {"累计已筹": "200000.00", "本月到账": "1.00", "当年应筹": filled, "征收计划": filled}
            )
            roll.append(ENROLMENT | place | {"参保人数": "900", "应参保人数": filled[:4], "扩面任务数": filled[:4]})
            paid += [{"结算日期": f"{year}-0{m}-05", "险种类型": scheme} for m in range(1, 7)]
            budgets += [
                {"年度": year, "险种类型": scheme, "项目": item, "金额": filled}
                for item in ("收入预算", "支出预算")
                if filled
            ]
    write(folder, income, "income.csv")
    write(folder, roll, "roll.csv")
    write(folder, budgets, "budgets.csv")
    write(folder, rows(SETTLEMENT, *paid), "paid.csv")
    receipts = load(folder / "warehouse", [folder], "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return folder / "warehouse"


@pytest.mark.parametrize(
    ("kpi_id", "percent"),
    [
        ("collection_progress", 100 * 200_000 / 1_000_000),
        ("collection_plan_completion", 100 * 200_000 / 1_000_000),
        ("income_budget_execution", 100 * 200_000 / 1_000_000),
        ("budget_execution", Decimal(100 * 6 * 1178) / 1_000_000),
        ("usage_rate_due", Decimal(100 * 6 * 1178) / 1_000_000),
        ("enrolment_rate", 100 * 900 / 1000),
        ("enrolment_target_completion", 100 * 900 / 1000),
    ],
)
def test_a_scheme_without_a_denominator_this_year_is_not_in_the_numerator(two_schemes, kpi_id, percent):
    """Whatever it had the year before, when both schemes counted above and below."""
    (figure,) = ask(open_county(two_schemes), [kpi_id], Period("2026-01", "2026-06"))
    assert (figure.exact, figure.exact_year_ago) == (percent, percent)
    assert all(r.agrees for r in rows_behind(open_county(two_schemes), kpi_id, Period("2026-01", "2026-06")))
