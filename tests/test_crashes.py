"""A load that is killed: the old figures or the new ones stand, and the next load goes on from there."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import Period, ask, load, open_county
from pipelines.store.builds import current
from pipelines.store.warehouse import journal, live
from tests.files import ENROLMENT, SETTLEMENT, rows, write

ROOT = Path(__file__).resolve().parents[1]
JUNE = Period("2026-06", "2026-06")
DICE = random.Random(20260630)
# Each child loads into a warehouse of its own and dies just before its nth touch of the disk, or after so many seconds.
# The parent imports everything once and starts no thread, so that it can fork.
DOOMED = """
import json, os, signal, sys, threading, time
from pathlib import Path
from pipelines.build import load

TOUCHES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "os.truncate"}

def dying(warehouse, upload, touch, seconds):
    seen, counting = [0], threading.Lock()
    def hook(event, arguments):
        if event in TOUCHES:
            with counting:
                seen[0] += 1
                if seen[0] == touch:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    if seconds:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    started = time.monotonic()
    load(Path(warehouse), [Path(upload)], "child")
    print(json.dumps([seen[0], time.monotonic() - started]), flush=True)

for child in json.loads(sys.argv[1]):
    pid = os.fork()
    if pid == 0:
        dying(*child)
        os._exit(0)
    os.waitpid(pid, 0)
"""


def children(told: list) -> str:
    command = [sys.executable, "-c", DOOMED, json.dumps(told)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def figures(warehouse: Path) -> list[str]:
    return [repr(f) for f in ask(open_county(warehouse), ["cost_per_case", "beneficiary_persons"], JUNE)]


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Path:
    """A warehouse with June as it was before, and beside it the folder of uploads that replaces it."""
    folder = tmp_path_factory.mktemp("before")
    cells = [{"人员编号": f"P{n}"} for n in range(300)]
    old = write(folder, rows(SETTLEMENT, *cells), "old.csv")
    load(folder / "warehouse", [old], "测试")
    (folder / "new").mkdir()
    write(folder / "new", rows(SETTLEMENT | {"医疗费总额": "3000.00"}, *cells[:200]), "june.csv")
    write(folder / "new", [ENROLMENT], "enrolment.csv")
    return folder


@pytest.fixture(scope="module")
def killed(before, tmp_path_factory) -> list[Path]:
    """Fifteen warehouses whose load was killed, each at another moment."""
    folder = tmp_path_factory.mktemp("killed")
    upload = str(before / "new")

    def copy(name: str) -> str:
        return str(shutil.copytree(before / "warehouse", folder / name))

    touches, seconds = json.loads(children([[copy("whole"), upload, 0, 0]]))
    moments = [(touch, 0) for touch in sorted(DICE.sample(range(1, touches + 1), 9))]
    moments += [(0, seconds * DICE.random() + 0.001) for _ in range(6)]
    children([[copy(f"k{n}"), upload, *moment] for n, moment in enumerate(moments)])
    return sorted(folder.glob("k*"))


def test_a_killed_load_leaves_the_old_figures_or_the_new_ones(before, killed):
    old = figures(before / "warehouse")
    new = figures(killed[0].parent / "whole")
    assert old != new
    assert [figures(warehouse) in (old, new) for warehouse in killed] == [True] * 15


def test_some_loads_were_killed_before_they_were_written_down(before, killed):
    """Else the moments above would prove nothing."""
    assert any(current(warehouse) == current(before / "warehouse") for warehouse in killed)


def test_the_next_load_recovers_whatever_was_left(before, killed):
    wanted = figures(killed[0].parent / "whole")
    for warehouse in killed:
        receipts = load(warehouse, [before / "new"], "测试")
        assert {r.status for r in receipts} <= {"loaded", "unchanged"}
        assert figures(warehouse) == wanted
        assert current(warehouse) == current(killed[0].parent / "whole")
        assert list((warehouse / "tmp").iterdir()) == []
        assert all((warehouse / "batches" / e.batch / "rows.parquet").exists() for e in journal(warehouse))
        assert {key for key, _ in live(warehouse)} == {"enrolment", "settlements"}
