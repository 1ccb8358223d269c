"""Models as Spark SQL: every fact is carried over, parameters as what they are, nothing silently otherwise."""

import re
from datetime import date
from decimal import Decimal

import pytest
import sqlglot

from pipelines.contracts import DefinitionError
from pipelines.scale.porting import parsed, spark
from pipelines.store import facts


def one(expression: str, **given) -> str:
    """The Spark SQL of one expression, on one line."""
    return " ".join(spark(f"select {expression} as x", given).split()).removeprefix("SELECT ").removesuffix(" AS x")


@pytest.mark.parametrize("model", facts.models(""))
def test_every_fact_is_carried_over_with_its_columns_in_their_order(model):
    ported = sqlglot.parse_one(spark(facts.model(model)), read="spark")
    assert ported.named_selects == parsed(facts.model(model)).named_selects
    assert len(ported.named_selects) > 1


def test_a_month_is_cut_from_the_date_itself_so_that_no_time_zone_can_move_it():
    assert one("cast(date_trunc('month', coalesce(a, b)) as date)") == "CAST(TRUNC(COALESCE(a, b), 'MONTH') AS DATE)"
    assert not re.search(r"\bDATE_TRUNC\b", spark(facts.model("fct_settlement")))


def test_what_is_missing_stands_last_in_both():
    assert "b NULLS LAST" in one("row_number() over (order by a desc, b)")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15, "15"),
        (-3, "( -3 )"),
        (Decimal("0.50"), "0.50"),
        (Decimal("15"), "CAST(15 AS DECIMAL(2, 0))"),
        (Decimal("1E+3"), "CAST(1000 AS DECIMAL(4, 0))"),
        (date(2026, 1, 31), "CAST('2026-01-31' AS DATE)"),
        ("2026", "'2026'"),
        ("o'clock", r"'o\'clock'"),
        ("a\\' or 1 = 1 --", r"'a\\\' or 1 = 1 --'"),
    ],
)
def test_a_parameter_is_written_as_the_value_that_it_is(value, text):
    assert one("$it", it=value) == text


def test_a_parameter_without_a_value_is_an_error_that_names_it():
    with pytest.raises(DefinitionError, match=r"\$days"):
        spark("select a from t where b > $days")


@pytest.mark.parametrize("sql", ["select a from", "drop table t", "select 1; select 2", "create view v as select 1"])
def test_only_one_select_is_carried_over(sql):
    with pytest.raises(DefinitionError, match="not one SELECT"):
        spark(sql)
