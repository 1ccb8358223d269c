"""风险分担: the county's own cases of a year, and made-up years of them on given terms."""

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

import pipelines
from pipelines import WarehouseError, risk_sharing
from pipelines.answers.gaps import OUTSIDE, UNDIVIDED
from views import shared, who

LEAST = Decimal("0.01")
HORIZON, FUTURES = 5, 400


@dataclass(frozen=True)
class Own:
    """Cases of twelve months, how many a year brings, the calls on each layer, and the cases of a year that comes once
    in a hundred. reserve: (low, middle, high) in yuan at the end of each of HORIZON years."""

    months: pipelines.Period
    cases: list
    yearly: Decimal
    calls: list
    rare: list
    reserve: list


def own(terms) -> tuple[Own | None, str]:
    """What the county's own cases say on these terms, or in a sentence why nothing."""
    if terms.covers != "critical_illness":
        return None, "巨灾的损失不在结算明细里，只能用灾情、指数或手工写的损失测算。"
    if who.scoped():
        return None, UNDIVIDED if who.me().scope.counties else OUTSIDE
    if not who.may("rows"):
        return None, "本县案例要由能看明细行的人来看。"
    county = shared.county()
    found = made(county, county.key, risk_sharing.year_up_to(county, shared.period().last), repr(terms), terms)
    return found if isinstance(found, tuple) else (found, "")


@st.cache_data(max_entries=64, show_spinner="正在由本县案例推算一千个年份…", hash_funcs={pipelines.Period: str})
def made(_county, key: str, months, told: str, _terms) -> Own | tuple[None, str]:
    try:
        cases = seen(_county, key, months)
        yearly = risk_sharing.cases_a_year(_county, months, len(cases))
        calls = risk_sharing.ranged(cases, yearly, _terms)
    except WarehouseError as problem:
        return None, str(problem)
    years = risk_sharing.made_up_years(cases, yearly)
    return Own(
        months, cases, yearly, calls, years.losses(risk_sharing.rare_year(years)), reserve(cases, yearly, _terms)
    )


@st.cache_data(max_entries=16, show_spinner="正在取本县案例…", hash_funcs={pipelines.Period: str})
def seen(_county, key: str, months) -> list:
    return risk_sharing.high_cost_cases(_county, months, LEAST)


def reserve(cases: list, yearly: Decimal, terms) -> list[tuple[Decimal, Decimal, Decimal]]:
    """(low, middle, high) of the reserve at the end of each coming year: all but a tenth at either end."""
    years = risk_sharing.made_up_years(cases, yearly, HORIZON * FUTURES)
    ends = sorted_columns(risk_sharing.reserves(years, terms, HORIZON))
    at = [int(part * (FUTURES - 1)) for part in (0.1, 0.5, 0.9)]
    return [tuple(Decimal(int(column[place])) / 100 for place in at) for column in ends]


def sorted_columns(futures) -> list:
    return [sorted(futures[:, year]) for year in range(futures.shape[1])]
