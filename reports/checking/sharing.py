"""Readings of shares, completions and other rates: 占…的, 完成…的, 回收率; and of what remains: 尚差, 其余."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from reports.checking.layout import Layout
from reports.checking.readings import Reading, reading, verdict
from reports.checking.relating import by_order
from reports.checking.said import Said, after, before, here

PLANS = ("enrolment_target", "collection_plan", "fund_due")
PLANNED = re.compile(r"计划|任务|目标|预算|应筹|应收|应征")
RATE = re.compile(r"(?P<of>[一-龥]{1,6})率(?:为|达|达到|是|仅|约|超过)*\s*$")
TOTAL = re.compile(r"合计|共计|总计|总共|[两三四]项")
LEFT = re.compile(r"(?:缺口|剩余|剩下|其余|余下|还剩|尚余|尚差|还差|还有)")
REST = re.compile(
    r"(?:尚差|还差|尚缺|还缺|还剩|尚余|剩余|剩下|其余|余下|差额|相差|缺口|净增|净减|尚欠|仍欠|未到账|未收回|还欠|结余|还有)(?:的|了|为|达|有|约|额)*\s*$"
)
NEAR = 14  # figures back
CLOSE = 6
FAR = 400


def shared(layout: Layout, said: list[Said]) -> Iterator[Reading]:
    """The readings of every share, completion and rate."""
    for claim in said:
        if claim.role == "share":
            yield from filter(None, readings_of(layout, claim, said))
        elif claim.role == "value" and claim.figure.family == "percent" and not claim.quantity:
            yield from filter(None, rates(claim, said))
        if claim.role in ("value", "difference"):
            yield from filter(None, remainders(claim, said))


def readings_of(layout: Layout, claim: Said, said: list[Said]) -> Iterator[Reading | None]:
    if claim.of is not None and claim.against is not None:
        whole = said[claim.against]
        yield ratio(layout, "share", claim, said[claim.of], whole, True)
        yield from (ratio(layout, "share", claim, part, whole, False) for part in smaller(whole, claim, said))
        return
    parts = [said[claim.of]] if claim.of is not None else []
    if claim.whole in ("计划", *PLANS) or PLANNED.search(claim.whole):
        yield from completions(layout, claim, said)
        return
    listed, siblings = by_order(claim, said)[:1], by_order(claim, said)[1:]
    yield from of_their_sum(claim, listed, said)
    yield from by_name(layout, claim, listed or parts, said)
    for part in parts + listed:
        wholes = [c for c in larger(part, claim, said) if c not in siblings]
        for whole in wholes:
            yield ratio(layout, "share", claim, part, whole, among(part, whole) or proven(claim, whole, said))


def ratio(layout: Layout, kind: str, claim: Said, part: Said, whole: Said, firm: bool) -> Reading | None:
    times = claim.figure.family == "times"
    completes = kind == "share" and re.search(r"完成", layout.text[part.figure.end : claim.figure.start])
    formula = "a/b" if times else "100*a/b"
    inputs = {"a": part.figure, "b": whole.figure}
    return reading("completion" if completes else kind, claim.figure, formula, inputs, firm)


def completions(layout: Layout, claim: Said, said: list[Said]) -> Iterator[Reading | None]:
    """完成率: what was done against a plan of the same scheme, in this sentence or by its name before."""
    near = [c for c in said[max(0, claim.place - NEAR) : claim.place] if c.scheme == claim.scheme]
    here = [c for c in near if c.mention.sentence == claim.mention.sentence and c.role in ("value", "whole", "target")]
    plans = [c for c in here if c.quantity in PLANS or PLANNED.search(c.mention.clause)]
    done = [c for c in here if c not in plans and c.additive]
    pairs = [(d, p) for p in plans for d in done if d.figure.family == p.figure.family]
    for part, plan in pairs:
        yield ratio(layout, "completion", claim, part, plan, len(pairs) == 1)


def by_name(layout: Layout, claim: Said, parts: list[Said], said: list[Said]) -> Iterator[Reading | None]:
    """占基金支出的: the whole is the value that was claimed under that name last, of the same scheme."""
    wholes = [
        c
        for c in said[max(0, claim.place - FAR) : claim.place]
        if c.quantity == claim.whole and c.role in ("value", "whole") and not c.rest
    ]
    wholes = [c for c in wholes if c.scheme == claim.scheme and c.period == claim.period and not c.where]
    for part in parts:
        for whole in wholes[-1:]:
            if comparable(part, whole):
                yield ratio(layout, "share", claim, part, whole, True)


def comparable(part: Said, whole: Said) -> bool:
    """人次 of 人 as much as like of like."""
    people = {"persons", "visits"}
    return part.figure.family == whole.figure.family or {part.figure.family, whole.figure.family} == people


def proven(claim: Said, whole: Said, said: list[Said]) -> bool:
    """Whether another share of the sentence is one of that whole: 住院…，占80.02%；门诊…，占19.26%."""
    others = [c for c in here(claim, said) if c.role == "share" and c is not claim]
    ratios = [
        reading("share", c.figure, "100*a/b", {"a": said[c.of].figure, "b": whole.figure}) for c in others if c.of
    ]
    return any(found and verdict(found) == "agrees" for found in ratios)


def of_their_sum(claim: Said, listed: list[Said], said: list[Said]) -> Iterator[Reading | None]:
    """甲420万元、乙85万元、丙195万元，分别占60%、12.1%和27.9%: of what the list adds up to."""
    if not listed or "者" in claim.mention.clause:
        return
    run = [c for c in before(claim, said) if c.role == "value" and c.additive]
    run = [c for c in run if c.figure.family == listed[0].figure.family]
    shares = [c for c in here(claim, said) if c.role == "share"]
    count = len(shares)
    if len(run) >= count > 1:
        run = run[-count:]
        found = [share_of_all(share, run, place) for place, share in enumerate(shares)]
        own = next((place for place, part in enumerate(run) if part is listed[0]), None)
        if own is not None and (mine := share_of_all(claim, run, own)):
            sure = any(r and r.target is not claim.figure and verdict(r) == "agrees" for r in found)
            yield replace(mine, firm=sure)


def share_of_all(share: Said, run: list[Said], place: int) -> Reading | None:
    """A share as of the part at a place of the list, in all that the list adds up to."""
    names = {f"p{n}": part.figure for n, part in enumerate(run)}
    return reading("share", share.figure, f"100*p{place}/({'+'.join(names)})", names, firm=False)


def among(part: Said, whole: Said) -> bool:
    """Whether the whole stands right before its part: 250份，其中138份."""
    return part.place == whole.place + 1 and part.mention.depth == whole.mention.depth and "其中" in part.mention.head


def smaller(whole: Said, claim: Said, said: list[Said]) -> list[Said]:
    """Figures of the whole's kind before it that it may be a share of: 全县参保 before 其中."""
    near = [c for c in said[max(0, whole.place - NEAR) : whole.place] if c.role == "value" and c.additive]
    near += [c for c in after(claim, said)[:2] if c.role == "value" and c.additive and not c.where]
    near = [c for c in near if claim.mention.sentence - c.mention.sentence <= 1]
    return [c for c in near if c.figure.family == whole.figure.family and c.place != claim.of]


def larger(part: Said, claim: Said, said: list[Said]) -> list[Said]:
    """Figures of the part's kind that it may be a share of: before it in its sentence, or in the one before."""
    near = [c for c in said[max(0, part.place - NEAR) : claim.place] if c.place != part.place]
    near = [c for c in near if claim.mention.sentence - c.mention.sentence <= 1 and c.role in ("value", "whole")]
    later = [*after(claim, said), *after(claim, said, 1)]
    near += [c for c in later if c.role == "value" and TOTAL.search(c.mention.clause)]
    near = [c for c in near if c.figure.family == part.figure.family]
    return [c for c in near if c.figure.base > part.figure.base or claim.figure.family == "times"]


def rates(claim: Said, said: list[Said]) -> Iterator[Reading | None]:
    """回收率94.5%: of two figures of one kind just before it, the smaller of the larger."""
    if not RATE.search(claim.mention.clause):
        return
    here = [c for c in said[max(0, claim.place - CLOSE) : claim.place] if c.role == "value" and c.additive]
    here = [c for c in here if claim.mention.sentence - c.mention.sentence <= 1]
    for one, other in combinations(here, 2):
        if (
            other.mention.sentence == claim.mention.sentence
            and one.figure.family == other.figure.family
            and one.figure.base != other.figure.base
        ):
            part, whole = sorted((one.figure, other.figure), key=lambda f: f.base)
            yield reading("share", claim.figure, "100*a/b", {"a": part, "b": whole}, firm=False)


def is_done(part: Said) -> bool:
    """Whether a figure is what was done of the one before it, so that the rest is what remains."""
    return part.role == "whole" or re.search("已|完成|其中|补缴|收回|扣回|办结|退回", part.mention.clause) is not None


def remainders(claim: Said, said: list[Said]) -> Iterator[Reading | None]:
    """尚差6284人: two figures of its kind before it, one less the other."""
    if not REST.search(claim.mention.clause):
        return
    earlier = [c for c in before(claim, said) if c.additive]
    earlier = [
        c
        for c in earlier
        if c.figure.family == claim.figure.family and c.role in ("value", "whole", "base", "year_ago")
    ]
    if claim.mention.clause.endswith("还有") and not re.match(r"[^,，。]{0,8}(?:未|没|正在|待)", claim.mention.tail):
        return
    sure = len(earlier) == 2 and LEFT.search(claim.mention.clause) is not None and is_done(earlier[1])
    for one, other in combinations(earlier[-4:], 2):
        more, less = sorted((one.figure, other.figure), key=lambda f: f.base, reverse=True)
        yield reading("difference", claim.figure, "a-b", {"a": more, "b": less}, sure)
    if len(earlier) > 2:
        names = {f"p{n}": c.figure for n, c in enumerate(earlier)}
        yield reading("difference", claim.figure, "-".join(names), names, firm=False)
