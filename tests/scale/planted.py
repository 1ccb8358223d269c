"""The random county of the clue rules as files that are handed in: what is planted there goes through a real load."""

from datetime import date
from pathlib import Path

from pipelines.build import load
from tests.clue_tables import ROSTER
from tests.files import write
from tests.test_clues_twice import some_county

CODES = {code: f"{code[0]}990101{int(code[1:]):05d}" for code in ROSTER}
COUNTIES = {"990201": "云溪县", "990202": "青川县"}
FIRST = "990201"
PLACES = {"in_county": "1", "out_of_county": "0"}


def load_planted(folder: Path) -> None:
    """Write the files into folder/files and load them into folder/warehouse: two years of settlements of two counties,
    each a batch, and June of one county once more, with fewer rows."""
    files = folder / "files"
    files.mkdir()
    settled, ends = some_county()
    years = {year: [cells(row) for row in settled if row["month"].year == year] for year in (2025, 2026)}
    paths = [write(files, listed, f"{year}.csv") for year, listed in years.items()]
    paths.append(write(files, [institution(code) for code in ROSTER], "roster.csv"))
    paths.append(write(files, [end(*told) for told in ends], "ends.csv"))
    paths.append(
        write(files, [{"医保区划": code, "区县名称": name} for code, name in COUNTIES.items()], "counties.csv")
    )
    june = [cells(row) for n, row in enumerate(settled) if row["month"] == date(2026, 6, 1) and n % 10]
    june = [row for row in june if row["参保地医保区划"] == FIRST]
    told = load(folder / "warehouse", paths, "测试")
    told += load(folder / "warehouse", [write(files, june, "june.csv")], "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, [p.text for r in told for p in r.problems]


def cells(row: dict) -> dict[str, str]:
    amounts = {"医疗费总额": "total", "药品费": "drug", "检查检验费": "exam", "材料费": "material"}
    return {
        "结算ID": row["setl_id"],
        "人员编号": person(row["person"]),
        "险种类型": "390",
        "医疗类别": row["med_type"],
        "定点医药机构编号": CODES[row["institution"]],
        "开始日期": iso(row["admitted_on"]),
        "结束日期": iso(row["discharged_on"]),
        "结算日期": iso(row["settled_on"]),
        **{header: f"{row[f'{part}_cost_yuan']:.2f}" for header, part in amounts.items()},
        "基金支付总额": f"{row['fund_paid_yuan']:.2f}",
        "病种编码": row["disease_code"] or "",
        "退费结算标志": "1" if row["visits"] < 0 else "0",
        "乡镇": row["town"],
        "参保地医保区划": list(COUNTIES)[row["person"] % 2],
    }


def institution(code: str) -> dict[str, str]:
    kind, _, pilot, town, place, beds = ROSTER[code]
    return {
        "机构编码": CODES[code],
        "机构名称": f"机构{code}",
        "机构类型": "2" if code.startswith("P") else "1",
        "机构类别": kind,
        "医保区划": FIRST,
        "乡镇": town or "",
        "是否县内": PLACES[place],
        "试点": pilot or "",
        "床位数": str(beds or ""),
    }


def end(number: int, ended_on: date, reason: str, resumed_on: date | None) -> dict[str, str]:
    return {
        "人员编号": person(number),
        "终止日期": iso(ended_on),
        "终止原因": reason,
        "恢复日期": iso(resumed_on) if resumed_on else "",
    }


def person(number: int) -> str:
    return f"P{number:010d}"


def iso(day: date) -> str:
    return day.isoformat()
