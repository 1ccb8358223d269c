"""A county's list of printed figures, as CSV: a row each, with unit, period, scope and how it follows from others."""

import csv
import io
import re
import tempfile
import unicodedata
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines import contracts
from pipelines.formulas import names_in
from pipelines.printed.figure_periods import PERIODS_WANTED, is_period
from pipelines.printed.intervals import evaluate_intervals, printed_interval
from pipelines.uploads.decode import UnreadableFile, decode
from pipelines.uploads.problems import Problem

REPORT = contracts.DEFINITIONS / "report_figures.csv"
HEADERS = {
    "id": ["编号", "指标编号"],
    "section": ["章节", "出处"],
    "name_zh": ["名称", "指标名称", "指标"],
    "name_en": ["英文名称"],
    "value": ["数值", "原文数值"],
    "unit": ["单位"],
    "period": ["期间"],
    "numerator": ["分子"],
    "denominator": ["分母"],
    "formula": ["公式"],
    "insurance_type": ["险种", "险种类型"],
    "scope": ["范围"],
    "quote_zh": ["原文"],
    "check": ["核对"],
}
REQUIRED = ["id", "name_zh", "value", "unit", "period"]
SCOPES = {
    "": {},
    "county total": {},
    "institution": {},
    "in-county": {"place": "in_county"},
    "out-of-county": {"place": "out_of_county"},
    "pilot": {"pilot": "yes"},
    "non-pilot": {"pilot": "no"},
    "institution level<=2": {"level": ["level2", "level1", "unrated"]},
}
SCOPE_WORDS = {
    "全县": "county total",
    "机构": "institution",
    "县内": "in-county",
    "县外": "out-of-county",
    "试点": "pilot",
    "非试点": "non-pilot",
    "二级及以下": "institution level<=2",
}
SHOWN = 20  # problems named in one message
LONGEST_FORMULA = 500


@dataclass(frozen=True)
class Printed:
    """One printed figure. value keeps its printed digits (49.60 has two); scheme is None where none is meant."""

    line: int
    id: str
    name_zh: str
    value: Decimal
    unit: str
    period: str
    formula: str
    scheme: str | None
    scope: str

    @property
    def where(self) -> dict:
        """The conditions that its insurance type and scope stand for."""
        return ({"scheme": self.scheme} if self.scheme else {}) | SCOPES.get(self.scope, {})

    @property
    def inputs(self) -> list[str]:
        """The ids of the figures that its formula uses."""
        return names_in(self.formula) if self.formula else []


def read_figures(path: Path) -> list[Printed]:
    """The figures of a list, in file order.

    Raises UnreadableFile with a Chinese message that names each faulty place: where, what was found, what was wanted.
    """
    rows, problems = read_rows(path)
    known = {row.get("id") for _, row in rows}
    problems += [p for line, row in rows for p in problems_of(line, row, known)] + repeated(rows)
    if problems:
        raise UnreadableFile(message(path, problems))
    return [figure(line, row) for line, row in rows]


def read_rows(path: Path) -> tuple[list[tuple[int, dict]], list[Problem]]:
    """(line, cells by key) of each row, cells trimmed and in half-width; and the problems of header and shape."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            text = decode(path, Path(folder)).path.read_text("utf-8-sig")
    except (UnreadableFile, OSError) as error:
        reason = error if isinstance(error, UnreadableFile) else "文件打不开"
        raise UnreadableFile(f"{path.name}：{reason}") from error
    reader = csv.reader(io.StringIO(text))
    keys, problems = keys_of(next(reader))
    rows = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(keys):
            problems.append(Problem(reader.line_num, "", f"{len(cells)} 列", f"应为 {len(keys)} 列，与表头一致"))
            continue
        rows.append((reader.line_num, {k: clean(k, c) for k, c in zip(keys, cells, strict=True)}))
    if not rows and not problems:
        problems.append(Problem(None, "", "只有表头", "应至少有一行数据"))
    return rows, problems


def keys_of(header: list[str]) -> tuple[list[str], list[Problem]]:
    spellings = {word: key for key, words in HEADERS.items() for word in (key, *words)}
    cells = [cell.strip() for cell in header]
    keys = [spellings.get(cell, "") for cell in cells]
    known = "、".join(HEADERS)
    problems = [
        Problem(1, cell, cell, f"不认识的列；应为 {known}") for cell, key in zip(cells, keys, strict=True) if not key
    ]
    problems += [Problem(1, key, "没有这一列", "表头应有此列") for key in REQUIRED if key not in keys]
    problems += [Problem(1, key, "出现多次", "每列只应有一次") for key, n in Counter(keys).items() if key and n > 1]
    return keys, problems


def clean(key: str, cell: str) -> str:
    """Numbers and codes in half-width; names as they are printed."""
    cell = cell.strip()
    return cell if key in ("name_zh", "section", "quote_zh", "check") else unicodedata.normalize("NFKC", cell).strip()


def problems_of(line: int, row: dict, known: set[str]) -> list[Problem]:
    """What is wrong with the cells of one row."""
    problems = [Problem(line, key, "", "必填") for key in REQUIRED if key in row and not row[key]]
    if row.get("value") and number(row) is None:
        problems.append(Problem(line, "value", row["value"], "应为数字，如 49.60"))
    if row.get("period") and not is_period(row["period"]):
        problems.append(Problem(line, "period", row["period"], PERIODS_WANTED))
    if insurance_type(row) not in scheme_words():
        wanted = "应为 resident、employee、maternity、none，或居民、职工、生育"
        problems.append(Problem(line, "insurance_type", row["insurance_type"], wanted))
    if not known_scope(row.get("scope", "")):
        wanted = f"应为 {'、'.join(s for s in SCOPES if s)}，或{'、'.join(SCOPE_WORDS)}；全市的写 city"
        problems.append(Problem(line, "scope", row["scope"], wanted))
    return problems + formula_problems(line, row, known)


def formula_problems(line: int, row: dict, known: set[str]) -> list[Problem]:
    if not row.get("formula"):
        return []
    if len(row["formula"]) > LONGEST_FORMULA:
        return [Problem(line, "formula", row["formula"][:20] + "……", f"公式应在 {LONGEST_FORMULA} 字以内")]
    try:
        names = names_in(row["formula"])
        evaluate_intervals(row["formula"], dict.fromkeys(names, printed_interval(Decimal(1))))
    except ValueError:
        return [Problem(line, "formula", row["formula"], "应只有本表的编号、数字、+ - * / 和括号")]
    return [Problem(line, "formula", n, "公式里的编号应在本表中") for n in names if n not in known]


def repeated(rows: list[tuple[int, dict]]) -> list[Problem]:
    counts = Counter(row.get("id") for _, row in rows)
    return [
        Problem(n, "id", r["id"], "编号重复，每个编号只应有一行")
        for n, r in rows
        if r.get("id") and counts[r["id"]] > 1
    ]


def number(row: dict) -> Decimal | None:
    """The value with its printed digits; thousands separators and the row's own % may stand in it."""
    text = row["value"].replace(",", "").replace(" ", "")
    text = text.removesuffix("%") if row.get("unit") == "%" else text
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def insurance_type(row: dict) -> str:
    return row.get("insurance_type", "").lower()


def scheme_words() -> dict[str, str | None]:
    """Everything an insurance type may be written as -> the scheme."""
    kinds = contracts.code_lists()["insutype"].values()
    named = {word: kind.maps["scheme"] for kind in kinds for word in (kind.zh, *kind.aliases)}
    return named | contracts.words("scheme") | {"": None, "none": None, "无": None, "不分险种": None}


def known_scope(text: str) -> bool:
    return text in SCOPES or text in SCOPE_WORDS or re.match(r"(city|county|全市)\b", text) is not None


def scope_of(text: str) -> str:
    """The scope in its English form; a city's figure is 'city', whatever stands in brackets behind it."""
    if text.startswith(("city", "全市")):
        return "city"
    return SCOPE_WORDS.get(text, text) if text in SCOPES or text in SCOPE_WORDS else "county total"


def figure(line: int, row: dict) -> Printed:
    scheme = scheme_words()[insurance_type(row)]
    scope = scope_of(row.get("scope", ""))
    formula = row.get("formula", "")
    return Printed(line, row["id"], row["name_zh"], number(row), row["unit"], row["period"], formula, scheme, scope)


def message(path: Path, problems: list[Problem]) -> str:
    lines = [problem.text for problem in sorted(problems, key=lambda p: p.line or 0)[:SHOWN]]
    rest = len(problems) - len(lines)
    return "\n".join([f"{path.name}：有 {len(problems)} 处问题", *lines] + ([f"……另有 {rest} 处"] if rest else []))
