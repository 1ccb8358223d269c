"""Settlement files to measure with: as many rows as asked, in the template's columns, of the sample county's roster."""

import csv
from pathlib import Path

import duckdb

from pipelines.contracts import contracts
from pipelines.engine import literal, name

PERSONS = 500_000
LAST = (2026, 6)
INPATIENTS, AT_HOME = 6, 60  # in 100
REFUNDS = 1  # in 200
CHUNK = 1 << 16
TOWN_POOL, COUNTY_POOL = 10, 80  # institutions
HOSPITALS = ("县级医院", "民营医院", "县外医院", "中心卫生院", "乡镇卫生院")

# Persons stay with their township and scheme; most see someone near, inpatients go to hospitals.
ROWS = """
with drawn as (
    select i, i * {months} // {rows} as nth, hash(i + {salt}) as a, hash(i * 7 + 1 + {salt}) as b,
        hash(i * 13 + 5 + {salt}) as c
    from range({rows}) r(i)
), people as (
    select *, cast(power((a % 1000003) / 1000003, 1.5) * {persons} as bigint) as person,
        c % 100 < {inpatients} as inpatient, case when b % 200 < {refunds} then -1 else 1 end as sign,
        make_date({year}, {month}, 1) + to_months(cast(nth - {months} + 1 as integer)) as first_day
    from drawn
), visits as (
    select *, person % 20 = 0 as employee, cast(first_day + to_days(cast(a % 28 as integer)) as date) as settled,
        case when inpatient then {towns} + 1 when b % 100 < {at_home} then person % {towns} else {towns} end as pool,
        case when inpatient then 150000 + a % 900000 else 2000 + a % 30000 end as fen
    from people
)
select {cells}
from visits v
inner join pools p on p.pool = v.pool and p.number = v.a % p.size
inner join towns t on t.number = v.person % {towns}
"""
CELLS = {
    "setl_id": "'S' || lpad(cast(i + {salt} as varchar), 12, '0')",
    "mdtrt_id": "'M' || lpad(cast(i + {salt} as varchar), 12, '0')",
    "psn_no": "'P' || lpad(cast(person as varchar), 10, '0')",
    "insutype": "case when employee then '310' else '390' end",
    "psn_type": "case when employee then '11' when person % 7 = 0 then '16' else '15' end",
    "med_type": "case when inpatient then '21' when c % 10 = 0 then '14' else '11' end",
    "fixmedins_code": "p.code",
    "fixmedins_name": "p.name",
    "hosp_lv": "nullif(p.level, '')",
    "pay_loc": "case when p.in_county = '1' then '本地' else '省内异地' end",
    "begndate": "settled - case when inpatient then cast(c % 14 as integer) else 0 end",
    "enddate": "settled",
    "ipt_days": "case when inpatient then greatest(c % 14, 1) end",
    "setl_time": "settled",
    "dise_no": "case when inpatient then 'J18.900' else 'J06.900' end",
    "dise_name": "case when inpatient then '肺炎' else '急性上呼吸道感染' end",
    "clr_way": "'1'",
    "setl_type": "'2'",
    "refd_setl_flag": "case when sign < 0 then '1' else '0' end",
    "vali_flag": "'1'",
    "insu_admdvs": "''",
    "town": "t.town",
}
# what share of the fee each amount is, in 100; the others are 0.00, as the national platform's exports write them
SHARES = {
    "medfee_sumamt": 100,
    "fulamt_ownpay_amt": 5,
    "preselfpay_amt": 5,
    "inscp_scp_amt": 90,
    "act_pay_dedc": 8,
    "hifp_pay": 55,
    "fund_pay_sumamt": 55,
    "psn_cash_pay": 45,
    "drug_fee": 40,
    "exam_fee": 20,
    "material_fee": 10,
}


def write_settlements(target: Path, rows: int, roster: Path, months: int = 24, salt: int = 0) -> Path:
    """Write rows settlements of the months up to 2026-06 as UTF-8, month after month; salt: so that they are others.

    roster: the sample county's institutions.csv, whose codes, names and townships the rows use.
    """
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        known = {"rows": rows, "months": months, "salt": salt, "year": LAST[0], "month": LAST[1]}
        known |= {"persons": PERSONS, "inpatients": INPATIENTS, "refunds": REFUNDS, "at_home": AT_HOME}
        query = ROWS.format(**known, towns=make_pools(con, roster), cells=cells(salt))
        con.execute(f"copy ({query}) to {literal(target)} (header, delimiter ',')")
    return target


def cells(salt: int) -> str:
    columns = contracts()["settlements"].layouts[0].columns.values()
    return ", ".join(f"{CELLS.get(c.key, amount(c.key)).format(salt=salt)} as {name(c.header)}" for c in columns)


def amount(key: str) -> str:
    return f"cast(sign * (fen * {SHARES.get(key, 0)} // 100) * 0.01 as decimal(12, 2))"


def make_pools(con, roster: Path) -> int:
    """Tables towns and pools: whom the persons of each township see, where everyone goes, and the hospitals.

    Returns the number of townships.
    """
    with roster.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    towns = sorted({row["乡镇"] for row in listed if row["乡镇"]})
    hospitals = [row for row in listed if row["机构类别"] in HOSPITALS]
    pools = [[row for row in listed if row["乡镇"] == town][:TOWN_POOL] for town in towns]
    pools += [[*hospitals, *(row for row in listed if row["机构类别"] == "药店")][:COUNTY_POOL], hospitals]
    con.execute("create table towns as select unnest(range(?)) as number, unnest(?) as town", [len(towns), towns])
    members = [(pool, number, len(rows), row) for pool, rows in enumerate(pools) for number, row in enumerate(rows)]
    heads = {"code": "机构编码", "name": "机构名称", "level": "医院等级", "in_county": "是否县内"}
    columns = ", ".join(f"unnest(?) as {column}" for column in ("pool", "number", "size", *heads))
    parts = [[m[i] for m in members] for i in range(3)] + [[m[3][head] for m in members] for head in heads.values()]
    con.execute(f"create table pools as select {columns}", parts)
    return len(towns)


def as_gb18030(source: Path, target: Path) -> Path:
    """The same file as an older system exports it."""
    with source.open(encoding="utf-8", newline="") as text, target.open("w", encoding="gb18030", newline="") as old:
        while chunk := text.read(CHUNK):
            old.write(chunk)
    return target
