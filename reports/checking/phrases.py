"""Readings of set phrases: sentences whose words say by their order how their figures hang together.

A passage is read with each figure as one letter, so that a phrase is a pattern over words and figures alike; the
phrases are data, see definitions/phrases.toml.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from reports.checking.comparing import alike, grown
from reports.checking.layout import Layout, Mention
from reports.checking.quantities import DEFINITIONS
from reports.checking.readings import Reading, reading
from reports.checking.roles import VERB
from reports.checking.tokens import FAMILIES, Figure

FIRST = 0xE000  # of the letters that belong to nobody: 256 for the figures of each family
ROOM = 256
KINDS = ("", *FAMILIES)
LAST = FIRST + ROOM * len(KINDS) - 1
ANY = f"[{chr(FIRST)}-{chr(LAST)}]"
COUNT = ("visits", "persons", "bodies", "pieces", "households")
FIGURE = r"<(?P<name>[abd])(?: (?P<families>[a-z ]+))?>"
WORDS = r"<(?P<most>\d+)(?: (?P<words>\w+))?>"
SLOT = re.compile(rf"{FIGURE}|(?P<any><\*>)|{WORDS}|{{(?P<word>[a-z]+)}}")
MEANT = re.compile("费用|支付|补偿|报销|救助|赔付|缴费|罚款|支出|筹资")
PAID = {"补偿": "支付", "报销": "支付", "支出": "支付"}
ELSEWHERE = re.compile("全[县市省国]|平均水平|目标")


@dataclass(frozen=True)
class Phrase:
    """A phrase: its pattern over lettered text, the formula of its figure d, or apart; firm: see Reading."""

    pattern: re.Pattern
    formula: str
    firm: bool

    @property
    def kind(self) -> str:
        if "100" in self.formula:
            return "share"
        return "product" if "*" in self.formula else "ratio"


@cache
def told() -> dict:
    return tomllib.loads((DEFINITIONS / "phrases.toml").read_text("utf-8"))


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every phrase of the definitions, compiled."""
    return tuple(
        Phrase(re.compile(SLOT.sub(slot, one["pattern"])), one.get("formula", "apart"), not one.get("soft"))
        for one in told()["phrases"]
    )


@cache
def vocabulary(word: str) -> str:
    """The pattern of one of the words of the definitions: by, ago, mean."""
    return told()["words"][word].replace("VERB", f"(?:{VERB})")


def slot(match: re.Match) -> str:
    """A slot of a pattern as a regular expression: a figure, some words, or one of the vocabulary."""
    if match["word"]:
        return vocabulary(match["word"])
    if match["any"]:
        return ANY
    if match["name"]:
        return f"(?P<{match['name']}>{of(match['families'] or '')})"
    piece = f"[^{chr(FIRST)}-{chr(LAST)};；。]{{0,{match['most']}}}"
    return f"(?P<{match['words']}>{piece})" if match["words"] else piece


def of(families: str) -> str:
    """A figure of any of these families, or of all."""
    names = families.replace("count", " ".join(COUNT)).split()
    starts = [FIRST + ROOM * KINDS.index(name) for name in names]
    return f"[{''.join(f'{chr(start)}-{chr(start + ROOM - 1)}' for start in starts)}]" if names else ANY


# ---------------------------------------------------------------- reading


def phrased(layout: Layout) -> Iterator[Reading]:
    """The readings of every phrase of the text."""
    for mentions in passages(layout):
        text = lettered(layout, mentions)
        for phrase in phrases():
            for match in phrase.pattern.finditer(text):
                yield from filter(None, [read(phrase, match, mentions)])


def by_sentence(layout: Layout) -> list[list[Mention]]:
    """The figures of each sentence that has any."""
    return [list(mentions) for _, mentions in groupby(layout.mentions, key=lambda mention: mention.sentence)]


def passages(layout: Layout) -> Iterator[list[Mention]]:
    """The figures of each sentence with those of the next one of its paragraph."""
    found = by_sentence(layout)
    for place, mentions in enumerate(found):
        beside = found[place + 1] if place + 1 < len(found) else []
        if beside and beside[0].sentence == mentions[0].sentence + 1 and same_paragraph(layout, mentions, beside):
            mentions = mentions + beside
        yield mentions[:ROOM]


def same_paragraph(layout: Layout, one: list[Mention], other: list[Mention]) -> bool:
    return layout.sentence_of(one[0]).paragraph == layout.sentence_of(other[0]).paragraph


def lettered(layout: Layout, mentions: list[Mention]) -> str:
    """A passage with each of its figures as one letter of the figure's family."""
    pieces, at = [], layout.sentence_of(mentions[0]).start
    for number, mention in enumerate(mentions):
        letter = chr(FIRST + ROOM * KINDS.index(mention.figure.family) + number)
        pieces += [layout.text[at : mention.figure.start], letter]
        at = mention.figure.end
    return "".join([*pieces, layout.text[at : max(at, layout.sentence_of(mentions[-1]).end)]])


def read(phrase: Phrase, match: re.Match, mentions: list[Mention]) -> Reading | None:
    groups = match.groupdict()
    figures = {name: mentions[(ord(groups[name]) - FIRST) % ROOM].figure for name in "abd"}
    target = figures.pop("d")
    if not same_meaning(groups) or (phrase.kind == "share" and not of_one_kind(figures["a"], figures["b"])):
        return None
    if phrase.formula == "apart":
        return apart(target, figures["a"], figures["b"], phrase.firm)
    return reading(phrase.kind, target, phrase.formula, figures, phrase.firm)


def of_one_kind(part: Figure, whole: Figure) -> bool:
    """Whether one can be a share of the other: like of like, or 人次 of 人."""
    return part.family == whole.family or {part.family, whole.family} == {"visits", "persons"}


def same_meaning(groups: dict) -> bool:
    """Whether an average and a total are of one thing, as far as they say: 次均费用 and 基金支付 are not."""
    if groups.get("part"):
        return groups["part"] in groups["host"]
    if groups.get("each") is None:
        return True
    one, other = ({PAID.get(word, word) for word in MEANT.findall(groups[name])} for name in ("each", "all"))
    return not ELSEWHERE.search(groups["each"]) and (not one or not other or bool(one & other))


def apart(target: Figure, one: Figure, other: Figure, firm: bool) -> Reading | None:
    """How far two figures of a kind are apart: in their unit, in points of rates, or in per cent of the first."""
    if not alike(one.family, other.family):
        return None
    inputs = {"a": one, "b": other}
    if target.family == "percent" and one.family not in ("percent", ""):
        formula, words = grown(other.base >= one.base)
        return reading("growth", target, formula, {"a": other, "b": one}, firm, words=words)
    if target.family != ("points" if one.family == "percent" else one.family):
        return None
    kind = "points" if target.family == "points" else "difference"
    return reading(kind, target, "a-b" if one.base >= other.base else "b-a", inputs, firm)
