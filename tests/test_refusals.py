"""What the system or the engine refuses is one Chinese sentence, and whoever reads it knows what to do."""

import errno
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from pipelines import WarehouseError
from pipelines.refusals import REASONS, in_words
from pipelines.side_by_side import side_by_side

ROOT = Path(__file__).resolve().parents[1]
SENTENCE = re.compile(r"^[^\n]*[\u4e00-\u9fff][^\n]*$")


@pytest.mark.parametrize("number", sorted({*REASONS, errno.ELOOP, errno.EBUSY}))
@pytest.mark.parametrize("name", ["/data/warehouse/x", None])
def test_every_refusal_of_the_system_is_a_sentence_without_english(number, name):
    with pytest.raises(WarehouseError) as told, in_words():
        raise OSError(number, os.strerror(number), name)
    sentence = str(told.value)
    assert SENTENCE.match(sentence)
    assert os.strerror(number) not in sentence
    assert "{" not in sentence


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), "磁盘空间不足"),
        (duckdb.OutOfMemoryException("failed to allocate data of size 2.0 GiB (3.0 GiB/3.0 GiB used)"), "内存不足"),
        (duckdb.OutOfMemoryException("limit was set by the 'max_temp_directory_size' setting"), "磁盘空间不足"),
        (duckdb.IOException('Cannot open file "x": Permission denied'), "没有权限"),
        (MemoryError(), "内存不足"),
        (duckdb.InternalException("INTERNAL Error: whatever"), "InternalException"),
    ],
)
def test_what_the_engine_says_is_told_by_its_cause(error, said):
    with pytest.raises(WarehouseError, match=said), in_words():
        raise error


def test_the_engine_really_says_so_when_its_room_for_spilling_is_full(tmp_path):
    con = duckdb.connect(config={"memory_limit": "20MB", "temp_directory": str(tmp_path), "threads": 1})
    con.execute("set max_temp_directory_size = '1MB'")
    with pytest.raises(WarehouseError, match=r"磁盘空间不足|内存不足"), in_words():
        con.execute("select count(distinct hash(i) || 'x' || i) from range(20000000) t(i)").fetchall()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_really_says_so():
    with pytest.raises(WarehouseError, match="磁盘空间不足"), in_words(), Path("/dev/full").open("w") as file:
        file.write("x" * 100_000)


def test_what_is_a_fault_of_the_program_is_not_dressed_up():
    with pytest.raises(KeyError), in_words():
        raise KeyError("a bug")


# ---------------------------------------------------------------- long work


def test_results_come_in_the_order_of_the_jobs_and_the_bar_never_goes_back():
    seen = []
    jobs = [(f"第 {n} 件", lambda n=n: n * n) for n in range(20)]
    assert side_by_side(jobs, lambda share, what: seen.append(share), 0.2, 0.7) == [n * n for n in range(20)]
    assert seen == sorted(seen)
    assert min(seen) >= 0.2
    assert max(seen) <= 0.7


def test_no_jobs_are_done_at_once():
    assert side_by_side([], lambda share, what: pytest.fail("told of nothing")) == []


def test_the_first_error_ends_it_and_the_rest_is_not_begun():
    begun = []

    def work(n: int) -> None:
        begun.append(n)
        time.sleep(0.01)
        if n == 0:
            raise ValueError("the first one")

    with pytest.raises(ValueError, match="the first one"):
        side_by_side([(str(n), lambda n=n: work(n)) for n in range(500)], lambda share, what: None)
    assert len(begun) < 500


def test_long_work_is_told_every_half_second():
    command = (
        "import time\nfrom pipelines.side_by_side import side_by_side\n"
        "side_by_side([('x', lambda: time.sleep(3))], lambda share, what: print(what, flush=True))"
    )
    told = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = told.stdout.splitlines()
    assert len(lines) >= 4
    assert re.fullmatch(r"x（\d 秒）", lines[-1])
