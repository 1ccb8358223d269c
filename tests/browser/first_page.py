"""Ask a running dashboard for its first page: python -m tests.browser.first_page ADDRESS

Waits until the overview has really been drawn, the sample county being built on the way if need be.
"""

import sys
import time

from playwright.sync_api import expect

from tests.browser import drive

PATIENCE = 240


def main(address: str) -> None:
    start = time.monotonic()
    with drive.chromium() as browser:
        page = drive.open_page(browser)
        seen = drive.watch(page)
        page.goto(address)
        overview = page.get_by_role("heading", level=1, name="总览", exact=True)
        expect(overview).to_be_visible(timeout=PATIENCE * 1000)
        drive.settle(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stMetric").first).to_be_visible()
        cards = page.get_by_test_id("stMetric").count()
    if seen:
        sys.exit("\n".join(seen))
    print(f"{address} shows the overview with {cards} cards after {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1])
