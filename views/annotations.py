"""批注: notes of staff on a figure, an institution or a month; read and written where the subject is shown."""

from collections.abc import Iterable

import streamlit as st

from pipelines import Period, signing
from pipelines.signing import Note
from views import marks, noting, sheet, signing_words, who, words
from views.place import warehouse


def standing(period: Period, kind: str = "", about: str = "") -> list[Note]:
    """The notes that stand about a month of the period, of this kind, about this subject.

    Staff write them about the county: those with a part of it are told none.
    """
    if who.scoped():
        return []
    found = every(str(warehouse()), noting.stamp(), period)
    return [each for each in found if kind in ("", each.kind) and about in ("", each.about)]


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={Period: str})
def every(_place: str, stamp: tuple, period: Period) -> list[Note]:
    return signing.notes(warehouse(), period)


def line(note: Note, named: bool = False) -> str:
    """六月系统切换（张三，2026-07-02）as Markdown; named: with what it is about."""
    about = f"{words.safe(signing_words.about(note))}：" if named else ""
    return f"{about}{words.safe(note.text)}:gray[（{words.safe(note.by)}，{note.at[:10]}）]"


def under(kind: str, about: Iterable[str], period: Period) -> None:
    """The notes on what is shown above, on the screen and on paper. about: figures, institutions or months."""
    wanted = set(about)
    found = [each for each in standing(period, kind) if each.about in wanted]
    if found:
        text = together(found, named=kind == "figure")
        sheet.shows(marks.blocks, text, "note")
        st.caption(text)


def together(found: list[Note], named: bool = False) -> str:
    """The notes in a line, as Markdown."""
    return ":material/sticky_note_2: 批注　" + "；".join(line(each, named) for each in found)


def section(kind: str, about: str, period: Period) -> None:
    """A part of the page to write notes in; on paper only what was written, as there nobody can write."""
    if found := standing(period, kind, about):
        sheet.shows(marks.blocks, together(found), "note")
    if not found and not who.acts("notes"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.header("批注", anchor=False, width="content")
        st.caption("随本期的文件印出；撤回在“封账”页", width="stretch")
    write(kind, about, period, kind)


def write(kind: str, about: str, period: Period, key: str) -> None:
    """What stands about this subject, and a form for another note. key: of this form on the page."""
    if not who.acts("notes"):
        for each in standing(period, kind, about):
            st.caption(f":material/sticky_note_2: {line(each)}")
        return
    with st.form(f"note-{key}", border=False, clear_on_submit=True, enter_to_submit=False):
        for each in standing(period, kind, about):
            st.caption(f":material/sticky_note_2: {line(each)}")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            text = st.text_input("写批注", max_chars=500, placeholder="如：含 5 月补录 12 笔", key=f"note-text-{key}")
            by = who.signs("署名", width=110, key=f"note-by-{key}")
            pressed = st.form_submit_button("记下")
    if pressed:
        st.session_state["by"] = by.strip()
        noting.act(lambda who: signing.note(warehouse(), kind, about, period, text, who), "已记下批注")
