"""All rules over a calendar year: kept in memory and beside the builds, so that a year is screened once.

What is remembered is the hits of each rule under its parameters: another value of one parameter runs that rule alone.
"""

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.clues.gaps import runs
from pipelines.clues.hits import Hit, hits_of
from pipelines.clues.kept import fingerprint, is_there, keep, kept
from pipelines.clues.parameters import parameters
from pipelines.clues.rules import Rule, named, rules
from pipelines.clues.tables import given, make_shared, make_tables
from pipelines.errors import NotAllowed
from pipelines.side_by_side import Progress, meanwhile, quiet, under_way

Values = Mapping[str, Mapping[str, Decimal]]
Asked = tuple[tuple[str, tuple], ...]  # (rule, its parameters), of every rule
SCREENING = threading.Lock()  # two visitors of a page at once are one screening
REMEMBERED = 500  # hits of a rule, a year and a set of parameters
HITS: dict[tuple, tuple[Hit, ...]] = {}
TABLES: dict[str, object] = {}  # what a trial read, of one year
WRITTEN: set[tuple] = set()  # (warehouse, screening): those that are kept beside the builds, or can't be
HALFWAY_SECONDS = 2.0
READING = 0.6  # of the time goes into the tables that rules read


def screen(county: County, year: str, values: Values | None = None, progress: Progress = quiet) -> list[Hit]:
    """Every hit of a year's rules, by rule and key; a rule that lacks what it needs has none, and gaps() says why.

    values: parameters other than those in force, {rule: {name: value}}; progress is told a share and the rule's title.
    Raises NotAllowed for a part of a county: what is kept of a screening is of the whole.
    """
    asked, data = frozen(values or parameters(county.warehouse)), data_of(county, year)
    whole = fingerprint(county, year, asked)
    found = remembered(data, asked)
    if found is None or (county.warehouse, whole) not in WRITTEN:
        with SCREENING:
            look_up(county, data, asked, whole)
            freshen(data, asked)
            find(county, year, data, unknown(data, asked), progress)
            found = told(data, asked)
            write_down(county, year, whole, found)
    return found


def trial(county: County, year: str, rule: str, values: Mapping[str, Decimal], progress: Progress = quiet) -> list[Hit]:
    """The hits that one rule would have with other parameters; nothing of it is kept but in memory.

    The tables that rules read stay until another year or county is tried, so that the next trial takes no time.
    """
    asked = tuple((id, pairs) for id, pairs in frozen({rule: values}) if id == rule)
    data = data_of(county, year)
    with SCREENING:
        if unknown(data, asked) and runs(county, rules()[rule], year):
            cursor = kept_tables(county, year, data, progress)
            try:
                found = found_by(cursor, county, rules()[rule], year, dict(asked[0][1]))
                remember(data, asked, located(cursor, found))
            except Exception:  # the tables' transaction is broken off with it: the next trial needs new ones
                TABLES.pop(data).close()
                raise
        else:
            find(county, year, data, unknown(data, asked), progress)
    return told(data, asked)


def kept_tables(county: County, year: str, data: str, progress: Progress):
    """A cursor with the tables of a year: the last one that was asked for."""
    if data not in TABLES:
        for cursor in TABLES.values():
            cursor.close()
        TABLES.clear()
        TABLES[data] = tables(county, year, progress)
    return TABLES[data]


def is_kept(county: County, year: str) -> bool:
    """Whether screen() of the year answers at once, without running a rule."""
    asked = frozen(parameters(county.warehouse))
    kept_file = is_there(county.warehouse, fingerprint(county, year, asked))
    return kept_file or not unknown(data_of(county, year), asked)


def frozen(values: Values) -> Asked:
    """The values of all rules as a hashable, defaults filled in, decimals without zeros at the end."""
    return tuple(
        (id, tuple(sorted((name, rule_value.normalize()) for name, rule_value in filled(rule, values).items())))
        for id, rule in rules().items()
    )


def filled(rule: Rule, values: Values) -> dict[str, Decimal]:
    return rule.defaults | dict(values.get(rule.id, {}))


def data_of(county: County, year: str) -> str:
    """What a year's hits follow from beside the parameters; the same files give other persons in another warehouse."""
    if county.scope is not None:
        raise NotAllowed("疑点线索按全县筛查，不属于本账号的数据范围")
    return f"{county.warehouse} {fingerprint(county, year, ())}"


def unknown(data: str, asked: Asked) -> Asked:
    """The rules whose hits are not remembered."""
    return tuple((id, pairs) for id, pairs in asked if (data, id, pairs) not in HITS)


def remembered(data: str, asked: Asked) -> list[Hit] | None:
    """The hits of all these rules, None if those of any are not remembered (others may forget them meanwhile)."""
    parts = [HITS.get((data, id, pairs)) for id, pairs in asked]
    return None if None in parts else [hit for part in parts for hit in part]


def told(data: str, asked: Asked) -> list[Hit]:
    return [hit for id, pairs in asked for hit in HITS[data, id, pairs]]


def remember(data: str, asked: Asked, found: Collection[Hit]) -> None:
    """Hits by rule; the oldest are forgotten once there are many."""
    for id, pairs in asked:
        HITS[data, id, pairs] = tuple(hit for hit in found if hit.rule == id)
    for key in list(HITS)[:-REMEMBERED]:
        del HITS[key]


def freshen(data: str, asked: Asked) -> None:
    """Make the hits of these rules the last to be forgotten: they are about to be told with those found now."""
    for id, pairs in asked:
        if (data, id, pairs) in HITS:
            HITS[data, id, pairs] = HITS.pop((data, id, pairs))


def look_up(county: County, data: str, asked: Asked, whole: str) -> None:
    """Remember a screening that an earlier process kept."""
    found = kept(county.warehouse, whole) if unknown(data, asked) else None
    if found is not None:
        remember(data, asked, found)


def write_down(county: County, year: str, whole: str, found: list[Hit]) -> None:
    """Keep a screening for later processes; tried once, as a folder that can't be written stays so."""
    if (county.warehouse, whole) not in WRITTEN and not is_there(county.warehouse, whole):
        keep(county.warehouse, year, whole, found)
    WRITTEN.add((county.warehouse, whole))


def find(county: County, year: str, data: str, asked: Asked, progress: Progress) -> None:
    """Run these rules and remember what they found."""
    if asked:
        remember(data, asked, run(county, year, {id: dict(pairs) for id, pairs in asked}, progress))


def run(county: County, year: str, values: Values, progress: Progress = quiet) -> list[Hit]:
    """Run every rule of values that has what it needs; values: every parameter of each."""
    wanted = [rules()[id] for id in values if runs(county, rules()[id], year)]
    if not wanted:
        return []
    cursor, found = tables(county, year, progress), []
    try:
        for number, rule in enumerate(wanted):
            progress(READING + (1 - READING) * number / len(wanted), rule.title)
            found += found_by(cursor, county, rule, year, values[rule.id])
        return located(cursor, found)
    finally:
        cursor.close()


def tables(county: County, year: str, progress: Progress):
    """A cursor with the tables that rules read: they are its own and go with it."""
    cursor, tell = county.con.cursor(), by_the_clock(progress)

    def make() -> None:
        make_tables(under_way(cursor), county, year)

    meanwhile(f"读取 {year} 年结算明细", make, tell, 0.0, READING)
    return cursor


def by_the_clock(progress: Progress) -> Progress:
    """One statement does not say how far it is: half of the way is taken for done after HALFWAY_SECONDS, and so on."""
    started = time.monotonic()

    def tell(share: float, what: str) -> None:
        guessed = READING * (1 - 0.5 ** ((time.monotonic() - started) / HALFWAY_SECONDS))
        progress(max(share, guessed), what)

    return tell


def found_by(cursor, county: County, rule: Rule, year: str, values: Mapping[str, Decimal]) -> list[Hit]:
    return hits_of(rule, rows_of(cursor, rule, given(county, year), values), values, county.names)


def located(cursor, hits: list[Hit]) -> list[Hit]:
    """The hits with the months that their settlements count in."""
    ids = sorted({id for hit in hits for id in (*hit.setl_ids, *hit.beside_ids)})
    query = "select setl_id, strftime(month, '%Y-%m') from clue_row where setl_id in (select unnest(?))"
    return with_months(hits, cursor.execute(query, [ids]).fetchall())


def with_months(hits: list[Hit], pairs: Iterable[tuple[str, str]]) -> list[Hit]:
    """The hits with the months of their settlements; pairs: (settlement, 'YYYY-MM')."""
    months: dict[str, set[str]] = {}
    for id, month in pairs:
        months.setdefault(id, set()).add(month)
    return [replace(hit, months=months_of(hit, months)) for hit in hits]


def months_of(hit: Hit, months: Mapping[str, set[str]]) -> tuple[str, ...]:
    return tuple(sorted({month for id in (*hit.setl_ids, *hit.beside_ids) for month in months[id]}))


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
