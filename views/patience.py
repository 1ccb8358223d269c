"""How long the server waits for a slow client: a head and a body must come in time, or their connection is closed.

Uvicorn itself waits for ever. A handful of machines that send a byte now and then could else hold every connection.
"""

import asyncio
import time
from functools import wraps

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_SECONDS = 20  # for the head of a request, from its connection or the end of the answer before it
GRACE_SECONDS, LEAST_RATE = 30, 10_000  # a body has 30 s, and a second more for every 10 kB that came


def be_patient() -> None:
    """Have uvicorn's connections give up on a head that does not come to its end.

    Its class is changed in place: by the time dashboard.py is read, the server has chosen it, and asks nobody.
    """
    for name in ("connection_made", "data_received", "connection_lost"):
        if not hasattr(getattr(AutoHTTPProtocol, name), "__wrapped__"):
            setattr(AutoHTTPProtocol, name, then_watch(getattr(AutoHTTPProtocol, name)))


def then_watch(method):
    """What the connection does, and then a look at its clock."""

    @wraps(method)
    def watched(connection, *arguments):
        method(connection, *arguments)
        watch(connection)

    return watched


def watch(connection: AutoHTTPProtocol) -> None:
    """Run the clock while no request is under way; the first byte of the next head starts it anew."""
    clock = getattr(connection, "clock", None)
    busy = connection.cycle is not None and not connection.cycle.response_complete
    if busy or connection.transport.is_closing():
        if clock:
            clock.cancel()
        connection.clock = None
    elif clock is None:
        connection.clock = connection.loop.call_later(HEAD_SECONDS, give_up, connection)


def give_up(connection: AutoHTTPProtocol) -> None:
    connection.clock, transport = None, connection.transport
    if transport.is_closing():  # under TLS it knows no protocol any more
        return
    if transport.get_protocol() is connection:  # a websocket takes over its connection
        transport.close()


class Steady:
    """The receive() of a request whose body must come steadily; late: it did not, and the client counts as gone."""

    def __init__(self, receive) -> None:
        self.receive, self.begun = receive, time.monotonic()
        self.bytes, self.whole, self.late = 0, False, False

    async def __call__(self) -> dict:
        if self.whole:
            return await self.receive()
        left = self.begun + GRACE_SECONDS + self.bytes / LEAST_RATE - time.monotonic()
        try:
            message = await asyncio.wait_for(self.receive(), max(left, 0.001))
        except TimeoutError:
            self.late = True
            return {"type": "http.disconnect"}
        self.bytes += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        return message
