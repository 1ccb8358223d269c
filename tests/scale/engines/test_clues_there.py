"""The clue rules on the other engines: tables and rules give the rows that DuckDB gives, lists in their order."""

import os
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.clues.rules import named, rules
from pipelines.engine import literal
from pipelines.scale.clues import Screening, columns_of, described, rule_statements, shared_in
from pipelines.scale.engines import engine
from pipelines.scale.statements import SETTINGS, parquet_view
from tests.clue_tables import tables
from tests.test_clues_twice import BOUNDS, some_county

# bounds under which the rules that are not computed twice have hits too
ALL_BOUNDS = BOUNDS | {
    "long_stay": {"days": 12},
    "cheap_short_stay": {"days": 3, "cost_times": 20, "times": 1.1, "stays": 5, "cheap": 1, "errors": 0},
}
YEAR = {"first_month": date(2026, 1, 1), "last_month": date(2026, 12, 1), "last_day": date(2026, 12, 31)}
KNOWN = {"year": "2026"} | YEAR
SPAN = {"last_month": date(2026, 12, 1), "stays_until": date(2027, 2, 1), "visits_from": date(2025, 10, 1)}
GAPS = ("disease_code", "town", "drug_cost_yuan", "exam_cost_yuan", "mdtrt_id", "med_type")  # what a row may lack
# Forty statements over a few rows: most of Spark's time would go into compiling each and into tasks of nothing.
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
}
INPUTS = ("fct_settlement", "dim_institution", "dim_county", "fct_cover_end")


def values() -> dict[str, dict[str, Decimal]]:
    told = {id: {name: Decimal(str(value)) for name, value in bounds.items()} for id, bounds in ALL_BOUNDS.items()}
    return {id: rule.defaults | told.get(id, {}) for id, rule in rules().items()}


def with_gaps(rows: list[dict]) -> list[dict]:
    """The rows, one in eight without one of its columns; some with a number of the visit, that the next may share."""
    dice = random.Random(7)
    numbered = [row | {"mdtrt_id": f"M{n // 2}"} if dice.random() < 0.1 else row for n, row in enumerate(rows)]
    return [row | {dice.choice(GAPS): None} if dice.random() < 0.125 else row for row in numbered]


@pytest.fixture(scope="module")
def here():
    """The random county in DuckDB, with every table made; rule_<id> holds the rows of each rule."""
    rows, ends = some_county()
    con = tables(with_gaps(rows), ends)
    nulls = "cast(null as varchar) as stated_place, cast(null as varchar) as county"
    con.execute(f"create temp view settled as select *, {nulls} from told")
    described(con, values(), KNOWN)
    for id, rule in rules().items():
        given = {**KNOWN, **values()[id]}
        con.execute(f"create temp table rule_{id} as {rule.sql}", {name: given[name] for name in named(rule.sql)})
    return con


@pytest.fixture(scope="module", params=["sail", "spark"])
def there(here, request, tmp_path_factory) -> Path:
    """The folder with the parts that an engine wrote of the same county."""
    folder = tmp_path_factory.mktemp(request.param)
    ((rows_from,),) = here.execute("select min(month) from clue_row").fetchall()
    screening = Screening("2026", values(), KNOWN, SPAN | {"rows_from": rows_from}, described(here, values(), KNOWN))
    for table in INPUTS:
        (folder / table).mkdir()
        source = "settled" if table == "fct_settlement" else table
        pq.write_table(here.sql(f"from {source}").to_arrow_table(), folder / table / "rows.parquet")
    ansi = {"spark.sql.ansi.enabled": os.environ.get("FUND_SPARK_ANSI", "true")}
    settings = SETTINGS | (SMALL | ansi if request.param == "spark" else {})
    with engine(request.param, str(folder), "local[2]", settings=settings) as running:
        running.run(parquet_view("fct_settlement", columns_of(here, "settled"), str(folder / "fct_settlement")))
        for statement in rule_statements(screening, str(folder)):
            running.run(statement.sql)
    return folder


def made() -> list[str]:
    return ["clue_row", "clue_stay", *shared_in(rules()), *(f"rule_{id}" for id in rules())]


@pytest.mark.parametrize("table", made())
def test_an_engine_finds_the_rows_that_duckdb_finds(here, there, table):
    found = f"read_parquet({literal(there / table / '*.parquet')})"
    assert columns_of(here, found) == columns_of(here, table)
    ((own, other),) = here.execute(f"select (select count(*) from {table}), (select count(*) from {found})").fetchall()
    assert other == own > 0
    for more, less in ((table, found), (found, table)):
        assert here.execute(f"from {more} except all from {less}").fetchall() == []
