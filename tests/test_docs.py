"""The documents in docs/ say what the definitions and commands say: all of it, and nothing else."""

import re
import zipfile

import click
import pytest
from click.testing import CliRunner

from pipelines import kpis
from pipelines.access import matrix
from pipelines.build import words_of
from pipelines.cli import main
from pipelines.clues import rules
from pipelines.contracts import DefinitionError, code_lists, contracts
from pipelines.handbook import docs, docs_clues
from pipelines.handbook.docs_kpis import kpi_part
from pipelines.handbook.docs_uploads import files, lists_used
from pipelines.methods import methods, read
from pipelines.registry import DIMENSIONS as FACT_DIMENSIONS
from pipelines.registry import measures
from pipelines.uploads.staging import stage
from pipelines.wording import DIMENSIONS, dimension_codes, formula
from reports.cli import main as documents
from tests.files import upload

LINES = (main, documents)
PAGES = {path: text.decode() for path, text in docs.documents(*LINES).items() if path.endswith(".md")}
TEMPLATES = [(contract, name) for contract in contracts().values() for name in files(contract)]


def test_documents_are_current():
    assert docs.stale(docs.DOCS, *LINES) == [], "run: python -m pipelines docs"


def test_a_stale_document_is_named_and_mended(tmp_path):
    docs.write(tmp_path, *LINES)
    (tmp_path / "dictionary.md").write_text("old", "utf-8")
    (tmp_path / "cli.md").unlink()
    (tmp_path / "templates" / "no_such_upload.csv").write_text("x", "utf-8")
    wrong = ["cli.md", "dictionary.md", "templates/no_such_upload.csv"]
    assert docs.stale(tmp_path, *LINES) == wrong
    assert docs.write(tmp_path, *LINES) == wrong
    assert docs.stale(tmp_path, *LINES) == []


def test_line_ends_of_a_checkout_do_not_make_a_page_stale(tmp_path):
    docs.write(tmp_path, *LINES)
    page = tmp_path / "uploads.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert docs.stale(tmp_path, *LINES) == []


def test_the_check_exits_with_1_and_names_the_file(tmp_path, monkeypatch):
    docs.write(tmp_path, *LINES)
    (tmp_path / "uploads.md").write_text("old", "utf-8")
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    found = CliRunner().invoke(main, ["docs", "--check"], obj=lambda: documents)
    assert found.exit_code == 1
    assert "docs/uploads.md" in found.output


@pytest.mark.parametrize("kpi", kpis().values(), ids=lambda kpi: kpi.id)
def test_every_kpi_is_in_the_dictionary(kpi):
    part = kpi_part(kpi)
    assert part in PAGES["dictionary.md"]
    for word in (kpi.id, kpi.name_zh, kpi.name_en, kpi.unit, kpi.definition, kpi.source, *kpi.aliases):
        assert word in part


def test_formulas_are_told_in_chinese():
    assert formula(kpis()["cost_per_bed_day"]) == "住院医疗总费用 ÷ 住院床日"
    for kpi in kpis().values():
        assert not re.search("[a-z]", formula(kpi)), kpi.id


def test_every_measure_in_use_is_explained():
    for name in {name for kpi in kpis().values() for name in kpi.measures}:
        assert f"| {measures()[name].name_zh} | `{name}` |" in PAGES["dictionary.md"]


def test_every_clue_rule_is_explained():
    for rule in rules().values():
        part = PAGES["clues.md"].split(f'<a id="{rule.id}"></a>')[1].split("<a id=")[0]
        for word in (rule.title, rule.plain, rule.basis, *(p.name_zh for p in rule.parameters)):
            assert word in part


def test_every_method_is_explained_with_its_basis_and_limits_by_commands_and_pages_that_there_are():
    for method in methods().values():
        part = PAGES["methods.md"].split(f'<a id="{method.id}"></a>')[1].split("<a id=")[0]
        for word in (method.title, method.asks, method.brief, method.basis, *method.steps, *method.limits):
            assert word in part
        assert method.command in {"", *main.commands}
        assert method.page in {"", *matrix.definition()["pages"]}


def test_a_method_without_its_limits_names_what_it_lacks(tmp_path):
    (tmp_path / "10_guess.toml").write_text(
        'title = "猜"\nasks = "?"\nbrief = "=1"\nbasis = "无"\nsteps = ["猜"]\n', "utf-8"
    )
    with pytest.raises(DefinitionError, match=r"10_guess\.toml: limits missing"):
        read(tmp_path / "10_guess.toml")


def test_what_was_measured_of_the_clues_is_told_in_percent(tmp_path, monkeypatch):
    monkeypatch.setattr(docs_clues, "FOUND", tmp_path / "clues_found.csv")
    assert docs_clues.measured() == []
    (tmp_path / "clues_found.csv").write_text("rule,planted,found,hits,right\nlong_stay,8,7,9,6\n", "utf-8")
    assert docs_clues.measured()[-1].splitlines()[-1] == "| 超长住院 | 8 | 7 | 87.5% | 9 | 6 | 66.7% |"


def test_every_dimension_has_a_chinese_name_and_its_codes():
    assert set(DIMENSIONS) == {"month"} | {dim for dims in FACT_DIMENSIONS.values() for dim in dims}
    assert dimension_codes("scheme")["resident"] == "居民"
    assert dimension_codes("source")["personal"] == "个人缴费"
    assert dimension_codes("town") == {}


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda contract: contract.table)
def test_every_upload_column_is_documented(contract):
    page = PAGES["uploads.md"]
    assert f"## {contract.name_zh} {contract.table}" in page
    part = page.split(f"## {contract.name_zh} {contract.table}\n")[1].split("\n## ")[0]
    for column in contract.columns.values():
        row = next(line for line in part.splitlines() if line.startswith(f"| {column.header} | `{column.key}` |"))
        for word in (column.meaning, column.example, *column.aliases):
            assert word in row
    for rule in contract.rules:
        assert rule.id in part
        assert rule.wanted in part


def test_every_code_that_a_column_accepts_is_listed():
    for name in lists_used():
        part = PAGES["uploads.md"].split(f'<a id="{name}"></a>')[1].split("<a id=")[0]
        for code in code_lists()[name].values():
            assert f"| `{code.code}` | {code.zh} |" in part


@pytest.mark.parametrize(("contract", "name"), TEMPLATES, ids=[name for _, name in TEMPLATES])
def test_a_template_is_an_upload_without_a_problem(contract, name, tmp_path):
    staged = stage(upload(docs.DOCS / "templates" / f"{name}.csv"), tmp_path, "key", words_of)
    assert [p.text for p in staged.problems] == []
    assert staged.table == contract.table
    assert staged.totals["rows"] == 1


COMMANDS = [(line, prefix, name) for line, prefix in ((main, ""), (documents, "reports ")) for name in line.commands]


@pytest.mark.parametrize(("line", "prefix", "name"), COMMANDS, ids=[prefix + name for _, prefix, name in COMMANDS])
def test_every_command_and_option_is_explained(line, prefix, name):
    command = line.commands[name]
    part = PAGES["cli.md"].split(f"\n## {prefix}{name}\n")[1].split("\n## ")[0]
    assert command.help
    for option in (p for p in command.params if isinstance(p, click.Option)):
        assert option.help, f"{name} {option.opts} has no help"
        assert option.opts[0] in part


def test_a_template_packed_by_another_machine_is_not_stale(tmp_path):
    docs.write(tmp_path, *LINES)
    path = tmp_path / "templates" / "staff.xlsx"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert docs.stale(tmp_path, *LINES) == []


def test_a_template_with_other_content_or_none_is_stale(tmp_path):
    docs.write(tmp_path, *LINES)
    templates = tmp_path / "templates"
    (templates / "staff.xlsx").write_bytes((templates / "enrolment.xlsx").read_bytes())
    (templates / "budgets.xlsx").write_bytes(b"\xff")
    assert docs.stale(tmp_path, *LINES) == ["templates/budgets.xlsx", "templates/staff.xlsx"]
