"""The pictures of docs/guide/access.md: from a machine open to everybody to accounts, each with its own view."""

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import drive
from tests.browser.guide import BY, IMAGES
from tests.browser.pictures import LONG, SIDEBAR, Visit, shoot

GIVEN, OWN = "first-word-2026", "a-word-of-ones-own"
HEAD, CHIEF, TOWN, HOSPITAL = "信息科", "李局长", "霁川镇", "县人民医院"
MONTHS = [f"2026-{month:02}" for month in range(1, 7)]


def walk(visit: Visit) -> None:
    """Every step of the guide, each with its picture."""
    page = visit.see("")
    opened(page)
    for month in MONTHS:
        command(visit.warehouse, "lock", month, "--by", BY, "--why", "各表已核对")
    add(visit.warehouse, HEAD, "admin")
    page.goto(visit.address)
    box(page, "main", IMAGES / "login.png")
    log_in(visit, HEAD, GIVEN)
    accounts(visit)
    chief(visit)
    town(visit)
    hospital(visit)
    log_in(visit, HEAD, GIVEN)
    eyes(visit)
    log(visit)


def opened(page: Page) -> None:
    """Who is told in the sidebar that nobody has to log in."""
    page.locator(".signed-in summary").click()
    page.wait_for_timeout(500)
    place = page.locator(".st-key-signed-in").bounding_box()
    clip = {"x": 0, "y": place["y"] - 20, "width": SIDEBAR, "height": place["height"] + 40}
    page.screenshot(path=IMAGES / "open.png", clip=clip)


def command(warehouse: Path, *words: str, typed: str = "") -> None:
    """Run a command as it is typed."""
    environment = os.environ | {"FUND_WAREHOUSE": str(warehouse)}
    line = [sys.executable, "-m", "pipelines", *words]
    subprocess.run(line, cwd=drive.ROOT, env=environment, input=typed, text=True, check=True)


def add(warehouse: Path, name: str, role: str, *part: str) -> None:
    command(warehouse, "users", "add", name, "--role", role, *part, "--password-stdin", typed=f"{GIVEN}\n")


def box(page: Page, what: str, image: Path) -> None:
    """A picture of one part of a page, with a little of what is around it."""
    place = page.locator(what).bounding_box()
    clip = {side: place[side] - 16 for side in "xy"} | {side: place[side] + 32 for side in ("width", "height")}
    page.screenshot(path=image, clip=clip)
    print(image)


def log_in(visit: Visit, name: str, password: str) -> Page:
    """Somebody else comes."""
    page = visit.page
    page.context.clear_cookies()
    page.goto(f"{visit.address}/login")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def change(page: Page, image: Path | None = None) -> None:
    """The first log-in: a password of one's own."""
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    if image is not None:
        box(page, "main", image)
    page.get_by_label("现在的密码").fill(GIVEN)
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再输一遍新密码").fill(OWN)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    drive.settle(page, LONG)


def accounts(visit: Visit) -> None:
    """An account made on the page; the others by the command."""
    add(visit.warehouse, CHIEF, "director")
    add(visit.warehouse, BY, "operations")
    add(visit.warehouse, "陈稽核", "auditor")
    add(visit.warehouse, TOWN, "town", "--town", TOWN)
    page = visit.see("accounts")
    page.get_by_role("textbox", name="账号", exact=True).fill(HOSPITAL)
    page.get_by_role("textbox", name="账号", exact=True).press("Enter")
    page.get_by_role("combobox", name="角色").last.click()
    page.get_by_role("option", name="机构", exact=True).click()
    pick(page, "机构", "示例县人民医院")
    page.get_by_label("初始密码").fill(GIVEN)
    page.get_by_label("初始密码").press("Enter")
    shoot(page, IMAGES / "accounts.png")
    page.get_by_role("button", name="设账号").click()
    expect(page.get_by_text(f"{HOSPITAL}：设账号")).to_be_visible(timeout=1000 * LONG)


def pick(page: Page, label: str, part: str) -> None:
    """The part of the county that somebody sees."""
    drive.settle(page, LONG)
    page.get_by_role("combobox", name=label).last.click()
    page.keyboard.type(part)
    page.get_by_role("option", name=part, exact=True).click()
    drive.settle(page, LONG)


def chief(visit: Visit) -> None:
    """The director: a password of one's own, the matrix, groups too small to be shown."""
    change(log_in(visit, CHIEF, GIVEN), IMAGES / "password.png")
    shoot(visit.see("access"), IMAGES / "matrix.png", until="页面")
    shoot(visit.see("institutions"), IMAGES / "small.png", until="三方核对")


def town(visit: Visit) -> None:
    change(log_in(visit, TOWN, GIVEN))
    shoot(visit.see("enrolment"), IMAGES / "town.png", left=0)


def hospital(visit: Visit) -> None:
    """An institution: its own page, its letter, its answer."""
    change(log_in(visit, HOSPITAL, GIVEN))
    page = visit.see("")
    shoot(page, IMAGES / "own.png", until="函件", left=0)
    page.get_by_label("答复2026年1—6月的函").fill(
        "分解住院 3 条已逐份核对病历：2 条为透析患者按疗程住院，1 条已退回重新结算；病历复印件另送。"
    )
    page.get_by_role("button", name="交给医保经办机构").click()
    expect(page.get_by_text("已交：")).to_be_visible(timeout=1000 * LONG)
    shoot(page, IMAGES / "answer.png", since="函件")


def eyes(visit: Visit) -> None:
    """The administrator looks as the township does."""
    page = visit.see("seeing")
    page.get_by_role("combobox", name="角色").last.click()
    page.get_by_role("option", name="乡镇", exact=True).click()
    pick(page, "乡镇", TOWN)
    page.get_by_role("button", name="开始查看").click()
    expect(page.get_by_role("button", name="结束查看")).to_be_visible(timeout=1000 * LONG)
    drive.settle(page, LONG)
    page.screenshot(path=IMAGES / "eyes.png", clip={"x": SIDEBAR, "y": 0, "width": 1440 - SIDEBAR, "height": 420})
    page.get_by_role("button", name="结束查看").click()
    drive.settle(page, LONG)


def log(visit: Visit) -> None:
    """The audit log, every line of it verified."""
    page = visit.see("log")
    page.get_by_role("button", name="核验整条链").click()
    expect(page.get_by_text("已逐行核对")).to_be_visible(timeout=1000 * LONG)
    shoot(page, IMAGES / "log.png")
