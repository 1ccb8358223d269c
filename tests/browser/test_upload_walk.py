"""A month's upload in a real browser: a file with three faults, mended, loaded, seen on the overview, taken back."""

import csv
import io
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from pipelines.store.warehouse import journal
from tests.browser import drive
from tests.browser.test_walk import card, go, nothing_went_wrong, saved

pytestmark = pytest.mark.browser
JUNE = "m=2026-06..2026-06&s=resident"
KPI = "inpatient_total_fee"
FAULTS = {
    8: ("医疗费总额", "一千二"),
    19: ("医疗类别", "9X"),
    42: ("结算日期", "2026-06-31"),
}  # line of the file -> cell
TITLE = "云溪县2026年6月医保结算明细"


@pytest.fixture(scope="module")
def warehouse(sample_warehouse, tmp_path_factory) -> Path:
    """The sample county, to write to."""
    return shutil.copytree(sample_warehouse, tmp_path_factory.mktemp("upload") / "warehouse")


@pytest.fixture(scope="module")
def address(browser, warehouse, log):
    with drive.dashboard(warehouse, log) as address:
        yield address


@pytest.fixture(scope="module")
def june(sample_files) -> list[list[str]]:
    """June's settlements as another export writes them: a title above the header, every fourth row not there."""
    with (sample_files / "settlements_2026-06.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return [[TITLE], head, *(row for number, row in enumerate(rows) if number % 4)]


def written(folder: Path, lines: list[list[str]], faults: dict) -> Path:
    """六月结算.csv in GB18030, with these cells at these lines."""
    heads = lines[1]
    text = io.StringIO()
    out = csv.writer(text)
    for number, line in enumerate(lines, start=1):
        if number in faults:
            column, value = faults[number]
            line = [value if head == column else cell for head, cell in zip(heads, line, strict=True)]
        out.writerow(line)
    path = folder / "六月结算.csv"
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def drop(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploaderDropzone").get_by_role("button").last.click()
    chooser.value.set_files(paths)
    expect(page.get_by_role("heading", name="试读结果")).to_be_visible(timeout=120_000)
    drive.settle(page, 120)


def open_page(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNavLink").get_by_text(title, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible(timeout=30_000)
    drive.settle(page)


def workbook(page: Page, label: str, folder: Path) -> dict[str, list]:
    """Press a download button: the rows of each sheet of the workbook that comes."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name=label).click()
    path = folder / "download.xlsx"
    download.value.save_as(path)
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_faulty_file_is_mended_loaded_seen_and_taken_back(page, address, warehouse, june, tmp_path, log):
    go(page, f"{address}/?{JUNE}")
    before, entries = card(page, KPI), len(journal(warehouse))

    open_page(page, "数据上传")
    drop(page, written(tmp_path, june, FAULTS))
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("3 行有问题")
    for line, (column, value) in FAULTS.items():
        expect(main).to_contain_text(f"第 {line} 行“{column}”：“{value}”；")
    expect(main).to_contain_text("GB18030")
    assert len(journal(warehouse)) == entries
    told = workbook(page, "下载问题", tmp_path)
    assert [row[0] for row in told["问题清单"][1:4]] == list(FAULTS)
    assert [row[0] for row in told["有问题的行"][1:]] == list(FAULTS)

    page.get_by_test_id("stFileChipDeleteBtn").get_by_role("button").click()
    expect(page.get_by_role("heading", name="试读结果")).to_have_count(0)
    drive.settle(page)
    drop(page, written(tmp_path, june, {}))
    open_page(page, "总览")
    open_page(page, "数据上传")
    expect(main).to_contain_text("已在试读：六月结算.csv")
    expect(main).to_contain_text("可装入")
    main.get_by_text("已核对，数据无误").click()
    drive.settle(page)
    page.get_by_role("button", name="装入 1 个文件，替换 2026年6月的结算明细").click()
    expect(main).to_contain_text("号回执", timeout=120_000)
    drive.settle(page)
    nothing_went_wrong(page)

    page.get_by_test_id("stMain").get_by_role("link", name="看总览").click()
    expect(page.get_by_role("heading", level=1, name="总览", exact=True)).to_be_visible(timeout=30_000)
    go(page, f"{address}/?{JUNE}")
    after = card(page, KPI)
    assert float(after.replace(",", "")) < 0.8 * float(before.replace(",", ""))

    open_page(page, "数据日历")
    page.locator("[class*='st-key-day-replaced'][class*='settlements-2026-06']").get_by_role("button").click()
    drive.settle(page)
    expect(main).to_contain_text("六月结算.csv")
    page.get_by_test_id("stPopover").get_by_role("button", name="撤销").click()
    page.get_by_label("原因").fill("测试完毕")
    page.get_by_role("button", name="确认撤销").click()
    expect(main).to_contain_text("已撤销 六月结算.csv", timeout=120_000)
    drive.settle(page)
    go(page, f"{address}/?{JUNE}")
    assert card(page, KPI) == before
    open_page(page, "操作记录")
    assert [entry.action for entry in journal(warehouse)[entries:]] == ["commit", "undo"]
    assert "Traceback" not in log.read_text()


def test_a_county_begins_with_its_own_files_instead_of_the_sample(page, sample_files, tmp_path):
    with drive.dashboard(tmp_path / "warehouse", tmp_path / "log.txt") as address:
        page.goto(address)
        page.get_by_role("link", name="直接上传本县文件").click(timeout=60_000)
        expect(page.get_by_role("heading", level=1, name="数据上传", exact=True)).to_be_visible(timeout=60_000)
        drive.settle(page, 120)
        drop(page, sample_files / "enrolment_2026.csv")
        page.get_by_role("button", name="装入 1 个文件").click()
        expect(page.get_by_test_id("stMain")).to_contain_text("号回执", timeout=120_000)
        page.get_by_test_id("stMain").get_by_role("link", name="看总览").click()
        expect(page.get_by_role("heading", level=1, name="总览", exact=True)).to_be_visible(timeout=60_000)
        drive.settle(page)
        nothing_went_wrong(page)
        assert [entry.by for entry in journal(tmp_path / "warehouse")] != ["示例"]
        assert len(journal(tmp_path / "warehouse")) == 1
        page.close()  # before its server goes


@pytest.mark.parametrize(("method", "status"), [("PUT", 403), ("DELETE", 403)])
def test_who_was_not_given_a_page_cannot_upload_or_delete(address, warehouse, method, status):
    before = sorted((warehouse / "inbox").glob("*/*"))
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    place = f"{address}/_stcore/upload_file/somebody/something"
    request = urllib.request.Request(place, body, headers, method=method)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == status
    assert sorted((warehouse / "inbox").glob("*/*")) == before


def test_the_journal_is_taken_away_as_a_workbook(page, address, warehouse, tmp_path):
    go(page, f"{address}/journal")
    _, told = saved(page, "全部记录", tmp_path, "Excel")
    assert [row[0] for row in told[1:]] == list(range(len(journal(warehouse)), 0, -1))


def test_the_uploader_speaks_chinese(page, address):
    go(page, f"{address}/uploads")
    button = page.get_by_test_id("stFileUploaderDropzone").get_by_role("button")
    told = button.locator("p").evaluate("p => getComputedStyle(p, '::after').content")
    assert told == '"选择文件"'


def test_a_file_that_no_browser_sends_is_told_of_in_chinese(page, address, tmp_path):
    huge, rar = tmp_path / "六月.csv", tmp_path / "六月.rar"
    with huge.open("wb") as file:
        file.truncate(501 << 20)
    rar.write_bytes(b"Rar!" + b"x" * 100)
    go(page, f"{address}/uploads")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([huge, rar])
    expect(page.get_by_text("这是 rar 压缩包，请解压或改存为 zip 后上传").first).to_be_visible()
    chip = page.locator(".stFileChip[aria-invalid='true']")
    assert chip.evaluate("chip => getComputedStyle(chip, '::after').content") == '"没有上传：文件太大，或连接断了"'
    chip.hover()
    tip = page.get_by_test_id("stTooltipErrorContent")
    tip.wait_for(state="attached")
    assert not tip.is_visible()


@pytest.mark.parametrize("width", [1440, 1920])
def test_the_pages_of_the_data_are_no_wider_than_the_window(browser, address, width):
    page = drive.open_page(browser, width)
    for path in ("uploads", "calendar?cell=settlements.2026-06", "journal"):
        go(page, f"{address}/{path}")
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0, path
    page.context.close()


def test_every_cell_of_the_calendar_is_reached_by_tab(page, address):
    go(page, f"{address}/calendar")
    page.locator("[class*='st-key-day-'] button").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[class*=\"st-key-day-\"]') !== null")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stMain")).to_contain_text("SHA-256")
