"""What a text may name besides figures: the period in words, and what has to be looked for in the data.

Each is a function of a county and a period that gives runs: words, and the Ref of a figure to be printed there.
Nothing to tell is (), and the clause that names it is left out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pipelines
from pipelines import County, Period
from pipelines.agreements import FINDINGS, check_agreements
from pipelines.cases import ledger, overdue
from pipelines.peers import compare
from reports import heads, words
from reports.narrative import watch
from reports.quoting import Ref

Told = tuple[str | Ref, ...]


@dataclass(frozen=True)
class Fact:
    """find: what looks for it; means: what it says, for those who write texts."""

    find: Callable[[County, Period], Told]
    means: str


NAMED = 3
COMPARED = "cost_per_case"


def months(county: County, period: Period) -> Told:
    """2026年1—6月."""
    return (period.label,)


def everybody(county: County, period: Period) -> Told:
    """全县; 全市 where several counties share the warehouse."""
    return (heads.whole(county),)


def period_end(county: County, period: Period) -> Told:
    """截至2026年6月底."""
    return (f"截至{words.month_words(period.last)}底",)


def from_january(county: County, period: Period) -> Told:
    """Says nothing: figures that add up from January are those of the period."""
    return ("",) if period.first[5:] == "01" and period.first[:4] == period.last[:4] else ()


def from_later(county: County, period: Period) -> Told:
    """Says nothing: figures that add up from January are more than the period's."""
    return () if from_january(county, period) else ("",)


def missed_targets(county: County, period: Period) -> Told:
    """生育扩面任务完成率 92.07%，低于 100.00% 的目标 7.93 个百分点."""
    return semicolons(watch.miss_told(each) for each in watch.misses(county, period))


def worsened(county: County, period: Period) -> Told:
    """居民住院率 7.73%，同比上升 1.63 个百分点: what moved to its bad side, the farthest first."""
    return semicolons(watch.worse_told(each) for each in watch.worsened(county, period))


def unequal(county: County, period: Period) -> Told:
    """“分险种支出合计”有 2 个月两边不等（2026年3月起）."""
    broken = [each for each in pipelines.reconcile(county, period) if not each.holds]
    return semicolons(
        (f"“{each.identity.title}”有 {len(each.breaches)} 个月两边不等，最早为{words.month_words(first(each))}",)
        for each in broken
    )


def first(reconciled) -> str:
    return reconciled.breaches[0].month


def overdue_money(county: County, period: Period) -> Told:
    """11 笔款项逾期未到账，合计 77,977.05 元，最长逾期 637 天."""
    if period.last > county.last_month:
        return ()
    late = overdue(ledger(county, None, period.last_day), period.last_day)
    if not late:
        return ()
    owed, longest = sum(each.owed_yuan for each in late), max(each.late_days for each in late)
    return (f"{len(late)} 笔应收款项逾期未到账，合计 {words.number(owed)} 元，最长逾期 {longest:,} 天",)


def beyond_limits(county: County, period: Period) -> Told:
    """甲卫生院（1,235 元，高出同类中位数 57%）等 7 家机构."""
    high = compare(county, COMPARED, period).beyond(+1)
    told = [f"{p.name}（{p.value:,.0f} 元，比同类中位数高 {p.off:.0f}%）" for p in high[:NAMED]]
    return (enumerated(told, len(high), "家机构"),) if high else ()


def disagreements(county: County, period: Period) -> Told:
    """没有签过协议却有结算 7 家、协议到期后仍有结算 3 家."""
    if period.last > county.last_month:
        return ()
    found = check_agreements(county, period).findings
    counts = {kind: len({each.institution for each in found if each.kind == kind}) for kind in FINDINGS}
    told = [f"{FINDINGS[kind]}的 {count} 家" for kind, count in counts.items() if count]
    return ("、".join(told),) if told else ()


def enumerated(names: list[str], count: int, unit: str) -> str:
    """甲、乙等 7 家机构; 甲、乙 2 家机构."""
    return f"{'、'.join(names)}{'等' if count > len(names) else ''} {count} {unit}"


def semicolons(told: Iterable[Told]) -> Told:
    """Several findings one after the other, parted by ；."""
    runs: list[str | Ref] = []
    for each in told:
        runs += (["；"] if runs else []) + list(each)
    return tuple(runs)


FACTS = {
    "期间": Fact(months, "本期的月份"),
    "全县": Fact(everybody, "全县；几个区县合用数据仓库时为全市"),
    "截至期末": Fact(period_end, "截至本期最后一个月底"),
    "自年初起": Fact(from_january, "什么也不写；本期不从 1 月算起时，这一分句不写"),
    "非年初起": Fact(from_later, "什么也不写；本期从 1 月算起时，这一分句不写"),
    "未达标指标": Fact(missed_targets, "没有达到目标的指标，逐个写出"),
    "变差指标": Fact(worsened, f"比上年同期明显走弱的指标，最多 {watch.MOST} 个"),
    "勾稽不平": Fact(unequal, "两边不等的勾稽关系"),
    "逾期未到账": Fact(overdue_money, "超过期限还没有到账的案件款"),
    "费用超出同类的机构": Fact(beyond_limits, "次均住院费用超出同类界限的机构"),
    "协议与结算不符": Fact(disagreements, "名册、协议、结算对不上的机构数"),
}
