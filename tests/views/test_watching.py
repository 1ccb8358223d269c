"""The outermost layer: health without a log-in, and a line in the log for every request."""

import asyncio
import logging
from types import SimpleNamespace

import pytest
from starlette.responses import Response

from pipelines import audit_log
from pipelines.operations import Check
from views import patience, watching
from views.server.guard import ID

TOKEN = "f6a3cc9e-2f43-4f9e-a2a4-1cd9a52b4d7f"


@pytest.fixture(autouse=True)
def warehouse(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))


def ask(layer, path: str, query: str = "", method: str = "GET") -> tuple[int, bytes]:
    """(status, body) of the answer to a request."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": []}
    asyncio.run(layer(scope | {"client": ("10.1.1.1", 5)}, None, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def server(status: int = 200):
    async def app(scope, receive, send):
        await Response("x" * 10, status)(scope, receive, send)

    return watching.Watching(app)


def test_health_says_no_more_than_whether_the_product_is_well(monkeypatch):
    assert ask(server(), "/healthz") == (200, b'{"ok": true}')
    monkeypatch.setattr(watching, "health", lambda warehouse: [Check("disk", False, "磁盘已满")])
    assert ask(server(), "/healthz") == (503, b'{"ok": false}')


def test_health_is_looked_at_once_however_often_it_is_asked(monkeypatch):
    looked, layer = [], server()
    monkeypatch.setattr(watching, "health", lambda warehouse: looked.append(warehouse) or [Check("disk", True, "")])

    async def crowd():
        return await asyncio.gather(*(layer.well() for _ in range(100)))

    assert asyncio.run(crowd()) == [True] * 100
    assert len(looked) == 1


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_request_is_noted_without_its_query_and_without_its_tokens(status, caplog):
    caplog.set_level(logging.INFO)
    ask(server(status), f"/_stcore/upload_file/{TOKEN}/7", "town=secret", "PUT")
    (line,) = caplog.records
    assert (line.method, line.path, line.status, line.bytes) == ("PUT", "/_stcore/upload_file/…/7", status, 10)
    assert line.address == "10.1.1.1"
    assert "secret" not in str(vars(line))
    assert (line.levelno == logging.ERROR) == (status == 500)


def test_a_request_is_noted_under_the_name_of_who_is_logged_in(caplog):
    caplog.set_level(logging.INFO)

    async def app(scope, receive, send):
        scope[ID] = SimpleNamespace(name="aud", role="auditor", id="never written down")
        await Response("x")(scope, receive, send)

    ask(watching.Watching(app), "/costs")
    (line,) = caplog.records
    assert (line.who, line.role) == ("aud", "auditor")
    assert "never written down" not in str(vars(line))


def test_the_noise_of_a_page_is_not_noted_unless_it_fails(caplog):
    caplog.set_level(logging.INFO)
    for path in ("/static/js/a.js", "/_stcore/health", "/healthz"):
        ask(server(), path)
    assert caplog.records == []
    ask(server(404), "/static/js/none.js")
    assert [line.status for line in caplog.records] == [404]


def test_a_request_that_breaks_the_server_is_noted(caplog):
    caplog.set_level(logging.INFO)

    async def app(scope, receive, send):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(watching.Watching(app), "/costs")
    assert [(line.path, line.status) for line in caplog.records] == [("/costs", 0)]


# ---------------------------------------------------------------- slow clients


async def reads_all(scope, receive, send):
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RuntimeError("gone")
        if not message.get("more_body"):
            break
    await Response("whole")(scope, receive, send)


def ask_slowly(pieces: int, pause: float) -> int:
    """The status of a request whose body comes in pieces of 1,000 bytes with pauses of seconds."""
    sent, came = [], []

    async def receive():
        await asyncio.sleep(pause)
        came.append(b"x" * 1000)
        return {"type": "http.request", "body": came[-1], "more_body": len(came) < pieces}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "PUT", "path": "/x", "query_string": b"", "headers": [], "client": None}
    asyncio.run(watching.Watching(reads_all)(scope, receive, send))
    return sent[0]["status"]


def test_a_body_that_comes_too_slowly_is_broken_off_and_a_steady_one_is_not(monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(patience, "GRACE_SECONDS", 0.1)
    assert ask_slowly(100, pause=0.15) == 408
    assert ask_slowly(10, pause=0.001) == 200
    assert [line.status for line in caplog.records] == [408, 200]


def test_whoever_reads_an_answer_for_long_is_not_broken_off(monkeypatch):
    monkeypatch.setattr(patience, "GRACE_SECONDS", 0.05)

    async def slow(scope, receive, send):
        await receive()
        await asyncio.sleep(0.2)
        await Response("x")(scope, receive, send)

    async def once():
        return {"type": "http.request", "body": b"", "more_body": False}

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": [], "client": None}
    asyncio.run(watching.Watching(slow)(scope, once, send))
    assert sent[0]["status"] == 200


def test_what_is_amiss_with_the_warehouse_is_logged_as_the_server_starts(tmp_path, caplog):
    watching.glanced()
    assert {record.levelname for record in caplog.records} <= {"INFO"}, "a first start has nothing amiss"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "journal.jsonl").write_text('{"action": 7\n', "utf-8")
    watching.glanced()
    assert [r.getMessage()[:13] for r in caplog.records if r.levelname == "ERROR"] == ["体检 操作记录：操作记录第"]


def test_how_far_the_audit_log_reaches_is_logged_so_that_a_cut_shows(tmp_path, caplog):
    caplog.set_level(logging.INFO, watching.__name__)
    watching.anchored()
    assert list(tmp_path.iterdir()) == []
    audit_log.record(tmp_path, "export", "a.xlsx")
    watching.anchored()
    _, head = audit_log.head(tmp_path)
    assert [r.getMessage()[:8] for r in caplog.records] == ["审计日志 0 条", "审计日志 1 条"]
    assert caplog.records[-1].getMessage().endswith(head)
