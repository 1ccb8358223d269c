"""All rules over a calendar year: kept in memory and beside the builds, so that a year is screened once.

What is remembered is the hits of each rule under its parameters: another value of one parameter runs that rule alone.
"""

import threading
from collections.abc import Collection, Mapping
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.clues.gaps import runs
from pipelines.clues.hits import Hit
from pipelines.clues.kept import fingerprint, is_there, keep, kept
from pipelines.clues.parameters import parameters
from pipelines.clues.rules import Rule, rules
from pipelines.clues.searching import Values, found_by, run, tables
from pipelines.clues.tables import parts
from pipelines.errors import NotAllowed
from pipelines.side_by_side import Progress, quiet

Asked = tuple[tuple[str, tuple], ...]  # (rule, its parameters), of every rule
SCREENING = threading.Lock()  # two visitors of a page at once are one screening
REMEMBERED = 500  # hits of a rule, a year and a set of parameters
HITS: dict[tuple, tuple[Hit, ...]] = {}
TABLES: dict[str, object] = {}  # what a trial read, of one year
WRITTEN: set[tuple] = set()  # (warehouse, screening): those that are kept beside the builds, or can't be


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

    The tables that rules read stay until another year or county is tried, so that the next trial takes no time; those
    that memory has no room for are read anew.
    """
    asked = tuple((id, pairs) for id, pairs in frozen({rule: values}) if id == rule)
    data = data_of(county, year)
    with SCREENING:
        if unknown(data, asked) and runs(county, rules()[rule], year) and len(parts(county, year)) == 1:
            cursor = kept_tables(county, year, data, progress)
            try:
                remember(data, asked, found_by(cursor, county, rules()[rule], year, dict(asked[0][1])))
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
