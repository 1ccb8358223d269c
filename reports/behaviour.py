"""What is watched of pilots of payment by the bed day, in words: for the screen and for documents alike."""

from pipelines.bed_days import Signal
from reports import words

NO_BEFORE = "没有试点开始前的同月数据，只能逐月看，不能比前后。"
LIMITS = (
    "只能提示：试点不是随机选的，两组别的变化（病种、医生、季节）也会算进差里；自然波动由试点前各月之差的移动极差定（XmR），"
    "不足 12 个月的界限还会变；至少两个月超出、方向又可疑，才算信号。信号不是结论，须查病历。"
)


def answer(found: tuple[Signal, ...]) -> str:
    """Which of them signal, as Markdown."""
    alarming = [each for each in found if each.alarming]
    known = [each for each in found if each.difference is not None]
    if not known:
        return NO_BEFORE
    if not alarming:
        begun, said = known[0].after.period, "试点与非试点之差没有连着超出试点前的自然波动。"
        return f"试点以来（{begun.label}）{len(known)} 项里 **没有信号**：{said}"
    told = "、".join(f"**{each.watched.name}**（{difference(each)}）" for each in alarming)
    rest = f"其余 {len(known) - len(alarming)} 项没有信号。"
    return f"{told} 的变化超出试点前的自然波动，可能是按床日付费引起的，须核查；{rest}"


def difference(each: Signal) -> str:
    """+0.82 个百分点, of the difference in differences; a dash where it is not known."""
    if each.difference is None:
        return "—"
    unit = "个百分点" if each.watched.unit == "%" else each.watched.unit
    return f"{words.signed(float(each.difference), each.watched.digits)} {unit}".strip()


def finding(each: Signal) -> str:
    """In a sentence: what the gap did, and whether that is beyond what it did before."""
    if each.difference is None:
        return f"{each.watched.name}：没有试点前的同月数据"
    if each.alarming:
        return f"{each.watched.name}：相对非试点变了 {difference(each)}，{len(each.beyond)} 个月超出自然波动"
    worse = each.difference * each.watched.worse > 0
    said = "方向可疑，仍在自然波动里" if worse else "没有可疑"
    return f"{each.watched.name}：相对非试点变了 {difference(each)}，{said}"
