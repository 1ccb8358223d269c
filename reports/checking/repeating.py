"""Readings of figures that the text gives twice: the same quantity of the same scheme, place and months."""

from collections.abc import Iterator
from functools import cache

import pipelines
from reports.checking.defined import relations, where_of
from reports.checking.readings import Reading, printed
from reports.checking.said import Said

ROLES = {"value": "value", "whole": "value", "share": "value", "year_ago": "year_ago"}


def repeated(said: list[Said]) -> Iterator[Reading]:
    """Each figure after the first of its kind should be the first again; a mismatch counts if it is a slip."""
    first: dict[tuple, Said] = {}
    for claim in said:
        id = quantity_of(claim, said)
        if not id or claim.rest or claim.role not in ROLES or claim.verb:
            continue
        where = tuple(sorted(where_of(claim, id).items())) if claim.role != "share" else where_of_part(claim, said, id)
        known = first.setdefault((id, claim.scheme, where, claim.period, ROLES[claim.role]), claim)
        if known is not claim and alike(known, claim) and apart(known, claim):
            figure = known.figure
            words = f"前文的 {printed(figure)}"
            yield Reading("repeated", claim.figure, (figure,), figure.base, figure.interval(True), words, firm=False)


def apart(one: Said, other: Said) -> bool:
    """Whether two figures are told in different places, not dealt out in one list: 三年住院率分别为…."""
    dealt = any("分别" in claim.mention.reach for claim in (one, other))
    return one.mention.sentence != other.mention.sentence and not dealt


def alike(one: Said, other: Said) -> bool:
    families = {one.figure.family, other.figure.family}
    return len(families) == 1 or families == {"percent", ""}


def where_of_part(claim: Said, said: list[Said], id: str) -> tuple:
    return tuple(sorted(where_of(said[claim.of], id).items()))


def quantity_of(claim: Said, said: list[Said]) -> str:
    """The quantity of a claim; that of a share by what it is a share of what."""
    if claim.role != "share":
        return claim.quantity
    if claim.of is None:
        return ""
    whole = said[claim.against].quantity if claim.against is not None else claim.whole
    kpi = shares().get((said[claim.of].quantity, whole))
    return kpi.id if kpi else ""


@cache
def shares() -> dict[tuple[str, str], "pipelines.Kpi"]:
    """(part, whole) -> the KPI that is their quotient in per cent."""
    found = {}
    for relation in relations():
        formula = relation.formula.removeprefix("100 * ")
        if formula != relation.formula and " / " in formula and relation.result in pipelines.kpis():
            found[tuple(formula.split(" / "))] = pipelines.kpis()[relation.result]
    return found
