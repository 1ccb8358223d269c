"""What was checked: by month and kind of work, and at which institutions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines import sampling
from pipelines.answers import small_cells
from pipelines.answers.county import County
from pipelines.audit_work.visits import DONE, visits
from pipelines.periods import Period
from pipelines.store.decisions import latest

ROSTER = """
select d.institution, d.kind, d.town, m.fund_yuan
from dim_institution d
left join (
    select institution, sum(fund_paid_yuan) as fund_yuan from mart_settlement
    where month between cast(? as date) and cast(? as date) group by institution
) m on m.institution = d.institution
where d.place = 'in_county'
order by d.institution
"""
CASES = """
select institution, count(distinct case_no), max(found_on) from fct_penalty
where institution is not null and activity <> 'assessment' and month between cast(? as date) and cast(? as date)
group by institution
"""


@dataclass(frozen=True)
class Work:
    """Work of one kind in one month, all schemes and places. universe: None where no row says what there was."""

    month: str
    activity: str
    checked: int
    universe: int | None
    problems: int
    institutions: int | None


@dataclass(frozen=True)
class Touched:
    """An institution of the county and how it was looked at in the period.

    fund_yuan: paid to it in the period, None where that is not shown to the caller; cases: found there; visits: made;
    files: read in samples; last_on: the last of all that, None if there was nothing.
    """

    institution: str
    kind: str
    town: str
    fund_yuan: Decimal | None
    cases: int
    visits: int
    files: int
    last_on: date | None


def work(county: County, period: Period) -> list[Work]:
    """By month and kind of work, in that order; rows of the upload audit_work added up."""
    rows = county.fetch(
        "select strftime(month, '%Y-%m') as month, activity, cast(sum(checked) as bigint), "
        "cast(sum(universe) as bigint), cast(sum(problem) as bigint), cast(sum(institutions_checked) as bigint) "
        "from fct_audit_work where month between cast(? as date) and cast(? as date) group by all order by all",
        [f"{period.first}-01", f"{period.last}-01"],
    )
    return [Work(*row) for row in rows]


def touched(county: County, period: Period) -> list[Touched]:
    """Every institution of the county's roster, with what is known of checks there; assessments are no checks."""
    months = [f"{period.first}-01", f"{period.last}-01"]
    cases = {code: (number, on) for code, number, on in county.fetch(CASES, months)}
    made: dict[str, list[date]] = {}
    for visit in visits(county.warehouse):
        if visit.state == DONE and visit.on and period.first_day <= visit.on <= period.last_day:
            made.setdefault(visit.institution, []).append(visit.on)
    read = files_read(county, period)
    hidden = small_cells.unshown(county, ("institution",), period.months)
    return [
        Touched(
            code,
            kind,
            town,
            None if (code,) in hidden else fund or Decimal(0),
            cases.get(code, (0, None))[0],
            len(made.get(code, ())),
            read.get(code, (0, None))[0],
            latest_of(cases.get(code, (0, None))[1], *made.get(code, ()), read.get(code, (0, None))[1]),
        )
        for code, kind, town, fund in county.fetch(ROSTER, months)
    ]


def latest_of(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def files_read(county: County, period: Period) -> dict[str, tuple[int, date]]:
    """Institution -> (files of its read in samples of the period's settlements, the last day a result was entered)."""
    found: dict[str, tuple[int, date]] = {}
    days = {made.subject: made.at[:10] for made in latest(county.warehouse, "sample_result").values()}
    for plan in sampling.plans(county.warehouse):
        done = sampling.results(county.warehouse, plan)
        if plan.withdrawn or not done or not overlap(plan.draft.scope, period):
            continue
        for file, place in sampling.institutions_of(county, plan).items():
            if file in done and done[file].outcome != "missing":
                on = date.fromisoformat(days[f"{plan.id}/{file}"])
                number, last = found.get(place, (0, on))
                found[place] = number + 1, max(last, on)
    return found


def overlap(scope, period: Period) -> bool:
    return scope.first <= period.last and period.first <= scope.last
