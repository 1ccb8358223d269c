"""Institutions and towns against their like: what is asked of the data, who is out of line, and how to say it."""

from dataclasses import replace
from typing import NamedTuple

import streamlit as st

import pipelines
from views import limits, look, shared
from views.limits import FEWEST_CASES, FEWEST_PEERS

CASES, BED_DAYS, PER_CASE, PER_DAY = "inpatient_cases", "inpatient_bed_days", "cost_per_case", "cost_per_bed_day"
INSIDE = {"place": "in_county"}


class Comparison(NamedTuple):
    """All institutions (or towns) on one measure: their places, the medians of their kinds, the limits."""

    kpi: object
    peers: list[limits.Peer]
    medians: dict[str, float]
    spread: limits.Spread

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

    def judges(self) -> bool:
        """Whether there are enough cases and peers to call anybody out of line."""
        fair = [p for p in self.peers if p.cases >= FEWEST_CASES]
        return (
            bool(self.spread.per_case)
            and any(len(members) >= FEWEST_PEERS for _, _, members in self.groups())
            and bool(fair)
        )

    def small(self) -> list[str]:
        """Kinds of too few members to judge by."""
        return [f"{kind} {len(members)} 家" for kind, _, members in self.groups() if len(members) < FEWEST_PEERS]


def level_of(kpi: str) -> str:
    """What a measure is compared by: institutions, or the towns of the insured where it has no institution."""
    return "institution" if "institution" in pipelines.kpis()[kpi].levels else "town"


def inside(kpi: str) -> dict:
    """The filter for in-county care, for the measures that know the place."""
    return INSIDE if "place" in pipelines.kpis()[kpi].levels else {}


def by_institution(kpis, **more) -> dict[tuple[str, str], dict]:
    """{(what it is compared with, institution): {kpi id: Figure}} of in-county inpatient care.

    An institution that is not on the roster has no kind, hence nobody to be compared with, and is left out.
    """
    found: dict[tuple[str, str], dict] = {}
    for figure in shared.figures(kpis, by=("kind", "pilot", "institution"), **INSIDE, **more):
        dims = figure.dims
        if dims["institution"] and dims["kind"]:
            found.setdefault((like(dims["kind"], dims["pilot"]), dims["institution"]), {})[figure.kpi.id] = figure
    return found


def like(kind: str | None, pilot: str | None) -> str:
    """The kind in Chinese; those paid by the bed day are compared among themselves, as it changes what a stay costs."""
    return shared.named("kind", kind) + ("（试点）" if pilot == "yes" else "")


def compare(kpi: str) -> Comparison:
    """The chosen period's values against their kind; the limits from the twelve months that end with it."""
    return compared(shared.county().build_id, shared.period(), shared.scheme(), kpi)


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={pipelines.Period: str})
def compared(build_id: str, months, scheme: str, kpi: str) -> Comparison:
    """The comparison of this build, period and scheme; nobody changes it, so it is kept as it is."""
    found = institutions(kpi) if level_of(kpi) == "institution" else towns(kpi)
    found = [each for each in found if known(each[-1], kpi) and known(each[-1], CASES) and each[-1][CASES].value > 0]
    rows = [(code, name, kind, int(row[CASES].value), float(row[kpi].value)) for code, name, kind, row in found]
    peers, medians, spread = limits.judge(rows, {code: monthly(kpi, row) for code, _, _, row in found})
    return Comparison(pipelines.kpis()[kpi], peers, medians, spread)


def institutions(kpi: str) -> list[tuple]:
    """(code, name, kind, {kpi id: Figure with twelve months}) of each institution."""
    found = by_institution((kpi, CASES), history=12)
    return [(code, shared.named("institution", code), kind, row) for (kind, code), row in found.items()]


def towns(kpi: str) -> list[tuple]:
    """The same of each town of the insured."""
    found = shared.split((kpi, CASES), "town", history=12)
    return [(code, code, "参保地乡镇", row) for code, row in found.items() if code]


def known(row: dict, kpi: str) -> bool:
    return kpi in row and row[kpi].value is not None


def monthly(kpi: str, row: dict) -> list[tuple[float, float]]:
    """(value, cases) of the twelve months that end with the period, in order, as far as there are cases."""
    values, cases = dict(row[kpi].months), dict(row[CASES].months)
    return [(float(v), float(cases[m])) for m, v in values.items() if v is not None and cases.get(m)]


def pinned(found, **dims) -> list:
    """The same figures with what they were filtered by among their dimensions, so that a file says it too."""
    return [replace(figure, dims=dims | figure.dims) for figure in found]


def listed(names, most: int = 3) -> str:
    """甲、乙、丙等 5 家, ready for Markdown."""
    text = "、".join(look.safe(name) for name in names[:most])
    return text + (f"等 {len(names)} 家" if len(names) > most else "")


def how_limits_are_made(found: Comparison) -> str:
    """The note under the funnel: where the limits come from, and who is not judged."""
    small, whose = "、".join(found.small()), "各乡镇" if level_of(found.kpi.id) == "town" else "各机构"
    like = f"再加同类之间通常的差异（±{100 * found.spread.between:.1f}%，使中间一半看上去平常）"
    words = [
        f"界限由数据定：{whose}近 12 个月里相邻两月之差，推出单个病例的离散程度",
        f"（均值的 {found.spread.per_case:.2f} 倍）；",
        f"{like}。" if found.spread.between else "同类之间的差异没有超出偶然，不另加。",
        f"不足 {FEWEST_CASES} 人次的、同类不足 {FEWEST_PEERS} 家的只列出，不判定",
        f"：{look.safe(small)}。" if small else "。",
        "病种轻重没有调整，超出界限只是线索，不等于违规。",
    ]
    return "".join(words)


def target_side(figure) -> str:
    """低于目标 2,254 元 / 高于目标 2,254 元，需关注; empty without a value or a target, or when the target is time."""
    if look.met(figure) is None or figure.kpi.target_kind == "time":
        return ""
    side = "等于" if figure.value == figure.target else "高于" if figure.value > figure.target else "低于"
    kpi = figure.kpi
    aim = look.with_unit(look.shown(kpi, figure.target), kpi.display_unit, look.digits(kpi))
    return f"{side}目标 {aim}" + ("" if look.met(figure) else "，需关注")
