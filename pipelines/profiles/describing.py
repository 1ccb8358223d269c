"""Puts together what is known of one institution."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from statistics import median

from pipelines.agreements import Place, check_agreements, state
from pipelines.agreements.reconciling import roster
from pipelines.answers.county import County
from pipelines.answers.query import Figure, ask
from pipelines.peers import CASES, compare, groups, xmr
from pipelines.periods import Period
from pipelines.profiles.model import Indicator, Profile, Trend

SCALE = (CASES, "beneficiary_visits", "fund_expenditure")
INPATIENT = (
    "cost_per_case",
    "cost_per_bed_day",
    "alos",
    "actual_reimb_ratio",
    "compliance_ratio",
    "readmission_rate_15d",
    "drug_ratio",
    "exam_ratio",
    "material_ratio",
    "self_pay_ratio",
)
OUTPATIENT = ("outpatient_cost_per_visit", "outpatient_actual_ratio", "beneficiary_visits", "fund_expenditure")
TRENDS = ("cost_per_case", CASES, "inpatient_expenditure", "alos", "drug_ratio", "readmission_rate_15d")
# measures set against the like by a funnel: those of which less is better and of which the volume is known
COMPARED = frozenset(INPATIENT) - {"actual_reimb_ratio", "compliance_ratio"} | {"outpatient_cost_per_visit"}
MONTHS = 24
WHOLE = Decimal(100)


@lru_cache(maxsize=64)
def profile(county: County, institution: str, period: Period, scheme: str = "all") -> Profile:
    """What is known of an institution (its code) in a period. scheme: a code, or "all".

    Raises QuestionError for a code that neither the roster nor the settlements know.
    """
    place = roster(county).get(institution)
    own = whole(scheme) | {"institution": institution}
    scale = {figure.kpi.id: figure for figure in ask(county, SCALE, period, (), own)}
    stays = bool(scale[CASES].value)
    found = indicators(county, institution, period, scheme, stays)
    trends = ask(county, TRENDS if stays else OUTPATIENT, period, (), own, trend=MONTHS)
    return Profile(
        institution,
        county.names.get(institution, institution),
        place,
        state(place, period.last_day) if in_county(place) else None,
        groups(county).get(institution, ""),
        alike(found),
        scale,
        tuple(found),
        tuple(Trend(figure, limits(figure)) for figure in trends),
        tuple(check_agreements(county, period).of(institution)),
    )


def in_county(place: Place | None) -> bool:
    return place is not None and place.place == "in_county"


def whole(scheme: str) -> dict[str, str]:
    return {} if scheme == "all" else {"scheme": scheme}


def staying(county: County, period: Period, scheme: str) -> frozenset[str]:
    """Those that have inpatients in the period."""
    return frozenset(code for code, found in everybody(county, (CASES,), period, scheme)[CASES].items() if found.value)


def alike(found: Iterable[Indicator]) -> int:
    """How many an institution and its like are."""
    return max((len(each.others) + 1 for each in found), default=0)


def indicators(county: County, institution: str, period: Period, scheme: str, stays: bool) -> list[Indicator]:
    """The institution's figures that have a value, each beside those of its like."""
    wanted = INPATIENT if stays else OUTPATIENT
    like, every = groups(county), everybody(county, wanted, period, scheme)
    mine, found = like.get(institution), []
    for figures in (every[kpi] for kpi in wanted if institution in every[kpi]):
        others = [f for code, f in figures.items() if mine and code != institution and like.get(code) == mine]
        found.append(indicator(county, figures[institution], period, scheme, others))
    return found


@lru_cache(maxsize=16)
def everybody(county: County, wanted: tuple[str, ...], period: Period, scheme: str) -> dict[str, dict[str, Figure]]:
    """KPI -> {institution: its figure} of all institutions that have one: the same for each of them."""
    found: dict[str, dict[str, Figure]] = {kpi: {} for kpi in wanted}
    for figure in ask(county, wanted, period, ("institution",), whole(scheme)):
        if figure.value is not None:
            found[figure.kpi.id][figure.dims["institution"]] = figure
    return found


def indicator(county: County, own: Figure, period: Period, scheme: str, others: list[Figure]) -> Indicator:
    values = tuple(other.value for other in others)
    middle = median([*values, own.value]) if values else None
    if own.kpi.id not in COMPARED:
        return Indicator(own, middle, values)
    found, code = compare(county, own.kpi.id, period, scheme), own.dims["institution"]
    return Indicator(own, middle, values, found.of(code), found.excess_of(code))


def limits(figure: Figure):
    """XmR limits of the figure's months: nothing here can be negative, and no ratio exceeds the whole."""
    return xmr(figure.months, Decimal(0), WHOLE if figure.kpi.unit == "%" else None)
