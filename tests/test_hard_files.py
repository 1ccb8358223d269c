"""Files and folders as they should not be: each is one clear Chinese sentence, and nothing of the warehouse changes."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines import WarehouseError, load
from pipelines.cli import main
from pipelines.store.warehouse import journal
from tests.files import SETTLEMENT, rows, text, write

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
OF_THE_MOMENT = ("tmp", "trials", "trials.lock", "writer.json", "writer.lock")
LOGGED_FIRST = ("audit",)  # a line before what it tells of: a load that then fails may be told, never one done untold
LONGEST_SECONDS = 30
JUNE = text(rows(SETTLEMENT, {}, {"人员编号": "P2"}))
CHINESE = re.compile("[\u4e00-\u9fff]{4}")


def fingerprint(warehouse: Path, but: tuple[str, ...] = ()) -> dict[str, str]:
    """Every file of the warehouse by its content, but for what belongs to the moment and the folders of but."""
    files = (p for p in warehouse.rglob("*") if p.is_file())
    return {
        str(p.relative_to(warehouse)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
        if p.relative_to(warehouse).parts[0] not in (*OF_THE_MOMENT, *but)
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    """A warehouse with May in it; the tests must leave it as it is."""
    folder = tmp_path_factory.mktemp("loaded")
    write(folder, rows(SETTLEMENT | {"结算日期": "2026-05-05"}, {}, {"人员编号": "P2"}), "may.csv")
    load(folder / "warehouse", [folder / "may.csv"], "测试")
    return folder / "warehouse"


# ---------------------------------------------------------------- files


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def truncated_zip(folder: Path) -> Path:
    path = zipped(folder / "six.zip", {"june.csv": JUNE.encode() * 50})
    path.write_bytes(path.read_bytes()[:-40])
    return path


def bomb(folder: Path) -> Path:
    """A hundred megabytes of zeros in a hundred kilobytes."""
    return zipped(folder / "six.zip", {"june.csv": b"0" * (100 << 20)})


def lying_bomb(folder: Path) -> Path:
    """A bomb whose directory says that its member has ten bytes."""
    path = bomb(folder)
    content = bytearray(path.read_bytes())
    size = struct.pack("<I", 100 << 20)
    at = content.rfind(size)
    content[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    return path


def zip_with(name: str):
    def make(folder: Path) -> Path:
        return zipped(folder / "six.zip", {name: JUNE.encode()})

    return make


def two_gigabytes(folder: Path) -> Path:
    """Sparse: it takes no room on the disk."""
    path = write(folder, JUNE, "june.csv")
    os.truncate(path, 2 << 30)
    return path


def two_gigabytes_of_a_workbook(folder: Path) -> Path:
    path = workbook(folder)
    os.truncate(path, 2 << 30)
    return path


def workbook(folder: Path) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(folder / "june.xlsx") as book:
        sheet = book.add_worksheet("六月")
        for number, line in enumerate(JUNE.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    return folder / "june.xlsx"


def truncated_workbook(folder: Path) -> Path:
    path = workbook(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def workbook_with_entities(folder: Path) -> Path:
    """A billion laughs in the shared strings."""
    path = workbook(folder)
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a0 "ha">{laughs}]>'.encode()
    shared = members["xl/sharedStrings.xml"]
    members["xl/sharedStrings.xml"] = declared + shared[shared.index(b"<sst") :].replace("结算ID".encode(), b"&a9;")
    return zipped(path, members)


def named(name: str, content: bytes):
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "june.csv")
    return folder / "june.csv"


def folder_named_like_a_file(folder: Path) -> Path:
    (folder / "june.csv").mkdir()
    return folder / "june.csv"


HEADER = JUNE.splitlines()[0]
HARD = {
    "empty": named("june.csv", b""),
    "only spaces": named("june.csv", b" \r\n\t\n" * 100),
    "only a byte order mark": named("june.csv", b"\xef\xbb\xbf"),
    "header only": named("june.csv", HEADER.encode()),
    "header and blank lines": named("june.csv", f"{HEADER}\n\n,,,\n".encode()),
    "a picture named .csv": named("june.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "a program named .csv": named("june.csv", b"\x7fELF\x02\x01\x01" + bytes(4096)),
    "random bytes named .csv": named("june.csv", zlib.compress(bytes(range(256)) * 99)[2:] * 9),
    "random bytes named .xlsx": named("june.xlsx", b"\x01\x02\x03\xff\xfe\xfd" * 999),
    "an empty workbook file": named("june.xlsx", b""),
    "an empty zip file": named("june.zip", b""),
    "an xls of nothing": named("june.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
    "zeros": named("june.csv", bytes(100_000)),
    "a truncated zip": truncated_zip,
    "a truncated workbook": truncated_workbook,
    "a bomb": bomb,
    "a bomb that lies": lying_bomb,
    "a workbook with entities": workbook_with_entities,
    "a path out of the zip": zip_with("../../../june.csv"),
    "a path to the root": zip_with("/etc/cron.d/june.csv"),
    "a path to a drive": zip_with("C:\\Windows\\june.csv"),
    "a path with backslashes": zip_with("..\\..\\june.csv"),
    "2 GB": two_gigabytes,
    "a workbook of 2 GB": two_gigabytes_of_a_workbook,
    "a pipe": pipe,
    "an endless device": lambda folder: Path("/dev/zero"),
    "a folder with nothing in it": folder_named_like_a_file,
    "no file at all": lambda folder: folder / "june.csv",
    "a link to nowhere": lambda folder: (folder / "june.csv").symlink_to(folder / "gone.csv") or folder / "june.csv",
}


@pytest.mark.parametrize("hard", HARD)
def test_a_hard_file_is_one_sentence_and_changes_nothing(hard, loaded, tmp_path):
    path, before = HARD[hard](tmp_path), fingerprint(loaded)
    started = time.monotonic()
    assert one_sentence(lambda: by_command("check", loaded, path)) == [1]
    assert one_sentence(lambda: by_command("load", loaded, path)) == [1]
    assert one_sentence(lambda: by_function(loaded, path)) == [1]
    assert time.monotonic() - started < 3 * LONGEST_SECONDS
    assert fingerprint(loaded) == before
    assert not list((loaded / "tmp").glob("*"))
    assert not [p for p in (loaded / "trials").glob("*") if p.is_dir()]


def one_sentence(run) -> list[int]:
    """How many sentences there were, once each is seen to be one."""
    told = run()
    for sentence in told:
        assert CHINESE.search(sentence), sentence
        assert len(sentence.splitlines()) == 1, sentence
        assert not re.search(r"Traceback|Error\b|Exception|errno", sentence), sentence
    return [len(told)]


def by_command(name: str, warehouse: Path, path: Path) -> list[str]:
    """What `check` or `load` finds amiss: the problems in its JSON, or the sentence on stderr."""
    result = CliRunner().invoke(main, ["--warehouse", str(warehouse), name, str(path), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if result.exit_code == 2:
        assert result.stderr.startswith("错误：")
        assert result.stdout == ""
        return [result.stderr.strip()]
    assert result.exit_code == 1, result.output
    return [problem["text"] for told in files_told(result) for problem in told["problems"]]


def files_told(result: Result) -> list[dict]:
    told = json.loads(result.stdout)
    return told if isinstance(told, list) else told["files"]


def by_function(warehouse: Path, path: Path) -> list[str]:
    try:
        receipts = load(warehouse, [path], "测试")
    except WarehouseError as error:
        return [str(error)]
    assert {r.status for r in receipts} == {"refused"}
    return [problem.text for receipt in receipts for problem in receipt.problems]


def test_a_hard_file_does_not_keep_a_good_one_out(loaded, tmp_path):
    warehouse = Path(shutil.copytree(loaded, tmp_path / "warehouse"))
    (tmp_path / "hard").mkdir()
    files = [truncated_zip(tmp_path / "hard"), write(tmp_path / "hard", JUNE, "good.csv")]
    assert [r.status for r in load(warehouse, files, "测试")] == ["refused", "loaded"]


# ---------------------------------------------------------------- disks that are full

# Runs a command in a process whose files may not grow beyond a limit: the writes fail as on a full disk. There is no
# limit until the nth touch of the disk.
LIMITED = """
import resource, sys
from pipelines.cli import main

limit, touch, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
seen = [0]

def hook(event, arguments):
    if event in ("open", "os.mkdir", "os.rename"):
        seen[0] += 1
        if seen[0] == touch:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

if touch:
    sys.addaudithook(hook)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    main(command)
finally:
    print(f"touches {seen[0]}", file=sys.stderr)
"""


def limited(limit: int, touch: int, *command: object) -> subprocess.CompletedProcess:
    words = [sys.executable, "-c", LIMITED, str(limit), str(touch), *map(str, command)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=LONGEST_SECONDS)


def refused(run: subprocess.CompletedProcess) -> str:
    """The one sentence of a command that gave up with exit code 2."""
    assert (run.returncode, run.stdout) == (2, ""), run
    told = [line for line in run.stderr.splitlines() if line.startswith("错误：")]
    assert "Traceback" not in run.stderr, run.stderr
    assert one_sentence(lambda: told) == [1], run.stderr
    return told[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file sizes there")
@pytest.mark.parametrize("command", ["load", "check"])
@pytest.mark.parametrize("limit", [0, 100, 2000, 20_000])
def test_a_disk_without_room_is_one_sentence_and_nothing_changes(command, limit, loaded, tmp_path):
    big = write(tmp_path, text(rows(SETTLEMENT, *({"人员编号": f"P{n:05d}"} for n in range(3000)))), "june.csv")
    before = fingerprint(loaded)
    assert re.search("空间不足|磁盘", refused(limited(limit, 0, "--warehouse", loaded, command, big, "--json")))
    assert fingerprint(loaded) == before


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file sizes there")
def test_a_disk_that_fills_up_amid_a_load_leaves_the_old_state_or_the_new_one(loaded, tmp_path):
    """The limit comes before each of several touches of the disk, up to those of the journal and the pointer."""
    june = write(tmp_path, JUNE, "june.csv")
    whole = shutil.copytree(loaded, tmp_path / "whole")
    run = limited(1 << 40, 1 << 30, "--warehouse", whole, "load", june)
    assert run.returncode == 0, run.stderr
    touches = int(re.search(r"touches (\d+)", run.stderr).group(1))
    seen = set()
    for number, touch in enumerate([*range(touches // 2, touches - 30, 60), *range(touches - 28, touches, 5)]):
        warehouse = Path(shutil.copytree(loaded, tmp_path / str(number)))
        before = fingerprint(warehouse, LOGGED_FIRST)
        run = limited(0, touch, "--warehouse", warehouse, "load", june, "--json")
        seen.add(run.returncode)
        if run.returncode == 0:
            assert len(journal(warehouse)) == 2, run.stderr
        else:
            refused(run)
            assert fingerprint(warehouse, LOGGED_FIRST) == before, touch
        load(warehouse, [june], "测试")
        assert len(journal(warehouse)) == 2
        shutil.rmtree(warehouse)
    assert seen == {0, 2}


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of its own of 24 MB, in memory: room for two builds of few rows, whose every table takes a block."""
    disk = tmp_path / "disk"
    disk.mkdir()
    told = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, text=True)
    if told.returncode:
        pytest.skip(f"no small disk may be mounted here: {told.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
def test_a_disk_that_is_really_full_is_one_sentence_and_nothing_changes(loaded, small_disk, tmp_path):
    warehouse = Path(shutil.copytree(loaded, small_disk / "warehouse"))
    june, before = write(tmp_path, JUNE, "june.csv"), fingerprint(loaded)
    for left in (0, 5_000, 50_000, 300_000, 1_000_000):
        fill(small_disk, left)
        assert "空间不足" in refused(limited(1 << 40, 0, "--warehouse", warehouse, "load", june, "--json"))
        assert fingerprint(warehouse) == before
    (small_disk / "ballast").unlink()
    assert [r.status for r in load(warehouse, [june], "测试")] == ["loaded"]


def fill(disk: Path, left: int) -> None:
    """A file that takes all the room of a disk but so many bytes."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    free = shutil.disk_usage(disk).free
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        file.write(bytes(max(0, free - left)))


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
def test_a_disk_that_may_only_be_read_is_one_sentence_and_can_be_asked(loaded, small_disk, tmp_path):
    warehouse = Path(shutil.copytree(loaded, small_disk / "warehouse"))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    june = write(tmp_path, JUNE, "june.csv")
    for command in ("load", "check"):
        assert "只读" in refused(limited(1 << 40, 0, "--warehouse", warehouse, command, june, "--json"))
    assert limited(1 << 40, 0, "--warehouse", warehouse, "status").returncode == 0


# ---------------------------------------------------------------- folders and files without permission

# root may do everything: a child gives that up, once a load has fetched all modules that nobody else may read
NOBODY = """
import os, sys, tempfile
from pathlib import Path
from pipelines import load
from pipelines.cli import main

if os.getuid() == 0:
    with tempfile.TemporaryDirectory() as aside:
        load(Path(aside) / "warehouse", [Path(sys.argv[1])], "warm")
    os.setgid(65534)
    os.setuid(65534)
main(sys.argv[2:])
"""


@pytest.fixture
def open_to_all(loaded) -> Iterator[Path]:
    """A folder that anybody may enter, with a copy of the warehouse and a file that may be read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    shutil.copytree(loaded, folder / "warehouse")
    write(folder, JUNE, "june.csv")
    for path in folder.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody(tmp_path):
    """Runs a command as somebody who may do no more than anybody."""
    good = write(tmp_path, JUNE, "good.csv")

    def run(*command: object) -> subprocess.CompletedProcess:
        return without_rights(good, command)

    return run


def without_rights(good: Path, command: tuple) -> subprocess.CompletedProcess:
    words = [sys.executable, "-c", NOBODY, str(good), *map(str, command)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=LONGEST_SECONDS)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="no users to become there")
def test_a_warehouse_that_may_not_be_written_is_one_sentence_and_can_be_asked(open_to_all, as_nobody):
    warehouse, before = open_to_all / "warehouse", fingerprint(open_to_all / "warehouse")
    for path in [warehouse, *warehouse.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for command in ("load", "check"):
        run = as_nobody("--warehouse", warehouse, command, open_to_all / "june.csv", "--json")
        assert re.search("权限|只读", refused(run))
    assert as_nobody("--warehouse", warehouse, "status").returncode == 0
    assert fingerprint(warehouse) == before


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="no users to become there")
@pytest.mark.parametrize("command", ["load", "check"])
def test_a_file_that_may_not_be_read_is_one_sentence(open_to_all, as_nobody, command):
    (open_to_all / "june.csv").chmod(0)
    before = fingerprint(open_to_all / "warehouse")
    run = as_nobody("--warehouse", open_to_all / "warehouse", command, open_to_all / "june.csv", "--json")
    assert run.returncode in (1, 2), run
    told = run.stderr if run.returncode == 2 else json.loads(run.stdout)
    assert "权限" in json.dumps(told, ensure_ascii=False)
    assert "Traceback" not in run.stderr
    assert fingerprint(open_to_all / "warehouse") == before


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="no users to become there")
def test_a_good_file_is_loaded_by_somebody_who_may(open_to_all, as_nobody):
    """Else the refusals above might have another reason."""
    run = as_nobody("--warehouse", open_to_all / "warehouse", "load", open_to_all / "june.csv", "--json")
    assert run.returncode == 0, run.stderr
