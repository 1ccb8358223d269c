"""How long the audit log takes: python -m tests.audit_log.log_times [lines], by default a year of a million lines.

Prints what one line costs, what the same view again costs, and how long searching and verifying the year take.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import perf_counter

from pipelines import audit_log
from pipelines.audit_log import Asked, Line, anchors
from pipelines.audit_log.lines import START, folder, written

TOLD = {"指标": "cost_per_case", "期间": "2026-01..2026-06", "scheme": "resident", "范围": "第 1 行起"}


def main(lines: int) -> None:
    place = Path(tempfile.mkdtemp())
    try:
        year(place, lines)
        size = sum(path.stat().st_size for path in folder(place).glob("*.jsonl"))
        print(f"{lines:,} lines, {size / 1e6:,.0f} MB")
        costs("record", lambda: audit_log.record(place, "rows", "次均住院费用", TOLD, 100), 500)
        costs("the same view again", lambda: audit_log.seen(place, "rows", "次均住院费用", TOLD, 100), 500)
        costs("page: the last 300", lambda: list(islice(audit_log.search(place, Asked()), 300)), 5)
        costs("page: glance and head", lambda: (audit_log.glance(place), audit_log.head(place)), 20)
        costs("one account, 300 of it", lambda: list(islice(audit_log.search(place, Asked(who="员工17")), 300)), 5)
        costs("a text that is nowhere", lambda: list(audit_log.search(place, Asked(text="没有的文字"))), 2)
        costs("verify", lambda: audit_log.verify(place), 1)
    finally:
        shutil.rmtree(place)


def costs(name: str, call: Callable, times: int) -> None:
    found = []
    for _ in range(times):
        begun = perf_counter()
        call()
        found.append((perf_counter() - begun) * 1000)
    found.sort()
    print(f"{name:<24} p50 {found[len(found) // 2]:9.2f} ms   p95 {found[int(len(found) * 0.95)]:9.2f} ms")


def year(place: Path, lines: int) -> None:
    """A year of the log, written at once: a line of its own each would take an hour of flushing."""
    folder(place).mkdir(parents=True)
    line = Line(0, "", "", "稽核", "", "8f3a2b1c", "10.20.1.37", "rows", "次均住院费用", TOLD, 100)
    head, number = START, 0
    for month in range(1, 13):
        with (folder(place) / f"2025-{month:02}.jsonl").open("wb") as file:
            for _ in range(lines // 12):
                number += 1
                at = f"2025-{month:02}-{number % 28 + 1:02}T09:30:00.000+08:00"
                raw, head = written(replace(line, number=number, at=at, who=f"员工{number % 50}"), head, b"")
                file.write(raw)
    anchors.anchor(place, number, head)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
