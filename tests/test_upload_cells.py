"""How a cell is read: what is taken for a value, and what is a problem with line, column, found and wanted."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.files import AGGREGATE, AUDIT, HISTORY, PENALTY, SETTLEMENT, STAFF, rows, staged, template

BALANCE = {"年度": "2026", "险种类型": "390", "统筹基金": "0.00"}


def renamed(row: dict, **headers: str) -> dict:
    """The row with headers replaced: 医疗费总额="总费用(万元)"."""
    return {headers.get(head, head): cell for head, cell in row.items()}


@pytest.fixture
def read(tmp_path):
    """The typed values of one column of a file, which must be accepted."""

    def values(listed, column: str, encoding: str = "utf-8") -> list:
        found = staged(tmp_path, listed, encoding)
        assert found.rows is not None, [p.text for p in found.problems]
        return [row[0] for row in duckdb.sql(f"select {column} from '{found.rows}'").fetchall()]

    return values


@pytest.fixture
def problem(tmp_path):
    """The one problem of a file of these rows; the file must be refused."""

    def only(listed):
        found = staged(tmp_path, listed)
        assert found.rows is None
        assert len(found.problems) == 1, [p.text for p in found.problems]
        return found.problems[0]

    return only


@pytest.fixture
def problems(tmp_path):
    """All problems of a file of these rows; the file must be refused."""

    def every(listed):
        found = staged(tmp_path, listed)
        assert found.rows is None
        return list(found.problems)

    return every


def settlement(**cells: str) -> list[dict]:
    return rows(SETTLEMENT, cells)


def settlements(column: str, cells: Iterable[str]) -> list[dict]:
    """One settlement for each of these cells of a column."""
    return rows(SETTLEMENT, *({column: cell} for cell in cells))


# ---------------------------------------------------------------- money


AMOUNTS = {
    "1178.5": "1178.50",
    "1178.500": "1178.50",
    '"1,178.50"': "1178.50",
    '"12,345,678.90"': "12345678.90",
    "１１７８．５０": "1178.50",
    "１，１７８．５０": "1178.50",
    "￥1178.50": "1178.50",
    "¥ 1178.50": "1178.50",
    "1178.50元": "1178.50",
    " 1178.50 ": "1178.50",
    "-120.00": "-120.00",
    "－120.00": "-120.00",
    "(120.00)": "-120.00",
    "（120.00）": "-120.00",
    '"(1,120.00)"': "-1120.00",
    "99999999999999.99": "99999999999999.99",
}


def test_an_amount_is_read_to_the_fen(read):
    assert read(settlements("基金支付总额", AMOUNTS), "fund_pay_sumamt") == [Decimal(yuan) for yuan in AMOUNTS.values()]


NO_AMOUNTS = [
    "一千二",
    "1178.501",
    "1178.5000000001",
    "1e3",
    "1_000",
    "0x10",
    "120-",
    "--120",
    "(-120)",
    "1 178",
    '"1,5"',
    '"12,34.50"',
    '",178"',
    "49%",
    "NaN",
    "inf",
    "1178万元",
]


def test_what_is_no_amount_is_named_and_never_guessed(problems):
    found = problems(settlements("基金支付总额", NO_AMOUNTS))
    assert [(p.line, p.column, p.found) for p in found] == [
        (line, "基金支付总额", cell.strip('"')) for line, cell in enumerate(NO_AMOUNTS, start=2)
    ]
    assert {p.wanted for p in found} == {"应为金额（元），最多两位小数，如 1200.00"}
    assert found[0].text == "第 2 行“基金支付总额”：“一千二”；应为金额（元），最多两位小数，如 1200.00"


def read_by_hand(cell: str) -> Decimal | None:
    """An amount as a careful clerk reads it: signs of currency and width away, commas only before three digits."""
    plain = unicodedata.normalize("NFKC", cell).replace("¥", "").strip()
    plain = re.sub(r"^\(([^-].*)\)$", r"-\1", plain).removesuffix("元")
    if not re.fullmatch(r"-?(\d{1,14}|\d{1,3}(,\d{3}){1,4})(\.\d{1,8})?", plain, re.ASCII):
        return None
    value = Decimal(plain.replace(",", ""))
    return value if value == round(value, 2) else None


@given(st.lists(st.text("0012345,,..--()￥¥元 １，．（）", min_size=1, max_size=9), min_size=40, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_read_as_a_careful_clerk_reads_it_or_refused(tmp_path, cells):
    wanted = [read_by_hand(cell) for cell in cells]
    listed = [BALANCE | {"年度": str(1900 + n), "统筹基金": f'"{cell}"'} for n, cell in enumerate(cells)]
    refused = {p.line: p.found for p in staged(tmp_path, listed).problems}
    assert refused == {n: cell for n, (cell, yuan) in enumerate(zip(cells, wanted, strict=True), 2) if yuan is None}
    accepted = [row for row, yuan in zip(listed, wanted, strict=True) if yuan is not None]
    if accepted:
        found = duckdb.sql(f"select pooled from '{staged(tmp_path, accepted).rows}'").fetchall()
        assert [yuan for (yuan,) in found] == [yuan for yuan in wanted if yuan is not None]


def test_an_amount_as_long_as_a_personal_number_is_refused_without_being_repeated(problem):
    found = problem(settlement(基金支付总额="99999999999999999999"))
    assert (found.line, found.column, found.found) == (2, "基金支付总额", "9999****99")


@pytest.mark.parametrize("header", ["总费用(万元)", "总费用（万元）", "总费用 （ 万元 ）", "medfee_sumamt(万元)"])
def test_wan_yuan_is_scaled_before_anything_is_rounded(read, header):
    listed = [renamed(row, 医疗费总额=header) for row in settlement(医疗费总额="2.7801")]
    assert read(listed, "medfee_sumamt") == [Decimal("27801.00")]


def test_wan_yuan_may_reach_to_the_fen_and_no_further(read, problem):
    listed = [renamed(row, 医疗费总额="总费用(万元)") for row in settlement(医疗费总额="2.780123")]
    assert read(listed, "medfee_sumamt") == [Decimal("27801.23")]
    listed[0]["总费用(万元)"] = "2.7801234"
    assert problem(listed).found == "2.7801234"


def test_an_amount_that_only_the_unit_makes_too_large_is_a_problem_of_its_cell(problem):
    listed = [renamed(row, 医疗费总额="总费用(万元)") for row in settlement(医疗费总额="99999999999999")]
    assert (problem(listed).line, problem(listed).column) == (2, "医疗费总额")


def test_yuan_in_the_header_changes_nothing(read):
    listed = [renamed(row, 医疗费总额="总费用（元）") for row in settlement()]
    assert read(listed, "medfee_sumamt") == [Decimal("2163.00")]


@pytest.mark.parametrize(
    ("header", "replaced"),
    [("住院天数(万元)", "住院天数"), ("总费用(小数)", "医疗费总额"), ("总费用(%)", "医疗费总额")],
)
def test_a_unit_that_does_not_fit_its_column_is_a_problem(problem, header, replaced):
    found = problem([renamed(row, **{replaced: header}) for row in settlement()])
    assert (found.line, found.column, found.found) == (1, replaced, header)


# ---------------------------------------------------------------- counts and ratios


@pytest.mark.parametrize(("written", "days"), [("8", 8), ("8.0", 8), ("８", 8), ('"1,008"', 1008), ("", None)])
def test_a_count_is_a_whole_number(read, written, days):
    stay = {"医疗类别": "21" if written else "11"}  # a blank is only refused where days must be known
    assert read(settlement(住院天数=written, **stay), "ipt_days") == [days]


NO_COUNTS = ["12.5", "8天", "1e1", "1 2", '"1,2"', "十"]


def test_what_is_no_whole_number_is_a_problem(problems):
    found = problems(settlements("住院天数", NO_COUNTS))
    assert [(p.column, p.found) for p in found] == [("住院天数", cell.strip('"')) for cell in NO_COUNTS]
    assert {p.wanted for p in found} == {"应为整数，如 128"}


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("数值", "49.60"),
        ("数值", "49.60%"),
        ("数值", "49.6％"),
        ("数值(%)", "49.60"),
        ("数值(%)", "49.60%"),
        ("数值(小数)", "0.4960"),
    ],
)
def test_a_ratio_is_read_as_its_column_declares(read, header, written):
    assert read([renamed(HISTORY | {"数值": written}, 数值=header)], "value") == [Decimal("49.60")]


@pytest.mark.parametrize(
    ("header", "written"),
    [("数值(小数)", "49.60%"), ("数值", "4%9"), ("数值", "%49"), ("数值", "49.60%%"), ("数值", "0.12345")],
)
def test_a_ratio_that_contradicts_itself_is_a_problem(problem, header, written):
    assert problem([renamed(HISTORY | {"数值": written}, 数值=header)]).found == written


# ---------------------------------------------------------------- dates and months


DAYS = [
    "2026-06-05",
    "2026/6/5",
    "20260605",
    "2026-6-5",
    "2026年6月5日",
    "２０２６／６／５",
    "2026-06-05 12:30:00",
    "2026/6/5 12:30",
    "20260605123000",
    "2026-06-05T12:30:00",
]


def test_a_day_is_read_in_any_of_the_usual_forms(read):
    assert read(settlements("结算日期", DAYS), "setl_time") == [date(2026, 6, 5)] * len(DAYS)


NO_DAYS = [
    "2026-02-30",
    "2026-13-01",
    "05/06/2026",
    "6/5",
    "2026-06",
    "46178",
    "昨天",
    "2026-06-05至2026-06-07",
    "20260605 或 6 日",
    "2026-06-05 abc",
]


def test_what_is_no_day_is_a_problem(problems):
    found = problems(settlements("结算日期", NO_DAYS))
    assert [(p.line, p.column, p.found) for p in found] == [(n, "结算日期", d) for n, d in enumerate(NO_DAYS, start=2)]
    assert {p.wanted for p in found} == {"应为日期，如 2026-01-31、2026/1/31 或 20260131"}


@pytest.mark.parametrize("written", ["2026-10", "2026/10", "2026.10", "202610", "2026年10月", "2026-10-31", "20261031"])
def test_a_month_is_read_in_any_of_the_usual_forms(read, written):
    assert read([STAFF | {"统计年月": written}], "stat_month") == [date(2026, 10, 1)]


NO_MONTHS = ["2026-13", "202600", "10", "2026", "10-2026", "十月"]


def test_what_is_no_month_is_a_problem(problems):
    found = problems([STAFF | {"统计年月": month} for month in NO_MONTHS])
    assert [p.found for p in found] == NO_MONTHS
    assert {p.wanted for p in found} == {"应为年月，如 2026-01 或 202601"}


def test_a_month_that_excel_may_have_shortened_is_a_problem(problem):
    """2026.10 typed into a number cell is saved as 2026.1, which must not become January."""
    assert problem([STAFF | {"统计年月": "2026.1"}]).found == "2026.1"


@pytest.mark.parametrize(("year", "month"), [("2026", "6"), ("2026", "06"), ("2026年", "6月")])
def test_year_and_month_may_stand_in_two_columns(read, year, month):
    row = {"年份": year, "月份": month} | {k: v for k, v in AGGREGATE.items() if k != "统计年月"}
    assert read([row], "stat_month") == [date(2026, 6, 1)]


# ---------------------------------------------------------------- codes, persons, institutions


def test_a_code_may_be_written_as_its_name(read):
    assert read(settlements("险种类型", ["390", "城乡居民基本医疗保险", "居民", "居民医保"]), "insutype") == ["390"] * 4


@pytest.mark.parametrize(
    ("written", "stored"), [("21", "21"), ("2101", "2101"), ("普通住院", "21"), ("住院", "2"), ("910202", "910202")]
)
def test_a_longer_national_code_is_kept_as_it_is(read, written, stored):
    assert read(settlement(医疗类别=written), "med_type") == [stored]


@pytest.mark.parametrize(
    ("column", "written"), [("险种类型", "391"), ("险种类型", "居民医疗"), ("医疗类别", "33"), ("医疗类别", "2A")]
)
def test_an_unknown_code_is_a_problem(problem, column, written):
    found = problem(settlement(**{column: written}))
    assert (found.column, found.found) == (column, written)
    assert found.wanted.startswith("应为代码表中的代码或名称")


def test_several_codes_stand_in_one_cell(read, problem):
    assert read([PENALTY | {"处理方式": "约谈、违约金"}], "handling") == ["interview;damages"]
    assert problem([PENALTY | {"处理方式": "约谈、请客"}]).found == "约谈、请客"


NO_INSTITUTIONS = ["H9901010001", "99010100001", "X99010100001", "H9901010000A", "云溪县人民医院"]


def test_an_institution_is_its_twelve_character_code(problems):
    found = problems(settlements("定点医药机构编号", NO_INSTITUTIONS))
    assert [p.found for p in found] == NO_INSTITUTIONS
    assert all(p.wanted.startswith("应为 12 位机构编码") for p in found)


def test_a_lower_case_institution_code_is_the_same_institution(read):
    assert read(settlement(定点医药机构编号="h99010100001"), "fixmedins_code") == ["H99010100001"]


def test_the_same_person_is_one_person_and_the_number_is_gone(read):
    found = read(rows(SETTLEMENT, {}, {"人员编号": " P0000000001 "}, {"人员编号": "P0000000002"}), "psn_no")
    assert found[0] == found[1] != found[2]
    assert all(isinstance(value, int) for value in found)


def test_a_person_number_that_excel_has_shortened_is_a_problem(problems):
    """Read as it stands, it would make one person of thousands."""
    found = problems(settlements("人员编号", ["5.11024E+17", "5.1E+17", "5.11024e+17"]))
    assert [p.column for p in found] == ["人员编号"] * 3


@pytest.mark.parametrize("space", ["\t", " ", "　", "\u00a0", " \t"])
def test_spaces_and_tabs_around_a_cell_are_nothing(tmp_path, space):
    """Exports put a tab behind every cell, so that Excel keeps long numbers as text."""
    row = template("settlements")[0] | {"乡镇": "云溪镇", "病种名称": ""}
    plain = staged(tmp_path, [row])
    before = duckdb.sql(f"select * from '{plain.rows}'").fetchall()
    around = staged(tmp_path, [{head: f"{space}{cell}{space}" for head, cell in row.items()}])
    assert around.problems == ()
    assert duckdb.sql(f"select * from '{around.rows}'").fetchall() == before


# ---------------------------------------------------------------- blanks and rules


@pytest.mark.parametrize(
    "column",
    ["结算ID", "人员编号", "险种类型", "医疗类别", "定点医药机构编号", "结算日期", "医疗费总额", "基金支付总额"],
)
def test_a_blank_cell_that_must_be_filled_is_a_problem(problem, column):
    found = problem(settlement(**{column: ""}))
    assert (found.line, found.column, found.found) == (2, column, "")
    assert found.wanted.startswith("不能为空")
    assert found.text.startswith(f"第 2 行“{column}”：空白；不能为空")


def test_a_blank_amount_is_what_its_contract_says(read):
    listed = rows(SETTLEMENT | {"起付线": "", "药品费": ""}, {})
    assert read(listed, "act_pay_dedc") == [Decimal(0)]
    assert read([AUDIT | {"应查量": ""}], "universe") == [None]


def test_a_blank_flag_is_what_its_contract_says(read):
    listed = rows(SETTLEMENT | {"有效标志": "", "退费结算标志": ""}, {})
    assert read(listed, "vali_flag || refd_setl_flag") == ["10"]
    assert read(rows(SETTLEMENT, {}), "vali_flag || refd_setl_flag") == ["10"]


@pytest.mark.parametrize(
    ("flag", "fee", "fund", "wanted"),
    [
        ("1", "2163.00", "1178.00", "退费结算标志为 1 时，医疗费总额应为负数或 0"),
        ("0", "-2163.00", "-1178.00", "非退费行的医疗费总额不应为负数"),
    ],
)
def test_a_refund_is_negative_and_a_payment_is_not(problem, flag, fee, fund, wanted):
    found = problem(rows(SETTLEMENT | {"退费结算标志": flag}, {"医疗费总额": fee, "基金支付总额": fund}))
    assert (found.line, found.column, found.wanted) == (2, "医疗费总额", wanted)


def test_a_discharge_is_not_before_the_admission(problem):
    found = problem(rows(SETTLEMENT | {"入院日期": "2026-06-05", "出院日期": "2026-06-01"}, {}))
    assert (found.line, found.column) == (2, "结束日期")


def test_days_in_hospital_are_not_negative(problem):
    assert problem(settlement(住院天数="-8")).column == "住院天数"


def test_more_fund_than_fee_is_only_a_doubt(tmp_path):
    found = staged(tmp_path, settlement(基金支付总额="9999.00"))
    assert found.rows is not None
    assert [p.severity for p in found.problems] == ["analytical"]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"应追回": "100", "已追回": "200"}, "已追回"),
        ({"应收违约金": "100", "实收违约金": "200"}, "实收违约金"),
        ({"违规金额": "100", "违约金倍数": "3", "应收违约金": "299.99"}, "应收违约金"),
        ({"机构编码": ""}, "机构编码"),
    ],
)
def test_a_penalty_that_does_not_add_up_is_a_problem(problem, cells, column):
    assert problem([PENALTY | cells]).column == column


def test_every_faulty_cell_of_a_row_is_told(tmp_path):
    found = staged(tmp_path, settlement(结算日期="昨天", 医疗费总额="两千", 险种类型="999"))
    assert [(p.line, p.column) for p in found.problems] == [(2, "险种类型"), (2, "结算日期"), (2, "医疗费总额")]
