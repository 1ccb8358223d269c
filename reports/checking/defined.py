"""Readings across the whole text: what the KPI dictionary and definitions/relations.toml define between quantities."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pipelines
from pipelines.formulas import names_in
from reports.checking.quantities import DEFINITIONS, quantities
from reports.checking.readings import Reading, reading, summed
from reports.checking.said import Said
from reports.checking.summing import best

PLANS = ("enrolment_target", "collection_plan", "fund_due", "should_enrol_persons")  # of the year, whatever the months
CLAIMED = ("value", "whole")
TRIES = 3  # claims of one quantity that are tried


@dataclass(frozen=True)
class Relation:
    """What a quantity must be by a formula over others. soft, near, loose, unless, parted: see relations.toml."""

    result: str
    formula: str
    soft: bool = False
    near: bool = False
    loose: bool = False
    unless: str = ""
    parted: str = ""


@cache
def told() -> dict:
    return tomllib.loads((DEFINITIONS / "relations.toml").read_text("utf-8"))


@cache
def relations() -> tuple[Relation, ...]:
    """Every relation: those of the KPI dictionary, then those of relations.toml."""
    found = [r for kpi in pipelines.kpis().values() if (r := by_dictionary(kpi))]
    return tuple(found + [Relation(**entry) for entry in told()["relations"]])


@cache
def quantity_of_measure(measure: str) -> str:
    """The quantity that a measure of the KPI dictionary is by itself, or ''."""
    if measure in told()["same_as"]:
        return told()["same_as"][measure]
    return next((k.id for k in pipelines.kpis().values() if k.numerator == measure and not k.denominator), "")


def by_dictionary(kpi) -> Relation | None:
    """A KPI as a quotient of two quantities, if it is one."""
    if not kpi.denominator:
        return None
    above, below = quantity_of_measure(kpi.numerator), quantity_of_measure(kpi.denominator)
    scale = "100 * " if kpi.unit == "%" else ""
    return Relation(kpi.id, f"{scale}{above} / {below}") if above and below else None


class Index:
    """The claims of a text by quantity, scheme, conditions and period."""

    def __init__(self, said: list[Said]) -> None:
        self.by_quantity: dict[str, list[Said]] = {}
        for claim in said:
            if claim.quantity and claim.role in CLAIMED and not claim.rest:
                self.by_quantity.setdefault(claim.quantity, []).append(claim)

    def of(self, quantity: str, like: Said, loose: bool = False) -> list[Said]:
        """The claims of a quantity that go with another claim; the nearest first."""
        found = [c for c in self.by_quantity.get(quantity, []) if c.scheme == like.scheme and c.place != like.place]
        found = [c for c in found if quantity in PLANS or c.period == like.period]
        if not loose:
            found = [c for c in found if where_of(c) == where_of(like, quantity)]
        return sorted(found, key=lambda c: abs(c.place - like.place))[:TRIES]


def where_of(claim: Said, quantity: str = "") -> dict[str, str]:
    """The conditions of a claim that its quantity, or another, can take."""
    kpi = quantities()[quantity or claim.quantity].kpi
    known = ("place", "pilot", "level")
    return {d: c for d, c in claim.where if kpi is None or d not in known or d in kpi.levels}


def defined(said: list[Said], text: str) -> Iterator[Reading]:
    """The readings of every claim that a relation defines; text: the whole."""
    index = Index(said)
    for relation in relations():
        if relation.parted and re.search(relation.parted, text):
            relation = replace(relation, soft=True)
        for target in index.by_quantity.get(relation.result, []):
            if not (relation.unless and index.of(relation.unless, target, True)):
                yield from filter(None, applied(relation, target, index))
    for entry in told()["schemes"]:
        yield from by_scheme(entry, index)


def applied(relation: Relation, target: Said, index: Index) -> Iterator[Reading | None]:
    names = names_in(relation.formula)
    choices = [index.of(name, target, relation.loose) for name in names]
    kind = "product" if "*" in relation.formula.replace("100 *", "") else "ratio" if "/" in relation.formula else "sum"
    if kind == "sum" and "-" in relation.formula:
        kind = "difference"
    for chosen in product(*choices):
        inputs = {name: claim.figure for name, claim in zip(names, chosen, strict=True)}
        formula = relation.formula.replace(" ", "")
        yield reading(kind, target.figure, formula, inputs, not relation.near, relation.soft)


def by_scheme(entry: dict, index: Index) -> Iterator[Reading]:
    """A whole without a scheme as the sum of the schemes', also without the one whose people are counted twice."""
    for whole in index.by_quantity.get(entry["whole"], []):
        if whole.scheme and not entry.get("firm"):
            continue
        parts = scheme_parts(entry["part"], whole, index)
        if len(parts) < 2:
            continue
        runs = [[c.figure for c in parts.values()]]
        if entry.get("beside") in parts and len(parts) > 2:
            runs.append([c.figure for scheme, c in parts.items() if scheme != entry["beside"]])
        found = [summed(whole.figure, run, firm=True) for run in runs]
        yield from found if entry.get("firm") else filter(None, [best(found)])


def scheme_parts(quantity: str, whole: Said, index: Index) -> dict[str, Said]:
    """{scheme: the claim of it} of the whole's period."""
    wanted = dict(whole.where) if whole.quantity == quantity else {}
    found = [c for c in index.by_quantity.get(quantity, []) if c.scheme and c.place != whole.place]
    found = [c for c in found if c.period == whole.period and where_of(c) == wanted]
    return {c.scheme: c for c in reversed(found)}
