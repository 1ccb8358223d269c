"""definitions/violations.toml as frozen data: what may be found, on which legal ground and when, what money follows."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from pipelines.contracts import DEFINITIONS, DefinitionError, code_lists, load, refuse_unknown

SOURCE = "violations.toml"
FUND_TRACKS = ("agreement", "fine", "assessment")


@dataclass(frozen=True)
class Basis:
    """A legal ground. law: 《name》 with its number; valid_to: its last day, None while it is in force.

    subjects: codes of subject_type that the law is about, () for all.
    """

    law: str
    number: str
    article: str
    text: str
    valid_from: date
    valid_to: date | None = None
    subjects: tuple[str, ...] = ()

    def binds(self, subject_type: str) -> bool:
        return not self.subjects or subject_type in self.subjects

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def cited(self) -> str:
        """《医疗保障基金使用监督管理条例》第三十八条第一项。"""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True)
class Violation:
    """A kind of violation. kind: A to H; subjects: codes of subject_type it is found with."""

    code: str
    kind: str
    kind_name: str
    name: str
    subjects: tuple[str, ...]
    bases: tuple[Basis, ...]
    consequences: tuple[Basis, ...]

    def basis(self, on: date) -> tuple[Basis, ...]:
        """The grounds in force on a day."""
        return tuple(b for b in self.bases if b.in_force(on))

    def consequence(self, on: date) -> tuple[Basis, ...]:
        """What the law in force on a day makes follow from it."""
        return tuple(b for b in self.consequences if b.in_force(on))


@dataclass(frozen=True)
class MoneyRule:
    """How the money of a handling is treated. track: whose it is; paid_in: false is withheld from settlements.

    term_days: from the decision (else the finding) until it is late; term: the source of that.
    """

    track: str = ""
    paid_in: bool = False
    money: bool = False
    term_days: int = 0
    term: str = ""


@cache
def violations() -> dict[str, Violation]:
    """Every violation by code. DefinitionError names an unknown key, law, class or subject."""
    raw = taxonomy()
    return {code: read(code, dict(entry), raw) for code, entry in raw["violations"].items()}


def violation(code: str | None) -> Violation | None:
    """None for a code that the taxonomy doesn't know: a ledger may hold the county's own."""
    return violations().get(code or "")


@cache
def handlings() -> dict[str, MoneyRule]:
    """Every handling of codes.toml; one that moves no money has a rule that says so."""
    raw = taxonomy()["handlings"]
    for code, entry in raw.items():
        refuse_unknown(f"{SOURCE}: {code}", entry, {"track", "paid_in", "term_days", "term"})
        if code not in code_lists()["handling"] or entry["track"] not in FUND_TRACKS:
            raise DefinitionError(f"{SOURCE}: {code}: no such handling, or no track {entry['track']}")
    return {
        code: MoneyRule(money=True, **raw[code]) if code in raw else MoneyRule() for code in code_lists()["handling"]
    }


@cache
def taxonomy() -> dict:
    raw = load(DEFINITIONS / SOURCE)
    refuse_unknown(SOURCE, raw, {"laws", "classes", "violations", "handlings"})
    return raw


def read(code: str, entry: dict, raw: dict) -> Violation:
    refuse_unknown(f"{SOURCE}: {code}", entry, {"name", "subjects", "bases"})
    if code[0] not in raw["classes"]:
        raise DefinitionError(f"{SOURCE}: {code}: no class {code[0]}")
    if unknown := set(entry["subjects"]) - set(code_lists()["subject_type"]):
        raise DefinitionError(f"{SOURCE}: {code}: no subject {', '.join(sorted(unknown))}")
    kind = raw["classes"][code[0]]
    refuse_unknown(f"{SOURCE}: {code[0]}", kind, {"name", "consequences"})
    grounds, follows = (
        tuple(ground(code, dict(b), raw["laws"]) for b in listed) for listed in (entry["bases"], kind["consequences"])
    )
    return Violation(code, code[0], kind["name"], entry["name"], tuple(entry["subjects"]), grounds, follows)


def ground(code: str, entry: dict, laws: dict) -> Basis:
    """A basis; where it has no day of its own, it is in force from that of its law on."""
    refuse_unknown(f"{SOURCE}: {code}", entry, {"law", "article", "text", "valid_from", "valid_to"})
    if entry["law"] not in laws:
        raise DefinitionError(f"{SOURCE}: {code}: no law {entry['law']}")
    law = laws[entry["law"]]
    refuse_unknown(f"{SOURCE}: {entry['law']}", law, {"name", "number", "valid_from", "valid_to", "subjects"})
    begins, ends = entry.get("valid_from", law["valid_from"]), entry.get("valid_to", law.get("valid_to"))
    subjects = tuple(law.get("subjects", ()))
    if unknown := set(subjects) - set(code_lists()["subject_type"]):
        raise DefinitionError(f"{SOURCE}: {entry['law']}: no subject {', '.join(sorted(unknown))}")
    return Basis(law["name"], law["number"], entry["article"], entry["text"], begins, ends, subjects)
