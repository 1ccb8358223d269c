"""The server itself under attack: paths, heads and bodies that are too large, broken frames, strangers, scripts."""

import asyncio
import json
import urllib.request

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.conftest import SECRET
from tests.load.browser import Browser

TARGETS = (
    "/static/{up}secret.txt",
    "/media/{up}secret.txt",
    "/app/static/{up}secret.txt",
    "/component/x/{up}secret.txt",
    "/_stcore/bidi-components/x/{up}secret.txt",
    "/_stcore/upload_file/{up}secret.txt",
    "/{up}secret.txt",
    "/overview/{up}secret.txt",
)
UPS = ("../" * 8, "..%2f" * 8, "%2e%2e/" * 8, "..%5c" * 8, "....//" * 8, "%00/../", "/" + "warehouse", "file:///")


def alive(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as told:
        return json.load(told) == {"ok": True}


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def head(target: str, method: str = "GET", *more: str) -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *more, "", ""]).encode()


@pytest.mark.parametrize("target", TARGETS)
def test_no_path_leads_out_of_what_is_served(say, attacked, target):
    """Neither to the warehouse, which holds a file to find, nor to the program's own files or the system's."""
    up = [target.format(up=up) for up in UPS]
    up += [
        target.format(up=f"{'../' * 12}{attacked}/"),
        target.replace("secret.txt", "{0}").format("etc/passwd", up="../" * 20),
    ]
    for each in up:
        told = say(head(each))
        assert SECRET not in told
        assert b"root:" not in told
        assert status(told) < 500, each


@pytest.mark.parametrize(
    "request_",
    [head("/" + "a" * 500_000), head("/", "GET", "X-Long: " + "a" * 500_000), head("/", "GET", *["X-N: 1"] * 50_000)],
    ids=["address", "header", "headers"],
)
def test_a_head_that_is_too_large_is_refused(say, address, request_):
    assert status(say(request_)) in (0, 400, 414, 431)
    assert alive(address)


def test_a_body_for_a_page_is_not_read(say, address):
    told = say(head("/overview", "POST", "Content-Length: 1000000000"), b"x" * 1000)
    assert status(told) in (400, 403, 404, 405, 413)
    assert alive(address)


def test_a_file_from_a_stranger_is_refused_before_it_is_read(say, attacked):
    told = say(head("/_stcore/upload_file/some/file", "PUT", "Content-Length: 400000000"), b"x" * 1000)
    assert status(told) in (400, 401, 403, 404)
    assert not [path for path in (attacked / "inbox").rglob("*") if path.is_file()]


def test_a_file_that_says_it_is_larger_than_files_may_be_is_refused(address, attacked):
    async def attempt() -> int:
        browser = Browser(address)
        await browser.open()
        urls = await browser.place_for("large.csv")
        token = {"X-Xsrftoken": browser.cookie("_streamlit_xsrf"), "Origin": address}
        kind = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(600 * 1024**2)}
        try:
            told, _ = await browser.ask(urls.upload_url, b"--b\r\n", "PUT", **token, **kind)
        except urllib.error.HTTPError as refused:
            told = refused.code
        await browser.close()
        return told

    assert asyncio.run(attempt()) == 413
    assert not [path for path in (attacked / "inbox").rglob("*") if path.is_file()]


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "DELETE", "POST", "X" * 1000, "\u0000"])
def test_a_method_that_a_page_does_not_have_is_refused(say, method):
    told = say(head("/overview", method))
    assert status(told) in (0, 400, 401, 403, 404, 405)


@pytest.mark.parametrize(
    ("frame", "code"),
    [(b"\xff" * 50, 1002), ("text", None), (b"\x08" * (40 * 1024 * 1024), 1009)],
    ids=["garbage", "text", "40 MB"],
)
def test_a_broken_frame_ends_its_own_connection_alone(address, frame, code):
    async def attempt() -> int | None:
        socket = address.replace("http", "ws") + "/_stcore/stream"
        async with connect(socket, origin=address, subprotocols=["streamlit"], max_size=None) as line:
            try:
                await line.send(frame)
                while True:
                    await asyncio.wait_for(line.recv(), 10)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else None

    found = asyncio.run(attempt())
    assert code is None or found in (code, None)
    assert alive(address)


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1.evil.example", "null"])
def test_a_page_of_somebody_else_gets_no_websocket(address, attacked, origin):
    """Nor does the server go and ask the internet for its own address, as Streamlit would to judge the page."""

    async def attempt() -> None:
        async with connect(
            address.replace("http", "ws") + "/_stcore/stream", origin=origin, subprotocols=["streamlit"]
        ):
            pass

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(attempt())
    assert refused.value.response.status_code == 403
    assert "external IP" not in (attacked / "logs" / "service.jsonl").read_text("utf-8")


@pytest.mark.parametrize("name", ["../../evil.html", "evil.svg\u202evsc"])
def test_a_script_that_is_handed_in_is_read_as_a_table_and_served_nowhere(address, attacked, tmp_path, name):
    script = b"<script>alert(document.cookie)</script>"
    (tmp_path / "file").write_bytes(script)

    async def attempt() -> list[tuple[int, bytes]]:
        browser = Browser(address)
        await browser.open()
        screen = await browser.visit("uploads")
        path = tmp_path / "file"
        screen = await browser.hand_in(screen.widget("file_uploader", ""), path, name)
        assert screen.errors == []
        told = "\n".join(screen.texts)
        assert "<script>" not in told.replace("\\<script\\>", "")
        answers = []
        for place in (browser.urls.upload_url, f"/media/{name}", f"/static/{name}", f"/inbox/{name}"):
            try:
                answers.append(await browser.ask(urllib.parse.quote(place)))
            except urllib.error.HTTPError as refused:
                answers.append((refused.code, refused.read()))
        await browser.run(trigger=screen.widget("button", "放弃这次试读"))
        await browser.close()
        return answers

    assert all(script not in body for _, body in asyncio.run(attempt()))
    assert not [path for path in (attacked / "inbox").rglob("*") if path.is_file()]
    assert not list(attacked.parent.rglob("evil*"))
