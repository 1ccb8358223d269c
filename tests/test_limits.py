"""FUND_MEMORY and FUND_THREADS: what they may say, and that every database keeps to its share."""

from pathlib import Path

import pytest

from pipelines import WarehouseError, limits
from pipelines.engine import carrying, comparing, in_memory, reading, workbench
from pipelines.side_by_side import side_by_side

SETTINGS = "select current_setting('memory_limit'), current_setting('threads')"
MIB = 2**20


def mebibytes(con) -> tuple[float, int]:
    size, threads = con.execute(SETTINGS).fetchone()
    number, unit = size.split()
    return float(number) * {"MiB": 1, "GiB": 1024}[unit], threads


def test_together_the_databases_of_a_server_stay_below_what_the_process_may_take(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_MEMORY", "2GB")
    monkeypatch.setenv("FUND_THREADS", "3")
    with carrying(tmp_path / "a.duckdb") as con:
        con.execute("create table t as select 1 as a")
    with workbench(tmp_path) as at_work:
        opened = [reading(tmp_path / "a.duckdb", []), at_work, in_memory(), in_memory()]
        found = [mebibytes(con) for con in opened]
    assert [threads for _, threads in found] == [3, 3, 3, 3]
    assert sum(size for size, _ in found) < 0.9 * 2e9 / MIB
    with carrying(tmp_path / "b.duckdb") as con:
        assert mebibytes(comparing(tmp_path)) == mebibytes(con) == found[1]


def test_pieces_that_work_side_by_side_share_what_one_would_have(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_MEMORY", "2GB")

    def size() -> float:
        with workbench(tmp_path) as con:
            return mebibytes(con)[0]

    def sizes(pieces: int) -> list[float]:
        return side_by_side([("", size) for _ in range(pieces)], lambda share, what: None)

    assert sizes(1)[0] == pytest.approx(2 * sizes(3)[0], abs=0.2)
    nested = side_by_side([("", lambda: sizes(1)), ("", lambda: sizes(1))], lambda share, what: None)
    assert [size for (size,) in nested] == sizes(2)


@pytest.mark.parametrize(
    ("name", "told", "sentence"),
    [
        ("FUND_MEMORY", "四个G", "FUND_MEMORY 是“四个G”，读不懂；应为内存大小，如 4GB"),
        ("FUND_MEMORY", "500MB", "FUND_MEMORY 是“500MB”，太小；至少要 1GB"),
        ("FUND_THREADS", "0", "FUND_THREADS 是“0”，读不懂；应为线程数，如 2"),
    ],
)
def test_a_limit_that_is_none_is_told_in_a_sentence(name, told, sentence, tmp_path, monkeypatch):
    monkeypatch.setenv(name, told)
    with pytest.raises(WarehouseError) as refusal, workbench(tmp_path):
        pass
    assert str(refusal.value) == sentence


def test_without_a_word_it_is_four_gigabytes_or_half_of_a_smaller_machine(monkeypatch):
    monkeypatch.delenv("FUND_MEMORY", raising=False)
    taken = []
    for machine in (64e9, 6e9, 1e9):
        monkeypatch.setattr(limits, "machine_bytes", lambda machine=machine: int(machine))
        taken.append(limits.memory_bytes())
    assert taken == [4e9, 3e9, 1e9]


def test_only_the_engine_opens_databases_so_none_is_without_a_limit():
    code = Path(limits.__file__).parent
    opening = {
        path.relative_to(code).as_posix() for path in code.rglob("*.py") if "duckdb.connect(" in path.read_text()
    }
    assert {path for path in opening if not path.startswith("bench/")} == {"engine.py", "limits.py"}
