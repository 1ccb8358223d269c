"""A small county that is hard on engines: every upload, three batches of settlements with all that staff may hand in.

Ties in all that is ordered, refunds, sums that come to zero, days and amounts of nothing, missing cells, dirty
spellings, codes longer than the list's, persons seen twice, invalid rows; a month with nobody in hospital, one of sums
without persons.
"""

import random
import re
from pathlib import Path

from pipelines.build import load
from pipelines.contracts import contracts
from tests.files import AGGREGATE, INSTITUTION, SETTLEMENT, rows, template, write

HOSPITALS = ("H99010100001", "H99010100002", "H99010100003", "P99010100004")
NAMES = ("云溪县人民医院", "云溪县人民医院（新区）", "O'Neil \\ 医院", "  云溪　中医院 ", "")
COUNTIES = ("330102", "330104")
BATCHES = 4


def load_all(folder: Path) -> None:
    """Write the files into folder/files and load them into folder/warehouse."""
    files = folder / "files"
    files.mkdir()
    made = ("settlements", "institutions", "counties", "budgets", "bed_day_rates", "disease_classes")
    others = [table for table in contracts() if table not in made]
    paths = [write(files, template(table), f"{table}.csv") for table in others]
    paths += [
        counties(files),
        budgets(files),
        roster(files),
        *bed_day_rates(files),
        records(files, "spring", ["2026-04", "2026-05"], 1),
        records(files, "june", ["2026-06"], 2),
    ]
    paths += [corners(files), sums(files)]
    told = load(folder / "warehouse", paths, "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, [p.text for r in told for p in r.problems]


def counties(folder: Path) -> Path:
    head = [column.header for column in contracts()["counties"].columns.values()]
    return write(
        folder, [dict(zip(head, (code, f"第{n}县"), strict=True)) for n, code in enumerate(COUNTIES, 1)], "list.csv"
    )


def budgets(folder: Path) -> Path:
    """One of each kind; limits of townships of both counties, of none, adjusted, of two insurance types of a scheme."""
    limit = {"项目": "一般诊疗费限额", "金额": "100.00"}
    cells = [limit | {"乡镇": town} for town in ("第1县云溪镇", "第2县云溪镇", "石桥乡", "")]
    cells += [limit | {"乡镇": "石桥乡", "险种类型": "392", "调整后金额": "0.01"}]
    cells += [{"项目": "一般诊疗费标准", "机构类别": kind, "金额": "8"} for kind in ("乡镇卫生院", "村卫生室")]
    (row,) = template("budgets")
    return write(folder, rows(row, {}, *cells), "budgets.csv")


def roster(folder: Path) -> Path:
    cells = [
        {
            "机构编码": code,
            "机构名称": f"机构{code[-1]}",
            "医保区划": COUNTIES[0],
            "医院等级": level,
            "是否县内": inside,
            "机构类型": kind,
        }
        for code, level, inside, kind in zip(HOSPITALS, ("三级", "二级甲等", "", ""), "1101", "1112", strict=True)
    ]
    return write(folder, rows(INSTITUTION, *cells), "roster.csv")


def bed_day_rates(folder: Path) -> list[Path]:
    """Rates of the county, of a kind and of an institution, and classes of which the longest beginning counts."""
    told = [
        *(("", "", "内科", "1", "3", "80.00"), ("", "", "内科", "4", "", "60.55"), ("", "", "重症", "1", "", "170.00")),
        *(("", "县级医院", "内科", "1", "", "90.00"), (HOSPITALS[1], "", "重症", "1", "5", "200.00")),
    ]
    heads = ("机构编码", "机构类别", "疾病分类", "起始日", "截止日", "床日标准")
    rates = [{"年度": "2026"} | dict(zip(heads, row, strict=True)) for row in told]
    classes = [{"病种编码": code, "疾病分类": name} for code, name in (("J", "内科"), ("J18", "重症"), ("I", "内科"))]
    return [write(folder, rates, "rates.csv"), write(folder, classes, "classes.csv")]


def records(folder: Path, name: str, months: list[str], seed: int) -> Path:
    """Two hundred settlements of forty persons, every seventh a refund of the one before."""
    draw = random.Random(seed)
    listed: list[dict] = []
    for number in range(200):
        row = SETTLEMENT | drawn(draw, months) | {"结算ID": f"{name}-{number}"}
        listed.append(refund(listed[-1], row["结算ID"]) if number % 7 == 6 else row)
    return write(folder, listed, f"{name}.csv", "gb18030" if seed % 2 else "utf-8")


def drawn(draw: random.Random, months: list[str]) -> dict:
    month, day = draw.choice(months), draw.randrange(1, 9)
    fee = draw.choice([0, 1, 12345, 99999999, draw.randrange(1, 900000)])
    fund = draw.choice([0, fee, fee // 3])
    kind = draw.choice(["21", "2101", "住院", "11", "1101", "52", "9901", "41"])
    return {
        "人员编号": f"P{draw.randrange(40)}",
        "险种类型": draw.choice(["390", "310", "居民", "职工"]),
        "人员类别": draw.choice(["", "11", "1501", "110401"]),
        "医疗类别": kind,
        "定点医药机构编号": draw.choice(HOSPITALS[:3]),
        "定点医药机构名称": draw.choice(NAMES),
        "医药机构地点类别": draw.choice(["", "本地", "跨省异地"]),
        "开始日期": draw.choice([f"{month}-{day:02d}", f"{month.replace('-', '/')}/{day}"]),
        "结束日期": f"{month}-{draw.choice([day, day + 3]):02d}",
        "结算日期": draw.choice([f"{month}-20", f"{month.replace('-', '')}25", f"{month}-28"]),
        "住院天数": draw.choice(["", "0", "8"]),
        "医疗费总额": draw.choice([f"{fee / 100:.2f}", f'"{fee / 100:,.2f}"', f"￥{fee / 100:.2f}"]),
        "基金支付总额": f"{fund / 100:.2f}",
        "药品费": draw.choice(["", "0.01"]),
        "退费结算标志": "0",
        "有效标志": draw.choice(["", "1", "1", "0"]),
        "参保地医保区划": draw.choice(COUNTIES),
        "乡镇": draw.choice(["", "云溪镇", "石桥乡", "第1县石桥乡"]),
        "病种编码": ("J18.900", "J20.900", "I10.x00", "")[day % 4],
    }


def refund(row: dict, number: str) -> dict:
    """The row that takes another back: all amounts the other way round."""
    minus = {key: negative(row[key]) for key in ("医疗费总额", "基金支付总额", "药品费")}
    return row | minus | {"结算ID": number, "退费结算标志": "1", "住院天数": ""}


def negative(cell: str) -> str:
    amount = re.sub('[,"￥]', "", cell)
    return f"-{amount}" if amount and float(amount) else cell


def corners(folder: Path) -> Path:
    """July: nobody in hospital, one row without anything optional, and one that is taken back entirely."""
    only = {key: value for key, value in SETTLEMENT.items() if key != "住院天数"}
    only |= {"医疗类别": "11", "参保地医保区划": COUNTIES[0]}
    cells = [
        {"结算日期": "2026-07-01", "人员编号": "P1"},
        {"结算日期": "2026-07-02", "人员编号": "P999", "医疗费总额": "60.29", "基金支付总额": "0.01"},
    ]
    return write(folder, rows(only, *cells), "july.csv")


def sums(folder: Path) -> Path:
    """August, by sums alone: no persons, no dates."""
    cells = [{"统计年月": "2026-08", "医疗类别": kind, "人次": count} for kind, count in (("21", "0"), ("11", "77"))]
    return write(folder, rows(AGGREGATE | {"参保地医保区划": COUNTIES[1]}, *cells), "august.csv")
