"""Rows as lines of a CSV that the engine puts together: byte by byte what Python writes of the same rows."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import pipelines
from pipelines.answers import rows
from pipelines.answers.row_lines import Told, lines
from pipelines.answers.rows import OF_PERSONS
from pipelines.cli.show_figures import write_lines
from pipelines.registry import measures
from pipelines.spreadsheets import harmless
from tests.views.test_downloads import HOSTILE
from views import columns
from views.words import csv_bytes

SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace()]
ROOT = Path(__file__).parents[1]

JUNE, YEARS = pipelines.Period("2026-06", "2026-06"), pipelines.Period("2024-07", "2026-06")
MORE = ["", "a,b", 'say "so"', "two\nlines", "-1,2", '="x"', "'x", "a=1", "云溪", *(f"{each}=1" for each in SPACES)]


def in_python(heads: list[str], rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in [heads, *rows])
    return text.getvalue().encode()


def test_hostile_text_is_written_as_python_writes_it():
    rows = [(number, each) for number, each in enumerate(HOSTILE + MORE)]
    with duckdb.connect() as con:
        con.execute("create table t (number integer, told varchar)")
        con.executemany("insert into t values (?, ?)", rows)
        told = {"number": Told("序号"), "told": Told('=说"明,')}
        found = list(lines(con.cursor(), "from t order by number", [], told))
    assert b"".join(data for _, data in found) == in_python(["序号", '=说"明,'], rows)
    assert [count for count, _ in found] == [0, len(rows)]


def every_fact() -> dict[str, tuple[str, str]]:
    """fact -> a KPI and a measure of it."""
    named = ((kpi.id, measure) for kpi in reversed(pipelines.kpis().values()) for measure in kpi.measures)
    return {measures()[measure].fact: (kpi, measure) for kpi, measure in named}


@pytest.mark.parametrize("fact", sorted(every_fact()))
def test_the_rows_of_every_fact_are_the_same_either_way(sample_county, fact):
    kpi, measure = every_fact()[fact]
    months, where = (JUNE, {"scheme": "employee"}) if fact in OF_PERSONS else (YEARS, {})
    portions = list(pipelines.row_batches(sample_county, kpi, measure, months, where))
    heads, rows = columns.whole(portions[0][0], [row for _, part in portions for row in part])
    told = columns.told(portions[0][0])
    found = b"".join(data for _, data in pipelines.row_lines(sample_county, kpi, measure, months, where, told))
    assert b"\xef\xbb\xbf" + found == csv_bytes(heads, rows)


def test_rows_that_are_sorted_part_by_part_come_in_the_order_of_all(sample_county, monkeypatch):
    asked = (sample_county, "inpatient_cases", "inpatient_visits", JUNE, {"scheme": "employee"})
    whole = [row for _, found in pipelines.row_batches(*asked) for row in found]
    told = {"month": Told("月"), "setl_id": Told("编号")}
    at_once = [data for _, data in pipelines.row_lines(*asked, told, limit=300)]
    monkeypatch.setattr(rows, "SORTED", 100)
    in_parts = [row for _, found in pipelines.row_batches(*asked) for row in found]
    assert in_parts == sorted(in_parts, key=lambda row: row[:3])
    assert in_parts == whole
    assert b"".join(data for _, data in pipelines.row_lines(*asked, told, limit=300)) == b"".join(at_once)


def test_a_page_of_rows_is_part_of_all_of_them_whichever_months_it_lies_in(sample_county):
    asked = (sample_county, "fund_expenditure", pipelines.Period("2026-04", "2026-06"), {"scheme": "maternity"})
    every, *_ = pipelines.rows(*asked, limit=None)
    april = sum(row[every.columns.index("month")].month == 4 for row in every.rows)
    assert 0 < april < every.total == len(every.rows)
    for offset in (0, april - 2, april, every.total - 2, every.total):
        page, *_ = pipelines.rows(*asked, limit=3, offset=offset)
        assert (page.rows, page.total) == (every.rows[offset : offset + 3], every.total)
        assert page.agrees


LIMITED = """
import sys
from pathlib import Path
import pipelines
from pipelines import Told
county, years = pipelines.open_county(Path(sys.argv[1])), pipelines.Period("2024-07", "2026-06")
told = {key: Told(key) for key in ("month", "setl_id", "person", "settled_on", "fund_paid_yuan", "total_cost_yuan")}
print(sum(count for count, _ in pipelines.row_lines(county, "beneficiary_visits", "visits", years, {}, told)))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


def test_a_process_that_takes_all_rows_away_stays_within_what_it_may_take(sample_warehouse):
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the most memory that a process held")
    environment = os.environ | {"FUND_MEMORY": "1GB"}
    command = [sys.executable, "-c", LIMITED, str(sample_warehouse)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    count, most_kib = map(int, done.stdout.split())
    assert count > 1_000_000
    assert most_kib * 1024 < 1e9 / 2  # the server would have the other half for a load meanwhile


def test_a_file_that_is_broken_off_leaves_what_stood_under_its_name(tmp_path):
    def broken():
        yield 1, b"half"
        raise KeyboardInterrupt

    (tmp_path / "rows.csv").write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt):
        write_lines(tmp_path / "rows.csv", broken(), 2)
    assert [(path.name, path.read_bytes()) for path in Path(tmp_path).iterdir()] == [("rows.csv", b"before")]
