"""A benchmark of several sizes: made-up warehouses are as loads make them, engines answer alike, growth is told."""

import shutil
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import load, open_county
from pipelines.bench import growing, history_jobs, rivals
from pipelines.bench.files import write_settlements
from pipelines.bench.growing import Growth, copy_of, measure_growth
from pipelines.bench.growth_report import FLAT, LINEAR, Grown, growth_rows
from pipelines.bench.places import county_code, write_tables
from pipelines.bench.processes import OutOfMemory, run
from pipelines.bench.settlements import Settlements
from pipelines.bench.warehouses import make_warehouse
from pipelines.cli import main
from pipelines.cli.show_figures import growth
from pipelines.side_by_side import quiet
from pipelines.store.warehouse import batch_folder, live

MONTH = Settlements(900, 1_100_000, "2026-06", 1)  # of three counties
NEEDED = ("institutions.csv", "enrolment_2026.csv")
ENGINES = [rivals.plain_duckdb, rivals.in_polars, rivals.in_pandas]


@pytest.fixture(scope="module")
def county(sample_files, tmp_path_factory) -> Path:
    """A few tables of the sample county."""
    folder = tmp_path_factory.mktemp("county")
    for name in NEEDED:
        shutil.copy(sample_files / name, folder)
    return folder


@pytest.fixture(scope="module")
def made(county, tmp_path_factory) -> Path:
    """A warehouse of three counties and one month, made without a file."""
    warehouse = tmp_path_factory.mktemp("made") / "warehouse"
    make_warehouse(warehouse, MONTH, county, quiet)
    return warehouse


def settled(warehouse: Path):
    """The one settlements batch of a warehouse, and its folder."""
    (batch,) = {batch.id: batch for batch in live(warehouse).values() if batch.table == "settlements"}.values()
    return batch, batch_folder(warehouse, batch.id)


def test_a_month_made_without_a_file_is_what_loading_its_file_makes(made, county, tmp_path):
    other = tmp_path / "warehouse"
    other.mkdir()
    shutil.copy(made / "person.key", other)
    csv = write_settlements(tmp_path / "settlements_2026-06.csv", MONTH, county / "institutions.csv")
    receipts = load(other, [*write_tables(county, tmp_path / "tables", MONTH.counties), csv], "测试")
    assert {receipt.status for receipt in receipts} == {"loaded"}
    (batch, folder), (loaded, aside) = settled(made), settled(other)
    own = ("id", "sha256", "loaded_by", "loaded_at", "files")
    told = ({key: value for key, value in vars(one).items() if key not in own} for one in (batch, loaded))
    assert next(told) == next(told)
    for name in ("rows.parquet", "persons.parquet"):
        rows = [f"from read_parquet('{place / name}')" for place in (folder, aside)]
        assert duckdb.sql(f"describe {rows[0]}").fetchall() == duckdb.sql(f"describe {rows[1]}").fetchall()
        assert not duckdb.sql(f"({rows[0]} except all {rows[1]}) union all ({rows[1]} except all {rows[0]})").fetchall()


def test_the_own_month_of_a_city_is_a_file_of_each_county_with_its_own_persons(sample_files, tmp_path, monkeypatch):
    monkeypatch.setattr(growing, "settlements", lambda rows: Settlements(rows, 1_200_000))  # few rows of a large city
    with growing.month_of(Growth((1,), tmp_path), 7200, sample_files) as folder:
        files = sorted(folder.iterdir())
        ends = ", ".join(f'min("{column}"), max("{column}")' for column in ("参保地医保区划", "人员编号"))
        found = [
            duckdb.sql(f"select {ends} from read_csv('{file}', all_varchar = true)").fetchall()[0] for file in files
        ]
    assert [least for least, *_ in found] == [most for _, most, *_ in found] == [county_code(n) for n in range(3)]
    assert [last < first for (*_, last), (_, _, first, _) in pairwise(found)] == [True, True]


def test_the_amounts_of_made_up_settlements_add_up(made):
    _, folder = settled(made)
    paid, ranges = "fund_pay_sumamt + psn_cash_pay", "fulamt_ownpay_amt + preselfpay_amt + inscp_scp_amt"
    off = f"count(*) filter (where medfee_sumamt <> {paid} or medfee_sumamt <> {ranges} or medfee_sumamt = 0)"
    assert duckdb.sql(f"select count(*), {off} from '{folder / 'rows.parquet'}'").fetchall() == [(MONTH.rows, 0)]


def test_a_city_has_every_county_of_half_a_million_with_its_own_institutions_and_townships(made):
    county = open_county(made)
    codes = [county_code(number) for number in range(3)]
    found = county.fetch(
        "select county, count(distinct town), sum(visits) > 0 from mart_settlement group by 1 order by 1"
    )
    assert [code for code, *_ in found] == codes
    rosters = county.fetch(
        "select county, count(*) from dim_institution where county is not null group by 1 order by 1"
    )
    assert rosters == [(code, rosters[0][1]) for code in codes]
    ((towns,),) = county.fetch("select count(distinct town) from mart_settlement")
    assert towns == sum(count for _, count, _ in found)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_other_engines_answer_as_the_product_does_refunds_and_void_rows_included(sample_warehouse, engine):
    asked = {"warehouse": str(sample_warehouse), "first": "2026-02", "last": "2026-02"}
    ours, theirs = rivals.product(**asked)["answers"], engine(**asked)["answers"]
    assert {name: len(ours[name]) > 1 for name in ours} == dict.fromkeys(ours, True)
    assert theirs == ours


def test_a_history_is_read_drilled_into_and_counted(sample_warehouse, tmp_path, monkeypatch):
    for name, few in {"USERS": 2, "CLICKS": 2, "VISITS": 2, "ROUNDS": 1}.items():
        monkeypatch.setattr(history_jobs, name, few)
    monkeypatch.setattr(history_jobs, "finished", lambda module, told, seconds: Path(told[-1]).write_bytes(b"%PDF") * 0)
    with copy_of(sample_warehouse, tmp_path) as warehouse:
        given = str(warehouse)
        pages = history_jobs.page_times(given)
        assert set(pages) == set(history_jobs.themes())
        assert all(page["p50"] > 0 for page in pages.values())
        assert history_jobs.users(given)["per_second"] > 0
        assert history_jobs.drill(given)["rows"] > 0
        assert set(history_jobs.persons(given)) == {"month", "half_year", "two_years", "institution"}
        assert history_jobs.clue_rules(given, "2025")["hits"] > 0
        assert history_jobs.half_year_report(given)["bytes"] == 4
        held = history_jobs.disk(given)
        rows = sum(int(b.totals["rows"]) for b in live(warehouse).values() if b.table == "settlements")
        parts = [path.stat().st_size for path in warehouse.glob("batches/settlements-*/*")]
        assert held["rows"] == pytest.approx(sum(parts) / rows)
        assert held["rollups"] > 0 < held["build"]


def test_a_job_that_takes_more_memory_than_it_was_given_is_ended(sample_warehouse):
    with pytest.raises(OutOfMemory, match="disk"):
        run("disk", 1.0, warehouse=sample_warehouse)


FOUND = {"wall": 2.0, "cpu": 2.0, "peak_mb": 100.0, "p50": 10.0, "p95": 20.0, "first": 30.0, "per_second": 5.0}
PAGES = dict.fromkeys(history_jobs.themes(), FOUND)
PERSONS = dict.fromkeys(("month", "half_year", "two_years", "institution"), FOUND)


def pretended(job: str, limit_mb: float | None = None, **given) -> dict:
    """What a job of a history would have found: a rebuild of ten times the rows takes twenty times as long."""
    warehouse = Path(given["warehouse"])
    assert (warehouse / "journal.jsonl").exists()
    large = "rows-1000" in (warehouse / "which").read_text()
    more = {"page_times": PAGES, "persons": PERSONS, "disk": dict.fromkeys(("rows", "rollups", "build"), 3.0)}
    if job == "answers_in_pandas" and large:
        raise OutOfMemory(job)
    seconds = {"rebuild": 40.0 if large else 2.0, "whole_load": 2.9 if large else 2.0}.get(job, 2.0)
    answers = {"answers": {}} if job.startswith("answers") else {}
    return FOUND | {"wall": seconds, "hits": 7, "rows": 9} | answers | more.get(job, {})


def numbered(target: Path, asked: Settlements, roster: Path) -> Path:
    """The month's file, looked at: no two rows of it have one number."""
    write_settlements(target, asked, roster)
    found = duckdb.sql(f"""select count(*), count(distinct "结算ID") from read_csv('{target}', all_varchar = true)""")
    assert found.fetchall() == [(asked.rows, asked.rows)]
    return target


@pytest.fixture
def grown(sample_warehouse, sample_files, tmp_path, monkeypatch) -> tuple[Grown, ...]:
    """The table of two sizes, with jobs that only pretend."""
    for rows in (100, 1000):
        folder = tmp_path / "kept" / f"rows-{rows}"
        folder.mkdir(parents=True)
        for name in ("journal.jsonl", "CURRENT"):
            shutil.copy(sample_warehouse / name, folder)
        (folder / "which").write_text(folder.name)
    monkeypatch.setattr(growing, "run", pretended)
    monkeypatch.setattr(growing.builds, "outdated", lambda warehouse: False)
    monkeypatch.setattr(growing, "write_settlements", numbered)
    (tmp_path / "aside").mkdir()
    plan = Growth((100, 1000), tmp_path / "aside", tmp_path / "kept", sample_files, month_rows=100)
    return tuple(growth_rows(measure_growth(plan)))


def test_every_row_of_the_table_has_a_value_for_every_size_or_says_why_not(grown):
    assert len({row.id for row in grown}) == len(grown)
    for row in grown:
        assert len(row.values) == len(row.notes) == 2
        assert all((value is None) == bool(note) for value, note in zip(row.values, row.notes, strict=True))


def test_what_must_be_linear_is_judged_by_the_row_and_what_must_not_grow_as_it_is(grown):
    rows = {row.id: row for row in grown}
    assert (rows["rebuild"].kind, rows["rebuild"].growth, rows["rebuild"].met) == (LINEAR, pytest.approx(2.0), False)
    assert (rows["month"].kind, rows["month"].growth, rows["month"].met) == (FLAT, pytest.approx(1.45), True)


def test_an_engine_that_ran_out_of_memory_is_told_and_not_left_out(grown, capsys):
    rows = {row.id: row for row in grown}
    assert rows["answers_in_pandas"].values == (2.0, None)
    growth(grown, (100, 1000), False)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("同样的答案：pandas")]
    assert "超过 8 GB 内存" in line


def test_what_the_largest_size_had_no_memory_for_has_missed_its_aim():
    found = {rows: {"rebuild": {"out_of_memory": True} if rows == 10 else FOUND} for rows in (1, 10)}
    missed = [row.id for row in growth_rows(found) if row.met is False]
    assert missed == ["rebuild", "memory_rebuild"]


def test_engines_that_answer_differently_end_the_benchmark(sample_warehouse, monkeypatch):
    def told(job: str, limit_mb: float, **given) -> dict:
        return {"wall": 1.0, "answers": {"persons": {"resident": [3 if job == "answers_in_polars" else 2]}}}

    monkeypatch.setattr(growing, "run", told)
    with pytest.raises(RuntimeError, match=r"in_polars.*persons resident: \[2\] / \[3\]"):
        growing.side_by_side(sample_warehouse, lambda what: None)


@pytest.mark.parametrize("sizes", ["1000000,1000", "一百万", "1000,1000", "10", ""])
def test_sizes_that_do_not_grow_are_refused_with_a_sentence(sizes):
    told = CliRunner().invoke(main, ["bench", "--sizes", sizes])
    assert told.exit_code == 2
    assert "应为由小到大的行数" in told.output
