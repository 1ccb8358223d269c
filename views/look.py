"""The parts every page is built from. A page names what it shows; how it looks is decided here.

What these parts draw is noted on the run's sheet as well, so that the page as it stands can be had as a document. What
a page draws with Streamlit itself (forms, buttons, popovers) is for the screen alone.
"""

from calendar import monthrange
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import streamlit as st

from pipelines.access import reading
from reports.document import Block, Chart, Column, Heading, Table
from reports.marking import stamp
from reports.visible import fit
from views import long_tables, marks, run, sheet
from views.cards import card, cards  # noqa: F401  parts of the look, kept in their own modules
from views.handing import handed
from views.noting import WRITING  # noqa: F401
from views.place import warehouse
from views.takeaway import File, page_pdf, takeaway  # noqa: F401
from views.words import (  # noqa: F401
    aim,
    amount,
    changed,
    csv_bytes,
    digits,
    grid,
    in_wan,
    met,
    met_badge,
    month_words,
    number,
    plain,
    plain_numbers,
    safe,
    said,
    shown,
    signed,
    signed_change,
    target_words,
    two_years,
    verdict,
    with_unit,
)

STYLE = Path(__file__).with_name("look.css")
URGENT = {"超限": "orange", "逾期": "orange", "未达标": "orange", "不平": "orange"}
AHEAD = {"预警": "blue"}  # what has not come yet
QUIET = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


@contextmanager
def header(title: str):
    """The title row; the page's own picker, scope() and takeaway() go into it. It ends in the page as a PDF."""
    sheet.titled(title)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="content")
        yield
        page_pdf()
    sheet.shows(sheet.chosen, sheet.current().filters)


def scope(*parts: str) -> None:
    """What the numbers cover and as of when: on screen, in a screenshot and in print."""
    caption(" · ".join(part for part in parts if part), width="stretch")


def markdown(text: str, style: str = "body", **more) -> None:
    """A text, on the screen and in the document. style: of its paragraphs there."""
    sheet.shows(marks.blocks, text, style)
    st.markdown(text, **more)


def caption(text: str, **more) -> None:
    """A note, on the screen and in the document."""
    sheet.shows(marks.blocks, text, "note")
    st.caption(text, **more)


def on_paper(text: str, style: str = "note") -> None:
    """In the document alone: what the screen says by its input fields, or by a page of rows."""
    sheet.shows(marks.blocks, text, style)


def row_on_paper(heads: tuple[str, ...], *texts: str) -> None:
    """In the document alone: a row of a list that the screen draws piece by piece. The texts are Markdown."""
    sheet.shows(listed_row, heads, texts)


def listed_row(heads: tuple[str, ...], texts: tuple[str, ...]) -> list[Block]:
    return [Table("", tuple(map(Column, heads)), (tuple(map(marks.plainly, texts)),), name=sheet.JOINED)]


def subheader(title: str, **more) -> None:
    """The finding over a part of a section, on the screen and in the document."""
    sheet.shows(titled, title, "", 2)
    st.subheader(title, anchor=False, **more)


def titled(title: str, note: str, level: int) -> list[Block]:
    return [Heading(marks.plainly(title), level), *marks.blocks(note, "note")]


def warning(text: str, icon: str = ":material/rule:") -> None:
    """Usable, but something is doubtful: on the screen and in the document."""
    sheet.shows(marks.blocks, text, "warning")
    st.warning(text, icon=icon)


def month_end(month: str) -> str:
    """2026-06 -> 2026年6月30日."""
    year, number_ = int(month[:4]), int(month[5:])
    return f"{year}年{number_}月{monthrange(year, number_)[1]}日"


def downloads(files: dict[str, tuple]) -> None:
    """Files that are no plain table: {label: (name, bytes or a function that makes them)}; no st.* in the function."""
    if reading(warehouse()):
        return
    for label, (name, data) in files.items():
        stem, dot, suffix = name.rpartition(".")
        name = fit(f"{stem}{stamp(warehouse())}{dot}{suffix}")
        make = handed(name, data if callable(data) else partial(bytes, data))
        st.download_button(label, make, file_name=name, on_click="ignore", icon=":material/download:")


def answer(text: str) -> None:
    """The page's question, answered in one sentence."""
    with st.container(key="answer"):
        markdown(text, "answer")


def section(title: str, note: str = "", screen_only: bool = False) -> None:
    """A section. screen_only: it holds nothing but fields and buttons, and has no place in the document."""
    if not screen_only:
        sheet.shows(titled, title, note, 1)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.header(title, anchor=False, width="content")
        st.caption(note, width="stretch")


def pick(label: str, names: dict[str, str], key: str, widget=st.selectbox, **more) -> str:
    """A picker whose address carries the code; bind="query-params" would carry the label."""
    asked, seen = st.query_params.get(key), f"{key}_in_address"
    if asked in names and asked != st.session_state.get(seen):
        st.session_state[key] = asked
    kept = st.session_state.get(key)
    # Written even where it stays: another page's picker with this key is another widget and would start with nothing.
    st.session_state[key] = kept if kept in names else next(iter(names))
    code = widget(label, list(names), format_func=names.get, key=key, persist_state="session", **more)
    st.session_state[seen] = code
    if asked != code:
        st.query_params[key] = code
    sheet.picked(key, label, code, names[code])
    return code


def sought(key: str, placeholder: str, **more) -> str:
    """What the reader looks for in a list; it stands in the address and in the document."""
    typed = st.text_input(
        "查找", key=key, bind="query-params", placeholder=placeholder, label_visibility="collapsed", **more
    )
    sheet.picked(key, "查找", typed or "", f"“{typed}”" if typed else "")
    return typed or ""


def details(heads: tuple[str, str], rows: list[tuple[str, str]]) -> None:
    """Names and what is said of them, one a line, as a small table. The texts are Markdown."""
    markdown(grid(heads, "ll", rows))


def task(order: int, item, page: str, query: dict) -> None:
    """One row: how urgent, what, on what evidence, what to do by when, where to look."""
    row_on_paper(("紧急", "事项", "依据", "办理"), item.urgency, item.what, item.evidence, item.by)
    with st.container(key=f"task{order}"):
        urgency, what, evidence, by, link = st.columns([3, 24, 12, 8, 5], vertical_alignment="center")
        urgency.badge(item.urgency, color=(URGENT | AHEAD).get(item.urgency, "gray"))
        what.markdown(item.what)
        evidence.markdown(f":gray[{item.evidence}]")
        by.markdown(item.by)
        with link:
            run.page_link(
                page, label=item.link, icon=":material/arrow_forward:", icon_position="right", query_params=query
            )


def chart(figure: dict, title: str, note: str, alt: str, key: str | None = None, click: bool = False):
    """A finding as the title, measure and unit under it, then the marks.

    With click=True returns the customdata of the clicked mark, or None: put the code of the next level there.
    """
    sheet.shows(charted, figure, title, note, alt)
    with st.container(gap=None):
        st.subheader(title, anchor=False)
        st.caption(note)
        more = {"on_select": "rerun", "selection_mode": "points"} if click else {}
        state = st.plotly_chart(figure, theme=None, key=key, alt=alt, config=QUIET, **more)
    points = state.selection.points if click else ()
    return points[0].get("customdata") if points else None


def charted(figure: dict, title: str, note: str, alt: str) -> list[Block]:
    return [Chart(figure, marks.plainly(title), marks.note(note), marks.plainly(alt))]


def empty(what: str, why: str, page: str = "", link: str = "", query: dict | None = None) -> None:
    """Nothing to show: say what is missing, why, and where to go. page: the address of one that may be seen."""
    with st.container(border=True, horizontal_alignment="center"):
        markdown(f"**{what}**  \n:gray[{why}]", "note", width="content", text_alignment="center")
        if page:
            run.page_link(page, label=link, icon=":material/arrow_forward:", icon_position="right", query_params=query)


def table(columns: dict[str, list], config: dict, key: str, rows_shown: int = 14, alt: str = "") -> int | None:
    """A long sortable table of {head: values}; returns the place of the row the reader ticked, or None."""
    state = dataframe(columns, config, rows_shown, alt, key=key, on_select="rerun", selection_mode="single-row")
    return state.selection.rows[0] if state.selection.rows else None


def dataframe(columns: dict[str, list], config: dict, rows_shown: int = 14, alt: str = "", whole=None, **more):
    """A long table of {head: values}, scrolled on the screen, whole in the document. more: as st.dataframe has it.

    whole: makes the columns with every row, where the screen is given only a part of them; no st.* in it.
    """
    sheet.shows(listed, whole or columns, config, alt)
    count = len(next(iter(columns.values())))
    return st.dataframe(
        columns,
        hide_index=True,
        height=32 * min(count, rows_shown) + 40,
        row_height=32,
        column_config=config,
        placeholder="—",
        alt=alt,
        **more,
    )


def editor(columns: dict[str, list], config: dict, rows_shown: int, alt: str, **more):
    """A long table of {head: values} to type into; the document holds it as it was before. more: as st.data_editor."""
    sheet.shows(listed, columns, config, alt)
    height = 32 * min(len(next(iter(columns.values()))), rows_shown) + 40
    return st.data_editor(columns, column_config=config, hide_index=True, height=height, row_height=32, **more)


def listed(columns, config: dict, title: str) -> list[Block]:
    return [long_tables.table(columns() if callable(columns) else columns, config, marks.note(title))]
