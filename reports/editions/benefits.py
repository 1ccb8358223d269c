"""受益情况: who was reimbursed, what share of the cost, and where."""

from pipelines import County, Period
from reports.document import Block
from reports.editions.asking import by_scheme, groups, known, named, totals
from reports.editions.drawing import versus
from reports.editions.tabling import Shown, compared, table

RATIO, PER_CASE, CASES, COST = "actual_reimb_ratio", "reimb_per_case", "inpatient_cases", "cost_per_case"
PERSONS, VISITS = "beneficiary_persons", "beneficiary_visits"


def blocks(county: County, period: Period) -> list[Block]:
    """A chart of the ratios by scheme and place; tables by scheme and by level of institution."""
    return [each for each in (ratios(county, period), *tables(county, period)) if each]


def ratios(county: County, period: Period):
    """Did the insured get back a larger share than last year?"""
    found = groups(county, (RATIO,), period, ("scheme", "place"))
    rows = [(f"{named(county, 'scheme', s)}{named(county, 'place', p)}", row[RATIO]) for (s, p), row in found.items()]
    rows = [row for row in rows if known(row[1])]
    less = [name for name, quote in rows if (quote.figure.change or 0) < 0]
    title = f"{'、'.join(less)}的实际补偿比例比上年下降" if less else "各险种县内、县外的实际补偿比例都没有下降"
    marks = [(name, quote, name in less) for name, quote in rows]
    return versus(marks, 2, title, "住院实际补偿比例，%；灰点为上年同期")


def tables(county: County, period: Period) -> list[Block]:
    kpis = (PERSONS, VISITS, "beneficiary_rate_persons", "beneficiary_rate_visits", CASES, PER_CASE, RATIO)
    kpis = (*kpis, "policy_reimb_ratio", "compliance_ratio")
    rows = {named(county, "scheme", code): row for code, row in by_scheme(county, kpis, period).items()}
    persons = (
        *compared(PERSONS),
        *compared(VISITS),
        Shown("beneficiary_rate_persons"),
        Shown("beneficiary_rate_visits"),
    )
    paid = (Shown(CASES), *compared(PER_CASE), *compared(RATIO), Shown("policy_reimb_ratio", head="政策范围内报销"))
    places = groups(county, (CASES, COST, PER_CASE, RATIO), period, ("place", "level"))
    levels = {f"{named(county, 'place', p)}{named(county, 'level', lv)}": row for (p, lv), row in places.items()}
    whole = {"合计": totals(county, (CASES, COST, PER_CASE, RATIO), period)}
    return [
        table(f"{period.label}受益人数和人次", "险种", rows, persons, "人数按人去重，一人多次只算一人。"),
        table(f"{period.label}住院补偿", "险种", rows, paid),
        table(
            f"{period.label}各级机构住院",
            "机构级别",
            whole | levels,
            (*compared(CASES), *compared(COST), *compared(RATIO)),
        ),
    ]
