"""The command line: help, exit codes, --json, receipts, and one Chinese sentence for what can't be done."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines import kpis, load
from pipelines.cli import main
from pipelines.contracts import contracts
from tests.files import INSTITUTION, SETTLEMENT, rows, write
from tests.months import digests

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ["demo", "check", "load", "batches", "undo", "status", "kpis", "rows", "verify", "docs"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
MISPRINTS = {
    "resident_actual_reimb_ratio",
    "pilot_cost_per_bed_day_reduction_rate",
    "managed_institutions",
    "managed_insured",
}
FIGURE_KEYS = {
    "kpi",
    "name_zh",
    "dimensions",
    "numerator",
    "denominator",
    "value",
    "unit",
    "year_ago",
    "change",
    "change_unit",
    "target",
    "missing",
}


def run(warehouse: Path, *words: str | Path) -> Result:
    """A command on a warehouse; anything that is no exit code is a traceback to the user, and fails the test."""
    found = CliRunner().invoke(main, ["--warehouse", str(warehouse), *map(str, words)], catch_exceptions=False)
    assert "Traceback" not in found.output
    return found


def read_json(warehouse: Path, *words: str | Path):
    """What a command prints with --json; numbers with all their digits."""
    found = run(warehouse, *words, "--json")
    assert found.stderr == ""
    return json.loads(found.stdout, parse_float=Decimal)


def asked(warehouse: Path, *words: str) -> list[dict]:
    return read_json(warehouse, "kpis", "--from", "2026-01", "--to", "2026-06", *words)


def told_in_one_sentence(found: Result) -> str:
    """The message of a command that could not do what was asked: one Chinese line on stderr, nothing else, code 2."""
    assert (found.exit_code, found.stdout) == (2, "")
    (line,) = found.stderr.strip().splitlines()
    assert line.startswith("错误：")
    assert CHINESE.search(line)
    return line


@pytest.fixture
def june(tmp_path) -> Path:
    """A settlements file of two stays in June."""
    return write(tmp_path, rows(SETTLEMENT, {}, {"人员编号": "P2"}), "june.csv")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    """A warehouse with June's two stays; tests must not write to it."""
    folder = tmp_path_factory.mktemp("loaded")
    path = write(folder, rows(SETTLEMENT, {}, {"人员编号": "P2"}), "june.csv")
    assert load(folder / "warehouse", [path], "测试")[0].status == "loaded"
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, loaded) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "warehouse"))


# ---------------------------------------------------------------- help and the warehouse


def test_the_commands_of_the_handbook_are_there():
    assert set(COMMANDS) <= set(main.commands)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_and_each_of_its_options_has_help(command):
    for flag in ("-h", "--help"):
        page = CliRunner().invoke(main, [command, flag]).output
        assert "".join(main.commands[command].help.split()) in "".join(page.split())
    assert CHINESE.search(main.commands[command].help)
    assert [p.name for p in main.commands[command].params if p.param_type_name == "option" and not p.help] == []


def test_the_first_page_of_help_lists_every_command():
    page = CliRunner().invoke(main, ["-h"]).output
    assert [c for c in main.commands if f"  {c} " not in page] == []


def test_the_warehouse_is_the_option_or_else_the_variable(loaded, tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(loaded))
    assert json.loads(CliRunner().invoke(main, ["status", "--json"]).stdout)["warehouse"] == str(loaded)
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path / "nothing"))
    assert told_in_one_sentence(CliRunner().invoke(main, ["status"]))
    assert read_json(loaded, "status")["warehouse"] == str(loaded)


@pytest.mark.parametrize("command", [["status"], ["kpis"], ["rows", "--kpi", "cost_per_case"], ["verify"]])
def test_a_warehouse_without_data_says_how_to_fill_it(tmp_path, command):
    assert "demo" in told_in_one_sentence(run(tmp_path / "nothing", *command))
    assert not (tmp_path / "nothing").exists()


def test_a_warehouse_without_data_has_no_batches(tmp_path):
    assert read_json(tmp_path / "nothing", "batches") == []


def test_demo_refuses_a_warehouse_that_holds_data(warehouse):
    before = (warehouse / "journal.jsonl").read_bytes()
    found = run(warehouse, "demo")
    assert (found.exit_code, (warehouse / "journal.jsonl").read_bytes()) == (2, before)
    assert "已有数据" in found.stderr
    assert found.stdout == ""


# ---------------------------------------------------------------- check


def test_check_of_a_good_file_tells_what_it_is_and_keeps_nothing(tmp_path, june):
    (found,) = read_json(tmp_path / "warehouse", "check", june)["files"]
    assert (found["table"], found["layout"], found["periods"], found["problems"]) == (
        "settlements",
        "record",
        ["2026-06"],
        [],
    )
    assert (found["totals"]["rows"], found["totals"]["medfee_sumamt"]) == (2, Decimal("4326.0"))
    assert run(tmp_path / "warehouse", "check", june).exit_code == 0
    assert not (tmp_path / "warehouse" / "journal.jsonl").exists()


def test_check_of_a_faulty_file_exits_with_1_and_tells_each_fault_at_its_line(tmp_path):
    faulty = write(tmp_path, rows(SETTLEMENT, {}, {"医疗费总额": "一千二"}), "faulty.csv")
    found = run(tmp_path / "warehouse", "check", faulty)
    assert found.exit_code == 1
    assert "第 3 行“医疗费总额”：“一千二”" in found.stdout
    (told,) = read_json(tmp_path / "warehouse", "check", faulty)["files"]
    (problem,) = told["problems"]
    assert (problem["line"], problem["column"], problem["found"]) == (3, "医疗费总额", "一千二")
    assert problem["wanted"]


def test_check_shows_a_bar_on_stderr_and_none_with_json(tmp_path, june):
    assert "检查" in run(tmp_path / "warehouse", "check", june).stderr
    assert run(tmp_path / "warehouse", "check", june, "--json").stderr == ""


# ---------------------------------------------------------------- load, batches, undo, status


def test_a_receipt_tells_the_batch_its_months_its_totals_and_who_loaded_it(tmp_path, june):
    found = run(tmp_path / "warehouse", "load", june, "--by", "王会计")
    assert found.exit_code == 0
    batch = json.loads(next((tmp_path / "warehouse" / "batches").glob("*/batch.json")).read_text("utf-8"))
    for told in (
        "june.csv：已装入",
        batch["id"],
        "结算明细 2026-06",
        "2 行",
        "4,326.00 元",
        "王会计",
        batch["sha256"][:16],
    ):
        assert told in found.stdout
    assert "没有替换已有数据" in found.stdout


def test_a_receipt_in_json_has_the_whole_batch(tmp_path, june):
    (receipt,) = read_json(tmp_path / "warehouse", "load", june, "--by", "王会计")
    assert (receipt["file"], receipt["status"], receipt["problems"]) == ("june.csv", "loaded", [])
    batch = receipt["batch"]
    assert (batch["table"], batch["periods"], batch["loaded_by"]) == ("settlements", ["2026-06"], "王会计")
    assert (batch["totals"]["rows"], batch["totals"]["medfee_sumamt"]) == ("2", "4326.00")
    assert len(batch["sha256"]) == 64


def test_loading_the_same_file_again_says_that_nothing_changed(warehouse, june):
    found = run(warehouse, "load", june)
    assert (found.exit_code, "没有改变什么" in found.stdout) == (0, True)


def test_a_receipt_names_the_batch_that_was_replaced(tmp_path, warehouse):
    (first,) = read_json(warehouse, "batches")
    found = run(warehouse, "load", write(tmp_path, rows(SETTLEMENT, {}), "corrected.csv"))
    assert f"替换：{first['id']}" in found.stdout


def test_load_exits_with_1_when_a_file_is_refused_and_loads_the_others(tmp_path, june):
    faulty = write(tmp_path, rows(SETTLEMENT, {"结算日期": "昨天"}), "faulty.csv")
    found = run(tmp_path / "warehouse", "load", faulty, june)
    assert found.exit_code == 1
    assert "faulty.csv：拒收" in found.stdout
    assert "共 2 个文件，装入 1 个" in found.stdout


def test_a_file_that_is_not_there_is_named(tmp_path):
    found = run(tmp_path / "warehouse", "load", tmp_path / "nothing.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "错误：找不到文件" in found.stderr
    assert "nothing.csv" in found.stderr


def test_batches_tell_which_count_which_were_replaced_and_which_undone(tmp_path, warehouse):
    run(warehouse, "load", write(tmp_path, rows(SETTLEMENT, {}), "corrected.csv"))
    run(warehouse, "load", write(tmp_path, [INSTITUTION], "institutions.csv"))
    first, second, third = (batch["id"] for batch in read_json(warehouse, "batches"))
    assert [b["state"] for b in read_json(warehouse, "batches")] == ["被替换", "生效", "生效"]
    found = run(warehouse, "undo", second, "--why", "漏了县外", "--by", "李")
    assert (found.exit_code, found.stdout) == (0, f"已撤销 {second}（结算明细 2026-06）\n")
    assert {b["id"]: b["state"] for b in read_json(warehouse, "batches")} == {
        first: "生效",
        second: "已撤销",
        third: "生效",
    }
    listed = run(warehouse, "batches").stdout
    assert all(batch in listed for batch in (first, second, third))


@pytest.mark.parametrize("batch", ["settlements-202606-0000000000", "../..", "..", "*", "/etc", "'; drop table x; --"])
def test_undo_of_no_batch_is_one_sentence(warehouse, batch):
    assert "没有批次" in told_in_one_sentence(run(warehouse, "undo", batch, "--why", "试试"))


def test_undo_without_a_reason_is_refused(warehouse):
    (batch,) = read_json(warehouse, "batches")
    assert "原因" in told_in_one_sentence(run(warehouse, "undo", batch["id"], "--why", "  "))
    assert run(warehouse, "undo", batch["id"]).exit_code == 2
    assert read_json(warehouse, "batches")[0]["state"] == "生效"


def test_status_tells_the_build_and_the_months_of_every_upload(warehouse):
    found = read_json(warehouse, "status")
    assert found["build"] == (warehouse / "CURRENT").read_text().strip()
    assert found["loaded"] == {table: ["2026-06"] if table == "settlements" else [] for table in contracts()}
    shown = run(warehouse, "status").stdout
    assert found["build"] in shown
    assert "未上传" in shown


# ---------------------------------------------------------------- kpis


def test_figures_in_json_are_in_the_kpis_unit_and_money_in_yuan(sample_warehouse):
    ratio, money, count = asked(
        sample_warehouse,
        *("--kpi", "actual_reimb_ratio", "--kpi", "inpatient_expenditure", "--kpi", "inpatient_cases"),
        *("--where", "scheme=resident"),
    )
    assert set(ratio) == set(money) == FIGURE_KEYS
    assert (ratio["unit"], ratio["value"]) == ("%", round(100 * ratio["numerator"] / ratio["denominator"], 2))
    assert Decimal(40) < ratio["value"] < Decimal(60)
    assert (money["unit"], money["denominator"], money["value"]) == ("元", None, money["numerator"])
    assert money["value"] == ratio["numerator"] > 10_000_000
    assert (count["unit"], type(count["value"])) == ("人次", int)
    assert (ratio["change_unit"], money["change_unit"]) == ("百分点", "%")
    assert ratio["change"] == pytest.approx(ratio["value"] - ratio["year_ago"], abs=Decimal("0.01"))


def test_without_a_kpi_every_one_is_told_in_the_order_of_the_dictionary(sample_warehouse):
    assert [f["kpi"] for f in asked(sample_warehouse)] == list(kpis())


def test_without_a_kpi_a_breakdown_is_told_of_those_that_know_it(sample_warehouse):
    told = {f["kpi"] for f in asked(sample_warehouse, "--by", "town", "--where", "scheme=resident")}
    assert told <= {id for id, kpi in kpis().items() if {"town", "scheme"} <= set(kpi.levels)}
    assert "cost_per_case" in told


def test_dimensions_combine_and_their_figures_add_up(sample_warehouse):
    kpi = ("--kpi", "inpatient_total_fee")
    (whole,) = asked(sample_warehouse, *kpi)
    parts = asked(sample_warehouse, *kpi, "--by", "scheme", "--by", "place", "--by", "month")
    assert {tuple(p["dimensions"]) for p in parts} == {("scheme", "place", "month")}
    assert {p["dimensions"]["month"] for p in parts} == {f"2026-0{n}" for n in range(1, 7)}
    assert sum(p["value"] for p in parts) == whole["value"]


def test_a_filter_takes_several_values_and_several_filters_combine(sample_warehouse):
    kpi = ("--kpi", "inpatient_cases")
    each = {
        f["dimensions"]["scheme"]: f["value"]
        for f in asked(sample_warehouse, *kpi, "--by", "scheme", "--where", "place=in_county")
    }
    (listed,) = asked(sample_warehouse, *kpi, "--where", "scheme=resident,employee", "--where", "place=in_county")
    (repeated,) = asked(
        sample_warehouse,
        *(*kpi, "--where", "scheme=resident", "--where", "place=in_county", "--where", "scheme=employee"),
    )
    assert listed["value"] == repeated["value"] == each["resident"] + each["employee"]


def test_a_month_may_be_filtered_like_any_dimension(sample_warehouse):
    for kpi in ("cost_per_case", "insured_persons", "usage_rate_due", "beneficiary_persons"):
        months = {f["dimensions"]["month"]: f for f in asked(sample_warehouse, "--kpi", kpi, "--by", "month")}
        (march,) = asked(sample_warehouse, "--kpi", kpi, "--where", "month=2026-03")
        assert march | {"dimensions": {"month": "2026-03"}} == months["2026-03"]


def test_several_months_in_a_row_are_a_period(sample_warehouse):
    kpi = ("--kpi", "cost_per_case", "--kpi", "beneficiary_persons")
    spring = asked(sample_warehouse, *kpi, "--where", "month=2026-04,2026-03")
    assert spring == read_json(sample_warehouse, "kpis", *kpi, "--from", "2026-03", "--to", "2026-04")


def test_the_period_is_january_to_the_last_loaded_month_unless_told(sample_warehouse):
    kpi = ("--kpi", "cost_per_case")
    assert read_json(sample_warehouse, "kpis", *kpi) == asked(sample_warehouse, *kpi)
    assert read_json(sample_warehouse, "kpis", *kpi, "--to", "2025-03") == read_json(
        sample_warehouse, "kpis", *kpi, "--from", "2025-01", "--to", "2025-03"
    )


def test_a_figure_without_its_rows_says_so_and_is_null(loaded):
    (found,) = read_json(loaded, "kpis", "--kpi", "fund_due", "--from", "2026-06", "--to", "2026-06")
    assert (found["value"], found["missing"]) == (None, "未上传：基金征缴 2026年6月")


def test_a_table_for_people_shows_the_same_values(sample_warehouse):
    shown = run(sample_warehouse, "kpis", "--kpi", "cost_per_case", "--by", "scheme", "--to", "2026-06").stdout
    for figure in asked(sample_warehouse, "--kpi", "cost_per_case", "--by", "scheme"):
        (line,) = [row for row in shown.splitlines() if f" {figure['dimensions']['scheme']} " in row]
        assert f"{figure['value']:.2f}" in line


WRONG = [
    (["--kpi", "no_such_kpi"], "no_such_kpi"),
    (["--kpi", "cost_per_case", "--by", "planet"], "planet"),
    (["--kpi", "cost_per_case", "--where", "planet=mars"], "planet"),
    (["--kpi", "insured_persons", "--by", "institution"], "institution"),
    (["--kpi", "cost_per_case", "--where", "scheme"], "scheme"),
    (["--kpi", "cost_per_case", "--where", "scheme="], "scheme="),
    (["--kpi", "fund_expenditure", "--where", "scheme=residnet"], "residnet"),
    (["--kpi", "fund_expenditure", "--where", "place=in_county,abroad"], "abroad"),
    (["--kpi", "cost_per_case", "--from", "2026-13"], "2026-13"),
    (["--kpi", "cost_per_case", "--to", "202606"], "202606"),
    (["--kpi", "cost_per_case", "--from", "2026-06", "--to", "2026-01"], "2026-06"),
    (["--kpi", "cost_per_case", "--where", "month=June"], "June"),
    (["--kpi", "cost_per_case", "--where", "month=2024-06"], "2024-06"),
    (["--kpi", "cost_per_case", "--where", "month=2026-01,2026-03"], "2026-03"),
    (["--kpi", "cost_per_case", "--from", "0000-01"], "0000-01"),
]
GROUPED = [("kpis", *wrong) for wrong in WRONG]
LISTED = [("rows", *wrong) for wrong in WRONG if "--by" not in wrong[0]]


@pytest.mark.parametrize(("command", "words", "named"), [*GROUPED, *LISTED])
def test_a_wrong_question_is_one_sentence_that_names_what_is_wrong(sample_warehouse, command, words, named):
    assert named in told_in_one_sentence(run(sample_warehouse, command, *words))


def test_a_dimension_that_no_kpi_has_is_named(sample_warehouse):
    assert "planet" in told_in_one_sentence(run(sample_warehouse, "kpis", "--by", "planet"))


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("kpi", "where"),
    [
        ("cost_per_bed_day", ["scheme=resident", "place=in_county"]),
        ("beneficiary_persons", ["month=2026-02"]),
        ("readmission_rate_15d", []),
        ("insured_persons", ["residence=rural"]),
        ("usage_rate_due", ["scheme=resident"]),
    ],
)
def test_the_rows_behind_a_figure_add_up_to_it_and_say_so(sample_warehouse, kpi, where):
    filters = [word for w in where for word in ("--where", w)]
    found = run(sample_warehouse, "rows", "--kpi", kpi, "--limit", "2", *filters)
    (figure,) = asked(sample_warehouse, "--kpi", kpi, *filters)
    assert found.exit_code == 0
    told = re.findall(r"(?m)^(.+)：([\d,]+) 行，各行相加 ([\d.]+)，指标所用 ([\d.]+)，(相等|不相等)$", found.stdout)
    assert len(told) == len(kpis()[kpi].measures)
    assert {(Decimal(summed) == Decimal(used), word) for _, _, summed, used, word in told} == {(True, "相等")}
    assert {Decimal(t[2]) for t in told} == {Decimal(v) for v in (figure["numerator"], figure["denominator"]) if v}


def test_a_file_of_rows_holds_them_all_and_their_sum(sample_warehouse, tmp_path):
    question = ("--kpi", "inpatient_total_fee", "--where", "scheme=employee", "--where", "month=2026-05")
    found = run(sample_warehouse, "rows", *question, "--csv", tmp_path / "rows.csv")
    (figure,) = asked(sample_warehouse, *question)
    content = (tmp_path / "rows.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    listed = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert f"{len(listed):,} 行" in found.stdout
    assert sum(Decimal(row["total_cost_yuan"]) for row in listed) == figure["value"]
    assert {row["scheme"] for row in listed} == {"employee"}


def test_a_ratio_writes_a_file_for_each_of_its_parts(sample_warehouse, tmp_path):
    run(sample_warehouse, "rows", "--kpi", "insured_per_staff", "--csv", tmp_path / "rows.csv")
    beside = kpis()["insured_per_staff"].measures[1]
    assert {path.name for path in tmp_path.iterdir()} == {"rows.csv", f"rows_{beside}.csv"}


def test_a_file_of_rows_cannot_hold_a_live_formula(tmp_path):
    hostile = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(1)"]
    towns = [{"乡镇": town, "人员编号": f"P{n}"} for n, town in enumerate(hostile)]
    path = write(tmp_path, rows(SETTLEMENT, *towns), "june.csv")
    assert run(tmp_path / "warehouse", "load", path).exit_code == 0
    run(tmp_path / "warehouse", "rows", "--kpi", "inpatient_cases", "--csv", tmp_path / "rows.csv")
    cells = [cell for row in csv.reader((tmp_path / "rows.csv").open(encoding="utf-8-sig")) for cell in row]
    assert {"'" + town for town in hostile} <= set(cells)
    assert [cell for cell in cells if cell.startswith(LIVE)] == []


@pytest.mark.parametrize("limit", ["0", "1", "3"])
def test_as_many_rows_are_shown_as_asked(sample_warehouse, limit):
    found = run(sample_warehouse, "rows", "--kpi", "inpatient_cases", "--limit", limit)
    assert len(found.stdout.splitlines()) == 2 + int(limit)


def test_a_negative_number_of_rows_is_refused(sample_warehouse):
    assert run(sample_warehouse, "rows", "--kpi", "inpatient_cases", "--limit", "-1").exit_code == 2


def test_a_figure_that_was_typed_has_no_rows_and_says_so(sample_warehouse):
    found = run(sample_warehouse, "rows", "--kpi", next(id for id, kpi in kpis().items() if kpi.typed))
    assert (found.exit_code, "手工填报" in found.stdout) == (0, True)


def test_rows_of_a_figure_that_lacks_some_say_which(loaded):
    found = run(loaded, "rows", "--kpi", "collection_progress", "--from", "2026-06", "--to", "2026-06")
    assert (found.exit_code, found.stdout.splitlines()[0]) == (0, "未上传：基金征缴 2026年6月")


def test_a_file_that_cannot_be_written_is_one_sentence(sample_warehouse, tmp_path):
    found = run(sample_warehouse, "rows", "--kpi", "inpatient_cases", "--csv", tmp_path / "nowhere" / "rows.csv")
    (line,) = found.stderr.strip().splitlines()
    assert found.exit_code == 2
    assert "rows.csv" in line
    assert "Errno" not in line


# ---------------------------------------------------------------- verify


def test_verify_tells_all_figures_of_the_report_and_exactly_four_misprints(sample_warehouse):
    found = read_json(sample_warehouse, "verify")
    assert len(found) == 153
    assert {c["id"] for c in found if c["status"] == "misprint"} == MISPRINTS
    assert set(found[0]) == {"id", "name_zh", "printed", "computed", "unit", "status", "note"}
    assert {c["status"] for c in found} <= {"equal", "within_rounding", "misprint", "reference", "outside"}
    assert all((c["computed"] is None) or isinstance(c["computed"], (int, Decimal)) for c in found)


def test_verify_for_people_counts_what_it_found(sample_warehouse):
    found = run(sample_warehouse, "verify")
    assert found.exit_code == 0
    assert "误印 4" in found.stdout.splitlines()[-1]


def test_verify_reads_a_list_of_ones_own(sample_warehouse, tmp_path):
    header = "id,name_zh,value,unit,period,formula,insurance_type,scope\n"
    path = tmp_path / "own.csv"
    path.write_text(header + "f,次均住院费用,1.00,元,H1,,resident,in-county\n", "utf-8")
    (check,) = read_json(sample_warehouse, "verify", path)
    (figure,) = asked(
        sample_warehouse,
        *("--kpi", "cost_per_case", "--where", "scheme=resident", "--where", "place=in_county"),
    )
    assert (check["id"], check["status"], check["printed"]) == ("f", "differs", Decimal("1.0"))
    assert check["computed"] == figure["value"]


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n", "id,value\nx,y\n", "\x00\x01"])
def test_a_list_that_cannot_be_read_is_named_with_its_faults(sample_warehouse, tmp_path, content):
    path = tmp_path / "own.csv"
    if content is not None:
        path.write_text(content)
    found = run(sample_warehouse, "verify", path)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("错误：own.csv：")
    assert all(CHINESE.search(line) for line in found.stderr.splitlines())


# ---------------------------------------------------------------- as a program


def test_the_program_prints_json_in_utf_8_and_one_sentence_on_stderr(loaded):
    environment = os.environ | {"FUND_WAREHOUSE": str(loaded), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "pipelines", "kpis", "--from", "2026-06", "--kpi"]
    good, bad = (
        subprocess.Popen(
            [*command, kpi, "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for kpi in ("cost_per_case", "no_such_kpi")
    )
    out, err = good.communicate(timeout=120)
    assert (good.returncode, err) == (0, b"")
    assert json.loads(out)[0]["value"] == 2163
    out, err = bad.communicate(timeout=120)
    assert (bad.returncode, out) == (2, b"")
    assert err.decode().startswith("错误：没有指标“no_such_kpi”")


# ---------------------------------------------------------------- the month's routine


@pytest.fixture
def july(tmp_path) -> Path:
    return write(
        tmp_path, rows(SETTLEMENT | {"结算日期": "2026-07-05"}, {}, {"人员编号": "P2"}, {"人员编号": "P3"}), "july.csv"
    )


def test_check_tells_totals_beside_last_months_and_the_figures_before_and_after(warehouse, july):
    found = run(warehouse, "check", july)
    assert found.exit_code == 0
    (count,) = [line.split() for line in found.stdout.splitlines() if "行数（行）" in line]
    assert count == ["2026-07", "行数（行）", "3", "2", "+50.0%", "变动大，请核对"]
    (cases,) = [line.split() for line in found.stdout.splitlines() if "住院人次" in line]
    assert cases[:4] == ["2026年7月", "住院人次", "—", "3"]
    assert any(line.endswith("不变") for line in found.stdout.splitlines())
    told = read_json(warehouse, "check", july)
    (file,) = told["files"]
    (rows_told,) = [c for c in file["controls"] if c["key"] == "rows"]
    assert (rows_told["value"], rows_told["last_month"], rows_told["month_change"]) == (3, 2, Decimal("0.5"))
    (effect,) = [e for e in told["effects"] if e["kpi"] == "inpatient_cases"]
    assert (effect["from"], effect["before"], effect["after"], effect["changed"]) == ("2026-07", None, 3, True)


def test_check_tells_what_would_be_replaced_who_is_new_and_what_is_locked(tmp_path, warehouse):
    run(warehouse, "load", write(tmp_path, [INSTITUTION], "roster.csv"))
    path = write(tmp_path, rows(SETTLEMENT, {"定点医药机构编号": "H99010100009"}), "june.csv")
    told = run(warehouse, "check", path).stdout
    assert "替换 2026-06：现有 2 行，本文件 1 行" in told
    assert "名册没有的机构 1 家：H99010100009" in told
    run(warehouse, "lock", "2026-06", "--why", "已上报")
    found = run(warehouse, "check", path)
    assert (found.exit_code, "2026-06 已锁定" in found.stdout) == (1, True)


def test_check_tells_of_two_files_for_one_month_what_load_will_say(tmp_path, warehouse, july):
    other = write(tmp_path, rows(SETTLEMENT | {"结算日期": "2026-07-06"}, {}), "other.csv")
    found = run(warehouse, "check", july, other)
    assert found.exit_code == 1
    refused = run(warehouse, "load", july, other)
    assert refused.exit_code == 1
    for name in ("july.csv", "other.csv"):
        sentence = f"和“{name}”都有结算明细 2026-07；一次只能装入其中一个，或先合并成一个文件"
        assert (sentence in found.stdout, sentence in refused.stdout) == (True, True)
    assert read_json(warehouse, "check", july, other)["effects"] == [], "what can't be loaded changes no figure"


def foreign(folder: Path, day: str, name: str) -> Path:
    """Settlements as another system exports them."""
    row = SETTLEMENT | {"结算日期": day}
    return write(folder, [{"单号": row.pop("结算ID"), "卡号": row.pop("人员编号"), **row, "备用": "x"}], name)


def test_headers_matched_by_hand_are_remembered_for_the_next_file_of_that_source(tmp_path, warehouse):
    july, august = foreign(tmp_path, "2026-07-05", "七月.csv"), foreign(tmp_path, "2026-08-05", "八月.csv")
    assert run(warehouse, "load", july).exit_code == 1
    by_hand = ["--table", "结算明细", "--column", "单号=结算ID", "--column", "卡号=psn_no", "--column", "备用="]
    found = run(warehouse, "map", july, *by_hand, "--by", "王")
    assert (found.exit_code, "已记住" in found.stdout) == (0, True)
    assert [(e["action"], e["by"]) for e in read_json(warehouse, "journal")][-1] == ("map", "王")
    loaded_now = run(warehouse, "load", july, august)
    assert (loaded_now.exit_code, "装入 2 个" in loaded_now.stdout) == (0, True)


def test_a_header_that_a_readable_file_lacks_is_named(warehouse, july):
    found = run(warehouse, "map", july, "--table", "结算明细", "--column", "单号=结算ID")
    assert (found.exit_code, "错误：“july.csv”的表头里没有：单号" in found.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--table", "没有的表", "--column", "卡号=人员编号"], "没有上传表“没有的表”"),
        (["--table", "结算明细", "--column", "卡号=没有的列"], "结算明细没有这一列：没有的列"),
        (["--table", "结算明细", "--column", "不在=人员编号"], "没有记住"),
        (["--table", "结算明细", "--column", "卡号"], "--column “卡号”应如 卡号=人员编号"),
        (["--table", "结算明细", "--column", "卡号=人员编号", "--sheet", "七月"], "没有读到“七月.csv › 七月”"),
    ],
)
def test_a_matching_that_leads_nowhere_is_a_sentence_and_is_not_remembered(tmp_path, warehouse, words, sentence):
    before = (warehouse / "journal.jsonl").read_bytes()
    found = run(warehouse, "map", foreign(tmp_path, "2026-07-05", "七月.csv"), *words)
    assert found.exit_code > 0
    assert sentence in found.output
    assert (warehouse / "journal.jsonl").read_bytes() == before


def test_a_question_before_the_first_month_is_answered_in_one_sentence(tmp_path):
    run(tmp_path / "warehouse", "load", write(tmp_path, [INSTITUTION], "roster.csv"))
    assert "还没有装入任何月度表" in told_in_one_sentence(run(tmp_path / "warehouse", "kpis"))


def test_check_changes_nothing(warehouse, july):
    def state():
        return digests(warehouse, but="trials")

    before = state()
    run(warehouse, "check", july)
    assert state() == before
    assert not list((warehouse / "trials").glob("*/"))


def test_faulty_rows_are_left_out_when_asked_and_the_receipt_says_how_many(tmp_path, warehouse):
    path = write(tmp_path, rows(SETTLEMENT | {"结算日期": "2026-07-05"}, {}, {"医疗费总额": "一千二"}), "july.csv")
    assert run(warehouse, "load", path).exit_code == 1
    shown = run(warehouse, "check", path, "--leave-out-faulty").stdout
    assert "读入 2 行，合格 1，有问题 1" in shown
    assert "2026年7月" in shown
    found = run(warehouse, "load", path, "--leave-out-faulty")
    assert (found.exit_code, "剔除 1 行" in found.stdout) == (0, True)


def test_a_receipt_is_printed_by_its_number(warehouse, july):
    loaded_now = run(warehouse, "load", july, "--by", "王会计")
    number = re.search(r"回执 (\d+) 号", loaded_now.stdout)[1]
    text = run(warehouse, "receipt", number).stdout
    assert "王会计" in text
    assert "july.csv" in text
    told = read_json(warehouse, "receipt", number)
    assert (told["text"], told["number"], told["batch"]["file"]) == (text, int(number), "july.csv")
    assert "没有 99 号回执" in told_in_one_sentence(run(warehouse, "receipt", "99"))


def test_a_month_is_locked_and_unlocked_with_a_reason_and_the_journal_tells_it(warehouse, july):
    assert run(warehouse, "lock", "2026-06", "--why", "已上报", "--by", "王").stdout == "已锁定 2026-06（王：已上报）\n"
    (batch,) = read_json(warehouse, "batches")
    assert "2026-06 已由王于" in told_in_one_sentence(run(warehouse, "undo", batch["id"], "--why", "试试"))
    assert "应如 2026-05" in told_in_one_sentence(run(warehouse, "lock", "六月", "--why", "试试"))
    told = read_json(warehouse, "unlock", "2026-06", "--why", "要补报", "--by", "王")
    assert (told["action"], told["period"], told["why"]) == ("unlock", "2026-06", "要补报")
    run(warehouse, "load", july)
    assert [e["action_zh"] for e in read_json(warehouse, "journal")] == ["装入", "锁定", "解锁", "装入"]
    listed = run(warehouse, "journal").stdout.splitlines()
    assert len(listed) == 5
    assert "已上报" in listed[2]


def test_the_calendar_shows_the_months_and_a_year_can_be_picked(warehouse, july):
    run(warehouse, "load", july)
    run(warehouse, "lock", "2026-06", "--why", "已上报")
    shown = run(warehouse, "calendar").stdout.splitlines()
    assert shown[0].split() == ["2026", "年", "6月*", "7月"]
    (line,) = [row.split() for row in shown if row.startswith("结算明细")]
    assert line[1:] == ["●", "●"]
    cells = read_json(warehouse, "calendar", "--year", "2026")
    assert {c["period"] for c in cells if c["table"] == "settlements"} == {"2026-06", "2026-07"}
    assert "2020 年没有数据" in run(warehouse, "calendar", "--year", "2020").stdout


def test_leaving_a_sample_that_is_not_there_is_one_sentence(warehouse):
    assert "没有示例县" in told_in_one_sentence(run(warehouse, "leave-sample"))
