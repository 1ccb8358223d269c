"""Opening a page without a browser, and reading what it says."""

from functools import cache
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.util import calc_hash

ENTRY = Path(__file__).parents[2] / "views" / "entry.py"
# Each AppTest asks every installed package whether it brings components: no answer changes while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
# A server compiles a script once; each run of an AppTest would do it again.
local_script_runner.ScriptCache = cache(ScriptCache)
ask_again_and_again = local_script_runner.require_widgets_deltas


def until_it_ends(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
    """Let the script run in peace: an AppTest goes through all that it sent a thousand times a second."""
    runner._script_thread.join(timeout)
    ask_again_and_again(runner, 0.1 if runner.script_stopped() else 0)


local_script_runner.require_widgets_deltas = until_it_ends


def opened(warehouse: Path, monkeypatch, page: str = "", **query: str) -> AppTest:
    """The page, as a link with this query shows it."""
    monkeypatch.setenv("FUND_WAREHOUSE", str(warehouse))
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    app.query_params.update(query)
    if page:
        app._page_hash = calc_hash(page)  # as st.navigation names it: no need to draw the overview first
    app.run()
    assert not page or app._registered_pages[app._page_hash]["url_pathname"] == page
    return app


def words(app: AppTest) -> str:
    """Everything on the page that is text, as Markdown."""
    told = (
        *app.markdown,
        *app.caption,
        *app.subheader,
        *app.header,
        *app.title,
        *app.warning,
        *app.error,
        *app.success,
    )
    return "\n".join(element.value for element in told)


def healthy(app: AppTest) -> bool:
    return not app.exception and not app.error


def button(app: AppTest, words: str):
    """The button whose label holds these words."""
    return next(each for each in app.button if words in each.label)
