"""The picture of docs/guide/checking.md: the labelled half-year report checked against the sample county."""

from playwright.sync_api import expect

from tests.browser import drive
from tests.browser.guide import IMAGES
from tests.browser.pictures import LONG, Visit, shoot
from tests.reports.checking import labels


def walk(visit: Visit) -> None:
    """The report with its marks and the list."""
    page = visit.see("checking")
    page.get_by_label("报告全文").fill(labels.report(labels.CORPUS / "county.toml").text)
    page.keyboard.press("Control+Enter")
    drive.settle(page)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.locator(".checked-list li").first).to_be_visible(timeout=1000 * LONG)
    page.locator(".checked-list a").nth(4).click()
    shoot(page, IMAGES / "checking.png")
