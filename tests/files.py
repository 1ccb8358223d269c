"""Tiny uploads for tests: rows as dicts of Chinese headers, written in the templates' own form."""

from pathlib import Path

from pipelines.build import words_of
from pipelines.contracts import contracts
from pipelines.uploads.files import Upload
from pipelines.uploads.staging import Staged, stage

KEY = "0" * 64
SETTLEMENT = {
    "结算ID": "S1",
    "人员编号": "P0000000001",
    "险种类型": "390",
    "医疗类别": "21",
    "定点医药机构编号": "H99010100001",
    "结算日期": "2026-06-05",
    "住院天数": "8",
    "医疗费总额": "2163.00",
    "基金支付总额": "1178.00",
}
AGGREGATE = {
    "统计年月": "2026-06",
    "险种类型": "390",
    "医疗类别": "21",
    "定点医药机构编号": "H99010100001",
    "人次": "344",
    "住院天数": "2752",
    "医疗费总额": "744072.00",
    "基金支付总额": "405232.00",
}
INSTITUTION = {
    "机构编码": "H99010100001",
    "机构名称": "云溪县人民医院",
    "机构类型": "1",
    "机构类别": "县级医院",
    "是否县内": "1",
}
ENROLMENT = {
    "统计年月": "2026-06",
    "险种类型": "390",
    "乡镇": "云溪镇",
    "城乡": "农村",
    "人员类别": "普通居民",
    "参保人数": "12000",
}
COLLECTION = {
    "统计年月": "2026-06",
    "险种类型": "390",
    "收入来源": "个人缴费",
    "本月到账": "1200000.00",
    "累计已筹": "7600000.00",
}
HISTORY = {
    "起始年月": "2024-01",
    "截止年月": "2024-06",
    "指标": "次均住院费用",
    "险种类型": "390",
    "范围": "县内",
    "数值": "2254",
}
AUDIT = {
    "稽核年月": "2026-06",
    "工作类型": "病历评定",
    "范围": "县内",
    "险种类型": "390",
    "抽查量": "84",
    "问题数": "46",
}
PENALTY = {
    "案件编号": "CF1",
    "发现日期": "2026-06-15",
    "发现途径": "病历评定",
    "对象类型": "定点医疗机构",
    "机构编码": "H99010100001",
    "状态": "已结案",
}
TARGET = {
    "年度": "2026",
    "机构编码": "",
    "机构类别": "",
    "指标": "次均住院费用",
    "险种类型": "居民",
    "指标性质": "控制",
    "判定": "≤",
    "目标值": "2000",
    "每档幅度": "1",
    "每档按": "百分比",
    "每档扣分": "1",
    "最多扣分": "10",
    "每分金额": "500",
}
STAFF = {"统计年月": "2026-06", "在岗人数": "13"}


def rows(base: dict, *changes: dict) -> list[dict]:
    """One row per change: base with some cells replaced; settlements get ids of their own unless told one."""
    found = [base | change for change in changes]
    if "结算ID" in base:
        found = [
            row | {"结算ID": change.get("结算ID", f"S{n}")}
            for n, (row, change) in enumerate(zip(found, changes, strict=True), 1)
        ]
    return found


def text(listed: list[dict]) -> str:
    """CSV text, with the headers of the first row; cells are written as they are, so a test may put quotes in them."""
    heads = list(dict.fromkeys(head for row in listed for head in row))
    return "\n".join([",".join(heads), *(",".join(row.get(head, "") for head in heads) for row in listed)]) + "\n"


def write(folder: Path, listed: list[dict] | str, name: str = "upload.csv", encoding: str = "utf-8") -> Path:
    """A file of these rows (or of this text) in folder."""
    path = folder / name
    content = listed if isinstance(listed, str) else text(listed)
    path.write_bytes(content.encode(encoding))
    return path


def upload(path: Path) -> Upload:
    """A CSV as it is handed in."""
    return Upload(path.name, path, path)


def staged(folder: Path, listed: list[dict] | str | bytes, encoding: str = "utf-8") -> Staged:
    """The dry run of a file of these rows, this text, or these bytes."""
    path = folder / "upload.csv"
    if isinstance(listed, bytes):
        path.write_bytes(listed)
    else:
        write(folder, listed, encoding=encoding)
    aside = folder / "aside"
    aside.mkdir(exist_ok=True)
    return stage(upload(path), aside, KEY, words_of)


def template(table: str, layout: int = 0) -> list[dict]:
    """One row of a table with every column of its template, each cell the contract's own example."""
    columns = contracts()[table].layouts[layout].columns.values()
    return [{column.header: column.example for column in columns}]
