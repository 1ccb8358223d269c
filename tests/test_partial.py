"""Files with some faulty rows: these are kept out and told, the others are as if they had come alone."""

from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.build import words_of
from pipelines.uploads import staging
from pipelines.uploads.decode import decode
from pipelines.uploads.recognise import recognise
from pipelines.uploads.staging import Staged, stage
from tests.files import ENROLMENT, KEY, PENALTY, SETTLEMENT, rows, staged, template, text, upload, write

FAULTS = {
    "结算日期": ["昨天", "2026-13-01", ""],
    "医疗费总额": ["两千", "1.234", "1e3", ""],
    "险种类型": ["999", ""],
    "住院天数": ["-8", "八", "8.5"],
    "人员编号": ["5.11024E+17", ""],
    "结算ID": ["3.6E+11", "S0"],
    "定点医药机构编号": ["云溪县人民医院"],
}
TOTAL = "合计,,,,,,{},{},{}\n"


def stored(found: Staged) -> list[tuple]:
    return duckdb.sql(f"select * from '{found.rows}'").fetchall()


def lines(found: Staged) -> list[int | None]:
    return [p.line for p in found.problems]


# ---------------------------------------------------------------- good rows and faulty rows


def test_good_rows_are_kept_and_faulty_ones_told(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT, {}, {"结算日期": "昨天"}, {}, {"医疗费总额": "两千", "险种类型": "999"}))
    assert (found.state, found.read, found.good, found.faulty) == ("partial", 4, 2, 2)
    assert [(p.line, p.column, p.severity) for p in found.problems] == [
        (3, "结算日期", "logical"),
        (5, "险种类型", "logical"),
        (5, "医疗费总额", "logical"),
    ]
    assert found.totals["medfee_sumamt"] == 2 * Decimal("2163")
    assert duckdb.sql(f"select setl_id from '{found.rows}'").fetchall() == [("S1",), ("S3",)]


def test_a_file_without_faults_is_ready_and_one_of_faults_alone_is_refused(tmp_path):
    ready = staged(tmp_path, rows(SETTLEMENT, {}, {}))
    assert (ready.state, ready.read, ready.good, ready.faulty) == ("ready", 2, 2, 0)
    refused = staged(tmp_path, rows(SETTLEMENT, {"结算日期": "昨天"}, {"结算日期": "今天"}))
    assert (refused.state, refused.rows, refused.read, refused.good, refused.faulty) == ("refused", None, 2, 0, 2)


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (SETTLEMENT, [{}, {"医疗费总额": "-5.00"}]),  # a broken rule
        (SETTLEMENT, [{"结算ID": "A"}, {"结算ID": "A"}]),  # a repeated key
        (SETTLEMENT, [{}, {"结算日期": "2062-06-05"}, {}]),  # a stray month
        (ENROLMENT, [{}, {"参保人数": "-1", "乡镇": "棠屿镇"}]),
        (PENALTY, [{}, {"案件编号": "CF2", "应追回": "100", "已追回": "200"}]),
    ],
)
def test_every_kind_of_fault_keeps_only_its_row_out(tmp_path, base, changes):
    written = text(rows(base, *changes))
    found = staged(tmp_path, written)
    assert (found.state, found.faulty, lines(found)) == ("partial", 1, [3])
    others = "\n".join(line for n, line in enumerate(written.splitlines(), start=1) if n != 3)
    (tmp_path / "others").mkdir()
    assert stored(found) == stored(staged(tmp_path / "others", others))


@pytest.mark.parametrize("where", [0, 700, 1400])
def test_the_good_rows_stay_in_the_order_of_the_file(tmp_path, where):
    changes = [{"住院天数": str(n % 40 + 1)} for n in range(1500)]
    changes[where] = {"结算日期": "昨天"}
    found = staged(tmp_path, rows(SETTLEMENT, *changes))
    kept = [f"S{n}" for n in range(1, 1501) if n != where + 1]
    assert [id for (id,) in duckdb.sql(f"select setl_id from '{found.rows}'").fetchall()] == kept


def test_a_first_row_that_is_faulty_itself_takes_no_key(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT, {"结算ID": "A", "结算日期": "昨天"}, {"结算ID": "A"}))
    assert (found.good, lines(found)) == (1, [2])


def test_periods_are_those_of_the_good_rows(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT, {}, {"结算日期": "2026-05-02", "医疗费总额": "两千"}))
    assert found.periods == ("2026-06",)


def test_the_columns_of_a_sorted_file_are_those_of_a_clean_one(tmp_path):
    row = template("settlements")[0]
    clean, partial = tmp_path / "clean", tmp_path / "partial"
    clean.mkdir()
    partial.mkdir()
    faulty = row | {"结算ID": "S2", "结算日期": "昨天"}
    one, other = staged(clean, [row]), staged(partial, [row, faulty])
    described = "select column_name, column_type from (describe select * from '{}')"
    assert duckdb.sql(described.format(other.rows)).fetchall() == duckdb.sql(described.format(one.rows)).fetchall()
    assert stored(one) == stored(other)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_faulty_rows_are_kept_out_whatever_the_encoding(tmp_path, encoding):
    found = staged(tmp_path, rows(SETTLEMENT | {"病种名称": '"肺\n炎"'}, {}, {"结算日期": "昨天"}, {}), encoding)
    assert (found.good, lines(found)) == (2, [4])


# ---------------------------------------------------------------- what is listed


def test_all_faulty_rows_are_counted_and_as_many_listed_as_wanted(tmp_path):
    path = write(tmp_path, rows(SETTLEMENT, *[{"结算日期": "昨天"}] * 30, {}))
    few = stage(upload(path), tmp_path, KEY, words_of, listed=4)
    assert (few.faulty, few.good, lines(few)) == (30, 1, [2, 3, 4, 5, None])
    assert few.problems[-1].text == "共 30 行有问题；以上只列出前 4 行，改好后再试一次"
    every = stage(upload(path), tmp_path, KEY, words_of, listed=1000)
    assert lines(every) == list(range(2, 32))


def test_cells_repeats_and_strays_are_listed_in_the_order_of_the_file(tmp_path):
    changes = [{}, {"结算日期": "2062-06-05"}, {"结算ID": "S1"}, {"医疗费总额": "两千"}, {"结算ID": "S1"}, {}]
    found = staged(tmp_path, rows(SETTLEMENT, *changes))
    assert [(p.line, p.column) for p in found.problems] == [
        (3, "结算日期"),
        (4, "结算ID"),
        (5, "医疗费总额"),
        (6, "结算ID"),
    ]
    assert (found.good, found.faulty) == (2, 4)


# ---------------------------------------------------------------- severity


def test_a_structural_rule_stops_the_file(tmp_path, monkeypatch):
    path = write(tmp_path, rows(SETTLEMENT, {}, {"医疗费总额": "-5.00"}))
    contract = recognise(decode(path, tmp_path).head).contract
    rule = next(rule for rule in contract.rules if rule.id == "payment_is_positive")
    strict = replace(contract, rules=(replace(rule, severity="structural"),))
    monkeypatch.setattr(staging, "recognise", lambda *given: replace(recognise(*given), contract=strict), raising=True)
    found = stage(upload(path), tmp_path, KEY, words_of)
    assert (found.state, found.rows, found.good, found.faulty) == ("refused", None, 1, 1)
    assert [(p.line, p.severity) for p in found.problems] == [(3, "structural")]


def test_broken_lines_stop_the_file_and_its_rows_are_counted(tmp_path):
    head, *good = text(rows(SETTLEMENT, {}, {}, {"结算日期": "昨天"})).splitlines()
    found = staged(tmp_path, "\n".join([head, good[0], "S7,P1,390", good[1], good[2], ""]))
    assert (found.state, found.read, found.good, found.faulty) == ("refused", 4, 2, 2)
    assert [(p.line, p.severity) for p in found.problems] == [(3, "structural"), (5, "logical")]


def test_a_quote_that_is_never_closed_stops_the_file(tmp_path):
    head, *good = text(rows(SETTLEMENT, {}, {}, {})).splitlines()
    found = staged(tmp_path, "\n".join([head, good[0], '"' + good[1], good[2], ""]))
    assert (found.state, found.read, found.good, found.faulty) == ("refused", 2, 1, 1)


# ---------------------------------------------------------------- the file's own total


def with_total(folder, changes: list[dict], *stated: str) -> Staged:
    return staged(folder, text(rows(SETTLEMENT, *changes)) + TOTAL.format(*stated))


def test_what_a_file_states_is_kept_in_stored_units(tmp_path):
    wan = text(rows(SETTLEMENT, {}, {})).replace("医疗费总额", "医疗费总额(万元)").replace("2163.00", "0.2163")
    found = staged(tmp_path, wan + '合计,,,,,,16,0.4326,"2,356.00"\n')
    assert found.stated == {"ipt_days": 16, "medfee_sumamt": Decimal("4326"), "fund_pay_sumamt": Decimal("2356")}


@pytest.mark.parametrize("days", ["16", "24"])
def test_a_total_may_be_that_of_all_rows_or_of_the_good_ones(tmp_path, days):
    """A repeated row may or may not have been added by whoever wrote the total."""
    found = with_total(tmp_path, [{}, {}, {"结算ID": "S1"}], days, "", "")
    assert (found.state, lines(found)) == ("partial", [4])


def test_a_total_that_fits_neither_stops_the_file_if_all_its_amounts_can_be_read(tmp_path):
    found = with_total(tmp_path, [{}, {"结算日期": "昨天"}], "16", "9999.00", "2356.00")
    assert (found.state, found.good, found.faulty) == ("refused", 1, 1)
    assert [(p.line, p.column, p.severity) for p in found.problems] == [
        (3, "结算日期", "logical"),
        (4, "医疗费总额", "structural"),
    ]
    assert found.problems[-1].wanted == "合计行与各行相加不一致；各行相加为 4326.00"


def test_a_total_of_amounts_that_cannot_all_be_read_is_told_as_a_difference(tmp_path):
    found = with_total(tmp_path, [{}, {"医疗费总额": "两千"}], "16", "4326.00", "2356.00")
    assert found.state == "partial"
    assert [(p.line, p.column, p.severity) for p in found.problems] == [
        (3, "医疗费总额", "logical"),
        (4, "医疗费总额", "analytical"),
    ]
    assert found.problems[-1].wanted == "合计行与各行相加不一致；各行相加为 2163.00，另有 1 行读不出"


# ---------------------------------------------------------------- numbers that Excel spoilt


@pytest.mark.parametrize(
    ("column", "cell"),
    [("结算ID", "1.23457E+17"), ("结算ID", "3.6E+11"), ("人员编号", "5.11024e+17"), ("定点医药机构编号", "9E+11")],
)
def test_a_number_that_excel_made_a_power_of_ten_is_told_so(tmp_path, column, cell):
    found = staged(tmp_path, rows(SETTLEMENT, {}, {column: cell}))
    assert [(p.line, p.column, p.found) for p in found.problems] == [(3, column, cell)]
    assert found.problems[0].wanted.startswith("号码被 Excel 改成了科学计数")


def test_a_power_of_ten_in_any_text_column_is_a_fault(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT | {"就诊ID": "M1"}, {}, {"就诊ID": "1.2E+15"}))
    assert [(p.line, p.column) for p in found.problems] == [(3, "就诊ID")]


@pytest.mark.parametrize("cell", ["1+1", "E+10", "A1.2E+15", "1.2E+15号", "C+", "2E-5"])
def test_other_text_with_a_plus_is_text(tmp_path, cell):
    found = staged(tmp_path, rows(SETTLEMENT | {"就诊ID": "M1"}, {}, {"就诊ID": cell}))
    assert found.problems == ()
    assert (cell,) in duckdb.sql(f"select mdtrt_id from '{found.rows}'").fetchall()


def test_many_long_numbers_that_end_in_zeros_are_a_warning(tmp_path):
    cut = [{"人员编号": f"51102419820315{n:01d}000"} for n in range(12)]
    found = staged(tmp_path, rows(SETTLEMENT, *cut))
    assert found.state == "ready"
    assert [(p.column, p.found, p.severity) for p in found.problems] == [
        ("人员编号", "抽看的 12 个长号码中有 12 个", "analytical")
    ]


def test_a_few_long_numbers_that_end_in_zeros_are_numbers(tmp_path):
    some = [{"人员编号": f"5110241982031{n:02d}000"} for n in range(5)]
    many = [{"人员编号": f"5110241982031{n:02d}123"} for n in range(15)]
    assert staged(tmp_path, rows(SETTLEMENT, *some, *many)).problems == ()


# ---------------------------------------------------------------- nothing is lost, nothing raises


@st.composite
def spoilt(draw) -> tuple[list[dict], set[int]]:
    """Rows of settlements, and which of them hold a fault."""
    count = draw(st.integers(1, 12))
    changes = [{"住院天数": str(draw(st.integers(1, 90)))} for _ in range(count)]
    faulty = draw(st.dictionaries(st.integers(0, count - 1), st.sampled_from(sorted(FAULTS)), max_size=count))
    for at, column in faulty.items():
        changes[at] = {column: draw(st.sampled_from(FAULTS[column]))}
    listed = rows(SETTLEMENT, {"结算ID": "S0"}, *changes)
    return listed, {at + 1 for at in faulty}


@given(spoilt())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_good_or_told_and_the_good_ones_are_as_if_alone(tmp_path, given_rows):
    listed, faulty = given_rows
    found = staged(tmp_path, listed)
    assert (found.read, found.good, found.faulty) == (len(listed), len(listed) - len(faulty), len(faulty))
    assert {p.line for p in found.problems} == {at + 2 for at in faulty}
    kept, totals = stored(found), found.totals
    alone = staged(tmp_path, [row for at, row in enumerate(listed) if at not in faulty])
    assert (alone.state, alone.faulty) == ("ready", 0)
    assert (stored(alone), alone.totals) == (kept, totals)


def test_what_nobody_foresaw_is_a_sentence_and_the_log_keeps_the_rest(tmp_path, monkeypatch, caplog):
    def broken(*given):
        raise RuntimeError("Binder Error: something")

    monkeypatch.setattr(staging, "strict_rows", broken)
    found = staged(tmp_path, rows(SETTLEMENT, {}))
    assert (found.state, found.rows) == ("unknown", None)
    assert [p.wanted for p in found.problems] == ["文件无法按行列读出；请在 Excel 中打开检查，另存为“CSV UTF-8”后再试"]
    assert "Binder Error" in caplog.text
    assert "Binder" not in found.problems[0].text
