"""What one visitor may cost: how large a body is, how slowly it comes, how often somebody tries to log in."""

import asyncio
import time

from views.server.visitor import Refused

BODY_BYTES = 64 * 1024  # of everything but an uploaded file, which has its own limit
PAUSE_SECONDS = 30  # the longest silence in a body that was begun
TRIES, PER_SECONDS = 20, 60  # log-ins from one address; passwords have a lock-out of their own besides
MOST_ADDRESSES = 10_000


class Body:
    """Passes a body on, and breaks it off when it is too large or stands still. most: bytes, None for no limit."""

    def __init__(self, receive, most: int | None) -> None:
        self.receive, self.most, self.taken, self.whole = receive, most, 0, False

    async def __call__(self):
        if self.whole:  # what comes now is that the browser has gone: there is no hurry
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), PAUSE_SECONDS)
        except TimeoutError as error:
            raise Refused(408, "发送得太慢，已中断") from error
        self.taken += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        if self.most is not None and self.taken > self.most:
            raise Refused(413, "发送的内容太大")
        return message


class Tries:
    """How often an address has tried to log in of late."""

    def __init__(self) -> None:
        self.at: dict[str, list[float]] = {}

    def count(self, address: str) -> None:
        """Count a try. Raises Refused for one too many."""
        now = time.monotonic()
        late = [at for at in self.at.pop(address, []) if now - at < PER_SECONDS]
        if len(late) >= TRIES:
            self.at[address] = late
            raise Refused(429, "登录得太频繁，请过一分钟再试")
        self.at[address] = [*late, now]
        while len(self.at) > MOST_ADDRESSES:
            del self.at[next(iter(self.at))]
