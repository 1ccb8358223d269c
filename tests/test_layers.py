"""The house: arrows run one way (views -> reports -> pipelines), screens hold no SQL, functions and modules stay short."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelines

ROOT = Path(__file__).resolve().parents[1]
SCREENS = {"streamlit", "plotly"}
LONGEST_FUNCTION = 50
LONGEST_MODULE = 300
SQL = re.compile(r"\bselect\b.+\bfrom\b|\binsert\s+into\b|\b(create|drop|alter)\s+(table|view)\b", re.I | re.S)


def modules(*layers: str) -> dict[str, Path]:
    """Dotted name -> file of every module in these layers, whatever their subpackages; a layer may be one file."""
    files = [f for layer in layers for f in (ROOT / f"{layer}.py", *sorted((ROOT / layer).rglob("*.py"))) if f.exists()]
    parts = {f: f.relative_to(ROOT).with_suffix("").parts for f in files}
    return {".".join(p[:-1] if p[-1] == "__init__" else p): f for f, p in parts.items()}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """Every name a module imports, also inside its functions: "a.b" for import a.b, "a.b.c" for from a.b import c."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides where it leads"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def offenders(layer: str, forbidden: set[str]) -> list[str]:
    return [f"{name} imports {p}" for name, path in modules(layer).items() for p in packages(path) & forbidden]


# ---------------------------------------------------------------- arrows between the layers


def test_pipelines_never_import_a_screen_or_a_document():
    assert offenders("pipelines", SCREENS | {"reports", "views", "dashboard", "tests"}) == []
