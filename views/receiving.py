"""Dropped files go to disk while they arrive; Streamlit, which keeps uploads in memory, gets a token instead of each.

A layer around Streamlit's server (pure ASGI). It asks for the body only when Streamlit does, so Streamlit's own checks
of who sends it, and against forged requests, come first, and nobody else can fill the disk.
"""

import asyncio
import errno
import logging
import re
import secrets
from collections.abc import Callable

import streamlit as st
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from views import inbox

UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
MEGABYTE = 1024 * 1024
FRAMING = MEGABYTE  # a body is a little larger than the file in it
REMEMBERED = 1000
log = logging.getLogger(__name__)


class TooLarge(Exception):
    """The body is larger than an upload may be."""


class Unreadable(Exception):
    """The body is not one file in a form."""


class Gone(Exception):
    """The browser went away in the middle of the body."""


def limit() -> int:
    """The most bytes of one file: said once, in .streamlit/config.toml."""
    return st.get_option("server.maxUploadSize") * MEGABYTE


class Receiving:
    """The layer: PUT writes to the inbox, DELETE removes from it, everything else passes through."""

    def __init__(self, app) -> None:
        self.app = app
        self.tokens: dict[tuple[str, str], str] = {}
        inbox.tidy_up()

    async def __call__(self, scope, receive, send) -> None:
        place = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if place and scope["method"] == "PUT":
            await self.take_in(place.groups(), scope, receive, send)
        elif place and scope["method"] == "DELETE":
            await self.remove(place.groups(), scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def take_in(self, place: tuple[str, str], scope, receive, send) -> None:
        await asyncio.to_thread(inbox.remove_leftovers)
        arriving, answer = Arriving(scope, receive), Answer(send)
        try:
            await self.app(arriving.forwarded_scope(), arriving.receive, answer)
        except TooLarge:
            await refuse(answer, 413, f"文件超过 {limit() // MEGABYTE} MB")
        except Unreadable:
            await refuse(answer, 400, "上传的内容读不懂")
        except Gone:
            log.info("an upload was broken off")
        finally:
            arriving.close()
            if not 200 <= answer.status < 400:
                await asyncio.to_thread(inbox.remove, arriving.token)
        if 200 <= answer.status < 400:
            self.remember(place, arriving.token)

    def remember(self, place: tuple[str, str], token: str) -> None:
        """Which file Streamlit means when it deletes; the oldest are forgotten, and removed by age."""
        self.tokens[place] = token
        while len(self.tokens) > REMEMBERED:
            del self.tokens[next(iter(self.tokens))]

    async def remove(self, place: tuple[str, str], scope, receive, send) -> None:
        answer = Answer(send)
        await self.app(scope, receive, answer)
        if 200 <= answer.status < 400 and place in self.tokens:
            await asyncio.to_thread(inbox.remove, self.tokens.pop(place))


class Answer:
    """Passes the answer on and notes its status; 0 until there is one."""

    def __init__(self, send: Callable) -> None:
        self.send, self.status = send, 0

    async def __call__(self, message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self.send(message)


async def refuse(answer: Answer, status: int, sentence: str) -> None:
    if answer.status:  # the answer has begun, nothing can be said any more
        return
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await answer({"type": "http.response.start", "status": status, "headers": headers})
    await answer({"type": "http.response.body", "body": body})


class Arriving:
    """A body on its way to disk, and the small body that is handed on in its place."""

    def __init__(self, scope, receive: Callable) -> None:
        self.scope, self.source = scope, receive
        self.headers = dict(scope["headers"])
        self.boundary = secrets.token_hex(16)
        self.token, self.file, self.refusal = "", None, ""
        self.parts: list[dict[bytes, bytes]] = []
        self.field, self.value, self.waiting = bytearray(), bytearray(), bytearray()
        self.received, self.whole, self.handed_on = 0, False, False

    def forwarded_scope(self) -> dict:
        """The request with the headers of the small body."""
        kept = [pair for pair in self.scope["headers"] if pair[0] not in (b"content-type", b"content-length")]
        ours = f"multipart/form-data; boundary={self.boundary}".encode()
        return dict(self.scope) | {"headers": [*kept, (b"content-type", ours)]}

    async def receive(self) -> dict:
        """What Streamlit reads: the small body, once the whole of the real one is on disk."""
        if self.handed_on:
            return await self.source()
        await self.read()
        self.handed_on = True
        return {"type": "http.request", "body": self.small_body(), "more_body": False}

    async def read(self) -> None:
        if int(self.headers.get(b"content-length", b"0")) > limit() + FRAMING:
            raise TooLarge
        options = parse_options_header(self.headers.get(b"content-type", b""))[1]
        try:
            await self.parse(MultipartParser(options.get(b"boundary", b"none"), self.callbacks()))
        except FormParserError as error:
            raise Unreadable(str(error)) from error
        if not self.whole:
            raise Unreadable("the body ends before its last boundary")

    async def parse(self, parser: MultipartParser) -> None:
        more = True
        while more:
            message = await self.source()
            if message["type"] == "http.disconnect":
                raise Gone
            more = message.get("more_body", False)
            parser.write(message.get("body", b""))
            await self.write(all_of_it=not more)

    def callbacks(self) -> dict:
        return {
            "on_header_field": lambda data, start, end: self.field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self.value.extend(data[start:end]),
            "on_part_begin": lambda: self.parts.append({}),
            "on_header_end": self.end_header,
            "on_headers_finished": self.begin_file,
            "on_part_data": self.keep,
            "on_end": self.end,
        }

    def end_header(self) -> None:
        self.parts[-1][bytes(self.field).lower()] = bytes(self.value)
        self.field.clear()
        self.value.clear()

    def end(self) -> None:
        self.whole = True

    def begin_file(self) -> None:
        """Open the file of the only part: Streamlit's page sends each file by itself."""
        if len(self.parts) > 1:
            raise Unreadable("more than one part")
        options = parse_options_header(self.parts[0].get(b"content-disposition", b""))[1]
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        try:
            self.token, path = inbox.place_for(name)
            self.file = path.open("xb")
        except OSError as error:
            self.refusal = in_words(error)

    def keep(self, data: bytes, start: int, end: int) -> None:
        self.received += end - start
        if self.received > limit():
            raise TooLarge
        if self.file and not self.refusal:
            self.waiting += data[start:end]

    async def write(self, all_of_it: bool) -> None:
        """Write what has come, a megabyte at a time and beside the event loop: a slow disk must not stop the others."""
        if self.file is None or (len(self.waiting) < MEGABYTE and not all_of_it):
            return
        data, self.waiting = self.waiting, bytearray()
        try:
            await asyncio.to_thread(self.file.write, data)
            if all_of_it:
                self.file.close()
        except OSError as error:
            self.refusal = in_words(error)
            self.waiting.clear()

    def small_body(self) -> bytes:
        """The same parts with a note in place of their content: the token, or why the file could not be kept."""
        note = f"{inbox.REFUSED}{self.refusal}" if self.refusal else f"{inbox.HERE}{self.token}"
        if self.refusal:
            inbox.remove(self.token)
        lines = []
        for headers in self.parts:
            told = [name + b": " + value for name, value in headers.items()]
            lines += [b"--" + self.boundary.encode(), *told, b"", note.encode()]
        return b"\r\n".join([*lines, b"--" + self.boundary.encode() + b"--", b""])

    def close(self) -> None:
        if self.file is None:
            return
        try:
            self.file.close()
        except OSError:  # the disk is full: closing tries to write the rest once more
            log.warning("an upload could not be written to its end")


def in_words(error: OSError) -> str:
    """Why a file could not be kept, in a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "服务器磁盘空间不足，文件没有收下；请腾出空间后再试"
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return "数据仓库文件夹不能写入，文件没有收下；请检查权限"
    log.error("an upload could not be kept", exc_info=error)
    return "服务器没能把文件存下来；请再试一次，或查看日志"
