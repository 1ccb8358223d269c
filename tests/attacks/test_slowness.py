"""Clients that send a byte now and then: the server leaves them, and serves the others meanwhile."""

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.responses import Response

from tests.browser.drive import free_port
from views import patience

CROWD = 100


async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
    elif scope["type"] == "http":
        await Response("here")(scope, receive, send)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.6)
    patience.be_patient()


@contextmanager
def served() -> Iterator[int]:
    """The port of a server as ours is, of one page."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)


def opened(port: int, *said: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    for piece in said:
        line.sendall(piece)
    return line


def left(line: socket.socket) -> bool:
    """Whether the server has closed this connection by now, however much it said before."""
    try:
        while line.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_heads_that_never_end_are_left_and_others_are_served_meanwhile():
    with served() as port:
        crowd = [opened(port, b"GET / HTTP/1.1\r\nHost: x\r\n") for _ in range(CROWD)]
        begun = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert answer.read() == b"here"
        while time.monotonic() < begun + 0.5:
            for line in crowd:
                line.sendall(b"X: y\r\n")  # a byte now and then does not help
            time.sleep(0.1)
        assert all(left(line) for line in crowd)
        assert time.monotonic() - begun < 5


def test_the_head_of_a_second_request_must_come_in_time_too():
    with served() as port:
        line = opened(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        told = b""
        while b"here" not in told:
            told += line.recv(65536)
        line.sendall(b"GET / HT")
        assert left(line)


def test_a_websocket_may_be_silent_for_as_long_as_it_likes():
    upgrade = [b"GET / HTTP/1.1", b"Host: x", b"Connection: Upgrade", b"Upgrade: websocket"]
    key = [b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"", b""]
    with served() as port:
        line = opened(port, b"\r\n".join(upgrade + key))
        assert b"101" in line.recv(65536)
        line.settimeout(1.2)
        assert not left(line)
        line.close()


def test_a_websocket_that_closed_before_its_clock_ran_out_is_left_alone():
    class Closed:
        """A connection under TLS that was closed: asyncio has taken its protocol away."""

        def is_closing(self):
            return True

        def get_protocol(self):
            raise AttributeError("_app_protocol")

    connection = SimpleNamespace(clock=object(), transport=Closed())
    patience.give_up(connection)
    assert connection.clock is None
