"""A letter in words: paragraphs for the page and the document, rows for a file."""

from datetime import date
from decimal import Decimal

from pipelines.letters.model import CLUE_SENTENCE, CLUES_OF_ALL, TARGETS_OF_ALL, Letter, Line, Notice, Owing
from pipelines.peers import FEWEST_PEERS

HEADS = ("部分", "项目", "本期", "单位", "目标", "同类中位数", "上年同期", "同类中位次", "判定或说明")


def paragraphs(letter: Letter) -> list[tuple[str, list[str]]]:
    """(heading, sentences) in the order of the letter; the first heading is its title."""
    return [
        (f"关于{letter.period.label}医保基金使用情况的函", [f"{letter.name}：", opening(letter)]),
        ("一、指标", indicators(letter)),
        ("二、协议", [f"{letter.agreement}。", *(f"{each}。" for each in letter.disagreements)]),
        ("三、处理和应收", money(letter)),
        ("四、疑点线索", clues(letter)),
        ("五、回复", [reply(letter)]),
    ]


def opening(letter: Letter) -> str:
    few = f"，不足 {FEWEST_PEERS} 家，中位数仅供参考" if letter.peers < FEWEST_PEERS else ""
    like = (
        f"同类为{letter.like}，共 {letter.peers} 家{few}，不列名称" if letter.like and letter.peers else "没有同类可比"
    )
    return f"现将贵机构{letter.period.label}（{letter.scheme}）的数据告知如下；{like}。"


def indicators(letter: Letter) -> list[str]:
    if not letter.lines:
        return ["本期没有可算的指标。"]
    missed = letter.missed
    aimed = [line for line in letter.lines if line.target is not None]
    none = "没有给贵机构设目标的指标。" if letter.of_all else TARGETS_OF_ALL
    first = f"有目标的指标 {len(aimed)} 项，未达标 {len(missed)} 项。" if aimed else none
    return [first, *(sentence(line) for line in letter.lines if line.verdict and line.verdict != "达标")]


def sentence(line: Line) -> str:
    """次均住院费用 3,128.00 元，目标 2,900.00 元，同类中位数 2,487.00 元，上年同期 3,201.00 元：未达标."""
    parts = [f"{line.name} {told(line.value, line.unit)}"]
    named = (("目标", line.target), ("同类中位数", line.peer_median), ("上年同期", line.year_ago))
    parts += [f"{word} {told(value, line.unit)}" for word, value in named if value is not None]
    return "，".join(parts) + f"：{line.verdict}{estimated(line)}。"


def estimated(line: Line) -> str:
    """；折合费用约多 65.7 万元（95% 区间 54.2—77.2 万元），是估算，不是应退金额; for what is above the limits."""
    found = line.excess
    if found is None or found.low_yuan is None or "高于" not in line.verdict:
        return ""
    most, low, high = map(wan, (found.yuan, found.low_yuan, found.high_yuan))
    return f"；较同类中位数，折合费用约多 {most} 万元（95% 区间 {low}—{high} 万元），是估算，不是应退金额"


def excesses(letter: Letter) -> str:
    """What the indicators above the limits of the like add up to, in one breath; '' with none."""
    found = [(line, line.excess) for line in letter.lines if estimated(line)]
    each = "；".join(
        f"{line.name}约多 {wan(e.yuan)} 万元（95% 区间 {wan(e.low_yuan)}—{wan(e.high_yuan)} 万元）" for line, e in found
    )
    more = "，各项互有重叠，不能相加" if len(found) > 1 else ""
    return f"高于同类界限的，较同类中位数折合费用：{each}。这是估算，不是应退金额{more}。" if found else ""


def wan(yuan: Decimal) -> str:
    return f"{yuan / 10000:,.1f}"


def told(value: Decimal, unit: str) -> str:
    return f"{value:,}{unit}" if unit == "%" else f"{value:,} {unit}"


def money(letter: Letter) -> list[str]:
    if not letter.cases:
        return ["没有本期发现或尚未结清的案件。"]
    owed = f"，尚有 {letter.owed_yuan:,.2f} 元未扣或未到账" if letter.owed_yuan else "，都已扣减或到账"
    due = sum(case.due_yuan for case in letter.cases)
    return [
        f"案件 {len(letter.cases)} 件，应收应扣 {due:,.2f} 元{owed}。",
        *(case_sentence(each) for each in letter.cases),
    ]


def case_sentence(case: Owing) -> str:
    done = (
        f"{'、'.join(dict.fromkeys(case.handlings)) or '未处理'} {case.due_yuan:,.2f} 元，已办 {case.done_yuan:,.2f} 元"
    )
    return f"{case.case_no}（{day(case.found_on)}发现）{case.fact}：{done}。"


def clues(letter: Letter) -> list[str]:
    rest = f"另有 {letter.unscreened} 条规则缺数据，没有或没有全部筛查。" if letter.unscreened else ""
    if not letter.of_all:
        return [CLUES_OF_ALL]
    if not letter.clues:
        return [f"没有待核查的疑点线索。{rest}"]
    return [CLUE_SENTENCE, *(clue_sentence(each) for each in letter.clues), *([rest] if rest else [])]


def clue_sentence(clue: Notice) -> str:
    return f"{clue.title} {clue.hits} 条，涉及基金 {clue.at_stake_yuan:,.2f} 元；如：{clue.example}。"


def reply(letter: Letter) -> str:
    return f"请于 {day(letter.reply_by)}前书面回复。对数据有异议的，请在回复中写明，并附病历、票据或系统记录。"


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def table(letter: Letter) -> list[tuple]:
    """Everything in the letter as rows under HEADS."""
    rows: list[tuple] = [row(line) for line in letter.lines]
    rows.append(("协议", letter.agreement, None, "", None, None, None, "", "；".join(letter.disagreements)))
    for case in letter.cases:
        rows.append(("案件", case.case_no, case.due_yuan, "元", None, None, None, "", case_sentence(case)))
    for clue in letter.clues:
        note = f"{clue.hits} 条；如：{clue.example}；疑点线索，待核查"
        rows.append(("疑点线索", clue.title, clue.at_stake_yuan, "元", None, None, None, "", note))
    rows.append(("回复", "期限", None, "", None, None, None, "", f"{day(letter.reply_by)}前"))
    return rows


def row(line: Line) -> tuple:
    rank = "" if line.rank is None else f"由高到低第 {line.rank[0]}，共 {line.rank[1]}"
    return ("指标", line.name, line.value, line.unit, line.target, line.peer_median, line.year_ago, rank, line.verdict)
