"""Readings of sums: a whole and the parts that the text lists after it, or before it with 合计; quarters of a year."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from reports.checking.layout import Layout
from reports.checking.readings import Reading, digits_of, reading, slip, summed, verdict
from reports.checking.said import Said, after, before

CUE = re.compile(
    r"从.{1,8}看|结构看|其中|包括|分别|含|[:：(]|构成|组成|分为|[按分].{1,6}[看分]|分项|分季|即|当年收入中|[一二三四]季度"
)
TOTAL_NOUN = re.compile(r"^共|合计|共计|总计|总共|[两三四]项")
JUST_TOTAL = re.compile(r"^(?:一?共|共计|合计|总计|共有)$")
TOTAL = re.compile(r"合计|共计|总计|总共|两项|三项|四项|累计|总[数量额]")
LONGEST = 12  # parts of a list


def summed_up(layout: Layout, said: list[Said]) -> Iterator[Reading]:
    """The readings of every whole whose parts are listed."""
    for whole in said:
        if whole.role in ("value", "whole") and whole.additive:
            yield from down(layout, whole, said)
            yield from up(whole, said)
            yield from listed(whole, said)
        if whole.role == "value":
            yield from composed(whole, said)


def down(layout: Layout, whole: Said, said: list[Said]) -> Iterator[Reading]:
    """The parts after the whole, in its sentence and in the next: those that make it up, or would but for a slip."""
    for parts in (parts_beside(layout, whole, said), parts_below(whole, said)):
        if len(parts) >= 2 and not siblings(whole, parts[0]) and CUE.search(between(layout, whole, parts[0])):
            runs = [parts[:n] for n in range(2, len(parts) + 1)]
            found = best([summed(whole.figure, [part.figure for part in run]) for run in runs])
            yield from [replace(found, list_at=parts[0].figure.start)] if found else []


def siblings(one: Said, other: Said) -> bool:
    """Whether both are quarters, or both are months: parts of another whole."""
    return one.period != other.period and one.period[:1] == other.period[:1] and one.period[:1] in ("Q", "M")


def best(readings: list[Reading]) -> Reading | None:
    """The reading that agrees, is within rounding, or comes nearest and is a slip away; None if none does."""
    for wanted in ("agrees", "rounding"):
        fitting = [r for r in readings if verdict(r) == wanted]
        if fitting:
            return fitting[-1]
    slips = [blamed for r in readings if (blamed := with_slip(r))]
    return min(slips, key=lambda r: abs(r.value - r.target.base), default=None)


def with_slip(found: Reading) -> Reading | None:
    """The reading as of the figure that was misprinted, the whole or a part; None if no single slip explains it."""
    whole, parts = found.target, found.parts
    if not telling(found):
        return None
    if slip(found) and close(found):
        return replace(found, firm=True)
    for part in parts:
        others = [p for p in parts if p is not part]
        names = {"w": whole} | {f"p{n}": p for n, p in enumerate(others)}
        turned = reading("sum", part, "-".join(names), names)
        if turned.value > 0 and slip(turned) and close(found):
            return turned
    return None


def telling(found: Reading) -> bool:
    """Whether the figures have digits enough for a slip to be no chance: 1200 and 1100 are two round numbers."""
    figures = (found.target, *found.parts)
    return found.target.counted or max(len(digits_of(f.value, f).rstrip("0")) for f in figures) > 2


def close(found: Reading) -> bool:
    """Within two fifths: further off the parts are not all of it."""
    return abs(found.value - found.target.base) * 5 <= abs(found.target.base) * 2


def between(layout: Layout, whole: Said, part: Said) -> str:
    ahead = layout.text[whole.figure.start - min(8, len(whole.mention.head)) : whole.figure.start]
    return ahead.replace("其中", "") + layout.text[whole.figure.start : part.figure.start]


def parts_beside(layout: Layout, whole: Said, said: list[Said]) -> list[Said]:
    """The figures of the whole's kind after it in its sentence."""
    depth = inner_depth(layout, whole)
    found: list[Said] = []
    for claim in after(whole, said):
        if left(whole, claim, depth):
            break
        if claim.role == "value" and claim.mention.depth == depth and kindred(whole, claim):
            found.append(claim)
    return found[:LONGEST]


def parts_below(whole: Said, said: list[Said]) -> list[Said]:
    """The figures of the whole's kind in the next sentence, if that begins a list: 其中, 从支出结构看."""
    below = after(whole, said, 1)
    if not below or not begins_list(below[0]):
        return []
    below = list(takewhile(lambda claim: not left(whole, claim, whole.mention.depth), below))
    return [c for c in below if c.role == "value" and not c.mention.depth and kindred(whole, c)][:LONGEST]


def inner_depth(layout: Layout, whole: Said) -> int:
    """How deep its parts stand: in the bracket that opens right after it, else beside it."""
    opens = re.match(r"[^,，;；。:：()\d]{0,6}\(", layout.text[whole.figure.end : whole.figure.end + 8])
    inside = opens and re.search(r"\(", whole.mention.tail) and not re.match(r"[^(]*\([^)]*\)", whole.mention.tail)
    return whole.mention.depth + bool(inside)


def left(whole: Said, claim: Said, depth: int) -> bool:
    """Whether the list is over: its bracket closed, another scheme than the whole's."""
    if depth > whole.mention.depth:
        return claim.mention.depth < depth
    return bool(whole.scheme) and claim.scheme != whole.scheme


def begins_list(claim: Said) -> bool:
    return bool(re.match(r"[\s\n]*(?:其中|按|分|支出构成|收入构成|当年|从|各|一季度)", claim.mention.head))


def kindred(whole: Said, claim: Said) -> bool:
    return claim.figure.family == whole.figure.family and claim.additive and not TOTAL_NOUN.search(claim.mention.clause)


def listed(whole: Said, said: list[Said]) -> Iterator[Reading]:
    """医院12家、药店30家，共43家: nothing but the list before it can be meant."""
    if not JUST_TOTAL.match(whole.mention.clause.strip()):
        return
    parts: list[Said] = []
    for claim in reversed(before(whole, said)):
        if claim.role != "value" or not kindred(whole, claim) or claim.mention.depth != whole.mention.depth:
            break
        parts.insert(0, claim)
        if not re.match(r"\s*[、和及与]", claim.mention.head):
            break
    if len(parts) > 1:
        yield summed(whole.figure, [part.figure for part in parts], firm=True)


def composed(whole: Said, said: list[Said]) -> Iterator[Reading]:
    """人均筹资1050元，由财政补助670元和个人缴费380元组成: also of averages."""
    parts = list(takewhile(lambda c: c.figure.family == whole.figure.family and c.role == "value", after(whole, said)))
    ends = [n for n, part in enumerate(parts) if re.match(r"\s*(?:组成|构成|两部分)", part.mention.tail)]
    if ends and ends[0] and parts[0].mention.clause.startswith("由"):
        yield summed(whole.figure, [part.figure for part in parts[: ends[0] + 1]], firm=True)


def before_sentence(whole: Said, said: list[Said]) -> list[Said]:
    """The claims of the sentence before, for a total that has a sentence to itself."""
    last = said[whole.place - 1] if whole.place else whole
    return [*before(last, said), last] if last.mention.sentence == whole.mention.sentence - 1 else []


def up(whole: Said, said: list[Said]) -> Iterator[Reading]:
    """The parts before a whole that says 合计."""
    if not TOTAL.search(whole.mention.clause) or re.search(r"累计$", whole.mention.clause):
        return
    earlier = before(whole, said) or before_sentence(whole, said)
    parts = [c for c in earlier if c.role == "value" and kindred(whole, c)]
    parts = [c for c in parts if c.mention.depth == whole.mention.depth]
    runs = [parts[n:] for n in range(len(parts) - 1)]
    found = best([summed(whole.figure, [part.figure for part in run]) for run in runs])
    if found:
        yield found
