"""How much memory and how many threads one process may take: FUND_MEMORY and FUND_THREADS.

The engine keeps a limit per database, and a server holds several: the build that pages read, what a load works in, the
parts of callers with a scope. Each gets a share, so that together they stay below; the rest is Python's own.
"""

import os
import re
from functools import lru_cache

import duckdb

from pipelines.errors import WarehouseError

MEMORY, THREADS = "FUND_MEMORY", "FUND_THREADS"
UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([MGT]I?B)", re.IGNORECASE)
USUAL_BYTES, LEAST_BYTES = 4 * 10**9, 10**9
READING, WRITING, ASIDE, CROWD = 3 / 8, 3 / 8, 1 / 16, 1 / 8
TAKEN_BY_DEFAULT = 0.8  # of the machine's memory, or of what its container may have: what the engine says of itself


def memory_bytes() -> int:
    """What this process may take: FUND_MEMORY, else 4 GB, at most half of what the machine has.

    Raises WarehouseError for what is no size, or too little to work with.
    """
    told = os.environ.get(MEMORY, "").strip()
    return wanted(told) if told else max(min(USUAL_BYTES, machine_bytes() // 2), LEAST_BYTES)


def wanted(told: str) -> int:
    found = SIZE.fullmatch(told)
    if not found:
        raise WarehouseError(f"{MEMORY} 是“{told}”，读不懂；应为内存大小，如 4GB")
    size = int(float(found[1]) * UNITS[found[2].upper()])
    if size < LEAST_BYTES:
        raise WarehouseError(f"{MEMORY} 是“{told}”，太小；至少要 1GB")
    return size


def threads() -> int:
    """How many threads the engine works with: FUND_THREADS, else as many as there are processors.

    Raises WarehouseError for what is no number of threads.
    """
    told = os.environ.get(THREADS, "").strip()
    if told and not (told.isascii() and told.isdigit() and 1 <= int(told) <= 1024):
        raise WarehouseError(f"{THREADS} 是“{told}”，读不懂；应为线程数，如 2")
    return int(told or os.cpu_count() or 1)


@lru_cache(maxsize=1)
def machine_bytes() -> int:
    """The memory of the machine, or of the container that the process runs in."""
    with duckdb.connect(":memory:") as con:
        found = SIZE.fullmatch(con.execute("select current_setting('memory_limit')").fetchone()[0])
    return int(float(found[1]) * UNITS[found[2].upper()] / TAKEN_BY_DEFAULT)
