"""What a page gives away: made for whoever asked, and given out once the audit log has it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from pipelines import WarehouseError, audit_log
from pipelines.access import acting, caller, reading
from pipelines.spreadsheets import xlsx_bytes
from views import sheet
from views.place import warehouse

NOTHING = "没有导出"


def mine(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """What makes a file for whoever is asking now: it is called after the page, by a thread that doesn't know them."""
    who = caller(warehouse())

    def made() -> bytes:
        with acting(who):
            return make()

    return made


def handed(name: str, make: Callable[[], bytes], count: Callable[[], int | None] = lambda: None) -> Callable[[], bytes]:
    """The same, recorded as an export. count: how many rows it held, asked once it is made.

    A download can say nothing but what is in its file: where it can't be recorded, the reason.
    """
    return mine(partial(recorded, name, make, count, parameters()))


def recorded(name: str, make: Callable[[], bytes], count: Callable[[], int | None], asked: dict[str, str]) -> bytes:
    if reading(warehouse()):
        return refusal(name, "以他人身份查看时只能看，不能下载")
    data = make()
    try:
        audit_log.record(warehouse(), "export", name, asked | {"字节": f"{len(data):,}"}, count())
    except WarehouseError as problem:
        return refusal(name, str(problem))
    return data


def parameters() -> dict[str, str]:
    """What the page shows: its title, and what its pickers and its address say."""
    page = st.session_state.get("sheet", sheet.Sheet("", {}))
    asked = dict(st.query_params) | page.query
    named = {told: asked[key] for key, told in (("m", "期间"), ("s", "险种")) if key in asked}
    own = {"页面": page.title or page.page_id} | named
    others = {key: value for key, value in sorted(asked.items()) if key not in ("m", "s", "页面", "期间", "险种")}
    return own | others  # an address may hold any word, also those that the log tells the page and the months by


def refusal(name: str, told: str) -> bytes:
    """A file of the kind that was asked for, which says why there is no other."""
    if name.endswith(".xlsx"):
        return xlsx_bytes((NOTHING,), [(told,)], NOTHING)
    return f"{NOTHING}：{told}\r\n".encode("utf-8-sig")
