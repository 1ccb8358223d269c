"""How long the clue rules take over whole years: FUND_WAREHOUSE=... python -m tests.clue_times 2025 2026 [rounds]."""

import os
import sys
import time
from pathlib import Path
from statistics import median

from pipelines import County, clues, open_county
from pipelines.clues.gaps import runs
from pipelines.clues.screening import found_by, tables
from pipelines.side_by_side import quiet


def measured(county: County, year: str) -> dict[str, float]:
    """Seconds of the tables that rules read, and of each rule with its hits; nothing kept is used."""
    began, spent = time.perf_counter(), {}
    cursor = tables(county, year, quiet)
    spent["tables"] = time.perf_counter() - began
    for rule in (rule for rule in clues.rules().values() if runs(county, rule, year)):
        began = time.perf_counter()
        found_by(cursor, county, rule, year, rule.defaults)
        spent[rule.id] = time.perf_counter() - began
    cursor.close()
    return spent


def main(years: list[str], rounds: int) -> None:
    county = open_county(Path(os.environ["FUND_WAREHOUSE"]))
    for year in years:
        began = time.process_time()
        times = [measured(county, year) for _ in range(rounds)]
        processor = (time.process_time() - began) / rounds
        whole = median(sum(each.values()) for each in times)
        print(f"{year}: {whole:.2f} s, {processor:.2f} s of processor time; median of {rounds} rounds")
        for name in sorted(times[0], key=lambda name: -times[0][name]):
            print(f"  {name:26}{median(each[name] for each in times):8.3f}")


if __name__ == "__main__":
    asked = sys.argv[1:]
    main([word for word in asked if len(word) == 4], next((int(word) for word in asked if len(word) < 4), 5))
