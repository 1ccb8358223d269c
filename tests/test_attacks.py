"""Hostile uploads, questions and paths: they are data, or refused; never code."""

import csv
import io
import threading
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import Period, QuestionError, WarehouseError, ask, load, open_county
from pipelines.answers.rows import rows
from pipelines.cli import main
from pipelines.spreadsheets import harmless
from pipelines.store.builds import build_path, current
from pipelines.store.warehouse import journal
from tests.files import INSTITUTION, PENALTY, SETTLEMENT, write
from tests.files import rows as listed
from views.words import csv_bytes

JUNE = Period("2026-06", "2026-06")
NAMES = [
    "=cmd|'/c calc'!A0",
    "@SUM(1+1)",
    "+1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'; drop table dim_institution; --",
    '"; drop table x; --',
    "${jndi:ldap://x}",
    "{{7*7}}",
    "../../etc/passwd",
    "名\u202e字",
    "%s%n",
    "a\x07b",
    "𠮷" * 200,
]


def quoted(cell: str) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="", quoting=csv.QUOTE_ALL).writerow([cell])
    return target.getvalue()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """A warehouse whose institutions have hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    codes = [f"H9901010{n:04d}" for n in range(len(NAMES))]
    roster = [
        INSTITUTION | {"机构编码": code, "机构名称": quoted(name), "乡镇": quoted(name)}
        for code, name in zip(codes, NAMES, strict=True)
    ]
    write(folder, roster, "institutions.csv")
    write(
        folder,
        listed(SETTLEMENT, *({"定点医药机构编号": c, "乡镇": quoted(n)} for c, n in zip(codes, NAMES, strict=True))),
        "june.csv",
    )
    receipts = load(folder / "warehouse", [folder], "'; drop table x; --")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return folder / "warehouse"


# ---------------------------------------------------------------- names


def test_hostile_names_are_kept_letter_by_letter(hostile):
    assert list(open_county(hostile).names.values()) == NAMES


def test_hostile_names_are_towns_like_any_other(hostile):
    figures = ask(open_county(hostile), ["inpatient_cases"], JUNE, ["town"])
    assert {f.dims["town"] for f in figures} == set(NAMES)
    assert sum(f.value for f in figures) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_may_be_filtered_by(hostile, name):
    (figure,) = ask(open_county(hostile), ["inpatient_cases"], JUNE, where={"town": name})
    assert figure.value == 1
    (found, *_) = rows(open_county(hostile), "inpatient_cases", JUNE, {"town": name})
    assert (found.total, found.agrees) == (1, True)


def test_whoever_loads_is_written_down_as_he_is_called(hostile):
    assert {entry.by for entry in journal(hostile)} == {"'; drop table x; --"}


# a spreadsheet may take a full-width sign for its narrow one, and skip a line break in front of it
FORMULAS = [*NAMES[:3], "-2+3", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(1+1)"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_spreadsheet_gets_no_live_formula(name):
    assert harmless(name) == f"'{name}"
    downloaded = io.StringIO(csv_bytes(["乡镇"], [[name]]).decode("utf-8-sig"), newline="")
    assert list(csv.reader(downloaded)) == [["乡镇"], [f"'{name}"]]


@pytest.mark.parametrize("cell", ["云溪镇", "", None, Decimal("-1.50"), -1, "1-2", "−1.50"])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_a_file_of_rows_holds_hostile_names_as_text(hostile, tmp_path):
    command = ["--warehouse", str(hostile), "rows", "--kpi", "inpatient_cases", "--csv", str(tmp_path / "rows.csv")]
    assert CliRunner().invoke(main, command).exit_code == 0
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert {row["town"] for row in written} == {harmless(name) for name in NAMES}
    assert [c for row in written for c in row.values() if c.startswith(("=", "+", "-", "@"))] == []


# ---------------------------------------------------------------- questions

INJECTED = [
    "x' or '1'='1",
    "resident'; drop table fct_staff; --",
    "resident') union select 1 --",
    "resident\0",
    "*",
    "%",
    "",
]


@pytest.mark.parametrize("code", INJECTED)
@pytest.mark.parametrize("dimension", ["scheme", "institution", "town", "place"])
def test_sql_in_a_filter_is_a_code_that_nobody_has(hostile, dimension, code):
    for question in (
        lambda w: ask(open_county(hostile), ["inpatient_cases"], JUNE, where=w),
        lambda w: rows(open_county(hostile), "inpatient_cases", JUNE, w),
    ):
        with pytest.raises(QuestionError, match=f"维度 {dimension} 没有"):
            question({dimension: code})


@pytest.mark.parametrize("name", ['town"; drop table x', "1=1", "month)", "f.town", "TOWN", "*", ""])
def test_sql_in_a_dimension_is_a_dimension_that_nobody_has(hostile, name):
    with pytest.raises(QuestionError, match="没有维度"):
        ask(open_county(hostile), ["inpatient_cases"], JUNE, [name])
    with pytest.raises(QuestionError, match="没有维度"):
        ask(open_county(hostile), ["inpatient_cases"], JUNE, where={name: "x"})


@pytest.mark.parametrize("kpi_id", ["inpatient_cases'", "1", "", "select 1", "__class__", "inpatient_cases\n"])
def test_sql_in_a_kpi_is_a_kpi_that_nobody_has(hostile, kpi_id):
    with pytest.raises(QuestionError, match="没有指标"):
        ask(open_county(hostile), [kpi_id], JUNE)
    with pytest.raises(QuestionError, match="没有指标"):
        rows(open_county(hostile), kpi_id, JUNE)


def test_a_build_is_only_read_and_nothing_else_on_the_disk_is(hostile, tmp_path):
    county = open_county(hostile)
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    for statement in (
        "create table evil as select 1",
        "drop table dim_institution",
        f"select * from read_csv('{outside}')",
        f"copy (select 1) to '{tmp_path / 'out.csv'}'",
        f"attach '{tmp_path / 'x.duckdb'}'",
        f"select * from read_csv('{hostile}/batches/../../{outside.name}')",
        f"select * from read_text('{hostile / 'person.key'}')",
        "install httpfs",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
    ):
        with pytest.raises(duckdb.Error):
            county.fetch(statement)
    assert len(county.names) == len(NAMES)


# ---------------------------------------------------------------- uploads


@pytest.mark.parametrize("cell", ["=1+1", "'; drop table x; --", "<script>alert(1)</script>", "a\nb", "逗,号", '引"号'])
def test_free_text_is_kept_letter_by_letter(tmp_path, cell):
    (receipt,) = load(tmp_path / "warehouse", [write(tmp_path, [PENALTY | {"违规事实": quoted(cell)}])], "测试")
    assert receipt.status == "loaded"
    ((kept,),) = open_county(tmp_path / "warehouse").fetch("select description from fct_penalty")
    assert kept == cell


@pytest.mark.parametrize("column", ["定点医药机构编号", "险种类型", "医疗类别", "结算日期", "医疗费总额"])
@pytest.mark.parametrize(
    "cell", ["'; drop table x; --", "=1+1", "error('x')", "getvariable('person_key')", "\\", "%", "null", "NULL"]
)
def test_sql_in_a_typed_cell_is_a_problem(tmp_path, column, cell):
    (receipt,) = load(tmp_path / "warehouse", [write(tmp_path, listed(SETTLEMENT, {column: cell}))], "测试")
    assert receipt.status == "refused"
    assert [(p.line, p.column, p.found) for p in receipt.problems] == [(2, column, cell)]


def test_a_hostile_header_is_an_unknown_column(tmp_path):
    path = write(tmp_path, listed(SETTLEMENT | {"x'; drop table y; --": "1", '=cmd|"/c calc"!A0': "1"}, {}))
    (receipt,) = load(tmp_path / "warehouse", [path], "测试")
    assert receipt.status == "refused"
    assert {p.found for p in receipt.problems} == {"x'; drop table y; --", '=cmd|"/c calc"!A0'}


@pytest.mark.parametrize("folder", ["it's", 'say "hello"', "[a]*", "数据 仓库", "; drop table x --", "$HOME", "-x"])
def test_a_warehouse_may_lie_in_a_folder_of_any_name(tmp_path, folder):
    (tmp_path / folder).mkdir()
    warehouse = tmp_path / folder / "ware'house"
    (receipt,) = load(warehouse, [write(tmp_path / folder, listed(SETTLEMENT, {}), "six's [6].csv")], "测试")
    assert receipt.status == "loaded"
    county = open_county(warehouse)
    assert ask(county, ["beneficiary_persons"], JUNE, ["institution"])[0].value == 1
    assert rows(county, "cost_per_case", JUNE)[0].agrees


def test_a_folder_that_the_engine_cannot_name_is_refused(tmp_path):
    with pytest.raises(WarehouseError, match="不能含有问号"):
        load(tmp_path / "what?", [write(tmp_path, listed(SETTLEMENT, {}))], "测试")


def test_a_link_that_leads_nowhere_or_in_a_circle_is_not_followed_for_ever(tmp_path):
    (tmp_path / "uploads").mkdir()
    write(tmp_path / "uploads", listed(SETTLEMENT, {}), "june.csv")
    (tmp_path / "uploads" / "circle").symlink_to(tmp_path / "uploads")
    (tmp_path / "uploads" / "nowhere.csv").symlink_to(tmp_path / "missing.csv")
    receipts = load(tmp_path / "warehouse", [tmp_path / "uploads"], "测试")
    assert [r.status for r in receipts] == ["loaded"]


def test_a_spoilt_build_is_one_sentence(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, listed(SETTLEMENT, {}))], "测试")
    build_id = (tmp_path / "warehouse" / "CURRENT").read_text().strip()
    build_path(tmp_path / "warehouse", build_id).write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseError, match="打不开"):
        open_county(tmp_path / "warehouse")


@pytest.mark.parametrize("pointer", ["../../evil", "x' or 1=1", "a\nb"])
def test_a_pointer_that_leads_out_of_the_builds_is_not_followed(tmp_path, pointer):
    load(tmp_path / "warehouse", [write(tmp_path, listed(SETTLEMENT, {}))], "测试")
    build_id = current(tmp_path / "warehouse")
    (tmp_path / "warehouse" / "CURRENT").write_text(pointer)
    assert open_county(tmp_path / "warehouse").build_id == build_id, "the journal knows the way"
    build_path(tmp_path / "warehouse", build_id).unlink()
    with pytest.raises(WarehouseError, match="构建"):
        open_county(tmp_path / "warehouse")


# ---------------------------------------------------------------- crowds


def test_fifty_threads_ask_one_county_different_questions_at_once(sample_county):
    kinds = ["county_hospital", "central_township", "township", "village", "clinic"]
    asked = [
        (kpi, kind)
        for kpi in ("cost_per_case", "beneficiary_visits", "fund_expenditure", "alos", "outpatient_cost_per_visit")
        for kind in kinds
    ] * 2
    period = Period("2026-01", "2026-06")
    alone = {q: ask(sample_county, [q[0]], period, ["month"], {"kind": q[1]}) for q in set(asked)}
    found, failures, barrier = [], [], threading.Barrier(len(asked))

    def reader(question):
        barrier.wait()
        try:
            found.append((question, ask(sample_county, [question[0]], period, ["month"], {"kind": question[1]})))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=reader, args=[question]) for question in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(asked), failures) == (50, [])
    assert all(figures == alone[question] for question, figures in found)


def test_fifty_readers_of_one_county_see_no_load_that_runs(tmp_path):
    """An open county keeps its figures and its rows to the last digit; whoever opens it next sees the new ones."""
    warehouse = tmp_path / "warehouse"
    load(warehouse, [write(tmp_path, listed(SETTLEMENT, {}, {"人员编号": "P2"}), "old.csv")], "测试")
    county, done, started = open_county(warehouse), threading.Event(), threading.Barrier(51)
    wanted, behind, found, failures = figures(county), rows(county, "cost_per_case", JUNE), [], []

    def reader():
        started.wait()
        while True:
            try:
                found.append(figures(county))
            except Exception as error:
                failures.append(error)
            if done.wait(0.5):  # the load needs a share of the processor too
                return

    threads = [threading.Thread(target=reader) for _ in range(50)]
    for thread in threads:
        thread.start()
    started.wait()
    (receipt,) = load(warehouse, [write(tmp_path, listed(SETTLEMENT, {"医疗费总额": "9000.00"}), "new.csv")], "测试")
    done.set()
    for thread in threads:
        thread.join()
    assert (receipt.status, failures) == ("loaded", [])
    assert len(found) >= 50
    assert set(found) == {wanted}
    assert rows(county, "cost_per_case", JUNE) == behind
    assert figures(open_county(warehouse)) != wanted


def figures(county) -> str:
    return repr(ask(county, ["cost_per_case", "beneficiary_persons"], JUNE))
