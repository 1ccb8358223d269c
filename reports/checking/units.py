"""Words that do not fit their figures: a verb against the sign, a unit that is missing, 百分点 where % is meant."""

import re
from collections.abc import Iterator

from reports.checking.comparing import Change, changes_of, readings_of
from reports.checking.layout import Layout
from reports.checking.model import Finding
from reports.checking.quantities import names_in
from reports.checking.readings import printed, verdict
from reports.checking.roles import sign_of
from reports.checking.said import Said
from reports.checking.tokens import UNITS
from reports.checking.wording import slip_at

SCORES = re.compile(r"分[数值]?$|得分|评分|指数|系数|权重|点值|版本?$|CMI|人头比|之比|比为|[图表]$|附件$|倍率|编号|号$")
NEAR = 10  # letters before a figure that its unit may stand in
IN_BRACKETS = re.compile(rf"[(（](?:[百千]?[万亿])?(?:{'|'.join(UNITS)})[)）]")
WORDS = {1: "增加、提高", -1: "减少、降低"}


def unfitting(layout: Layout, said: list[Said]) -> Iterator[Finding]:
    """Every word or unit of the text that does not fit its figure."""
    text = layout.text
    for change in changes_of(said):
        yield from against_sign(text, change)
    for claim in said:
        yield from wrong_points(text, claim, said)
        yield from without_unit(text, claim)


def against_sign(text: str, change: Change) -> Iterator[Finding]:
    """减少189.26万元，增长3.25%: the figures fit, the verb says the opposite."""
    ago = change.ago
    if change.loose:
        return
    if ago is None or change.now.figure.base == ago.figure.base:
        yield from at_odds(text, change)
        return
    sign = 1 if change.now.figure.base > ago.figure.base else -1
    moved = [change.now] if change.now.against == ago.place else []
    fitting = [c for c in change.changes if any(verdict(r) != "impossible" for r in readings_of(change, c) if r)]
    for claim in moved + fitting:
        if sign_of(claim.verb) == -sign and claim.figure.base > 0:
            yield verb_finding(text, claim, sign, f"{printed(ago.figure)}到{printed(change.now.figure)}")


def at_odds(text: str, change: Change) -> Iterator[Finding]:
    """比上年增加3亿元，下降5%: without last year's figure, two verbs that contradict each other."""
    told = [c for c in change.changes if sign_of(c.verb)]
    if (
        len(told) == 2
        and sign_of(told[0].verb) == -sign_of(told[1].verb)
        and {c.role for c in told} == {"difference", "growth"}
    ):
        yield verb_finding(text, told[1], sign_of(told[0].verb), printed(told[0].figure))


def verb_finding(text: str, claim: Said, sign: int, why: str) -> Finding:
    start = text.rfind(claim.verb, 0, claim.figure.start)
    message = f"“{claim.verb}{printed(claim.figure)}”的动词与数字方向相反：{why}是{WORDS[sign]}"
    return slip_at(text, start, start + len(claim.verb), "verb", WORDS[sign], message)


def wrong_points(text: str, claim: Said, said: list[Said]) -> Iterator[Finding]:
    """百分点 of amounts: 减少103,677元，下降11.5个百分点."""
    before = [c for c in said[max(0, claim.place - 2) : claim.place] if c.mention.sentence == claim.mention.sentence]
    amounts = [c for c in before if c.role == "difference" and c.figure.family not in ("percent", "points", "")]
    if claim.role == "points" and amounts and not names_in(claim.mention.clause):
        start, end = claim.figure.start, claim.figure.end
        message = f"“{text[start:end]}”：金额、人数的增减幅度用“%”，“百分点”只用于两个比率之差"
        yield slip_at(text, start, end, "unit", f"{claim.figure.value}%", message)


def without_unit(text: str, claim: Said) -> Iterator[Finding]:
    """住院实际补偿比例49.60，: a figure with decimals, or with a name, and nothing behind it."""
    figure, clause = claim.figure, claim.mention.clause
    after = text[figure.end : figure.end + 1]
    if figure.unit or figure.magnitude > 1 or not re.match(r"[,，。;；、)\n]|$", after) or SCORES.search(clause):
        return
    if IN_BRACKETS.search(text[max(figure.start - NEAR, 0) : figure.start]):  # 基金支付（元）合计 310,409.27
        return
    if claim.role == "year_ago" and claim.mention.depth:
        return  # 6251.81万元（上年同期5002.68）: the unit is that of the figure before
    names = names_in(clause)
    if figure.value == int(figure.value) and not (names and "." in str(figure.value)) and not names:
        return
    wanted = {"percent": "%", "money": "万元或元"}.get(names[-1].quantity.family if names else "", "")
    wanted = wanted or ("%" if claim.role in ("growth", "share") else "")
    message = f"“{text[figure.start : figure.end]}”没有单位" + (f"，应写明“{wanted}”" if wanted else "")
    yield slip_at(text, figure.start, figure.end, "unit", wanted, message)
