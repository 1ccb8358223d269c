"""The house: arrows run one way (views -> reports -> pipelines), screens hold no SQL, functions and modules short."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import pipelines

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("pipelines", "reports", "views", "dashboard")
LONGEST_FUNCTION = 50
LONGEST_MODULE = 300
SQL = re.compile(
    r"\bselect\b.+\bfrom\b|\binsert\s+into\b|\bupdate\b.+\bset\b|\b(create|drop|alter)\s+(table|view)\b", re.I | re.S
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*layers: str) -> dict[str, Path]:
    """Dotted name -> file of every module in these layers, whatever their subpackages; a layer may be a single file."""
    files = [f for layer in layers for f in (ROOT / f"{layer}.py", *sorted((ROOT / layer).rglob("*.py"))) if f.exists()]
    return {dotted(f): f for f in files}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """Every name that a module imports, also inside functions: a.b for import a.b, a.b.c for from a.b import c."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{origin(path, node)}.{alias.name}" for alias in node.names}
    return found


def origin(path: Path, node: ast.ImportFrom) -> str:
    """The dotted name that the names of a from-import come from; dots in front count from the module's own folder."""
    if not node.level:
        return node.module
    folder = path.relative_to(ROOT).parent.parts
    return ".".join((*folder[: len(folder) - node.level + 1], *filter(None, [node.module])))


def arrows(*layers: str) -> dict[str, set[str]]:
    """Module -> the modules of these layers that it imports: the longest known beginning of each imported name."""
    known = modules(*layers)
    return {name: {t for n in imported(path) if (t := module_of(n, known))} for name, path in known.items()}


def module_of(name: str, known: dict[str, Path]) -> str:
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def offenders(layer: str, *forbidden: str) -> list[str]:
    return [
        f"{module} imports {name}"
        for module, path in modules(layer).items()
        for name in sorted(imported(path))
        if name.partition(".")[0] in forbidden
    ]


def functions(*layers: str) -> Iterator[tuple[str, Function]]:
    for module, path in modules(*layers).items():
        for node in ast.walk(tree(path)):
            if isinstance(node, Function):
                yield f"{module}.{node.name}", node


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string of a module but its docstrings; an f-string is one text, with … for its values."""
    documented = (ast.Module, ast.ClassDef, *Function.__args__)
    docs = {id(n.body[0].value) for n in ast.walk(tree(path)) if isinstance(n, documented) and ast.get_docstring(n)}
    pieces = {id(v) for n in ast.walk(tree(path)) if isinstance(n, ast.JoinedStr) for v in n.values}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(v.value if isinstance(v, ast.Constant) else "…" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | pieces:
            yield node.lineno, node.value


# ---------------------------------------------------------------- arrows


def test_the_modules_are_found():
    assert {"pipelines", "pipelines.sample", "views", "dashboard"} <= set(modules(*LAYERS))
    assert len(modules("pipelines")) > 30
    assert "pipelines.periods" in {target for targets in arrows("pipelines").values() for target in targets}


def test_pipelines_never_import_a_screen_or_a_document():
    """But their command line, an entry as dashboard.py is, hands over that of documents, to be described with it."""
    assert offenders("pipelines", "streamlit", "plotly", "reports", "views", "dashboard", "tests") == [
        "pipelines.__main__ imports reports.cli.main"
    ]


def test_documents_never_import_a_screen():
    """But their command line, an entry as dashboard.py is, hands over what makes a page a document."""
    assert offenders("reports", "streamlit", "views", "dashboard", "tests") == [
        "reports.__main__ imports views.snapshot"
    ]


def test_screens_never_import_the_engine():
    assert offenders("views", "duckdb", "tests") == []
    assert offenders("dashboard", "duckdb", "tests") == []


def test_nothing_is_imported_by_a_name_made_up_at_run_time():
    names = {"import_module", "__import__", "exec", "eval"}
    # It has plotly.js read by a JavaScript engine, whose word for that is eval too; it is JavaScript alone.
    charts = ["reports.pdf.charts"]
    calls = [
        f"{module}:{node.lineno}"
        for module, path in modules(*LAYERS).items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in names
        and not (module in charts and ast.unparse(node.func) == "context.eval")
    ]
    assert calls == []


def test_no_module_reaches_itself_by_imports_not_even_by_those_inside_functions():
    graph = arrows(*LAYERS)
    circles = {frozenset(c) for module in graph if (c := circle(module, graph))}
    assert [" <-> ".join(sorted(c)) for c in circles] == []


def circle(module: str, graph: dict[str, set[str]]) -> set[str]:
    """The modules that both reach this one and are reached by it; empty if it never reaches itself."""
    return {other for other in reached(module, graph) if module in reached(other, graph)}


def reached(module: str, graph: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = set(graph[module]) - {module}
    while ahead:
        nearest = ahead.pop()
        seen.add(nearest)
        ahead |= graph[nearest] - seen - {nearest}
    return seen


# ---------------------------------------------------------------- no SQL on screens


def test_screens_hold_no_sql():
    found = [
        f"{module}:{line}"
        for module, path in modules("views", "dashboard").items()
        for line, text in strings(path)
        if SQL.search(text)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["SELECT a\nFROM b", "insert into t values (1)", "drop table x", "update t set a = 1"])
def test_sql_is_recognised(text):
    assert SQL.search(text)


def test_screens_never_touch_the_connection():
    forbidden = {"con", "cursor", "execute", "executemany", "fetch", "fetchall", "fetchone"}
    found = [
        f"{module}:{node.lineno} .{node.attr}"
        for module, path in modules("views", "dashboard").items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in forbidden
    ]
    assert found == []


# ---------------------------------------------------------------- short and documented


def test_no_function_is_longer_than_fifty_lines():
    long = [name for name, node in functions(*LAYERS) if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION]
    assert long == []


def test_no_module_is_longer_than_three_hundred_lines():
    lines = {module: len(path.read_text("utf-8").splitlines()) for module, path in modules(*LAYERS).items()}
    assert {module: n for module, n in lines.items() if n > LONGEST_MODULE} == {}


@pytest.mark.parametrize("name", sorted(pipelines.__all__))
def test_what_the_front_door_offers_says_what_it_is(name):
    doc = getattr(pipelines, name).__doc__
    assert doc
    assert not doc.startswith(f"{name}("), "the docstring that dataclass makes up"


def test_every_module_says_what_it_is_for():
    silent = [
        module for module, path in modules(*LAYERS).items() if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert silent == []
