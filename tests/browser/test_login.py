"""Logging in and out in a real browser: by keyboard, without a script of ours, under a content policy that holds."""

import shutil
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from pipelines.access import accounts, entering
from tests.browser import drive
from tests.conftest import linked

pytestmark = pytest.mark.browser
GIVEN, OWN = "given by the boss", "chosen by herself"
EXPECTED = "status of 401"  # what a browser says of a wrong password


@pytest.fixture(scope="module")
def house(browser, sample_warehouse, tmp_path_factory):
    """(address, warehouse): the real dashboard on the sample county with accounts."""
    place = tmp_path_factory.mktemp("house")
    own_sample = Path(shutil.copytree(sample_warehouse, place / "warehouse", copy_function=linked))
    accounts.add(own_sample, "boss", "admin", OWN, "甲", must_change=False)
    accounts.add(own_sample, "王芳", "director", GIVEN, "boss")
    with drive.dashboard(own_sample, place / "log.txt") as address:
        yield address, own_sample


def typed(page: Page, *texts: str) -> None:
    """Fill a form by the keyboard alone, from the field that has the focus, and send it."""
    for i, text in enumerate(texts):
        if i:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_somebody_logs_in_chooses_a_password_takes_a_file_away_and_logs_out(browser, house):
    address, warehouse = house
    page = drive.open_page(browser)
    seen = drive.watch(page)
    page.goto(f"{address}/costs")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    typed(page, "王芳", "a wrong guess")
    expect(page.get_by_role("alert")).to_have_text("账号或密码不对")
    typed(page, GIVEN)
    expect(page.get_by_text("请先换成自己的")).to_be_visible()
    typed(page, GIVEN, OWN, OWN)
    drive.settle(page)
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    expect(page.locator(".st-key-signed-in")).to_contain_text("王芳 · 局领导")
    page.get_by_role("button", name="下载").first.click()
    with page.expect_download() as taken:
        page.get_by_test_id("stPopoverBody").get_by_role("button").first.click()
    for whose, status in ((token(page), 200), (other(warehouse), 404), ("", 401)):
        held = {"cookie": f"fund_session={whose}"}
        assert httpx.get(taken.value.url, headers=held).status_code == status
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("会话已结束")).to_be_visible(timeout=20_000)
    page.go_back()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert [each for each in seen if EXPECTED not in each] == []
    page.context.close()


def other(warehouse: Path) -> str:
    """The token of somebody else who is logged in."""
    return entering.log_in(warehouse, "boss", OWN, kind="web", address="127.0.0.1")[0]


def token(page: Page) -> str:
    return next(each["value"] for each in page.context.cookies() if each["name"] == "fund_session")
