"""What people may put into an address and into every picker: SQL, HTML and paths are values that nobody has."""

import asyncio
import json
import re
from urllib.parse import quote

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pipelines import open_county
from tests.attacks.conftest import NAMES
from tests.load.browser import Browser, Screen

PARAMETERS = ("m", "s", "k", "kpi", "inst", "town", "scheme", "place", "kind", "case", "cell", "clue", "clues")
PARAMETERS += ("rule", "plan", "fix", "u", "q", "month", "p", "d", "level")
HOSTILE = "x') or '1'='1'; drop table dim_institution; --\"><img src=x onerror=alert(1)>../../../../etc/passwd"
PICKERS = ("selectbox", "radio", "button_group", "multiselect", "text_input", "text_area", "pagination")
REFUSED = ("这一页没有算出来。数据没有改变；请换一个期间或险种，或把时间告诉管理员查看日志。", "exception: ")
LIVE = re.compile(r"(?<!\\)<img")  # Markdown shows what stands behind a backslash as it is
ENGINE = ("Parser", "Binder", "Catalog", "Syntax", "Conversion", "InvalidInput")  # errors of SQL that was not meant


def forged(screen: Screen, **value) -> dict[str, WidgetState]:
    """Every picker and field of a page set to what it never offered."""
    return {id: WidgetState(id=id, **value) for (kind, _), id in screen.widgets.items() if kind in PICKERS}


@pytest.fixture(scope="module")
def seen(address) -> dict[str, list[Screen]]:
    """Page -> what it showed for a hostile address, and for text that pickers do not offer which no page before had."""

    async def walk() -> dict[str, list[Screen]]:
        browser, found, known = Browser(address), {}, set()
        await browser.open()
        for page in list(browser.pages):
            found[page] = [await browser.visit(page, "&".join(f"{name}={quote(HOSTILE)}" for name in PARAMETERS))]
            browser.states = forged(found[page][0], string_value=HOSTILE)
            if not known >= set(browser.states):
                known |= set(browser.states)
                found[page].append(await browser.run())
        await browser.close()
        return found

    return asyncio.run(walk())


def test_no_address_breaks_a_page(seen):
    assert len(seen) > 20
    broken = {page: asked.errors for page, (asked, *_) in seen.items() if set(asked.errors) & set(REFUSED)}
    assert broken == {}


def test_what_a_picker_never_offered_is_refused_without_a_word_about_the_inside(seen):
    assert sum(len(screens) == 2 for screens in seen.values()) > 5, "there are pickers to forge"
    said = {error for screens in seen.values() for screen in screens for error in screen.errors}
    assert [error for error in said - set(REFUSED) if not error.startswith("没有") or LIVE.search(error)] == []


def test_no_page_shows_what_would_run_in_a_browser(seen):
    shown = [text for screens in seen.values() for screen in screens for text in screen.texts]
    assert len(shown) > 200
    assert [text for text in shown if LIVE.search(text)] == []


@pytest.mark.parametrize("value", [{"int_value": 10**12}, {"json_value": HOSTILE}, {"bytes_value": b"\xff"}], ids=str)
def test_a_value_of_another_kind_ends_in_the_visit_of_whoever_sent_it(address, value):
    async def attempt() -> tuple[Screen, Screen]:
        browser, other = Browser(address), Browser(address)
        browser.states = forged(await browser.open(), **value)
        told = await browser.run()
        await browser.close()
        beside = await other.open()
        await other.close()
        return told, beside

    told, beside = asyncio.run(attempt())
    assert set(told.errors) <= set(REFUSED)
    assert beside.errors == []


def test_nothing_that_was_typed_reached_the_engine_as_sql(seen, attacked):
    lines = [json.loads(line) for line in (attacked / "logs" / "service.jsonl").read_text("utf-8").splitlines()]
    assert any(line["event"] == "connection open" for line in lines)
    assert [line for line in lines if line.get("error", "").startswith(ENGINE)] == []
    assert set(open_county(attacked).names.values()) == set(NAMES)
