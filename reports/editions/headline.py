"""主要指标: the cards that open an edition, and the county's figures by scheme on one page."""

from collections.abc import Mapping
from dataclasses import replace

import pipelines
from pipelines import County, Figure, Period
from pipelines.answers.aims import more_is_better
from reports import heads, words
from reports.charts.spark import spark
from reports.document import Block, Card, Cards, Column, Heading, Paragraph, Table
from reports.naming import code_name
from reports.quoting import Quote, Ref, printed
from reports.tables.asking import Row, aspect, by_scheme, change_aspect, totals, trends

INSIDE = "cost_per_case"  # of the county's own institutions, as the year's targets are
CARDS = (
    "enrolment_rate",
    "collection_progress",
    "usage_rate_due",
    "current_balance",
    "inpatient_total_fee",
    "actual_reimb_ratio",
    INSIDE,
    "penalty_total",
)
TABLE = (
    "insured_persons",
    "enrolment_rate",
    "enrolment_target_completion",
    "fund_collected",
    "collection_progress",
    "collection_plan_completion",
    "fund_expenditure",
    "usage_rate_due",
    "usage_rate_collected",
    "current_balance",
    "cumulative_balance",
    "months_payable",
    "beneficiary_persons",
    "beneficiary_visits",
    "inpatient_cases",
    "inpatient_total_fee",
    "cost_per_case",
    "alos",
    "reimb_per_case",
    "actual_reimb_ratio",
)
OF_ALL = "预算、考核目标、床日标准、稽核工作量、经办人员、疑点线索"
NOT_ADDED = "“全部”不是各险种相加：参保人数有重叠，率由各自的分子、分母算出；不适用于某险种的指标记作“—”。"


def blocks(county: County, period: Period, brief: bool = False) -> list[Block]:
    """The cards, and the county's main figures by scheme; for a part of a year also those of the year so far.

    brief: those of the year so far are told of the county alone.
    """
    year = Period(f"{period.last[:4]}-01", period.last)
    so_far = tables(county, year, not brief) if period.first > year.first else []
    told = [*undivided(county), *unloaded(county, period), *opening(county, period), cards(county, period)]
    return [Heading("主要指标"), *told, *tables(county, period), *so_far]


def undivided(county: County) -> list[Block]:
    """Of one of several counties: what is kept of all of them together, and so is not in its document."""
    told = f"本文件只含{county.only}的数据。{OF_ALL}是全市一份，不分区县，本文件不列。"
    return [Paragraph((told,), "note")] if county.only else []


def unloaded(county: County, period: Period) -> list[Block]:
    """Which months have no data at all: figures that need them can't be told."""
    absent = [words.month_words(month) for month in period.months if month not in county.months()]
    why = "没有装入任何数据；需要这些月的数字不能计算，表中记作“—”。"
    return [Paragraph(("、".join(absent) + why,), "warning")] if absent else []


def opening(county: County, period: Period) -> list[Block]:
    """One sentence: what was spent, against which base, and how the cost of hospital stays moved."""
    row = totals(county, ("fund_expenditure", "usage_rate_due", "inpatient_total_fee", "current_balance"), period)
    spent, used, cost, left = row.values()
    if spent.value is None:
        return [Paragraph((f"{period.label}的基金支出不能计算：{spent.missing}。",), "answer")]
    runs: list = [f"{period.label}，{heads.whole(county)}医保基金支出 ", spent]
    runs += [f"，比上年同期{words.changed(spent.figure)}"] if spent.figure.change is not None else []
    runs += ["；居民医保支出占当年应筹基金的 ", used] if used.value is not None else []
    runs += ["；当期结余 ", left] if left.value is not None else []
    runs += ["；住院医药费用 ", cost, f"，{words.changed(cost.figure)}"] if cost.figure.change is not None else []
    return [Paragraph((*runs, "。"), "answer")]


def cards(county: County, period: Period) -> Cards:
    """Eight figures, four across, each with its two years."""
    inside = trends(county, (INSIDE,), period, place="in_county")
    found = trends(county, [kpi for kpi in CARDS if kpi != INSIDE], period) | inside
    return Cards(tuple(card(found[kpi], period, {"place": "in_county"} if kpi == INSIDE else {}) for kpi in CARDS))


def card(figure: Figure, period: Period, where: dict[str, str]) -> Card:
    """A KPI with its change in words, its way to the target and its two years."""
    kpi = figure.kpi
    tone, meaning = words.verdict(figure)
    now, last = words.two_years(figure.months)
    return Card(
        ("县内" if where else "") + kpi.name_zh,
        words.amount(figure),
        kpi.display_unit,
        words.changed(figure),
        meaning if figure.change else "",
        context(figure),
        spark(now, last, *aim(figure)),
        tone,
        printed(Ref.of(kpi.id, period, **where), replace(figure, dims={}, months=())),
    )


def context(figure: Figure) -> str:
    """目标 95.00%，已达标 / 快于时间进度 25.42 个百分点; else last year's value."""
    ago = figure.year_ago
    return words.target_words(figure) or ("" if ago is None else f"上年同期 {figure.kpi.display(ago)}")


def aim(figure: Figure) -> tuple:
    """(value, target, whether more is better) for the bullet, or nothing."""
    if figure.target is None or figure.value is None:
        return ()
    return float(figure.value), float(figure.target), more_is_better(figure.kpi)


def tables(county: County, period: Period, by_schemes: bool = True) -> list[Block]:
    """The county's main figures: all schemes with last year's, then each scheme."""
    whole = totals(county, TABLE, period)
    scoped = [kpi for kpi in TABLE if by_schemes and "scheme" in pipelines.kpis()[kpi].levels]
    schemes = by_scheme(county, scoped, period)
    across = [Column(code_name(county, "scheme", code), 2) for code in schemes]
    heads = (
        Column("指标"),
        Column("单位"),
        Column("全部", 2),
        Column("上年同期", 2),
        Column("增减", signed=True),
        *across,
    )
    lines = [line(kpi, quote, schemes) for kpi, quote in whole.items()]
    kept = tuple(each for each in lines if any(cell is not None for cell in each[2:]))
    title = f"{period.label}主要指标"
    return [Table(title, heads, kept, NOT_ADDED, title)]


def line(kpi: str, whole: Quote, schemes: Mapping[str, Row]) -> tuple:
    """Its name and unit, the county's, last year's, the change, each scheme's."""
    told = pipelines.kpis()[kpi]
    parts = (aspect(row.get(kpi), "value") for row in schemes.values())
    compared = (aspect(whole, name) for name in ("value", "year_ago", change_aspect(whole)))
    return told.name_zh, told.display_unit, *compared, *parts
