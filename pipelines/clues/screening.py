"""All rules over a calendar year: kept in memory and beside the builds, so that a year is screened once."""

import threading
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.clues.gaps import runs
from pipelines.clues.hits import Hit, hits_of
from pipelines.clues.kept import fingerprint, keep, kept
from pipelines.clues.parameters import parameters
from pipelines.clues.rules import Rule, named, rules
from pipelines.clues.tables import given, make_tables
from pipelines.side_by_side import Progress, quiet

Values = Mapping[str, Mapping[str, Decimal]]
SCREENING = threading.Lock()  # two visitors of a page at once are one screening


def screen(county: County, year: str, values: Values | None = None, progress: Progress = quiet) -> list[Hit]:
    """Every hit of a year's rules, by rule and key; a rule that lacks what it needs has none, and gaps() says why.

    values: parameters other than those in force, {rule: {name: value}}; progress is told a share and the rule's title.
    """
    with SCREENING:
        return list(screened(county, year, frozen(values or parameters(county.warehouse)), Watched(progress)))


class Watched:
    """A progress that is equal to every other, so that who watches does not decide what is remembered."""

    def __init__(self, tell: Progress):
        self.tell = tell

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Watched)

    def __hash__(self) -> int:
        return 0


def frozen(values: Values) -> tuple:
    """The values of all rules as a hashable, defaults filled in, decimals without zeros at the end."""
    return tuple(
        (id, tuple(sorted((name, rule_value.normalize()) for name, rule_value in filled(rule, values).items())))
        for id, rule in rules().items()
    )


def filled(rule: Rule, values: Values) -> dict[str, Decimal]:
    return rule.defaults | dict(values.get(rule.id, {}))


@lru_cache(maxsize=8)
def screened(county: County, year: str, values: tuple, watched: Watched) -> tuple[Hit, ...]:
    key = fingerprint(county, year, values)
    found = kept(county.warehouse, key)
    if found is None:
        found = run(county, year, {id: dict(pairs) for id, pairs in values}, watched.tell)
        keep(county.warehouse, year, key, found)
    return tuple(found)


def run(county: County, year: str, values: Values, progress: Progress = quiet) -> list[Hit]:
    """Run every rule that has what it needs; values: every parameter of every rule."""
    wanted = [rule for rule in rules().values() if runs(county, rule, year)]
    if not wanted:
        return []
    cursor = county.con.cursor()
    try:
        progress(0.0, f"读取 {year} 年结算明细")
        make_tables(cursor, county, year)
        found = []
        for number, rule in enumerate(wanted, 1):
            progress(number / (len(wanted) + 1), rule.title)
            rows = rows_of(cursor, county, rule, year, values[rule.id])
            found += hits_of(rule, rows, values[rule.id], county.names)
        return found
    finally:
        cursor.close()


def rows_of(cursor, county: County, rule: Rule, year: str, values: Mapping[str, Decimal]) -> list[dict]:
    """What the SQL of a rule gives, of this year's months, each row by column name."""
    known = given(county, year) | dict(values)
    query = cursor.execute(rule.sql, {name: known[name] for name in named(rule.sql)})
    columns = [column[0] for column in query.description]
    rows = [dict(zip(columns, row, strict=True)) for row in query.fetchall()]
    return [row for row in rows if f"{row['month']:%Y}" == year]
