"""README.md, .ci/run and reality are the same."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from reports.cli import main as documents

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CI = (ROOT / ".ci" / "run").read_text("utf-8")
INSTALL = "python3.11 -m venv .venv && .venv/bin/pip install -r {} && "
COMMANDS = {
    "Run it": INSTALL.format("requirements.txt") + ".venv/bin/streamlit run dashboard.py",
    "Test it": INSTALL.format("requirements-dev.txt") + ".venv/bin/python -m pytest -n 3 --dist loadfile",
    "On Spark": INSTALL.format("requirements-dev.txt -r requirements-spark.txt")
    + ".venv/bin/python -m pytest tests/scale/engines",
}


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_code_block(text: str) -> str:
    return re.search(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL).group(1).strip()


@pytest.mark.parametrize("title", COMMANDS)
def test_each_command_does_all_its_own_set_up(title):
    assert first_code_block(section(title)) == COMMANDS[title]


@pytest.mark.skipif(sys.platform == "win32", reason=".ci/run is for Debian")
@pytest.mark.parametrize("title", COMMANDS)
def test_ci_runs_the_very_text_of_the_readme(title):
    function = re.search(r"^command_under\(\) \{.*?^\}", CI, re.MULTILINE | re.DOTALL).group(0)
    told = subprocess.run(
        ["bash", "-c", f"{function}\ncommand_under '{title}'"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == COMMANDS[title]
    assert f"bash -c \"$(command_under '{title}')\"" in CI


def test_ci_has_no_command_of_its_own_beside_the_readme():
    for word in ("pip install", "pytest", "streamlit run", "-m venv"):
        assert word not in CI


def test_the_dashboard_is_where_the_readme_says():
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["server"]
    assert f"<http://localhost:{server.get('port', 8501)}>" in README
    assert server["address"] == "127.0.0.1"


def test_every_file_and_folder_that_the_readme_names_exists():
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    quoted = re.findall(r"`([\w.-]*(?:/[\w.-]*)+|[\w-]+\.(?:py|toml|txt))`", README)
    made_by_use = {"data/warehouse"}
    inside = {"measures.toml": "pipelines/definitions/3_kpis/measures.toml"}
    named = {inside.get(path, path) for path in (*linked, *quoted)} - made_by_use
    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_definition_is_mentioned():
    found = (ROOT / "pipelines" / "definitions").iterdir()
    missing = [path.name for path in found if path.suffix in ("", ".toml") and path.name not in section("How it flows")]
    assert missing == []


def test_the_commands_are_those_there_are():
    first = re.findall(r"^\| (`[^|]+`) \|", section("Command line"), re.MULTILINE)
    listed = [command for cell in first for command in re.findall(r"`([\w-]+)`", cell)]
    assert sorted(listed) == sorted(main.commands)


def test_the_commands_of_documents_are_those_there_are():
    first = re.findall(r"^\| (`[^|]+`) \|", section("Documents"), re.MULTILINE)
    assert sorted(re.findall(r"`([\w-]+)`", " ".join(first))) == sorted(documents.commands)


@pytest.mark.parametrize("example", first_code_block(section("Documents")).splitlines())
def test_the_examples_of_documents_are_understood(example, tmp_path, monkeypatch):
    """Made they are elsewhere: each takes seconds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.pdf").touch()
    name, *words = example.removeprefix("python -m reports ").split()
    assert documents.commands[name].make_context(name, words).command.name == name


def examples() -> list[str]:
    return first_code_block(section("Command line")).splitlines()


@pytest.mark.parametrize("example", examples())
def test_the_examples_work_on_the_sample_county(example, sample_warehouse):
    words = example.split()
    assert words[:3] == ["python", "-m", "pipelines"]
    told = CliRunner().invoke(main, words[3:], env={"FUND_WAREHOUSE": str(sample_warehouse)})
    assert told.exit_code == 0, told.output
    assert told.output


def test_the_sample_county_is_as_large_as_the_readme_says(sample_county):
    settled = [batch for upload, batch in sample_county.coverage if upload == "settlements"]
    rows = sample_county.fetch("select sum(visits) from cut_county")[0][0]
    assert f"{len(settled)} months, about {rows / 1e6:.2f} million settlements" in " ".join(README.split())


def requirements(name: str) -> dict[str, str]:
    """Distribution -> version of a requirements file; anything not pinned exactly is an error."""
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    pinned = [re.fullmatch(r"([\w-]+)==([\w.]+)", line) for line in lines if line and not line.startswith("-r ")]
    assert all(pinned), f"{name} has a line that is not pinned exactly"
    return {found[1]: found[2] for found in pinned}


# of modules named otherwise
DISTRIBUTIONS = {
    "PIL": "pillow",
    "argon2": "argon2_cffi",
    "docx": "python_docx",
    "google": "protobuf",
    "quickjs": "quickjs_ng",
}
BENCHMARK = ROOT / "pipelines" / "bench"  # its rivals need not be on the office PC
SCALE = ROOT / "pipelines" / "scale"  # nor need another engine


def imported(files: list[Path]) -> set[str]:
    """The distributions' modules that these files import."""
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    own = {"pipelines", "reports", "views", "tests", "dashboard"}
    found = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - own
    return {DISTRIBUTIONS.get(name, name) for name in found}


def test_the_product_imports_only_what_it_requires():
    layers = ("pipelines", "reports", "views")
    files = [ROOT / "dashboard.py", *(path for layer in layers for path in (ROOT / layer).rglob("*.py"))]
    product = [path for path in files if not {BENCHMARK, SCALE} & set(path.parents)]
    assert imported(product) <= set(requirements("requirements.txt"))


def test_another_engine_imports_only_what_it_requires():
    every = requirements("requirements.txt") | requirements("requirements-spark.txt")
    assert imported([*SCALE.rglob("*.py")]) <= set(every)


def test_what_two_lists_require_is_the_same_version():
    tests, spark = requirements("requirements-dev.txt"), requirements("requirements-spark.txt")
    assert {name: (tests[name], spark[name]) for name in tests.keys() & spark if tests[name] != spark[name]} == {}


def test_the_tests_import_only_what_they_require():
    every = requirements("requirements.txt") | requirements("requirements-dev.txt")
    engines = ROOT / "tests" / "scale" / "engines"
    files = [*(ROOT / "tests").rglob("*.py"), *BENCHMARK.rglob("*.py")]
    assert imported(file for file in files if engines not in file.parents) <= set(every)
    assert imported(engines.glob("*.py")) <= set(every | requirements("requirements-spark.txt"))
