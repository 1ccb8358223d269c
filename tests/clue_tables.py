"""Tiny tables of settlements for the clue rules: rows as dicts, run through a rule's SQL in memory."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import count

import duckdb
import pyarrow as pa

from pipelines.clues import Hit, rules
from pipelines.clues.hits import hits_of
from pipelines.clues.rules import table_query
from pipelines.clues.searching import rows_of
from pipelines.clues.tables import derive_tables

NUMBERS = count(1)
# code -> kind, level, pilot, town, place, beds
ROSTER = {
    "H1": ("county_hospital", "level2", None, "城关镇", "in_county", 300),
    "H2": ("private_hospital", "level2", None, "城关镇", "in_county", 80),
    "H3": ("township", "level1", "yes", "东山镇", "in_county", 3),
    "H4": ("township", "level1", "no", "西河镇", "in_county", 30),
    "H5": ("township", "level1", "no", "南坪镇", "in_county", 30),
    "H6": ("township", "level1", "yes", "北岭镇", "in_county", None),
    "H7": ("central_township", "level1", None, "城关镇", "in_county", 60),
    "H8": ("township", "level1", "no", "龙泉镇", "in_county", None),
    "H10": ("township", "level1", "no", "柏林镇", "in_county", None),
    "H9": ("outside_hospital", "level3", None, None, "out_of_county", None),
    "P1": ("pharmacy", "unrated", None, "城关镇", "in_county", None),
    "P2": ("pharmacy", "unrated", None, "城关镇", "in_county", None),
    "P3": ("pharmacy", "unrated", None, "东山镇", "in_county", None),
}
TEXT, DAY, WHOLE, YUAN = pa.string(), pa.date32(), pa.int64(), pa.decimal128(18, 2)
COLUMNS = {
    "setl_id": TEXT,
    "mdtrt_id": TEXT,
    "person": WHOLE,
    "month": DAY,
    "settled_on": DAY,
    "admitted_on": DAY,
    "discharged_on": DAY,
    "care": TEXT,
    "med_type": TEXT,
    "institution": TEXT,
    "town": TEXT,
    "disease_code": TEXT,
    "visits": WHOLE,
    "total_cost_yuan": YUAN,
    "fund_paid_yuan": YUAN,
    "drug_cost_yuan": YUAN,
    "exam_cost_yuan": YUAN,
    "material_cost_yuan": YUAN,
}
SCHEMA = pa.schema(list(COLUMNS.items()))


def day(text: str | date) -> date:
    """'3-05' is of 2026; '2025-12-30' as it stands."""
    if isinstance(text, date):
        return text
    return date.fromisoformat(text if len(text) > 5 else f"2026-{int(text.split('-')[0]):02d}-{text.split('-')[1]}")


def stay(person: int, institution: str, admitted, discharged, **more) -> dict:
    """One settled stay; cost 2000, of which the fund paid 1000, unless told otherwise."""
    admitted, discharged = day(admitted), day(discharged)
    return settled(discharged, person, institution, "inpatient", "21", admitted, discharged) | more


def visit(person: int, institution: str, on, care: str = "outpatient", **more) -> dict:
    """One outpatient visit or purchase; cost 100, of which the fund paid 50."""
    med_type = {"outpatient": "11", "chronic_outpatient": "14", "pharmacy": "41"}[care]
    costs = {"total_cost_yuan": Decimal("100.00"), "fund_paid_yuan": Decimal("50.00"), "disease_code": None}
    return settled(day(on), person, institution, care, med_type, day(on), day(on)) | costs | more


def settled(
    on: date, person: int, institution: str, care: str, med_type: str, admitted: date, discharged: date
) -> dict:
    return {
        "setl_id": f"S{next(NUMBERS):06d}",
        "mdtrt_id": None,
        "person": person,
        "month": on.replace(day=1),
        "settled_on": on,
        "admitted_on": admitted,
        "discharged_on": discharged,
        "care": care,
        "med_type": med_type,
        "institution": institution,
        "town": "城关镇",
        "disease_code": "J18.900",
        "visits": 1,
        "total_cost_yuan": Decimal("2000.00"),
        "fund_paid_yuan": Decimal("1000.00"),
        "drug_cost_yuan": Decimal("600.00"),
        "exam_cost_yuan": Decimal("400.00"),
        "material_cost_yuan": Decimal("100.00"),
    }


def refund(row: dict, on=None) -> dict:
    """The refund that takes a settlement back."""
    on = day(on) if on else row["settled_on"]
    amounts = {name: -value for name, value in row.items() if name.endswith("_yuan")}
    number = {"setl_id": f"R{next(NUMBERS):06d}", "settled_on": on, "month": on.replace(day=1), "visits": -1}
    return row | amounts | number


def days_after(start, number: int) -> date:
    return day(start) + timedelta(days=number)


def tables(rows: Iterable[Mapping], ends: Iterable[tuple] = ()) -> duckdb.DuckDBPyConnection:
    """The tables that rules read; ends: (person, ended_on, reason, resumed_on) of cover_ends."""
    con = blank().cursor()
    con.register("told", pa.Table.from_pylist(list(rows), schema=SCHEMA))
    con.execute("create temp table clue_row as from clue_columns limit 0")
    con.execute(
        "insert into clue_row by name select t.*, d.kind, d.level, d.pilot, d.town as institution_town, d.place "
        "from told t left join dim_institution d on d.institution = t.institution"
    )
    con.execute("create temp table fct_cover_end (person bigint, ended_on date, end_reason varchar, resumed_on date)")
    for end in ends:
        con.execute("insert into fct_cover_end values (?, ?, ?, ?)", list(end))
    ((rows_from,),) = con.execute("select min(month) from clue_row").fetchall()
    derive_tables(con, {"rows_from": rows_from})
    return con


@cache
def blank() -> duckdb.DuckDBPyConnection:
    """A database with the roster, and an empty table whose columns are those that the real query of clue_row gives."""
    con = duckdb.connect()
    con.execute(
        "create table dim_institution (institution varchar, kind varchar, level varchar, pilot varchar, town varchar, "
        "place varchar, beds bigint, county varchar)"
    )
    con.executemany(f"insert into dim_institution values ({'?, ' * 7}null)", [[c, *r] for c, r in ROSTER.items()])
    con.execute("create table dim_county (county varchar, name varchar)")
    con.register("told", SCHEMA.empty_table())
    nulls = "cast(null as varchar) as stated_place, cast(null as varchar) as county"
    con.execute(f"create table fct_settlement as select *, {nulls} from told")
    span = {"last_month": date(2026, 12, 1), "stays_until": date(2027, 2, 1), "visits_from": date(2025, 10, 1)}
    con.execute(f"create table clue_columns as {table_query('clue_row')}", span)
    return con


def hits(
    rule_id: str, rows: Iterable[Mapping], ends: Iterable[tuple] = (), last: str = "2026-12-31", **values
) -> list[Hit]:
    """What a rule finds in these rows in 2026, which is loaded up to the day last; values: parameters that differ."""
    return hits_in(tables(rows, ends), rule_id, last, **values)


def hits_in(con, rule_id: str, last: str = "2026-12-31", **values) -> list[Hit]:
    rule, end = rules()[rule_id], date.fromisoformat(last)
    told = rule.defaults | {name: Decimal(str(value)) for name, value in values.items()}
    known = {"year": "2026", "first_month": date(2026, 1, 1), "last_month": end.replace(day=1), "last_day": end}
    return hits_of(rule, rows_of(con, rule, known, told), told, {})
