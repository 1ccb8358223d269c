"""Loads, undos and builds that are killed -9: the old state stands or the new one, and the next load goes on from it.

FUND_KILLS=200 asks for as many kills (30 without it), FUND_SEED for other moments; both are printed.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines import NothingLoaded, Period, ask, load, lock, open_county
from pipelines.store.builds import current
from pipelines.store.warehouse import journal, live
from reports.register import listed
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, rows, write

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
SPRING, JUNE = Period("2026-05", "2026-06"), Period("2026-06", "2026-06")
KPIS = ["cost_per_case", "beneficiary_persons", "fund_expenditure", "insured_persons"]
KILLS = int(os.environ.get("FUND_KILLS", 30))
SEED = int(os.environ.get("FUND_SEED", 20260630))
IN_A_ROW = 3  # so often may one warehouse be killed before a load is left to finish


@dataclass(frozen=True)
class State:
    """What staff can see of a warehouse: every figure, and which batch counts for which month."""

    figures: tuple[str, ...]
    live: tuple[tuple[str, str, str], ...]


def state(warehouse: Path) -> State:
    counting = tuple((*place, batch.id) for place, batch in live(warehouse).items())
    try:
        county = open_county(warehouse)
    except NothingLoaded:
        return State((), counting)
    figures = [ask(county, [kpi], period) for kpi in KPIS for period in (SPRING, JUNE)]
    return State(tuple(repr(figure) for figure in figures), counting)


@dataclass(frozen=True)
class Plan:
    """A deed, the warehouse that it begins with, the states before and after it, and its undisturbed length."""

    name: str
    begin: Path
    job: dict
    before: State
    after: State
    touches: int
    seconds: float


class Doomed:
    """The process whose children die (tests/doomed.py)."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.doomed"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, job: dict) -> dict:
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        assert told["how"] in ("killed", "done"), f"{job} failed; its error stands above"
        return told

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def doomed():
    process = Doomed()
    yield process
    process.close()


@pytest.fixture(scope="module")
def uploads(tmp_path_factory) -> Path:
    """old/ holds May and June as they were first; new/ replaces June and brings a second table; other/ has a third."""
    folder = tmp_path_factory.mktemp("uploads")
    cells = [{"人员编号": f"P{n}", "结算日期": f"2026-0{5 + n % 2}-1{n % 9}"} for n in range(300)]
    for name in ("old", "new", "other"):
        (folder / name).mkdir()
    write(folder / "old", rows(SETTLEMENT, *cells), "old.csv")
    june = [{"人员编号": f"Q{n}"} for n in range(200)]
    write(folder / "new", rows(SETTLEMENT | {"医疗费总额": "3000.00"}, *june), "june.csv")
    write(folder / "new", [ENROLMENT], "enrolment.csv")
    write(folder / "other", [INSTITUTION], "institutions.csv")
    return folder


@pytest.fixture(scope="module")
def first(uploads, tmp_path_factory) -> Path:
    warehouse = tmp_path_factory.mktemp("first") / "warehouse"
    load(warehouse, [uploads / "old"], "测试")
    return warehouse


@pytest.fixture(scope="module")
def second(first, uploads, tmp_path_factory) -> Path:
    """The first warehouse with the new uploads loaded, undisturbed."""
    warehouse = Path(shutil.copytree(first, tmp_path_factory.mktemp("second") / "warehouse"))
    load(warehouse, [uploads / "new"], "测试")
    return warehouse


@pytest.fixture(scope="module")
def wanted(second, uploads, tmp_path_factory) -> State:
    """What stands in the end when all uploads are loaded and nobody is killed."""
    warehouse = Path(shutil.copytree(second, tmp_path_factory.mktemp("wanted") / "warehouse"))
    load(warehouse, [uploads / "other"], "测试")
    return state(warehouse)


@pytest.fixture(scope="module")
def plans(first, second, uploads, doomed, tmp_path_factory) -> dict[str, Plan]:
    folder = tmp_path_factory.mktemp("plans")

    def copy(source: Path, name: str) -> Path:
        return Path(shutil.copytree(source, folder / name))

    june = live(second)["settlements", "2026-06", ""].id
    behind = copy(second, "behind")  # the pointer of the state before, and the build of the journal is gone
    (behind / "builds" / f"{current(second)}.duckdb").unlink()
    shutil.copyfile(first / "CURRENT", behind / "CURRENT")
    lost = copy(second, "lost")
    shutil.rmtree(lost / "builds")
    (lost / "CURRENT").unlink()
    locked = copy(first, "locked")
    lock(locked, "2026-06", "测试", "已上报")
    loading = {"deed": "load", "upload": str(uploads / "new")}
    empty = folder / "empty"
    empty.mkdir()
    told = {
        "first load": (empty, loading),
        "load": (first, loading),
        "dry run and its loading": (first, loading | {"deed": "accept"}),
        "load into a locked month": (locked, loading | {"restating": "漏报"}),
        "undo": (second, {"deed": "undo", "batch": june}),
        "build from a stale pointer": (behind, loading),
        "build from nothing": (lost, loading),
    }
    return {name: planned(name, begin, job, copy, doomed) for name, (begin, job) in told.items()}


def planned(name: str, begin: Path, job: dict, copy, doomed) -> Plan:
    before, undisturbed = state(begin), copy(begin, f"undisturbed {name}")
    measured = doomed({**job, "warehouse": str(undisturbed)})
    assert measured["how"] == "done"
    return Plan(name, begin, job, before, state(undisturbed), measured["touches"], measured["seconds"])


def moment(plan: Plan, dice: random.Random) -> dict:
    """A third of the kills at any time, a third just before a touch of the disk, a third before one of the last 30."""
    share = dice.random()
    if share < 1 / 3:
        return {"seconds": dice.uniform(0.001, plan.seconds)}
    return {"touch": dice.randint(max(1, plan.touches - 30) if share > 2 / 3 else 1, plan.touches)}


def whole_journal(warehouse: Path) -> bool:
    path = warehouse / "journal.jsonl"
    content = path.read_bytes() if path.exists() else b"\n"
    return content.endswith(b"\n") and all(isinstance(json.loads(line), dict) for line in content.splitlines() if line)


def left_behind(warehouse: Path) -> list[str]:
    """What a finished load should have cleaned away of those that were killed before it."""
    known = {entry.batch for entry in journal(warehouse)}
    unfinished = [
        path for name in ("tmp", "trials") for path in (warehouse / name).glob("*") if path.name != "rooms.lock"
    ]
    unknown = [p for kept in ("batches", "rollups/*") for p in warehouse.glob(f"{kept}/*") if p.name not in known]
    builds = [p for p in (warehouse / "builds").glob("*") if p.stem not in {e.build for e in journal(warehouse)}]
    return [str(path.relative_to(warehouse)) for path in [*unfinished, *unknown, *builds]]


def kill_in_a_row(plan: Plan, warehouse: Path, wanted: int, dice: random.Random, doomed) -> list[str]:
    """Kill the deed up to `wanted` times in one warehouse; says of each kill what stood after it."""
    shutil.copytree(plan.begin, warehouse)
    told = []
    while len(told) < wanted:
        how = moment(plan, dice)
        if doomed({**plan.job, **how, "warehouse": str(warehouse)})["how"] == "done":
            break
        found = state(warehouse)
        assert found in (plan.before, plan.after), f"a mixture after {plan.name} killed at {how}"
        assert whole_journal(warehouse)
        restated = any("restated" in entry.values for entry in journal(warehouse))
        assert restated == ("restating" in plan.job and found == plan.after)
        told.append("old" if found == plan.before else "new")
        if told[-1] == "new":
            break
    return told


@pytest.mark.parametrize(
    "name",
    [
        "first load",
        "load",
        "dry run and its loading",
        "load into a locked month",
        "undo",
        "build from a stale pointer",
        "build from nothing",
    ],
)
def test_whatever_is_killed_leaves_the_old_state_or_the_new_one_and_the_next_load_recovers(
    name, plans, wanted, uploads, doomed, tmp_path, capsys
):
    plan, dice = plans[name], random.Random(f"{SEED} {name}")
    kills, counts, number = -(-KILLS // len(plans)), Counter(), 0
    assert plan.before != plan.after
    while counts.total() < kills:
        warehouse, number = tmp_path / f"k{number}", number + 1
        counts.update(kill_in_a_row(plan, warehouse, min(IN_A_ROW, kills - counts.total()), dice, doomed))
        recovered(plan, warehouse, uploads, wanted)
        shutil.rmtree(warehouse)
    with capsys.disabled():
        told = f"{counts['old']} left the old state, {counts['new']} the new one"
        print(f"\n{name} (seed {SEED}): {counts.total()} kills in {number} warehouses; {told}")


def recovered(plan: Plan, warehouse: Path, uploads: Path, wanted: State) -> None:
    """The next load, of whatever, cleans up; the figures end as those of a warehouse that nobody disturbed."""
    assert [r.status for r in load(warehouse, [uploads / "other"], "测试")] == ["loaded"]
    assert left_behind(warehouse) == []
    why = plan.job.get("restating", "")
    for name in ("old", "new") if plan.name == "first load" else ("new",):
        assert {r.status for r in load(warehouse, [uploads / name], "测试", restating=why)} <= {"loaded", "unchanged"}
    assert state(warehouse) == wanted
    assert [r.status for r in load(warehouse, [uploads / "new"], "测试")] == ["unchanged"] * 2


def test_kills_hit_before_and_after_the_commit(plans, doomed, tmp_path):
    """Else the moments above would prove nothing: the first touch is before it, the last one after it."""
    plan = plans["load"]

    def state_after(touch: int) -> State | None:
        """What stands after a kill at this touch; None if the load was done before it came so far."""
        warehouse = Path(shutil.copytree(plan.begin, tmp_path / str(touch)))
        how = doomed({**plan.job, "touch": touch, "warehouse": str(warehouse)})["how"]
        return state(warehouse) if how == "killed" else None

    assert state_after(3) == plan.before
    # how often a load touches the disk differs a little from one to the next
    late = (found for touch in range(plan.touches - 1, plan.touches - 10, -1) if (found := state_after(touch)))
    assert next(late, None) == plan.after


def test_a_document_is_registered_whole_or_not_at_all_wherever_it_is_killed(first, doomed, tmp_path):
    touches = doomed({"deed": "keep", "warehouse": str(shutil.copytree(first, tmp_path / "undisturbed"))})["touches"]
    warehouse, found = Path(shutil.copytree(first, tmp_path / "warehouse")), set()
    for touch in range(1, touches + 1):
        assert doomed({"deed": "keep", "warehouse": str(warehouse), "touch": touch})["how"] == "killed"
        found.add(len(listed(warehouse)))
        shutil.rmtree(warehouse / "documents", ignore_errors=True)
    assert doomed({"deed": "keep", "warehouse": str(warehouse)})["how"] == "done"
    assert found == {0, 1}
    assert [kept.title for kept in listed(warehouse)] == ["月报"]
