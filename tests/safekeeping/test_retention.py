"""Rows of persons that are old enough are cleared for good, and no figure changes."""

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines import Period, ask, calendar, events, kpis, load, open_county, renew, rows, try_out, undo
from pipelines.answers.county import opened_once
from pipelines.clues import gaps
from pipelines.engine import reading, scan, workbench
from pipelines.errors import WarehouseError
from pipelines.registry import headlines, measures
from pipelines.safekeeping import clearing, keys, retention
from pipelines.safekeeping.backup import backup
from pipelines.safekeeping.batch_looks import batch_looks
from pipelines.safekeeping.doctor import examine, glance
from pipelines.safekeeping.findings import FAULT, NOTICE, OK, REPAIRED
from pipelines.safekeeping.rebuilding import rebuild_looks
from pipelines.safekeeping.restore import restore
from pipelines.store import builds, facts, rollups
from pipelines.store.purged import purged
from pipelines.store.rollups import known_persons
from tests.files import INSTITUTION, write
from tests.test_marts import different_tables, roster, settlements

OLD, NEW = ["2025-03", "2025-04"], ["2025-05", "2025-06"]
TODAY = date(2026, 5, 26)  # a year is kept: from 2025-05 on
SPANS = [Period("2025-03", "2025-04"), Period("2025-05", "2025-06"), Period("2025-03", "2025-06")]
WHY = "到期"


def of_two_who_went(folder: Path, name: str, months: list[str], seed: int) -> Path:
    """Settlements in which two persons stand who are in no other file."""
    path = settlements(folder, name, months, seed)
    text = path.read_text("utf-8").replace(",P3,", ",Q3,").replace(",P4,", ",Q4,")
    assert text.count(",Q3,") + text.count(",Q4,") > 2
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    """Two months of five years ago, two of this year; a month of five years ago was replaced."""
    folder = tmp_path_factory.mktemp("retention")
    load(folder / "warehouse", [of_two_who_went(folder, "旧六月", OLD[1:], 5)], by="测试")
    old = [of_two_who_went(folder, "五月", OLD[:1], 1), of_two_who_went(folder, "六月", OLD[1:], 2)]
    load(folder / "warehouse", [roster(folder, "名册", "三级"), *old, settlements(folder, "今年", NEW, 3)], by="测试")
    return folder / "warehouse"


@pytest.fixture(params=["open", "encrypted"])
def warehouse(loaded, tmp_path, monkeypatch, request) -> Path:
    copy = Path(shutil.copytree(loaded, tmp_path / "warehouse"))
    if request.param == "encrypted":
        monkeypatch.setenv("FUND_KEYS", str(tmp_path / "keys"))
        keys.init(copy, "测试")
        keys.encrypt(copy, "测试")
    return copy


@pytest.fixture
def plain(loaded, tmp_path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "plain"))


def county(warehouse: Path):
    """Opened anew, past every cache."""
    return opened_once(warehouse.resolve(), builds.in_force(warehouse), gone=purged(warehouse))


def figures(warehouse: Path, by: tuple[str, ...] = ()) -> dict[tuple, str]:
    opened, asked = county(warehouse), [k for k, kpi in kpis().items() if set(by) <= set(kpi.levels)]
    found = [(span, figure) for span in SPANS for figure in ask(opened, asked, span, by=by)]
    return {(span, f.kpi.id, tuple(sorted(f.dims.items()))): repr(f) for span, f in found}


def headline_figures(warehouse: Path) -> list[str]:
    return [repr(figure) for span in SPANS for figure in ask(county(warehouse), headlines(), span)]


def purge(warehouse: Path, years: int = 1, today: date = TODAY) -> retention.Plan:
    return retention.purge(warehouse, years, "测试", WHY, today=today)


def persons_in(con, warehouse: Path) -> set[int]:
    """Every number of a person that stands in a Parquet file or a build, with nothing hidden."""
    found = set()
    for path in {p.with_name(f"{p.name.split('.')[0]}.parquet") for p in warehouse.rglob("*.parquet")}:
        columns = [row[0] for row in con.execute(f"describe select * from {scan(con, path)}").fetchall()]
        for column in {"psn_no", "person"} & set(columns):
            found |= {n for (n,) in con.execute(f"select distinct {column} from {scan(con, path)}").fetchall()}
    for path in warehouse.glob("builds/*.duckdb"):
        with closing(reading(path, [warehouse])) as build:
            found |= {n for (n,) in build.execute("select distinct person_no from mart_stay").fetchall()}
    return found - {None}


def left_by_another_engine(warehouse: Path) -> None:
    """What `scale` has on the way, if it is killed."""
    for batch in list(warehouse.glob("batches/settlements*")):
        shutil.copytree(batch, warehouse / "scale" / batch.name)


def pseudonyms_by_month(con, warehouse: Path) -> dict[str, set[int]]:
    paths = sorted({p.with_name("rows.parquet") for p in warehouse.glob("batches/settlements*/rows*.parquet")})
    query = " union ".join(f"select strftime(setl_time, '%Y-%m'), psn_no from {scan(con, path)}" for path in paths)
    found: dict[str, set[int]] = {}
    for month, person in con.execute(query).fetchall():
        found.setdefault(month, set()).add(person)
    return found


@pytest.fixture(scope="module")
def once(loaded, tmp_path_factory) -> Path:
    """A copy that was cleared; tests must not write to it."""
    copy = Path(shutil.copytree(loaded, tmp_path_factory.mktemp("cleared") / "warehouse"))
    assert sum(each.rows for each in purge(copy).batches) == 180
    return copy


@pytest.mark.parametrize("by", [(), ("scheme",)])
def test_every_figure_of_every_month_is_what_it_was(loaded, once, by):
    assert figures(once, by) == figures(loaded, by)


def test_only_persons_by_institution_are_missing_in_cleared_months_and_say_why(loaded, once):
    before, after = figures(loaded, ("institution",)), figures(once, ("institution",))
    changed = {key for key in before if before[key] != after.get(key)}
    counting = {id for id, kpi in kpis().items() if any(measures()[m].fact == "person" for m in kpi.measures)}
    assert {id for _, id, _ in changed} == counting & {id for _, id, _ in before}
    assert {span for span, _, _ in changed} == {SPANS[0], SPANS[2]}
    told = ask(county(once), ["beneficiary_persons"], SPANS[0], by=("institution",))
    assert all("2025年3月、2025年4月的个人明细已按保留期限清除" in figure.missing for figure in told)


def test_nothing_of_a_person_without_rows_is_left_and_others_keep_their_numbers(warehouse, tmp_path):
    left_by_another_engine(warehouse)
    with workbench(tmp_path) as con:
        seen = pseudonyms_by_month(con, warehouse)
        gone = seen["2025-03"] | seen["2025-04"]
        gone -= seen["2025-05"] | seen["2025-06"]
        before = dict(con.execute(f"from ({known_persons(con, warehouse)})").fetchall())
        assert len(gone) == 2
        assert purge(warehouse).gone == 2
        left = persons_in(con, warehouse)
        after = dict(con.execute(f"from ({known_persons(con, warehouse)})").fetchall())
    assert not gone & left
    assert len([n for n in left if n < 0]) == 2
    assert sorted(after.values()) == sorted(before.values())
    assert {p: n for p, n in after.items() if p >= 0} == {p: n for p, n in before.items() if p not in gone}


def test_rows_of_cleared_months_are_not_to_be_seen_and_others_still_add_up(warehouse):
    purge(warehouse)
    opened = county(warehouse)
    with pytest.raises(WarehouseError, match="2025年3月、2025年4月的个人明细已按保留期限清除，只有汇总，看不到明细行"):
        rows(opened, "cost_per_case", SPANS[0])
    found = rows(opened, "cost_per_case", SPANS[1], limit=None)
    assert all(each.agrees and each.total for each in found)
    assert not list(warehouse.glob("batches/*-20250[34]*/rows*"))
    assert any("不能逐笔筛查" in text for text in gaps(opened, "2025").values())


def test_who_may_see_no_persons_is_answered_about_cleared_months_too(once):
    seen = opened_once(once.resolve(), builds.in_force(once), persons=False, gone=purged(once))
    wanted = {f.kpi.id: f.value for f in ask(county(once), ["cost_per_case"], SPANS[0])}
    assert {f.kpi.id: f.value for f in ask(seen, list(wanted), SPANS[0])} == wanted


def test_a_dry_run_changes_nothing(plain):
    before = {path: path.read_bytes() for path in plain.rglob("*") if path.is_file() and path.name != "writer.json"}
    plan = retention.planned(plain, 1, TODAY)
    assert (plan.before, plan.gone) == ("2025-05", 2)
    assert sorted(p for each in plan.batches for p in each.periods) == ["2025-03", "2025-04", "2025-04"]
    assert {p: p.read_bytes() for p in plain.rglob("*") if p.is_file() and p.name != "writer.json"} == before
    assert retention.planned(plain, 2, TODAY).batches == ()


def test_it_wants_a_reason_and_a_year(plain):
    with pytest.raises(WarehouseError, match="要写明原因"):
        retention.purge(plain, 5, "测试", " ")
    with pytest.raises(WarehouseError, match="至少为 1"):
        retention.planned(plain, 0)


def test_the_journal_and_the_calendar_still_tell_of_the_rows(loaded, once):
    told = [event for event in events(once) if event.action == "purge"]
    assert sorted(event.periods for event in told) == [("2025-03",), ("2025-04",), ("2025-04",)]
    assert all(event.why.startswith("到期；清除 60 行") for event in told)
    rows_of = [{key: cell.rows for key, cell in calendar(each).cells.items()} for each in (loaded, once)]
    assert rows_of[0] == rows_of[1]


def test_loads_undos_and_dry_runs_go_on_and_the_build_is_that_of_its_batches(plain, tmp_path):
    warehouse = plain
    purge(warehouse)
    july = settlements(tmp_path, "七月", ["2025-07"], 4)
    assert try_out(warehouse, [july]).files[0].state == "ready"
    assert [r.status for r in load(warehouse, [july], by="测试")] == ["loaded"]
    assert different_tables(warehouse, tmp_path / "anew") == []
    replaced = next(e.batch for e in events(warehouse) if e.file == "六月.csv")
    undo(warehouse, replaced, "测试", "改回旧六月")
    assert different_tables(warehouse, tmp_path / "again") == []


def test_a_month_loaded_after_the_clearing_is_not_counted_together_with_cleared_ones(plain, tmp_path):
    purge(plain)
    load(plain, [of_two_who_went(tmp_path, "七月", ["2025-07"], 4)], by="测试")
    opened = county(plain)
    spans = (*SPANS, Period("2025-03", "2025-07"))
    *fine, mixed = (ask(opened, ["beneficiary_persons"], span)[0].missing for span in spans)
    assert fine == [""] * 3
    assert "不能和之后装入的 2025年7月合起来去重计人" in mixed


def test_who_was_kept_for_a_newer_row_is_renumbered_once_that_goes_too(plain, tmp_path):
    load(plain, [settlements(tmp_path, "明年", ["2026-05"], 9)], by="测试")
    purge(plain)
    before = headline_figures(plain)
    plan = purge(plain, today=date(2026, 11, 26))
    assert [each.batch[:18] for each in plan.batches] == ["settlements-202505"]
    with workbench(tmp_path) as con:
        kept = pseudonyms_by_month(con, plain)["2026-05"]
        assert {n for n in persons_in(con, plain) if n >= 0} == kept
    assert headline_figures(plain) == before


@pytest.mark.parametrize("step", ["replaced"])
def test_a_clearing_that_was_broken_off_is_finished_before_anything_else(plain, tmp_path, monkeypatch, step):
    before, whole = headline_figures(plain), getattr(clearing, step)

    def breaking(*given, **more):
        if retention.PENDING in {p.name for p in plain.iterdir()} and "shadow" not in str(given):
            left.append(1)
            if len(left) > 2:
                raise OSError(28, "full")
        return whole(*given, **more)

    left: list[int] = []
    monkeypatch.setattr(clearing, step, breaking)
    with pytest.raises(WarehouseError):
        purge(plain)
    monkeypatch.setattr(clearing, step, whole)
    with pytest.raises(WarehouseError, match="没有做完"):
        load(plain, [settlements(tmp_path, "七月", ["2025-07"], 4)], by="测试")
    assert {each.check for each in glance(plain) if each.state == FAULT} >= {"清除"}
    assert {each.check for each in examine(plain, repair=True) if each.state == REPAIRED} >= {"清除"}
    assert headline_figures(plain) == before
    assert len(purged(plain)) == 3
    assert {each.state for each in glance(plain)} == {OK, NOTICE}, "there is no backup yet"
    with pytest.raises(WarehouseError, match="没有做了一半"):
        retention.resume(plain)


def test_a_clearing_that_was_killed_before_its_rehearsal_is_rehearsed_when_it_is_resumed(plain, monkeypatch):
    def killed(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "meanwhile", killed)
    with pytest.raises(KeyboardInterrupt):
        purge(plain)
    monkeypatch.setattr(retention, "same_tables", lambda one, other: ["cut_stay"])
    with pytest.raises(WarehouseError, match="cut_stay"):
        retention.resume(plain)
    assert purged(plain) == ()
    assert not (plain / retention.PENDING).exists()


def test_a_clearing_that_would_change_a_figure_is_given_up_and_changes_nothing(plain, monkeypatch):
    monkeypatch.setattr(retention, "same_tables", lambda one, other: ["cut_stay"])
    files = set(plain.rglob("*.parquet"))
    with pytest.raises(WarehouseError, match="cut_stay"):
        purge(plain)
    assert set(plain.rglob("*.parquet")) == files
    assert not (plain / retention.PENDING).exists()


def test_the_rehearsal_tells_builds_apart(plain, tmp_path):
    path = builds.build_path(plain, builds.in_force(plain))
    shutil.copyfile(path, tmp_path / "other.duckdb")
    assert clearing.same_tables(path, tmp_path / "other.duckdb") == []
    with duckdb.connect(str(tmp_path / "other.duckdb")) as con:
        con.execute("update cut_stay set stays = stays + 1")
    assert clearing.same_tables(path, tmp_path / "other.duckdb") == ["cut_stay"]


def test_other_definitions_carry_the_roll_up_or_refuse_to_lose_it(plain, monkeypatch):
    before = headline_figures(plain)
    purge(plain)
    monkeypatch.setattr(facts, "definitions_id", lambda: "another")
    builds.build_of_journal.cache_clear()
    assert builds.outdated(plain)
    renew(plain)
    assert headline_figures(plain) == before
    whole = facts.model
    monkeypatch.setattr(facts, "definitions_id", lambda: "a third")
    monkeypatch.setattr(
        facts, "model", lambda name: whole(name) if name != "agg_stay" else f"select *, 1 as ward from ({whole(name)})"
    )
    builds.build_of_journal.cache_clear()
    with pytest.raises(WarehouseError, match="现行口径要的“ward”不能由留下的汇总得出"):
        renew(plain)
    assert rollups.cleared(plain, purged(plain)[0][0])


def test_what_was_cleared_before_there_was_a_roll_up_of_illnesses_counts_without_them(plain, monkeypatch):
    asked = (["inpatient_total_fee", "bed_day_classified_share"], SPANS[0])
    purge(plain)
    before = [figure.value for figure in ask(county(plain), *asked)]
    for path in plain.glob("batches/*/agg_bed_day.parquet"):
        path.unlink()
    monkeypatch.setattr(facts, "definitions_id", lambda: "another")
    builds.build_of_journal.cache_clear()
    renew(plain)
    assert [figure.value for figure in ask(county(plain), *asked)] == before
    early = "month < '2025-05-01'"
    ((visits, lengths),) = county(plain).fetch(f"select sum(visits), count(stay_days) from mart_bed_day where {early}")
    ((illnesses,),) = county(plain).fetch(f"select count(disease_code) from mart_illness where {early}")
    assert visits > 0 and (illnesses, lengths) == (0, 0)


def test_a_county_that_is_open_already_learns_of_the_clearing(plain):
    opened = open_county(plain)
    assert rows(opened, "cost_per_case", SPANS[0])[0].total
    purge(plain)
    assert open_county(plain) is not opened
    assert open_county(plain).key != opened.key


def test_cleared_months_come_back_from_a_backup_to_the_same_figures_without_their_rows(warehouse, tmp_path):
    purge(warehouse)
    before, build = headline_figures(warehouse), builds.in_force(warehouse)
    backup(warehouse, tmp_path / "backup", "测试")
    assert [each.told for each in rebuild_looks(warehouse) if each.state == FAULT] == []
    done = restore(tmp_path / "backup", tmp_path / "again")
    assert (done.differences, done.build_id, headline_figures(tmp_path / "again")) == ((), build, before)
    assert purged(tmp_path / "again") == purged(warehouse)
    assert not any((tmp_path / "again" / "batches" / batch / "rows.parquet").exists() for batch, _ in purged(warehouse))
    assert [each.told for each in batch_looks(tmp_path / "again", None, whole=True) if each.state == FAULT] == []


def test_of_a_batch_that_a_county_has_replaced_in_part_only_what_counts_is_left(tmp_path):
    """Its roll-up holds all counties' persons in one; what is left of it must not count the replaced county's."""
    warehouse, first = tmp_path / "warehouse", settlements(tmp_path, "两县", ["2025-03"], 1)
    counted = [line.split(",") for line in first.read_text("utf-8").splitlines()]
    codes = ["参保地医保区划", *(("990101", "990102")[n % 2] for n in range(len(counted) - 1))]
    first.write_text("\n".join(",".join([*cells, code]) for cells, code in zip(counted, codes, strict=True)), "utf-8")
    second = settlements(tmp_path, "乙县", ["2025-03"], 2)
    lines = second.read_text("utf-8").splitlines()
    told = [f"{lines[0]},参保地医保区划", *(f"{line},990102" for line in lines[1:8])]
    second.write_text("\n".join(told).replace(",P", ",Q"), "utf-8")
    names = write(
        tmp_path, [{"医保区划": "990101", "区县名称": "甲"}, {"医保区划": "990102", "区县名称": "乙"}], "l.csv"
    )
    places = write(tmp_path, [INSTITUTION | {"医保区划": "990101"}], "r.csv")
    (batch, *_) = load(warehouse, [first, names, places], "测试")
    (later,) = load(warehouse, [second], "测试")
    before = figures(warehouse), len(purge(warehouse).batches)
    assert (figures(warehouse), before[1]) == (before[0], 2)
    assert [batch.status, later.status] == ["loaded", "loaded"]
    with pytest.raises(WarehouseError, match="其中计入的区县不能再变"):
        undo(warehouse, later.batch.id, "测试", "错了")
    assert figures(warehouse) == before[0]
