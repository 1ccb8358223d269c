"""The chain through the journal: each line carries a hash of all that stands before it and of itself.

A line that was changed, taken out or put in no longer fits, nor does any after it until the next one is written. Lines
of a journal from before there was a chain are covered by the first line that has one. Whether the end was cut off only
a copy kept elsewhere can tell: every backup notes how long the journal was, and its hash (pipelines/safekeeping).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

LINK = re.compile(rb', "chain": "([0-9a-f]{64})"\}$')


@dataclass(frozen=True)
class Chain:
    """lines: of the journal; linked: those with a link; broken: the numbers (1 = first) of lines that don't fit."""

    lines: int
    linked: int
    broken: tuple[int, ...]


def chained(former: bytes, lines: Iterable[dict]) -> bytes:
    """The lines as they are written after the former ones, each with its link."""
    digest, text = hashlib.sha256(former), b""
    for line in lines:
        body = json.dumps(line, ensure_ascii=False).encode()
        linked = body[:-1] + f', "chain": "{link(digest, body)}"}}\n'.encode()
        digest.update(linked)
        text += linked
    return text


def link(former, body: bytes) -> str:
    """The hash of what stands before a line (hashed so far in former) and of the line without its link."""
    digest = former.copy()
    digest.update(body)
    return digest.hexdigest()


def read_line(line: bytes | str) -> dict:
    """A line of the journal, without its link."""
    told = json.loads(line)
    told.pop("chain", None)
    return told


def examined(content: bytes) -> Chain:
    """Whether every line of a journal fits to those before it. content: whole lines."""
    digest, linked, broken = hashlib.sha256(), 0, []
    lines = content.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        if found := LINK.search(line.rstrip(b"\n")):
            linked += 1
            fits = link(digest, line[: found.start()] + b"}") == found[1].decode()
        else:
            fits = not linked  # once there is a chain, every line has its link
        broken += [] if fits else [number]
        digest.update(line)
    return Chain(len(lines), linked, tuple(broken))
