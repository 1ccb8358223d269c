"""A reader's walk through the real dashboard, in a real browser."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from pipelines import Period, ask, kpis
from pipelines.answers.rows import rows
from tests.browser import drive

pytestmark = pytest.mark.browser
PAGES = ["总览", "参保", "筹资", "支出与结余", "待遇", "费用控制", "支付方式改革", "指标字典"]
PAGES += ["基金运行预测", "增长归因", "风险分担"]
PAGES += ["两定机构", "疑点线索", "稽核处罚", "案件办理", "指标考核", "稽核工作", "稽核抽样"]
AFTER_A_PLAN = ["稽核抽样"]  # has nothing to take away before a plan is drawn; tests/views/test_downloads.py draws one
FILE_PAGES = ["报告与文件", "报告正文", "报告核对", "文件验真", "封账"]
DATA_PAGES = ["数据上传", "数据日历", "操作记录", "审计日志"]
HALF_YEAR = "m=2026-01..2026-06&s=resident"


def go(page: Page, address: str) -> None:
    page.goto(address)
    drive.settle(page)


def nothing_went_wrong(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def card(page: Page, kpi: str) -> str:
    """The number on a KPI's card."""
    value = page.locator(f"[class*='st-key-card-{kpi}-']").first.get_by_test_id("stMetricValue")
    return value.inner_text().split()[0]


def offers(page: Page) -> Locator:
    """The lines of the open 下载: a table each, as Excel and as CSV."""
    body = page.get_by_test_id("stPopoverBody")
    if not body.is_visible():
        page.get_by_test_id("stMain").get_by_test_id("stPopover").get_by_role("button", name="下载").click()
    expect(body).to_be_visible()
    return body.locator("[class*='st-key-takeaway-'].stHorizontalBlock")


def saved(page: Page, words: str, folder: Path, kind: str = "CSV") -> tuple[str, list[list]]:
    """Take a table away: the file's name and its rows, the header first."""
    with page.expect_download(timeout=60_000) as download:
        offers(page).filter(has_text=words).get_by_role("button", name=kind).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    if kind == "Excel":
        return path.name, CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    return path.name, list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def test_the_first_start_builds_the_sample_county_and_shows_it(page, browser, tmp_path):
    warehouse = tmp_path / "warehouse"
    with drive.dashboard(warehouse, tmp_path / "log.txt") as address:
        page.goto(address)
        expect(page.get_by_role("heading", name="首次启动")).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("stProgress")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("heading", name="总览", exact=True)).to_be_visible(timeout=180_000)
        drive.settle(page)
        nothing_went_wrong(page)
        assert (warehouse / "CURRENT").exists()
        page.close()  # before its server goes


def visited(page: Page, titles: list[str]) -> Iterator[str]:
    """Each page once it stands on screen; none is wider than the window."""
    for title in titles:
        page.get_by_test_id("stSidebarNavLink").get_by_text(title, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible(timeout=30_000)
        drive.settle(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0, f"{title} is wider than the window"
        yield title


def test_every_page_opens_from_the_sidebar_and_fits_the_window(page, address, log):
    go(page, address)
    assert page.get_by_test_id("stSidebarNavLink").all_inner_texts() == PAGES + FILE_PAGES + DATA_PAGES
    for title in visited(page, PAGES + FILE_PAGES + DATA_PAGES):
        nothing_went_wrong(page)
        assert page.locator(".st-key-answer").inner_text().strip(), f"{title} answers nothing"
    assert "Traceback" not in log.read_text()


def test_another_period_brings_other_figures(page, address, sample_county):
    go(page, address)
    assert card(page, "inpatient_total_fee") == shown(sample_county, "inpatient_total_fee", "2026-01", "2026-06")
    page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").locator("input").click()
    page.get_by_role("option", name="2026年3月", exact=True).click()
    drive.settle(page)
    assert "m=2026-03..2026-03" in page.url
    assert card(page, "inpatient_total_fee") == shown(sample_county, "inpatient_total_fee", "2026-03", "2026-03")


def test_another_scheme_brings_other_figures_and_stays_on_the_next_page(page, address, sample_county):
    go(page, address)
    page.get_by_test_id("stSidebar").get_by_role("radio", name="职工").click()
    drive.settle(page)
    told = shown(sample_county, "inpatient_total_fee", "2026-01", "2026-06", "employee")
    assert card(page, "inpatient_total_fee") == told
    page.get_by_test_id("stSidebarNavLink").get_by_text("待遇", exact=True).click()
    expect(page.get_by_test_id("stMain")).to_contain_text("职工 · 2026年1—6月")
    drive.settle(page)
    assert "s=employee" in page.url


def shown(county, kpi: str, first: str, last: str, scheme: str = "resident") -> str:
    """What a card should say, straight from the query."""
    (figure,) = ask(county, [kpi], Period(first, last), where={"scheme": scheme})
    return figure.kpi.display(figure.value)


def test_a_figure_leads_from_the_county_to_an_institution_to_its_rows(page, address, sample_county, tmp_path):
    go(page, f"{address}/?{HALF_YEAR}")
    page.get_by_test_id("stSidebarNavLink").get_by_text("费用控制", exact=True).click()
    drive.settle(page)
    page.locator(".st-key-ranking-cost_per_case .scatterlayer .point").first.click(force=True)
    page.wait_for_url("**/institutions?*inst=*")
    drive.settle(page)
    institution = page.url.split("inst=")[1].split("&")[0]
    chosen = page.get_by_test_id("stMain").get_by_test_id("stSelectbox").locator("input").input_value()
    assert chosen.startswith(sample_county.names[institution])

    page.get_by_test_id("stPopover").get_by_role("button", name="看背后的行").click()
    page.get_by_test_id("stPopoverBody").get_by_role("link", name="次均住院费用").click()
    page.wait_for_url("**/rows?*kpi=cost_per_case*")
    drive.settle(page)
    nothing_went_wrong(page)
    expect(page.locator(".st-key-answer")).to_contain_text("与指标用的数一致")

    where = {"scheme": "resident", "institution": institution}
    behind = rows(sample_county, "cost_per_case", Period("2026-01", "2026-06"), where, limit=0)[0]
    name, lines = saved(page, "全部", tmp_path)
    assert name.endswith(".csv")
    assert len(lines) - 1 == behind.total > 0
    assert all(len(line) == len(lines[0]) for line in lines)


def test_in_a_wide_window_every_page_fits_and_every_download_button_gives_a_file(browser, address, tmp_path):
    page = drive.open_page(browser, 1920)
    seen = drive.watch(page)
    go(page, address)
    for title in visited(page, PAGES + FILE_PAGES):
        if title not in [*AFTER_A_PLAN, *FILE_PAGES]:
            taken_away(page, title, tmp_path)
    page.context.close()
    assert seen == []


def taken_away(page: Page, title: str, folder: Path) -> None:
    """Every table that the page offers comes as CSV and as Excel, with the same rows."""
    labels = [text.split("\n")[0] for text in offers(page).all_inner_texts()]
    assert labels, title
    for label in labels:
        _, lines = saved(page, label, folder)
        name, rows = saved(page, label, folder, "Excel")
        assert name.endswith(".xlsx")
        assert len(rows) == len(lines) > 1, f"{title}: {label}"
        assert rows[0] == lines[0]
    page.keyboard.press("Escape")


def test_the_dictionary_can_be_downloaded_whole(page, address, tmp_path):
    go(page, f"{address}/dictionary")
    _, lines = saved(page, "指标字典", tmp_path)
    assert len(lines) - 1 == len(kpis())


def test_a_link_carries_period_and_scheme(page, address, sample_county):
    go(page, f"{address}/?m=2025-04..2025-06&s=employee")
    expect(page.get_by_test_id("stMain")).to_contain_text("职工 · 2025年4—6月")
    told = shown(sample_county, "inpatient_total_fee", "2025-04", "2025-06", "employee")
    assert card(page, "inpatient_total_fee") == told
