"""明细: the rows behind a figure, page by page; what they add up to, and the file."""

from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from math import ceil

import streamlit as st

import pipelines
from pipelines import wording
from pipelines.answers.rows import looked_at, takes_long
from views import cards, columns, look, run, shared
from views.jobs import Job, ended

SIZE, MOST = 100, 1_000_000  # more rows than this, no spreadsheet opens
PRINTED = 5_000  # more rows than this, the page's document holds the ones on the screen and says so


def page() -> None:
    kpi = pipelines.kpis().get(st.query_params.get("kpi", ""))
    if kpi is None or kpi.typed:
        nothing_chosen(kpi)
        return
    where = {dim: st.query_params[dim] for dim in kpi.levels if dim in st.query_params and dim != "month"}
    figure = shared.total((kpi.id,), **where, **divided(kpi))[kpi.id]
    with look.header("明细"):
        names = {name: wording.measure_name(name) for name in kpi.measures}
        measure = look.pick("项", names, "n", label_visibility="collapsed", width=220)
        picked = (shared.scheme(), st.session_state["months"], *where.values())
        area = [code for code in (shared.picked_county(),) if code != run.ALL]
        key = "-".join(("page", kpi.id, measure, *picked, *area))
        offset = (st.session_state.get(key, 1) - 1) * SIZE
        county, months, filters = shared.county(), shared.period(), scoped(kpi, where)
        every = taken(county, kpi.id, months, filters, offset)
        if every is None:
            return
        shared.scope(*map(look.safe, columns.described(where)), *divided(kpi) and (run.UNDIVIDED,))
        found = every[measure]
        looked_at(county, kpi.id, months, dict(filters), offset, sum(len(each.rows) for each in every.values()))
        asked = (county, kpi.id, months, filters, measure)
        lines = partial(every_line, *asked, columns.told(found.columns, county.counties))
        download(kpi, found, partial(every_row, *asked), lines)
    look.answer(f"{look.safe(kpi.name_zh)} **{look.said(figure)}**：{agreement(found)}")
    formula(figure, where)
    listing(found, key, lambda: whole(county, kpi.id, months, filters, found))


def nothing_chosen(kpi) -> None:
    with look.header("明细"):
        shared.scope()
    what = "还没有选指标" if kpi is None else f"{kpi.name_zh}是手工填报的数，没有明细"
    why = "从一张卡片的口径、一条横条或指标字典进来。"
    look.empty(what, why, "dictionary", "看指标字典", shared.carry())


def divided(kpi) -> dict[str, None]:
    """What a KPI that can't be told by county is asked for where one is picked: all counties."""
    return {"county": None} if shared.picked_county() != run.ALL and not kpi.of_counties else {}


def scoped(kpi, where: dict) -> tuple:
    """The filters with the page's scheme and county, where the KPI knows them, as the cache takes them."""
    picked = {"scheme": shared.scheme(), "county": shared.picked_county()}
    known = {dim: code for dim, code in picked.items() if dim in run.levels_of(kpi) and code != run.ALL}
    return tuple(sorted((known | where).items()))


def taken(county, kpi: str, months, filters: tuple, offset: int) -> dict | None:
    """{measure: a page of its rows}; None where there are none any more, or the reader has stopped the reading."""
    try:
        if takes_long(county, months):
            return awaited((county.key, kpi, str(months), filters, offset), county, months)
        return read(county, county.key, kpi, months, filters, SIZE, offset)
    except pipelines.WarehouseError as problem:  # rows that were cleared after the years they are kept
        look.empty("没有明细行", str(problem))
        return None


def awaited(asked: tuple, county, months) -> dict | None:
    """The same of very many rows: with a bar and a stop, kept for this reader until another page is asked for."""
    _, kpi, _, filters, offset = asked
    if st.session_state.get("rows_taken", {}).get(asked) is None:
        if st.session_state.get("rows_asked") != asked and "rows_job" in st.session_state:
            st.session_state.pop("rows_job").stop()
        st.session_state["rows_asked"] = asked
        if "rows_job" not in st.session_state:
            st.session_state["rows_job"] = Job(partial(page_of_rows, county, kpi, months, filters, offset))
        job = ended("rows")
        if job is None:
            return None
        st.session_state["rows_taken"] = {asked: job.result}
    return st.session_state["rows_taken"][asked]


def page_of_rows(county, kpi: str, months, filters: tuple, offset: int, tell) -> dict:
    tell(0.1, "正在取明细")
    return {each.measure.id: each for each in pipelines.rows(county, kpi, months, dict(filters), SIZE, offset)}


@st.cache_data(max_entries=30, show_spinner="正在取明细…", hash_funcs={pipelines.Period: str})
def read(_county, key: str, kpi: str, months, where: tuple, limit: int, offset: int) -> dict:
    found = pipelines.rows(_county, kpi, months, dict(where), limit, offset)
    return {each.measure.id: each for each in found}


def agreement(found) -> str:
    """What the rows add up to, and that it is the figure's number – or that it is not."""
    unit, digits = found.measure.unit, 2 if found.measure.unit == "元" else 0
    summed = look.with_unit(found.summed or 0, unit, digits)
    name = look.safe(found.measure.name_zh)
    if found.agrees:
        return f"{name} {found.total:,} 行，合计 **{summed}**，与指标用的数一致。"
    return f"{name} {found.total:,} 行，合计 **{summed}**，指标用的是 {look.with_unit(found.figure, unit, digits)}。"


def download(kpi, found, make, lines) -> None:
    """All rows of the measure, up to what a spreadsheet opens; the name says when it is a part."""
    part = found.total > MOST
    words = f"前 {MOST:,} 行（全部用命令 rows --csv）" if part else f"全部 {found.total:,} 行"
    name = f"{kpi.name_zh} {found.measure.name_zh} {shared.period().label}{' 部分' if part else ''}{shared.of_county()}"
    heads, _ = columns.whole(found.columns, [])
    look.takeaway({words: look.File(name, heads, make, found.total, lines)})


def every_row(county, kpi: str, months, filters: tuple, measure: str) -> Iterator[tuple]:
    """Every row up to MOST, read in portions: half a million rows stay small in memory."""
    portions = pipelines.row_batches(county, kpi, measure, months, dict(filters))
    told = (columns.whole(*portion, county.counties)[1] for portion in portions)
    return islice(chain.from_iterable(told), MOST)


def every_line(county, kpi: str, months, filters: tuple, measure: str, told) -> Iterator[tuple[int, bytes]]:
    """The same rows as lines of a CSV, which the engine puts together."""
    return pipelines.row_lines(county, kpi, measure, months, dict(filters), told, MOST)


def formula(figure, where: dict) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        look.markdown(cards.formula_grid(figure))
    with right:
        for dim, text in zip(where, columns.described(where), strict=True):
            fewer = {key: code for key, code in where.items() if key != dim}
            query = shared.rows_query(figure.kpi.id, **fewer)
            shared.page_link("rows", label=f"去掉 {look.safe(text)}", icon=":material/close:", query_params=query)


def whole(county, kpi: str, months, filters: tuple, found) -> dict[str, list]:
    """{head: values} with every row, for the document."""
    portions = pipelines.row_batches(county, kpi, found.measure.id, months, dict(filters))
    rows = [row for _, rows in portions for row in rows]
    heads, rows = columns.shown(found.columns, rows, found.measure.sql, county.counties)
    return {name: [row[place] for row in rows] for place, name in enumerate(heads)}


def listing(found, key: str, make) -> None:
    if not found.total:
        look.empty("没有行", "这个期间、险种和筛选下没有记录；换一个期间，或去掉一个筛选。")
        return
    if not found.agrees:
        look.warning("明细合计与指标不一致，请把这一页的地址告诉管理员。")
    heads, rows = columns.shown(found.columns, found.rows, found.measure.sql, shared.county().counties)
    table = {name: look.plain_numbers([row[place] for row in rows]) for place, name in enumerate(heads)}
    config = columns.widths(heads, rows, st)
    every = make if SIZE < found.total <= PRINTED else None
    look.dataframe(table, config, 18, f"{found.measure.name_zh}的明细行", whole=every)
    if found.total > SIZE:
        st.pagination(ceil(found.total / SIZE), key=key)
        st.caption(f"每页 {SIZE} 行，共 {found.total:,} 行")
    if found.total > PRINTED:
        first = (st.session_state.get(key, 1) - 1) * SIZE + 1
        part = f"表中是第 {first:,}—{first + len(rows) - 1:,} 行，共 {found.total:,} 行"
        look.on_paper(f"{part}；全部行另存为文件，见页面的下载。")
