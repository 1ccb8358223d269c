"""The themes of the report and the figures and lists their texts may name: themes/*.toml, read once.

An unknown key, KPI, condition or name in a file is an error that names itself.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pipelines
from pipelines import Period
from pipelines.cases import violations
from pipelines.contracts import DefinitionError, code_lists, zh
from reports.narrative import facts
from reports.narrative.language import CONDITIONS, MANNERS, Known, WordingError, parse
from reports.quoting import Ref

FOLDER = Path(__file__).with_name("themes")
KEYS = {"title", "text", "figures", "lists"}
LIST_KEYS = {"kpi", "by", "most"}


@dataclass(frozen=True)
class Slot:
    """A figure that texts may name. omit_zero: a clause with it says nothing where it is 0.

    from_january: of the months from January to the period's last, whichever it begins with.
    verbs: of its change, (up, down); sides: of itself where it is a difference, (above 0, below 0).
    """

    name: str
    kpi: str
    where: tuple[tuple[str, str], ...]
    verbs: tuple[str, str]
    sides: tuple[str, str] = ("高", "低")
    omit_zero: bool = False
    from_january: bool = False

    def ref(self, period: Period, aspect: str = "value") -> Ref:
        months = Period(f"{period.last[:4]}-01", period.last) if self.from_january else period
        return Ref(self.kpi, months, self.where, aspect)


@dataclass(frozen=True)
class Listing:
    """Names that texts may list: the codes of a dimension with the most of a KPI; how many are named."""

    name: str
    kpi: str
    by: str
    where: tuple[tuple[str, str], ...]
    most: int = 2


@dataclass(frozen=True)
class Theme:
    """A theme: id, its title, the text it begins with, its own figures and lists."""

    id: str
    title: str
    text: str
    slots: tuple[Slot, ...]
    listings: tuple[Listing, ...]


@cache
def themes() -> dict[str, Theme]:
    """Every theme by its id, in the order of the report. Raises DefinitionError for what a file says wrongly."""
    found = [read(path) for path in sorted(FOLDER.glob("*.toml"))]
    names = [each.name for theme in found for each in (*theme.slots, *theme.listings)]
    if twice := {name for name in names if names.count(name) > 1 or name in facts.FACTS}:
        raise DefinitionError(f"themes: named twice: {sorted(twice)}")
    return {theme.id: theme for theme in found}


def read(path: Path) -> Theme:
    raw = tomllib.loads(path.read_text("utf-8"))
    if unknown := set(raw) - KEYS:
        raise DefinitionError(f"{path.name}: unknown key {sorted(unknown)}")
    slots = tuple(slot(path.name, name, dict(entry)) for name, entry in raw.get("figures", {}).items())
    listed = tuple(listing(path.name, name, dict(entry)) for name, entry in raw.get("lists", {}).items())
    return Theme(path.stem.partition("_")[2], raw["title"], raw["text"].strip(), slots, listed)


def slot(file: str, name: str, entry: dict) -> Slot:
    kpi, *told = entry.pop("kpi", ""), entry.pop("omit_zero", False), entry.pop("from_january", False)
    sides = tuple(entry.pop("sides", Slot.sides))
    where = conditions(file, name, kpi, entry)
    return Slot(name, kpi, where, verbs_of(kpi), sides, *told)


def listing(file: str, name: str, entry: dict) -> Listing:
    told = {key: entry.pop(key) for key in LIST_KEYS & set(entry)}
    return Listing(name, where=conditions(file, name, told.get("kpi", ""), entry), **told)


def conditions(file: str, name: str, kpi: str, entry: dict) -> tuple[tuple[str, str], ...]:
    """The conditions of an entry, sorted as a Ref has them."""
    if kpi not in pipelines.kpis():
        raise DefinitionError(f"{file}: {name}: no KPI {kpi!r}")
    for dim, codes in entry.items():
        known = code_lists().get(dim)
        if dim not in pipelines.kpis()[kpi].levels or (known and set(codes.split("+")) - set(known)):
            raise DefinitionError(f"{file}: {name}: {kpi} can't be asked for {dim} = {codes!r}")
    return tuple(sorted(entry.items()))


def verbs_of(kpi_id: str) -> tuple[str, str]:
    """提高/下降 of a ratio, 增加/降低 of a mean, 增加/减少 of an amount."""
    kpi = pipelines.kpis()[kpi_id]
    if kpi.unit in ("%", "百分点"):
        return "提高", "下降"
    mean = kpi.denominator or "/" in (kpi.numerator or "")
    return ("增加", "降低") if mean else ("增加", "减少")


def code_word(dim: str, code: str, institutions: Mapping[str, str] = MappingProxyType({})) -> str:
    """A code of a dimension in Chinese. institutions: {code: name}."""
    if dim == "institution":
        return institutions.get(code, code)
    return violations()[code].name if dim == "violation" and code in violations() else zh(dim, code)


@cache
def slots() -> dict[str, Slot]:
    """Every figure that a text may name, whatever its theme."""
    return {each.name: each for theme in themes().values() for each in theme.slots}


@cache
def listings() -> dict[str, Listing]:
    return {each.name: each for theme in themes().values() for each in theme.listings}


@cache
def known() -> Known:
    """Every name that a text may use, and the manners that go with it."""
    told = dict.fromkeys((*listings(), *facts.FACTS), ("", "若有"))
    return dict.fromkeys(slots(), (*MANNERS, *CONDITIONS)) | told


def checked(text: str) -> None:
    """Raises WordingError, in Chinese, for a text that can't be read or says nothing."""
    if not parse(text, known()):
        raise WordingError("文字是空的；要恢复原来的文字，请用“恢复模板文字”")
