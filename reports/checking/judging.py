"""From readings to findings: of all readings of a figure the best one counts; a mismatch must be firm or a slip."""

from collections import Counter
from collections.abc import Iterable

from reports.checking.model import KINDS, Finding
from reports.checking.readings import Reading, printed, shown, slip, verdict
from reports.checking.tokens import Figure

SHIFTED = ("difference", "growth", "points", "share", "completion")
WORDS = {"agrees": "相符", "rounding": "差额在取整误差之内", "impossible": "各数取整前怎么取也得不出"}


def findings_of(text: str, readings: Iterable[Reading]) -> list[Finding]:
    """One finding for each figure and kind of reading, in reading order."""
    groups: dict[tuple[int, str, int], list[Reading]] = {}
    for each in readings:
        groups.setdefault((each.target.start, group_of(each.kind), each.list_at), []).append(each)
    judged = [found for group in groups.values() if (found := best_of(group))]
    scores = tallied(judged)
    found = [finding(text, reading, said, blamed(reading, said, scores)) for reading, said in judged]
    return sorted(found, key=lambda f: (f.start, f.kind))


def tallied(judged: list[tuple[Reading, str]]) -> Counter:
    """How often each figure stands in what fails, less how often in what holds."""
    scores: Counter = Counter()
    for reading, said in judged:
        for figure in (reading.target, *reading.parts):
            scores[figure.start] += 1 if said == "impossible" else -1
    return scores


def blamed(reading: Reading, said: str, scores: Counter) -> Figure:
    """The figure that an alarm stands at: the result, or the one of its inputs that nothing else bears out."""
    if said != "impossible" or reading.kind not in SHIFTED or not reading.parts:
        return reading.target
    worst = max(reading.parts, key=lambda part: scores[part.start])
    return worst if scores[worst.start] > scores[reading.target.start] else reading.target


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


def finding(text: str, reading: Reading, said: str, at: Figure) -> Finding:
    target = reading.target
    right = shown(target, reading.value)
    others = [figure for figure in (target, *reading.parts) if figure is not at]
    parts = tuple((part.start, part.end) for part in others)
    recomputed = reading.words if reading.kind == "repeated" else f"{reading.words} = {right}"
    notes = [WORDS[said]]
    notes += [reading.note] if reading.note and said == "impossible" else []
    notes += [f"也可能是 {printed(at)} 有误，没有别的算式印证它"] if at is not target else []
    message = f"{KINDS[reading.kind]}：文中为 {printed(target)}，按文中各数 {recomputed}，{'；'.join(notes)}"
    told = (reading.kind, said, printed(target), recomputed, difference(target, reading), message, parts)
    return Finding(at.start, at.end, text[at.start : at.end], *told)


def difference(target: Figure, reading: Reading) -> str:
    """How far the printed figure is from the recomputed one, with its sign and unit."""
    unit = "个百分点" if target.family in ("percent", "") else target.unit
    digits = max(2, -target.value.as_tuple().exponent)
    apart = float((target.base - reading.value) / target.magnitude)
    return "0" if not apart else f"{apart:+.{digits}f}".replace("-", "−") + unit
