"""The pictures of docs/guide/documents.md: the half-year report from a draft to the official PDF, a page, a letter."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pipelines import lock
from tests.browser import drive
from tests.browser.guide import BY, IMAGES
from tests.browser.guide.supervision import INSTITUTION
from tests.browser.pictures import LONG, Visit, found, paper, shoot, take

MONTHS = [f"2026-0{month}" for month in range(1, 7)]
PERIOD = f"m={MONTHS[0]}..{MONTHS[-1]}"
EDITION = f"documents?{PERIOD}&d=half_year:{MONTHS[0]}..{MONTHS[-1]}"


def walk(visit: Visit) -> None:
    """Every step of the guide, each with its picture."""
    shoot(visit.see(EDITION), IMAGES / "documents.png", until="做过的文件")
    report = official(visit)
    printed(report)
    costs = visit.see(f"costs?{PERIOD}&s=resident")
    paper(take(costs, costs.get_by_role("button", name="本页 PDF"), visit.folder / "页.pdf"), image("page_pdf"), 0, 2)
    letter(visit)


def official(visit: Visit) -> Path:
    """Close the months, make the report, take it away."""
    for month in MONTHS:
        lock(visit.warehouse, month, BY, "各表已核对，与财务对过账")
    page = visit.see(EDITION)
    page.get_by_text("正式件", exact=True).first.click()
    drive.settle(page, LONG)
    made = make(page, "PDF")
    shoot(page, image("documents_made"))
    return take(page, made, visit.folder / "半年报告.pdf")


def make(page: Page, form: str):
    """Press a form's button; returns the button by which the file is taken away."""
    page.get_by_role("button", name=form, exact=True).click()
    button = page.get_by_role("button", name="下载 ").first
    expect(button).to_be_visible(timeout=1000 * LONG)
    drive.settle(page, LONG)
    return button


def printed(report: Path) -> None:
    """Cover and headline figures, a theme, the annex; all four for the front page of the product."""
    theme, annex = found(report, "受益情况", 3), found(report, "分子", found(report, "附录", 4))
    paper(report, image("report_cover"), 0, 2)
    paper(report, image("report_theme"), theme, annex)
    paper(report, drive.ROOT / "docs" / "images" / "report.png", 0, 2, theme, annex, width=420)


def letter(visit: Visit) -> None:
    page = visit.see(f"institutions?inst={INSTITUTION}&{PERIOD}")
    button = page.get_by_role("button", name="下载正式函（PDF）")
    paper(take(page, button, visit.folder / "函.pdf"), image("letter"), 0)


def image(name: str) -> Path:
    return IMAGES / f"{name}.png"
