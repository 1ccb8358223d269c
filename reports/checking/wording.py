"""Slips of the pen: misspelt terms, doubled words, placeholders that nobody filled in."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from reports.checking.model import Finding
from reports.checking.quantities import DEFINITIONS


@cache
def told() -> dict:
    return tomllib.loads((DEFINITIONS / "wording.toml").read_text("utf-8"))


def worded(text: str) -> Iterator[Finding]:
    """The slips of a half-width text."""
    yield from misspelt(text)
    yield from doubled(text)
    yield from unfilled(text)


def slip_at(text: str, start: int, end: int, kind: str, right: str, message: str) -> Finding:
    """A finding about words. right: what they should be, '' where that is for the writer to say."""
    quoted = text[start:end]
    return Finding(start, end, quoted, kind, "wording", quoted, right, "", message)


def misspelt(text: str) -> Iterator[Finding]:
    for entry in told()["spelling"]:
        if entry.get("accepted"):
            continue
        for match in re.finditer(entry["wrong"], text):
            right = match.expand(entry["right"])
            yield slip_at(text, *match.span(), "spelling", right, f"“{match[0]}”应为“{right}”")


def doubled(text: str) -> Iterator[Finding]:
    """的的, 基金基金; not 一一, 研究研究, nor a list's item that happens to begin as the last one ended."""
    rules = told()["doubled"]
    for match in re.finditer(rf"({rules['single']})\1", text):
        if not any(word in around(text, match) for word in rules["fine"]):
            yield slip_at(text, *match.span(), "doubled", match[1], f"“{match[0]}”重复，应为“{match[1]}”")
    for match in re.finditer(rf"({rules['words']}?)\1", text):
        if match[1] not in rules["fine_words"] and not match[1].startswith("一") and len(set(match[1])) > 1:
            yield slip_at(text, *match.span(), "doubled", match[1], f"“{match[0]}”重复，应为“{match[1]}”")
    for match in re.finditer(r"([今去本上]年)年(?![初底中末度内终均轻])", text):
        yield slip_at(text, *match.span(), "doubled", match[1], f"“{match[0]}”重复，应为“{match[1]}”")


def around(text: str, match: re.Match) -> str:
    return text[max(0, match.start() - 3) : match.end() + 3]


def unfilled(text: str) -> Iterator[Finding]:
    """20xx年, XX万元, ____: each once, as the longest pattern has it."""
    last = -1
    spans = sorted((m.start(), -m.end()) for p in told()["placeholder"]["patterns"] for m in re.finditer(p, text))
    for start, end in spans:
        if start >= last and not re.search(r"[A-Za-z]", text[max(0, start - 1) : start]):
            last = -end
            yield slip_at(text, start, last, "placeholder", "", f"“{text[start:last]}”是还没有填的占位符")
