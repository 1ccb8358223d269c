"""How long the clue rules take over whole years: FUND_WAREHOUSE=... python -m tests.clue_times 2025 2026 [rounds]."""

import os
import sys
import time
from pathlib import Path
from statistics import median

from pipelines import County, clues, open_county
from pipelines.clues.gaps import runs
from pipelines.clues.searching import found_by, tables
from pipelines.side_by_side import quiet

Spent = tuple[float, float]  # seconds by the clock, and of the processors


def measured(county: County, year: str) -> dict[str, Spent]:
    """What the tables that rules read took, and each rule with its hits; nothing kept is used."""
    began, spent = now(), {}
    cursor = tables(county, year, quiet)
    spent["tables"] = since(began)
    rows = cursor.execute("select count(*) from clue_row").fetchone()[0]
    print(f"{year}: {rows:,} settlements")
    for rule in (rule for rule in clues.rules().values() if runs(county, rule, year)):
        began = now()
        found_by(cursor, county, rule, year, rule.defaults)
        spent[rule.id] = since(began)
    cursor.close()
    return spent


def now() -> Spent:
    return time.perf_counter(), time.process_time()


def since(began: Spent) -> Spent:
    clock, processor = now()
    return clock - began[0], processor - began[1]


def middle(spent: list[Spent]) -> str:
    return "".join(f"{median(each[n] for each in spent):10.3f}" for n in (0, 1))


def main(years: list[str], rounds: int) -> None:
    county = open_county(Path(os.environ["FUND_WAREHOUSE"]))
    for year in years:
        times = [measured(county, year) for _ in range(rounds)]
        totals = [tuple(sum(each[n] for each in one.values()) for n in (0, 1)) for one in times]
        print(f"  seconds, median of {rounds}         clock processor")
        print(f"  {'all':26}{middle(totals)}")
        for name in sorted(times[0], key=lambda name: -times[0][name][1]):
            print(f"  {name:26}{middle([each[name] for each in times])}")


if __name__ == "__main__":
    asked = sys.argv[1:]
    main([word for word in asked if len(word) == 4], next((int(word) for word in asked if len(word) < 4), 5))
