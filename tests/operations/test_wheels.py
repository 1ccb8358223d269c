"""The wheel folder: whole for the system it is meant for, and only those very files install."""

import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import WarehouseError
from pipelines.operations import LOCK, TARGETS, collect, wheels
from pipelines.operations.wheels import SERVICE, asked

ROOT = Path(__file__).parents[2]
WINDOWS, LINUX = (replace(TARGETS[name], more=()) for name in ("windows", "linux"))


def shelve(shelf: Path, name: str, *needs: str, tag: str = "py3-none-any") -> None:
    """A wheel on the shelf that pip fetches from; needs: its requirements."""
    info = f"{name}-1.0.dist-info"
    told = {
        "METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {n}" for n in needs)]
        ),
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}",
        "RECORD": f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,",
    }
    with zipfile.ZipFile(shelf / f"{name}-1.0-{tag}.whl", "w") as archive:
        archive.writestr(f"{name}.py", "")
        for part, text in told.items():
            archive.writestr(f"{info}/{part}", text + "\n")


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """All that pip knows of: product needs deep, which on Windows alone needs bell and, there, whistle."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    shelve(shelf, "product", "deep[loud]")
    shelve(shelf, "deep", 'bell; sys_platform == "win32"', 'horn; extra == "loud"', 'never; extra == "quiet"')
    shelve(shelf, "bell", 'whistle; platform_system == "Windows"', 'never; python_version < "3"')
    for name in ("horn", "whistle", "never"):
        shelve(shelf, name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    (tmp_path / "asked.txt").write_text("product==1.0  # the whole of it\n")
    return shelf


def collected(tmp_path: Path, target) -> set[str]:
    collect(tmp_path / "wheels", target, [tmp_path / "asked.txt"])
    return {path.name.split("-")[0] for path in (tmp_path / "wheels").glob("*.whl")}


def install(folder: Path, where: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--find-links", str(folder), "--no-deps"]
    return subprocess.run([*command, "--target", str(where), "-r", str(folder / LOCK)], capture_output=True, text=True)


def test_a_windows_pc_gets_what_windows_alone_needs_wherever_the_folder_is_made(shelf, tmp_path, monkeypatch):
    """As pip does it: what is asked for by name comes, what it needs comes if this machine's markers say so."""
    plain = {"product": ["product", "deep", "horn"], "bell": ["bell"], "whistle": ["whistle"]}

    def fetch(folder, target, what):
        first = "product" if what[0] == "-r" else what[0]
        for name in plain[first]:
            shutil.copy(shelf / f"{name}-1.0-py3-none-any.whl", folder)

    monkeypatch.setattr(wheels, "fetch", fetch)
    assert collected(tmp_path, WINDOWS) == {"product", "deep", "bell", "horn", "whistle"}


def test_a_folder_installs_without_internet_and_refuses_a_file_that_was_changed(shelf, tmp_path, monkeypatch):
    assert collected(tmp_path, LINUX) == {"product", "deep", "horn"}
    monkeypatch.delenv("PIP_FIND_LINKS")
    told = install(tmp_path / "wheels", tmp_path / "there")
    assert told.returncode == 0, told.stderr
    assert {path.name for path in (tmp_path / "there").glob("*.py")} == {"product.py", "deep.py", "horn.py"}
    shelve(tmp_path / "wheels", "horn", "never")
    told = install(tmp_path / "wheels", tmp_path / "elsewhere")
    assert told.returncode != 0
    assert "HASH" in told.stderr.upper()


def test_a_folder_that_holds_anything_is_refused(tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "old-1.0-py3-none-any.whl").touch()
    with pytest.raises(WarehouseError, match="不是空的"):
        collect(tmp_path / "wheels", LINUX, [tmp_path / "asked.txt"])


def test_what_pip_cannot_fetch_is_one_sentence(shelf, tmp_path):
    (shelf / "horn-1.0-py3-none-any.whl").unlink()
    with pytest.raises(WarehouseError, match=r"安装包没有下载全：.*horn.*；请检查网络"):
        collect(tmp_path / "wheels", LINUX, [tmp_path / "asked.txt"])


def test_what_is_asked_for_is_every_line_of_the_requirements():
    names = {need.name for need in asked([ROOT / "requirements-dev.txt"])}
    assert {"streamlit", "duckdb", "pytest"} <= names
    assert all("==" in str(need.specifier) for need in asked([ROOT / "requirements-dev.txt", SERVICE]))
