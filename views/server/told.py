"""What each session was told of over its own websocket: its files, its places for uploads, its Streamlit sessions.

A file's address is a hash of what is in it, and may be known to others; whoever was not given it doesn't get it.
"""

import re

FILE = re.compile(rb"/media/([0-9a-f]{32})")
UPLOAD = re.compile(rb"/_stcore/upload_file/([0-9a-f-]{36}/[0-9a-f-]{36})")
NAME = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ASKED = re.compile(r"/media/([0-9a-f]{32})(?:\.\w+)?|/_stcore/upload_file/([0-9a-f-]{36}/[0-9a-f-]{36})")
GIVEN = re.compile(r"(?<!/static)/media/|/upload_file/")
MOST = 20_000  # of one session; the oldest are forgotten
SESSIONS = 1_000
HEAD_BYTES = 20_000


class Told:
    """Session -> what it was told of."""

    def __init__(self) -> None:
        self.of: dict[str, dict[bytes, None]] = {}

    def note(self, session: str, message: bytes, first: bool) -> None:
        """Take in a message that goes to a session. first: one of those in which a websocket is told its name."""
        found = []
        if b"/media/" in message:
            found += FILE.findall(message)
        if b"/upload_file/" in message:
            found += UPLOAD.findall(message)
        if first and len(message) < HEAD_BYTES:
            found += NAME.findall(message)
        if found:
            self.remember(session, found)

    def remember(self, session: str, found: list[bytes]) -> None:
        mine = self.of.setdefault(session, {})
        mine.update(dict.fromkeys(found))
        while len(mine) > MOST:
            del mine[next(iter(mine))]
        while len(self.of) > SESSIONS:
            del self.of[next(iter(self.of))]

    def knows(self, session: str, what: str) -> bool:
        return what.encode("ascii", "replace") in self.of.get(session, {})

    def may_have(self, session: str, path: str) -> bool:
        """Whether a path is no file or upload at all, or one that the session was told of."""
        if not GIVEN.search(path):
            return True
        found = ASKED.fullmatch(path)
        return bool(found) and self.knows(session, found[1] or found[2])
