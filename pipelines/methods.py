"""The methods behind what is worked out rather than counted (settlement both ways, outlook, attribution, sharing), one
file each in definitions/8_methods: docs/methods.md, the dictionary page, captions and documents quote them from there.
"""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from pipelines.contracts import DEFINITIONS, DefinitionError

METHODS = DEFINITIONS / "8_methods"
LISTS = ("steps", "examples", "limits")


@dataclass(frozen=True)
class Method:
    """A method, in Chinese. asks: the question it answers; brief: its formula in a sentence, for captions; basis: where
    it comes from; steps: the formulas in order; examples: with known results; limits: what it can't say.

    page and command: where it is shown, if there.
    """

    id: str
    title: str
    asks: str
    brief: str
    basis: str
    steps: tuple[str, ...]
    limits: tuple[str, ...]
    examples: tuple[str, ...] = ()
    page: str = ""
    command: str = ""


@cache
def methods() -> dict[str, Method]:
    """Every method by id, in the order of the file names (10_bed_days.toml); DefinitionError for a wrong one."""
    paths = sorted(METHODS.glob("[0-9]*.toml"))
    return {method.id: method for method in map(read, paths)}


def read(path: Path) -> Method:
    told = tomllib.loads(path.read_text("utf-8"))
    known = {field.name for field in fields(Method)} - {"id"}
    if unknown := sorted(set(told) - known):
        raise DefinitionError(f"{path.name}: unknown {', '.join(unknown)}")
    if missing := [name for name in ("title", "asks", "brief", "basis", "steps", "limits") if not told.get(name)]:
        raise DefinitionError(f"{path.name}: {', '.join(missing)} missing")
    lists = {name: tuple(told.get(name, ())) for name in LISTS}
    return Method(id=path.stem.partition("_")[2], **{**told, **lists})
