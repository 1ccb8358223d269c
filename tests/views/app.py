"""Opening a page without a browser, and reading what it says."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ENTRY = Path(__file__).parents[2] / "views" / "entry.py"


def opened(warehouse: Path, monkeypatch, page: str = "", **query: str) -> AppTest:
    """The page, as a link with this query shows it."""
    monkeypatch.setenv("FUND_WAREHOUSE", str(warehouse))
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    app.query_params.update(query)
    app.run()
    if page:
        app._page_hash = next(code for code, it in app._registered_pages.items() if it["url_pathname"] == page)
        app.query_params.update(query)
        app.run()
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
