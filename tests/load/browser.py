"""A browser without a screen: it speaks Streamlit's protocol over a real websocket, as fast as the server lets it."""

import asyncio
import time
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect

LARGEST = 256 * 1024 * 1024
PATIENCE_SECONDS = 120  # an upload on a busy machine
BOUNDARY = "----load"
SESSION = "fund_session"
WIDGETS = (
    *("button", "checkbox", "file_uploader", "selectbox", "radio", "button_group", "multiselect", "text_input"),
    *("text_area", "number_input", "date_input", "slider", "pagination"),
)


class Wrong(Exception):
    """The server showed an error, or answered otherwise than a browser could use."""


@dataclass
class Screen:
    """What the last run of the script drew. widgets: (kind, label) -> id; texts: all words; errors: red boxes."""

    widgets: dict[tuple[str, str], str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    messages: int = 0
    bytes: int = 0

    def take(self, element) -> None:
        kind = element.WhichOneof("type")
        found = getattr(element, kind) if kind else None
        if kind in WIDGETS:
            self.widgets[kind, getattr(found, "label", "") or found.id] = found.id
        elif kind == "alert":
            self.texts.append(found.body)
            if found.format == found.ERROR:
                self.errors.append(found.body)
        elif kind == "markdown":
            self.texts.append(found.body)
        elif kind == "exception":
            self.errors.append(f"exception: {found.type}")

    def widget(self, kind: str, beginning: str) -> str | None:
        return next((id for (k, label), id in self.widgets.items() if k == kind and label.startswith(beginning)), None)


def own_cookie(name: str, value: str) -> Cookie:
    """A cookie as the server on this machine sets it."""
    plain = {"version": 0, "port": None, "port_specified": False, "secure": False, "expires": None, "discard": True}
    where = {"domain": "127.0.0.1", "domain_specified": False, "domain_initial_dot": False, "path": "/"}
    told = {"path_specified": True, "comment": None, "comment_url": None, "rest": {}}
    return Cookie(name=name, value=value, **plain, **where, **told)


class Browser:
    """One person's browser: its cookies, its websocket, the pages it knows of, the widgets it has touched."""

    def __init__(self, address: str, session: str = "") -> None:
        """session: the token of somebody who is logged in."""
        self.address, self.cookies = address, CookieJar()
        if session:
            self.cookies.set_cookie(own_cookie(SESSION, session))
        self.http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.pages: dict[str, str] = {}
        self.states: dict[str, WidgetState] = {}
        self.page, self.query, self.answers, self.urls = "", "", [], None

    async def ask(self, path: str, data: bytes | None = None, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        """(status, body) of a request over HTTP."""
        request = urllib.request.Request(f"{self.address}{path}", data, headers, method=method)

        def answer() -> tuple[int, bytes]:
            with self.http.open(request, timeout=PATIENCE_SECONDS) as told:
                return told.status, told.read()

        return await asyncio.to_thread(answer)

    def cookie(self, name: str) -> str:
        return next((each.value for each in self.cookies if each.name == name), "")

    async def open(self) -> Screen:
        """Load the page as a browser does, then connect and run the script for the first time."""
        await self.ask("/")
        await self.ask("/_stcore/health")  # which hands out the token against forged requests
        self.socket = await connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self.address,
            subprotocols=["streamlit", self.cookie("_streamlit_xsrf") or "none"],
            additional_headers={"Cookie": "; ".join(f"{each.name}={each.value}" for each in self.cookies)},
            max_size=LARGEST,
            open_timeout=PATIENCE_SECONDS,
        )
        return await self.run()

    async def close(self) -> None:
        await self.socket.close()

    async def visit(self, page: str, query: str = "") -> Screen:
        """Go to a page by its address; what was typed on another page stays behind."""
        self.page, self.query, self.states = self.pages[page], query, {}
        return await self.run()

    async def run(self, trigger: str = "") -> Screen:
        """Run the script and wait for its end. trigger: the id of a button that is pressed."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        for state in self.states.values():
            message.rerun_script.widget_states.widgets.append(state)
        if trigger:
            message.rerun_script.widget_states.widgets.append(WidgetState(id=trigger, trigger_value=True))
        await self.socket.send(message.SerializeToString())
        return await self.drawn()

    async def drawn(self) -> Screen:
        """What comes until the script has finished; a script that begins anew draws anew."""
        screen, end = Screen(), time.monotonic() + PATIENCE_SECONDS
        while True:
            data = await asyncio.wait_for(self.socket.recv(), max(0.1, end - time.monotonic()))
            told = ForwardMsg.FromString(data)
            screen.messages, screen.bytes = screen.messages + 1, screen.bytes + len(data)
            kind = told.WhichOneof("type")
            if kind == "new_session":
                screen = Screen(messages=screen.messages, bytes=screen.bytes)
            elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
                screen.take(told.delta.new_element)
            elif kind == "navigation":
                self.pages = {each.url_pathname: each.page_script_hash for each in told.navigation.app_pages}
                self.page = told.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = told.page_info_changed.query_string
            elif kind == "file_urls_response":
                self.answers.append(told.file_urls_response)
            elif kind == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return screen

    async def hand_in(self, uploader: str, path: Path, name: str = "") -> Screen:
        """Drop a file into an uploader, as a browser does: ask where to, send it, run the script with it."""
        name = name or path.name
        self.urls = urls = await self.place_for(name)
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + path.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
        token = {"X-Xsrftoken": self.cookie("_streamlit_xsrf"), "Origin": self.address}
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        status, _ = await self.ask(f"/{urls.upload_url.lstrip('/')}", body, "PUT", **token, **kind)
        if status != 204:
            raise Wrong(f"upload answered {status}")
        state = WidgetState(id=uploader)
        told = UploadedFileInfo(name=name, size=path.stat().st_size, file_id=urls.file_id, file_urls=urls)
        state.file_uploader_state_value.uploaded_file_info.append(told)
        self.states[uploader] = state
        return await self.run()

    async def place_for(self, name: str):
        """Where a file of this name goes."""
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        await self.socket.send(message.SerializeToString())
        while not self.answers:
            told = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS))
            if told.WhichOneof("type") == "file_urls_response":
                self.answers.append(told.file_urls_response)
        return self.answers.pop().file_urls[0]

    def tick(self, checkbox: str) -> None:
        self.states[checkbox] = WidgetState(id=checkbox, bool_value=True)
