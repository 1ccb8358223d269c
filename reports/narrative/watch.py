"""Which of the county's figures call for a word: those that miss their target, those that moved to their bad side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pipelines
from pipelines import County, Figure, Kpi, Period
from pipelines.answers.aims import aimed, met, more_is_better
from pipelines.answers.targets import uploaded
from pipelines.contracts import zh
from reports.quoting import Ref

SCHEMES = ("resident", "employee", "maternity")
# Told of when they move to their bad side: care and its cost, the fund's money; of each by how much at least.
WATCHED = (
    *("actual_reimb_ratio", "policy_reimb_ratio", "compliance_ratio", "cost_per_case"),
    *("cost_per_bed_day", "alos", "hospitalisation_rate", "readmission_rate_30d", "out_of_county_fund_share"),
    *("drug_ratio", "exam_ratio", "material_ratio", "personal_burden_ratio", "cumulative_balance", "arrears"),
    *("arrival_rate", "case_closure_rate"),
)
LEAST_POINTS, LEAST_PERCENT = Decimal("0.5"), Decimal(2)
MOST = 6  # as many are told of; the tables have all


@dataclass(frozen=True)
class Watched:
    """A figure that calls for a word, and the conditions that it was asked under."""

    figure: Figure
    period: Period
    where: tuple[tuple[str, str], ...]

    @property
    def kpi(self) -> Kpi:
        return self.figure.kpi

    @property
    def name(self) -> str:
        """居民住院率; 居民县内次均住院费用."""
        told = dict(self.where)
        scheme = zh("scheme", told["scheme"]) if "scheme" in told else ""
        return scheme + (zh("place", told["place"]) if "place" in told else "") + self.kpi.name_zh

    def ref(self, aspect: str = "value") -> Ref:
        return Ref(self.kpi.id, self.period, self.where, aspect)


def misses(county: County, period: Period) -> list[Watched]:
    """Every target that is missed, in the order of the dictionary; a pace counts when money comes in too slowly."""
    told = {key[0] for key in uploaded(county, int(period.last[:4])) if key[1] is None}
    aimed_at = [kpi.id for kpi in pipelines.kpis().values() if kpi.target is not None or kpi.id in told]
    found = [*by_scheme(county, period, aimed_at), *by_scheme(county, period, of_care(aimed_at), place="in_county")]
    return [each for each in found if met(each.figure) is False and each.kpi.direction != "neutral"]


def of_care(kpis: Iterable[str]) -> list[str]:
    """Those of hospital care: their uploaded targets bind what is spent inside the county."""
    known = pipelines.kpis()
    return [kpi for kpi in kpis if "place" in known[kpi].levels and known[kpi].theme != "audit"]


def worsened(county: County, period: Period) -> list[Watched]:
    """Watched figures that moved to their bad side by more than a little, the farthest first."""
    found = [each for each in by_scheme(county, period, WATCHED) if worse(each.figure)]
    return sorted(found, key=lambda each: -share(each.figure))[:MOST]


def worse(figure: Figure) -> bool:
    change = figure.change
    if change is None or figure.kpi.direction == "neutral" or not figure.year_ago:
        return False
    least = LEAST_POINTS if figure.change_unit == "百分点" else LEAST_PERCENT
    return abs(change) >= least and (change > 0) != more_is_better(figure.kpi)


def share(figure: Figure) -> Decimal:
    """How far it moved, as a share of last year's."""
    return abs(figure.value - figure.year_ago) / abs(figure.year_ago)


def by_scheme(county: County, period: Period, kpis: Iterable[str], **where: str) -> list[Watched]:
    """Each KPI for each scheme, for the whole county where it knows no scheme; only what has a value."""
    kpis = list(kpis)
    known = [kpi for kpi in kpis if "scheme" in pipelines.kpis()[kpi].levels and not_audit(kpi)]
    whole = [] if where else [kpi for kpi in kpis if kpi not in known]
    found = pipelines.ask(county, known, period, by=("scheme",), where={"scheme": SCHEMES} | where) if known else []
    found += pipelines.ask(county, whole, period) if whole else []
    return [watched(figure, period, where) for figure in found if figure.value is not None]


def watched(figure: Figure, period: Period, where: Mapping[str, str]) -> Watched:
    conditions = {**where, **{dim: code for dim, code in figure.dims.items() if code}}
    return Watched(aimed(figure, period.last, conditions), period, tuple(sorted(conditions.items())))


def not_audit(kpi: str) -> bool:
    """Supervision is told of as a whole, whosever money it was."""
    return pipelines.kpis()[kpi].theme != "audit"


def miss_told(each: Watched) -> tuple[str | Ref, ...]:
    """生育扩面任务完成率为 92.07%，低于 100.00% 的目标 7.93 个百分点."""
    low = each.figure.value < each.figure.target
    apart = each.ref("below_target" if low else "above_target")
    if each.kpi.target_kind == "time":
        return each.name + "为", each.ref(), f"，{'慢' if low else '快'}于时间进度", apart
    return each.name + "为", each.ref(), f"，{'低' if low else '高'}于", each.ref("target"), "的目标", apart


def worse_told(each: Watched) -> tuple[str | Ref, ...]:
    """居民次均住院费用为 2,945 元，同比上升 20.44%."""
    up = each.figure.change > 0
    if each.figure.change_unit == "百分点":
        return (
            each.name + "为",
            each.ref(),
            f"，同比{'上升' if up else '下降'}",
            each.ref("difference" if up else "decrease"),
        )
    return each.name + "为", each.ref(), f"，同比{'上升' if up else '下降'}", each.ref("change" if up else "fall")
