"""A Chromium, a dashboard on the sample county, and a page that tells on whatever must not happen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import drive


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module's tests; it is closed before tests that need an event loop of their own."""
    if drive.chromium_path() is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium fonts-noto-cjk")
    with drive.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """What the server has to say."""
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="module")
def address(browser, sample_warehouse, log) -> Iterator[str]:
    """The real dashboard on the sample county."""
    with drive.dashboard(sample_warehouse, log) as address:
        yield address


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A tab of its own, 1440 wide; fails the test on a console error, an exception or a request to anywhere else."""
    page = drive.open_page(browser)
    seen = drive.watch(page)
    yield page
    page.context.close()
    assert seen == []
