"""Institutions and towns against their like: what is asked of the data, who is out of line, and how to say it."""

from dataclasses import replace

from pipelines.peers import FEWEST_CASES, FEWEST_PEERS, Comparison, groups
from pipelines.peers import compare as compare_peers
from pipelines.peers.comparing import level_of
from views import look, shared

CASES, BED_DAYS, PER_CASE, PER_DAY = "inpatient_cases", "inpatient_bed_days", "cost_per_case", "cost_per_bed_day"
INSIDE = {"place": "in_county"}


def by_institution(kpis, **more) -> dict[tuple[str, str], dict]:
    """{(what it is compared with, institution): {kpi id: Figure}} of in-county inpatient care.

    An institution that is not on the roster has no kind, hence nobody to be compared with, and is left out.
    """
    like, found = groups(shared.county()), {}
    for figure in shared.figures(kpis, by=("institution",), **INSIDE, **more):
        code = figure.dims["institution"]
        if code in like:
            found.setdefault((like[code], code), {})[figure.kpi.id] = figure
    return found


def compare(kpi: str) -> Comparison:
    """The chosen period's values against their kind; the limits from the twelve months that end with it."""
    return compare_peers(shared.county(), kpi, shared.period(), shared.scheme(), shared.picked_county())


def known(row: dict, kpi: str) -> bool:
    return kpi in row and row[kpi].value is not None


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
