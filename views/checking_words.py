"""What a checked report comes to in words: the answer, the list as a table."""

from collections import Counter
from collections.abc import Iterable

from reports.checking import KINDS, VERDICTS, Checked, Finding

ALARMS = ("impossible", "differs", "wording")  # somebody has to look at these
SHOWN_FIRST = (*ALARMS, "rounding")
GRAVEST = (*SHOWN_FIRST, *(verdict for verdict in VERDICTS if verdict not in SHOWN_FIRST))
UNITS = {"impossible": "处", "differs": "个", "rounding": "处", "wording": "处", "unknown": "处", "agrees": "处"}
HEADS = ("序号", "结论", "种类", "原文", "报告里说", "重算", "相差", "说明")


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


def row(number: int, finding: Finding) -> tuple:
    told = (finding.quoted, finding.claim, finding.recomputed, finding.difference, finding.message)
    return (number, VERDICTS[finding.verdict], KINDS[finding.kind], *told)


def columns(findings: list[tuple[int, Finding]]) -> dict[str, list]:
    """The list as {head: values}."""
    rows = [row(*each) for each in findings]
    return {head: [each[place] for each in rows] for place, head in enumerate(HEADS)}
