"""What is said otherwise on Spark: lists keep their order, and are null where DuckDB's are."""

import sqlglot

from pipelines.clues.rules import CLUES
from pipelines.scale.porting import spark


def one(expression: str, **given) -> str:
    """An expression as Spark SQL, on one line."""
    return " ".join(
        spark(f"select {expression} as x from t", given).removeprefix("SELECT").rsplit(" AS x", 1)[0].split()
    )


def test_a_list_keeps_its_order():
    assert one("list(a order by b, c)") == (
        "TRANSFORM(ARRAY_SORT(COLLECT_LIST(STRUCT(b AS key_0, c AS key_1, a AS value))), s -> s.value)"
    )


def test_a_list_of_no_rows_is_null_where_rows_are_filtered():
    told = one("flatten(list(a order by b) filter (where c > $least))", least=3)
    assert told.startswith("FLATTEN( CASE WHEN COUNT(*) FILTER(WHERE c > 3) > 0 THEN TRANSFORM(")
    assert "COLLECT_LIST(STRUCT(b AS key_0, a AS value)) FILTER(WHERE c > 3)" in told


def test_a_sorted_list_needs_no_order_of_its_own():
    assert one("list_sort(list(a))") == "ARRAY_SORT(COLLECT_LIST(a))"


def test_an_item_beyond_the_end_of_a_list_is_null_and_no_error():
    assert one("list_extract(a, 2)") == "TRY_ELEMENT_AT(a, 2)"


def test_no_list_of_a_rule_loses_its_order():
    for path in CLUES.glob("*.sql"):
        text = path.read_text("utf-8")
        given = dict.fromkeys(sqlglot.parse_one(text, read="duckdb").find_all(sqlglot.exp.Placeholder), 1)
        ported = spark(text, {node.name: 1 for node in given})
        assert ported.count("ARRAY_SORT(") == ported.count("COLLECT_LIST("), path.name
