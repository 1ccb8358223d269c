"""The sample county, as DuckDB tables read from its CSVs without the loader's help."""

import shutil
import tomllib
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

UPLOADS = Path(__file__).parents[2] / "pipelines" / "definitions" / "1_uploads"
TYPES = {"money": "decimal(18,2)", "count": "bigint", "date": "date", "multiple": "decimal(9,4)"}
VIEWS = """
    -- valid settlements; a refund counts -1
    create view rows as
    select * exclude (ipt_days), coalesce(ipt_days, 0) as ipt_days, refd_setl_flag = '1' as refunded,
        case when refd_setl_flag = '1' then -1 else 1 end as visits,
        med_type like '2%' or med_type like '52%' as inpatient, pay_loc = '本地' as local,
        setl_time >= '2026-01-01' as now, setl_time between '2025-01-01' and '2025-06-30' as before
    from settlements where vali_flag = '1';
    create view stays as
    select rows.*, visits * ipt_days as days, roster.category as kind, roster.pilot
    from rows left join institutions roster using (fixmedins_code) where inpatient;
    -- the other uploads at the end of June 2026, or from January to June
    create view register as select * from enrolment where stat_month = '2026-06';
    create view income as select * from fund_collection where stat_month = '2026-06';
    create view work as select * from audit_work where audit_month between '2026-01' and '2026-06';
    create view ledger as select * from penalties where found_date between '2026-01-01' and '2026-06-30';
"""


@pytest.fixture(scope="session")
def county_files(sample_files, tmp_path_factory) -> list[Path]:
    """The files of the sample county, copied: they are put into another encoding here."""
    return sorted(shutil.copytree(sample_files, tmp_path_factory.mktemp("county") / "files").iterdir())


@pytest.fixture(scope="session")
def county(county_files):
    """A connection with one typed table per upload, columns under their standard names; blank amounts are 0."""
    con = duckdb.connect()
    for contract in UPLOADS.glob("[!_]*.toml"):
        paths = [path for path in county_files if path.name.startswith(contract.stem)]
        if paths:
            _read(con, contract, paths)
    con.execute(VIEWS)
    return con


@pytest.fixture(scope="session")
def value(county):
    """Ask for one number."""

    def ask(sql: str) -> Decimal:
        return Decimal(str(county.execute(sql).fetchone()[0]))

    return ask


def _read(con, contract: Path, paths: list[Path]) -> None:
    """Read an upload's files into a table named like it."""
    columns = tomllib.loads(contract.read_text(encoding="utf-8"))["columns"]
    named = {column["header"]: (name, column) for name, column in columns.items()}
    texts = []
    for path in paths:
        header = _in_utf8(path).read_text(encoding="utf-8-sig").split("\n", 1)[0].strip().split(",")
        picked = ", ".join(_typed(title, *named[title]) for title in header)
        texts.append(f"select {picked} from read_csv('{path}', all_varchar=true, header=true)")
    con.execute(f"create table {contract.stem} as " + " union all by name ".join(texts))


def _typed(header: str, name: str, column: dict) -> str:
    text = f'"{header}"::{TYPES.get(column["type"], "varchar")}'
    return (
        f"coalesce({text}, 0) as {name}"
        if column.get("blank") == "0" and column["type"] == "money"
        else f"{text} as {name}"
    )


def _in_utf8(path: Path) -> Path:
    """Turn a GB18030 file into UTF-8 in place, for readers that know no other."""
    raw = path.read_bytes()
    if not raw.startswith(b"\xef\xbb\xbf"):
        path.write_bytes(b"\xef\xbb\xbf" + raw.decode("gb18030").encode())
    return path
