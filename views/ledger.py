"""Rows behind figures as the pages use them: the roster of institutions, and the penalty cases."""

from datetime import date
from typing import NamedTuple

import streamlit as st

import pipelines
from pipelines.cases import Case, Doubled, Settled, doubled, settled_by_month
from pipelines.cases import ledger as read_ledger
from views import look, shared


class Place(NamedTuple):
    """An institution of the county's roster; kind and level are codes.

    signed: its agreement is in force at the end of the period; unknown: the agreement began later, and the roster
    does not tell of an earlier one; county: its code where several share the warehouse.
    """

    code: str
    name: str
    kind: str
    level: str
    town: str
    pilot: str
    payment: str
    status: str
    begins: date | None
    ends: date | None
    beds: int | None
    signed: bool
    unknown: bool
    county: str = ""


def roster() -> dict[str, Place]:
    """{code: Place} of the county's institutions."""
    signed = {row["institution"] for kpi in SIGNED for row in records(kpi)}
    end = period_end()
    return {
        row["institution"]: place(row, row["institution"] in signed, end) for row in records("managed_institutions")
    }


SIGNED = ("signed_medical_institutions", "signed_pharmacies")


def place(row: dict, signed: bool, end: date) -> Place:
    """end: the period's last day."""
    town, pilot = row["town"] or "", row["pilot"] or ""
    payment = shared.named("payment_mode", row["payment_mode"]) if row["payment_mode"] else ""
    status = shared.named("agreement_status", row["agreement_status"]) if row["agreement_status"] else ""
    dates = row["agreement_from"], row["agreement_to"]
    return Place(
        row["institution"],
        row["name"],
        row["kind"],
        row["level"],
        town,
        pilot,
        payment,
        status,
        *dates,
        row["beds"],
        signed,
        row["agreement_from"] is not None and row["agreement_from"] > end,
        row.get("county") or "",
    )


def cases(months=None, as_of: date | None = None, **where) -> list[Case]:
    """The fund's cases found in the months (default: the period), as they stood on a day (default: the period's last).

    The latest first; without the association's own ledger.
    """
    found = every_case(months or shared.period(), as_of or period_end(), **where)
    return [case for case in found if not case.association]


def every_case(months, as_of: date, **where) -> list[Case]:
    """Cases with those of the association's ledger; months None: whenever they were found."""
    picked = {} if shared.picked_county() == shared.ALL else {"county": shared.picked_county()}
    return written(shared.county(), shared.county().key, months, as_of, tuple(sorted((picked | where).items())))


@st.cache_resource(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def written(_county, key: str, months, as_of: date, where: tuple) -> list[Case]:
    return read_ledger(_county, months, as_of, **dict(where))


def withheld() -> list[Settled]:
    """What is withheld from the settlements of the period's months, as known today; last what has no month yet."""
    months = set(shared.period().months)
    fund = [case for case in every_case(None, today()) if not case.association]
    return [each for each in settled_by_month(fund) if each.settled_month in months | {""}]


def doubled_pairs() -> list[Doubled]:
    """Cases that seem to penalise the same."""
    return twice(shared.county(), shared.county().key)


@st.cache_resource(max_entries=4, show_spinner=False)
def twice(_county, key: str) -> list[Doubled]:
    return doubled(_county)


def period_end() -> date:
    return shared.period().last_day


def today() -> date:
    """The day that work on cases is seen from: today, but not before the last day of the data."""
    return max(date.today(), pipelines.Period(shared.county().last_month, shared.county().last_month).last_day)


def scope(note: str) -> None:
    """The title row's words on pages that count all schemes, whichever is picked."""
    end = look.month_end(shared.county().last_month)
    whose = look.safe(shared.part()) if shared.several() else ""
    look.scope(whose, f"全部险种（{note}）", shared.period().label, f"数据截至 {end}")


def has_cases() -> bool:
    """Whether any penalty ledger was uploaded."""
    return any(upload == "penalties" for upload, _ in shared.county().coverage)


def up_to_now() -> pipelines.Period:
    """Everything loaded, up to the period's last month."""
    return pipelines.Period(shared.county().first_month, shared.period().last)


def records(kpi: str, months=None, **where) -> list[dict]:
    """The rows behind a KPI, each as {column: value}."""
    months = months or shared.period()
    return read(shared.county(), shared.county().key, kpi, months, tuple(sorted(where.items())))


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={pipelines.Period: str})
def read(_county, key: str, kpi: str, months, where: tuple) -> list[dict]:
    found = pipelines.rows(_county, kpi, months, dict(where), limit=None)
    return [dict(zip(each.columns, row, strict=True)) for each in found for row in each.rows]
