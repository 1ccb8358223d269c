"""Rows behind figures as the pages use them: the roster of institutions, the penalty cases and what they still owe."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import streamlit as st

import pipelines
from pipelines import cases as casework
from views import look, shared

MONEY = {"recover": "追回基金", "damages": "违约金", "fine": "行政罚款"}


class Place(NamedTuple):
    """An institution of the county's roster; kind and level are codes.

    signed: its agreement is in force at the end of the period; unknown: the agreement began later, and the roster
    does not tell of an earlier one.
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


class Case(NamedTuple):
    """A case of the penalty ledger; money in yuan.

    since: the decision, else the finding; due and received: by recover, damages and fine; age: days unpaid since then.
    """

    number: str
    found: date
    since: date
    activity: str
    institution: str | None
    subject: str
    violation: str
    fact: str
    handling: tuple[str, ...]
    status: str
    deducted: Decimal
    assessed: Decimal
    due: dict[str, Decimal]
    received: dict[str, Decimal]
    age: int

    @property
    def total(self) -> Decimal:
        return self.deducted + self.assessed + sum(self.due.values())

    @property
    def owed(self) -> Decimal:
        return sum(self.due.values()) - sum(self.received.values())


def roster() -> dict[str, Place]:
    """{code: Place} of the county's institutions."""
    signed = {row["institution"] for kpi in SIGNED for row in records(kpi)}
    return {row["institution"]: place(row, row["institution"] in signed) for row in records("managed_institutions")}


SIGNED = ("signed_medical_institutions", "signed_pharmacies")


def place(row: dict, signed: bool) -> Place:
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
        row["agreement_from"] is not None and row["agreement_from"] > period_end(),
    )


def cases(months=None, **where) -> list[Case]:
    """Cases found in the months (default: the period), the latest first, as they stood at the period's end; without the
    association's own ledger.
    """
    end = period_end()
    found = casework.ledger(shared.county(), months or shared.period(), end, **where)
    return [case(each, end) for each in found if not each.association]


def case(found: casework.Case, end: date) -> Case:
    money = {each.handling: each for each in found.handlings}
    due = {kind: money[kind].due_yuan if kind in money else Decimal(0) for kind in MONEY}
    received = {kind: money[kind].received_yuan if kind in money else Decimal(0) for kind in MONEY}
    owed = sum(due.values()) > sum(received.values())
    return Case(
        found.case_no,
        found.found_on,
        found.since,
        found.activity,
        found.institution,
        found.subject_name or shared.named("subject_type", found.subject_type),
        found.violation,
        found.description,
        tuple(money),
        found.status,
        *(money[kind].due_yuan if kind in money else Decimal(0) for kind in ("deduct", "assessment_deduct")),
        due,
        received,
        max((end - found.since).days, 0) if owed else 0,
    )


def period_end() -> date:
    return shared.period().last_day


def scope(note: str) -> None:
    """The title row's words on pages that count all schemes, whichever is picked."""
    end = look.month_end(shared.county().last_month)
    look.scope(f"全部险种（{note}）", shared.period().label, f"数据截至 {end}")


def has_cases() -> bool:
    """Whether any penalty ledger was uploaded."""
    return any(upload == "penalties" for upload, _ in shared.county().coverage)


def up_to_now() -> pipelines.Period:
    """Everything loaded, up to the period's last month."""
    return pipelines.Period(shared.county().first_month, shared.period().last)


def records(kpi: str, months=None, **where) -> list[dict]:
    """The rows behind a KPI, each as {column: value}."""
    months = months or shared.period()
    return read(shared.county(), shared.county().build_id, kpi, months, tuple(sorted(where.items())))


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={pipelines.Period: str})
def read(_county, build_id: str, kpi: str, months, where: tuple) -> list[dict]:
    found = pipelines.rows(_county, kpi, months, dict(where), limit=None)
    return [dict(zip(each.columns, row, strict=True)) for each in found for row in each.rows]
