"""Models that both engines read alike: the facts are such; what is not is told, with what to write instead."""

import pytest

from pipelines.clues.rules import CLUES
from pipelines.errors import WarehouseError
from pipelines.scale.linting import problems, rule_problems
from pipelines.scale.statements import rollup_statements
from pipelines.store import facts

# Everything that was seen to differ between the engines, or that only one of them knows.
DIFFERING = {
    "select a / b as x from t": "division",
    "select a // b as x from t": "division",
    "select avg(a) as x from t": "not a function",
    "select round(a, 2) as x from t": "not a function",
    "select median(a) as x from t": "not a function",
    "select any_value(a) as x from t": "not a function",
    "select arg_max(a, b) as x from t": "not a function",
    "select list_extract(a, 1) as x from t": "not a function",
    "select strptime(a, '%Y') as x from t": "not a function",
    "select a from t qualify row_number() over (order by a) = 1": "QUALIFY",
    "select row_number() over (partition by a) as x from t": "order",
    "select distinct a from t": "DISTINCT",
    "select count(distinct a) as x from t": "DISTINCT",
    "select sum(a) filter (where b) as x from t": "FILTER",
    "select a from t limit 1": "LIMIT",
    "select * from t": "one by one",
    "select t.* from t": "one by one",
    "select cast(a as double) as x from t": "mean the same",
    "select cast(a as timestamp) as x from t": "mean the same",
    "select cast(a as hugeint) as x from t": "mean the same",
    "select cast(a as decimal(18)) as x from t": "digits and its scale",
    "select try_cast(a as date) as x from t": "TRY_CAST",
    "select a + interval 1 month as x from t": "INTERVAL",
    "select date_diff('month', a, b) as x from t": "only days",
    "select date_trunc('week', a) as x from t": "only months",
    "select a from t join u using (a)": "JOIN",
    "select a from t asof join u on t.a >= u.a": "JOIN",
    "select a, sum(b) as x from t group by all": "GROUP BY",
    "select a from t union all by name select a from u": "UNION",
    "select a as 金额 from t": "ASCII",
    r"select a from t where b = '\d'": "backslash",
    "pivot t on a using sum(b)": "not one SELECT",
}


@pytest.mark.parametrize("model", facts.models(""))
def test_every_fact_is_portable(model):
    assert problems(facts.model(model)) == []


@pytest.mark.parametrize("sql", DIFFERING)
def test_what_the_engines_read_otherwise_is_told(sql):
    told = problems(sql)
    assert len(told) == 1, told
    assert DIFFERING[sql] in told[0]


def test_a_count_of_rows_and_a_parameter_are_portable():
    assert problems("select count(*) as x from t where a between $low and $high") == []


def test_a_definition_that_would_be_read_otherwise_is_refused_before_any_engine_is_asked(monkeypatch):
    monkeypatch.setattr(facts, "model", lambda key: "select a / b as x from t")
    with pytest.raises(WarehouseError, match="口径定义 fct_settlement 里有外部引擎读法不同的写法（a / b: no division"):
        rollup_statements("/rows.parquet", "/target")


# What a clue rule may say in one way only.
OTHERWISE_IN_RULES = {
    "select a / nullif(b, 0) as x from t": "is a DOUBLE",
    "select cast(a as double) / b as x from t": "NULLIF",
    "select a // b as x from t": "CAST(... AS BIGINT)",
    "select list(a) as x from t": "a list needs an order",
    "select cast(unnest(generate_series(a, b, interval 1 day)) as date) as x from t": "unnested alone",
    "select list_sort(list(a) filter (where b)) as x from t": "a list needs an order",
    "select mode(a) as x from t": "not a function",
    "select median(a) as x from t": "not a function",
    "select list_contains(a, b) as x from t": "not a function",
}


@pytest.mark.parametrize("path", sorted(CLUES.glob("*.sql")), ids=lambda path: path.stem)
def test_every_clue_rule_and_every_table_that_rules_read_is_portable(path):
    assert rule_problems(path.read_text("utf-8")) == []


@pytest.mark.parametrize("sql", OTHERWISE_IN_RULES)
def test_what_a_rule_must_say_in_another_way_is_told(sql):
    told = rule_problems(sql)
    assert len(told) == 1, told
    assert OTHERWISE_IN_RULES[sql] in told[0]


def test_a_rule_may_divide_list_and_shift():
    sql = (
        "select cast(a as double) / nullif(b, 0) as x, list_extract(list(c order by d), 2) as y from t where e > $days"
    )
    assert rule_problems(sql) == []
    assert problems(sql) != []
