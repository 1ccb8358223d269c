"""Ctrl-C on the command line: one sentence, whatever the engine is at."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.terminal import telling

TOLD = "已停止；没有做完的那一步没有留下什么"
SCRIPT = """
import os, signal, tempfile, threading
from pathlib import Path
from pipelines.engine import workbench
from pipelines.side_by_side import meanwhile, quiet
from pipelines.terminal import telling

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts behind itself ignores Ctrl-C

def endless():
    with workbench(Path(tempfile.gettempdir())) as con:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        con.execute("create temp table t as from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3")

with telling():
    meanwhile("", endless, quiet, 0.0, 1.0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C can't be sent to one process alone")
def test_ctrl_c_breaks_off_what_runs_beside_and_is_one_sentence():
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr.strip()) == (130, TOLD)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_what_the_engine_makes_of_ctrl_c_is_the_same_sentence(error, capsys):
    with pytest.raises(SystemExit) as ended, telling():
        raise error
    assert (ended.value.code, capsys.readouterr().err.strip()) == (130, TOLD)


def test_any_other_error_of_that_kind_is_not_taken_for_ctrl_c():
    with pytest.raises(RuntimeError, match="generator"), telling():
        raise RuntimeError("generator raised StopIteration")
