"""The SQL models: two header lines, a grain that holds, and the subset of SQL that another engine reads alike."""

import re

import duckdb
import pytest

from pipelines.contracts import contracts
from pipelines.store import facts
from pipelines.store.marts import models_in_order

MODELS = facts.models("")
TYPES = r"(bigint|integer|decimal\(\d+, \d+\)|varchar|date|boolean)"
# What DuckDB and Spark were seen to read differently, or only one of them reads at all.
NOT_PORTABLE = {
    "select *": r"select\s+(\w+\.)?\*",
    "every column of a table": r"\b\w+\.\*",
    "a bare division": r"/",
    "an average": r"\b(avg|mean|median|percentile_\w+|quantile\w*)\s*\(",
    "a floating type": r"\b(double|float|real|hugeint|timestamp)\b",
    "a rounding": r"\bround\s*\(",
    "a first of several": r"\b(any_value|first|last|arg_max|arg_min|max_by|min_by)\s*\(",
    "a cast of the engine's own": r"::|\btry_cast\b",
    "a date of the engine's own": r"\b(strptime|try_strptime|age|to_months|dayofweek|isodow)\s*\(|date_diff\('(?!day')",
    "a word of the engine's own": r"\b(qualify|pivot|unpivot|exclude|asof|by name|group by all)\b",
    "an identifier that is not ASCII": r"[^\x00-\x7f]",
    "a backslash": r"\\",
}
SOURCES = re.compile(r"\b(?:from|join)\s+([a-z_]+)")


def statement(model: str) -> str:
    """A model without its header lines and comments, in lower case."""
    return re.sub(r"--.*", "", facts.model(model)).strip().lower()


def output(model: str) -> str:
    """The columns of the last SELECT: what the model gives."""
    return re.split(r"\bselect\b", statement(model))[-1].rpartition("\nfrom ")[0]


def columns(model: str) -> list[str]:
    """One text per output column; commas inside parentheses do not part columns."""
    found, depth = [""], 0
    for character in output(model):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [" ".join(text.split()) for text in found]


def test_the_models_are_found():
    assert {"fct_settlement", "agg_settlement", "mart_stay", "dim_institution", "row_settlement"} <= set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_two_lines_say_what_a_model_is_and_what_its_grain_is(model):
    what, grain, statement_ = facts.model(model).split("\n", 2)
    assert re.fullmatch(r"-- \S.{20,}", what)
    assert re.fullmatch(r"-- grain: \S.+", grain)
    assert not statement_.startswith("--")


@pytest.mark.parametrize("what", NOT_PORTABLE)
def test_models_stay_in_the_portable_subset(what):
    assert [model for model in MODELS if re.search(NOT_PORTABLE[what], statement(model))] == []


@pytest.mark.parametrize("model", [m for m in MODELS if not m.startswith("row_")])
def test_every_output_column_is_named_and_typed(model):
    for column in columns(model):
        plain = re.fullmatch(r"[a-z_]+", column)  # the columns a roll-up is grouped by: typed in its source
        assert plain or re.fullmatch(rf"cast\(.+ as {TYPES}\) as [a-z_0-9]+", column), column


@pytest.mark.parametrize("model", MODELS)
def test_a_model_reads_only_models_staged_uploads_and_maps(model):
    own = set(re.findall(r"(?:with|,)\s*([a-z_]+) as \(", statement(model)))
    known = own | set(MODELS) | {f"stg_{table}" for table in contracts()} | {f"map_{source}" for source in facts.MAPS}
    assert set(SOURCES.findall(statement(model))) - known == set()


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_one_statement_with_trailing_commas_in_lower_case(model):
    text = re.sub(r"--.*", "", facts.model(model))
    assert ";" not in text
    assert not re.search(r"^\s*,", text, re.MULTILINE)
    assert re.sub(r"'[^']*'", "", text) == re.sub(r"'[^']*'", "", text).lower()


@pytest.mark.parametrize("model", models_in_order())
def test_the_grain_of_a_model_is_unique_in_the_sample_county(sample_county, model):
    keys = facts.grain(model)
    ((total, distinct),) = sample_county.fetch(
        f"select (select count(*) from {model}), (select count(*) from (select distinct {keys} from {model}))"
    )
    assert (total > 0) == (model != "dim_county")  # one county alone has no list of counties
    assert total == distinct


@pytest.mark.parametrize("model", models_in_order())
def test_the_columns_of_a_build_have_portable_types(sample_county, model):
    types = {
        t
        for (t,) in sample_county.fetch(
            "select data_type from information_schema.columns where table_name = ?", [model]
        )
    }
    assert {t for t in types if not re.fullmatch(r"BIGINT|INTEGER|DECIMAL\(\d+,\d+\)|VARCHAR|DATE", t)} == set()


@pytest.mark.parametrize("months", [["2024-02"], ["2025-12", "2026-01", "2024-02", "2026-03"], []])
def test_the_rows_of_some_months_are_those_whose_day_is_in_one_of_them(months):
    days = "select cast(day as date) as setl_time, cast(null as date) as stat_month from range(date '2023-12-01', "
    days += "date '2026-06-01', interval 1 day) d(day) union all select null, date '2026-01-01'"
    with duckdb.connect() as con:
        told = con.execute(f"select * from ({days}) where {facts.in_periods('settlements', months)}").fetchall()
        every = con.execute(days).fetchall()
    assert told == [row for row in every if f"{row[0] or row[1]:%Y-%m}" in months]
