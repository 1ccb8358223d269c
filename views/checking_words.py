"""What a checked report comes to in words: the answer, the list as a table."""

import re
from collections import Counter
from collections.abc import Iterable

from pipelines.periods import Period
from reports.checking import KINDS, ROLES, VERDICTS, Checked, Claim, Finding
from views.run import named

ALARMS = ("impossible", "differs", "wording")  # somebody has to look at these
SHOWN_FIRST = (*ALARMS, "rounding")
GRAVEST = (*SHOWN_FIRST, *(verdict for verdict in VERDICTS if verdict not in SHOWN_FIRST))
UNITS = {"impossible": "处", "differs": "个", "rounding": "处", "wording": "处", "unknown": "处", "agrees": "处"}
PERIODS = {"Y": "全年", "H1": "上半年", "H2": "下半年"} | {f"Q{n}": f"{zh}季度" for n, zh in enumerate("一二三四", 1)}
MONTHS = re.compile(r"M(\d+)(?:-M(\d+))?")
ENDS = re.compile("[。；;！\n]")
FARTHEST = 80  # letters to either side: enough to find the place by
HEADS = ("序号", "结论", "种类", "原文", "所在的句子", "重算", "相差", "说明")


def tally(checked: Checked) -> dict[str, int]:
    """{verdict: how many}, the gravest first, those that occur."""
    found = Counter(finding.verdict for finding in checked.findings)
    return {verdict: found[verdict] for verdict in GRAVEST if found[verdict]}


def answer(checked: Checked) -> str:
    """The page's answer as Markdown: what is wrong, and what was gone through for it."""
    found = tally(checked)
    wrong = [f"**{VERDICTS[verdict]} {found[verdict]} {UNITS[verdict]}**" for verdict in ALARMS if found.get(verdict)]
    rest = [
        f"{VERDICTS[verdict]} {number} {UNITS[verdict]}" for verdict, number in found.items() if verdict not in ALARMS
    ]
    seen = f"认出 {len(checked.claims)} 个数字" + (f"，{'、'.join(rest)}" if rest else "")
    return f"{'、'.join(wrong) if wrong else '**没有发现差错**'}；{seen}。"


def numbered(checked: Checked, verdicts: Iterable[str]) -> list[tuple[int, Finding]]:
    """(number, finding) of those with these verdicts; the numbers are those of the whole list, in reading order."""
    return [(number, each) for number, each in enumerate(checked.findings, 1) if each.verdict in verdicts]


def row(text: str, number: int, finding: Finding) -> tuple:
    told = (finding.quoted, sentence(text, finding), finding.recomputed, finding.difference, finding.message)
    return (number, VERDICTS[finding.verdict], KINDS[finding.kind], *told)


def sentence(text: str, finding: Finding) -> str:
    """The sentence that a finding is in, without what lies too far from it."""
    before = text[max(finding.start - FARTHEST, 0) : finding.start]
    after = text[finding.end : finding.end + FARTHEST]
    return ENDS.split(before)[-1].lstrip() + text[finding.start : finding.end] + ENDS.split(after)[0].rstrip()


def columns(checked: Checked, verdicts: Iterable[str]) -> dict[str, list]:
    """The list of those with these verdicts as {head: values}."""
    rows = [row(checked.text, *each) for each in numbered(checked, verdicts)]
    return {head: [each[place] for each in rows] for place, head in enumerate(HEADS)}


def claims(checked: Checked) -> dict[str, list]:
    """What the figures of the text were taken for, as {head: values}."""
    found = checked.claims
    return {
        "原文": [claim.text for claim in found],
        "是什么": [claim.name for claim in found],
        "条件": [conditions(claim) for claim in found],
        "期间": [period_words(claim.period) for claim in found],
        "怎样用": [ROLES[claim.role] for claim in found],
    }


def conditions(claim: Claim) -> str:
    return "，".join("、".join(named(dim, code) for code in codes.split("+")) for dim, codes in claim.where)


def period_words(code: str) -> str:
    """H1 -> 上半年, M1-M5_prev -> 上年1—5月, 2026-01..2026-06 -> as a period is called everywhere."""
    plain, before = code.removesuffix("_prev"), "上年" * code.endswith("_prev")
    if months := MONTHS.fullmatch(plain):
        return before + "—".join(filter(None, months.groups())) + "月"
    return before + (Period(*plain.split("..")).label if ".." in plain else PERIODS.get(plain, ""))
