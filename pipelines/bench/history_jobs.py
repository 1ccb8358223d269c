"""What is measured of a warehouse that already holds a history: reading it, drilling into it, carrying it on."""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from pipelines import County, Period, ask, clues, open_county, rows
from pipelines.bench.jobs import TREND, is_cost, timed
from pipelines.child import finished
from pipelines.periods import shifted
from pipelines.registry import kpis, themes
from pipelines.store.facts import definitions_id
from pipelines.store.warehouse import batches

USERS, CLICKS = 20, 12
VISITS, ROUNDS = 15, 5
SCHEMES = ("resident", "employee")
HALF_YEAR = 6
REPORT_SECONDS = 900


def spread(seconds: list[float]) -> dict:
    """Milliseconds: the median, the 95th of a hundred, and the first one, which finds nothing remembered."""
    cut = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return {"p50": 1000 * median(seconds), "p95": 1000 * cut, "first": 1000 * seconds[0]}


def page(county: County, theme: str, where: dict | None = None) -> None:
    """All questions of a theme's page: the cards with their trends, and each institution's costs."""
    cards = [k for k, kpi in kpis().items() if kpi.theme == theme]
    if where:
        cards = [k for k in cards if set(where) <= {*kpis()[k].levels}]
    costs = [k for k in cards if theme == "cost_control" and is_cost(kpis()[k])]
    ask(county, cards, county.default_period, where=where, trend=TREND)
    if costs:
        ask(county, costs, county.default_period, by=("institution",), where=where)


def page_times(warehouse: str) -> dict:
    """theme -> spread of all questions of its page."""
    county = open_county(Path(warehouse))
    return {theme: spread([timed(page, county, theme)["wall"] for _ in range(VISITS)]) for theme in themes()}


def users(warehouse: str) -> dict:
    """USERS at once, each opening CLICKS pages one by one, of either scheme or both: spread, and pages a second."""
    county = open_county(Path(warehouse))
    wheres = [None, *({"scheme": scheme} for scheme in SCHEMES)]

    def one(user: int) -> list[float]:
        opened = [
            ([*themes()][(user + 3 * n) % len(themes())], wheres[(user + n) % len(wheres)]) for n in range(CLICKS)
        ]
        return [timed(page, county, theme, where)["wall"] for theme, where in opened]

    began = time.perf_counter()
    with ThreadPoolExecutor(USERS) as pool:
        seconds = [second for each in pool.map(one, range(USERS)) for second in each]
    return spread(seconds) | {"per_second": len(seconds) / (time.perf_counter() - began)}


def drill(warehouse: str) -> dict:
    """The rows of one institution and month: the first hundreds of them, how many there are, and their sum."""
    county = open_county(Path(warehouse))
    busy = busiest(county)
    months = [shifted(county.last_month, -3 * back) for back in range(ROUNDS)]
    seconds, listed = [], 0
    for institution in busy:
        for month in months:
            seen = partial(rows, county, "beneficiary_visits", Period(month, month), {"institution": institution})
            told = []
            seconds.append(timed(lambda seen=seen, told=told: told.extend(seen()))["wall"])
            if not all(each.agrees for each in told):
                raise RuntimeError(f"the rows of {institution} in {month} do not add up to the figure")
            listed += sum(each.total for each in told)
    return spread(seconds) | {"rows": listed / len(seconds)}


def busiest(county: County, few: int = 3) -> list[str]:
    """Institutions with most rows, a middling one among them."""
    found = ask(county, ["beneficiary_visits"], Period(county.last_month, county.last_month), by=("institution",))
    ordered = [f.dims["institution"] for f in sorted(found, key=lambda f: -(f.value or 0))]
    return list(dict.fromkeys([*ordered[: few - 1], ordered[len(ordered) // 2]]))


def persons(warehouse: str) -> dict:
    """Distinct persons by scheme of a month, a half-year and two years, and of one institution in a half-year."""
    county = open_county(Path(warehouse))
    last = county.last_month
    spans = {"month": 1, "half_year": HALF_YEAR, "two_years": 24}
    found = {}
    for name, months in spans.items():
        period = Period(shifted(last, 1 - months), last)
        asked = partial(ask, county, ["beneficiary_persons"], period, by=("scheme",))
        found[name] = spread([timed(asked)["wall"] for _ in range(ROUNDS)])
    half_year, institution = Period(shifted(last, 1 - HALF_YEAR), last), busiest(county, 1)[0]
    asked = partial(ask, county, ["beneficiary_persons"], half_year, where={"institution": institution})
    return found | {"institution": spread([timed(asked)["wall"] for _ in range(ROUNDS)])}


def clue_rules(warehouse: str, year: str) -> dict:
    """All rules over a year. What they find is kept in the warehouse, which has nothing kept of that year yet."""
    county = open_county(Path(warehouse))
    hits = []
    return timed(lambda: hits.extend(clues.screen(county, year))) | {"hits": len(hits)}


def half_year_report(warehouse: str) -> dict:
    """The half-year report as a PDF, as `python -m reports pdf` makes it: a whole process."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.pdf"
        asked = ["--warehouse", str(Path(warehouse).resolve()), "pdf", "--out", str(target)]
        codes = []
        spent = timed(lambda: codes.append(finished("reports", asked, REPORT_SECONDS)))
        if codes != [0]:
            raise RuntimeError("python -m reports pdf failed")
        return spent | {"bytes": target.stat().st_size} | children_peak()


def children_peak() -> dict:
    """The most memory a finished child of this process held."""
    try:
        import resource
    except ImportError:
        return {}
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"peak_mb": most / (1 << 20 if sys.platform == "darwin" else 1 << 10)}


def disk(warehouse: str) -> dict:
    """Bytes a settlement row takes: in the batches, in the roll-ups of today's definitions, in the build in force."""
    folder = Path(warehouse)
    settled = [batch for batch in batches(folder) if batch.table == "settlements"]
    rows_in_all = sum(int(batch.totals["rows"]) for batch in settled)
    build = folder / "builds" / f"{(folder / 'CURRENT').read_text().strip()}.duckdb"
    sizes = {
        "rows": sum(size(folder / "batches" / batch.id) for batch in settled),
        "rollups": size(folder / "rollups" / definitions_id()),
        "build": build.stat().st_size,
    }
    return {name: told / rows_in_all for name, told in sizes.items()}


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
