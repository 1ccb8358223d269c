"""The dry run: what files are and would change is told before anything does; then all of it is loaded, or nothing."""

import os
import shutil
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from filelock import FileLock

from pipelines import (
    Period,
    WarehouseError,
    accept,
    ask,
    discard,
    effects,
    headlines,
    load,
    lock,
    open_county,
    try_out,
    undo,
)
from pipelines.store import rooms
from pipelines.store.intake import link_or_copy
from pipelines.store.warehouse import journal, live
from pipelines.trial.effects import cast_shadow
from pipelines.uploads.mapping import Mapping
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, rows, write
from tests.months import digests, settlements, told, value

ROOT = Path(__file__).resolve().parents[1]
JUNE = Period("2026-06", "2026-06")
BUDGET = {"年度": "2026", "险种类型": "390", "项目": "支出预算", "金额": "130000000.00"}


@pytest.fixture(scope="module")
def two_months(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("two_months")
    files = [
        settlements(folder, "2025-06", "P1", "P2", fee="1000.00"),
        settlements(folder, "2026-05", "P1", "P2", "P3", "P4"),
        write(folder, [INSTITUTION], "roster.csv"),
    ]
    assert {r.status for r in load(folder / "warehouse", files, "甲")} == {"loaded"}
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, two_months) -> Path:
    """A warehouse of the test's own: June 2025, May 2026 and the roster."""
    return Path(shutil.copytree(two_months, tmp_path / "warehouse"))


@pytest.fixture
def june(tmp_path) -> Path:
    return settlements(tmp_path / "files", "2026-06", "P1", "P2", "P3", fee="3000.00")


def control(tried, key: str, period: str = "2026-06"):
    (found,) = [c for c in tried.controls if (c.key, c.period) == (key, period)]
    return found


# ---------------------------------------------------------------- what is told


def test_control_totals_stand_beside_last_month_and_the_same_month_last_year(warehouse, june):
    (tried,) = try_out(warehouse, [june]).files
    assert tried.state == "ready"
    told = {c.key: (c.value, c.unit, c.last_month, c.last_year, c.month_change, c.year_change) for c in tried.controls}
    assert told == {
        "rows": (3, "行", 4, 2, Decimal("-0.25"), Decimal("0.5")),
        "persons": (3, "人", 4, 2, Decimal("-0.25"), Decimal("0.5")),
        "medfee_sumamt": (9000, "元", 8000, 2000, Decimal("0.125"), Decimal("3.5")),
        "fund_pay_sumamt": (3000, "元", 4000, 2000, Decimal("-0.25"), Decimal("0.5")),
    }


def test_a_total_that_jumps_is_marked_and_one_that_does_not_is_not(tmp_path, warehouse):
    alike = settlements(tmp_path / "a", "2026-06", "P1", "P2", "P3", "P4", fee="2000.00")
    (tried,) = try_out(warehouse, [alike]).files
    assert {c.key for c in tried.controls if c.jumps} == {c.key for c in tried.controls}, "twice last year's June"
    first = settlements(tmp_path / "b", "2026-04", "P1")
    (unheard_of,) = try_out(warehouse, [first]).files
    assert {c.jumps for c in unheard_of.controls} == {False}, "there is nothing to jump from"
    load(warehouse, [alike], "甲")
    third = 7 * ("P1", "P2", "P3", "P4")
    for count, jumps in (3, False), (5, False), (6, True), (2, True):
        persons = [f"{p}{n}" for n, p in enumerate(third[:count])]
        (next_month,) = try_out(warehouse, [settlements(tmp_path / "c", "2026-07", *persons)]).files
        assert (count, control(next_month, "persons", "2026-07").jumps) == (count, jumps)


def test_persons_are_counted_once_and_only_where_the_file_has_them(tmp_path, warehouse):
    twice = write(tmp_path, rows(SETTLEMENT, {"人员编号": "P1"}, {"人员编号": "P1"}), "twice.csv")
    enrolment = write(tmp_path, [ENROLMENT], "enrolment.csv")
    settled, enrolled = try_out(warehouse, [twice, enrolment]).files
    assert (control(settled, "rows").value, control(settled, "persons").value) == (2, 1)
    assert [c.key for c in enrolled.controls] == ["rows", "insured_cnt"]


def test_a_files_own_total_stands_beside_the_sum_of_its_rows(tmp_path, warehouse):
    total = dict.fromkeys(SETTLEMENT, "") | {"结算ID": "合计", "医疗费总额": "4326.00"}
    path = write(tmp_path, [*rows(SETTLEMENT, {}, {}), total], "with_total.csv")
    (tried,) = try_out(warehouse, [path]).files
    assert (control(tried, "medfee_sumamt").stated, control(tried, "fund_pay_sumamt").stated) == (4326, None)


def test_the_total_of_a_file_of_two_months_is_that_of_both_and_each_month_is_told(tmp_path, warehouse):
    listed = rows(SETTLEMENT, {"结算日期": "2026-06-01"}, {"结算日期": "2026-07-01"})
    path = write(tmp_path, [*listed, dict.fromkeys(SETTLEMENT, "") | {"结算ID": "合计", "医疗费总额": "4326.00"}])
    (tried,) = try_out(warehouse, [path]).files
    assert (control(tried, "medfee_sumamt", "").value, control(tried, "medfee_sumamt", "").stated) == (4326, 4326)
    assert [control(tried, "medfee_sumamt", month).value for month in ("2026-06", "2026-07")] == [2163, 2163]
    assert control(tried, "medfee_sumamt", "2026-07").last_month == 2163, "June is in the file itself"
    assert control(tried, "persons", "").value == 1


def test_a_table_by_the_year_is_held_against_the_year_before_and_a_whole_table_against_what_stands(tmp_path, warehouse):
    load(warehouse, [write(tmp_path, [BUDGET | {"年度": "2025", "金额": "100.00"}], "2025.csv")], "甲")
    two = write(tmp_path, [INSTITUTION, INSTITUTION | {"机构编码": "H99010100002", "机构名称": "乙院"}], "roster.csv")
    budget, roster = try_out(
        warehouse, [write(tmp_path, [BUDGET | {"年度": "2026", "金额": "200.00"}], "2026.csv"), two]
    ).files
    amount, count = control(budget, "amount", "2026"), control(roster, "rows", "all")
    assert (amount.last_year, amount.year_change, amount.last_month, amount.jumps) == (100, 1, None, True)
    assert (count.standing, count.standing_change, count.jumps) == (1, 1, True)


def test_a_month_that_is_loaded_already_is_named_with_its_rows(tmp_path, warehouse):
    (tried,) = try_out(warehouse, [settlements(tmp_path, "2026-05", "P1", "P2", "P3")]).files
    (replaced,) = tried.replaces
    assert replaced.batch == live(warehouse)["settlements", "2026-05", ""].id
    assert (replaced.period, replaced.rows_now, replaced.rows_new, replaced.shrinks) == ("2026-05", 4, 3, False)
    assert control(tried, "rows", "2026-05").standing == 4


def test_a_june_file_with_a_stray_row_of_may_warns_that_it_would_replace_may(tmp_path, warehouse):
    listed = rows(SETTLEMENT, {}, {"人员编号": "P2"}, {"结算日期": "2026-05-31"})
    (tried,) = try_out(warehouse, [write(tmp_path, listed)]).files
    assert [(r.period, r.rows_now, r.rows_new, r.shrinks) for r in tried.replaces] == [("2026-05", 4, 1, True)]


def test_institutions_that_are_new_gone_or_renamed_are_told(tmp_path, warehouse):
    names = {"H99010100001": "云溪县医院", "H99010100009": "新来的医院"}
    listed = rows(SETTLEMENT, *({"定点医药机构编号": c, "定点医药机构名称": n} for c, n in names.items()))
    (tried,) = try_out(warehouse, [write(tmp_path, listed)]).files
    assert tried.roster.new == (("H99010100009", "新来的医院"),)
    assert tried.roster.renamed == (("H99010100001", "云溪县人民医院", "云溪县医院"),)
    assert tried.roster.missing == ()
    elsewhere = rows(SETTLEMENT, {"定点医药机构编号": "H99010100009"})
    (absent,) = try_out(warehouse, [write(tmp_path, elsewhere)]).files
    assert absent.roster.missing == (("H99010100001", "云溪县人民医院"),)


def test_a_roster_is_held_against_the_standing_one(tmp_path, warehouse):
    other = write(tmp_path, [INSTITUTION | {"机构编码": "H99010100002", "机构名称": "乙院"}], "roster.csv")
    (tried,) = try_out(warehouse, [other]).files
    assert tried.roster.new == (("H99010100002", "乙院"),)
    assert tried.roster.missing == (("H99010100001", "云溪县人民医院"),)


def test_a_months_file_is_held_against_the_roster_that_comes_with_it(tmp_path, warehouse):
    both = [INSTITUTION, INSTITUTION | {"机构编码": "H99010100002", "机构名称": "乙院"}]
    roster = write(tmp_path, both, "roster.csv")
    month = write(tmp_path, rows(SETTLEMENT, {"定点医药机构编号": "H99010100002"}), "june.csv")
    settled = next(t for t in try_out(warehouse, [roster, month]).files if t.name == "june.csv")
    assert settled.roster.new == ()
    (alone,) = try_out(warehouse, [month]).files
    assert [code for code, _ in alone.roster.new] == ["H99010100002"]


def test_the_same_file_again_is_unchanged_and_a_locked_month_is_locked(tmp_path, warehouse):
    lock(warehouse, "2026-05", "甲", "已上报")
    same = settlements(tmp_path / "a", "2026-05", "P1", "P2", "P3", "P4")
    other = settlements(tmp_path / "b", "2026-05", "P1", name="other.csv")
    assert [(t.state, t.locked) for t in try_out(warehouse, [same]).files] == [("unchanged", ())]
    assert [(t.state, t.locked) for t in try_out(warehouse, [other]).files] == [("locked", ("2026-05",))]


def test_a_file_with_faults_or_of_no_table_is_told_as_such_beside_the_others(tmp_path, warehouse, june):
    part = write(tmp_path, rows(SETTLEMENT, {}, {"医疗费总额": "一千二"}), "part.csv")
    none = write(tmp_path, "a,b\n1,2\n", "none.csv")
    found = {t.name: t.state for t in try_out(warehouse, [part, none, june]).files}
    assert found == {"part.csv": "partial", "none.csv": "unknown", june.name: "ready"}


def test_headers_mapped_by_hand_are_used_and_remembered_once_the_file_is_accepted(tmp_path, warehouse):
    odd = {("花费" if head == "医疗费总额" else head): cell for head, cell in SETTLEMENT.items()}
    path = write(tmp_path, [odd], "odd.csv")
    (before,) = try_out(warehouse, [path]).files
    assert before.state in ("refused", "unknown")
    mapping = Mapping("settlements", "record", {"花费": "medfee_sumamt"})
    trial = try_out(warehouse, [path], mappings={"odd.csv": mapping})
    assert [t.state for t in trial.files] == ["ready"]
    accept(trial, {"odd.csv"}, "乙")
    assert [e.action for e in journal(warehouse)][-2:] == ["map", "commit"]
    again = write(tmp_path, [odd | {"花费": "5000.00"}], "july.csv")
    assert [t.state for t in try_out(warehouse, [again]).files] == ["ready"]


# ---------------------------------------------------------------- nothing changes


def test_a_dry_run_changes_no_file_of_the_warehouse_outside_its_own_folder(warehouse, june):
    before = digests(warehouse, but="trials")
    trial = try_out(warehouse, [june])
    effects(trial, {june.name})
    assert digests(warehouse, but="trials") == before
    discard(trial)
    assert list((warehouse / "trials").iterdir()) == []


def test_a_dry_run_needs_no_writers_turn(tmp_path, warehouse, june):
    command = "import sys; from pathlib import Path; from pipelines.store.warehouse import writing\n"
    command += "with writing(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", command, str(warehouse)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        trial = try_out(warehouse, [june])
        assert len(effects(trial, {june.name})) == len(headlines())
        holder.stdin.close()


class Left(Exception):
    """Whoever watched the progress has gone."""


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6, 0.8])
def test_who_leaves_a_dry_run_or_a_load_leaves_nothing_behind(tmp_path, warehouse, june, share):
    def leave(now: float, what: str) -> None:
        if now >= share:
            raise Left

    trial = try_out(warehouse, [june])
    before = digests(warehouse, but="trials")
    with pytest.raises(Left):
        try_out(warehouse, [june], leave)
    with pytest.raises(Left):
        effects(trial, {june.name}, leave)
    assert digests(warehouse, but="trials") == before
    for change in (lambda: load(warehouse, [june], "乙", leave), lambda: accept(trial, {june.name}, "乙", leave)):
        with pytest.raises(Left):
            change()
        after = {name: d for name, d in digests(warehouse, but="trials").items() if not name.startswith("writer.")}
        changed = {name for name in before.keys() | after if before.get(name) != after.get(name)}
        assert {name for name in changed if not name.startswith("writer.")} == set()
    assert len(list((warehouse / "trials").glob("*/"))) == 1, "only the one that is still open"
    assert accept(trial, {june.name}, "乙")[0].status == "loaded"


def test_the_dry_run_of_a_process_that_is_gone_is_removed_by_the_next(warehouse, june):
    command = "import sys; from pathlib import Path; from pipelines import try_out\n"
    command += "print(try_out(Path(sys.argv[1]), [Path(sys.argv[2])]).folder.name)"
    told = subprocess.run(
        [sys.executable, "-c", command, str(warehouse), str(june)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    left = warehouse / "trials" / told.stdout.strip()
    assert (left / "staged0" / "rows.parquet").exists()
    mine = try_out(warehouse, [june])
    assert (left.exists(), mine.folder.exists()) == (False, True)
    other = try_out(warehouse, [june])
    assert mine.folder.exists(), "that of a living process stays"
    yesterday = time.time() - 25 * 3600
    os.utime(mine.folder, (yesterday, yesterday))
    load(warehouse, [june], "乙")
    assert (mine.folder.exists(), other.folder.exists()) == (False, True)
    with pytest.raises(WarehouseError, match="重新试读"):
        accept(mine, {june.name}, "乙")


# ---------------------------------------------------------------- effects


def test_what_effects_promised_is_what_the_overview_shows_after_accepting(tmp_path, warehouse, june):
    enrolment = write(tmp_path, [ENROLMENT | {"应参保人数": "12600"}], "enrolment.csv")
    trial = try_out(warehouse, [june, enrolment])
    promised = {(e.kpi, e.period): (e.before, e.after) for e in effects(trial, {june.name, "enrolment.csv"})}
    shown_before = {f.kpi.id: f for f in ask(open_county(warehouse), headlines(), JUNE)}
    accept(trial, {june.name, "enrolment.csv"}, "乙")
    shown = {f.kpi.id: f for f in ask(open_county(warehouse), headlines(), JUNE)}
    assert set(promised) == {(kpi, JUNE) for kpi in headlines()}
    assert {kpi: repr(after) for (kpi, _), (_, after) in promised.items()} == {k: repr(f) for k, f in shown.items()}
    assert {kpi: repr(b) for (kpi, _), (b, _) in promised.items()} == {k: repr(f) for k, f in shown_before.items()}
    assert shown["cost_per_case"].value == 3000


def test_only_what_would_change_is_marked_as_changed(warehouse, june):
    trial = try_out(warehouse, [june])
    changed = {e.kpi for e in effects(trial, {june.name}) if e.changed}
    assert {"cost_per_case", "inpatient_cases", "fund_expenditure"} <= changed
    assert "enrolment_rate" not in changed


def test_effects_of_the_chosen_files_only(tmp_path, warehouse, june):
    enrolment = write(tmp_path, [ENROLMENT | {"应参保人数": "12600"}], "enrolment.csv")
    trial = try_out(warehouse, [june, enrolment])
    changed = {e.kpi for e in effects(trial, {"enrolment.csv"}) if e.changed}
    assert "enrolment_rate" in changed
    assert "cost_per_case" not in changed
    assert effects(trial, set()) == ()


def test_each_of_three_months_is_told_and_four_as_one_span(tmp_path, warehouse):
    months = [f"2026-0{n}" for n in range(6, 10)]
    files = [settlements(tmp_path / "files", month, "P1") for month in months]
    trial = try_out(warehouse, files)
    three = {e.period for e in effects(trial, {p.name for p in files[:3]})}
    assert three == {Period(m, m) for m in months[:3]}
    assert {e.period for e in effects(trial, {p.name for p in files})} == {Period("2026-06", "2026-09")}


def test_the_first_files_of_an_empty_warehouse_have_effects_without_a_before(tmp_path, june):
    trial = try_out(tmp_path / "new", [june])
    found = {e.kpi: (e.before, e.after.value) for e in effects(trial, {june.name})}
    assert found["cost_per_case"] == (None, 3000)


# ---------------------------------------------------------------- accept


def test_accepted_files_are_one_commit_and_never_read_again(tmp_path, warehouse, june, monkeypatch):
    enrolment = write(tmp_path, [ENROLMENT], "enrolment.csv")
    trial = try_out(warehouse, [june, enrolment])
    june.write_text("the file has changed since")
    monkeypatch.setattr("pipelines.store.intake.stage", lambda *given: pytest.fail("read again"))
    lines = len(journal(warehouse))
    receipts = accept(trial, {june.name, "enrolment.csv"}, "乙")
    assert [(r.status, r.number) for r in receipts] == [("loaded", lines + 1), ("loaded", lines + 2)]
    first, second = journal(warehouse)[lines:]
    assert (first.by, first.build) == (second.by, second.build) == ("乙", open_county(warehouse).build_id)
    assert value(warehouse, "2026-06") == 3000


def test_a_chosen_file_with_faults_is_loaded_without_them_and_says_how_many(tmp_path, warehouse):
    part = write(tmp_path, rows(SETTLEMENT, {}, {"医疗费总额": "一千二"}, {"人员编号": "P2"}), "part.csv")
    (receipt,) = accept(try_out(warehouse, [part]), {"part.csv"}, "乙")
    assert (receipt.batch.totals["rows"], receipt.batch.left_out) == ("2", 1)
    assert value(warehouse, "2026-06", "inpatient_cases") == 2
    refused = load(tmp_path / "other", [part], "乙")
    assert [r.status for r in refused] == ["refused"]
    (loaded,) = load(tmp_path / "other", [part], "乙", leave_out=True)
    assert (loaded.status, loaded.batch.id, loaded.batch.left_out) == ("loaded", receipt.batch.id, 1)


def test_accepting_the_same_file_again_changes_nothing_and_says_so(tmp_path, warehouse):
    same = settlements(tmp_path, "2026-05", "P1", "P2", "P3", "P4")
    before = digests(warehouse / "batches"), (warehouse / "journal.jsonl").read_bytes()
    (receipt,) = accept(try_out(warehouse, [same]), {same.name}, "乙")
    assert (receipt.status, receipt.number) == ("unchanged", None)
    assert (digests(warehouse / "batches"), (warehouse / "journal.jsonl").read_bytes()) == before


def test_every_other_month_stays_byte_for_byte_and_undo_brings_the_former_batch_back(tmp_path, warehouse):
    last_year, may, whole = told(warehouse, "2025-06"), told(warehouse, "2026-05"), digests(warehouse / "batches")
    rollups, build_id = digests(warehouse / "rollups"), open_county(warehouse).build_id
    former = live(warehouse)["settlements", "2026-05", ""]
    trial = try_out(warehouse, [settlements(tmp_path, "2026-05", "P1", "P2", "P9", fee="5000.00")])
    (receipt,) = accept(trial, {"2026-05.csv"}, "乙")
    assert told(warehouse, "2025-06") == last_year
    assert told(warehouse, "2026-05") != may
    assert whole.items() <= digests(warehouse / "batches").items()
    assert rollups.items() <= digests(warehouse / "rollups").items()
    undo(warehouse, receipt.batch.id, "乙", "看错了")
    assert live(warehouse)["settlements", "2026-05", ""] == former
    assert (told(warehouse, "2026-05"), told(warehouse, "2025-06")) == (may, last_year)
    assert open_county(warehouse).build_id == build_id
    assert whole.items() <= digests(warehouse / "batches").items()


def test_accepting_after_another_commit_of_that_month_is_refused_naming_who_and_what(tmp_path, warehouse, june):
    trial = try_out(warehouse, [june])
    load(warehouse, [settlements(tmp_path, "2026-06", "P7")], "小王")
    before = digests(warehouse / "batches"), (warehouse / "journal.jsonl").read_bytes()
    with pytest.raises(WarehouseError, match=r"小王已装入结算明细 2026-06.*重新试读"):
        accept(trial, {june.name}, "乙")
    assert (digests(warehouse / "batches"), (warehouse / "journal.jsonl").read_bytes()) == before


def test_accepting_after_an_undo_of_that_month_is_refused_too(tmp_path, warehouse):
    trial = try_out(warehouse, [settlements(tmp_path, "2026-05", "P1", "P2", "P3")])
    undo(warehouse, live(warehouse)["settlements", "2026-05", ""].id, "小李", "重来")
    with pytest.raises(WarehouseError, match="小李已撤销结算明细 2026-05"):
        accept(trial, {"2026-05.csv"}, "乙")


def test_accepting_after_a_commit_of_another_month_is_no_trouble(tmp_path, warehouse, june):
    trial = try_out(warehouse, [june])
    load(warehouse, [settlements(tmp_path, "2026-04", "P7")], "小王")
    assert accept(trial, {june.name}, "乙")[0].status == "loaded"
    assert (value(warehouse, "2026-06"), value(warehouse, "2026-04")) == (3000, 2000)


def test_accepting_after_the_month_was_locked_is_refused(tmp_path, warehouse):
    trial = try_out(warehouse, [settlements(tmp_path, "2026-05", "P1", "P2", "P3")])
    lock(warehouse, "2026-05", "小王", "已上报")
    with pytest.raises(WarehouseError, match=r"2026-05 已由小王于 .* 锁定（已上报）"):
        accept(trial, {"2026-05.csv"}, "乙")


def test_if_one_of_the_chosen_files_cannot_be_put_in_none_is(tmp_path, warehouse, june, monkeypatch):
    from pipelines.store import intake

    put_in, seen = intake.put_in, []

    def full_at_the_second(*given):
        seen.append(given)
        if len(seen) == 2:
            raise OSError(28, "No space left on device")
        return put_in(*given)

    trial = try_out(warehouse, [june, write(tmp_path, [ENROLMENT], "enrolment.csv")])
    before = digests(warehouse, but="trials")
    monkeypatch.setattr(intake, "put_in", full_at_the_second)
    with pytest.raises(WarehouseError, match="磁盘空间不足"):
        accept(trial, {june.name, "enrolment.csv"}, "乙")
    after = digests(warehouse, but="trials")
    assert {n for n in before.keys() | after if before.get(n) != after.get(n)} <= {"writer.json"}
    monkeypatch.undo()
    assert [r.status for r in accept(trial, {june.name, "enrolment.csv"}, "乙")] == ["loaded", "loaded"]


def test_two_files_for_one_month_cannot_both_be_accepted(tmp_path, warehouse):
    files = [settlements(tmp_path, "2026-06", p, name=f"{p}.csv") for p in ("P1", "P2")]
    trial = try_out(warehouse, files)
    assert [t.overlaps for t in trial.files] == [(("2026-06", "P2.csv"),), (("2026-06", "P1.csv"),)]
    with pytest.raises(WarehouseError, match=r"“P1.csv”和“P2.csv”都有结算明细 2026-06"):
        accept(trial, {"P1.csv", "P2.csv"}, "乙")
    assert accept(trial, {"P2.csv"}, "乙")[0].status == "loaded"


def test_the_same_file_under_two_names_is_one_and_is_loaded_once(tmp_path, warehouse):
    files = [settlements(tmp_path, "2026-06", "P1", name=f"{n}.csv") for n in (1, 2)]
    trial = try_out(warehouse, files)
    assert [t.overlaps for t in trial.files] == [(), ()]
    assert [r.status for r in accept(trial, {"1.csv", "2.csv"}, "乙")] == ["loaded", "unchanged"]


def test_two_files_of_one_name_are_told_apart(tmp_path, warehouse):
    files = [settlements(tmp_path / month, month, "P1", name="结算.csv") for month in ("2026-06", "2026-07")]
    trial = try_out(warehouse, files)
    assert [t.name for t in trial.files] == ["结算.csv", "结算.csv（2）"]
    accept(trial, {"结算.csv（2）"}, "乙")
    assert [month for table, month, _ in live(warehouse) if table == "settlements"] == ["2025-06", "2026-05", "2026-07"]


@pytest.mark.parametrize(("chosen", "reason"), [(set(), "没有选择"), ({"x.csv"}, "x.csv"), ({"none.csv"}, "不能装入")])
def test_what_cannot_be_loaded_is_refused_by_name(tmp_path, warehouse, chosen, reason):
    trial = try_out(warehouse, [write(tmp_path, "a,b\n1,2\n", "none.csv")])
    with pytest.raises(WarehouseError, match=reason):
        accept(trial, chosen, "乙")


def test_a_dry_run_that_was_discarded_cannot_be_accepted(warehouse, june):
    trial = try_out(warehouse, [june])
    discard(trial)
    discard(trial)
    with pytest.raises(WarehouseError, match="重新试读"):
        accept(trial, {june.name}, "乙")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, june, monkeypatch):
    def read_only(*given, **more):
        raise OSError(30, "Read-only file system", "warehouse")

    monkeypatch.setattr(Path, "mkdir", read_only)
    with pytest.raises(WarehouseError, match="只读"):
        try_out(tmp_path / "warehouse", [june])
    with pytest.raises(WarehouseError, match="只读"):
        load(tmp_path / "warehouse", [june], "乙")


def test_whoever_tidies_up_for_long_keeps_nobody_from_loading(warehouse, june, monkeypatch):
    monkeypatch.setattr(rooms, "PATIENCE_SECONDS", 0.1)
    (warehouse / "trials").mkdir(exist_ok=True)
    with FileLock(warehouse / "trials.lock"):
        with pytest.raises(WarehouseError, match="另一个程序正在清理以前的试读，请稍后再试"):
            try_out(warehouse, [june])
        (receipt,) = load(warehouse, [june], "甲")
    assert receipt.status == "loaded"
    assert [t.state for t in try_out(warehouse, [june]).files] == ["unchanged"]


def test_a_load_that_is_undone_while_its_figures_are_compared_is_not_missed(warehouse, june, monkeypatch):
    trial = try_out(warehouse, [june])
    other = Path(shutil.copytree(next((warehouse / "batches").iterdir()), warehouse / "batches" / "uncommitted"))

    def undone_meanwhile(source: Path, target: Path) -> None:
        if source.parent == other:
            shutil.rmtree(other, ignore_errors=True)
        link_or_copy(source, target)

    monkeypatch.setitem(cast_shadow.__globals__, "link_or_copy", undone_meanwhile)
    assert effects(trial, {june.name})
