"""The lines that a question asks for, the newest first: a file is read from its end, most lines are never parsed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.audit_log.lines import Line, files, parsed


@dataclass(frozen=True)
class Asked:
    """What is looked for. first, last: days (2026-11-25), both included, '' for no limit; who: a name or part of one,
    also of whom somebody looked as; events: any of these; text: part of anything the line says.
    """

    first: str = ""
    last: str = ""
    who: str = ""
    events: tuple[str, ...] = ()
    text: str = ""


def search(warehouse: Path, asked: Asked) -> Iterator[Line]:
    """The lines of the log that fit, the newest first. A broken line is left to verify()."""
    needles = [quoted(text) for text in (asked.who, asked.text) if text]
    events = [f'"event": {json.dumps(event)}'.encode() for event in asked.events]
    for path in reversed(files(warehouse)):
        if asked.first[:7] <= path.stem and (not asked.last or path.stem <= asked.last[:7]):
            yield from found_in(path, asked, needles, events)


def quoted(text: str) -> bytes:
    """A text as it stands within a line, in small letters."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode().lower()


def found_in(path: Path, asked: Asked, needles: list[bytes], events: list[bytes]) -> Iterator[Line]:
    content = path.read_bytes()
    if needles and not holds(content, needles):
        return
    for raw in reversed(content.split(b"\n")):
        if events and not any(event in raw for event in events):
            continue
        if holds(raw, needles) and (line := parsed(raw)) and fits(line, asked):
            yield line


def holds(raw: bytes, needles: list[bytes]) -> bool:
    """Whether all of these stand in it, small letters or capitals."""
    low = raw.lower() if needles else raw
    return all(needle in low for needle in needles)


def fits(line: Line, asked: Asked) -> bool:
    """The exact question, after the quick one over bytes."""
    return (
        (not asked.first or asked.first <= line.at[:10])
        and (not asked.last or line.at[:10] <= asked.last)
        and (not asked.events or line.event in asked.events)
        and (not asked.who or asked.who.lower() in f"{line.who}\n{line.seen_as}".lower())
    )
