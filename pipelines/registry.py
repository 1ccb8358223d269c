"""The measures and KPIs of definitions/3_kpis, as frozen data. An unknown key or name is an error that names itself."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from pipelines.contracts import DEFINITIONS, DefinitionError
from pipelines.formulas import names_in, rounded

KPIS = DEFINITIONS / "3_kpis"
KINDS = ("sum", "stock", "ytd", "year", "snapshot", "persons")
COUNTY = "county"  # a level of every KPI whose facts know it, in a warehouse that counties share
BUILT_IN = ("months", "ytd_months")
DISPLAYED = {"万元": 10_000}
# what the facts know to be grouped and filtered by, besides the month
DIMENSIONS = {
    "settlement": "county scheme care med_type category institution kind level pilot place town",
    "stay": "county scheme category institution kind level pilot place town",
    "bed_day": "county scheme institution kind level pilot place town disease_class",
    "person": "county scheme care institution",
    "enrolment": "county scheme town residence category",
    "collection": "county scheme source",
    "opening_balance": "county scheme",
    "institution": "institution type kind level county town place pilot payment_mode agreement_status",
    "penalty": "activity subject_type institution kind level county town place scheme violation",
    "audit_work": "activity place scheme",
    "budget": "scheme item town institution",
    "consultation_limit": "county scheme",
    "assessment": "scheme",
    "staff": "",
}
DIMENSIONS = {fact: tuple(text.split()) for fact, text in DIMENSIONS.items()}


@dataclass(frozen=True)
class Measure:
    """A sum or count that formulas use. unit: of the bare sum; see measures.toml for what kind means."""

    id: str
    name_zh: str
    unit: str
    fact: str
    kind: str
    sql: str
    where: str = "true"
    month: str = "month"
    needs: tuple[str, ...] = ()
    needs_one_of: tuple[tuple[str, ...], ...] = ()
    beside: tuple[str, ...] = ()
    shift: str | None = None
    ignores: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kpi:
    """One indicator, defined once. digits: decimals of its value in unit; display: the unit of large sums on screen;
    headline: it stands on the overview, and a dry run tells it before and after.
    """

    id: str
    theme: str
    name_zh: str
    name_en: str
    unit: str
    digits: int
    direction: str
    levels: tuple[str, ...]
    definition: str
    source: str
    numerator: str = ""
    denominator: str = ""
    aliases: tuple[str, ...] = ()
    display_as: str | None = None
    target: Decimal | None = None
    target_kind: str | None = None
    typed: bool = False
    headline: bool = False

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The ids of the measures it is made of."""
        formulas = [f for f in (self.numerator, self.denominator) if f]
        return tuple(dict.fromkeys(n for f in formulas for n in names_in(f) if n not in BUILT_IN))

    @cached_property
    def of_counties(self) -> bool:
        """Whether it can be told by county: whether every fact that it is made of says whose a row is."""
        known = [{*DIMENSIONS[measure.fact], *measure.ignores} for measure in map(measures().get, self.measures)]
        return bool(known) and all(COUNTY in dims for dims in known)

    @property
    def display_unit(self) -> str:
        return self.display_as or self.unit

    @property
    def display_digits(self) -> int:
        """Sums in 万元 and ratios keep two decimals; an average in 元 is read in whole yuan."""
        average = self.unit == "元" and "/" in f"{self.numerator}{'/' if self.denominator else ''}"
        return 2 if self.display_as else 0 if average else self.digits

    def in_display_unit(self, value: Decimal | None) -> Decimal | None:
        """The value as screens show it: 62518100.00 元 -> 6251.81 万元; still exact."""
        return None if value is None else value / DISPLAYED.get(self.display_as, 1)

    def display(self, value: Decimal | None) -> str:
        """1,234.50 in the display unit, with a true minus; a missing value is a dash, never 0."""
        if value is None:
            return "—"
        return f"{rounded(self.in_display_unit(value), self.display_digits):,}".replace("-", "−")


@cache
def measures() -> dict[str, Measure]:
    raw = tomllib.loads((KPIS / "measures.toml").read_text("utf-8"))
    return {key: read(Measure, key, entry, "measures.toml") for key, entry in raw.items()}


@cache
def kpis() -> dict[str, Kpi]:
    """Every KPI by id, in the order of the theme files; DefinitionError for a doubled id or an unknown measure."""
    found: dict[str, Kpi] = {}
    for path in theme_files():
        raw = tomllib.loads(path.read_text("utf-8"))
        for key, entry in raw["kpis"].items():
            if key in found:
                raise DefinitionError(f"{path.name}: {key} is defined twice")
            found[key] = checked(read(Kpi, key, renamed(entry) | {"theme": raw["theme"]}, path.name), path.name)
    return found


def headlines() -> tuple[str, ...]:
    """The ids of the KPIs that the overview shows, in the order of the themes."""
    return tuple(id for id, kpi in kpis().items() if kpi.headline)


@cache
def themes() -> dict[str, str]:
    """theme -> Chinese name, in the order of the files."""
    raw = [tomllib.loads(path.read_text("utf-8")) for path in theme_files()]
    return {entry["theme"]: entry["name_zh"] for entry in raw}


def theme_files():
    return sorted(path for path in KPIS.glob("*.toml") if path.name != "measures.toml")


def renamed(entry: dict) -> dict:
    """`display` in the file is the unit; in Python it is the verb."""
    entry = dict(entry)
    if "display" in entry:
        entry["display_as"] = entry.pop("display")
    if "target" in entry:
        entry["target"] = Decimal(str(entry["target"]))
    return entry


def read(kind, key: str, entry: dict, where: str):
    unknown = sorted(set(entry) - set(kind.__dataclass_fields__))
    if unknown:
        raise DefinitionError(f"{where}: {key}: unknown key {', '.join(unknown)}")
    return kind(id=key, **{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})


def checked(kpi: Kpi, where: str) -> Kpi:
    unknown = [m for m in kpi.measures if m not in measures()]
    if unknown:
        raise DefinitionError(f"{where}: {kpi.id}: no measure {', '.join(unknown)}")
    for measure in (measures()[m] for m in kpi.measures):
        known = {"month", *DIMENSIONS[measure.fact], *measure.ignores}
        if set(kpi.levels) - known:
            raise DefinitionError(
                f"{where}: {kpi.id}: {measure.fact} has no {', '.join(sorted(set(kpi.levels) - known))}"
            )
    return kpi


@cache
def indicator_words() -> dict[str, str]:
    """Everything that names a KPI (id, Chinese name, aliases) -> its id; a KPI's own name wins over another's alias."""
    own = {word: kpi.id for kpi in kpis().values() for word in (kpi.id, kpi.name_zh)}
    return {alias: kpi.id for kpi in kpis().values() for alias in kpi.aliases} | own
