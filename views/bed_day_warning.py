"""Early warnings of payment by the bed day: a pilot that loses much by it, and what it may have set going."""

import streamlit as st

import pipelines
from pipelines import bed_days
from pipelines.answers.by_county import ALL
from reports import behaviour
from views import look, run, shared
from views.task import Task, before

BALANCE, RATE, PACKAGE = "bed_day_balance", "bed_day_balance_rate", "bed_day_package"
LOSING = -10  # per cent of the package that a pilot loses, from which on it is told of
NAMED = 2  # pilots that get a row of their own; the others share one


def warnings() -> list[Task]:
    """Pilots that lose much, and signals of what is watched; of all schemes."""
    return gathered(shared.county().key, shared.period(), shared.picked_county())


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def gathered(key: str, months, county: str) -> list[Task]:
    """Of a build, a period and a county: the same until one of them changes."""
    return [*losses(), *signals(months, () if county == ALL else (county,))]


def losses() -> list[Task]:
    rows: dict[str, dict] = {}
    for figure in shared.figures((BALANCE, RATE, PACKAGE), by=("institution",), pilot="yes", scheme=None):
        rows.setdefault(figure.dims["institution"], {})[figure.kpi.id] = figure
    losing = [(code, row) for code, row in rows.items() if row[RATE].value is not None and row[RATE].value <= LOSING]
    losing.sort(key=lambda each: each[1][BALANCE].value)
    told = [loss(code, row) for code, row in losing[:NAMED]]
    if rest := losing[NAMED:]:
        evidence = f"合计超支 {wan(sum(row[BALANCE].value for _, row in rest))} 万元"
        told.append(task(f"另有 {len(rest)} 家床日付费试点机构超支", evidence, "核对标准", {"v": "settle"}))
    return told


def loss(code: str, row: dict) -> Task:
    what = f"试点{look.safe(shared.named('institution', code))}按床日结算超支 {look.number(abs(row[RATE].value))}%"
    return task(
        what, f"包干 {look.said(row[PACKAGE])}，超支 {wan(row[BALANCE].value)} 万元", "核对标准", {"v": "settle"}
    )


def wan(yuan) -> str:
    return look.number(abs(yuan) / 10000)


def signals(months, counties: tuple[str, ...]) -> list[Task]:
    """What is watched of the pilots and lies beyond the movement of before."""
    county, last = run.county(), months.last
    if bed_days.missing(county, pipelines.Period(last, last), counties):
        return []
    found = [each for each in bed_days.radar(county, last, "all", counties) if each.alarming]
    return [
        task(
            f"床日付费试点：{each.watched.name}相对非试点变了 {behaviour.difference(each)}",
            f"{len(each.beyond)} 个月超出试点前的自然波动",
            "核查",
            {"v": "radar"},
        )
        for each in found
    ]


def task(what: str, evidence: str, action: str, query: dict) -> Task:
    return Task("预警", what, evidence, before(20, action), "payment", "看试点", query | {"s": ALL})
