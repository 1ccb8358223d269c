"""The audit log: what a line says, and that nobody edits, removes, cuts or copies one without being told of."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import access, audit_log
from pipelines.access import Caller, Scope, acting
from pipelines.audit_log import Asked, LogUnwritable, record, search, verify, writing
from pipelines.staff import user

WRITER = """
import sys
from pathlib import Path
from pipelines import audit_log
for n in range(int(sys.argv[2])):
    audit_log.record(Path(sys.argv[1]), "export", f"{sys.argv[3]}-{n}")
    print(n, flush=True)
"""


@pytest.fixture
def log(tmp_path) -> Path:
    """A warehouse whose log has five lines; the file of the month."""
    for n in range(5):
        record(tmp_path, "export", f"文件{n}.xlsx", {"期间": "2026-01..2026-06"}, rows=n)
    return next((tmp_path / "audit").glob("*.jsonl"))


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def problems(log: Path) -> list[str]:
    return list(verify(log.parent.parent).problems)


def somebody(role: str, **more) -> Caller:
    return Caller("甲", role, access.roles()[role].rights, **more)


# ---------------------------------------------------------------- what a line says


def test_a_line_says_who_what_and_how_many_rows(tmp_path):
    with acting(somebody("auditor", session="0123456789abcdef", address="10.1.1.7")):
        record(tmp_path, "rows", "次均费用", {"期间": "2026-01..2026-06", "机构": ["A01", "A02"], "空": ""}, rows=200)
    (line,) = search(tmp_path, Asked())
    assert (line.number, line.who, line.role, line.seen_as) == (1, "甲", "稽核", "")
    assert (line.event, line.subject, line.rows) == ("rows", "次均费用", 200)
    assert line.details == {"期间": "2026-01..2026-06", "机构": "A01、A02"}
    assert (line.session, line.address) == ("01234567", "10.1.1.7")


def test_without_accounts_a_line_names_the_user_of_the_operating_system(tmp_path):
    record(tmp_path, "export", "a.pdf")
    (line,) = search(tmp_path, Asked())
    assert (line.who, line.role) == (user(), "")


def test_nobody_logged_in_is_nobody_and_is_recorded_all_the_same(tmp_path):
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "accounts.db").touch()
    record(tmp_path, "log_in_failed", "乙", {"地址": "10.1.1.7"})
    (line,) = search(tmp_path, Asked())
    assert (line.who, line.role, line.subject) == ("", "", "乙")


def test_an_administrator_who_looks_as_another_is_named_first(tmp_path):
    seen = somebody("institution", scope=Scope(institutions=("A01",)), seen_by="管理员")
    with acting(seen):
        record(tmp_path, "export", "a.pdf")
    (line,) = search(tmp_path, Asked())
    assert (line.who, line.role, line.seen_as) == ("管理员", "", "机构 A01")


def test_personal_numbers_never_stand_in_the_log(tmp_path):
    record(tmp_path, "export", "身份证110101199003074514", {"手机": "13912345678", "编号": ["110101199003074514"]})
    text = next((tmp_path / "audit").glob("*.jsonl")).read_text("utf-8")
    assert "199003074514" not in text and "12345678" not in text and "1101****" in text


def test_however_much_is_told_the_next_line_finds_the_one_before(tmp_path):
    flood = {"\x00" * 900 + str(n): "\x00" * 9_000 for n in range(500)}
    for _ in range(3):
        record(tmp_path, "export", "\x00" * 9_000, flood)
    state = verify(tmp_path)
    assert (state.count, state.problems) == (3, ())


def test_an_unknown_event_is_an_error_that_names_itself(tmp_path):
    with pytest.raises(ValueError, match="nonsense"):
        record(tmp_path, "nonsense")


def test_the_log_is_for_its_owner_alone(log):
    assert log.stat().st_mode & 0o077 == 0
    assert log.parent.stat().st_mode & 0o077 == 0


def test_rows_that_stay_on_a_page_are_recorded_once_and_by_everybody_who_sees_them(tmp_path):
    for role in ("auditor", "operations"):
        with acting(somebody(role)):
            for _ in range(3):
                audit_log.seen(tmp_path, "rows", "次均费用", {"期间": "2026-06"}, 20)
    assert [line.role for line in search(tmp_path, Asked())] == ["业务", "稽核"]


# ---------------------------------------------------------------- nothing is changed unnoticed


def test_a_log_as_it_was_written_is_whole(log):
    state = verify(log.parent.parent)
    assert (state.count, state.problems, state.keyed) == (5, (), 0)
    assert audit_log.head(log.parent.parent) == (5, state.head)
    assert audit_log.glance(log.parent.parent) == []


def test_an_edited_line_is_named(log):
    log.write_bytes(log.read_bytes().replace("文件2.xlsx".encode(), "文件9.xlsx".encode()))
    assert [told.split("：")[0] for told in problems(log)] == [f"{log.name} 第 3 行"]


def test_an_edited_line_with_a_new_hash_leaves_the_next_one_without_its_own(log):
    lines = lines_of(log)
    line = audit_log.lines.parsed(lines[2].replace("文件2".encode(), "文件9".encode()))
    former = json.loads(lines[1])["hash"]
    lines[2] = audit_log.lines.written(line, former, b"")[0]
    log.write_bytes(b"".join(lines))
    assert [told.split("：")[0] for told in problems(log)] == [f"{log.name} 第 4 行"]


def test_a_removed_line_leaves_a_gap_in_the_numbers(log):
    lines = lines_of(log)
    log.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert "第 3 至 3 条不见了" in problems(log)[0]


def test_a_copied_line_is_one_too_many(log):
    lines = lines_of(log)
    log.write_bytes(b"".join([*lines[:3], lines[1], *lines[3:]]))
    assert "第 2 条重复" in problems(log)[0]


@pytest.mark.parametrize("left", [4, 1, 0])
def test_a_tail_that_was_cut_off_is_missed_and_stays_missing(log, left):
    log.write_bytes(b"".join(lines_of(log)[:left]))
    assert problems(log) == [f"末尾：第 {left + 1} 至 5 条不见了"]
    assert audit_log.glance(log.parent.parent) == [f"第 {left + 1} 至 5 条不见了"]
    record(log.parent.parent, "export", "后来")
    assert any(f"第 {left + 1} 至 5 条不见了" in told for told in problems(log))
    assert [line.number for line in search(log.parent.parent, Asked())][:2] == [7, 6]


def test_a_removed_file_is_missed(log):
    log.unlink()
    assert problems(log) == ["末尾：第 1 至 5 条不见了"]


def test_an_anchor_that_is_gone_or_was_forged_is_told_of(log):
    anchor = log.parent / "anchor"
    log.write_bytes(b"".join(lines_of(log)[:4]))
    anchor.write_text(f"4 {'0' * 64} {'0' * 64}")
    assert problems(log) == ["末尾：锚点不见了"]
    anchor.unlink()
    assert problems(log) == ["末尾：锚点不见了"]
    record(log.parent.parent, "export", "后来")
    assert any("锚点不见了" in told for told in problems(log))


def test_a_file_put_back_as_it_was_is_missed(log):
    former = log.read_bytes()
    record(log.parent.parent, "export", "不想让人看见")
    log.write_bytes(former)
    assert problems(log) == ["末尾：第 6 至 6 条不见了"]


def test_files_that_changed_places_are_told_of(log, monkeypatch):
    monkeypatch.setattr(writing, "now", lambda: "2999-01-05T08:00:00.000+08:00")
    record(log.parent.parent, "export", "下个月")
    later = log.with_name("2999-01.jsonl")
    assert later.exists() and problems(log) == []
    first, second = log.read_bytes(), later.read_bytes()
    log.write_bytes(second)
    later.write_bytes(first)
    told = " ".join(problems(log))
    assert "晚于文件所属的月份" in told and "次序不对" in told


def test_a_clock_that_went_back_leaves_one_chain(log, monkeypatch):
    monkeypatch.setattr(writing, "now", lambda: "2001-01-05T08:00:00.000+08:00")
    record(log.parent.parent, "export", "时钟倒退")
    assert problems(log) == []
    assert len(list(log.parent.glob("*.jsonl"))) == 1


# ---------------------------------------------------------------- with a key outside the warehouse


@pytest.fixture
def sealed_log(tmp_path, monkeypatch) -> Path:
    (tmp_path / "keys").mkdir(mode=0o700)
    warehouse = tmp_path / "warehouse"
    record(warehouse, "export", "还没有密钥")
    (warehouse / "keys.json").write_text("{}")  # bound to its keys
    monkeypatch.setenv("FUND_KEYS", str(tmp_path / "keys"))
    for n in range(3):
        record(warehouse, "export", f"文件{n}.xlsx")
    return next((warehouse / "audit").glob("*.jsonl"))


def test_lines_from_the_first_key_on_are_sealed_with_it(sealed_log):
    state = verify(sealed_log.parent.parent)
    assert (state.count, state.keyed, state.problems) == (4, 3, ())
    assert (sealed_log.parents[2] / "keys" / "audit.key").stat().st_mode & 0o077 == 0


def test_a_log_written_anew_without_the_key_is_none(sealed_log, monkeypatch):
    warehouse = sealed_log.parent.parent
    shutil.rmtree(sealed_log.parent)
    monkeypatch.delenv("FUND_KEYS")
    for n in range(4):
        record(warehouse, "export", f"清白{n}")
    assert problems(sealed_log) == []
    monkeypatch.setenv("FUND_KEYS", str(sealed_log.parents[2] / "keys"))
    assert [told for told in problems(sealed_log) if "没有用密钥封签" in told]


def test_the_anchor_beside_the_keys_misses_what_was_cut_with_its_anchor(sealed_log):
    warehouse = sealed_log.parent.parent
    kept = {path: path.read_bytes() for path in (sealed_log, sealed_log.parent / "anchor")}
    record(warehouse, "export", "不想让人看见")
    for path, content in kept.items():
        path.write_bytes(content)
    assert problems(sealed_log) == ["末尾：第 5 至 5 条不见了"]


def test_a_new_key_seals_what_comes_and_the_former_one_still_verifies_what_was(sealed_log):
    audit_log.renew_key(sealed_log.parent.parent)
    record(sealed_log.parent.parent, "keys", "换密钥")
    state = verify(sealed_log.parent.parent)
    assert (state.count, state.keyed, state.problems) == (5, 4, ())
    assert len({line.key for line in search(sealed_log.parent.parent, Asked())}) == 3, "none, the first, the second"


def test_keys_of_one_warehouse_are_not_those_of_another(sealed_log, tmp_path):
    record(tmp_path / "other", "export", "别的仓库")
    assert (verify(tmp_path / "other").keyed, verify(tmp_path / "other").problems) == (0, ())
    assert problems(sealed_log) == []


def test_without_its_key_a_sealed_log_takes_no_line_and_can_not_be_verified(sealed_log, monkeypatch):
    monkeypatch.delenv("FUND_KEYS")
    with pytest.raises(LogUnwritable, match="FUND_KEYS"):
        record(sealed_log.parent.parent, "export", "没有密钥")
    assert any("无法核对" in told for told in problems(sealed_log))


# ---------------------------------------------------------------- crashes, two at once, a full disk


def started(warehouse: Path, lines: int, name: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(warehouse), str(lines), name], stdout=subprocess.PIPE)


def test_two_processes_write_one_chain(tmp_path):
    for writer in [started(tmp_path, 40, name) for name in "ab"]:
        assert writer.wait(60) == 0
    state = verify(tmp_path)
    assert (state.count, state.problems) == (80, ())
    subjects = [line.subject for line in search(tmp_path, Asked())][::-1]
    for name in "ab":
        assert [s for s in subjects if s[0] == name] == [f"{name}-{n}" for n in range(40)]


def test_a_killed_writer_loses_no_line_that_it_said_it_wrote(tmp_path):
    writer = started(tmp_path, 100_000, "k")
    for _ in range(30):
        said = int(writer.stdout.readline())
    os.kill(writer.pid, signal.SIGKILL)
    said = max([said, *map(int, re.findall(rb"\d+(?=\n)", writer.stdout.read()))])
    writer.wait()
    record(tmp_path, "export", "后来")
    state = verify(tmp_path)
    assert state.problems == ()
    assert {f"k-{n}" for n in range(said + 1)} <= {line.subject for line in search(tmp_path, Asked())}


@pytest.mark.parametrize("kept", [1, 40, -1], ids=["a byte", "half a line", "all but its end"])
def test_what_a_crash_left_of_a_line_is_cut_off_and_said(log, kept):
    line = lines_of(log)[-1].replace("文件4".encode(), "文件5".encode())
    with log.open("ab") as file:
        file.write(line[:kept])
    assert problems(log) == []
    record(log.parent.parent, "export", "后来")
    assert problems(log) == []
    assert [each.event for each in search(log.parent.parent, Asked())][:2] == ["export", "torn"]


def test_on_a_full_disk_nothing_is_recorded_and_the_caller_is_told(log, monkeypatch):
    whole = log.read_bytes()
    real = os.write

    def full(handle, text):
        if text.startswith(b"{"):
            return real(handle, text[:20])
        return real(handle, text)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(LogUnwritable, match=r"审计日志写不进去.*磁盘空间不足"):
        record(log.parent.parent, "export", "放不下")
    assert log.read_bytes() == whole
    monkeypatch.undo()
    record(log.parent.parent, "export", "放得下")
    assert problems(log) == []


def test_a_disk_that_fails_to_keep_the_line_leaves_none(log, monkeypatch):
    whole = log.read_bytes()

    def failing(handle):
        raise OSError(errno.EIO, "")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(LogUnwritable, match="磁盘读写出错"):
        record(log.parent.parent, "export", "没写下去")
    assert log.read_bytes() == whole


def test_a_log_that_another_program_holds_is_waited_for_and_then_refused(log, monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.1)
    with writing.locked(log.parent.parent), pytest.raises(LogUnwritable, match="另一个程序"):
        record(log.parent.parent, "export", "等不到")


# ---------------------------------------------------------------- searching


@pytest.fixture
def busy(tmp_path, monkeypatch) -> Path:
    times = ["2026-01-31T23:59:59", "2026-02-01T00:00:01", "2026-02-01T12:00:00", "2026-03-05T08:00:00"]
    said = [("甲", "log_in", "", {}), ("乙", "rows", "次均费用", {"机构": "A01"})]
    said += [("甲", "export", '名单"引号".xlsx', {"期间": "2026-01"}), ("丙", "rows", "甲类费用", {})]
    for at, (who, event, subject, details) in zip(times, said, strict=True):
        monkeypatch.setattr(writing, "now", lambda at=at: f"{at}.000+08:00")
        with acting(Caller(who, "auditor", frozenset())):
            record(tmp_path, event, subject, details)
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (Asked(), [4, 3, 2, 1]),
        (Asked(first="2026-02-01"), [4, 3, 2]),
        (Asked(last="2026-01-31"), [1]),
        (Asked(first="2026-02-01", last="2026-02-28"), [3, 2]),
        (Asked(who="甲"), [3, 1]),
        (Asked(events=("rows",)), [4, 2]),
        (Asked(events=("rows", "log_in")), [4, 2, 1]),
        (Asked(text="a01"), [2]),
        (Asked(text='"引号"'), [3]),
        (Asked(text="甲", events=("rows",)), [4]),
        (Asked(text="没有的"), []),
    ],
)
def test_a_search_finds_what_fits_and_nothing_else(busy, asked, numbers):
    assert [line.number for line in search(busy, asked)] == numbers
