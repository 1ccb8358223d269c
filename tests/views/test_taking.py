"""Large files: made beside the page onto disk, broken off without a trace, given out to whoever had them made."""

import asyncio
import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from pipelines import audit_log
from pipelines.safekeeping.contents import kept_beside
from tests.views.app import button, healthy, opened
from tests.views.test_downloads import cells_of
from views import giving, outbox, preparing, takeaway
from views.server.guard import ID


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path / "warehouse"))
    return tmp_path / "warehouse"


def write(target, tell) -> int:
    target.write("云溪\r\n".encode())
    return 1


def asked(path: str, account: str | None = None) -> tuple[int, dict, bytes]:
    """Status, headers and body of the answer to a GET, by somebody with this account."""
    sent: list[dict] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 299, "headers": []})

    async def send(message):
        sent.append(message)

    async def receive():
        await asyncio.Event().wait()  # the browser stays

    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    scope |= {ID: SimpleNamespace(name=account)} if account else {}
    layer = giving.Giving.__new__(giving.Giving)
    layer.app = app
    asyncio.run(layer(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], dict(sent[0]["headers"]), body


def test_a_file_is_given_out_whole_under_its_name_and_recorded(place):
    made = preparing.made("明细 6月.csv", "", write, {"页面": "明细"}, lambda share, what: None)
    status, headers, body = asked(f"/fund/take/{made.token}")
    assert (status, body.decode(), headers[b"content-length"]) == (200, "云溪\r\n", b"8")
    assert headers[b"content-disposition"].decode() == f"attachment; filename*=utf-8''{quote('明细 6月.csv')}"
    (entry,) = audit_log.search(place, audit_log.Asked(events=("export",)))
    assert (entry.subject, entry.rows, entry.details) == ("明细 6月.csv", 1, {"页面": "明细", "字节": "8"})


def test_nobody_else_gets_it_and_nobody_at_all_once_it_is_gone(place, monkeypatch):
    monkeypatch.setattr(giving, "guarded", lambda where: True)
    made = preparing.made("a.csv", "张三", write, {}, lambda share, what: None)
    address = f"/take/{made.token}"
    assert [asked(address, account)[0] for account in ("张三", "李四", None)] == [200, 404, 404]
    assert [asked(path)[0] for path in (f"/take/{'0' * 32}", "/take/..%2f..", "/rows")] == [404, 299, 299]
    outbox.remove_leftovers(os.stat(made.path.parent).st_mtime + outbox.KEPT_SECONDS + 1)
    assert (asked(address, "张三")[0], list(outbox.folder().iterdir())) == (404, [])


def test_what_is_broken_off_leaves_nothing_in_the_outbox(place):
    def half(target, tell) -> int:
        target.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        preparing.made("a.csv", "", half, {}, lambda share, what: None)
    assert list(outbox.folder().iterdir()) == []


def test_a_server_that_begins_clears_what_a_former_one_left(place):
    preparing.made("a.csv", "", write, {}, lambda share, what: None)
    giving.Giving(None)
    assert list(outbox.folder().iterdir()) == []


def test_a_page_prepares_a_large_file_and_leads_to_it(sample_warehouse, tmp_path, monkeypatch):
    warehouse = Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link))
    monkeypatch.setattr(takeaway, "SLOW_LINES", 10)
    monkeypatch.setattr(outbox, "THERE", {})
    app = opened(warehouse, monkeypatch, "rows", kpi="inpatient_cases", m="2026-06..2026-06", s="resident")
    button(app, "准备 CSV").click().run()
    ends = time.monotonic() + 30
    while not outbox.THERE and time.monotonic() < ends:
        time.sleep(0.05)
    ((token, waiting),) = outbox.THERE.items()
    app.run()
    assert healthy(app)
    (link,) = app.get("link_button")
    assert link.proto.url == f"take/{token}"
    assert len(cells_of(waiting.path.read_bytes())) > 100


def test_what_waits_to_be_taken_is_in_no_backup(place):
    (place / "outbox").mkdir(parents=True)
    (place / "outbox" / "a.csv").write_bytes(b"rows")
    (place / "mappings.json").write_bytes(b"{}")
    assert [path.name for path in kept_beside(place)] == ["mappings.json"]
