"""What a check of a written report gives: the figures with what they claim, and what was found about them."""

from dataclasses import dataclass, field
from decimal import Decimal

VERDICTS = {
    "impossible": "自相矛盾",
    "differs": "与本系统不符",
    "rounding": "取整误差内",
    "wording": "文字差错",
    "unknown": "无法判断",
    "agrees": "相符",
}
KINDS = {
    "sum": "分项与合计",
    "difference": "增减额",
    "growth": "增减幅度",
    "points": "百分点",
    "share": "占比",
    "completion": "完成率",
    "product": "人次与次均",
    "ratio": "比率与分子分母",
    "quarters": "各季与累计",
    "repeated": "前后不一",
    "warehouse": "与本系统数据",
    "verb": "动词与增减方向",
    "unit": "单位",
    "placeholder": "占位符未填",
    "numbering": "序号",
    "spelling": "错别字",
    "doubled": "重复用字",
    "unread": "没有核对",
}
ROLES = {
    "value": "本期数",
    "year_ago": "上年同期数",
    "base": "比较对象",
    "difference": "增减额",
    "growth": "增减幅度",
    "points": "增减百分点",
    "share": "占比",
    "completion": "完成率",
    "target": "目标、计划",
    "multiple": "倍数",
}


@dataclass(frozen=True)
class Claim:
    """A figure of the text and what it claims. start, end: its place in the text, with its unit; text: those words.

    value: as printed, its digits kept, signed as its number is; unit: as written, '' where none is; looser: up, down
    or near, where 余, 近 or 约 stand with it, else ''; kpi: a KPI id or the id of a quantity of the checker's own, ''
    where it is not known; where: conditions as pairs (dimension, code), sorted; period: H1, Q2, Y, M5, M1-M5 or
    2026-01..2026-06, with _prev for the year before; role: one of ROLES; name: what it is, in Chinese.
    """

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    looser: str = ""
    kpi: str = ""
    where: tuple[tuple[str, str], ...] = ()
    period: str = ""
    role: str = "value"
    name: str = ""


@dataclass(frozen=True)
class Finding:
    """What was found about a place of the text. start, end: the figure or words that it is about; quoted: those words.

    kind: one of KINDS; verdict: one of VERDICTS; claim: what the text says there; recomputed: what it should be and
    from what, as in 41 ÷ 115 = 35.65%; difference: how far apart, with its unit; parts: places of the figures that it
    was computed from; message: all of it in one Chinese sentence.
    """

    start: int
    end: int
    quoted: str
    kind: str
    verdict: str
    claim: str
    recomputed: str
    difference: str
    message: str
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Checked:
    """A report that was checked. text: what the places count in; findings: in reading order, those that agree too."""

    text: str
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...] = field(default=())

    def wanting(self) -> tuple[Finding, ...]:
        """What somebody should look at: contradictions, differences and slips of the pen, not what agrees."""
        return tuple(found for found in self.findings if found.verdict in ("impossible", "differs", "wording"))
