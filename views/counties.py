"""Each county beside the others and the city's own value; nothing where one county has the warehouse for itself."""

from dataclasses import replace

import streamlit as st

import pipelines
from pipelines.answers.by_county import ALL
from reports import charts
from views import look, run, shared

SECTION, COLUMNS = "各区县", 4
WIDEST = 38  # characters of all heads beside the chart on a screen of 1440


def split(kpis, **more) -> dict[str, dict]:
    """{county: {kpi id: Figure}} of the KPIs that can be told by county, then of all counties together as ALL.

    more: as figures() has it.
    """
    wanted = tuple(kpi for kpi in kpis if pipelines.kpis()[kpi].of_counties)
    if not shared.several() or not wanted:
        return {}
    found = shared.split(wanted, "county", **more)
    own = {code: with_reasons(code, found.pop(code, {}), wanted, **more) for code in shared.county().counties}
    return own | found | {ALL: told_of(ALL, shared.total(wanted, county=None, **more))}


def with_reasons(code: str, row: dict, kpis: tuple[str, ...], **more) -> dict:
    """A county's figures; those it has no rows of are asked for themselves: 0, or why there is none."""
    lacking = tuple(kpi for kpi in kpis if kpi not in row or row[kpi].missing == run.NO_ROWS)
    return row | (told_of(code, shared.total(lacking, county=code, **more)) if lacking else {})


def told_of(code: str, figures: dict) -> dict:
    return {kpi: replace(figure, dims={"county": code} | figure.dims) for kpi, figure in figures.items()}


def blocked(found, rows: dict[str, dict], lead: str) -> bool:
    """As shared.blocked; what is known of single counties is shown all the same, as where another has not uploaded."""
    if not shared.blocked(found):
        return False
    if any(figure.value is not None for row in rows.values() for figure in row.values()):
        section(rows, lead)
    return True


def section(rows: dict[str, dict], lead: str, covers: str = "") -> None:
    """A chart of the KPI that leads, and the others as a table. rows: of split(), {} draws nothing.

    covers: what the figures are of, where not all.
    """
    if not rows:
        return
    name = look.safe(run.named("county", ALL))
    note = f"{name}的数由全部行算出，不由各区县相加；点一个点只看这个区县"
    look.section(SECTION, f"{covers}；{note}" if covers else note)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        code = chart(rows, lead)
    with right:
        kpis = columns(rows, lead)
        heads = ("区县", *map(head, kpis))
        told = (cells(code, [row[kpi.id] for kpi in kpis]) for code, row in rows.items())
        look.markdown(look.grid(heads, "l" + "r" * len(kpis), told))
        if absent := reasons(rows, kpis):
            look.caption("；".join(absent))
    if code:
        st.query_params[shared.AREA] = code
        st.rerun()


def reasons(rows: dict[str, dict], kpis: list) -> list[str]:
    """Why counties have no value in the table, each reason once."""
    told = [
        f"{look.safe(run.named('county', code))}：{look.safe(row[kpi.id].missing)}"
        for code, row in rows.items()
        for kpi in kpis
        if code != ALL and row[kpi.id].missing
    ]
    return list(dict.fromkeys(told))


def columns(rows: dict[str, dict], lead: str) -> list:
    """The KPIs of the table: those with a value somewhere, as many as fit beside the chart, the leading one first."""
    known = [id for id in rows[ALL] if any(row[id].value is not None for row in rows.values())]
    found, width = [], 0
    for kpi in (rows[ALL][id].kpi for id in dict.fromkeys([lead, *known])):
        width += len(head(kpi))
        if found and width > WIDEST:
            break
        found.append(kpi)
    return found[:COLUMNS]


def head(kpi) -> str:
    return f"{kpi.name_zh}（{kpi.display_unit}）"


def chart(rows: dict[str, dict], lead: str) -> str | None:
    """Every county's value beside last year's, with the city's as the line; the county that was clicked."""
    whole, known = (
        rows[ALL][lead],
        [(code, row[lead]) for code, row in rows.items() if code in shared.county().counties],
    )
    known = sorted((each for each in known if each[1].value is not None), key=lambda each: each[1].value)
    kpi = whole.kpi
    if not known:
        look.empty(f"没有分区县的{kpi.name_zh}", look.safe(whole.missing))
        return None
    low, high = (look.safe(run.named("county", known[at][0])) for at in (0, -1))
    title = f"{low}最低，{high}最高" if len(known) > 1 else kpi.name_zh
    marks = [(look.plain(run.named("county", code)), *two_years(figure), code, False) for code, figure in known]
    line = look.shown(kpi, whole.value) if kpi.denominator else None
    height = 70 + 32 * len(marks)
    drawn = charts.versus(marks, look.digits(kpi), height, target=line, target_name=run.named("county", ALL))
    note = f"{kpi.name_zh}，{kpi.display_unit}"
    return look.chart(drawn, title, note, f"各区县{kpi.name_zh}点图；{title}", key="by-county", click=True)


def two_years(figure) -> tuple:
    return tuple(look.shown(figure.kpi, value) for value in (figure.value, figure.year_ago))


def cells(code: str | None, figures: list) -> tuple[str, ...]:
    """A row of the table; that of the county picked, and the city's own, stand out."""
    name, told = look.safe(run.named("county", code)), map(look.amount, figures)
    strong = code in (ALL, shared.picked_county())
    return tuple(f"**{text}**" if strong else text for text in (name, *told))
