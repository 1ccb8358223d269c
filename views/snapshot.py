"""A page as a document without a browser: it runs as on the screen, and what it notes of itself is taken."""

import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

import pipelines
from pipelines import WarehouseError
from reports.document import Document
from views import sheet

ENTRY = Path(__file__).with_name("entry.py")
SECONDS = 600
CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"  # warns of every run outside a server


def page(warehouse: Path, page_id: str, query: Mapping[str, str], by: str, at: datetime) -> Document:
    """The page that a link with this query shows: m=2026-01..2026-06, s=resident and the page's own pickers.

    Raises WarehouseError, in Chinese, for a page or a choice that is not there or can't be shown, NothingLoaded without
    any data.
    """
    pipelines.open_county(warehouse)  # an empty one would begin with the sample county
    found = noted(drawn(warehouse, page_id, query, by), page_id)
    taken(found, query)
    return sheet.document(found, at)


def drawn(warehouse: Path, page_id: str, query: Mapping[str, str], by: str) -> AppTest:
    """The page as a reader finds it who follows the link."""
    logging.getLogger(CONTEXT).setLevel(logging.ERROR)
    os.environ["FUND_WAREHOUSE"] = str(warehouse)  # the pages know their warehouse from there
    app = AppTest.from_file(str(ENTRY), default_timeout=SECONDS)
    app.query_params.update(query)
    app.session_state["by"] = by
    app.session_state[sheet.WANTED] = page_id
    return app.run()


def noted(app: AppTest, page_id: str) -> sheet.Sheet:
    """What the page noted. Raises WarehouseError if it failed, is another one, or none that could be a document."""
    if told := [*app.error, *app.exception]:
        raise WarehouseError(told[0].value)
    found = app.session_state["sheet"]
    if found.head is None:
        raise WarehouseError("数据仓库里还没有数据；请先上传")
    if found.page_id != page_id:
        names = "、".join(filter(None, app.session_state["pages"]))
        raise WarehouseError(f"没有“{page_id}”这一页；应为 {names}")
    return found


def taken(found: sheet.Sheet, query: Mapping[str, str]) -> None:
    """Raises WarehouseError if a picker of the page stands at something else than was asked for: on the screen an
    unknown code is passed over. Months and scheme stand at the head and are for the caller to compare."""
    for key, code in query.items():
        if key not in sheet.ASKED and found.query.get(key, code) != code:
            raise WarehouseError(f"“{found.title}”这一页没有 {key}={code} 这个选项；照网址里问号后面的写，或去掉它")
