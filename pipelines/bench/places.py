"""The counties of a made-up city: the sample county's tables for each, under its own code, names and townships."""

import csv
from pathlib import Path

FIRST = "990101"  # the sample county's own code
TOWN_POOL, COUNTY_POOL = 10, 80  # institutions
BEDS_EACH, OUTSIDE_BEDS = 5, 20  # hospitals have inpatients as they have beds
HOSPITALS = ("县级医院", "民营医院", "县外医院", "中心卫生院", "乡镇卫生院")
OF_COUNTIES = ("institutions", "enrolment", "fund_collection", "opening_balance")


def county_code(number: int) -> str:
    """990101, then 990111 and on: those between are the codes of hospitals outside."""
    return FIRST if number == 0 else f"9901{number + 10}"


def county_name(number: int) -> str:
    return "示例县" if number == 0 else f"示例{number + 1}县"


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def roster_of(rows: list[dict[str, str]], number: int) -> list[dict[str, str]]:
    """The roster of a county by that of the sample county; hospitals outside are the same everywhere."""
    return [row if row["是否县内"] != "1" else moved(row, number) for row in rows]


def moved(row: dict[str, str], number: int) -> dict[str, str]:
    """A row of the sample county as one of another: its institution, name and township."""
    if number == 0:
        return row
    name = county_name(number)
    changed = {key: row[key].replace(FIRST, county_code(number)) for key in ("机构编码",) if row.get(key)}
    changed |= {"机构名称": name + row["机构名称"].removeprefix("示例县")} if "机构名称" in row else {}
    changed |= {"乡镇": name + row["乡镇"]} if row.get("乡镇") else {}
    return row | changed


def make_pools(con, roster: Path, counties: int) -> int:
    """Tables towns, pools and pool_sizes: whom the persons of each township see, where everyone goes, the hospitals.

    Returns the number of townships of a county.
    """
    rows, members, towns = listed(roster), [], []
    for county in range(counties):
        own = roster_of(rows, county)
        named = sorted({row["乡镇"] for row in own if row["乡镇"]})
        towns += [(county, county_code(county), number, town) for number, town in enumerate(named)]
        for pool, of_pool in enumerate(pools_of(own, named)):
            members += [(county, pool, number, row) for number, row in enumerate(of_pool)]
    fill(con, "towns", ("county", "admdvs", "number", "town"), towns)
    heads = {"code": "机构编码", "name": "机构名称", "level": "医院等级", "in_county": "是否县内"}
    flat = [(*member[:3], *(member[3][head] for head in heads.values())) for member in members]
    fill(con, "pools", ("county", "pool", "number", *heads), flat)
    con.execute("create table pool_sizes as select county, pool, count(*) as size from pools group by county, pool")
    return len(towns) // counties


def pools_of(roster: list[dict[str, str]], towns: list[str]) -> list[list[dict[str, str]]]:
    hospitals = [row for row in roster if row["机构类别"] in HOSPITALS]
    by_beds = [row for row in hospitals for _ in range(int(row["床位数"] or OUTSIDE_BEDS) // BEDS_EACH)]
    near = [[row for row in roster if row["乡镇"] == town][:TOWN_POOL] for town in towns]
    return [*near, [*hospitals, *(row for row in roster if row["机构类别"] == "药店")][:COUNTY_POOL], by_beds]


def fill(con, table: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    picked = ", ".join(f"unnest(?) as {column}" for column in columns)
    con.execute(f"create table {table} as select {picked}", [[row[i] for row in rows] for i in range(len(columns))])


def write_tables(county: Path, folder: Path, counties: int) -> list[Path]:
    """The uploads of a county or a city but its settlements, from the sample county's files: the files to load.

    Rosters, enrolment and funds are of each county under its code; the other tables are the sample's, as the city's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [path for path in sorted(county.glob("*.csv")) if not path.name.startswith("settlements")]
    if counties == 1:
        return files
    named = [{"医保区划": county_code(number), "区县名称": county_name(number)} for number in range(counties)]
    return [write(folder / "counties.csv", named)] + [
        write(folder / path.name, of_city(listed(path), counties)) if path.name.startswith(OF_COUNTIES) else path
        for path in files
    ]


def of_city(rows: list[dict[str, str]], counties: int) -> list[dict[str, str]]:
    """The rows of every county under its code; hospitals outside stand on one roster."""
    own = [row for row in rows if row.get("是否县内", "1") == "1"]
    outside = [row | {"医保区划": FIRST} for row in rows if row.get("是否县内", "1") != "1"]
    return [
        moved(row, number) | {"医保区划": county_code(number)} for number in range(counties) for row in own
    ] + outside


def write(target: Path, rows: list[dict[str, str]]) -> Path:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target
