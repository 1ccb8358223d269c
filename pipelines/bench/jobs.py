"""What is measured of a file and of a whole warehouse; each job runs in a process of its own (child.py)."""

import re
import shutil
import statistics
import sys
import time
from pathlib import Path

import duckdb

from pipelines import ask, load, open_county
from pipelines.contracts import contracts
from pipelines.engine import literal
from pipelines.registry import Kpi, kpis, themes
from pipelines.store import builds
from pipelines.store.warehouse import live
from pipelines.uploads.values import sql_type

BATCH = "settlements"
TREND, WARM_RUNS = 24, 15
SUMS = ("medfee_sumamt", "fund_pay_sumamt", "acct_pay", "psn_cash_pay")
KEYS = ("fixmedins_code", "insutype", "med_type")


def timed(work, *given) -> dict:
    """Seconds that work(*given) took: on the wall, and of all threads on the processors."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(*given)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def bare(file: str, database: str) -> dict:
    """DuckDB's own typed read_csv into a table of a database file, or of memory (":memory:")."""
    with quiet_connection(database) as con:
        types = {c.header: stored(c) for c in contracts()["settlements"].layouts[0].columns.values()}
        columns = ", ".join(f"{literal(header)}: {literal(kind)}" for header, kind in types.items())
        query = f"from read_csv({literal(file)}, columns = {{{columns}}}, header = true, auto_detect = false)"

        def read() -> None:
            con.execute(f"create table settlements as {query}")
            con.execute("checkpoint")

        return timed(read)


def stored(column) -> str:
    """The type a bare reader can give a column: it knows no pseudonyms."""
    return "varchar" if column.type == "person" else sql_type(column)


def quiet_connection(database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(database)
    con.execute("set enable_progress_bar = false")
    return con


def whole_load(file: str, warehouse: str) -> dict:
    """The product's load of a file or a folder, from bytes to the build in force; fresh or onto history."""
    receipts = []
    found = timed(lambda: receipts.extend(load(Path(warehouse), [Path(file)], "bench")))
    if {r.status for r in receipts} != {"loaded"}:
        raise RuntimeError("; ".join(p.text for r in receipts for p in r.problems) or receipts[0].status)
    return found


def derived(warehouse: str, former: str) -> dict:
    """What follows from the last batch, made again: its roll-up, and the build carried on from the former one."""
    folder = Path(warehouse)
    in_force = builds.current(folder)
    newest = max(live(folder).items(), key=lambda told: (told[0][0] == BATCH, told[0]))[1]
    builds.build_path(folder, in_force).unlink()
    for path in (folder / "rollups").glob(f"*/{newest.id}"):
        shutil.rmtree(path)
    (folder / "CURRENT").write_text(former)
    return timed(builds.catch_up, folder)


def rebuild(warehouse: str) -> dict:
    """Every roll-up and the build, made again from the typed rows."""
    folder = Path(warehouse)
    shutil.rmtree(folder / "rollups")
    shutil.rmtree(folder / "builds")
    (folder / "CURRENT").unlink()
    return timed(builds.catch_up, folder)


def pages(warehouse: str) -> dict:
    """theme -> milliseconds (median) of all questions of its page: the cards' trends, and each institution's costs."""
    county = open_county(Path(warehouse))
    found = {}
    for theme in themes():
        cards = [k for k, kpi in kpis().items() if kpi.theme == theme]
        costs = [k for k in cards if theme == "cost_control" and is_cost(kpis()[k])]

        def answer(cards=cards, costs=costs) -> None:
            ask(county, cards, county.default_period, trend=TREND)
            if costs:
                ask(county, costs, county.default_period, by=("institution",))

        answer()
        found[theme] = 1000 * statistics.median(timed(answer)["wall"] for _ in range(WARM_RUNS))
    return found


def is_cost(kpi: Kpi) -> bool:
    return kpi.unit == "元" and "institution" in kpi.levels


def in_duckdb(rows: str) -> dict:
    sums = ", ".join(f"sum({column})" for column in SUMS)
    query = f"select date_trunc('month', setl_time), {', '.join(KEYS)}, {sums} from {literal(rows)} group by all"
    with quiet_connection() as con:
        return counted(lambda: len(con.execute(query).fetchall()))


def in_polars(rows: str) -> dict:
    import polars

    def group() -> int:
        keys = [polars.col("setl_time").dt.truncate("1mo"), *KEYS]
        lazy = polars.scan_parquet(rows).group_by(keys).agg(polars.col(*SUMS).sum())
        return lazy.collect(engine="streaming").height

    return counted(group)


def in_pandas(rows: str) -> dict:
    import pandas

    def group() -> int:
        frame = pandas.read_parquet(rows, columns=["setl_time", *KEYS, *SUMS], dtype_backend="pyarrow")
        frame = frame.astype(dict.fromkeys(SUMS, "float64") | {"setl_time": "datetime64[us]"})
        keys = [frame["setl_time"].dt.to_period("M"), *KEYS]
        return len(frame.groupby(keys, observed=True)[list(SUMS)].sum())

    return counted(group)


def counted(group) -> dict:
    """Seconds, and how many groups there were: the engines must agree on that."""
    groups = []
    return timed(lambda: groups.append(group())) | {"groups": groups[0]}


def peak_megabytes() -> float | None:
    """The most memory this process ever held; None where the system does not tell.

    Linux's ru_maxrss begins with what the parent held, so its own /proc is asked first.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(peak) / 1024
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
