"""受益情况: who was reimbursed, what share of the cost, and where."""

from pipelines import County, Period
from reports.document import Block
from reports.editions.drawing import versus
from reports.naming import code_name
from reports.tables import brief, subjects
from reports.tables.asking import SCHEMES, groups, known

RATIO = "actual_reimb_ratio"


def blocks(county: County, period: Period) -> list[Block]:
    """A chart of the ratios by scheme and place; tables by scheme and by level of institution."""
    return [each for each in (ratios(county, period), *tables(county, period)) if each]


def ratios(county: County, period: Period):
    """Did the insured get back a larger share than last year?"""
    found = groups(county, (RATIO,), period, ("scheme", "place"))
    rows = [
        (f"{code_name(county, 'scheme', s)}{code_name(county, 'place', p)}", row[RATIO])
        for (s, p), row in found.items()
    ]
    rows = [row for row in rows if known(row[1])]
    if not rows:
        return None
    less = [name for name, quote in rows if (quote.figure.change or 0) < 0]
    whole = {scheme for scheme, _ in found} >= set(SCHEMES)
    shown = "各险种县内、县外" if whole else "、".join(name for name, _ in rows)
    kept = f"{shown}的实际补偿比例{'都' if len(rows) > 1 else ''}没有下降"
    title = f"{'、'.join(less)}的实际补偿比例比上年下降" if less else kept
    marks = [(name, quote, name in less) for name, quote in rows]
    return versus(marks, 2, title, "住院实际补偿比例，%；灰点为上年同期")


def tables(county: County, period: Period) -> list[Block]:
    levels = subjects.COSTS_BY_LEVEL.of("place", "level")
    persons = f"{subjects.PERSONS} {subjects.PERSON_RATES}"
    paid = "inpatient_cases reimb_per_case actual_reimb_ratio policy_reimb_ratio"
    cost = "inpatient_cases cost_per_case actual_reimb_ratio"
    return [
        brief(county, period, subjects.BENEFITS, "受益人数和人次", persons),
        brief(county, period, subjects.BENEFITS, "住院补偿", paid),
        brief(county, period, levels, "各级机构住院", cost, whole="合计"),
    ]
