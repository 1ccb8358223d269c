"""This run of the page: the county it shows, the period, scheme and county picked, the questions, the links."""

from dataclasses import replace
from itertools import groupby

import streamlit as st

import pipelines
from pipelines import contracts, registry
from pipelines.answers.aims import aimed
from pipelines.answers.by_county import ALL, county_name
from pipelines.answers.gaps import UNDIVIDED
from pipelines.formulas import names_in
from pipelines.registry import COUNTY
from pipelines.wording import LISTS
from views import who
from views.place import warehouse

SCHEMES = {"resident": "居民", "employee": "职工", "maternity": "生育", "all": "全部"}
SCHEME = "scheme"
AREA = "area"  # the picker of counties in the address; "county" is the county of this run
PICKED = "picked_county"
NO_ROWS = "没有这一组的行"


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


def several() -> bool:
    """Whether several counties share the warehouse, as far as the reader sees it."""
    return len(county().counties) > 1


def picked_county() -> str:
    """The code of the county whose figures the page shows; ALL for all of them, and on pages that don't part them."""
    return st.session_state.get(PICKED, ALL)


def pick_county(code: str) -> None:
    """The figures of this run are this county's, or ALL counties'."""
    st.session_state[PICKED] = code


def told() -> pipelines.County:
    """The county whose documents are made: the one picked of several that share the warehouse, else that of the run."""
    return county() if picked_county() == ALL else pipelines.one_county(county(), picked_county())


def part() -> str:
    """What a total is the total of: 全县, 本机构; where counties share the warehouse 全市, or the one picked."""
    return county_name(county(), picked_county()) if several() else who.part()


def nothing_loaded() -> bool:
    """True while there is nothing to show, as before the first month; else opens the county for this run."""
    pick_county(ALL)
    try:
        st.session_state["county"] = pipelines.open_county(warehouse())
    except pipelines.NothingLoaded:
        st.session_state.pop("county", None)  # of an earlier run: it is not what stands now
        return True
    return not county().last_month


def figures(kpis, by=(), history: int = 0, months=None, **where) -> list:
    """Figures of these KPIs for the chosen period, scheme and county, in the order of kpis. scheme=None asks for all
    schemes, county=None for all counties.

    A KPI that has no scheme level is asked for without the scheme; one that can't be told by county is blank where one
    is picked. Cached per build and arguments.
    """
    months, by, known = months or period(), tuple(by), pipelines.kpis()
    picked = {dim: code for dim, code in ((SCHEME, scheme()), (COUNTY, picked_county())) if code != ALL}
    where = {dim: code for dim, code in picked.items() if dim not in by} | where
    whole = [dim for dim in picked if where.get(dim, "") is None]
    where = {key: value for key, value in where.items() if value is not None}
    found = []
    for group in alike(kpis, where):
        apart = {SCHEME, COUNTY} - {*levels_of(known[group[0]])}
        kept = tuple(sorted((dim, code) for dim, code in where.items() if dim not in apart))
        found += ask(county(), county().key, group, months, by, kept, history)
    order = {kpi: place for place, kpi in reversed([*enumerate(kpis)])}
    found = sorted(found, key=lambda figure: order[figure.kpi.id])
    found = [figure if COUNTY not in where or figure.kpi.of_counties else undivided(figure) for figure in found]
    return [replace(f, dims=f.dims | dict.fromkeys(out, ALL)) if (out := scoped_out(f, whole)) else f for f in found]


def alike(kpis, where: dict) -> list[tuple[str, ...]]:
    """The KPIs that can be asked at once, as they know the same of the pickers' dimensions that are asked for."""
    known = pipelines.kpis()
    own = {kpi: [dim for dim in levels_of(known[kpi]) if dim in where] for kpi in kpis}
    return [tuple(group) for _, group in groupby(sorted(kpis, key=own.get), own.get)]


def levels_of(kpi) -> tuple[str, ...]:
    """Which of the pickers' dimensions a KPI has."""
    return tuple(dim for dim in (COUNTY, SCHEME) if (kpi.of_counties if dim == COUNTY else dim in kpi.levels))


def scoped_out(figure, whole: list[str]) -> list[str]:
    """What a figure counts all of although one is picked: its label and its link must say so."""
    return [dim for dim in whole if dim in levels_of(figure.kpi)]


def undivided(figure):
    """In place of a figure of all counties where one is picked."""
    return blank(figure, figure.kpi.id, UNDIVIDED, tuple((month, None) for month, _ in figure.months))


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


def blank(like, kpi: str, why: str = NO_ROWS, months: tuple = ()):
    """A figure of a KPI that has no row in a group: nothing known, nothing counted."""
    empty = dict.fromkeys(("numerator", "denominator", "value", "exact", "year_ago", "exact_year_ago", "change"))
    return replace(like, kpi=pipelines.kpis()[kpi], target=None, missing=why, months=months, **empty)


def named(dim: str, code) -> str:
    """The Chinese name of a dimension's code; an institution, a town or a month has its own name."""
    if dim == "institution":
        return county().names.get(code, code)
    if dim == COUNTY:
        return county_name(county(), code)
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
    """The query of a link: without it a link drops the period, the scheme and the county from the address."""
    area = {AREA: picked_county()} if picked_county() != ALL else {}
    return {"m": st.session_state["months"], "s": scheme()} | area | query


def rows_query(kpi: str, **where: str) -> dict[str, str]:
    """The query of a link to the rows behind a figure."""
    area = {AREA: where.pop(COUNTY)} if COUNTY in where else {}
    return carry(kpi=kpi, s=where.pop("scheme", scheme()), **area, **where)
