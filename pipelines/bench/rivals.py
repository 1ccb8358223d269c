"""The same three answers of a half-year from four engines: the product, DuckDB on raw rows, polars, pandas.

reimbursed, a_year_ago: of inpatients, fund and cost by scheme; bed_days: their cost and days by institution; persons:
distinct ones by scheme. Money in whole fen, so that answers are equal or they are not.
"""

from pathlib import Path

from pipelines import Period, ask, open_county
from pipelines.bench.jobs import quiet_connection, timed
from pipelines.contracts import code_lists
from pipelines.engine import literal
from pipelines.store.warehouse import live

Answers = dict[str, dict[str, list[int]]]
FEE, FUND = "medfee_sumamt", "fund_pay_sumamt"
NEEDED = ("setl_time", "insutype", "med_type", "vali_flag", "refd_setl_flag", "fixmedins_code", "psn_no", "ipt_days")
READ = (*NEEDED, FEE, FUND)
MEMORY = "6GB"


def answered(work) -> dict:
    """Seconds that an engine took for all answers, and the answers."""
    told: list[Answers] = []
    return timed(lambda: told.append(work())) | {"answers": told[0]}


def half_years(first: str, last: str) -> tuple[Period, Period]:
    now = Period(first, last)
    return now, now.year_ago()


def files_of(warehouse: str) -> list[str]:
    """The Parquet of the settlements that count."""
    folder = Path(warehouse)
    found = {batch.id for (table, *_), batch in live(folder).items() if table == "settlements"}
    return [str(folder / "batches" / batch / "rows.parquet") for batch in sorted(found)]


def codes_of(source: str, **wanted: str) -> list[str]:
    """The codes of a list that lead to a dimension's value, as the contracts know them."""
    ((dimension, value),) = wanted.items()
    return [code for code, entry in code_lists()[source].items() if entry.maps[dimension] == value]


def schemes() -> dict[str, str]:
    return {code: entry.maps["scheme"] for code, entry in code_lists()["insutype"].items()}


def product(warehouse: str, first: str, last: str) -> dict:
    """The product's own: the build that is there anyway."""

    def work() -> Answers:
        county = open_county(Path(warehouse))
        now, ago = half_years(first, last)
        halves = [ask(county, ["actual_reimb_ratio"], period, by=("scheme",)) for period in (now, ago)]
        stays = ask(county, ["cost_per_bed_day"], now, by=("institution",))
        persons = ask(county, ["beneficiary_persons"], now, by=("scheme",))
        return told(
            [[(f.dims["scheme"], in_fen(f.numerator), in_fen(f.denominator)) for f in half] for half in halves],
            [(f.dims["institution"], in_fen(f.numerator), f.denominator) for f in stays],
            [(f.dims["scheme"], f.value) for f in persons],
        )

    return answered(work)


def in_fen(yuan) -> int:
    return round(yuan * 100)


def plain_duckdb(warehouse: str, first: str, last: str) -> dict:
    """DuckDB on the raw rows, no roll-up: one query an answer."""
    listed = ", ".join(map(literal, files_of(warehouse)))
    scheme = " ".join(f"when {literal(code)} then {literal(named)}" for code, named in schemes().items())
    inpatient = " or ".join(f"starts_with(med_type, {literal(code)})" for code in inpatients())
    days = "case when refd_setl_flag = '1' then -abs(ipt_days) else ipt_days end"
    fee, fund = (f"cast(100 * sum({column}) as bigint)" for column in (FEE, FUND))

    def found(con, what: str, period: Period, key: str, more: str = "true") -> list[tuple]:
        return con.execute(
            f"select {key} as key, {what} from read_parquet([{listed}]) where vali_flag = '1' and ({more}) and "
            f"setl_time between date '{period.first_day}' and date '{period.last_day}' group by key"
        ).fetchall()

    def work() -> Answers:
        by_scheme = f"case insutype {scheme} end"
        with quiet_connection() as con:
            con.execute(f"set memory_limit = {literal(MEMORY)}")
            halves = [found(con, f"{fund}, {fee}", p, by_scheme, inpatient) for p in half_years(first, last)]
            now, _ = half_years(first, last)
            stays = found(con, f"{fee}, sum({days})", now, "fixmedins_code", inpatient)
            persons = found(con, "count(distinct psn_no)", now, by_scheme)
        return told(halves, stays, persons)

    return answered(work)


def inpatients() -> list[str]:
    return codes_of("med_type", care="inpatient")


def told(halves, stays, persons) -> Answers:
    """Answers from rows: (scheme, fund, cost) of both half-years, (institution, cost, days), (scheme, persons)."""
    now, ago = ({scheme: [int(fund), int(cost)] for scheme, fund, cost in half} for half in halves)
    return {
        "reimbursed": now,
        "a_year_ago": ago,
        "bed_days": {code: [int(cost), int(days)] for code, cost, days in stays},
        "persons": {scheme: [int(count)] for scheme, count in persons},
    }


def in_polars(warehouse: str, first: str, last: str) -> dict:
    """Polars, lazily and streaming, on the raw rows."""
    import polars as pl

    files, (now, ago) = files_of(warehouse), half_years(first, last)
    inpatient = pl.any_horizontal(*(pl.col("med_type").str.starts_with(code) for code in inpatients()))
    days = pl.when(pl.col("refd_setl_flag") == "1").then(-pl.col("ipt_days").abs()).otherwise(pl.col("ipt_days"))

    scheme = pl.col("insutype").replace_strict(schemes(), default=None).alias("scheme")

    def during(period: Period):
        valid = pl.col("vali_flag") == "1"
        return pl.scan_parquet(files).filter(valid & pl.col("setl_time").is_between(period.first_day, period.last_day))

    def work() -> Answers:
        fund, fee = ((pl.col(column).sum() * 100).cast(pl.Int64) for column in (FUND, FEE))
        halves = [during(p).filter(inpatient).group_by(scheme).agg(fund, fee) for p in (now, ago)]
        stays = during(now).filter(inpatient).group_by("fixmedins_code").agg(fee, days.sum().alias("days"))
        persons = during(now).group_by(scheme).agg(pl.col("psn_no").n_unique())
        found = [query.collect(engine="streaming").rows() for query in (*halves, stays, persons)]
        return told(found[:2], found[2], found[3])

    return answered(work)


def in_pandas(warehouse: str, first: str, last: str) -> dict:
    """Pandas on the columns and months that the answers need."""
    import pandas as pd

    files, (now, ago) = files_of(warehouse), half_years(first, last)

    def during(period: Period):
        span = [("setl_time", ">=", period.first_day), ("setl_time", "<=", period.last_day)]
        found = pd.read_parquet(files, columns=list(READ), filters=span, dtype_backend="pyarrow")
        return found[found["vali_flag"] == "1"].assign(scheme=lambda rows: rows["insutype"].map(schemes()))

    def work() -> Answers:
        this_year = during(now)
        persons = this_year.groupby("scheme")["psn_no"].nunique().items()
        in_bed = in_hospital(this_year)
        del this_year
        stays = in_bed.groupby("fixmedins_code")[["cost", "days"]].sum().itertuples()
        halves = [
            half.groupby("scheme")[["fund", "cost"]].sum().itertuples() for half in (in_bed, in_hospital(during(ago)))
        ]
        return told(halves, stays, persons)

    return answered(work)


def in_hospital(frame):
    """The inpatients of a frame, with cost and fund in fen, and days that refunds take back."""
    found = frame[frame["med_type"].str.startswith(tuple(inpatients()))]
    cost, fund = ((found[column].astype("float64") * 100).round().astype("int64") for column in (FEE, FUND))
    sign = (found["refd_setl_flag"] != "1").astype("int64") * 2 - 1
    return found.assign(cost=cost, fund=fund, days=found["ipt_days"].abs().astype("int64") * sign)


ENGINES = (product, plain_duckdb, in_polars, in_pandas)
