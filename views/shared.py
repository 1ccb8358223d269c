"""What every page shares: the open county, the pickers and what they say, the questions asked of the data, the links."""

import os
from pathlib import Path

import streamlit as st

import pipelines
from views import look

SCHEMES = {"resident": "居民", "employee": "职工", "maternity": "生育", "all": "全部"}
CUSTOM = "custom"


def warehouse() -> Path:
    """The folder all numbers come from: FUND_WAREHOUSE, else data/warehouse beside the program."""
    return Path(os.environ.get("FUND_WAREHOUSE", "data/warehouse"))


def county():
    """The county of this run: one build, the same for every number on the page."""
    return st.session_state["county"]


def period() -> pipelines.Period:
    return pipelines.Period(*st.session_state["months"].split(".."))


def scheme() -> str:
    """resident, employee, maternity or all."""
    return st.session_state["s"]


def pickers() -> None:
    """期间 and 险种 in the sidebar; both stand in the address as codes (m=2026-01..2026-06, s=resident)."""
    with st.sidebar:
        st.session_state["months"] = pick_period(county().first_month, county().last_month)
        look.pick("险种", SCHEMES, "s", widget=st.segmented_control, required=True, width="stretch")
        st.caption(completeness())


def pick_period(first: str, last: str) -> str:
    """The chosen month range as a code; an unusual range from a link gets its own line in the list."""
    names = quick_choices(first, last)
    asked = st.query_params.get("m", "")
    if asked not in names and usable(asked, first, last):
        names = {asked: pipelines.Period(*asked.split("..")).label, **names}
    if asked in names and asked != st.session_state.get("m_in_address"):
        st.session_state["m"] = asked
    code = st.selectbox(
        "期间", [*names, CUSTOM], format_func=lambda c: names.get(c, "自选起止月份"), key="m", persist_state="session"
    )
    code = pick_range(first, last) if code == CUSTOM else code
    st.session_state["m_in_address"] = code
    if asked != code:
        st.query_params["m"] = code
    return code


def pick_range(first: str, last: str) -> str:
    months = months_between(first, last)
    start, end = st.columns(2, gap="small")
    begin = start.selectbox("起", months, key="m_from", persist_state="session")
    later = [month for month in months if month >= begin]
    finish = end.selectbox("止", later, index=len(later) - 1, key="m_to", persist_state="session")
    return f"{begin}..{finish}"


def usable(code: str, first: str, last: str) -> bool:
    months = months_between(first, last)
    begin, _, end = code.partition("..")
    return begin in months and end in months and begin <= end


def months_between(first: str, last: str) -> list[str]:
    """Every YYYY-MM from first to last."""
    begin, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(begin, end + 1)]


def quick_choices(first: str, last: str) -> dict[str, str]:
    """1—N月累计 first, then the year's months and quarters, then last year."""
    year, months = last[:4], [m for m in months_between(first, last) if m[:4] == last[:4]]
    names = {f"{months[0]}..{last}": f"{pipelines.Period(months[0], last).label}累计"}
    names |= {f"{m}..{m}": pipelines.Period(m, m).label for m in reversed(months)}
    quarters = [months[i : i + 3] for i in range(0, len(months) - 2, 3) if months[i][5:] in ("01", "04", "07", "10")]
    names |= {f"{q[0]}..{q[-1]}": f"{year}年第{'一二三四'[int(q[0][5:]) // 3]}季度" for q in quarters}
    before = f"{int(year) - 1}"
    if f"{before}-01" >= first:
        names[f"{before}-01..{before}-12"] = f"{before}年全年"
    return names


def completeness() -> str:
    """One line: what is loaded."""
    return f"数据 {county().first_month} 至 {county().last_month}"


def scope(*more: str) -> None:
    """What the page's numbers cover; put it into the title row."""
    whole = "全部险种" if scheme() == "all" else SCHEMES[scheme()]
    look.scope(whole, period().label, f"数据截至 {look.month_end(county().last_month)}", *more)


def figures(kpis, by=(), history: int = 0, months=None, **where) -> list:
    """Figures of these KPIs for the chosen period and scheme, in the order of kpis. scheme=None asks for all schemes.

    A KPI that has no scheme level is asked for without the scheme. Cached per build and arguments.
    """
    months, by, known = months or period(), tuple(by), pipelines.kpis()
    if "scheme" not in where and "scheme" not in by and scheme() != "all":
        where["scheme"] = scheme()
    where = {key: value for key, value in where.items() if value is not None}
    found = []
    for scoped in (True, False):
        group = tuple(k for k in kpis if ("scheme" in known[k].levels) is scoped)
        kept = {k: v for k, v in where.items() if scoped or k != "scheme"}
        if group:
            found += ask(county(), county().build_id, group, months, by, tuple(sorted(kept.items())), history)
    return sorted(found, key=lambda figure: list(kpis).index(figure.kpi.id))


@st.cache_data(max_entries=2000, show_spinner=False, hash_funcs={pipelines.Period: str})
def ask(_county, build_id: str, kpis: tuple, months, by: tuple, where: tuple, history: int) -> list:
    return pipelines.ask(_county, list(kpis), months, by=by, where=dict(where), history=history)


def total(kpis, **more) -> dict:
    """{kpi id: its one Figure} for the county, or for what `where` leaves of it."""
    return {figure.kpi.id: figure for figure in figures(kpis, **more)}


def split(kpis, dim: str, **more) -> dict[str, dict]:
    """{code of the dimension: {kpi id: Figure}}, in the order of the data."""
    found: dict[str, dict] = {}
    for figure in figures(kpis, by=(dim,), **more):
        found.setdefault(figure.dims[dim], {})[figure.kpi.id] = figure
    return found


def link(name: str):
    """The page object behind an address; page_link and switch_page need the object."""
    return st.session_state["pages"][name]


def carry(**query: str) -> dict[str, str]:
    """The query of a link: without it a link drops the period and the scheme from the address."""
    return {"m": st.session_state["months"], "s": scheme()} | query


def rows_query(kpi: str, **where: str) -> dict[str, str]:
    """The query of a link to the rows behind a figure."""
    return carry(kpi=kpi, **where)


def nothing_loaded() -> bool:
    """True while the warehouse holds no build; otherwise opens the county for this run."""
    st.session_state["county"] = pipelines.open_county(warehouse())
    return st.session_state["county"] is None
