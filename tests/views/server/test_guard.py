"""The guard: nothing answers to somebody who is not logged in, and nothing to whom it was not given."""

import asyncio
import socket
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pipelines.access import accounts, entering, sessions
from tests.access.conftest import SECRET, cheap_hashes  # noqa: F401
from views.server import Guard, limits, watched

FILE, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
PLACE = "/_stcore/upload_file/6a1b2c3d-0000-4000-8000-000000000001/6a1b2c3d-0000-4000-8000-000000000002"
ID = "6a1b2c3d-0000-4000-8000-00000000000a"
PATHS = [
    "/", "/overview", "/rows", "/static/js/index.js", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/agent/mcp",
    "/_stcore/bidi-components/x", "/component/x", f"/media/{FILE}.csv", PLACE, "/oauth2callback", "/auth/login",
    "/password", "/logout", "/docs/../overview", "//overview", "/login/../overview", "/LOGIN",
    "/_stcore/health/x", "/healthz/x",
]  # fmt: skip


class Server:
    """What stands behind the guard: it answers everything, and says what it was asked."""

    def __init__(self) -> None:
        self.asked, self.sends, self.scope = [], [], {}

    async def __call__(self, scope, receive, send) -> None:
        self.asked.append(scope["path"])
        self.scope = scope
        if scope["type"] == "http":
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"public")]})
            await send({"type": "http.response.body", "body": b"figures"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        for message in self.sends:
            await send({"type": "websocket.send", "bytes": message})
        while (message := await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "bytes": b"figures " + message["bytes"]})


class Answer:
    def __init__(self, messages: list[dict]) -> None:
        self.messages = messages
        first = messages[0] if messages else {}
        self.status = first.get("status", 403 if first.get("type") == "websocket.close" else 0)
        self.headers = {key.decode(): value.decode("latin-1") for key, value in first.get("headers", [])}
        self.cookies = [v.decode() for k, v in first.get("headers", []) if k == b"set-cookie"]
        self.text = b"".join(message.get("body", b"") for message in messages).decode()


def scope_of(path: str, method: str, kind: str, headers: dict, server, client, scheme: str) -> dict:
    path, _, query = path.partition("?")
    told = {"host": "localhost:8501"} | headers
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in told.items()]
    scheme = scheme.replace("http", "ws") if kind == "websocket" else scheme
    scope = {"type": kind, "path": path, "query_string": query.encode(), "headers": pairs, "scheme": scheme}
    return scope | {"method": method, "server": (server, 8501), "client": (client, 5000)}


def ask(
    guard, path: str = "/", method: str = "GET", body: bytes = b"", *, kind: str = "http", server: str = "127.0.0.1",
    client: str = "127.0.0.1", scheme: str = "http", messages=None, **headers: str,
) -> Answer:  # fmt: skip
    """What the guard answers to one request. messages: what comes in on the websocket, functions are called instead."""
    coming = list(messages or ([{"type": "http.request", "body": body}] if kind == "http" else []))
    if kind == "websocket":
        coming = [{"type": "websocket.connect"}, *coming, {"type": "websocket.disconnect", "code": 1000}]
    answered = []

    async def receive():
        await asyncio.sleep(0)
        while callable(coming[0]):
            coming.pop(0)()
        return coming.pop(0) if len(coming) > 1 or kind == "websocket" else coming[0]

    async def send(message):
        answered.append(message)

    asyncio.run(guard(scope_of(path, method, kind, headers, server, client, scheme), receive, send))
    return Answer(answered)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def open_guard(tmp_path, monkeypatch, server) -> Guard:
    """A guard before a warehouse without accounts."""
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))
    for name in ("FUND_PROXY", "FUND_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    return Guard(server)


@pytest.fixture
def guard(open_guard, tmp_path) -> Guard:
    """A guard before a warehouse with accounts: boss, an administrator, and aud, an auditor."""
    accounts.add(tmp_path, "boss", "admin", SECRET, "甲", must_change=False)
    accounts.add(tmp_path, "aud", "auditor", SECRET, "boss", must_change=False)
    return open_guard


@pytest.fixture
def token(guard, tmp_path) -> str:
    return entering.log_in(tmp_path, "aud", SECRET, kind="web", address="127.0.0.1")[0]


def cookie(token: str, secure: bool = False) -> str:
    return f"{'__Host-' if secure else ''}fund_session={token}"


def form_of(page: Answer) -> tuple[str, str]:
    """The cookie and the word of a form."""
    return page.cookies[0].partition(";")[0], page.text.partition('name="word" value="')[2].partition('"')[0]


def log_in(guard, name: str = "aud", password: str = SECRET, to: str = "/", held: str = "", **more) -> Answer:
    form, word = form_of(ask(guard, "/login", **more))
    body = f"word={word}&name={quote(name)}&password={quote(password)}&next={quote(to)}".encode()
    return ask(guard, "/login", "POST", body, cookie="; ".join(filter(None, [form, held])), **more)


# ---------------------------------------------------------------- nobody


@pytest.mark.parametrize("path", PATHS)
def test_without_a_session_no_path_answers(guard, server, path):
    assert ask(guard, path).status in (401, 303)
    led = ask(guard, path, accept="text/html,*/*", sec_fetch_mode="navigate")
    assert led.status == 303 and led.headers["location"].startswith("/login")
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"):
        assert ask(guard, path, method).status in (401, 303, 405), method
    assert server.asked == []


def test_without_a_session_no_websocket_opens(guard, server):
    assert ask(guard, "/_stcore/stream", kind="websocket").messages == [
        {"type": "websocket.close", "code": 1008, "reason": ""}
    ]
    assert server.asked == []


@pytest.mark.parametrize("forged", ["x", "0" * 43, "' or 1=1 --", "\x7f", "a" * 5000])
def test_a_forged_cookie_is_nobodys(guard, server, token, forged):
    for value in (forged, token[:-1], token + "A", token.lower(), sessions.id_of(token)):
        assert ask(guard, "/", cookie=cookie(value)).status == 401
        assert ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(value)).status == 403
    assert server.asked == []


def test_streamlits_own_signed_cookie_opens_nothing(guard, server):
    for name in ("_streamlit_user", "_streamlit_session", "_streamlit_xsrf", "__Host-fund_session"):
        assert ask(guard, "/", cookie=f"{name}=eyJpc19sb2dnZWRfaW4iOnRydWV9").status == 401
    assert server.asked == []


def test_whoever_is_logged_in_is_answered_and_nothing_is_stored_or_framed(guard, server, token):
    found = ask(guard, "/overview", cookie=cookie(token))
    assert (found.status, found.text) == (200, "figures")
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["x-content-type-options"] == "nosniff"
    policy = dict(part.split(" ", 1) for part in found.headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"].startswith("'self' 'sha256-") and "unsafe" not in policy["script-src"]
    assert "strict-transport-security" not in found.headers


def test_what_is_not_used_here_is_closed_to_everybody(guard, server, token):
    for path in (
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/oauth2callback",
        "/auth/login",
    ):
        assert ask(guard, path, cookie=cookie(token)).status == 404
    assert server.asked == []


def test_the_health_endpoint_answers_everybody(guard):
    assert ask(guard, "/_stcore/health").status == 200


def test_accounts_that_cannot_be_read_let_nobody_in(guard, server, token, tmp_path):
    (tmp_path / "access" / "accounts.db").write_bytes(b"broken" * 1000)
    assert ask(guard, "/", cookie=cookie(token)).status == 503
    assert server.asked == []


# ---------------------------------------------------------------- logging in and out


def test_logging_in_begins_a_session_and_leads_on(guard, server):
    found = log_in(guard, to="/costs?months=2026-01..2026-06")
    assert (found.status, found.headers["location"]) == (303, "/costs?months=2026-01..2026-06")
    told = found.cookies[0]
    assert all(part in told for part in ("HttpOnly", "SameSite=Lax", "Path=/")) and "Secure" not in told
    assert ask(guard, "/", cookie=told.partition(";")[0]).status == 200


def test_under_tls_the_cookie_is_bound_to_this_host_and_to_tls(guard):
    found = log_in(guard, scheme="https")
    assert found.cookies[0].startswith("__Host-fund_session=") and "; Secure" in found.cookies[0]
    assert "max-age" in found.headers["strict-transport-security"]
    plain = found.cookies[0].partition(";")[0].removeprefix("__Host-")
    assert ask(guard, "/", scheme="https", cookie=plain).status == 401, "a cookie that a plain page could have set"


def test_a_token_that_the_browser_brought_is_never_the_one_it_is_logged_in_with(guard, token):
    fixed = log_in(guard, held=cookie("chosen-by-an-attacker"))
    assert "chosen-by-an-attacker" not in fixed.cookies[0]
    assert ask(guard, "/", cookie=cookie("chosen-by-an-attacker")).status == 401
    renewed = log_in(guard, held=cookie(token))
    assert token not in renewed.cookies[0]
    assert ask(guard, "/", cookie=cookie(token)).status == 401, "the log-in it came with has ended"


@pytest.mark.parametrize(("name", "password"), [("aud", "wrong horse"), ("niemand", SECRET), ("", ""), ("aud", "")])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(guard, name, password):
    found = log_in(guard, name, password)
    assert found.status == 401 and "账号或密码不对" in found.text
    assert not any("fund_session" in each for each in found.cookies)


def test_a_name_is_shown_again_as_text(guard):
    found = log_in(guard, '"><script>alert(1)</script>', "x")
    assert "<script>" not in found.text and "&lt;script&gt;" in found.text


def test_the_sixth_wrong_password_waits_and_many_tries_are_turned_away(guard):
    found = [log_in(guard, password=f"wrong {i}") for i in range(21)]
    assert "请" in found[5].text and "秒" in found[5].text and found[5].status == 401
    assert found[20].status == 429


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.cn/",
        "//evil.cn",
        "/\\evil.cn",
        "\\\\evil.cn",
        "javascript:alert(1)",
        "/login",
        "evil",
        "/a\r\nX: y",
    ],
)
def test_after_logging_in_nobody_is_led_away(guard, to):
    assert log_in(guard, to=to).headers["location"] == "/"


def test_a_form_without_its_word_does_nothing(guard, token):
    form, word = form_of(ask(guard, "/login"))
    filled = f"name=aud&password={quote(SECRET)}".encode()
    for body, held in (
        (filled, form),
        (filled + b"&word=" + word.encode(), ""),
        (filled + b"&word=" + b"0" * 64, form),
    ):
        assert ask(guard, "/login", "POST", body, cookie=held).status == 403
    for path in ("/logout", "/password"):
        assert ask(guard, path, "POST", b"word=" + word.encode(), cookie=cookie(token)).status == 403
    assert ask(guard, "/", cookie=cookie(token)).status == 200


def test_logging_out_ends_the_session_and_forgets_the_cookie(guard, token):
    word = ask(guard, "/logout", cookie=cookie(token)).text.partition('name="word" value="')[2].partition('"')[0]
    found = ask(guard, "/logout", "POST", f"word={word}".encode(), cookie=cookie(token))
    assert found.status == 303 and "Max-Age=0" in found.cookies[0]
    assert ask(guard, "/", cookie=cookie(token)).status == 401


def test_a_given_password_leads_to_the_page_for_an_own_one_and_nowhere_else(guard, server, tmp_path):
    accounts.add(tmp_path, "new", "auditor", SECRET, "boss")
    found = log_in(guard, "new")
    assert found.headers["location"] == "/password"
    held = found.cookies[0].partition(";")[0]
    for path in PATHS[:11]:
        assert ask(guard, path, cookie=held).status == 401
    assert ask(guard, "/_stcore/stream", kind="websocket", cookie=held).status == 403
    word = ask(guard, "/password", cookie=held).text.partition('name="word" value="')[2].partition('"')[0]
    body = f"word={word}&password={quote(SECRET)}&new=my+own+secret&again=my+own+secret".encode()
    changed = ask(guard, "/password", "POST", body, cookie=held)
    assert ask(guard, "/", cookie=held).status == 401, "the old token is worth nothing"
    assert ask(guard, "/", cookie=changed.cookies[0].partition(";")[0]).status == 200
    assert server.asked == ["/"]


# ---------------------------------------------------------------- what was given to whom


def test_a_file_is_only_for_the_session_that_was_told_of_it(guard, server, token, tmp_path):
    drawn, places = ForwardMsg(), ForwardMsg()
    drawn.delta.new_element.markdown.body = f"/media/{FILE}.csv"
    places.file_urls_response.file_urls.add().upload_url = PLACE
    server.sends = [drawn.SerializeToString(), places.SerializeToString()]
    other = entering.log_in(tmp_path, "boss", SECRET, kind="web", address="127.0.0.1")[0]
    assert ask(guard, f"/media/{FILE}.csv", cookie=cookie(token)).status == 404, "nobody was told of it yet"
    ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token))
    for path, method in ((f"/media/{FILE}.csv", "GET"), (f"/media/{FILE}", "HEAD"), (PLACE, "PUT"), (PLACE, "DELETE")):
        assert ask(guard, path, method, cookie=cookie(token)).status == 200
        assert ask(guard, path, method, cookie=cookie(other)).status == 404
    for path in (f"/media/{OTHER}.csv", f"/media/x/../{FILE}", f"/media//{FILE}", f"/x/media/{FILE}", PLACE[:-1] + "3"):
        assert ask(guard, path, cookie=cookie(token)).status == 404
    assert ask(guard, "/static/media/font.woff2", cookie=cookie(token)).status == 200


def test_nobody_takes_up_a_streamlit_session_of_somebody_else(guard, server, token, tmp_path):
    begun = ForwardMsg()
    begun.new_session.initialize.session_id = ID
    server.sends = [begun.SerializeToString()]
    ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token))
    other = entering.log_in(tmp_path, "boss", SECRET, kind="web", address="127.0.0.1")[0]
    offers = {"sec_websocket_protocol": f"streamlit, xsrf, {ID}"}
    for whose, taken in ((token, True), (other, False)):
        ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(whose), **offers)
        assert (ID in dict(server.scope["headers"])[b"sec-websocket-protocol"].decode()) is taken
        assert (ID in server.scope["subprotocols"]) is taken


@pytest.mark.parametrize("echo", ["file_urls_response", "backend_operation_response", "page_info_changed"])
def test_nobody_makes_something_theirs_by_having_it_said_back_to_them(guard, server, token, echo):
    said = ForwardMsg()
    for what in (ID, f"/media/{FILE}", PLACE):
        if echo == "page_info_changed":
            said.page_info_changed.query_string = what
        elif echo == "file_urls_response":
            said.file_urls_response.response_id = what
        else:
            said.backend_operation_response.request_id = what
        server.sends = [said.SerializeToString()]
        ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token))
    assert ask(guard, f"/media/{FILE}.csv", cookie=cookie(token)).status == 404
    assert ask(guard, PLACE, "PUT", cookie=cookie(token)).status == 404
    offers = {"sec_websocket_protocol": f"streamlit, xsrf, {ID}"}
    ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token), **offers)
    assert ID not in server.scope["subprotocols"]


def test_nobody_tells_the_server_more_on_a_websocket_than_a_page_does(guard, token):
    clear, git, skills, run = (BackMsg() for _ in range(4))
    clear.clear_cache, git.load_git_info = True, True
    skills.backend_operation_request.install_skills.SetInParent()
    run.rerun_script.query_string = "m=2026-06..2026-06"
    came = [{"type": "websocket.receive", "bytes": each.SerializeToString()} for each in (clear, git, skills, run)]
    found = ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token), messages=came).messages
    heard = [message["bytes"] for message in found if message["type"] == "websocket.send"]
    assert heard == [b"figures " + run.SerializeToString()]


def test_a_websocket_closes_when_its_session_ends(guard, server, token, tmp_path):
    came = {"type": "websocket.receive", "bytes": b"1"}
    end = lambda: accounts.disable(tmp_path, "aud")  # noqa: E731
    found = ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token), messages=[came, end, came]).messages
    assert [message["type"] for message in found] == [
        "websocket.accept", "websocket.send", "websocket.send", "websocket.close",
    ]  # fmt: skip
    assert found[1]["bytes"] == b"figures 1"
    assert b"/login?ended=1" in found[2]["bytes"] and b"figures" not in found[2]["bytes"]


def test_nothing_is_sent_on_a_websocket_whose_session_has_ended(guard, server, token, monkeypatch):
    monkeypatch.setattr(watched, "KEPT_SECONDS", 0)
    server.sends = [b"figures"] * 3
    real, ended = watched.Watched.lasts, []
    watched.Watched.lasts = lambda self: not ended.append(1) and len(ended) < 4 and real(self)
    try:
        found = ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token)).messages
    finally:
        watched.Watched.lasts = real
    assert found[-1]["type"] == "websocket.close" and sum(m.get("bytes") == b"figures" for m in found) < 3


def test_a_page_that_nobody_touches_goes_when_its_session_does(guard, token, tmp_path, monkeypatch):
    monkeypatch.setattr(watched, "LOOK_SECONDS", 0.01)
    sent = []

    async def run() -> None:
        coming = asyncio.Queue()
        await coming.put({"type": "websocket.connect"})

        async def send(message):
            sent.append(message)
            if message["type"] == "websocket.close":
                await coming.put({"type": "websocket.disconnect", "code": 1008})

        scope = scope_of("/_stcore/stream", "GET", "websocket", {"cookie": cookie(token)}, *["127.0.0.1"] * 2, "ws")
        going = asyncio.create_task(guard(scope, coming.get, send))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(entering.log_out, tmp_path, token)
        await asyncio.wait_for(going, 5)

    asyncio.run(run())
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]


# ---------------------------------------------------------------- other sites, other machines


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.cn"},
        {"origin": "null"},
        {"origin": "http://localhost:8502"},
        {"origin": "http://localhost:8501.evil.cn"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_another_site_does_nothing_in_the_name_of_who_is_logged_in(guard, server, token, headers):
    assert ask(guard, PLACE, "PUT", cookie=cookie(token), **headers).status == 403
    assert ask(guard, "/_stcore/stream", kind="websocket", cookie=cookie(token), **headers).status == 403
    assert ask(guard, "/login", "POST", cookie=cookie(token), **headers).status == 403
    assert server.asked == []


@pytest.mark.parametrize(
    "host", ["evil.cn", "evil.cn:8501", "localhost.evil.cn", "localhost@evil.cn", "", "127.0.0.1.evil.cn"]
)
@pytest.mark.parametrize("closed", [True, False])
def test_another_name_that_points_here_is_not_answered(request, server, host, closed):
    guard = request.getfixturevalue("guard" if closed else "open_guard")
    assert ask(guard, "/login" if closed else "/", host=host).status == 421
    assert server.asked == []


def test_the_names_that_were_said_are_answered(guard, monkeypatch):
    monkeypatch.setenv("FUND_HOSTS", "fund.example.gov.cn, 医保.cn")
    for host in (
        "fund.example.gov.cn",
        "FUND.example.gov.cn:8501",
        "10.0.0.1:8501",
        socket.gethostname(),
        "[::1]:8501",
    ):
        assert ask(guard, "/login", server="10.0.0.1", client="10.0.0.9", scheme="https", host=host).status == 200, host


def test_without_accounts_this_machine_is_answered_as_before(open_guard, server):
    for host in ("localhost:8501", "127.0.0.1:8501", "[::1]:8501"):
        assert ask(open_guard, "/", host=host).status == 200
    assert ask(open_guard, f"/media/{FILE}.csv").status == 200
    assert ask(open_guard, "/_stcore/stream", kind="websocket").messages[0]["type"] == "websocket.accept"
    assert ask(open_guard, "/", server="::ffff:127.0.0.1", client="::ffff:127.0.0.1").status == 200


@pytest.mark.parametrize(
    "more",
    [
        {"server": "10.0.0.1"},
        {"client": "10.0.0.9"},
        {"server": "::"},
        {"x_forwarded_for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 proxy"},
    ],
)
def test_without_accounts_no_other_machine_is_answered_not_even_through_a_proxy_here(open_guard, server, more):
    assert "请先设账号" in ask(open_guard, "/", **more).text
    assert ask(open_guard, "/_stcore/stream", kind="websocket", **more).status == 403
    assert server.asked == []


def test_with_accounts_other_machines_are_answered_over_tls_only(guard):
    far = {"server": "10.0.0.1", "client": "10.0.0.9", "host": "10.0.0.1:8501"}
    assert ask(guard, "/login", **far).status == 403
    assert ask(guard, "/login", scheme="https", **far).status == 200


@pytest.mark.parametrize(
    ("proxy", "ends"), [("127.0.0.1", ("127.0.0.1", "203.0.113.5")), ("10.0.0.2", ("10.0.0.1", "10.0.0.2"))]
)
def test_a_proxy_is_believed_only_if_it_was_named(guard, server, token, monkeypatch, proxy, ends):
    """One on this machine has been replaced by what it says before the guard sees it, as the server does."""
    said = {"x_forwarded_for": "6.6.6.6, 203.0.113.5", "x_forwarded_proto": "https", "host": "localhost:8501"}
    through = {"server": ends[0], "client": ends[1], **said, "cookie": cookie(token, secure=True)}
    assert ask(guard, "/", **through).status == 403
    monkeypatch.setenv("FUND_PROXY", "10.0.0.77")
    assert ask(guard, "/", **through).status == 403
    monkeypatch.setenv("FUND_PROXY", proxy)
    assert ask(guard, "/", **through).status == 200
    assert server.scope["client"][0] == "203.0.113.5", "what the browser itself made up does not count"
    assert ask(guard, "/", **through | {"x_forwarded_proto": "http"}).status == 403


# ---------------------------------------------------------------- too much, too slow


def test_a_body_that_is_too_large_is_broken_off(guard, server, token):
    big = [{"type": "http.request", "body": b"x" * 40_000, "more_body": True}] * 3
    assert (
        ask(guard, "/overview", "POST", cookie=cookie(token), messages=[*big, {"type": "http.request"}]).status == 413
    )
    assert ask(guard, "/login", "POST", messages=[*big, {"type": "http.request"}]).status == 413
    assert ask(guard, "/login", "POST", b"a=1&" * 1000).status in (400, 403)


def test_a_body_that_stands_still_is_broken_off(guard, monkeypatch):
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 0.01)
    answered = []

    async def never():
        await asyncio.sleep(60)

    async def send(message):
        answered.append(message)

    scope = scope_of("/login", "POST", "http", {}, "127.0.0.1", "127.0.0.1", "http")
    asyncio.run(guard(scope, never, send))
    assert answered[0]["status"] == 408


def test_what_is_before_the_guard_is_the_log_of_requests_alone():
    text = (Path(__file__).parents[3] / "dashboard.py").read_text("utf-8")
    assert "middleware=[Middleware(Watching), Middleware(Guard), Middleware(Receiving), Middleware(Giving)]" in text
