"""The pictures of docs/guide/signing.md: months closed, corrected after the report was out, a note, a file verified."""

import csv
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from pipelines import Period, load, open_county
from reports import editions, filing
from tests.browser import drive
from tests.browser.guide import BY, IMAGES
from tests.browser.pictures import LONG, Visit, choose, shoot, shoot_open

PERIOD = Period("2026-01", "2026-06")
ADDRESS = f"signing?m={PERIOD.first}..{PERIOD.last}"
WHY = "5月一件案件重复登记，删去"


def walk(visit: Visit) -> None:
    """Every step of the guide, each with its picture."""
    close(visit.see(ADDRESS))
    report = official(visit)
    load(visit.warehouse, [corrected(visit)], BY, restating=WHY)
    page = visit.see(ADDRESS)
    shoot(page, IMAGES / "signing.png", until="更正清单")
    shoot(page, IMAGES / "restated.png", since="更正清单", until="批注")
    page.get_by_role("button", name="说明").first.click()
    shoot_open(page, IMAGES / "explaining.png")
    note(visit.see(f"costs?m={PERIOD.first}..{PERIOD.last}&s=resident"))
    verify(visit.see("verifying"), report)


def close(page: Page) -> None:
    """All months that are complete, as the form proposes them."""
    page.get_by_test_id("stPopover").get_by_role("button", name="封账").click()
    drive.settle(page)
    page.get_by_label("操作人").first.fill(BY)
    page.get_by_label("原因").first.fill("各表已核对，与财务对过账")
    shoot_open(page, IMAGES / "closing.png")
    page.get_by_role("button", name="确认封账").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("已封账", timeout=1000 * LONG)


def official(visit: Visit) -> Path:
    """The half-year report as it was handed out."""
    terms = editions.Terms(BY, datetime.now().replace(microsecond=0), official=True)
    report = visit.folder / "半年报告.pdf"
    report.write_bytes(filing.filed(open_county(visit.warehouse), "half_year", PERIOD, terms, "pdf").data)
    return report


def corrected(visit: Visit) -> Path:
    """The ledger without the last case that a later step belongs to, which stays behind."""
    rows, steps = (records(visit.files / f"{name}_2026.csv") for name in ("penalties", "case_progress"))
    moved = {step["案件编号"] for step in steps}
    rows.remove([row for row in rows if row["案件编号"] in moved][-1])
    target = visit.folder / "处罚台账.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def note(page: Page) -> None:
    page.get_by_test_id("stPopover").get_by_role("button", name="口径").first.click()
    shoot_open(page, IMAGES / "note.png")


def verify(page: Page, report: Path) -> None:
    choose(page, report)
    expect(page.get_by_role("heading", name="登记簿")).to_be_visible(timeout=1000 * LONG)
    shoot(page, IMAGES / "verifying.png")
