"""Which quantity a figure is of: by the words of its clause, behind it, around it, or of the list it stands in."""

import re

from reports.checking import context
from reports.checking.layout import Mention
from reports.checking.lists import SEPARATOR
from reports.checking.quantities import by_care, named_around, named_by, names_in, quantities
from reports.checking.said import WINDOW, Said

AHEAD = re.compile(r"^[^、]{1,14}[、和及与]$")  # 228个定点医疗机构、39个…: the name is of the figure before
FILLERS = re.compile(
    r"今年以来|今年年?|本年度?|我[县区市]|全[县区市]|[县区市]|我中心|中心|城乡|一共|共有|共计|总共|累计|实际|发生|截至|截止|目前|现有|其中|同时|同期|分别|主要"
    r"|同类|其他|纳入|而|联系|管理|负责|服务|管辖|监管|签约|签订|签署|包括|基本|共同|医疗保险|医疗保障|医保|保险|基金|统筹|当期|本期|报告期|期末|合计|总计|达到|大约|参保人员|参保|定点医疗机构|医疗机构|机构|总体|整体|各类|"
    r"[\s共已为达是约有的中及和与、,，:：了在计总对也则分含均到实占比月日年底末]"
)


def quantity_of(mention: Mention, clause: str, segment: str) -> str:
    family, near = mention.figure.family, mention.reach + re.split(r"[,，;；。]", mention.tail)[0]
    tries = () if AHEAD.match(clause) else (clause, bare(clause), previous_clause(mention), mention.reach)
    named = next((found for text in tries if (found := named_by(text, family, near))), None)
    if named:
        return by_care(named.quantity.id, clause, segment[: segment.find(mention.clause)])
    tail = tail_of(mention, segment)
    behind = [n for n in names_in(tail) if n.start <= 2 and n.quantity.family == family]
    behind = [n for n in behind if not n.quantity.excluded(near + tail) and n.quantity.vouched(segment)]
    if behind:
        return behind[0].quantity.id
    around = named_around(mention.reach + tail, family)
    return around.id if around else ""


def bare(clause: str) -> str:
    """A clause without schemes and fillers: 其中职工支出 is 支出."""
    text = context.without_groups(clause)
    for pattern in context.SCHEMES.values():
        text = re.sub(pattern, "", text)
    return FILLERS.sub("", text)


def previous_clause(mention: Mention) -> str:
    """The clause before, where the figure's own says no more than 为 or 达到."""
    if FILLERS.sub("", mention.clause):
        return ""
    parts = [part for part in re.split(r"[,，;；:：()]", mention.head) if part.strip()]
    bare = [part for part in parts if part != mention.clause]
    return bare[-1] if bare and not re.search(r"未|逾期|应收", bare[-1]) else ""


def tail_of(mention: Mention, segment: str) -> str:
    """What stands behind a figure, or behind the last of the figures listed with it: 万人、64.68万人次就医补偿."""
    tail = mention.tail
    if not SEPARATOR.match(tail):
        return re.split(r"[,，;；。()]", tail)[0]
    rest = segment[segment.find(tail) :] if tail in segment else ""
    return re.split(r"[,，;；。()]", re.sub(r"^[、和及与\s]*[\d.,]+\s*[万亿]?(?:人次|人|元|个|家)?", "", rest))[0]


def inherited_quantity(mention: Mention, clause: str, said: list[Said]) -> str:
    """The quantity of the figure that this one is a part of: 461843人（农村414648人…）, 其中职工35316人."""
    if rest_of(clause, ""):
        return ""
    same = [s for s in said[-WINDOW:] if s.figure.family == mention.figure.family and s.role == "value" and s.quantity]
    same = [s for s in same if mention.sentence - s.mention.sentence <= 1 and s.mention.depth <= mention.depth]
    contrast = bool(context.conditions(clause))
    return same[-1].quantity if same and (same[-1].additive or contrast) else ""


def rest_of(clause: str, quantity: str) -> str:
    """The words of a clause that nothing explains."""
    text = context.without_groups(clause)
    for pattern in context.SCHEMES.values():
        text = re.sub(pattern, "", text)
    for name in [n for n in names_in(text) if n.quantity.id == quantity][:1]:
        text = text[: name.start] + text[name.end :]
    for word in quantities()[quantity].around if quantity else ():
        text = text.replace(word, "")
    for patterns in context.WHERE.values():
        for pattern in patterns.values():
            text = re.sub(pattern, "", text)
    text = context.PERIOD.sub("", text)
    return re.sub(r"[^一-龥A-Za-z]|□", "", FILLERS.sub("", text))
