"""How a text is laid out: paragraphs, headings, sentences; and each figure in its clause, with the words around it."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from reports.checking.tokens import Figure, figures

ENDS_SENTENCE = re.compile(r"[。!?！？\n]")
LONGEST_HEADING = 40
LONGEST_SENTENCE = 1000
MOST_FIGURES = 8000  # a report has hundreds; beyond this nothing is checked


@dataclass(frozen=True)
class Sentence:
    """A sentence. headings: the titles that it stands under, outermost first; title: it is a heading itself."""

    start: int
    end: int
    paragraph: int
    headings: tuple[str, ...]
    title: bool


@dataclass(frozen=True)
class Mention:
    """A figure where it stands. head: from the figure before it, or the sentence's start, to it; clause: the last
    clause of the head; reach: from the last comma before it, over other figures of a list; tail: from it to the next
    figure or the end of its sentence; depth: brackets open around it.
    """

    figure: Figure
    place: int
    sentence: int
    head: str
    clause: str
    reach: str
    tail: str
    depth: int


@dataclass(frozen=True)
class Layout:
    """A text, in half width, with its sentences and the figures in them."""

    text: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]

    def sentence_of(self, mention: Mention) -> Sentence:
        return self.sentences[mention.sentence]

    def words(self, mention: Mention) -> str:
        """The whole sentence that a figure stands in."""
        sentence = self.sentence_of(mention)
        return self.text[sentence.start : sentence.end]

    def segment(self, mention: Mention) -> str:
        """The part of its sentence between semicolons."""
        sentence, at = self.sentence_of(mention), mention.figure.start
        cut = max(self.text.rfind(mark, sentence.start, at) for mark in ";；") + 1
        ends = [e for mark in ";；" if (e := self.text.find(mark, at, sentence.end)) >= 0]
        return self.text[max(cut, sentence.start) : min(ends, default=sentence.end)]


def laid_out(text: str, apart: Iterable[tuple[int, int]] = ()) -> Layout:
    """Lay out a half-width text; apart: spans that are read otherwise, such as tables."""
    sentences = tuple(sentences_of(text))
    return Layout(text, sentences, tuple(mentions_of(text, sentences, list(apart))))


def lines_of(text: str) -> list[tuple[int, int]]:
    """Start and end of each line that is not blank; the items of a list go with the line that announces them."""
    found: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\n]+", text):
        if not match[0].strip():
            continue
        if found and runs_on(text, found[-1], match):
            found[-1] = (found[-1][0], match.end())
        else:
            found.append((match.start(), match.end()))
    return found


def runs_on(text: str, line: tuple[int, int], following: re.Match) -> bool:
    """Whether a line is an item of the list that the line before announces, or goes on with: 按身份分：1.…；2.…."""
    before = text[line[0] : line[1]].rstrip()
    return before[-1:] in ":：;；" and re.match(r"\s*\(?\d{1,2}[)、.．](?!\d)", following[0]) is not None


def sentences_of(text: str) -> list[Sentence]:
    titles: list[tuple[int, str]] = []
    found = []
    for number, (start, end) in enumerate(lines_of(text)):
        line = text[start:end].strip()
        rank = rank_of(line, number)
        if rank is not None:
            titles = [(r, t) for r, t in titles if r < rank] + [(rank, line)]
        names = tuple(title for _, title in titles)
        found += [Sentence(s, e, number, names, rank is not None) for s, e in pieces(text, start, end)]
    return found


def rank_of(line: str, number: int) -> int | None:
    """How deep a heading stands: 0 for the title, 1 for 一、, 2 for (一), 3 for 1.; None for what is no heading."""
    if len(line) > LONGEST_HEADING or re.search(r"[。;；,，]", line):
        return None
    styles = (r"第?[一二三四五六七八九十]+[、.．章节]", r"\([一二三四五六七八九十]+\)", r"\(?\d{1,2}[)、.．](?!\d)")
    for rank, style in enumerate(styles, 1):
        if re.match(style, line):
            return rank
    return 0 if number < 3 and not re.search(r"\d(\.\d+)?(%|万|元|人)", line) else None


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [m.end() for m in ENDS_SENTENCE.finditer(text, start, end) if m[0] != "\n"]
    edges = [start, *cuts, *([end] if not cuts or cuts[-1] < end else [])]
    edges = [place for a, b in pairwise(edges) for place in range(a, b, LONGEST_SENTENCE)] + [end]
    return [(a, b) for a, b in pairwise(edges) if text[a:b].strip()]


def mentions_of(text: str, sentences: tuple[Sentence, ...], apart: list[tuple[int, int]]) -> list[Mention]:
    found = [f for f in figures(text) if not any(start <= f.start < end for start, end in apart)]
    starts = [sentence.start for sentence in sentences]
    places = [bisect_right(starts, figure.start) - 1 for figure in found]
    return [mention(text, sentences[s], s, found, place) for place, s in enumerate(places[:MOST_FIGURES]) if s >= 0]


def mention(text: str, sentence: Sentence, number: int, found: list[Figure], place: int) -> Mention:
    figure = found[place]
    before = found[place - 1].end if place else 0
    start = max(before, sentence.start)
    after = found[place + 1].start if place + 1 < len(found) else len(text)
    head = text[start : figure.start].replace("\n", "")
    tail = text[figure.end : min(after, sentence.end)].replace("\n", "")
    reach = re.split(r"[,，;；:：](?!\d)", text[sentence.start : figure.start].replace("\n", ""))[-1]
    depth = sum({"(": 1, ")": -1}.get(c, 0) for c in text[sentence.start : figure.start])
    return Mention(figure, place, number, head, clause_of(head), reach, tail, max(depth, 0))


def clause_of(head: str) -> str:
    """What stands after the last comma or bracket."""
    return re.split(r"[,，;；:：()]", head)[-1]
