"""A build that was carried on from the one before holds, table by table, what a build made from nothing holds."""

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines import ask, load, open_county, undo
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.contracts import contracts
from pipelines.periods import Period
from pipelines.store import bitmaps, builds, marts, rollups, stays
from pipelines.store.warehouse import live
from tests.files import INSTITUTION, PENALTY, SETTLEMENT, rows, write

HOSPITALS = ["H99010100001", "H99010100002"]


def settlements(folder: Path, name: str, months: list[str], seed: int) -> Path:
    """Sixty stays and visits of fifteen persons: readmissions across months, refunds, empty towns."""
    draw = random.Random(seed)
    cells = [
        {
            "结算ID": f"{name}-{number}",
            "人员编号": f"P{draw.randrange(15)}",
            "医疗类别": draw.choice(["21", "11"]),
            "定点医药机构编号": draw.choice(HOSPITALS),
            "开始日期": (month := draw.choice(months)) + f"-{draw.randrange(1, 9):02d}",
            "结束日期": f"{month}-{draw.randrange(9, 20)}",
            "结算日期": f"{month}-{draw.randrange(20, 29)}",
            "医疗费总额": (fee := f"{draw.randrange(1, 90000) / 100:.2f}"),
            "基金支付总额": "1.00" if float(fee) > 1 else "0.00",
            "乡镇": draw.choice(["云溪镇", ""]),
        }
        for number in range(60)
    ]
    return write(folder, rows(SETTLEMENT, *cells), f"{name}.csv")


def long_stays(folder: Path, name: str, months: list[str], seed: int) -> Path:
    """Sixty stays of eight persons, some of which begin months before they are settled, and some refunds of them."""
    draw = random.Random(seed)
    stays = [
        {
            "人员编号": f"P{draw.randrange(8)}",
            "定点医药机构编号": draw.choice(HOSPITALS),
            "开始日期": (begun := date.fromisoformat(f"{month}-20") - timedelta(days=draw.choice([1, 9, 40, 90]))),
            "结束日期": min(begun + timedelta(days=draw.choice([0, 3, 30, 80])), date.fromisoformat(f"{month}-20")),
            "结算日期": f"{month}-{draw.randrange(20, 29)}",
        }
        for month in draw.choices(months, k=60)
    ]
    cells = [{"结算ID": f"{name}-{n}", "医疗类别": "21", **stay} for n, stay in enumerate(stays)]
    taken_back = [one | {"结算ID": f"{one['结算ID']}-r", "退费结算标志": "1"} for one in cells[:6]]
    negative = {"医疗费总额": "-10.00", "基金支付总额": "-1.00"}
    cells = [{"医疗费总额": "10.00", "基金支付总额": "1.00", **one} for one in cells]
    cells += [{**one, **negative, "结算日期": f"{months[-1]}-28"} for one in taken_back]
    return write(folder, rows(SETTLEMENT, *({k: str(v) for k, v in one.items()} for one in cells)), f"{name}.csv")


def roster(folder: Path, name: str, level: str) -> Path:
    cells = [{"机构编码": code, "医院等级": level} for code in HOSPITALS]
    return write(folder, rows(INSTITUTION, *cells), f"{name}.csv")


def different_tables(warehouse: Path, folder: Path) -> list[str]:
    """The tables of the build in force whose rows are not those of a build of the same batches made from nothing."""
    in_force = builds.current(warehouse)
    folder.mkdir()
    (warehouse / "CURRENT").rename(folder / "CURRENT")
    builds.write_build(warehouse, live(warehouse), in_force, folder)
    (folder / "CURRENT").rename(warehouse / "CURRENT")
    with duckdb.connect() as con:
        con.execute(f"attach '{builds.build_path(warehouse, in_force)}' as carried (read_only)")
        con.execute(f"attach '{folder / 'build.duckdb'}' as made (read_only)")
        listed = con.execute("select table_name from duckdb_tables() where database_name = 'made'").fetchall()
        tables = [name for (name,) in listed]
        assert len(tables) > 20
        one_way, back = "from carried.{0} except all from made.{0}", "from made.{0} except all from carried.{0}"
        query = f"select count(*) from (({one_way}) union all ({back}))"
        return [table for table in tables if con.execute(query.format(table)).fetchone()[0]]


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """A warehouse with a roster and three months, the first two of one batch."""
    folder = tmp_path_factory.mktemp("loaded")
    files = [
        roster(folder, "roster", "一级"),
        settlements(folder, "spring", ["2026-04", "2026-05"], 1),
        settlements(folder, "june", ["2026-06"], 2),
    ]
    load(folder / "warehouse", files, "测试")
    return folder


@pytest.fixture
def county(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def test_a_new_month_carried_on_is_the_same_build(county, tmp_path):
    load(county, [settlements(tmp_path, "july", ["2026-07"], 3)], "测试")
    assert different_tables(county, tmp_path / "again") == []


def test_a_month_replaced_in_the_middle_changes_the_readmissions_after_it(county, tmp_path):
    load(county, [settlements(tmp_path, "may", ["2026-05"], 4)], "测试")
    assert different_tables(county, tmp_path / "again") == []


def test_a_month_taken_back_is_gone_from_every_table(county, tmp_path):
    (receipt,) = load(county, [settlements(tmp_path, "july", ["2026-07"], 5)], "测试")
    undo(county, receipt.batch.id, "测试", "传错了")
    assert different_tables(county, tmp_path / "again") == []


def test_another_roster_reaches_the_months_of_old_batches(county, tmp_path):
    load(county, [roster(tmp_path, "new_roster", "三级")], "测试")
    assert different_tables(county, tmp_path / "again") == []
    with duckdb.connect(builds.build_path(county, builds.current(county)), read_only=True) as con:
        assert con.execute("select distinct level from mart_settlement").fetchall() == [("level3",)]


@pytest.mark.parametrize("month", ["2026-03", "2026-05", "2026-07"])
def test_stays_that_began_months_before_reach_into_the_months_around(county, tmp_path, month):
    load(county, [long_stays(tmp_path, "spring", ["2026-04", "2026-05"], 8)], "测试")
    load(county, [long_stays(tmp_path, "one", [month], 9)], "测试")
    assert different_tables(county, tmp_path / "again") == []


def test_what_is_made_in_many_lots_and_parts_is_what_is_made_at_once(county, tmp_path, monkeypatch):
    monkeypatch.setattr(marts, "LOT_BYTES", 1)
    monkeypatch.setattr(stays, "PART_ROWS", 5)
    load(county, [roster(tmp_path, "new_roster", "三级"), settlements(tmp_path, "july", ["2026-07"], 3)], "测试")
    monkeypatch.undo()
    assert different_tables(county, tmp_path / "again") == []


def test_persons_are_counted_once_in_whichever_block_of_bitmaps_they_are(county, tmp_path, monkeypatch):
    of_eight = rollups.BITS.replace(str(rollups.BLOCK - 1), "7").replace(str(rollups.BLOCK), "8")
    monkeypatch.setattr(rollups, "BITS", of_eight)
    monkeypatch.setattr(bitmaps, "BITS", of_eight)
    shutil.rmtree(county / "rollups")
    load(county, [roster(tmp_path, "new_roster", "三级"), settlements(tmp_path, "july", ["2026-07"], 3)], "测试")
    told = open_county(county)
    assert told.fetch("select count(distinct block) from person_bits") == [(2,)]
    for months in ([4], [4, 5, 6], [5, 6, 7]):
        listed = [f"2026-{month:02d}" for month in months]
        (by_hand,) = told.fetch(f"select count(distinct person) from ({settlement_rows(told, listed)})")
        (asked,) = ask(told, ["beneficiary_persons"], Period(listed[0], listed[-1]))
        assert asked.value == by_hand[0]


def test_an_upload_that_is_no_settlement_leaves_the_marts_as_they_were(county, tmp_path):
    load(county, [write(tmp_path, [PENALTY], "penalties.csv")], "测试")
    assert different_tables(county, tmp_path / "again") == []


def test_a_commit_makes_the_facts_that_follow_from_it_and_no_others(county, tmp_path, monkeypatch):
    made, told = [], marts.facts_to_make
    monkeypatch.setattr(marts, "facts_to_make", lambda uploads: made.extend(found := told(uploads)) or found)
    load(county, [settlements(tmp_path, "july", ["2026-07"], 3)], "测试")
    assert made == []
    load(county, [write(tmp_path, [PENALTY], "penalties.csv")], "测试")
    assert made == ["fct_case", "fct_penalty"], "the penalties are made of the cases"
    assert different_tables(county, tmp_path / "again") == []
    load(county, [write(tmp_path, rows(PENALTY, {"案件编号": "CF2"}), "others.csv")], "测试")
    assert different_tables(county, tmp_path / "replaced") == []


def test_every_upload_but_settlements_and_rosters_leads_to_a_fact():
    others = {"settlements", "counties", "institutions"}
    assert all(marts.facts_to_make({upload}) for upload in contracts() if upload not in others)
    assert marts.facts_to_make(set(contracts())) == marts.small_facts()


def test_a_build_of_another_shape_is_not_carried_on(county, tmp_path):
    path = builds.build_path(county, builds.current(county))
    with duckdb.connect(path) as con:
        con.execute("update build set shape = 'of an older version'")
        con.execute("delete from mart_settlement")
    load(county, [settlements(tmp_path, "july", ["2026-07"], 6)], "测试")
    assert different_tables(county, tmp_path / "again") == []


def test_a_build_that_cannot_be_read_is_not_carried_on(county, tmp_path):
    builds.build_path(county, builds.current(county)).write_bytes(b"not a database")
    load(county, [settlements(tmp_path, "july", ["2026-07"], 7)], "测试")
    assert different_tables(county, tmp_path / "again") == []
