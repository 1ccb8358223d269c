"""How long a rerun of each page takes: python -m tests.views.rerun_times [RERUNS], on the warehouse of FUND_WAREHOUSE.

The script alone is timed, without a browser: what a click costs the server. Not a test: a busy machine must fail none.
"""

import logging
import statistics
import sys
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

DASHBOARD = Path(__file__).parents[2] / "views" / "entry.py"


def main(reruns: int) -> None:
    logging.disable(logging.CRITICAL)
    addresses = pages()
    print(f"{'page':14} first ms  p50 ms  p95 ms")
    for address in addresses:
        first, *later = [1000 * seconds for seconds in timed(address, reruns)]
        ordered = sorted(later)
        p95 = ordered[int(0.95 * len(ordered))]
        print(f"{address or 'overview':14} {first:8.0f} {statistics.median(ordered):7.0f} {p95:7.0f}")


def pages() -> list[str]:
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120).run()
    return [page["url_pathname"] for page in app._registered_pages.values() if page["url_pathname"] != "rows"]


def timed(address: str, reruns: int) -> list[float]:
    """Seconds of the first visit and of each rerun."""
    app = AppTest.from_file(str(DASHBOARD), default_timeout=120).run()
    found = next(code for code, page in app._registered_pages.items() if page["url_pathname"] == address)
    if address:
        app._page_hash = found
    taken = []
    for _ in range(reruns + 1):
        start = time.perf_counter()
        app.run()
        taken.append(time.perf_counter() - start)
        assert not app.exception, address
    return taken


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
