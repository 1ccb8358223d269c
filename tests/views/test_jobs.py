"""Work beside the page: its result, its sentence when it fails, what becomes of it when nobody wants it any more."""

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipelines import WarehouseError
from pipelines.engine import workbench
from views.jobs import Job, together

SECONDS = 10
ROOT = Path(__file__).parents[2]


def ended(job: Job) -> Job:
    assert job.ended.wait(SECONDS)
    return job


def test_a_job_gives_its_result_and_tells_how_far_it_is():
    def work(tell):
        tell(0.5, "读到一半")
        return 7

    job = ended(Job(work))
    assert (job.result, job.problem, job.share, job.what) == (7, "", 0.5, "读到一半")


def failing(error: Exception):
    def work(tell):
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (WarehouseError("五月已锁定"), "五月已锁定"),
        (OSError(errno.ENOSPC, "no space"), "磁盘空间不足"),
        (ZeroDivisionError("x"), "没有做完，数据没有改变"),
    ],
)
def test_what_fails_is_a_sentence(error, sentence):
    job = ended(Job(failing(error)))
    assert job.result is None
    assert job.problem.startswith(sentence)


def test_a_job_that_nobody_wants_ends_at_its_next_step():
    begun, stopped = threading.Event(), threading.Event()

    def work(tell):
        begun.set()
        stopped.wait(SECONDS)
        tell(0.5, "白做")
        return 7

    job = Job(work)
    begun.wait(SECONDS)
    job.stop()
    stopped.set()
    ended(job)
    assert (job.result, job.problem) == (None, "")


def test_a_result_that_comes_after_the_stop_is_given_away_once():
    begun, stopped, away = threading.Event(), threading.Event(), []

    def work(tell):
        begun.set()
        stopped.wait(SECONDS)
        return 7

    job = Job(work, unwanted=away.append)
    begun.wait(SECONDS)
    job.stop()
    stopped.set()
    ended(job).thread.join(SECONDS)
    job.stop()
    assert away == [7]


def test_a_result_that_was_there_before_the_stop_is_given_away_once():
    away = []
    job = ended(Job(lambda tell: 7, unwanted=away.append))
    job.thread.join(SECONDS)
    job.stop()
    job.stop()
    assert away == [7]


LEAVES_AMID_A_JOB = """
import duckdb, time
from pipelines.engine import workbench
from views.jobs import Job, together

def work(tell):
    while True:
        tell(0.5, "")
        duckdb.connect().execute("select sum(sqrt(a)) from range(20000) t(a)").fetchall()

Job(work)
time.sleep(0.5)
"""


def test_a_program_that_ends_amid_a_job_ends_in_order():
    here = Path(__file__).parents[2]
    codes = [subprocess.run([sys.executable, "-c", LEAVES_AMID_A_JOB], cwd=here).returncode for _ in range(3)]
    assert codes == [0, 0, 0]


def test_work_that_the_end_of_the_server_breaks_off_is_no_failure_to_log():
    script = """
import time
from concurrent.futures import ThreadPoolExecutor
from pipelines.engine import workbench
from views.jobs import Job, together

def work(tell):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, 0.5).result()
    ThreadPoolExecutor(1).submit(print)

Job(work)
time.sleep(0.1)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr


def test_a_reader_breaks_off_what_the_engine_is_at_and_is_told_that_nothing_changed(tmp_path):
    begun = threading.Event()

    def endless(tell):
        with workbench(tmp_path) as con:
            begun.set()
            con.execute("select count(*) from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3")

    job = Job(endless)
    assert begun.wait(SECONDS)
    while not job.ended.wait(0.05):
        job.cancel()
    assert (job.cancelled, job.problem) == (True, "已停止，没有改变什么")


def test_work_that_was_done_when_the_reader_stopped_it_is_told_as_done():
    begun, stopped = threading.Event(), threading.Event()

    def work(tell):
        begun.set()
        stopped.wait(SECONDS)

    job = Job(work)
    begun.wait(SECONDS)
    job.cancel()
    stopped.set()
    assert (ended(job).cancelled, job.problem) == (False, "")


def test_what_a_reader_stopped_stays_so_until_somebody_asks_again():
    begun = []

    def work(tell):
        begun.append(1)
        while len(begun) == 1:
            tell(0.5, "")

    key = ("test", object())
    job = together(key, work)
    job.cancel()
    ended(job)
    assert together(key, work) is job
    other = ended(together(key, work, again=True))
    assert (len(begun), other.problem) == (2, "")
