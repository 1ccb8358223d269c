"""Clues for those who may not see rows of persons: no code of a person, no settlement, no key that tells them."""

import json
from dataclasses import replace
from pathlib import Path

from pipelines.access import caller
from pipelines.answers.county import County
from pipelines.clues.hits import Hit
from pipelines.clues.rules import rules
from pipelines.clues.standings import Standing
from pipelines.store.history import Event

HIDDEN = "……"  # what stands in a key in place of a person


def seen(county: County, hits: list[Hit]) -> list[Hit]:
    """The hits as whoever opened the county may see them: those about a person without all that points to them."""
    return hits if county.persons else [veiled(hit) for hit in hits]


def seen_standings(county: County, found: list[Standing]) -> list[Standing]:
    """The same of hits in a month."""
    return found if county.persons else [replace(each, hit=veiled(each.hit)) for each in found]


def seen_events(warehouse: Path, found: list[Event]) -> list[Event]:
    """Lines of the journal as whoever asks may see them: no key of a person's clue, no settlement that was drawn."""
    return found if caller(warehouse).may("persons") else [without_persons(event) for event in found]


def without_persons(event: Event) -> Event:
    if event.action == "clue":
        return replace(event, subject=veiled_key(event.subject))
    if event.action == "sample_result":
        return replace(event, subject=f"{event.subject.partition('/')[0]}/{HIDDEN}")
    if event.action == "sample" and "random" in event.values:
        drawn, risk = (json.loads(event.values[arm]) for arm in ("random", "risk"))
        hidden = {stratum: " ".join(HIDDEN for _ in ids.split()) for stratum, ids in drawn.items()}
        nobody = {f"{HIDDEN}{number}": why for number, why in enumerate(risk.values(), 1)}
        told = {"random": json.dumps(hidden, ensure_ascii=False), "risk": json.dumps(nobody, ensure_ascii=False)}
        return replace(event, values=event.values | told)
    return event


def veiled(hit: Hit) -> Hit:
    return replace(hit, key=veiled_key(hit.key), person=None, setl_ids=(), beside_ids=())


def veiled_key(key: str) -> str:
    """A clue's key without its person; one of another shape, or of a rule that is no more, keeps its rule alone."""
    id, *parts = key.split("/")
    names = rules()[id].key.split("/") if id in rules() else []
    if len(names) != len(parts):
        return f"{id}/{HIDDEN}"
    kept = (HIDDEN if "person" in name else part for name, part in zip(names, parts, strict=True))
    return "/".join((id, *kept))
