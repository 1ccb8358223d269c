"""Roll-ups made elsewhere: only those that are missing, taken over whole or not at all, with the figures as ever."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines import load
from pipelines.engine import in_memory
from pipelines.errors import WarehouseError
from pipelines.scale import Asked, compare, comparing, running, scale, take_staged
from pipelines.scale.comparing import differences
from pipelines.scale.running import missing, staged
from pipelines.scale.statements import CONTROLS
from pipelines.scale.taking import finished, take
from pipelines.store import builds
from pipelines.store.rollups import make_rollup, rollup_folder
from tests.scale.made_up import BATCHES, COUNTIES, records
from tests.scale.stand_in import StandIn, write_parts

SAIL = Asked("sail")


@pytest.fixture
def warehouse(made_up, tmp_path):
    """The made-up county, to write to, as after a change of definitions: its roll-ups and its build are gone."""
    target = shutil.copytree(made_up / "warehouse", tmp_path / "warehouse")
    for folder in ("rollups", "builds"):
        shutil.rmtree(target / folder)
    return target


@pytest.fixture
def loaded(made_up, tmp_path):
    """The made-up county as it was loaded, to write to."""
    return Path(shutil.copytree(made_up / "warehouse", tmp_path / "loaded"))


@pytest.fixture
def stand_in(monkeypatch) -> StandIn:
    """An engine that is asked instead of a real one."""
    found = StandIn()
    monkeypatch.setattr(running, "engine", found)
    return found


def roll_ups_differ(warehouse, made_up) -> list[str]:
    """In what the roll-ups of a warehouse differ from those that were made here when the county was loaded."""
    with in_memory() as con:
        folders = sorted((made_up / "warehouse" / "rollups").glob("*/*"))
        assert len(folders) == BATCHES
        return [told for folder in folders for told in differences(con, rollup_folder(warehouse, folder.name), folder)]


def test_every_missing_roll_up_is_made_once_and_the_build_is_the_one_that_it_was(warehouse, made_up, stand_in):
    former = builds.current(warehouse)
    done = scale(warehouse, SAIL, "测试")
    assert sorted(done.batches) == sorted(stand_in.ran)
    assert len(done.batches) == BATCHES
    assert done.build == former == builds.in_force(warehouse)
    assert builds.build_path(warehouse, former).exists()
    assert roll_ups_differ(warehouse, made_up) == []
    assert not list((warehouse / "scale").iterdir())
    assert scale(warehouse, SAIL, "测试").batches == ()
    assert len(stand_in.ran) == BATCHES


def test_only_the_month_that_is_loaded_is_computed_and_the_figures_are_those_of_an_ordinary_load(
    loaded, stand_in, tmp_path
):
    warehouse, twin = loaded, Path(shutil.copytree(loaded, tmp_path / "twin"))
    file = records(tmp_path, "june_again", ["2026-06"], 9)
    done = scale(warehouse, SAIL, "测试", [file])
    load(twin, [file], "测试")
    assert [receipt.status for receipt in done.receipts] == ["loaded"]
    assert stand_in.ran == [done.receipts[0].batch.id] == list(done.batches)
    assert done.build == builds.current(twin)
    tables = ["cut_county", "mart_stay", "person_bits", "mart_settlement"]
    with duckdb.connect() as con:
        for name, at in (("one", warehouse), ("two", twin)):
            con.execute(f"attach '{builds.build_path(at, done.build)}' as {name} (read_only)")
        for table in tables:
            assert con.execute(f"select count(*) from (from one.{table} except all from two.{table})").fetchone() == (
                0,
            )
            assert con.execute(f"select count(*) from one.{table}").fetchone()[0] > 0


def test_a_run_that_is_broken_off_leaves_the_figures_and_the_next_one_goes_on(warehouse, stand_in, monkeypatch):
    (warehouse / "CURRENT").write_text("former\n")
    monkeypatch.setattr(running, "engine", StandIn(dies_at="agg_stay"))
    with pytest.raises(KeyboardInterrupt):
        scale(warehouse, SAIL, "测试")
    assert (warehouse / "CURRENT").read_text() == "former\n"
    assert not (warehouse / "rollups").exists()
    first = missing(warehouse)[0]
    write_parts(warehouse, first)  # the next one finds the first batch complete
    monkeypatch.setattr(running, "engine", stand_in)
    assert len(scale(warehouse, SAIL, "测试").batches) == BATCHES
    assert sorted(stand_in.ran) != []
    assert first not in stand_in.ran


def test_a_load_whose_engine_fails_leaves_nothing_behind(loaded, monkeypatch, tmp_path):
    warehouse = loaded
    before = sorted(path.name for path in (warehouse / "batches").iterdir()), builds.in_force(warehouse)
    monkeypatch.setattr(running, "engine", StandIn(dies_at="agg_settlement"))
    with pytest.raises(KeyboardInterrupt):
        scale(warehouse, SAIL, "测试", [records(tmp_path, "june_again", ["2026-06"], 9)])
    assert (sorted(path.name for path in (warehouse / "batches").iterdir()), builds.in_force(warehouse)) == before


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("agg_settlement", "select * replace (visits + 1 as visits) from {}"),
        ("agg_settlement", "from {} limit 3"),
        ("agg_stay", "from {} offset 1"),
        ("agg_institution_name", "from {} where false"),
        ("persons_seen", "from {} union all from {}"),
        ("controls", "select * replace (rows_read - 1 as rows_read) from {}"),
        ("controls", "select * replace (medfee_sumamt + 0.01 as medfee_sumamt) from {}"),
        ("controls", "from {} union all from {}"),
    ],
)
def test_sums_that_are_not_those_of_the_rows_are_refused(warehouse, part, change):
    parts, batch = spoilt(warehouse, part, change)
    with pytest.raises(WarehouseError, match=rf"批次 {batch} .*(对不上|没有写完)"):
        take(warehouse, batch, parts)
    assert not rollup_folder(warehouse, batch).exists()


def test_other_columns_than_the_definitions_ask_for_are_refused(warehouse):
    parts, batch = spoilt(warehouse, "agg_settlement", "select * exclude (town) from {}")
    with pytest.raises(WarehouseError, match="agg_settlement，列与现行口径定义不一致"):
        take(warehouse, batch, parts)


def spoilt(warehouse, part: str, change: str):
    """The parts of a batch, and the batch; one part is what a query makes of it."""
    batch = missing(warehouse)[0]
    parts = write_parts(warehouse, batch)
    file = parts / part / "part.parquet"
    with duckdb.connect() as con:
        con.execute(f"create table t as {change.replace('{}', repr(str(file)))}")
        con.execute(f"copy t to '{file}' (format parquet)")
    return parts, batch


def test_what_is_written_in_several_files_or_in_none_is_one_part(warehouse):
    batch = missing(warehouse)[0]
    parts = write_parts(warehouse, batch)
    whole = parts / "agg_stay" / "part.parquet"
    with duckdb.connect() as con:
        con.execute(f"create table t as from '{whole}'")
        con.execute(f"copy (from t limit 5) to '{parts}/agg_stay/a.parquet'")
        con.execute(f"copy (from t offset 5) to '{parts}/agg_stay/b.parquet'")
    whole.unlink()
    taken = take(warehouse, batch, parts).rename(warehouse / "taken")
    with in_memory() as con:
        assert differences(con, taken, make_rollup(warehouse, batch)) == []
    quiet = next(each for each in missing(warehouse) if each.startswith("settlements-202608"))  # sums alone: nobody's
    for part in ("agg_stay", "persons_seen"):
        shutil.rmtree(write_parts(warehouse, quiet) / part)
    assert take(warehouse, quiet, warehouse / staged(quiet)).exists()


def test_what_spark_sql_has_finished_is_taken_and_the_rest_waits(warehouse):
    first, *others = missing(warehouse)
    write_parts(warehouse, first)
    shutil.rmtree(write_parts(warehouse, others[0]) / CONTROLS)
    done = take_staged(warehouse, SAIL)
    assert done.batches == (first,)
    assert done.build


def test_what_others_have_made_meanwhile_is_not_taken_and_goes(warehouse, monkeypatch):
    first, second, *_ = missing(warehouse)

    class Meanwhile(StandIn):
        """Somebody renews the warehouse while the engine works."""

        def write(self, parts: Path) -> None:
            super().write(parts)
            if parts.name == second:
                make_rollup(warehouse, second)

    monkeypatch.setattr(running, "engine", Meanwhile())
    monkeypatch.setattr(running, "take", refusing(second))
    scale(warehouse, SAIL, "测试")
    assert rollup_folder(warehouse, first).exists()
    assert not list((warehouse / "scale").rglob("*.parquet"))


def refusing(batch: str):
    """take(), but not of this batch."""

    def taking(warehouse: Path, each: str, parts: Path) -> Path:
        assert each != batch
        return take(warehouse, each, parts)

    return taking


def test_a_comparison_and_a_roll_up_taken_leave_what_others_have_finished(warehouse, stand_in, monkeypatch):
    clues = warehouse / "scale" / "clues" / "2026" / "key" / "controls" / "part.parquet"
    clues.parent.mkdir(parents=True)
    clues.touch()
    first, second, *_ = missing(warehouse)
    parts, _ = write_parts(warehouse, first), write_parts(warehouse, second)
    monkeypatch.setattr(comparing, "engine", stand_in)
    assert compare(warehouse, SAIL, [first]) == {first: []}
    assert finished(parts)
    assert take_staged(warehouse, SAIL).batches == (second,)
    assert clues.exists()


def test_nothing_finished_is_said(warehouse):
    with pytest.raises(WarehouseError, match="没有算完的汇总"):
        take_staged(warehouse, SAIL)


def test_one_run_at_a_time(warehouse):
    with running.alone(warehouse), pytest.raises(WarehouseError, match="另一个外部引擎正在"):
        scale(warehouse, SAIL, "测试")


def test_an_encrypted_warehouse_is_not_handed_over(warehouse, monkeypatch):
    monkeypatch.setattr(running, "bound", lambda _: True)
    with pytest.raises(WarehouseError, match="密钥不离开本机"):
        scale(warehouse, SAIL, "测试")


HARD = {
    "refunds": "refd_setl_flag = '1'",
    "codes longer than the list's": "length(med_type) > 2",
    "rows that do not count": "vali_flag = '0'",
    "names with a backslash or a quote": "fixmedins_name like '%\\%' and fixmedins_name like '%''%'",
    "no township": "town is null",
    "no days": "ipt_days is null and begndate = enddate",
    "nothing paid": "medfee_sumamt = 0",
    "two counties": f"insu_admdvs = '{COUNTIES[1]}'",
}


@pytest.mark.parametrize("what", HARD)
def test_the_county_that_engines_are_compared_on_has_rows_that_are_hard(made_up, what):
    with duckdb.connect() as con:
        files = f"'{made_up}/warehouse/batches/settlements-*/rows.parquet', union_by_name = true"
        assert con.execute(f"select count(*) from read_parquet({files}) where {HARD[what]}").fetchone()[0] > 1


def test_sums_of_it_come_to_zero(made_up):
    with duckdb.connect() as con:
        con.execute(f"create view a as from read_parquet('{made_up}/warehouse/rollups/*/*/agg_settlement.parquet')")
        nothing = "select count(*) filter (visits = 0), count(*) filter (total_cost_yuan = 0) from a"
        assert min(con.execute(nothing).fetchone()) > 0
