"""What the users of the load test do: most read pages with pauses to think, some hand in a month in between."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.month_file import write_month
from tests.load.browser import Browser, Screen, Wrong

PERIODS = ("2026-01..2026-06", "2026-06..2026-06", "2025-01..2025-12", "2026-04..2026-06", "2026-05..2026-05")
SCHEMES = ("", "resident", "employee")
KPIS = ("cost_per_case", "inpatient_total_fee", "fund_expenditure", "beneficiary_visits")
KEPT_OUT = ("uploads",)  # it is measured as uploads


@dataclass
class Tally:
    """What was measured. visits: (page, seconds); uploads: seconds from dropping a file to its receipt."""

    visits: list[tuple[str, float]] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0


@dataclass(frozen=True)
class Plan:
    """address: of the server; end: when to stop, of time.monotonic(); think: the mean pause between two clicks, s;
    institutions: codes to look at; june: a month's file to make uploads of; folder: where to put them."""

    address: str
    end: float
    think: float
    institutions: tuple[str, ...]
    june: Path
    folder: Path


async def read(plan: Plan, tally: Tally, number: int, browser: Browser) -> None:
    """One reader: opens the product, then page after page until the end."""
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, plan.think))
    await opened(browser, tally)
    while time.monotonic() < plan.end:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * plan.think)
        pages = [page for page in browser.pages if page not in KEPT_OUT]
        page = chance.choice(pages)
        started = time.monotonic()
        screen = await browser.visit(page, query_of(page, chance, plan.institutions))
        tally.visits.append((page or "overview", time.monotonic() - started))
        note(screen, tally, page)
    await browser.close()


def query_of(page: str, chance: random.Random, institutions: tuple[str, ...]) -> str:
    """An address as links lead to it: months, scheme, an institution, the rows behind a figure."""
    parts = [f"m={chance.choice(PERIODS)}", f"s={chance.choice(SCHEMES)}"]
    if page == "rows":
        parts.append(f"kpi={chance.choice(KPIS)}")
    if page == "institutions" and chance.random() < 0.5:
        parts.append(f"inst={chance.choice(institutions)}")
    return "&".join(part for part in parts if not part.endswith("="))


async def opened(browser: Browser, tally: Tally) -> None:
    started = time.monotonic()
    note(await browser.open(), tally, "open")
    tally.opened.append(time.monotonic() - started)


def note(screen: Screen, tally: Tally, page: str) -> None:
    tally.bytes += screen.bytes
    tally.errors += [f"{page}: {told}" for told in screen.errors]


async def clerk(plan: Plan, tally: Tally, browser: Browser, pause: float) -> None:
    """Whoever hands in: a month's file of some thousand rows every so often, tried out, then loaded."""
    await opened(browser, tally)
    number = 0
    while time.monotonic() + pause < plan.end:
        await asyncio.sleep(pause)
        number += 1
        path = await asyncio.to_thread(another_month, plan, number)
        started = time.monotonic()
        await loaded(browser, path)
        tally.uploads.append(time.monotonic() - started)
    await browser.close()


def another_month(plan: Plan, number: int) -> Path:
    """July's file, with one row less each time: the same file again would change nothing."""
    path = plan.folder / f"july_{number}.csv"
    write_month(plan.june, path, faulty=False)
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([*lines[: -3 - number], b""]))  # without its 合计 and note: they would be untrue
    return path


async def loaded(browser: Browser, path: Path) -> None:
    """Drop a file, look at the dry run, load it, read the receipt, clear the desk."""
    screen = await browser.visit("uploads")
    screen = await browser.hand_in(wanted(screen, "file_uploader", ""), path)
    if sure := screen.widget("checkbox", "已核对"):
        browser.tick(sure)
        screen = await browser.run()
    screen = await browser.run(trigger=wanted(screen, "button", "装入 1 个文件"))
    if not any("已装入" in text for text in screen.texts) or screen.errors:
        raise Wrong(f"not loaded: {screen.errors or screen.texts[:3]}")
    await browser.run(trigger=wanted(screen, "button", "再传一批文件"))


def wanted(screen: Screen, kind: str, label: str) -> str:
    found = screen.widget(kind, label)
    if found is None:
        raise Wrong(f"no {kind} {label}: {screen.errors or screen.texts[:5]}")
    return found
