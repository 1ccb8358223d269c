"""The log of the service: lines that a program reads, that take turns, and that know nobody insured."""

import json
import logging
from pathlib import Path

import duckdb
import pytest

from pipelines import WarehouseError
from pipelines.operations import logs

PERSON, ID, TELEPHONE = "赵钱孙", "110101199003070134", "13800138000"
LIBRARY = "somebody_else.module"


@pytest.fixture(autouse=True)
def log(tmp_path, monkeypatch):
    """The log of a fresh process in tmp_path/logs; what the tests' own process had is given back."""
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in ("", *logs.OWN)}
    handlers = root.handlers[:]
    stray = logging.getLogger(LIBRARY)
    stray.addHandler(logging.StreamHandler())
    stray.propagate = False
    yield logs.begin(tmp_path)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_an_event_is_a_line_with_time_level_and_its_fields(log):
    logging.getLogger("views.watching").info("request", extra={"path": "/costs", "status": 200, "body": "no field"})
    (line,) = lines(log)
    assert line["at"][:2] == "20"
    del line["at"]
    assert line == {
        "level": "info",
        "logger": "views.watching",
        "event": "request",
        "path": "/costs",
        "status": 200,
    }


def test_an_error_says_what_kind_it_is_and_where_but_not_the_cell_that_it_speaks_of(log, capsys):
    try:
        duckdb.sql(f"select cast('{PERSON} {ID}' as decimal(12, 2))").fetchall()
    except duckdb.Error as problem:
        assert PERSON in str(problem), "else this test shows nothing"
        logging.getLogger("views.jobs").exception("work beside the page failed")
    (line,) = lines(log)
    assert line["error"] == "ConversionException"
    assert line["where"][0].startswith("tests/operations/test_logs.py:")
    assert PERSON not in log.read_text("utf-8") + capsys.readouterr().err


def test_a_library_writes_what_it_says_but_not_about_whom(log, capsys):
    logging.getLogger(LIBRARY).error("%s could not be read: %s", PERSON, ID)
    assert [line["event"] for line in lines(log)] == ["%s could not be read: %s"]
    assert PERSON not in capsys.readouterr().err


def test_numbers_of_persons_are_masked_in_our_own_sentences_and_fields(log):
    try:
        raise WarehouseError(f"第 3 行的 {ID} 读不懂") from OSError(28, "No space left on device", f"/{PERSON}.csv")
    except WarehouseError:
        logging.getLogger("pipelines.x").exception("电话 %s", TELEPHONE, extra={"path": f"/{ID}"})
    (line,) = lines(log)
    assert (line["event"], line["path"]) == ("电话 138****", "/1101****")
    assert line["error"] == "WarehouseError: 第 3 行的 1101**** 读不懂 <- OSError: No space left on device"
    assert PERSON not in log.read_text("utf-8")


def test_a_line_stays_a_line_whatever_is_in_it(log):
    logging.getLogger("views.watching").info("request", extra={"path": '/a\n{"level": "error"}\r\u2028'})
    assert len(log.read_text("utf-8").strip("\n").split("\n")) == 1


def test_files_take_turns_and_the_oldest_go(log, monkeypatch):
    (file,) = [handler for handler in logging.getLogger().handlers if hasattr(handler, "maxBytes")]
    file.maxBytes, file.backupCount = 2000, 3
    for n in range(100):
        logging.getLogger("views.x").info("event %d", n)
    files = sorted(path.name for path in log.parent.iterdir())
    assert files == [logs.NAME, *(f"{logs.NAME}.{n}" for n in (1, 2, 3))]
    assert lines(log)[-1]["event"] == "event 99"
    assert sum(path.stat().st_size for path in log.parent.iterdir()) <= 4 * 2000


def test_only_the_owner_reads_the_log(log):
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_folder_that_takes_no_log_is_told_and_nothing_else_stops(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FUND_LOGS", str(tmp_path / "file" / "logs"))
    assert logs.begin(tmp_path) is None
    assert "日志文件夹不能写入" in capsys.readouterr().err
