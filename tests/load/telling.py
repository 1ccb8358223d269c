"""What the load test found, as the lines of docs/performance.md."""

import statistics
from collections import Counter
from dataclasses import dataclass

from tests.load.people import Tally

SHOWN_ERRORS = 20


@dataclass
class Memory:
    """MB that the server held: before anybody came, at most, when all had left, and half a minute later.

    cpu: processor seconds that it used meanwhile.
    """

    before: float = 0
    peak: float = 0
    busy: float = 0
    after: float = 0
    cpu: float = 0


def report(tally: Tally, memory: Memory, users: int, minutes: float, think: float) -> str:
    seconds = sorted(taken for _, taken in tally.visits)
    lines = [
        f"{users} users for {minutes:g} minutes, {think:g} s between clicks: {len(seconds):,} pages, "
        f"{len(tally.uploads)} uploads, {tally.bytes / 2**20:,.0f} MB sent",
        f"page rerun, ms: p50 {ms(seconds, 0.5)}, p95 {ms(seconds, 0.95)}, p99 {ms(seconds, 0.99)}, "
        f"most {ms(seconds, 1)}",
        f"opening the product, ms: p50 {ms(sorted(tally.opened), 0.5)}, p95 {ms(sorted(tally.opened), 0.95)}",
        f"an upload from file to receipt, s: p50 {median(tally.uploads):.1f}, most {max(tally.uploads, default=0):.1f}",
        f"memory, MB: before {memory.before:,.0f}, most {memory.peak:,.0f}, all gone {memory.busy:,.0f}, "
        f"half a minute later {memory.after:,.0f}",
        f"processor time of the server: {memory.cpu:,.0f} s, uploads and all",
        f"errors: {len(tally.errors)}",
        *(f"  {n} x {told[:300]}" for told, n in Counter(tally.errors).most_common(SHOWN_ERRORS)),
        "",
        "| Page | Visits | p50, ms | p95, ms |",
        "| --- | ---: | ---: | ---: |",
    ]
    return "\n".join([*lines, *(row(page, tally) for page in sorted({page for page, _ in tally.visits}))])


def row(page: str, tally: Tally) -> str:
    seconds = sorted(taken for name, taken in tally.visits if name == page)
    return f"| {page} | {len(seconds)} | {ms(seconds, 0.5)} | {ms(seconds, 0.95)} |"


def ms(ordered: list[float], share: float) -> str:
    return f"{1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:,.0f}" if ordered else "—"


def median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0
