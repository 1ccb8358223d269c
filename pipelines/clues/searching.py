"""The rules run over the settlements of a year: of everybody at once, or of a part of the persons at a time where
memory has no room for all.

A rule that reads visits looks at one person after another, or at how many an institution had: over parts it finds the
same. Stays are few; rules that set institutions against their like read those of everybody, after the parts.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pyarrow as pa

from pipelines.answers.county import County
from pipelines.clues.gaps import runs
from pipelines.clues.hits import Hit, hits_of
from pipelines.clues.rules import Rule, named, rules
from pipelines.clues.tables import (
    EVERYBODY,
    STAYS,
    VISIT_MONTH,
    add_up_visits,
    given,
    make_shared,
    make_tables,
    parts,
    shared_by,
    tables_of,
)
from pipelines.side_by_side import Progress, meanwhile, quiet, under_way

Values = Mapping[str, Mapping[str, Decimal]]
HALFWAY_SECONDS = 2.0
READING = 0.6  # of the time goes into the tables that rules read
OF_VISITS = {"clue_row", "clue_visit"}


@dataclass(frozen=True)
class Step:
    """Rules that are run over the settlements that a condition leaves."""

    rows: str
    rules: tuple[Rule, ...]


@dataclass
class Found:
    """What the SQL of each rule has given, the months of the settlements behind it, and visits counted part by part."""

    rows: dict[str, list[dict]] = field(default_factory=dict)
    months: list[tuple[str, str]] = field(default_factory=list)
    visits: list[pa.Table] = field(default_factory=list)


def run(county: County, year: str, values: Values, progress: Progress = quiet) -> list[Hit]:
    """The hits of every rule of values that has what it needs; values: every parameter of each."""
    wanted = [rules()[id] for id in values if runs(county, rules()[id], year)]
    found, steps = Found(), steps_of(wanted, parts(county, year))
    for number, step in enumerate(steps):
        take(found, county, year, step, values, share_of(progress, number, len(steps)))
    hits = [hit for rule in wanted for hit in hits_of(rule, found.rows[rule.id], values[rule.id], county.names)]
    return with_months(hits, found.months)


def steps_of(wanted: list[Rule], parts_of_persons: list[str]) -> list[Step]:
    """Which rules are run over what. The rules that read visits, and visits that others count, need all parts."""
    if not wanted or parts_of_persons == [EVERYBODY]:
        return [Step(EVERYBODY, tuple(wanted))] if wanted else []
    by_person = tuple(rule for rule in wanted if reads_visits(rule))
    others = tuple(rule for rule in wanted if not reads_visits(rule))
    counted = any(VISIT_MONTH in shared_by(rule.sql) for rule in others)
    first = [Step(part, by_person) for part in parts_of_persons] if by_person or counted else []
    return [*first, Step(STAYS, others)] if others else first


def reads_visits(rule: Rule) -> bool:
    """Whether the SQL of a rule reads single visits."""
    return bool(OF_VISITS & tables_of(rule.sql))


def take(found: Found, county: County, year: str, step: Step, values: Values, progress: Progress) -> None:
    """Run the rules of a step; found gets what they give."""
    with closing(tables(county, year, progress, step.rows)) as cursor:
        if step.rows == STAYS:
            add_up_visits(cursor, found.visits)
        for number, rule in enumerate(step.rules):
            progress(READING + (1 - READING) * number / len(step.rules), rule.title)
            rows = rows_of(cursor, rule, given(county, year), values[rule.id])
            found.rows.setdefault(rule.id, []).extend(rows)
            found.months += months_behind(cursor, rows)
        if step.rows not in (EVERYBODY, STAYS):
            found.visits.append(visits_of(cursor, given(county, year)))


def tables(county: County, year: str, progress: Progress, rows: str = EVERYBODY):
    """A cursor with the tables that rules read: they are its own and go with it."""
    cursor, tell = county.con.cursor(), by_the_clock(progress)

    def make() -> None:
        make_tables(under_way(cursor), county, year, rows=rows)

    meanwhile(f"读取 {year} 年结算明细", make, tell, 0.0, READING)
    return cursor


def visits_of(cursor, known: Mapping[str, object]) -> pa.Table:
    """How many visits each institution had in a month, of the persons of this part."""
    make_shared(cursor, f"from {VISIT_MONTH}", known)
    return cursor.sql(f"from {VISIT_MONTH}").to_arrow_table()


def share_of(progress: Progress, number: int, many: int) -> Progress:
    """The progress of one step of many."""
    return lambda share, what: progress((number + share) / many, what)


def by_the_clock(progress: Progress) -> Progress:
    """One statement does not say how far it is: half of the way is taken for done after HALFWAY_SECONDS, and so on."""
    started = time.monotonic()

    def tell(share: float, what: str) -> None:
        guessed = READING * (1 - 0.5 ** ((time.monotonic() - started) / HALFWAY_SECONDS))
        progress(max(share, guessed), what)

    return tell


def found_by(cursor, county: County, rule: Rule, year: str, values: Mapping[str, Decimal]) -> list[Hit]:
    """The hits of one rule in tables of everybody."""
    rows = rows_of(cursor, rule, given(county, year), values)
    return with_months(hits_of(rule, rows, values, county.names), months_behind(cursor, rows))


def rows_of(cursor, rule: Rule, known: Mapping[str, object], values: Mapping[str, Decimal]) -> list[dict]:
    """What the SQL of a rule gives, of this year's months, each row by column name; known: what given() says."""
    make_shared(cursor, rule.sql, known)
    names = {**known, **values}
    query = cursor.execute(rule.sql, {name: names[name] for name in named(rule.sql)})
    columns = [column[0] for column in query.description]
    rows = [dict(zip(columns, row, strict=True)) for row in query.fetchall()]
    return of_year(rows, known["year"])


def of_year(rows: list[dict], year: str) -> list[dict]:
    """The rows that count in a month of the year; a rule may give others beside them."""
    return [row for row in rows if f"{row['month']:%Y}" == year]


def months_behind(cursor, rows: list[dict]) -> list[tuple[str, str]]:
    """(settlement, 'YYYY-MM') of all settlements that these rows of a rule name: the months that they count in."""
    ids = sorted({id for row in rows for id in (*row["setl_ids"], *(row.get("beside_ids") or ()))})
    query = "select setl_id, strftime(month, '%Y-%m') from clue_row where setl_id in (select unnest(?))"
    return cursor.execute(query, [ids]).fetchall() if ids else []


def with_months(hits: list[Hit], pairs: Iterable[tuple[str, str]]) -> list[Hit]:
    """The hits with the months of their settlements; pairs: (settlement, 'YYYY-MM')."""
    months: dict[str, set[str]] = {}
    for id, month in pairs:
        months.setdefault(id, set()).add(month)
    return [replace(hit, months=months_of(hit, months)) for hit in hits]


def months_of(hit: Hit, months: Mapping[str, set[str]]) -> tuple[str, ...]:
    return tuple(sorted({month for id in (*hit.setl_ids, *hit.beside_ids) for month in months[id]}))
