"""docs/clues.md: every clue rule, what it looks at, what it is set by and needs; how well it finds planted cases."""

import csv
from decimal import Decimal
from pathlib import Path

from pipelines.clues import Parameter, Rule, rules
from pipelines.contracts import contracts
from pipelines.formulas import rounded
from pipelines.handbook.docs_markdown import code, note, page, table

FOUND = Path(__file__).resolve().parents[2] / "docs" / "clues_found.csv"
MADE_BY = "python -m tests.sample.clues_found"
STAKES = {
    "": "这些行的基金支付",
    "cases": "这些行的基金支付，减去按对照的比率本来就会有的部分",
    "cost": "这些行的基金支付 ×（本机构份额 − 同类份额）",
}


def clues() -> str:
    found = rules().values()
    return page(
        "# 疑点线索规则",
        note("`pipelines/definitions/4_clues/`"),
        f"共 {len(found)} 条规则，每条一个 SQL 文件。线索是待核查的疑点，不是结论：要看病历、到现场，才能认定。"
        "已退费的结算不算；按月汇总的月份没有人员编号，不能筛查，会说明。参数在“疑点线索”页上改，记入操作记录。",
        "逐笔的线索从发现的月份起一直打开，到排除或立案为止（十二个月内）；机构的线索逐月看：上月没有的为新增，"
        "上月也有的为持续，本月不再有的为已了结。",
        table(
            ("规则", "编号", "等级", "对象", "涉及基金怎样算"),
            [(link(r), code(r.id), r.severity_zh, r.shape_zh, stake(r)) for r in found],
        ),
        *measured(),
        *(part for rule in found for part in rule_part(rule)),
    )


def link(rule: Rule) -> str:
    return f"[{rule.title}](#{rule.id})"


def stake(rule: Rule) -> str:
    """How the yuan at stake follow from the rows in question."""
    if "stake_part" in rule.sql:
        return "这些行的基金支付，按超出部分占的份额"
    return STAKES[rule.excess]


def rule_part(rule: Rule) -> tuple[str, ...]:
    told = {
        "看什么": rule.plain,
        "依据": rule.basis,
        "核实后的违规类型": code(rule.violation),
        "需要": "、".join(needed(need) for need in rule.needs),
    }
    lines = "\n".join(f"- {name}：{text}" for name, text in told.items() if text)
    return f'<a id="{rule.id}"></a>', f"## {rule.title}", lines, parameters(rule.parameters)


def needed(need: str) -> str:
    """An upload or a column of one, in Chinese."""
    if need == "last_year":
        return "上年同月的结算明细"
    upload, _, column = need.partition(".")
    contract = contracts()[upload]
    return f"{contract.name_zh}的“{contract.columns[column].header}”" if column else contract.name_zh


def parameters(listed: tuple[Parameter, ...]) -> str:
    rows = [(p.name_zh, code(p.name), f"{p.default:f} {p.unit}", f"{p.low:f} 至 {p.high:f}") for p in listed]
    return table(("参数", "编号", "默认", "可改的范围"), rows) if rows else ""


def measured() -> list[str]:
    """How well the rules find what was planted in the sample county; nothing before that was measured."""
    if not FOUND.exists():
        return []
    with FOUND.open(encoding="utf-8", newline="") as file:
        rows = [found_row(row) for row in csv.DictReader(file)]
    return [
        "## 在示例县里找到多少",
        f"示例县里每条规则都埋有已知的个案。下表看 2025 年全年，由 `{MADE_BY}` 量出：找全率为埋下的找到多少，"
        "准确率为找到的有多少是埋下的。"
        "示例县的自然波动也会触发规则，真实的县里两个数都会不同。",
        table(("规则", "埋下", "找到", "找全率", "线索", "其中埋下的", "准确率"), rows),
    ]


def found_row(row: dict[str, str]) -> tuple[str, ...]:
    planted, found, hits, right = (int(row[name]) for name in ("planted", "found", "hits", "right"))
    title = rules()[row["rule"]].title if row["rule"] in rules() else row["rule"]
    return title, f"{planted:,}", f"{found:,}", percent(found, planted), f"{hits:,}", f"{right:,}", percent(right, hits)


def percent(part: int, whole: int) -> str:
    return f"{rounded(Decimal(100 * part) / whole, 1)}%" if whole else "—"
