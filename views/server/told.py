"""What each session was told of over its own websocket: its files, its places for uploads, its Streamlit sessions.

A file's address is a hash of what is in it, and may be known to others; whoever was not given it doesn't get it.
Messages are read for what they are: some repeat what the browser sent, and nobody may name themselves what is theirs.
"""

import re

from google.protobuf.message import DecodeError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

FILE = re.compile(rb"/media/([0-9a-f]{32})")
UPLOAD = re.compile(rb"/_stcore/upload_file/([0-9a-f-]{36}/[0-9a-f-]{36})")
ASKED = re.compile(r"/media/([0-9a-f]{32})(?:\.\w+)?|/_stcore/upload_file/([0-9a-f-]{36}/[0-9a-f-]{36})")
GIVEN = re.compile(r"(?<!/static)/media/|/upload_file/")
MOST = 20_000  # of one session; the oldest are forgotten
SESSIONS = 1_000
HEAD_BYTES = 20_000


def given(message: bytes) -> list[bytes]:
    """What a message gives to the browser: a Streamlit session, places for uploads, files; nothing if it is none."""
    told = ForwardMsg()
    try:
        told.ParseFromString(message)
    except DecodeError:
        return []
    match told.WhichOneof("type"):
        case "new_session":
            return [told.new_session.initialize.session_id.encode()]
        case "file_urls_response":
            urls = (each.upload_url.encode() for each in told.file_urls_response.file_urls)
            return [place for url in urls for place in UPLOAD.findall(url)]
        case "backend_operation_response":
            return FILE.findall(told.backend_operation_response.deferred_file.url.encode())
        case "page_info_changed" | "navigation" | None:  # these hold the address that the browser asked for
            return []
    return FILE.findall(message)


class Told:
    """Session -> what it was told of."""

    def __init__(self) -> None:
        self.of: dict[str, dict[bytes, None]] = {}

    def note(self, session: str, message: bytes, first: bool) -> None:
        """Take in a message that goes to a session. first: one of those in which a websocket is told its name."""
        if b"/media/" in message or b"/upload_file/" in message or (first and len(message) < HEAD_BYTES):
            self.remember(session, given(message))

    def remember(self, session: str, found: list[bytes]) -> None:
        if not found:
            return
        mine = self.of.setdefault(session, {})
        mine.update(dict.fromkeys(found))
        while len(mine) > MOST:
            del mine[next(iter(mine))]
        while len(self.of) > SESSIONS:
            del self.of[next(iter(self.of))]

    def knows(self, session: str, what: str) -> bool:
        return what.encode("ascii", "replace") in self.of.get(session, {})

    def may_have(self, session: str, path: str) -> bool:
        """Whether a path is no file or upload at all, or one that this log-in was told of."""
        if not GIVEN.search(path):
            return True
        found = ASKED.fullmatch(path)
        return bool(found) and self.knows(session, found[1] or found[2])
