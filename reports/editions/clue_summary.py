"""疑点线索: how many each screening rule points at, and where they were most. Clues, never findings."""

from collections import Counter, defaultdict
from decimal import Decimal

from pipelines import County, Period, clues
from pipelines.letters import CLUE_SENTENCE, CLUES_OF_ALL
from pipelines.side_by_side import Progress, quiet
from reports import tables
from reports.document import Block, Column, Heading, Paragraph, Table
from reports.naming import code_name
from reports.words import month_words

MOST = 20  # institutions that are printed; each letter tells its own


def blocks(county: County, period: Period, progress: Progress = quiet) -> list[Block]:
    """By rule and by institution, as they stood in the period's last month."""
    if county.only:
        return [Heading("疑点线索"), Paragraph((CLUES_OF_ALL,), "note")]
    found = clues.standing(county, period.last, progress)
    opened = [each for each in found if each.state != "resolved"]
    caution = Paragraph((CLUE_SENTENCE.split("请逐条")[0],), "warning")
    listed = by_rule(county, period), by_place(county, opened, period), unscreened(county, period)
    return [Heading("疑点线索"), caution, *listed]


def by_rule(county: County, period: Period) -> Table:
    heads = {"规则": "筛查规则", "严重度": "等级", "新增": "新增（条）", "持续": "持续（条）", "已了结": "已了结（条）"}
    heads |= {"未了结机构（家）": "涉及机构（家）", "未了结涉及基金（元）": "涉及基金（元）"}
    note = "涉及机构和基金为未了结（新增、持续）的。" + f"{tables.CLUE_NOTE}。"
    return tables.chosen(tables.clues(county, period), heads, f"{month_words(period.last)}疑点线索", note)


def by_place(county: County, opened: list, period: Period) -> Table:
    counted = Counter(each.hit.institution for each in opened)
    stakes: dict[str, Decimal] = defaultdict(Decimal)
    for each in opened:
        stakes[each.hit.institution] += each.hit.at_stake_yuan
    ordered = sorted(counted, key=lambda code: (-stakes[code], code))[:MOST]
    rows = tuple((code_name(county, "institution", code), counted[code], stakes[code]) for code in ordered)
    heads = (Column("机构"), Column("未了结线索（条）", 0), Column("涉及基金（元）", 2))
    note = f"涉及基金最多的 {len(rows)} 家；有未了结线索的共 {len(counted)} 家。条数与机构大小有关，不代表违规。"
    return Table(f"{month_words(period.last)}线索较集中的机构", heads, rows, note)


def unscreened(county: County, period: Period) -> Paragraph:
    gaps = clues.gaps(county, period.last[:4])
    told = f"有 {len(gaps)} 条规则因缺少数据没有筛查。" if gaps else "全部规则都已筛查。"
    return Paragraph((f"共 {len(clues.rules())} 条规则，{told}",), "note")
