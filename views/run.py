"""This run of the page: the county it shows, the period and scheme that were picked, the questions, the links."""

from dataclasses import replace

import streamlit as st

import pipelines
from pipelines import contracts, registry
from pipelines.answers.aims import aimed
from pipelines.formulas import names_in
from pipelines.wording import LISTS
from views import who
from views.place import warehouse

SCHEMES = {"resident": "居民", "employee": "职工", "maternity": "生育", "all": "全部"}


def county():
    """The county of this run: one build, the same for every number on the page."""
    return st.session_state["county"]


def opened() -> bool:
    """Whether this run shows a county at all."""
    return "county" in st.session_state


def period() -> pipelines.Period:
    return pipelines.Period(*st.session_state["months"].split(".."))


def scheme() -> str:
    """resident, employee, maternity or all."""
    return st.session_state["s"]


def nothing_loaded() -> bool:
    """True while there is nothing to show, as before the first month; else opens the county for this run."""
    try:
        st.session_state["county"] = pipelines.open_county(warehouse())
    except pipelines.NothingLoaded:
        st.session_state.pop("county", None)  # of an earlier run: it is not what stands now
        return True
    return not county().last_month


def figures(kpis, by=(), history: int = 0, months=None, **where) -> list:
    """Figures of these KPIs for the chosen period and scheme, in the order of kpis. scheme=None asks for all schemes.

    A KPI that has no scheme level is asked for without the scheme. Cached per build and arguments.
    """
    months, by, known = months or period(), tuple(by), pipelines.kpis()
    if "scheme" not in where and "scheme" not in by and scheme() != "all":
        where["scheme"] = scheme()
    whole = where.get("scheme", "") is None and scheme() != "all"
    where = {key: value for key, value in where.items() if value is not None}
    found = []
    for scoped in (True, False):
        group = tuple(k for k in kpis if ("scheme" in known[k].levels) is scoped)
        kept = {k: v for k, v in where.items() if scoped or k != "scheme"}
        if group:
            found += ask(county(), county().key, group, months, by, tuple(sorted(kept.items())), history)
    found = sorted(found, key=lambda figure: list(kpis).index(figure.kpi.id))
    return [replace(f, dims=f.dims | {"scheme": "all"}) if scoped_out(f, whole) else f for f in found]


def scoped_out(figure, whole: bool) -> bool:
    """Whether a figure counts all schemes although one is picked: its label and its link must say so."""
    return whole and "scheme" in figure.kpi.levels


@st.cache_data(max_entries=2000, show_spinner=False, hash_funcs={pipelines.Period: str})
def ask(_county, key: str, kpis: tuple, months, by: tuple, where: tuple, history: int) -> list:
    found = pipelines.ask(_county, kpis, months, by=by, where=dict(where), trend=history)
    return [aimed(figure, months.last, dict(where)) for figure in found]


def checks(months=None) -> list:
    """The county's 勾稽关系 in the period, each a Reconciled; cached per build."""
    return reconciled(county(), county().key, months or period())


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def reconciled(_county, key: str, months) -> list:
    return pipelines.reconcile(_county, months)


def total(kpis, **more) -> dict:
    """{kpi id: its one Figure} for the county, or for what `where` leaves of it."""
    return {figure.kpi.id: figure for figure in figures(kpis, **more)}


def split(kpis, dim: str, **more) -> dict[str, dict]:
    """{code of the dimension: {kpi id: Figure}}, in the order of the data."""
    found: dict[str, dict] = {}
    for figure in figures(kpis, by=(dim,), **more):
        found.setdefault(figure.dims[dim], {})[figure.kpi.id] = figure
    for row in found.values():
        row |= {kpi: blank(next(iter(row.values())), kpi) for kpi in kpis if kpi not in row}
    order = list(contracts.code_lists().get(LISTS.get(dim, dim), ()))
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def blank(like, kpi: str):
    """A figure of a KPI that has no row in a group: nothing known, nothing counted."""
    empty = dict.fromkeys(("numerator", "denominator", "value", "exact", "year_ago", "exact_year_ago", "change"))
    return replace(like, kpi=pipelines.kpis()[kpi], target=None, missing="没有这一组的行", months=(), **empty)


def named(dim: str, code) -> str:
    """The Chinese name of a dimension's code; an institution, a town or a month has its own name."""
    if dim == "institution":
        return county().names.get(code, code)
    if dim == "scheme":
        return SCHEMES.get(code) or contracts.zh(dim, code)
    if dim == "month":
        return month_name(code)
    return contracts.zh(LISTS.get(dim, dim), code)


def month_name(code) -> str:
    """2026-06 -> 6月."""
    return f"{int(str(code)[5:7])}月"


def unit_of(expression: str) -> str:
    """The unit of a formula's value: that of its first measure."""
    units = (registry.measures()[name].unit for name in names_in(expression) if name in registry.measures())
    return next(units, "")


def flat(*groups: dict) -> list:
    """Every Figure of total() and split() results, for a download."""
    found = []
    for group in groups:
        for entry in group.values():
            found += entry.values() if isinstance(entry, dict) else [entry]
    return found


def link(name: str):
    """The page object behind an address; page_link and switch_page need the object."""
    return st.session_state["pages"][name]


def page_link(name: str, **more) -> None:
    """A link to a page, for those who may see it. more: as st.page_link has it."""
    if name in st.session_state["pages"] and who.opens(name):
        st.page_link(link(name), **more)


def carry(**query: str) -> dict[str, str]:
    """The query of a link: without it a link drops the period and the scheme from the address."""
    return {"m": st.session_state["months"], "s": scheme()} | query


def rows_query(kpi: str, **where: str) -> dict[str, str]:
    """The query of a link to the rows behind a figure."""
    return carry(kpi=kpi, s=where.pop("scheme", scheme()), **where)
