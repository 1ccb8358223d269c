"""All institutions (or towns) on one measure in a period: their places among their like, limits, excess yuan."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from statistics import median
from typing import NamedTuple

from pipelines.answers.county import County
from pipelines.answers.query import Figure, ask
from pipelines.formulas import EXACT, names_in
from pipelines.peers import limits
from pipelines.peers.excess import Excess, excess
from pipelines.peers.groups import groups
from pipelines.periods import Period
from pipelines.registry import Kpi, kpis, measures

CASES = "inpatient_cases"
# what a unit of a measure costs that counts something else than yuan: a day too many, a readmission too many
PRICED_BY = {
    "alos": "cost_per_bed_day",
    "readmission_rate_15d": "cost_per_case",
    "readmission_rate_30d": "cost_per_case",
}
TOWNS = "参保地乡镇"
MONTHS = 12


class Volume(NamedTuple):
    """What a measure is an average over. cases, fund_share: KPIs; care: the kinds it counts, () for all."""

    cases: str
    fund_share: str
    care: tuple[str, ...]


STAYS = Volume(CASES, "actual_reimb_ratio", ())
VISITS = Volume("beneficiary_visits", "outpatient_actual_ratio", ("outpatient", "chronic_outpatient"))
VOLUMES = {"outpatient_cost_per_visit": VISITS}


def volume_of(kpi: str) -> Volume:
    """Stays, unless the measure is one of visits."""
    return VOLUMES.get(kpi, STAYS)


@dataclass(frozen=True)
class Comparison:
    """Institutions on one measure. medians: {kind: median}; ranked: excess yuan of the judged, most first."""

    kpi: Kpi
    peers: list[limits.Peer]
    medians: dict[str, float]
    spread: limits.Spread
    ranked: list[Excess]

    # a city has thousands of them: each is looked up, never searched for
    @cached_property
    def by_code(self) -> dict[str, limits.Peer]:
        return {p.code: p for p in reversed(self.peers)}

    @cached_property
    def excesses(self) -> dict[str, Excess]:
        return {e.peer.code: e for e in reversed(self.ranked)}

    @cached_property
    def members(self) -> Counter[str]:
        """How many there are of a kind."""
        return Counter(p.kind for p in self.peers)

    def beyond(self, side: int) -> list[limits.Peer]:
        """Those outside the outer limits on one side, the farthest first."""
        return sorted((p for p in self.peers if p.side == side), key=lambda p: -abs(p.off))

    def groups(self) -> list[tuple[str, float, list[limits.Peer]]]:
        """(kind, its median, its members), the dearest kind first."""
        kinds = sorted(self.medians, key=lambda kind: -self.medians[kind])
        return [(kind, self.medians[kind], [p for p in self.peers if p.kind == kind]) for kind in kinds]

    def limit(self, p: limits.Peer) -> float:
        """The outer limit above the median for an institution of this size, in the measure's unit."""
        return self.medians[p.kind] * (1 + limits.half_width(p.cases, self.spread, limits.OUTER) / 100)

    def judged(self, p: limits.Peer) -> bool:
        """Whether this one has enough cases, and its kind enough members, to be called out of line."""
        enough = p.cases >= limits.FEWEST_CASES and self.members[p.kind] >= limits.FEWEST_PEERS
        return bool(self.spread.per_case) and enough

    def judges(self) -> bool:
        """Whether anybody is judged."""
        return any(self.judged(p) for p in self.peers)

    def small(self) -> list[str]:
        """Kinds of too few members to judge by, with how many they have."""
        few = limits.FEWEST_PEERS
        return [f"{kind} {len(members)} 家" for kind, _, members in self.groups() if len(members) < few]

    def of(self, code: str) -> limits.Peer | None:
        """The place of one institution; None where it is not compared."""
        return self.by_code.get(code)

    def excess_of(self, code: str) -> Excess | None:
        """The excess of one institution; None where it is not judged."""
        return self.excesses.get(code)


def level_of(kpi: str) -> str:
    """What a measure is compared by: institutions, or the towns of the insured where it has no institution."""
    return "institution" if "institution" in kpis()[kpi].levels else "town"


@lru_cache(maxsize=256)
def compare(county: County, kpi: str, period: Period, scheme: str = "all", of_county: str = "all") -> Comparison:
    """In-county care of a period against the like; the limits from the twelve months that end with it.

    scheme, of_county (of several that share the warehouse): a code, or "all". Raises QuestionError for an unknown KPI
    or code.
    """
    picked = {"scheme": scheme, "county": of_county}
    found = gathered(county, kpi, period, {dim: code for dim, code in picked.items() if code != "all"})
    cases = volume_of(kpi).cases
    rows = [(*key, int(row[cases].value), float(row[kpi].value)) for key, row in found.items()]
    peers, medians, spread = limits.judge(rows, {key[0]: monthly(row[kpi], row[cases]) for key, row in found.items()})
    compared = Comparison(kpis()[kpi], peers, medians, spread, [])
    return replace(compared, ranked=ranked(compared, {key[0]: row for key, row in found.items()}))


def gathered(
    county: County, kpi: str, period: Period, picked: dict[str, str]
) -> dict[tuple[str, str, str], dict[str, Figure]]:
    """{(code, name, kind): {kpi: Figure}} of everybody with cases and a value."""
    dim, volume = level_of(kpi), volume_of(kpi)
    where: dict = picked | inside(kpi)
    where |= {"care": list(volume.care)} if volume.care else {}
    found: dict[str, dict[str, Figure]] = defaultdict(dict)
    wanted = dict.fromkeys((kpi, volume.cases, volume.fund_share, *([PRICED_BY[kpi]] if kpi in PRICED_BY else ())))
    for figure in ask(county, wanted, period, (dim,), where, trend=MONTHS):
        found[figure.dims[dim]][figure.kpi.id] = figure
    like = groups(county)
    kinds = {code: like.get(code) if dim == "institution" else TOWNS for code in found if code}
    return {
        (code, county.names.get(code, code), kind): found[code]
        for code, kind in kinds.items()
        if kind and known(found[code], kpi) and known(found[code], volume.cases) and found[code][volume.cases].value > 0
    }


def inside(kpi: str) -> dict[str, str]:
    """The filter for in-county care, for the measures that know the place."""
    return {"place": "in_county"} if "place" in kpis()[kpi].levels else {}


def known(row: dict[str, Figure], kpi: str) -> bool:
    return kpi in row and row[kpi].value is not None


def monthly(own: Figure, cases: Figure) -> list[tuple[float, float]]:
    """(value, cases) of the months of the trend, in order, as far as there are cases."""
    counted = dict(cases.months)
    return [(float(v), float(counted[m])) for m, v in own.months if v is not None and counted.get(m)]


def ranked(found: Comparison, rows: dict[str, dict[str, Figure]]) -> list[Excess]:
    """Excess yuan of those that are judged, the most first; nothing for a measure that is not money in the end."""
    kpi = found.kpi
    if not kpi.denominator or level_of(kpi.id) == "town":
        return []
    by_kind: dict[str, list[Decimal]] = defaultdict(list)
    for p in found.peers:
        own = rows[p.code][kpi.id]
        by_kind[p.kind].append(EXACT.divide(own.numerator, own.denominator))
    rates = {kind: median(values) for kind, values in by_kind.items()}
    listed = [one(p, rows[p.code], kpi, rates[p.kind], found.spread) for p in found.peers if found.judged(p)]
    return sorted((e for e in listed if e), key=lambda e: (-e.yuan, e.peer.code))


def one(p: limits.Peer, row: dict[str, Figure], kpi: Kpi, rate: Decimal, spread: limits.Spread) -> Excess | None:
    own, worth = row[kpi.id], price(kpi, row)
    asked = volume_of(kpi.id).fund_share
    share = row[asked].exact if known(row, asked) else None
    fund = None if share is None else share / 100
    return None if worth is None else excess(p, (own.numerator, own.denominator), rate, worth, spread, fund)


def price(kpi: Kpi, row: dict[str, Figure]) -> Decimal | None:
    """Yuan per unit of the measure's numerator; None where a unit of it has no price."""
    if measures()[names_in(kpi.numerator)[0]].unit == "元":
        return Decimal(1)
    asked = PRICED_BY.get(kpi.id, "")
    return row[asked].exact if known(row, asked) else None
