"""How long documents take on the sample county: python -m tests.reports.pdf_times [WAREHOUSE]

Each line in a process of its own. cold: from the start of Python to the file; warm: the same once more, and another
period, in that process; seconds of wall clock and of all cores' work.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HEAD = "from datetime import datetime; from pathlib import Path; import os, sys, json, time; t0 = time.perf_counter()\n"
FOOT = """
def once(make):
    wall, work = time.perf_counter(), time.process_time()
    made = make()
    return [time.perf_counter() - wall, time.process_time() - work, made.pages, len(made.data)]
warehouse, at, H1 = Path(sys.argv[1]), datetime(2026, 7, 3, 9, 30), ("2026-01", "2026-06")
{setup}
first = once(lambda: make(*H1))
cold = time.perf_counter() - t0, time.process_time()
again, other = once(lambda: make(*H1)), once(lambda: make("2026-01", "2026-05"))
print(json.dumps(dict(cold=cold, pages=first[2], size=first[3], again=again, other=other)))
"""
COMPOSED = """
from reports.pdf import pdf, warm
warm()
from pipelines import Period, open_county
from reports import editions
terms = editions.Terms("张三", at)
make = lambda first, last: pdf(editions.edition(open_county(warehouse), "half_year", Period(first, last), terms))
"""
PAGE = """
from reports.pdf import pdf, warm
warm()
from views import snapshot
make = lambda first, last: pdf(snapshot.page(warehouse, "{page}", {{"m": first + ".." + last, "s": "all"}}, "张三", at))
"""
LETTER = """
from reports.pdf import pdf, warm
warm()
from pipelines import Period, open_county
from reports import letters
from reports.editions import Terms
terms = Terms("张三", at)
make = lambda first, last: pdf(letters.one(open_county(warehouse), "H99010100017", Period(first, last), terms))
"""
CASES = {
    "半年报告": COMPOSED,
    "页面 overview": PAGE.format(page="overview"),
    "页面 costs": PAGE.format(page="costs"),
    "一院一函（一家）": LETTER,
}


def measured(setup: str, warehouse: Path) -> dict:
    code = HEAD + FOOT.format(setup=setup)
    told = subprocess.run([sys.executable, "-c", code, warehouse], capture_output=True, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1])


def main(warehouse: Path) -> None:
    print("| 文件 | 页 | KB | 冷启动 秒（CPU） | 再做 秒（CPU） | 换期间 秒（CPU） |")
    print("| --- | --: | --: | --: | --: | --: |")
    for name, setup in CASES.items():
        told = measured(setup, warehouse)
        times = [f"{wall:.2f}（{work:.2f}）" for wall, work, *_ in (told["cold"], told["again"], told["other"])]
        print(f"| {name} | {told['pages']} | {told['size'] // 1000} | {' | '.join(times)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["FUND_WAREHOUSE"]))
