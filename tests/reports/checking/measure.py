"""Precision and recall of the checker on the labelled reports, printed or written into docs/checking.md.

python -m tests.reports.checking.measure [--heldout] [--heldout-b] [--write]
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reports.checking import Finding, check
from tests.reports.checking import labels
from tests.reports.checking.labels import Planted, Report

ROOT = Path(__file__).parents[3]
WRONG = ("impossible", "rounding", "wording")
HELD_OUT = {"--heldout": "heldout", "--heldout-b": "heldout_b"}
SETS = {
    "county": "the county report",
    "development": "development",
    "heldout": "held out",
    "heldout_b": "held out, second set",
}


@dataclass(frozen=True)
class Measured:
    """A report's planted errors: which were found, and pointed at; and the alarms that none of them explains."""

    report: Report
    found: tuple[Planted, ...]
    pointed: tuple[Planted, ...]
    missed: tuple[Planted, ...]
    false: tuple[Finding, ...]
    alarms: int


def measured(report: Report) -> Measured:
    """Check a report without its labels, then compare.

    An error is found where an alarm of its kind has its mark among the figures that it sets against each other, and
    pointed at where the alarm stands at the mark. An alarm is false where no planted figure is among its figures.
    """
    alarms = [one for one in check(report.text).findings if one.verdict in WRONG]
    marks = {planted: planted.spans(report.text) for planted in report.planted}
    by = {planted: [a for a in alarms if a.verdict == planted.kind and touches(a, marks[planted])] for planted in marks}
    pointed = tuple(p for p, found in by.items() if any(meets((a.start, a.end), marks[p]) for a in found))
    every = [span for spans in marks.values() for span in spans]
    false = tuple(a for a in alarms if not touches(a, every))
    found = tuple(p for p in by if by[p])
    return Measured(report, found, pointed, tuple(p for p in by if not by[p]), false, len(alarms))


def touches(alarm: Finding, spans: list[tuple[int, int]]) -> bool:
    return any(meets(place, spans) for place in ((alarm.start, alarm.end), *alarm.parts))


def meets(place: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in spans)


def folders(heldout: Iterable[str] = ()) -> dict[str, list[Measured]]:
    """The county report, the development half and the given sets of those held out, measured."""
    told = {"county": [labels.report(labels.CORPUS / "county.toml")], "development": labels.reports("development")}
    told |= {name: labels.reports(name) for name in heldout}
    return {name: [measured(report) for report in reports] for name, reports in told.items()}


# ---------------------------------------------------------------- in words


def row(name: str, found: list[Measured]) -> list[str]:
    planted = sum(len(m.report.planted) for m in found)
    hits, pointed = sum(len(m.found) for m in found), sum(len(m.pointed) for m in found)
    alarms, false = sum(m.alarms for m in found), sum(len(m.false) for m in found)
    rates = [percent(hits, planted), percent(pointed, planted), percent(alarms - false, alarms)]
    return [SETS[name], str(len(found)), str(planted), str(hits), str(alarms), str(false), *rates]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


def kinds(found: list[Measured]) -> list[list[str]]:
    """Rows of kind, rule, planted, found."""
    planted = Counter((p.kind, p.rule) for m in found for p in m.report.planted)
    hits = Counter((p.kind, p.rule) for m in found for p in m.found)
    return [[kind, rule, str(number), str(hits[kind, rule])] for (kind, rule), number in sorted(planted.items())]


def table(heads: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads), *rows])


def document(told: dict[str, list[Measured]]) -> str:
    heads = ["Reports", "Texts", "Planted", "Found", "Alarms", "False", "Recall", "Pointed at", "Precision"]
    parts = [(ROOT / "tests/reports/checking/measured.md").read_text("utf-8").rstrip()]
    parts.append(table(heads, [row(name, found) for name, found in told.items()]))
    for name, found in told.items():
        parts.append(
            f"## By kind of error: {SETS[name]}\n\n" + table(["Kind", "Rule", "Planted", "Found"], kinds(found))
        )
        if name not in HELD_OUT.values():  # what is named could be built for, and would not be held out any more
            parts.append(misses(found))
    return "\n\n".join(filter(None, parts)) + "\n"


def misses(found: list[Measured]) -> str:
    lines = [f"- missed in {m.report.name}: {p.kind}, {p.rule}, “{p.mark}”" for m in found for p in m.missed]
    lines += [f"- false in {m.report.name}: {f.verdict}, {f.kind}, “{f.quoted}”" for m in found for f in m.false]
    return "\n".join(lines)


def main() -> None:
    text = document(folders([name for option, name in HELD_OUT.items() if option in sys.argv]))
    if "--write" in sys.argv:
        (ROOT / "docs/checking.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
