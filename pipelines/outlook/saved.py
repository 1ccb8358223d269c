"""Scenarios that staff saved: lines of the journal, of which the last about a name counts. One can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from pipelines.errors import WarehouseError
from pipelines.outlook.scenarios import Scenario, refuse
from pipelines.store.decisions import decide, decisions

KIND = "scenario"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Saved:
    """A scenario, who saved it (or took it back) last and when."""

    scenario: Scenario
    by: str
    at: str
    withdrawn: bool

    @property
    def name(self) -> str:
        return self.scenario.name


def save(warehouse: Path, scenario: Scenario, by: str, why: str = "") -> Saved:
    """Save a scenario under its name; one of that name that stands is replaced.

    Raises WarehouseError for one that can't be, and for one that is saved as it is already.
    """
    refuse(scenario)
    stands = standing(warehouse).get(scenario.name)
    if stands is not None and stands.scenario == scenario:
        raise WarehouseError(f"情景“{scenario.name}”已经照这样存着，没有再存")
    return written(warehouse, scenario, by, why, withdrawn=False)


def withdraw(warehouse: Path, name: str, by: str, why: str = "") -> Saved:
    """Take a scenario back; it is no longer listed, and can be restored. Raises WarehouseError if none stands."""
    return written(warehouse, found(standing(warehouse), name), by, why, withdrawn=True)


def restore(warehouse: Path, name: str, by: str, why: str = "") -> Saved:
    """Let a scenario that was taken back stand again. Raises WarehouseError if there is none."""
    gone = {each.name: each for each in saved(warehouse) if each.withdrawn}
    return written(warehouse, found(gone, name), by, why, withdrawn=False)


def saved(warehouse: Path) -> list[Saved]:
    """Every scenario as it stands now, also those that were taken back, the last saved first."""
    last = {each.subject: each for each in decisions(warehouse, KIND)}
    told = sorted(last.values(), key=lambda each: -each.number)
    return [Saved(read(e.subject, e.values), e.by, e.at, e.values.get(WITHDRAWN) == "1") for e in told]


def standing(warehouse: Path) -> dict[str, Saved]:
    """Name -> the scenarios that are listed."""
    return {each.name: each for each in saved(warehouse) if not each.withdrawn}


def found(known: Mapping[str, Saved], name: str) -> Scenario:
    if name not in known:
        told = f"；现有：{'、'.join(known)}" if known else "；还没有存过"
        raise WarehouseError(f"没有情景“{name}”{told}")
    return known[name].scenario


def written(warehouse: Path, scenario: Scenario, by: str, why: str, withdrawn: bool) -> Saved:
    values = {field.name: str(getattr(scenario, field.name)) for field in fields(Scenario) if field.name != "name"}
    values |= {WITHDRAWN: "1"} if withdrawn else {}
    (made,) = decide(warehouse, KIND, {scenario.name: values}, by, why)
    return Saved(scenario, made.by, made.at, withdrawn)


def read(name: str, values: Mapping[str, str]) -> Scenario:
    told = {field.name: field.type(values[field.name]) for field in fields(Scenario) if field.name in values}
    return Scenario(name=name, **told)
