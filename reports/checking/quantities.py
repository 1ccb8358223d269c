"""What a report's words call a quantity: names and aliases of the KPI dictionary, and definitions/quantities.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pipelines
from reports.checking.tokens import FAMILY_OF

DEFINITIONS = Path(__file__).parent / "definitions"
SHORT = 3  # an alias as short as this is no name by itself in running text


@dataclass(frozen=True)
class Quantity:
    """Something that reports count. id: a KPI's, or one of the checker's own; family: of its units (see tokens.py)."""

    id: str
    family: str
    names: tuple[str, ...]
    around: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def kpi(self) -> "pipelines.Kpi | None":
        return pipelines.kpis().get(self.id)

    def excluded(self, near: str) -> bool:
        """Whether words near the figure say that it is something else."""
        return any(word in near for word in self.unless)

    def vouched(self, near: str) -> bool:
        """Whether the words that it needs stand near."""
        return not self.needs or any(word in near for word in self.needs)


@dataclass(frozen=True)
class Named:
    """A name of a quantity in a text."""

    start: int
    end: int
    quantity: Quantity


@cache
def quantities() -> dict[str, Quantity]:
    """Every quantity by id: each KPI, then the checker's own."""
    told = tomllib.loads((DEFINITIONS / "quantities.toml").read_text("utf-8"))
    found = {}
    for id in dict.fromkeys([*pipelines.kpis(), *told]):
        entry = told.get(id, {})
        kpi = pipelines.kpis().get(id)
        family = entry.get("unit") or FAMILY_OF.get(kpi.unit, "")
        words = tuple(entry.get("names", ())) + (dictionary_names(kpi) if kpi else ())
        rest = {key: tuple(entry.get(key, ())) for key in ("around", "unless", "needs")}
        found[id] = Quantity(id, family, words, **rest)
    return found


def dictionary_names(kpi) -> tuple[str, ...]:
    """A KPI's name and aliases as patterns: 的 may stand between the characters, brackets of either kind."""
    words = [re.sub(r"[（(].*", "", word) for word in (kpi.name_zh, *kpi.aliases)]
    return tuple("的?".join(map(re.escape, word)) for word in words if len(word) > SHORT)


@cache
def patterns() -> tuple[tuple[re.Pattern, Quantity], ...]:
    return tuple((re.compile(name), quantity) for quantity in quantities().values() for name in quantity.names)


@lru_cache(maxsize=8192)
def names_in(text: str) -> list[Named]:
    """The names of quantities in a text, in order; a name within a longer one is none."""
    found = [Named(m.start(), m.end(), q) for pattern, q in patterns() for m in pattern.finditer(text) if m[0]]
    found.sort(key=lambda n: (n.start - n.end, n.start))
    kept: list[Named] = []
    for name in found:
        if not any(name.start < k.end and k.start < name.end and not same_place(name, k) for k in kept):
            kept.append(name)
    return sorted(kept, key=lambda n: (n.end, n.start))


def same_place(name: Named, other: Named) -> bool:
    return (name.start, name.end) == (other.start, other.end)


def named_by(text: str, family: str, near: str) -> Named | None:
    """The name that stands last in a text and goes with a figure of this family ('' goes with ratios)."""
    wanted = {"": ("percent",), "points": ("percent",), "permille": ("percent",)}.get(family, (family,))
    fitting = [n for n in names_in(text) if n.quantity.family in wanted]
    fitting = [n for n in fitting if not n.quantity.excluded(near) and n.quantity.vouched(near)]
    return max(fitting, key=lambda n: (n.end, n.end - n.start), default=None)


@cache
def cares() -> dict:
    return tomllib.loads((DEFINITIONS / "cares.toml").read_text("utf-8"))


def by_care(id: str, clause: str, before: str) -> str:
    """The quantity of inpatients or outpatients that a general one is where they were spoken of before it."""
    words = re.findall("住院|门诊", before)
    general = cares().get(id)
    if not general or not words or not re.search(general["said"], clause) or re.search("住院|门诊|总", clause):
        return id
    return general[words[-1]]


def named_around(near: str, family: str) -> Quantity | None:
    """The quantity that its unit and the words near it name: 1785人次住院."""
    for quantity in quantities().values():
        if quantity.family == family and any(word in near for word in quantity.around) and not quantity.excluded(near):
            return quantity
    return None
