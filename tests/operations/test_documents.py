"""docs/operations.md and docs/security.md say what is there: commands, settings, files, tests."""

import ast
import re
import shlex
from pathlib import Path

import click
import pytest

from pipelines.cli import main

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
COMMAND = re.compile(r"python -m pipelines ([^#\n`&'\"]+)")
SETTING = re.compile(r"\bFUND_[A-Z_]+\b")
TEST = re.compile(r"`([\w/]+)::(test_\w+)`")


def commands() -> list[str]:
    return sorted({found.split("  ")[0].strip() for found in COMMAND.findall(OPERATIONS) if "…" not in found})


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_guide_is_understood(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "备份").mkdir()
    command: click.Command = main
    words = shlex.split(line)
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    assert command.make_context(command.name, words).command is command


def test_every_setting_is_told_and_no_other():
    told = set(SETTING.findall(OPERATIONS.split("## 5 设置一览")[1].split("\n## ")[0]))
    code = [
        path.read_text("utf-8") for layer in ("pipelines", "reports", "views") for path in (ROOT / layer).rglob("*.py")
    ]
    constants = {"FUND_TRACKS"}
    assert told == {name for text in code for name in SETTING.findall(text)} - constants
    assert set(SETTING.findall(OPERATIONS)) <= told


@pytest.mark.parametrize("name", ["operations.md", "security.md"])
def test_every_file_that_is_linked_is_there(name):
    linked = re.findall(r"\]\(([^)#]+)", (ROOT / "docs" / name).read_text("utf-8"))
    assert linked
    assert [path for path in linked if not (ROOT / "docs" / path).exists()] == []


def headings(text: str) -> set[str]:
    """The anchors of a document's headings, as Git hosts make them."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_every_section_that_is_linked_is_there():
    for text in (OPERATIONS, SECURITY):
        for path, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", text):
            there = (ROOT / "docs" / path).read_text("utf-8") if path else text
            assert anchor in headings(there), anchor


def proofs_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_every_proof_of_the_threat_model_is_a_test_that_there_is():
    named = TEST.findall(SECURITY)
    assert len(named) > 40
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / "tests" / f"{file}.py").exists() or test not in proofs_in(ROOT / "tests" / f"{file}.py")
    ]
    assert missing == []


def test_every_threat_has_a_proof():
    rows = SECURITY.split("## 挡住什么，证明在哪里")[1].split("\n## ")[0].strip().splitlines()[2:]
    assert len(rows) > 20
    assert [row for row in rows if not TEST.search(row)] == []
