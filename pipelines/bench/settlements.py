"""Made-up settlements as one query, for CSV and for typed Parquet alike: of a month, of a county, of a city."""

from dataclasses import dataclass

from pipelines.contracts import contracts
from pipelines.engine import name
from pipelines.uploads.values import person, sql_type

COUNTY_PERSONS = 500_000
INPATIENTS, AT_HOME = 17, 60  # one in so many; in 100
REFUNDS, RETURNS, BY_CHANCE = 200, 50, 5000  # one in so many
TURNS = 4
DAYS = 28

# Who is in hospital in one month sees doctors in others: else chance would make more doubtful visits than a city has.
# Rows come day by day. Persons stay with their township and scheme; most see someone near, inpatients go to hospitals.
ROWS = """
with numbered as (
    select i, {before} + i * {months} // {rows} as nth, (i * {months} % {rows}) * {days} // {rows} as day,
        i % {inpatients} = 0 as inpatient, hash(i + {salt}) as a, hash(i * 7 + 1 + {salt}) as b,
        hash(i * 13 + 5 + {salt}) as c, case when c % {returns} = 0 then {half_a_month} else 0 end as back,
        c // 128 % 14 as nights, greatest(c // 128 % 14, 1) as days
    from range({first}, {last}) r(i)
), drawn as (
    select *, case when inpatient then 0 when c % {by_chance} = 0 then 0 else 1 + a % 2 end as turn,
        case when inpatient then ({rows} + i // {inpatients} - back) * 7919 % {quarter}
            else cast(power((b % 4294967296) / 4294967296, 1.5) * {quarter} as bigint) % {quarter}
        end as quarter,
        case when b % {refunds} < 1 then -1 else 1 end as sign,
        cast(make_date({year}, {month}, 1) + to_months(cast(nth - {before} as integer)) as date) as first_day
    from numbered
), people as (
    select *, {first_person} + {turns} * quarter + (turn + 23 * nth) % {turns} as person from drawn
), visits as (
    select *, person // {county_persons} as county, quarter % {towns} as town, person % 19 = 0 as employee,
        first_day + cast(day as integer) as settled,
        'P' || lpad(cast(person as varchar), 10, '0') as number_of_person,
        case when inpatient then {towns} + 1 when c % 100 < {at_home} then quarter % {towns} else {towns} end as pool,
        cast(case when inpatient then (40000 + b % 40000) * days else 2000 + b % 30000 end as bigint) as fen
    from people
)
select {cells}
from visits v
inner join pool_sizes z on z.county = v.county and z.pool = v.pool
inner join pools p on p.county = v.county and p.pool = v.pool and p.number = v.a // 16 % z.size
inner join towns t on t.county = v.county and t.number = v.town
"""
CELLS = {
    "setl_id": "'S' || lpad(cast(i + {salt} as varchar), 12, '0')",
    "mdtrt_id": "'M' || lpad(cast(i + {salt} as varchar), 12, '0')",
    "psn_no": "number_of_person",
    "insutype": "case when employee then '310' else '390' end",
    "psn_type": "case when employee then '11' when person % 7 = 0 then '16' else '15' end",
    "med_type": "case when inpatient then '21' when c % 10 = 0 then '14' else '11' end",
    "fixmedins_code": "p.code",
    "fixmedins_name": "p.name",
    "hosp_lv": "nullif(p.level, '')",
    "pay_loc": "case when p.in_county = '1' then 'local' else 'other_in_province' end",
    "begndate": "settled - case when inpatient then cast(nights as integer) else 0 end",
    "enddate": "settled",
    "ipt_days": "case when inpatient then days end",
    "setl_time": "settled",
    "dise_no": "case when inpatient then 'J18.900' else 'J06.900' end",
    "dise_name": "case when inpatient then '肺炎' else '急性上呼吸道感染' end",
    "clr_way": "'1'",
    "setl_type": "'2'",
    "refd_setl_flag": "case when sign < 0 then '1' else '0' end",
    "vali_flag": "'1'",
    "town": "t.town",
    "insu_admdvs": "t.admdvs",
}
# what share of the fee each amount is, in 100; the others are 0.00, as the national platform's exports write them
SHARES = {
    "medfee_sumamt": 100,
    "fulamt_ownpay_amt": 5,
    "preselfpay_amt": 5,
    "act_pay_dedc": 8,
    "hifp_pay": 55,
    "fund_pay_sumamt": 55,
    "drug_fee": 40,
    "exam_fee": 20,
    "material_fee": 10,
}
REST = {"inscp_scp_amt": (5, 5), "psn_cash_pay": (55,)}  # what other shares leave of the fee: amounts add up


@dataclass(frozen=True)
class Settlements:
    """rows over so many months from a first one ('2024-07'), of so many persons, numbered from salt.

    Persons live in counties of half a million, in the order of their numbers; before: so many counties without any.
    """

    rows: int
    persons: int
    start: str = "2024-07"
    months: int = 24
    salt: int = 0
    before: int = 0

    @property
    def counties(self) -> int:
        return self.before - (-self.persons // COUNTY_PERSONS)

    def month(self, nth: int) -> str:
        """The nth month from 0, as '2024-07'."""
        year, month = divmod(int(self.start[:4]) * 12 + int(self.start[5:]) - 1 + nth, 12)
        return f"{year}-{month + 1:02d}"

    def of_month(self, nth: int) -> tuple[int, int]:
        """The numbers of the rows of a month: from the first to before the last."""
        return -(-self.rows * nth // self.months), -(-self.rows * (nth + 1) // self.months)


def as_written(asked: Settlements, towns: int) -> str:
    """SELECT of the rows as cells under the template's headers; codes for words, as the platform exports them."""
    columns = contracts()["settlements"].layouts[0].columns.values()
    listed = ", ".join(f"{cell(asked, c.key)} as {name(c.header)}" for c in columns)
    return query(asked, towns, (0, asked.rows), listed)


def as_typed(asked: Settlements, towns: int, nth: int) -> str:
    """SELECT of a month's rows in the columns and types of a batch; the variable person_key is asked for pseudonyms."""
    contract = contracts()["settlements"]
    held = contract.layouts[0].columns

    def typed(column) -> str:
        value = cell(asked, column.key) if column.key in held else "null"
        value = person(value) if column.key == "psn_no" else value
        return f"cast({value} as {sql_type(column)}) as {name(column.key)}"

    return query(asked, towns, asked.of_month(nth), ", ".join(map(typed, contract.columns.values())))


def cell(asked: Settlements, key: str) -> str:
    return CELLS.get(key, amount(key)).format(salt=asked.salt)


def amount(key: str) -> str:
    """An amount: its share of the fee cut to the fen, or what others leave of it."""
    shares = [SHARES[key]] if key in SHARES else REST.get(key, ())
    if not shares:
        return "0.00"
    parts = [f"fen * {share} // 100" for share in shares]
    fen = parts[0] if key in SHARES else " - ".join(["fen", *parts])
    return f"cast(cast(sign * ({fen}) as bigint) * 0.01 as decimal(12, 2))"


def query(asked: Settlements, towns: int, span: tuple[int, int], cells: str) -> str:
    """The rows of a span of numbers. Reads pools, pool_sizes and towns (pipelines/bench/places.py)."""
    year, month = int(asked.start[:4]), int(asked.start[5:])
    return ROWS.format(
        rows=asked.rows, months=asked.months, salt=asked.salt, first=span[0], last=span[1], year=year, month=month,
        before=year * 12 + month, days=DAYS, inpatients=INPATIENTS, at_home=AT_HOME, refunds=REFUNDS, returns=RETURNS,
        by_chance=BY_CHANCE, turns=TURNS, quarter=-(-asked.persons // TURNS), county_persons=COUNTY_PERSONS,
        first_person=asked.before * COUNTY_PERSONS,
        half_a_month=asked.rows // asked.months // INPATIENTS // 2, towns=towns, cells=cells,
    )  # fmt: skip
