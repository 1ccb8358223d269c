"""Which codes a dimension has: those of its code list or taxonomy, and those that occur in the county's build."""

from collections.abc import Mapping
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.contracts import DEFINITIONS, code_lists, load
from pipelines.engine import name
from pipelines.registry import COUNTY

LISTED_AS = {"source": "income_source", "item": "budget_item"}
OPEN = ("med_type", "disease_class")  # rows have longer national codes than the list, or the county's own words
SHOWN = 12


@lru_cache(maxsize=256)
def codes_of(county: County, dimension: str) -> frozenset[str]:
    """Every code that a filter on the dimension may name."""
    if dimension == COUNTY:
        return frozenset(county.counties)
    listed = code_lists().get(LISTED_AS.get(dimension, dimension))
    if listed and dimension not in OPEN:
        return frozenset(listed)
    tables = county.fetch(
        "select table_name from information_schema.columns where column_name = ? order by table_name", [dimension]
    )
    parts = [f"select cast({name(dimension)} as varchar) as code from {name(table)}" for (table,) in tables]
    found = county.fetch(f"select distinct code from ({' union all '.join(parts)}) where code is not null")
    taxonomy = load(DEFINITIONS / "violations.toml")["violations"] if dimension == "violation" else ()
    return frozenset(code for (code,) in found) | frozenset(taxonomy)


def unknown_code(county: County, filters: Mapping[str, list[str]]) -> str:
    """What is wrong with the first filter whose code its dimension does not have, in Chinese; '' if nothing is."""
    for dimension, codes in filters.items():
        if not codes:
            return f"筛选 {dimension} 没有给出值"
        known = codes_of(county, dimension)
        for code in codes:
            if code not in known:
                some = "、".join(sorted(known)[:SHOWN]) + ("……" if len(known) > SHOWN else "")
                return f"维度 {dimension} 没有“{code}”；可用：{some or '无'}"
    return ""
