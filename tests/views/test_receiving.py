"""Dropped files: they go to disk while they arrive, under harmless names, and never past the server's own checks."""

import asyncio
import errno
import os
import time
import tomllib
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from pipelines.contracts import common
from views import inbox, receiving

BOUNDARY = "----browser"
PATH = "/_stcore/upload_file/session-1/file-1"
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: text/csv\r\n\r\n'
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


class Server:
    """What stands in Streamlit's place: checks first, then reads the form and keeps what it was handed."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses, self.handed, self.deleted = refuses, [], 0

    async def __call__(self, scope, receive, send) -> None:
        response = Response(status_code=self.refuses or 204)
        if not self.refuses and scope["method"] == "PUT":
            form = await Request(scope, receive).form()
            self.handed += [(field, each.filename, await each.read()) for field, each in form.items()]
        self.deleted += scope["method"] == "DELETE"
        await response(scope, receive, send)


@pytest.fixture(autouse=True)
def warehouse(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))
    monkeypatch.setattr(receiving, "limit", lambda: 10 * receiving.MEGABYTE)
    return tmp_path


def body_of(content: bytes, name: str = "六月.csv") -> bytes:
    return (HEAD % name).encode() + content + TAIL


def ask(app, body: bytes = b"", method: str = "PUT", chunk: int = 65536, gone: bool = False, **headers: str) -> int:
    """Send a request in chunks; the status of the answer, 0 if there is none."""
    told = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"} | headers
    scope = {"type": "http", "method": method, "path": PATH, "query_string": b""}
    scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()]
    pieces = [body[i : i + chunk] for i in range(0, len(body), chunk)] or [b""]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.disconnect"} if gone else {"type": "http.request", "body": b"", "more_body": False})
    statuses = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        statuses.append(message.get("status", 0))

    asyncio.run(app(scope, receive, send))
    return statuses[0] if statuses else 0


def kept() -> list[Path]:
    return sorted(path for path in inbox.folder().rglob("*") if path.is_file()) if inbox.folder().exists() else []


@pytest.mark.parametrize("chunk", [1, 7, 65536])
def test_a_file_goes_to_disk_and_the_server_gets_a_token(chunk):
    server, content = Server(), b"a,b\r\n1,2\r\n--" + BOUNDARY.encode()[:-1] + b"\r\n"
    assert ask(receiving.Receiving(server), body_of(content), chunk=chunk) == 204
    ((field, name, note),) = server.handed
    assert (field, name) == ("file", "六月.csv")
    path, why = inbox.received(name, lambda: note)
    assert (path.read_bytes(), path.name, why) == (content, "六月.csv", "")
    assert len(note) < 100


def test_a_large_file_arrives_byte_for_byte():
    server, content = Server(), os.urandom(5 * receiving.MEGABYTE + 17)
    assert ask(receiving.Receiving(server), body_of(content)) == 204
    assert [path.read_bytes() for path in kept()] == [content]


def test_an_empty_file_arrives():
    server = Server()
    assert ask(receiving.Receiving(server), body_of(b"")) == 204
    assert [path.read_bytes() for path in kept()] == [b""]


@pytest.mark.parametrize("status", [400, 403])
def test_what_the_server_refuses_is_never_read(status):
    assert ask(receiving.Receiving(Server(refuses=status)), body_of(b"1,2")) == status
    assert kept() == []


def test_a_server_that_begins_removes_what_one_that_was_killed_left(warehouse):
    old, fresh = inbox.place_for("五月.csv")[1], inbox.place_for("六月.csv")[1]
    os.utime(old.parent, (0, 0))
    orphan = warehouse / "trials" / "0123456789ab"
    (orphan / "unpacked").mkdir(parents=True)
    receiving.Receiving(Server())
    assert (old.parent.exists(), fresh.parent.exists(), orphan.exists()) == (False, True, False)


def test_a_server_begins_on_a_folder_that_it_may_not_write(warehouse):
    (warehouse / "trials").mkdir()
    (warehouse / "trials.lock").mkdir()  # for root nothing is read-only
    receiving.Receiving(Server())


def test_a_file_above_the_limit_is_refused_while_it_comes():
    server = Server()
    assert ask(receiving.Receiving(server), body_of(b"x" * (10 * receiving.MEGABYTE + 1))) == 413
    assert (server.handed, kept()) == ([], [])


def test_a_length_above_the_limit_is_refused_at_once():
    server = Server()
    assert ask(receiving.Receiving(server), body_of(b"1"), content_length=str(20 * receiving.MEGABYTE)) == 413
    assert (server.handed, kept()) == ([], [])


def test_a_body_that_is_broken_off_leaves_nothing():
    server = Server()
    assert ask(receiving.Receiving(server), body_of(b"1,2")[:-10], gone=True) == 0
    assert (server.handed, kept()) == ([], [])


@pytest.mark.parametrize(
    "body",
    [
        body_of(b"1,2")[:-10],
        b"",
        b"1,2",
        (HEAD % "a.csv").encode() + b"1\r\n" + (HEAD % "b.csv").encode() + b"2" + TAIL,
    ],
    ids=["cut short", "empty", "no multipart", "two files"],
)
def test_a_body_that_is_not_one_file_is_refused(body):
    server = Server()
    assert ask(receiving.Receiving(server), body) == 400
    assert (server.handed, kept()) == ([], [])


def test_a_request_without_a_boundary_is_refused():
    assert ask(receiving.Receiving(Server()), body_of(b"1"), **{"content-type": "text/csv"}) == 400
    assert kept() == []


def test_deleting_removes_the_file():
    server = Server()
    app = receiving.Receiving(server)
    ask(app, body_of(b"1,2"))
    assert len(kept()) == 1
    assert ask(app, method="DELETE") == 204
    assert (server.deleted, kept()) == (1, [])


def test_a_refused_delete_removes_nothing():
    server = Server()
    app = receiving.Receiving(server)
    ask(app, body_of(b"1,2"))
    server.refuses = 403
    assert ask(app, method="DELETE") == 403
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "服务器磁盘空间不足"),
        (errno.EROFS, "数据仓库文件夹不能写入"),
        (errno.EIO, "服务器没能把文件存下来"),
    ],
)
def test_a_disk_that_takes_nothing_more_is_told_in_a_sentence(number, sentence, monkeypatch):
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *mode, **more: Failing(real(path, *mode, **more), number))
    server = Server()
    assert ask(receiving.Receiving(server), body_of(b"1,2")) == 204
    monkeypatch.undo()
    path, why = inbox.received("六月.csv", lambda: server.handed[0][2])
    assert path is None and why.startswith(sentence)
    assert kept() == []


class Failing:
    """A file on a disk that takes nothing."""

    def __init__(self, file, number: int) -> None:
        self.file, self.number = file, number

    def write(self, data) -> None:
        raise OSError(self.number, "no")

    def close(self) -> None:
        self.file.close()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\六月.csv", "六月.csv"),
        ("/abs/六月.csv", "六月.csv"),
        ("..", "文件"),
        ("", "文件"),
        (".hidden", "hidden"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ('<b onclick="x">.csv', "_b onclick=_x__.csv"),
        ("con.csv", "_con.csv"),
        ("六月 结算（终稿）.xlsx", "六月 结算（终稿）.xlsx"),
        ("\u202ecsv.exe", "_csv.exe"),
    ],
)
def test_tricks_in_file_names_never_reach_the_disk(name, plain):
    assert inbox.harmless(name) == plain


def test_a_very_long_name_keeps_its_suffix():
    found = inbox.harmless("六" * 500 + ".csv")
    assert found.endswith(".csv") and len(found.encode()) <= inbox.LONGEST_NAME


@pytest.mark.parametrize("token", ["../x", "", "0" * 31, "0" * 32, "0" * 32 + "/.."])
def test_a_token_that_was_never_given_leads_nowhere(token):
    path, why = inbox.received("a.csv", lambda: (inbox.HERE + token).encode())
    assert path is None and why


def test_without_the_server_the_page_writes_the_bytes_down():
    path, why = inbox.received("../a.csv", lambda: b"1,2")
    assert (path.read_bytes(), path.name, why) == (b"1,2", "a.csv", "")
    assert inbox.token_of(path)


def test_what_lies_there_for_more_than_a_day_is_removed():
    old, _ = inbox.received("old.csv", lambda: b"1")
    new, _ = inbox.received("new.csv", lambda: b"2")
    inbox.remove_leftovers(time.time() + 1)
    assert kept() == sorted([old, new])
    os.utime(old.parent, (0, 0))
    inbox.remove_leftovers()
    assert kept() == [new]


def test_the_limit_is_the_one_of_the_configuration():
    told = tomllib.loads((Path(receiving.__file__).parents[1] / ".streamlit/config.toml").read_text())
    assert told["server"]["maxUploadSize"] == common().largest_file_mb
