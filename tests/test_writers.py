"""Several processes at once: writers wait for each other, readers never wait, nobody is shown an error of a lock."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pipelines import Period, ask, load, lock, open_county
from pipelines.signing import notes
from pipelines.store.warehouse import journal, live, user
from tests.files import SETTLEMENT, rows, write

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
JUNE = Period("2026-06", "2026-06")
# Ten threads of a process open the county again and again until the file is there; every answer is told at the end.
READERS = """
import json, os, sys, threading, time
from pathlib import Path
from pipelines import Period, ask, open_county

warehouse, stop, told, lock = Path(sys.argv[1]), Path(sys.argv[2]), [], threading.Lock()
tester = os.getppid()

def read():
    while True:
        try:
            figure, = ask(open_county(warehouse), ["cost_per_case"], Period("2026-06", "2026-06"))
            answer = str(figure.value)
        except Exception as error:
            answer = repr(error)
        with lock:
            told.append(answer)
            if len(told) == 10:
                print("reading", flush=True)
        if stop.exists() or os.getppid() != tester:  # who was killed stops nobody
            return
        time.sleep(0.1)

threads = [threading.Thread(target=read) for _ in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(told), flush=True)
"""
# The dashboard's own script, rerun as for a page that is clicked all the time; what is amiss on a page is told.
DASHBOARD = """
import json, sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

stop, told = Path(sys.argv[1]), []
while True:
    app = AppTest.from_file("views/entry.py", default_timeout=60)
    app.run()
    told.append([element.value for element in [*app.exception, *app.error]] or bool(app.metric or app.markdown))
    if len(told) == 1:
        print("reading", flush=True)
    if stop.exists():
        break
print(json.dumps(told), flush=True)
"""
NOTE = """
import sys
from pathlib import Path
from pipelines import Period
from pipelines.signing import note
note(Path(sys.argv[1]), "month", "2026-06", Period("2026-06", "2026-06"), "批注", sys.argv[2])
"""
HOLD = """
import sys
from pathlib import Path
from pipelines.store.warehouse import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def june(folder: Path, name: str, fee: str = "2000.00", month: str = "2026-06", persons: int = 50) -> Path:
    cells = [{"人员编号": f"P{n}", "结算ID": f"{name}{n}", "结算日期": f"{month}-1{n % 9}"} for n in range(persons)]
    return write(folder, rows(SETTLEMENT | {"医疗费总额": fee}, *cells), f"{name}.csv")


def command(warehouse: Path, *words: object, stderr=subprocess.PIPE, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", "--warehouse", str(warehouse), *map(str, words)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
    )


def ended(process: subprocess.Popen) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@contextmanager
def python(program: str, *words: object, **environment: str):
    """A process that runs this program once it has said its first line."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout.readline().strip() in ("held", "reading")
        yield process
        if process.poll() is None:
            process.stdin.close()


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """What the tests begin with, loaded once."""
    folder = tmp_path_factory.mktemp("loaded")
    load(folder / "warehouse", [june(folder, "first")], "测试")
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def test_two_loads_at_once_into_an_empty_warehouse_both_count(tmp_path):
    """Also the first users of all: one of the two makes the key, and the persons of both are the same."""
    files = june(tmp_path, "may", month="2026-05"), june(tmp_path, "june")
    loads = [command(tmp_path / "warehouse", "load", file, "--by", file.stem) for file in files]
    told = [ended(process) for process in loads]
    assert [code for code, _, _ in told] == [0, 0], told
    assert not any("错误" in out + err or "Traceback" in err for _, out, err in told)
    assert {period for _, period, _ in live(tmp_path / "warehouse")} == {"2026-05", "2026-06"}
    assert sorted(e.by for e in journal(tmp_path / "warehouse")) == ["june", "may"]
    (figure,) = ask(open_county(tmp_path / "warehouse"), ["beneficiary_persons"], Period("2026-05", "2026-06"))
    assert figure.value == 50


def test_the_same_file_twice_at_once_counts_once(tmp_path):
    file = june(tmp_path, "june")
    told = [ended(p) for p in [command(tmp_path / "warehouse", "load", file, "--json") for _ in range(2)]]
    assert [code for code, _, _ in told] == [0, 0], told
    assert sorted(json.loads(out)[0]["status"] for _, out, _ in told) == ["loaded", "unchanged"]
    assert len(journal(tmp_path / "warehouse")) == 1


def test_a_load_into_a_locked_month_and_two_notes_at_once_all_stand(warehouse, tmp_path):
    lock(warehouse, "2026-06", "测试", "已上报")
    loading = command(warehouse, "load", june(tmp_path, "second", "3000.00"), "--restate", "漏报")
    writing = [subprocess.Popen([sys.executable, "-c", NOTE, str(warehouse), who], cwd=ROOT) for who in ("甲", "乙")]
    assert (ended(loading)[0], [process.wait(60) for process in writing]) == (0, [0, 0])
    assert {each.by for each in notes(warehouse)} == {"甲", "乙"}
    assert [entry.why for entry in journal(warehouse) if entry.values.get("restated") == "2026-06"] == ["漏报"]


def test_a_load_while_the_dashboard_runs_disturbs_no_page(warehouse, tmp_path):
    stop = tmp_path / "stop"
    with python(DASHBOARD, stop, FUND_WAREHOUSE=str(warehouse)) as dashboard:
        code, _, err = ended(command(warehouse, "load", june(tmp_path, "second", "3000.00")))
        assert code == 0, err
        stop.touch()
        told = json.loads(dashboard.stdout.readline())
    assert told == [True] * len(told)
    assert len(told) >= 2


def test_fifty_readers_in_five_processes_see_the_old_figure_or_the_new_one(warehouse, tmp_path):
    stop = tmp_path / "stop"
    with ExitStack() as stack:
        readers = [stack.enter_context(python(READERS, warehouse, stop)) for _ in range(5)]
        code, _, err = ended(command(warehouse, "load", june(tmp_path, "second", "3000.00")))
        assert code == 0, err
        stop.touch()
        answers = [answer for reader in readers for answer in json.loads(reader.stdout.readline())]
    assert set(answers) == {"2000.00", "3000.00"}
    assert len(answers) >= 100
    (figure,) = ask(open_county(warehouse), ["cost_per_case"], JUNE)
    assert str(figure.value) == "3000.00"


def test_a_writer_who_will_not_wait_any_longer_is_told_who_holds_the_warehouse(warehouse, tmp_path):
    with python(HOLD, warehouse) as holder:
        before = (warehouse / "journal.jsonl").read_bytes()
        code, out, err = ended(command(warehouse, "load", june(tmp_path, "second"), FUND_PATIENCE="0.5"))
        assert (code, out) == (2, "")
        assert "错误：另一个程序正在写入" in err
        assert f"进程 {holder.pid}" in err
        assert "Traceback" not in err
        assert (warehouse / "journal.jsonl").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_who_waits_is_told_whom_for_and_goes_on_when_his_turn_comes(warehouse, tmp_path):
    import pty

    terminal, end = pty.openpty()  # the bar is drawn on a terminal only
    with python(HOLD, warehouse) as holder:
        waiting = command(warehouse, "load", june(tmp_path, "second", "3000.00"), stderr=end)
        os.close(end)
        told = read_until(terminal, f"等待另一个程序写完（{user()}，进程 {holder.pid}")
        holder.stdin.close()
        read_until(terminal, "完成")
        assert waiting.wait(60) == 0, told
    assert live(warehouse)["settlements", "2026-06", ""].file == "second.csv"


def read_until(terminal: int, words: str) -> str:
    """What the terminal shows until these words; the test's own time limit ends a wait for what never comes."""
    shown = b""
    while words not in shown.decode("utf-8", "replace"):
        if not select.select([terminal], [], [], 30)[0]:
            pytest.fail(f"no {words!r} within 30 seconds of {shown.decode('utf-8', 'replace')!r}")
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the program has ended
            break
    return shown.decode("utf-8", "replace")


def test_a_dry_run_and_a_question_wait_for_no_writer(warehouse, tmp_path):
    with python(HOLD, warehouse):
        asked = [command(warehouse, "check", june(tmp_path, "second", "3000.00")), command(warehouse, "status")]
        assert [ended(process)[0] for process in asked] == [0, 0]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_writer_that_died_holding_the_warehouse_blocks_nobody(warehouse, tmp_path, how):
    with python(HOLD, warehouse) as holder:
        os.kill(holder.pid, how)
        holder.wait()
        code, _, err = ended(command(warehouse, "load", june(tmp_path, "second", "3000.00"), FUND_PATIENCE="5"))
    assert (code, "正在写入" in err) == (0, False)
