"""Files to fill in, made from the contracts: a CSV with an example row, a workbook that explains its columns.

The workbook's first sheet has headers only: an example there would be loaded with the month one day. The example is
in the second sheet, beside the explanation of its column.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from functools import cache

from pipelines import spreadsheets
from pipelines.contracts import Code, Column, Contract, Layout, code_lists, contracts
from pipelines.registry import kpis
from pipelines.spreadsheets import DAY, MONEY, TEXT, Head, Sheet, write_workbook
from pipelines.uploads import values
from pipelines.wording import GRAINS, SEVERITIES, TYPES, meaning, upload_name

DATA, GUIDE, CODES = "数据", "填写说明", "代码表"
WHOLE_TABLE = "（整张表）"
FORMATS = {"money": MONEY, "count": "0", "year": "0", "date": DAY, "decimal": "", "multiple": ""}
COLUMN_HEADS = ("列名", "标准代码", "也可写作", "类型", "必填", "说明", "示例")
GUIDE_HEADS = (*COLUMN_HEADS, "可填写的值")
GUIDE_WIDTHS = {"也可写作": 30, "说明": 50, "示例": 18, "可填写的值": 60}
HOW = (
    "在“数据”表里从第 2 行起填写，一行一条；深色的列必填，列的顺序不限，用不到的列可以删去。示例只在本页，不会被读入。"
)


def template(table: str, layout: str, kind: str) -> tuple[str, bytes]:
    """A file to fill in, under the name that staff know: ('结算明细模板.xlsx', its bytes). kind: csv or xlsx."""
    contract = contracts()[table]
    chosen = next(each for each in contract.layouts if each.name == layout)
    made = {"csv": lambda: as_csv(chosen).encode("utf-8-sig"), "xlsx": lambda: as_workbook(contract, chosen)}[kind]()
    return f"{spoken(contract, chosen)}模板.{kind}", made


@cache
def all_templates() -> tuple[str, bytes]:
    """Every template in one archive, a folder for each kind: ('上传表模板.zip', its bytes)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for folder, kind in (("Excel 模板", "xlsx"), ("CSV 模板", "csv")):
            for contract, layout in every_layout():
                name, content = template(contract.table, layout.name, kind)
                member = zipfile.ZipInfo(f"{folder}/{name}", spreadsheets.MADE.timetuple()[:6])
                archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return "上传表模板.zip", target.getvalue()


def every_layout() -> Iterator[tuple[Contract, Layout]]:
    return ((contract, layout) for contract in contracts().values() for layout in contract.layouts)


def spoken(contract: Contract, layout: Layout) -> str:
    """What staff call it: 结算明细, 结算明细（按月汇总版式）."""
    return upload_name(contract.table, layout.name)


def file_name(contract: Contract, layout: Layout) -> str:
    """What it is called in docs/templates, without its kind: settlements, settlements_aggregate."""
    return contract.table + ("" if layout.name == "record" else f"_{layout.name}")


def as_csv(layout: Layout) -> str:
    """Header and one example row, with the line ends that Excel writes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.header for column in layout.columns.values())
    writer.writerow(column.example for column in layout.columns.values())
    return text.getvalue()


def as_workbook(contract: Contract, layout: Layout) -> bytes:
    """Headers to fill in below, what each column means, and the words that may be picked."""
    codes = [(column, entry) for column in layout.columns.values() for entry in listed(column)]
    ranges = where_listed([column.key for column, _ in codes])
    heads = [head(column, ranges.get(column.key, "")) for column in layout.columns.values()]
    sheets = {
        DATA: Sheet(heads, filtered=False),
        GUIDE: Sheet(GUIDE_HEADS, guide(contract, layout), GUIDE_WIDTHS, filtered=False),
    }
    if codes:
        rows = [(column.header, entry.code, entry.zh, "、".join(entry.aliases)) for column, entry in codes]
        sheets[CODES] = Sheet(("列名", "代码", "名称", "其他写法"), rows)
    target = io.BytesIO()
    write_workbook(target, sheets)
    return target.getvalue()


def listed(column: Column) -> list[Code]:
    """What may be written in a cell of this column; none if that is not a list."""
    if column.type == "indicator":
        return [Code(kpi.id, kpi.name_zh, kpi.aliases) for kpi in kpis().values()]
    name = values.list_of(column)
    return list(code_lists()[name].values()) if name else []


def where_listed(keys: list[str]) -> dict[str, str]:
    """Column key -> the cells with its names in the sheet of codes, given the key of each row there."""
    first = {key: row for row, key in reversed(list(enumerate(keys, start=2)))}
    return {key: f"{CODES}!$C${row}:$C${row + keys.count(key) - 1}" for key, row in first.items()}


def head(column: Column, choices: str) -> Head:
    """A column to fill in. Text and numbers that are names stay text, or Excel would take digits and zeros off them."""
    told = [f"{'必填' if column.required else '选填'} · {TYPES[column.type]}", meaning(column), accepted(column)]
    note = "\n".join(filter(None, [*told, column.example and f"示例：{column.example}"]))
    several = column.type == "codes"  # a list can be picked from once only
    return Head(
        column.header,
        note,
        FORMATS.get(column.type, TEXT),
        column.required,
        "" if several else choices,
        closed=not column.prefix,
    )


def accepted(column: Column) -> str:
    """What a cell may hold, for whoever reads the header's note."""
    if listed(column):
        return f"从列表里选，或写“{CODES}”里的代码、名称或其他写法" + (
            "；多项用分号隔开" if column.type == "codes" else ""
        )
    return values.WANTED.get(column.type, "")


def guide(contract: Contract, layout: Layout) -> Iterator[tuple[str, ...]]:
    """The rows that explain: the table as a whole, each column, each rule between columns."""
    unique = "、".join(layout.columns[key].header for key in layout.unique)
    for told in (contract.what, HOW, GRAINS[contract.grain], f"每行唯一：{unique}。"):
        yield (WHOLE_TABLE, "", "", "", "", told, "", "")
    for column in layout.columns.values():
        must, aliases = "必填" if column.required else "", "、".join(column.aliases)
        yield (
            *(column.header, column.key, aliases, TYPES[column.type], must),
            *(meaning(column), column.example, possible(column)),
        )
    for rule in contract.rules:
        if rule.layout in (None, layout.name):
            yield (contract.columns[rule.column].header, "", "", "规则", "", rule.wanted, "", SEVERITIES[rule.severity])


def possible(column: Column) -> str:
    if column.type == "indicator":
        return f"指标字典里的名称，见“{CODES}”"
    codes = [entry.zh if entry.zh == entry.code else f"{entry.code} {entry.zh}" for entry in listed(column)]
    return "；".join(codes) or values.WANTED.get(column.type, "")
