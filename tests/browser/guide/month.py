"""The pictures of docs/guide/README.md: the month's routine, a file of July with three faults, mended and loaded."""

from playwright.sync_api import Page, expect

from tests.browser import drive
from tests.browser.guide import BY, IMAGES
from tests.browser.month_file import odd_headers, write_month
from tests.browser.pictures import LONG, Visit, drop, shoot_open
from tests.browser.pictures import shoot as taken


def walk(visit: Visit) -> None:
    """Every step of the guide, each with its picture."""
    files, folder = visit.files, visit.folder
    june, july = files / "settlements_2026-06.csv", folder / "七月结算.csv"
    page = visit.see("uploads")
    shoot(page, "start", left=0)
    templates(page)
    drop(page, write_month(june, july, faulty=True))
    shoot(page, "problems", since="试读结果", until="控制总数")
    take_away(page)
    drop(page, odd_headers(files / "enrolment_2026.csv", folder / "旧系统导出.csv"))
    shoot(page, "mapping", since="试读结果")
    take_away(page)
    drop(page, write_month(june, july, faulty=False))
    shoot(page, "controls", since="试读结果", until="选要装入的文件")
    confirm(page)
    shoot(page, "effects", since="选要装入的文件")
    page.get_by_role("button", name="装入 1 个文件").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("号回执", timeout=1000 * LONG)
    shoot(page, "receipt", since="回执")
    calendar(visit)
    shoot(visit.see("journal"), "journal")


def templates(page: Page) -> None:
    page.get_by_role("button", name="下载模板").click()
    shoot_open(page, IMAGES / "templates.png", tallest=530)
    page.keyboard.press("Escape")
    drive.settle(page)


def take_away(page: Page) -> None:
    page.get_by_test_id("stFileChipDeleteBtn").get_by_role("button").click()
    expect(page.get_by_role("heading", name="试读结果")).to_have_count(0)
    drive.settle(page)


def confirm(page: Page) -> None:
    """Say who loads, and that the large changes were looked at."""
    page.get_by_label("装入人").fill(BY)
    page.keyboard.press("Tab")
    drive.settle(page, LONG)
    page.get_by_text("已核对，数据无误").click()
    drive.settle(page, LONG)


def calendar(visit: Visit) -> None:
    """July is there, though not all its tables; June is whole and is locked."""
    page = visit.see("calendar?cell=settlements.2026-06")
    page.get_by_test_id("stPopover").get_by_role("button", name="锁定本月").click()
    drive.settle(page)
    page.get_by_label("操作人").last.fill(BY)
    page.get_by_label("原因").last.fill("六月各表已核对，已上报")
    page.get_by_role("button", name="确认锁定本月").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("已锁定", timeout=1000 * LONG)
    drive.settle(page, LONG)
    shoot(page, "calendar")


def shoot(page: Page, name: str, **part) -> None:
    taken(page, IMAGES / f"{name}.png", **part)
