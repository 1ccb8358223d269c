"""What the system is handed to run: units that systemd understands, commands that there are, a Windows service."""

import configparser
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.cli import main

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
ANALYZE = shutil.which("systemd-analyze")


def told(unit: Path) -> configparser.ConfigParser:
    """A unit's settings; of a key that comes twice the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(unit, "utf-8")
    return parser


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_there_is(unit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program, *words = told(unit)["Service"]["ExecStart"].split()
    assert program.startswith("/opt/fund/.venv/bin/")
    if words[:2] == ["-m", "pipelines"]:
        name, *arguments = words[2:]
        assert main.commands[name].make_context(name, arguments).command.name == name
    else:
        assert (Path(program).name, *words[:2]) == ("streamlit", "run", "dashboard.py")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_may_write_to_its_own_folders_alone(unit):
    settings = told(unit)["Service"]
    assert (settings["ProtectSystem"], settings["NoNewPrivileges"], settings["UMask"]) == ("strict", "yes", "0077")
    assert (settings["CapabilityBoundingSet"], settings["User"]) == ("", "fund")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_may_write_the_anchor_of_the_audit_log_into_the_key_folder_that_the_guide_names(unit):
    (named,) = set(re.findall(r"^FUND_KEYS=(.+)$", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.MULTILINE))
    assert f"-{named}" in told(unit)["Service"]["ReadWritePaths"].split()


def test_each_job_has_its_timer_and_each_timer_its_job():
    jobs = {unit.stem for unit in SERVICES if told(unit)["Service"].get("Type") == "oneshot"}
    assert jobs == {unit.stem for unit in UNITS if unit.suffix == ".timer"}


@pytest.mark.skipif(not ANALYZE, reason="no systemd-analyze here")
def test_systemd_understands_every_unit(tmp_path):
    """With this Python in place of the installed one, which is not here."""
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("User=fund", "User=root").replace("Group=fund", "Group=root")
        (tmp_path / unit.name).write_text(re.sub(r"/opt/fund/\.venv/bin/\w+", sys.executable, text), "utf-8")
    command = [ANALYZE, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    found = subprocess.run(command, capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")


# ---------------------------------------------------------------- Windows


@pytest.fixture
def service(tmp_path, monkeypatch) -> dict:
    """The service's module, whose server is one that sleeps and whose settings lie in tmp_path."""
    found = runpy.run_path(str(DEPLOY / "windows" / "service.py"))
    scope = found["run"].__globals__
    asleep = "import os, time; open('started', 'w').write(os.environ.get('FUND_UNIT', '')); time.sleep(60)"
    monkeypatch.setitem(scope, "command", lambda: [sys.executable, "-c", asleep])
    monkeypatch.setitem(scope, "HOUSE", tmp_path)
    return scope


def test_the_windows_service_starts_the_server_and_ends_it_when_it_is_stopped(service, tmp_path, monkeypatch):
    (tmp_path / "settings.txt").write_text("# 设置\nFUND_UNIT=某县医保局\n", "utf-8-sig")
    environment = service["environment"]
    monkeypatch.setitem(service, "environment", lambda: environment(tmp_path / "settings.txt"))
    started, said = tmp_path / "started", []

    def stopping() -> bool:
        time.sleep(0.02)
        return started.exists() and started.read_text() != ""

    begun = time.monotonic()
    assert service["run"](stopping, said.append) == 0
    assert started.read_text() == "某县医保局"
    assert (said, time.monotonic() - begun < 30) == ([], True), "the server did not sleep to its end"


def test_the_windows_service_fails_when_its_server_ends_so_that_it_is_started_again(service, monkeypatch):
    monkeypatch.setitem(service, "command", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    said = []
    assert service["run"](lambda: time.sleep(0.02), said.append) == 3
    assert said == ["服务程序自己退出了，退出码 3；详见日志"]


def test_the_windows_service_runs_the_program_of_its_own_folder():
    command = runpy.run_path(str(DEPLOY / "windows" / "service.py"))["command"]()
    assert command[0].endswith(os.path.join(".venv", "Scripts", "python.exe"))
    assert command[1:5] == ["-m", "streamlit", "run", "dashboard.py"]
    assert (ROOT / command[4]).exists()
