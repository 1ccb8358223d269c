"""How a theme's text is written: words, and figures in braces, which staff may move but not misspell.

{居民参保人数}            the figure with its unit
{居民参保人数.同比}        a manner of speaking of it (MANNERS): here “，同比增长 1.20%”, nothing without last year's
{居民参保人数.若增长}       says nothing, but what it stands in is left out unless it is so (CONDITIONS)
[，其中农村{农村参保}]     is left out where one of its figures is missing; a whole clause up to ； or 。 likewise
序、                      begins a paragraph that is counted, 一是, 二是 ..., and falls with its first clause
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

MANNERS = {
    "": "数和单位",
    "上年": "上年同期数",
    "目标": "目标值",
    "比上年": "与上年同期数相比的一句话",
    "同比": "同比增减的一句话",
    "对目标": "与目标相比的一句话",
    "高低": "按正负写成高或低，后接绝对数",
}
CONDITIONS = {"若增长": "比上年同期增长时才写", "若下降": "比上年同期下降时才写", "若有": "有数且不为 0 时才写"}
ORDINAL = "序、"
HALF_WIDTH = str.maketrans("｛｝［］", "{}[]")  # as a Chinese keyboard types them
CLAUSE = re.compile(r"[^。；]*[。；]|[^。；]+")
TOKEN = re.compile(r"\{[^{}\[\]]*\}")
PIECE = re.compile(r"\{[^{}\[\]]*\}|[{}\[\]]|[^{}\[\]]+")


class WordingError(ValueError):
    """A text that can't be read; the message is a Chinese sentence that says where."""


@dataclass(frozen=True)
class Token:
    """A place for a figure or a list: its name, and the manner of speaking of it."""

    name: str
    manner: str = ""

    @property
    def written(self) -> str:
        return "{" + self.name + (f".{self.manner}" if self.manner else "") + "}"


@dataclass(frozen=True)
class Optional:
    """Pieces that are left out together where one of their figures is missing."""

    pieces: tuple["str | Token", ...]


Piece = str | Token | Optional
Clause = tuple[Piece, ...]  # with its closing ； or 。
Known = Mapping[str, Collection[str]]  # name -> the manners that go with it


def parse(text: str, known: Known) -> list[list[Clause]]:
    """Paragraphs of clauses. Raises WordingError for a brace that is not closed and a name or manner not in known."""
    lines = [line.strip() for line in text.translate(HALF_WIDTH).splitlines() if line.strip()]
    return [[clause(each, known, f"第 {n} 段") for each in clauses(line)] for n, line in enumerate(lines, start=1)]


def clauses(line: str) -> list[str]:
    """A paragraph cut after each ； and 。."""
    return CLAUSE.findall(line)


def clause(text: str, known: Known, at: str) -> Clause:
    done: list[Piece] = []
    inside: list[str | Token] | None = None
    for found in PIECE.findall(text):
        if found == "[" and inside is None:
            inside = []
        elif found == "]" and inside is not None:
            done.append(Optional(tuple(inside)))
            inside = None
        elif found in "{}[]":
            raise WordingError(f"{at}的“{found}”没有成对：{shortened(text)}")
        else:
            (done if inside is None else inside).append(piece(found, known, at))
    if inside is not None:
        raise WordingError(f"{at}的“[”没有在同一分句里用“]”关上：{shortened(text)}")
    return tuple(done)


def piece(found: str, known: Known, at: str) -> str | Token:
    if not found.startswith("{"):
        return found
    name, _, manner = (part.strip() for part in found[1:-1].replace("．", ".").partition("."))
    if name not in known:
        raise WordingError(f"{at}的“{found}”不认识{meant(name, known)}")
    if manner not in known[name]:
        usable = "、".join(each for each in known[name] if each) or "无"
        raise WordingError(f"{at}的“{found}”里，“{name}”没有“{manner}”这种说法；可用：{usable}")
    return Token(name, manner)


def meant(name: str, known: Known) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return f"；是不是{'、'.join('{' + each + '}' for each in near)}" if near else "；可用的写法见“可用的数”"


def shortened(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[:most] + "…"


def tokens(paragraphs: list[list[Clause]]) -> Iterator[Token]:
    """Every token in reading order."""
    for paragraph in paragraphs:
        for each in paragraph:
            for one in each:
                yield from (p for p in (one.pieces if isinstance(one, Optional) else [one]) if isinstance(p, Token))


def as_written(pieces: tuple[Piece, ...]) -> str:
    """Pieces as the text has them."""
    return "".join(
        each if isinstance(each, str) else each.written if isinstance(each, Token) else f"[{as_written(each.pieces)}]"
        for each in pieces
    )
