"""The real server with accounts: what a stranger, a forged cookie, a planted cookie and a session that ended get."""

import asyncio
import http.client
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pipelines.access import accounts, entering
from tests.attacks.conftest import county
from tests.browser import drive
from tests.load.browser import SESSION, Browser

SECRET = "correct horse battery"
PLANTED = "A" * 43
PATHS = (
    *("/", "/overview", "/rows?kpi=inpatient_cases", "/uploads", "/log", "/static/js/index.js", "/media/x.csv"),
    *("/_stcore/host-config", "/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/mcp", "/component/x"),
    *("/_stcore/upload_file/a/b", "/_stcore/bidi-components/x/y.js", "/oauth2callback", "/auth/login", "/healthz/x"),
    *("/login/../overview", "/login/%2e%2e/overview", "//overview", "/healthz/../overview", "/LOGIN", "/%6cog"),
)


@dataclass
class Told:
    status: int
    body: str
    cookies: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    warehouse = county(tmp_path_factory.mktemp("strangers"))
    accounts.add(warehouse, "boss", "admin", SECRET, "测试", must_change=False)
    accounts.add(warehouse, "aud", "auditor", SECRET, "boss", must_change=False)
    return warehouse


@pytest.fixture(scope="module")
def address(warehouse):
    with drive.dashboard(warehouse, warehouse.parent / "server.log") as address:
        yield address


def ask(address: str, path: str, method: str = "GET", form: dict | None = None, **cookies: str) -> Told:
    """One request of a browser that opens a page; path goes out letter by letter."""
    line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    told = {"Accept": "text/html", "Origin": address, "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    if form is not None:
        told["Content-Type"] = "application/x-www-form-urlencoded"
    line.request(method, path, urlencode(form) if form is not None else None, told)
    answer = line.getresponse()
    body, heads = answer.read().decode("utf-8", "replace"), answer.getheaders()
    line.close()
    set_ = [value.split(";")[0].split("=", 1) for name, value in heads if name.lower() == "set-cookie"]
    return Told(answer.status, body, dict(set_), {name.lower(): value for name, value in heads})


def log_in(address: str, name: str = "aud", password: str = SECRET, to: str = "/", **cookies: str) -> Told:
    """Through the page, as a browser does."""
    page = ask(address, "/login", **cookies)
    word = re.search(r'name="word" value="([^"]+)"', page.body)[1]
    form = {"word": word, "name": name, "password": password, "next": to}
    return ask(address, "/login", "POST", form, **cookies | page.cookies)


def opens(address: str, session: str) -> bool:
    """Whether a page opens with this cookie."""
    return ask(address, "/overview", **{SESSION: session}).status == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_nothing_but_the_way_to_the_login(address, path):
    told = ask(address, path)
    assert told.status in (303, 400, 401, 404)
    assert told.headers.get("location", "/login").startswith("/login")
    assert "streamlit" not in told.body.lower()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_no_other_method_gets_a_stranger_further(address, method):
    for path in ("/overview", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/media/x.csv"):
        told = ask(address, path, method)
        assert told.status in (303, 400, 401, 403, 404, 405), (path, told.status)
        assert told.body == "" or "登录" in told.body


def test_a_cookie_that_was_planted_before_the_login_is_worth_nothing_after_it(address):
    told = log_in(address, **{SESSION: PLANTED})
    assert told.status == 303
    assert told.cookies[SESSION] not in ("", PLANTED)
    assert opens(address, told.cookies[SESSION])
    assert not opens(address, PLANTED)


def test_a_cookie_that_was_changed_or_made_up_opens_nothing(address, warehouse):
    token = log_in(address).cookies[SESSION]
    kept = entering.sessions.found(warehouse, token).id
    other = "B" if token[0] != "B" else "C"
    forged = [other + token[1:], token[:-1], token + "A", token.swapcase(), kept, "", "null", "'; --", "0", "../x"]
    assert [each for each in forged if opens(address, each)] == []
    assert opens(address, token)


def test_after_the_logout_neither_the_cookie_nor_the_open_page_goes_on(address):
    token = log_in(address).cookies[SESSION]

    async def attempt() -> str:
        browser = Browser(address, token)
        await browser.open()
        page = ask(address, "/logout", **{SESSION: token})
        word = re.search(r'name="word" value="([^"]+)"', page.body)[1]
        assert ask(address, "/logout", "POST", {"word": word}, **{SESSION: token}).status == 303
        try:
            await browser.run()
        except ConnectionClosed:
            return "closed"
        return "drawn"

    assert asyncio.run(asyncio.wait_for(attempt(), 60)) == "closed"
    assert not opens(address, token)


@pytest.mark.parametrize("cookie", ["", PLANTED])
def test_no_websocket_opens_without_a_session(address, cookie):
    async def attempt() -> None:
        told = {"Cookie": f"{SESSION}={cookie}"}
        where = address.replace("http", "ws") + "/_stcore/stream"
        async with connect(where, origin=address, subprotocols=["streamlit"], additional_headers=told):
            pass

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(attempt())
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_login_leads_to_no_other_site(address, warehouse, to):
    told = log_in(address, to=to)
    assert (told.status, told.headers["location"]) == (303, "/")


def test_a_form_that_is_too_large_is_not_read(address):
    told = ask(address, "/login", "POST", {"word": "x" * 200_000})
    assert told.status == 413


@pytest.mark.parametrize("name", ["' or '1'='1", "aud' --", "aud\0", "a" * 5000])
def test_sql_in_the_login_is_a_wrong_password(address, name):
    told = log_in(address, name=name, password="' or '1'='1")
    assert told.status in (401, 429)
    assert SESSION not in told.cookies


def test_what_somebody_is_given_on_their_page_is_theirs_and_nobody_elses(address, tmp_path):
    mine, other = (log_in(address, name).cookies[SESSION] for name in ("aud", "boss"))
    (tmp_path / "x.txt").write_text("六月月报")

    async def visited() -> tuple[str, str, str]:
        browser = Browser(address, mine)
        await browser.open()
        screen = await browser.visit("verifying")
        told = await browser.hand_in(
            next(id for (kind, _), id in screen.widgets.items() if kind == "file_uploader"), tmp_path / "x.txt"
        )
        file = await downloaded(browser, "journal")
        return browser.urls.upload_url, file, " ".join(told.texts)

    place, file, said = asyncio.run(asyncio.wait_for(visited(), 120))
    assert "不是本系统出具的文件" in said
    assert ask(address, file, **{SESSION: mine}).status == 200
    for path, method in ((file, "GET"), (f"/{place.lstrip('/')}", "PUT"), (f"/{place.lstrip('/')}", "DELETE")):
        assert ask(address, path, method, **{SESSION: other}).status == 404


async def downloaded(browser: Browser, page: str) -> str:
    """Press a download of a page; returns the address of its file."""
    browser.page, browser.states = browser.pages[page], {}
    visit, pressed = BackMsg(), BackMsg()
    visit.rerun_script.page_script_hash = browser.page
    await browser.socket.send(visit.SerializeToString())
    while True:
        told = ForwardMsg.FromString(await browser.socket.recv())
        if told.WhichOneof("type") == "new_session":
            pressed.backend_operation_request.session_id = told.new_session.initialize.session_id
        element = told.delta.new_element if told.WhichOneof("type") == "delta" else None
        if element and element.WhichOneof("type") == "download_button" and element.download_button.label == "CSV":
            pressed.backend_operation_request.request_id = "1"
            pressed.backend_operation_request.deferred_file.file_id = element.download_button.deferred_file_id
        if told.WhichOneof("type") == "script_finished":
            await browser.socket.send(pressed.SerializeToString())
        if told.WhichOneof("type") == "backend_operation_response":
            assert not told.backend_operation_response.error_msg
            return told.backend_operation_response.deferred_file.url
