"""Readings of lists that are all there is: 包括甲、乙、丙, a last 其他, both schemes; and of shares of one whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from reports.checking.defined import told
from reports.checking.layout import Layout, Mention
from reports.checking.phrases import by_sentence, vocabulary
from reports.checking.readings import Reading, reading, slip, summed, verdict

ALL_OF_IT = re.compile(r"(?:包括|分别是|即|分为|组成为|具体为)[^其]{0,12}$")
SOME_OF_IT = re.compile(r"(?:其中|含|由|[(：:])[^包]{0,12}$")
TOTAL = re.compile(
    r"(?:^|[,，、。])\s*[^,，、。\d]{0,6}?(?:[一总]?共|合计|总计|共计|总[数量额]?)(?!同)[^,，、。(]{0,10}$"
)
NEXT = re.compile(r"^[^、,，;；()]{0,6}?(?:[、,，;；]|和|及|以及|与)+[^、,，;；()]{0,14}$")
AGO, BY, MEAN = map(vocabulary, ("ago", "by", "mean"))
APART = re.compile(rf"{AGO}|其中|比|较|{BY}$|完成|目标|任务|计划|同期|尚|还|现有")
REST = re.compile("其他|其它|其余")
BASE = re.compile(r"占(?P<of>[^占比]{0,14}?)的?(?:比例|比重|比)?(?:分别)?(?:为|达|约)?$")
WHOLE_SAID = re.compile("构成|结构")
OWN = re.compile("预算|计划|任务|目标|应|(?<!总)收入|筹集")  # of what each part has its own
HUNDRED = Fraction(100)
SUM_OFF, LONG_OFF, LIST_OFF = 8, 5, 4  # a whole is further off than this part of it: the list is of something else


@dataclass(frozen=True)
class Item:
    """A figure of a list with the words from the figure before it."""

    mention: Mention
    words: str


def completed(layout: Layout) -> Iterator[Reading]:
    """The readings of every list that the text says to be complete."""
    for mentions in by_sentence(layout):
        items = [Item(m, m.head) for m in mentions]
        for place, item in enumerate(items):
            following = run_after(items, place)
            yield from of_list(layout, item, following)
            yield from of_total(items, place)
        yield from to_hundred(layout, items)


def run_after(items: list[Item], place: int) -> list[Item]:
    """The items of one kind after a figure, as far as nothing parts them."""
    found: list[Item] = []
    for item in items[place + 1 :]:
        told_apart = found and (not NEXT.match(item.words) or APART.search(item.words))
        if told_apart or item.mention.figure.family != items[place].mention.figure.family:
            break
        found.append(item)
    return found


def of_list(layout: Layout, whole: Item, run: list[Item]) -> Iterator[Reading]:
    """38家，包括医院12家、诊所9家、药店17家."""
    if len(run) < 2 or whole.mention.figure.family in ("percent", "points", ""):
        return
    opening = run[0].words
    every = ALL_OF_IT.search(opening) and "等" not in opening + run[-1].mention.tail[:4]
    if not every and not (SOME_OF_IT.search(opening) and exhaustive(layout, run, whole.words)):
        return
    tries = [run[:n] for n in range(2, len(run) + 1) if every or exhaustive(layout, run[:n], whole.words)]
    yield from nearest(whole, tries, LIST_OFF)


def exhaustive(layout: Layout, run: list[Item], whole: str) -> bool:
    """Whether a list names all that there is: a last 其他, or every one of a known set."""
    if REST.search(run[-1].words):
        return True
    for entry in told()["complete"]:
        needed = re.search(entry.get("whole", ""), whole) and not re.search(entry.get("unless", "$^"), layout.text)
        if needed and len(entry["parts"]) == len(run) and covers(entry["parts"], [item.words for item in run]):
            return True
    return False


def covers(parts: list[str], words: list[str]) -> bool:
    return all(sum(bool(re.search(part, text)) for text in words) == 1 for part in parts)


def of_total(items: list[Item], place: int) -> Iterator[Reading]:
    """医院12家、药店30家，共处理42家."""
    total = items[place]
    if not TOTAL.search(total.words) or re.search(rf"{AGO}|同期|占|{MEAN}", total.words):
        return
    run: list[Item] = []
    for item in reversed(items[:place]):
        mean = re.search(MEAN, item.mention.clause) or APART.search(item.mention.clause)
        if item.mention.figure.family != total.mention.figure.family or mean:
            break
        run.insert(0, item)
        if not NEXT.match(item.words):
            break
    if total.mention.figure.family not in ("percent", "points", "times", ""):
        yield from nearest(total, [run[n:] for n in range(len(run) - 1)], SUM_OFF if len(run) < 3 else LONG_OFF)


def nearest(whole: Item, tries: list[list[Item]], off: int) -> Iterator[Reading]:
    """The sum that comes nearest to the whole, if it is not so far off that something else is listed."""
    figure = whole.mention.figure
    found = [summed(figure, [item.mention.figure for item in run], firm=True) for run in tries]
    best = min(found, key=lambda r: abs(r.value - figure.base), default=None)
    if best and (slip(best) or abs(best.value - figure.base) * off <= figure.base):
        yield replace(best, list_at=0 if tries[0][0].mention.place < whole.mention.place else best.parts[0].start)


# ---------------------------------------------------------------- shares


def to_hundred(layout: Layout, items: list[Item]) -> Iterator[Reading]:
    """住院占71.4%、门诊占19.8%、其他占8.8%: all that there is makes up 100%."""
    for run in runs_of_shares(items):
        bases = {found["of"] for item in run if (found := BASE.search(item.words))}
        hundred = run[-1].mention.figure.base == HUNDRED and TOTAL.search(run[-1].words)
        shares = run[:-1] if hundred else run
        if (
            len(shares) < 2
            or len(bases - {""}) > 1
            or OWN.search("".join(bases))
            or not (bases or WHOLE_SAID.search(run[0].words))
        ):
            continue
        if hundred or WHOLE_SAID.search(run[0].words) or all_named(layout, shares):
            yield from made_up(shares)


def runs_of_shares(items: list[Item]) -> Iterator[list[Item]]:
    run: list[Item] = []
    for item in items:
        if run and not (NEXT.match(item.words) and item.mention.figure.family == "percent"):
            yield run
            run = []
        if item.mention.figure.family == "percent":
            run.append(item)
    if run:
        yield run


def all_named(layout: Layout, shares: list[Item]) -> bool:
    """Whether the items, or what 分别 deals them out to, are all that there is."""
    dealt, *rest = re.split("[、]|和|与|及", shares[0].words.partition("分别")[0][-40:])
    named = [replace(shares[0], words=word) for word in (dealt, *rest)]
    return exhaustive(layout, shares, "") or ("分别" in shares[0].words and exhaustive(layout, named, ""))


def made_up(shares: list[Item]) -> Iterator[Reading]:
    """The last share as what the others leave of 100; that they are rounded each for itself is no error."""
    last, others = shares[-1].mention.figure, [item.mention.figure for item in shares[:-1]]
    names = {f"p{n}": figure for n, figure in enumerate(others)}
    found = reading("sum", last, "-".join(["100", *names]), names)
    if found and verdict(found) == "impossible" and found.value > 0:
        yield replace(found, list_at=others[0].start)
