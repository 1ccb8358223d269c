"""From readings to findings: of all readings of a figure the best one counts; a mismatch must be firm or a slip."""

from collections.abc import Iterable

from reports.checking.model import KINDS, Finding
from reports.checking.readings import Reading, printed, shown, slip, verdict
from reports.checking.tokens import Figure

WORDS = {"agrees": "相符", "rounding": "差额在取整误差之内", "impossible": "各数取整前怎么取也得不出"}


def findings_of(text: str, readings: Iterable[Reading]) -> list[Finding]:
    """One finding for each figure and kind of reading, in reading order."""
    groups: dict[tuple[int, str, int], list[Reading]] = {}
    for each in readings:
        groups.setdefault((each.target.start, group_of(each.kind), each.list_at), []).append(each)
    found = [finding(text, *judged) for group in groups.values() if (judged := best_of(group))]
    return sorted(found, key=lambda f: (f.start, f.kind))


def group_of(kind: str) -> str:
    """Kinds that say the same of a figure: a share is a completion is a ratio."""
    return {"completion": "share", "points": "growth", "product": "ratio"}.get(kind, kind)


def best_of(group: list[Reading]) -> tuple[Reading, str] | None:
    """The reading that explains the figure best with its verdict; None where nothing can be said."""
    verdicts = [(each, verdict(each)) for each in group]
    for wanted in ("agrees", "rounding"):
        fitting = [each for each, said in verdicts if said == wanted]
        if fitting:
            return fitting[0], wanted
    hard = [each for each in group if not each.soft and (each.firm or slip(each))]
    return (hard[0], "impossible") if hard else None


def finding(text: str, reading: Reading, said: str) -> Finding:
    target = reading.target
    quoted = text[target.start : target.end]
    right = shown(target, reading.value)
    parts = tuple((part.start, part.end) for part in reading.parts)
    recomputed = reading.words if reading.kind == "repeated" else f"{reading.words} = {right}"
    note = f"；{reading.note}" if reading.note and said == "impossible" else ""
    message = f"{KINDS[reading.kind]}：文中为 {printed(target)}，按文中各数 {recomputed}，{WORDS[said]}{note}"
    gap = difference(target, reading)
    return Finding(
        target.start, target.end, quoted, reading.kind, said, printed(target), recomputed, gap, message, parts
    )


def difference(target: Figure, reading: Reading) -> str:
    """How far the printed figure is from the recomputed one, with its sign and unit."""
    unit = "个百分点" if target.family in ("percent", "") else target.unit
    digits = max(2, -target.value.as_tuple().exponent)
    apart = float((target.base - reading.value) / target.magnitude)
    return "0" if not apart else f"{apart:+.{digits}f}".replace("-", "−") + unit
