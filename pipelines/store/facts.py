"""The SQL models of definitions/2_facts, and the small mapping tables that lead from national codes to dimensions."""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipelines.contracts import DEFINITIONS, code_lists, contracts, longest_prefix
from pipelines.engine import literal, name, scan
from pipelines.periods import runs_of
from pipelines.store.places import Parts, by_counties, county_column
from pipelines.uploads.values import sql_type

FACTS = DEFINITIONS / "2_facts"
# the lists that facts translate, and the dimension each leads to; the prefix lists know 21 and accept 2101
MAPS = {
    "insutype": "scheme",
    "med_type": "care",
    "psn_type": "category",
    "pay_loc": "place",
    "fixmedins_type": "type",
    "hosp_lv": "level",
    "rate_group": "kind",
}
PREFIX_LISTS = ("med_type", "psn_type")
LAYOUT = "bitmaps in blocks"  # of what roll-ups and builds hold beside the models; another name when it changes


@cache
def model(model_name: str) -> str:
    """The SELECT of a model."""
    return (FACTS / f"{model_name}.sql").read_text("utf-8")


def models(prefix: str) -> list[str]:
    """Names of the models that begin so (agg_, dim_, fct_, mart_, row_)."""
    return sorted(path.stem for path in FACTS.glob(f"{prefix}*.sql"))


def grain(model_name: str) -> str:
    """What a row of the model is, from its second header line."""
    return re.search(r"^-- grain: (.+)$", model(model_name), re.MULTILINE).group(1)


@cache
def definitions_id() -> str:
    """Changes whenever a fact or a code list does: roll-ups and builds of other definitions are not reused."""
    digest = hashlib.sha256(LAYOUT.encode())
    for path in sorted([*FACTS.glob("*.sql"), DEFINITIONS / "codes.toml"]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def create_maps(con, used: str) -> None:
    """Tables map_<list>(code, <dimension>) for every list. used: SELECT list, code of the longer codes in the rows."""
    longer = con.execute(f"select distinct list, code from ({used})").fetchall()
    for source, dimension in MAPS.items():
        found = {code: entry.maps[dimension] for code, entry in code_lists()[source].items()}
        found |= {code: longest_prefix(source, code).maps[dimension] for listed, code in longer if listed == source}
        con.execute(
            f"create or replace table {name('map_' + source)} as "
            f"select unnest(?) as code, unnest(?) as {name(dimension)}",
            [list(found), list(found.values())],
        )


def codes_used(rows: str) -> str:
    """SELECT list, code: the codes of prefix lists in settlement rows."""
    parts = [f"select distinct {literal(source)} as list, {source} as code from {rows}" for source in PREFIX_LISTS]
    return " union all ".join(
        f"({part} where {source} is not null)" for part, source in zip(parts, PREFIX_LISTS, strict=True)
    )


def stage_table(table: str) -> str:
    """CREATE of an empty stg_ table with every column of the contract, so that a model runs before any upload."""
    columns = ", ".join(f"{name(c.key)} {sql_type(c)}" for c in contracts()[table].columns.values())
    return f"create or replace temp table {name('empty_' + table)} ({columns}, row_id bigint)"


def staged_rows(con, table: str, sources: list[tuple[Path, Parts | None]]) -> str:
    """SELECT of a table's rows from batches' Parquet files, each only for the parts it still stands for (None: all)."""
    parts = [f"select * from {name('empty_' + table)}"]
    for path, told in sources:
        rows = scan(con, path, ", file_row_number = true")
        numbered = f"select * exclude (file_row_number), file_row_number as row_id from {rows}"
        parts.append(numbered if told is None else f"{numbered} where {in_parts(table, told)}")
    return " union all by name ".join(parts)


def rows_by_place(table: str, rows: str) -> str:
    """SELECT period, county ('' where the rows tell none), number of these rows."""
    column = name(county_column(table)) if county_column(table) else "null"
    return f"select {period_of(table)}, coalesce({column}, ''), count(*) from ({rows}) group by all"


def in_parts(table: str, parts: Parts) -> str:
    """A condition on the rows of a table: they are of these months or years, and of these counties in them."""
    alternatives = []
    for counties, periods in by_counties(parts).items():
        told = [in_periods(table, periods)]
        told += [in_list(name(county_column(table)), counties)] if counties else []
        alternatives.append(" and ".join(told))
    return f"({' or '.join(alternatives)})" if alternatives else "false"


def in_periods(table: str, periods: list[str]) -> str:
    """A condition on the rows of a table: they are of these months or years.

    Months are told by their first and last days: to write out each row's month takes as long as reading it.
    """
    if contracts()[table].grain != "month":
        return in_list(period_of(table), periods)
    day = day_of(table)
    spans = [f"{day} between date '{a}-01' and last_day(date '{b}-01')" for a, b in runs_of(periods)]
    return f"({' or '.join(spans)})" if spans else "false"


def in_list(value: str, listed: Iterable[str]) -> str:
    """SQL: a value is one of these texts."""
    return f"{value} in ({', '.join(map(literal, listed))})"


def period_of(table: str) -> str:
    """The period of a row, as SQL: '2026-06' or '2026', by the table's grain; 'all' for a table without periods."""
    contract = contracts()[table]
    if contract.grain == "none":
        return "'all'"
    value = day_of(table)
    if contract.grain == "year" and contract.columns[contract.layouts[0].period].type == "year":
        return f"cast({value} as varchar)"
    form = "%Y-%m" if contract.grain == "month" else "%Y"
    return f"strftime({value}, '{form}')"


def day_of(table: str) -> str:
    """The date that says of which period a row is, as SQL: whichever its layout has; of some tables it is a year."""
    columns = [name(layout.period) for layout in contracts()[table].layouts]
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(reversed(columns))})"
