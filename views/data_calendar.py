"""数据日历: which table holds what for which month; a click shows the batch behind it."""

import streamlit as st

from pipelines.contracts import contracts
from pipelines.store.calendar import Calendar, calendar
from views import calendar_batch, look, run, upload_words
from views.calendar_words import LEGEND, word
from views.place import warehouse

SMALL = {"label_visibility": "collapsed", "width": 120}
MONTHS_NAMED, COUNTIES_NAMED = 3, 3
HEADS = ("按月的表", *(f"{month}月" for month in range(1, 13)))
WHOLE = ("按年的表和整张的表", "状态", "文件")
NAME, MONTH = 3, 2  # shares of a row's width


def page() -> None:
    found = calendar(warehouse())
    with look.header("数据日历"):
        if found.empty:
            look.scope("还没有装入任何数据")
            nothing()
            return
        years = {y: f"{y}年" for y in reversed(found.years)}
        year = look.pick("年份", years, "y", **SMALL) if years else ""  # the roster alone has no year
        look.scope(LEGEND)
    look.answer(answer(found, year))
    if year:
        months(found, year)
    others(found, year)
    calendar_batch.show(found, *chosen(found))


def nothing() -> None:
    look.empty("数据仓库里没有生效的数据", "装入文件后，这里按表、按月列出。", "uploads", "去上传")


def answer(found: Calendar, year: str) -> str:
    """What the year lacks, and up to which month it is there."""
    if not any(month.startswith(year) for month in found.periods):
        return f"{f'{year}年' if year else ''}还没有装入任何月度表。"
    cells = {key: cell for key, cell in found.cells.items() if key[1].startswith(year)}
    missing: dict[str, list[str]] = {}
    for (table, period), cell in cells.items():
        if cell.state in ("missing", "lacking"):
            missing.setdefault(period, []).append(upload_words.table_name(table) + whose(cell))
    locked = sorted({period for (_, period), cell in cells.items() if cell.locked})
    named = [f"{upload_words.period_name(month)}缺 **{'、'.join(names)}**" for month, names in sorted(missing.items())]
    lacks = "；".join(named[:MONTHS_NAMED]) + (f"；等 {len(named)} 个期间" if len(named) > MONTHS_NAMED else "")
    said = f"{year}年已到的月份：{lacks or '各表**齐全**'}"
    return said + (f"；已锁定 {upload_words.periods_name(locked)}" if locked else "") + "。"


def whose(cell) -> str:
    """（苎溪县）, the counties that have not uploaded where others have."""
    absent = [look.safe(run.named("county", code)) for code, own in cell.counties.items() if own.batch is None]
    more = f"等 {len(absent)} 个区县" if len(absent) > COUNTIES_NAMED else ""
    return f"（{'、'.join(absent[:COUNTIES_NAMED])}{more}）" if cell.state == "lacking" else ""


def months(found: Calendar, year: str) -> None:
    """The tables by the month: a row each, a column for each month of the year."""
    listed = [f"{year}-{number:02d}" for number in range(1, 13)]
    with st.container(gap="xxsmall", key="calendar"):
        heads = st.columns([NAME, *[MONTH] * 12], gap="xxsmall")
        heads[0].markdown(":gray[按月的表]")
        for place, month in zip(heads[1:], listed, strict=True):
            shut = any(cell.locked for (_, period), cell in found.cells.items() if period == month)
            place.markdown(f"{int(month[5:])}月" + (" :material/lock:" if shut else ""), text_alignment="center")
        for table in [t for t in found.tables if contracts()[t].grain == "month"]:
            row(found, table, listed)


def row(found: Calendar, table: str, periods: list[str]) -> None:
    places = st.columns([NAME, *[MONTH] * 12], gap="xxsmall", vertical_alignment="center")
    places[0].markdown(upload_words.table_name(table))
    said = (told(found, table, period) for period in periods)
    look.row_on_paper(HEADS, upload_words.table_name(table), *said)
    for place, period in zip(places[1:], periods, strict=True):
        with place:
            button(found, table, period)


def others(found: Calendar, year: str) -> None:
    """The tables by the year, and those without any period: one wide cell each."""
    with st.container(gap="xxsmall", key="calendar-whole"):
        st.markdown(":gray[按年的表和整张的表]")
        for table in [t for t in found.tables if contracts()[t].grain != "month"]:
            period = year if contracts()[table].grain == "year" else "all"
            name, place, rest = st.columns([NAME, MONTH * 4, MONTH * 8], gap="xxsmall", vertical_alignment="center")
            name.markdown(upload_words.table_name(table))
            file = told_of_file(found.cells.get((table, period)))
            look.row_on_paper(WHOLE, upload_words.table_name(table), told(found, table, period), file)
            with place:
                button(found, table, period)
            rest.caption(file)


def told_of_file(cell) -> str:
    return look.safe(f"{cell.batch.file}，{cell.rows:,} 行") if cell and cell.batch else ""


def told(found: Calendar, table: str, period: str) -> str:
    """The word of a cell; a dot where there is nothing to say."""
    cell = found.cells.get((table, period))
    return "·" if cell is None or (cell.state == "none" and not cell.batch) else word(cell)


def button(found: Calendar, table: str, period: str) -> None:
    """A cell: the word says the state, the colour repeats it."""
    cell = found.cells.get((table, period))
    if told(found, table, period) == "·":
        st.markdown(":gray[·]", text_alignment="center")
        return
    state = "locked" if cell.locked and cell.batch else cell.state
    key = f"day-{state}-{'on' if (table, period) == chosen(found) else ''}-{table}-{period}"
    more = {"type": "tertiary", "width": "stretch", "on_click": choose, "args": (table, period)}
    st.button(word(cell), key=key, **more)


def choose(table: str, period: str) -> None:
    st.query_params["cell"] = f"{table}.{period}"


def chosen(found: Calendar) -> tuple[str, str]:
    """The cell of the address; ('', '') for none or one that is not there."""
    table, _, period = st.query_params.get("cell", "").partition(".")
    return (table, period) if (table, period) in found.cells else ("", "")
