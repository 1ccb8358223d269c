"""Opening pages as somebody, and all that comes out of them: what is drawn, charts, tables, and files to take away."""

from pathlib import Path

import streamlit
from streamlit.testing.v1 import AppTest

from pipelines import access
from pipelines.access import Caller, Scope
from reports.pdf import reading
from tests.views.app import ENTRY
from views import sheet


def somebody(role: str, scope: Scope | None = None) -> Caller:
    return Caller("甲", role, access.roles()[role].rights, scope)


def visited(who: Caller, warehouse: Path, monkeypatch, page: str, **query: str) -> tuple[AppTest, str]:
    """The page as somebody gets it, and everything that is in it or can be taken away from it, as one text."""
    files: list = []
    monkeypatch.setattr(streamlit, "download_button", lambda words, data, *more, **named: files.append(data))
    monkeypatch.setenv("FUND_WAREHOUSE", str(warehouse))
    access.identify_by(lambda _: who)
    try:
        app = AppTest.from_file(str(ENTRY), default_timeout=120)
        app.query_params.update(query)
        app.session_state[sheet.WANTED] = page  # where it isn't there: the page that they arrive at
        app.run()
    finally:
        access.identify_by(None)
    kept = [data() if callable(data) else data for data in files]
    return app, drawn(app) + "\n".join(told(data) for data in kept if data[:2] != b"PK")  # each CSV has its workbook


def told(data) -> str:
    """What a file says: of a PDF the text of its pages and of what is attached to it."""
    if isinstance(data, bytes) and data[:4] == b"%PDF":
        return "\n".join([*reading.pages(data), *map(told, reading.files(data).values())])
    return data if isinstance(data, str) else data.decode("utf-8", "replace")


def drawn(app: AppTest) -> str:
    """What the browser is sent."""
    protos = (getattr(node, "proto", None) for node in app._tree)
    found = [proto.SerializeToString().decode("utf-8", "replace") for proto in protos if proto is not None]
    return "\n".join([*found, *(each.value.to_csv() for each in app.dataframe)])
