"""A report is checked in a real browser: the list leads to the place in the text and back; nothing in it runs."""

import pytest
from playwright.sync_api import expect

from tests.browser import drive
from tests.reports.checking import labels

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror='window.ran=1'><script>window.ran=1</script> :red[粗] $x$ [a](javascript:window.ran=1)"


@pytest.fixture
def checked(page, address):
    """The labelled half-year report with a hostile line, checked."""
    page.goto(f"{address}/checking")
    drive.settle(page)
    page.get_by_label("报告全文").fill(labels.report(labels.CORPUS / "county.toml").text + HOSTILE)
    page.keyboard.press("Control+Enter")
    drive.settle(page)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator(".checked-list li").first).to_be_visible(timeout=60_000)
    drive.settle(page)
    return page


def test_the_list_leads_to_the_place_in_the_text_and_its_number_back(checked):
    mark = checked.locator(".checked-text mark", has_text="20xx年")
    expect(mark).not_to_be_in_viewport()
    checked.locator(".checked-list a", has_text="20xx年").click()
    expect(mark).to_be_in_viewport()
    entry = checked.locator(".checked-list li").first
    checked.locator(".checked-list li").last.scroll_into_view_if_needed()
    expect(entry).not_to_be_in_viewport()
    checked.locator(".checked-text .place > a").first.click()
    expect(entry).to_be_in_viewport()


def test_what_stands_in_a_report_is_shown_and_never_run(checked):
    assert HOSTILE in checked.locator(".checked-text").inner_text()
    assert checked.locator(".checked-text img, .checked-text script").count() == 0
    assert checked.evaluate("window.ran") is None
