"""The matrix of definitions/7_access.toml: rights, roles, and what each page, command and entry needs."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.contracts import DEFINITIONS, DefinitionError

ACCESS = DEFINITIONS / "7_access.toml"
SCOPES = {"county": "全县", "institution": "本机构", "town": "本乡镇", "counties": "本区县"}
PARTS = {"institution": "institutions", "town": "towns", "counties": "counties"}  # kind of scope -> what a Scope fills
EVERYBODY = ""  # needs no right but to be logged in
NEEDING = ("pages", "commands", "entries")


@dataclass(frozen=True)
class Role:
    """A role: its rights, whether it sees the county or a part of its own (SCOPES), whether exports name it."""

    id: str
    name_zh: str
    scope: str
    watermark: bool
    rights: frozenset[str]


@cache
def definition() -> dict:
    """The file, checked: a right, scope or key that it doesn't know is an error that names itself."""
    told = tomllib.loads(ACCESS.read_text("utf-8"))
    known = set(told["rights"])
    for role, said in told["roles"].items():
        if set(said) != {"name_zh", "scope", "watermark", "rights"} or said["scope"] not in SCOPES:
            raise DefinitionError(f"{ACCESS.name}: role {role} has keys or a scope that are not known")
        unknown(f"role {role}", said["rights"], known)
    unknown("looking", told["looking"], known)
    for part in NEEDING:
        unknown(part, told[part].values(), known | {EVERYBODY})
    return told


def unknown(where: str, named, known: set[str]) -> None:
    if wrong := set(named) - known:
        raise DefinitionError(f"{ACCESS.name}: {where} names the unknown right {min(wrong)}")


@cache
def roles() -> dict[str, Role]:
    """Role id -> Role, in the order of the file."""
    return {
        id: Role(id, told["name_zh"], told["scope"], told["watermark"], frozenset(told["rights"]))
        for id, told in definition()["roles"].items()
    }


def rights() -> Mapping[str, str]:
    """Right -> what it lets do, in Chinese, in the order of the file."""
    return definition()["rights"]


def recovery() -> frozenset[str]:
    """The commands that are also for the operating system's owner of the warehouse: for when nobody can log in."""
    return frozenset(definition()["recovery"])


def looking() -> frozenset[str]:
    """The rights that are left to whoever looks through the eyes of a role."""
    return frozenset(definition()["looking"])


def named(part: str, what: str) -> list[str]:
    """The right that something needs, as a list; empty if the file doesn't name it."""
    return [right for key, right in definition()[part].items() if key == what]


def needed(part: str, what: str) -> str:
    """The right that a page, a command or an entry (part: pages, commands, entries) needs.

    Raises DefinitionError for what the file doesn't name: nothing is open by being forgotten.
    """
    if what not in definition()[part]:
        raise DefinitionError(f"{ACCESS.name}: {part} does not name {what}")
    return definition()[part][what]
