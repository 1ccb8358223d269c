"""What a figure is in its sentence: a value, last year's, a change with its verb, a share, a completion, a target."""

import re
from dataclasses import dataclass

from reports.checking.layout import Mention

UP = ("增加", "增长", "上升", "提高", "提升", "上涨", "上浮", "增", "升", "涨", "多", "高", "延长", "扩大", "攀升")
DOWN = ("减少", "下降", "降低", "回落", "下滑", "下浮", "缩短", "减", "降", "少", "低", "短", "负增长", "缩小", "压缩")
VERB = "|".join(sorted((*UP, *DOWN), key=len, reverse=True))
CHANGE = re.compile(
    rf"(?P<verb>{VERB})(?:了|支出|收入|住院|人次|人数|追回|支付|报销|补偿|筹集|到账|征收|查处|处理|参保|[补收支用花报付]|出)?(?:幅度?|额度?|率|比例)?(?:同比|环比)?"
    r"(?:了|为|是|达|达到|约|近|超过?|逾|出)*\s*$"
)
RATE_NOUN = re.compile(
    r"(?P<verb>[增降涨减升跌])[幅速]度?(?:为|是|达|达到|约)*\s*$|(?P<noun>增长率|增长幅度)(?:为|是|达|约)*\s*$"
)
REACHED = re.compile(rf"(?P<verb>{VERB}|变)(?:到|至|为|成)(?:了|现在的?|今年的?|本期的?)*\s*$")
COMPARING = (
    r"(?<![占对同环之配性])比(?![例重较率值上下])|(?<![比])较(?![大多好为快高低少强])"
    r"|相比|对比|对照|高于|低于|少于|多于"
)
BASE = re.compile(rf"(?:{COMPARING})(?P<what>[^,，]{{0,24}}?)(?P<of>的|为|是|数|相比)*\s*$")
WITH = re.compile(r"(?:与|和|同|跟)(?P<what>[^,，]{0,24})(?:的)?\s*$")
AGO = re.compile(
    r"(?:去年|上年|上一?年度?|前年|去年度|上期|上月|上季度?)(?:同期|同口径|同月|同季|全年|末|底)?(?P<what>[^增减升降提长回]{0,16}?)(?:的|为|是|数|约)*\s*$"
)
FROM = re.compile(r"(?:由|从)[^,，]{0,24}$")
OF_WHOLE = re.compile(r"^\s*的?(?:比例|比重|占比|比率)?(?:为|达|达到|是|约|近|仅)*\s*$")
SHARE = re.compile(
    r"(?:占(?!比)(?:到|了)?|相当于)(?P<whole>[^占,，]{0,30}?)(?:的)?(?:比例|比重|比|比率)?(?:为|达|达到|约|近|是|到|超过|仅|仅为)*\s*$"
)
OF_AIM = re.compile(r"^的?(?:目标值?|要求|控制线|平均水平|全[省市国]平均水平)?$")
TIMES = re.compile(r"(?:为|是|达|相当于)(?P<whole>[^,，]{1,16})的$")
SHARE_NOUN = re.compile(r"(?:比重|占比|占)(?:分别|各)?(?:为|达|达到|约|近|是)*\s*$")
COMPLETED = re.compile(
    r"(?:完成|达到?|实现|为)(?:了)?(?P<whole>[^完,，]{0,30}?(?:任务|计划|目标|预算|进度|应筹|应收)[^,，]{0,8}?)(?:的|进度)?(?:比例)?(?:为|达)*\s*$"
)
COMPLETION_NOUN = re.compile(r"(?:完成|执行|到位|达成|占)(?:进度|率|比例|比)?(?:为|达|达到|是|约)*\s*$")
TARGET = re.compile(
    r"(?:确保|力争|目标|不低于|不高于|不少于|不超过|控制在|要求|应达|须达|达标线|(?<!超)标准|保持在|稳定在|超过|低于|起付线|封顶线)[^,，]{0,20}$|(?:达标值|指标值|控制值)[^,，]{0,4}$"
)
TARGET_TAIL = re.compile(r"^\s*(?:的?(?:目标|要求|任务|标准|控制线|序时进度)|以上)")


@dataclass(frozen=True)
class Role:
    """What a figure is. verb: of a change; whole: words of what it is a share of; moved: a value that moved there."""

    role: str
    verb: str = ""
    whole: str = ""
    moved: bool = False


def role_of(mention: Mention, before: str, following: Mention | None = None) -> Role:
    """The role of a figure; before: that of the figure before it in the sentence, '' for none; following: the next."""
    if before == "whole" and mention.figure.family in ("percent", "", "times") and OF_WHOLE.match(mention.clause):
        return Role("share")
    if before == "base" and mention.figure.family == "points" and OF_AIM.match(mention.clause):
        return Role("points")
    found = wholes(mention, following) or shared(mention) or changed(mention) or compared(mention, following)
    if found:
        return found
    aside = mention.head.endswith("(") and following is not None and following.head.strip() == ")"
    if aside or TARGET.search(mention.clause) or TARGET_TAIL.match(mention.tail):
        return Role("target")
    return Role("multiple" if mention.figure.family == "times" else "value")


def wholes(mention: Mention, following: Mention | None) -> Role | None:
    """The whole that a share is about to be told of: 13419.16万元的75.42%."""
    if mention.figure.family in ("percent", "points", "times") or following is None:
        return None
    ratio = following.figure.family in ("percent", "", "times") and following.sentence == mention.sentence
    return (
        Role("whole") if ratio and re.match(r"\s*\)?的", following.head) and OF_WHOLE.match(following.clause) else None
    )


def shared(mention: Mention) -> Role | None:
    """A share or a completion, with the words of its whole; ? where it has none."""
    clause, percent = mention.clause, mention.figure.family == "percent"
    if mention.figure.family == "times" and (times := TIMES.search(clause)):
        return Role("share", whole=times["whole"])
    if not percent:
        return None
    if SHARE_NOUN.search(clause) or re.search(r"[前后]者(?:为|是|占|达)*\s*$", clause):
        return Role("share", whole="?")
    share, completed = SHARE.search(clause), COMPLETED.search(clause)
    if share or completed:
        return Role("share", whole=(share or completed)["whole"] or "?")
    return Role("share", whole="计划") if COMPLETION_NOUN.search(clause) else None


def changed(mention: Mention) -> Role | None:
    """A change, or the value that something has moved to."""
    clause, family = mention.clause, mention.figure.family
    if reached := REACHED.search(clause):
        return Role("value", reached["verb"], moved=True)
    if noun := RATE_NOUN.search(clause):
        return Role("growth", noun["verb"] or "增长") if family in ("percent", "") else None
    match = CHANGE.search(clause)
    if not match or family == "times":
        return None
    kind = {"percent": "growth", "points": "points", "": "growth"}.get(family, "difference")
    return Role(kind, match["verb"])


def compared(mention: Mention, following: Mention | None) -> Role | None:
    """Last year's figure, or the one that something is compared with."""
    clause = mention.clause
    if AGO.search(clause):
        return Role("year_ago", moved=bool(FROM.search(clause)))
    if BASE.search(clause) or (WITH.search(clause) and re.match(r"\s*(?:相比|比较|相较)", mention.tail)):
        return Role("base")
    moves = following is not None and REACHED.search(following.head) and following.sentence == mention.sentence
    return Role("base", moved=True) if FROM.search(clause) and moves else None


def sign_of(verb: str) -> int:
    """1 for a verb of more, -1 for one of less, 0 for none."""
    if verb in DOWN or verb in ("降", "减", "跌"):
        return -1
    return 1 if verb in UP or verb in ("增", "涨", "升", "增长") else 0
