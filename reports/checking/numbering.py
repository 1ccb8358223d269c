"""The numbers of headings and list items: each goes on from the one before it, and starts again under a new heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reports.checking.model import Finding
from reports.checking.wording import slip_at

NUMERALS = "一二三四五六七八九十"
AFTER = "[%个家人份元次名例万亿年月日]"  # what stands behind a figure that begins a line by chance
STYLES = (
    (1, re.compile(r"(?:^|\n)[ \t]*第(?P<n>[一二三四五六七八九十]{1,3})(?:部分|章)")),
    (2, re.compile(r"(?:^|\n)[ \t]*(?P<n>[一二三四五六七八九十]{1,3})[、.．]")),
    (3, re.compile(r"(?:^|\n)[ \t]*\((?P<n>[一二三四五六七八九十]{1,3})\)")),
    (
        4,
        re.compile(rf"(?:^|\n)[ \t]*(?P<n>\d{{1,2}})(?:[、．]|\.(?!\d)|\.(?=\d+[月日])| (?!{AFTER})(?=[一-龥]))"),
    ),
    (5, re.compile(rf"(?:^|\n)[ \t]*(?P<n>\d{{1,2}}\.[1-9]\d?)(?:[、．.]|(?= ?(?!{AFTER})[^\s\d.,]| \d))")),
    (6, re.compile(r"(?:^|\n)[ \t]*\((?P<n>\d{1,2})\)")),
)
INLINE = re.compile(r"(?:(?<=[。;；:：\n])|^)[ \t]*(?P<n>[一二三四五六七八九十])是(?!否|不)")


@dataclass(frozen=True)
class Number:
    """A number that heads a line. rank: 1 for 第一部分 to 6 for (1); value: what it counts; start, end: its place."""

    rank: int
    value: int
    start: int
    end: int


def misnumbered(text: str) -> Iterator[Finding]:
    """The numbers that break their sequence."""
    yield from broken(text, headings(text))
    yield from inline(text)


def headings(half: str) -> list[Number]:
    found = [Number(rank, counted(m["n"]), m.start("n"), m.end("n")) for rank, p in STYLES for m in p.finditer(half)]
    lines = [n for n in found if not in_table(half, n)]
    return sorted(lines, key=lambda n: n.start)


def in_table(half: str, number: Number) -> bool:
    line = half[number.start : half.find("\n", number.start)]
    return "\t" in line or "|" in line or bool(re.search(r"\S {2,}\S+ {2,}", line))


def counted(text: str) -> int:
    """三 is 3, 十二 is 12, 2.3 is 3 in its own chapter."""
    if text[0].isdigit():
        return int(text.rpartition(".")[2])
    if "十" not in text:
        return NUMERALS.index(text[0]) + 1 if len(text) == 1 else 0
    tens, _, ones = text.partition("十")
    return (NUMERALS.index(tens) + 1 if tens else 1) * 10 + (NUMERALS.index(ones) + 1 if ones else 0)


def broken(text: str, numbers: list[Number]) -> Iterator[Finding]:
    wanted: dict[int, set[int]] = {}
    for number in numbers:
        expected = wanted.get(number.rank, {1})
        begins = not wanted  # an extract may begin with any number
        if number.value not in expected and number.value != 1 and number.value and not begins:
            deeper = wanted.get(number.rank + 1, set())
            yield misplaced(
                text, number, number.value if number.value in deeper else min(expected), number.value in deeper
            )
            wanted[number.rank] = {min(expected), min(expected) + 1, number.value + 1}
        else:
            wanted[number.rank] = {number.value + 1}
            wanted = {rank: values for rank, values in wanted.items() if rank <= number.rank}


def misplaced(text: str, number: Number, expected: int, deeper: bool) -> Finding:
    """A finding about a number. deeper: it goes on from the numbers one rank below: 四、 after (三)."""
    start = number.start - (text[number.start - 1 : number.start] in "(（" and number.start > 0)
    end = number.end + 1
    right = f"{NUMERALS[expected - 1] if number.rank < 4 and expected <= 10 else expected}"
    right = f"（{right}）" if deeper else right
    return slip_at(text, start, end, "numbering", right, f"序号“{text[start:end]}”不连续，按顺序应为“{right}”")


def inline(text: str) -> Iterator[Finding]:
    """一是…二是…四是 within a paragraph."""
    wanted = 0
    for match in INLINE.finditer(text):
        value = counted(match["n"])
        if wanted and value not in (1, 2, wanted):
            right = NUMERALS[wanted - 1] + "是"
            place = (match.start("n"), match.end())
            yield slip_at(text, *place, "numbering", right, f"“{match['n']}是”不连续，按顺序应为“{right}”")
        wanted = value + 1
