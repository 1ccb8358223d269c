"""Restatements: what official documents printed that is another figure now, and which loads made it another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipelines import County, Event, Period, events
from pipelines.answers.gaps import UPLOAD_OF, periods_needed
from pipelines.registry import kpis, measures
from pipelines.store.builds import shape
from pipelines.store.warehouse import read_batch
from reports.quoting import Ref
from reports.register.keeping import Kept, listed
from reports.register.verdicts import Changed, changed

# uploads that a fact is read from besides its own
BESIDE = {"penalties": ("case_progress",), "settlements": ("institutions",)}
TARGETS = "assessment_indicators"
REDEFINED = "指标口径的定义已更新"


@dataclass(frozen=True)
class Restatement:
    """A figure of an official document that is another now. kept: the last document that printed this text.

    causes: what was loaded or taken back since then that the figure reads, oldest first; redefined: the definitions are
    others than when it was printed.
    """

    changed: Changed
    kept: Kept
    causes: tuple[Event, ...]
    redefined: bool = False

    @property
    def why(self) -> str:
        """Whose reason, in one line: 张三 2026-07-03 更正六月：漏报县外结算."""
        told = [f"{each.by} {each.at[:10]}：{each.why or reasonless(each)}" for each in self.causes]
        return "；".join([*dict.fromkeys(told), *([REDEFINED] if self.redefined else [])])


def reasonless(event: Event) -> str:
    return f"{event.action_zh} {event.file}，没有写原因"


def restatements(county: County, period: Period) -> list[Restatement]:
    """What official documents of this year up to the end of the period printed otherwise than it is now.

    Those of one of several counties concern its own alone, those of all counties all of them together.

    A figure printed alike by several documents is listed once, with the last of them. Letters are left out: each went
    to one institution and is written anew for it; verifying one tells what changed.
    """
    known, found = events(county.warehouse), {}
    for kept in listed(county.warehouse, official=True):
        if kept.kind != "letter" and kept.part == county.scope and f"{period.first[:4]}-01" <= kept.last <= period.last:
            others = changed(county, kept)
            came = since(county, known, kept) if others else []
            for each in others:
                found.setdefault((each.key, each.printed), restated(came, kept, each))
    return sorted(found.values(), key=lambda each: (each.kept.last, each.kept.seen, each.changed.name))


def since(county: County, known: Sequence[Event], kept: Kept) -> list[Event]:
    """What was loaded or taken back since a document was made; of one of several counties not what holds rows of the
    others alone.
    """
    later = [event for event in known[kept.seen :] if event.action in ("commit", "undo")]
    return [e for e in later if not kept.counties or concerns(county.warehouse, e, kept.counties)]


def concerns(warehouse: Path, event: Event, counties: Sequence[str]) -> bool:
    """Whether a batch holds rows of these counties, or of a table that tells none."""
    told = read_batch(warehouse, event.batch).counties
    return not told or bool({*told} & {*counties})


def restated(events: Sequence[Event], kept: Kept, found: Changed) -> Restatement:
    """events: what came since it was made."""
    redefined = kept.definitions != shape()
    touching = tuple(filter(partial(touches, Ref.parse(found.key)), events))
    return Restatement(found, kept, touching or (() if redefined else tuple(events)), redefined)


def touches(ref: Ref, event: Event) -> bool:
    """Whether a figure reads what an event loaded or took back."""
    if ref.aspect == "target":
        return event.table == TARGETS
    spans = [ref.period] if ref.aspect in ("value", "numerator", "denominator") else [ref.period, ref.period.year_ago()]
    return any((event.table, each) in read_by(ref.kpi, span) for span in spans for each in (*event.periods, ""))


def read_by(kpi: str, span: Period) -> set[tuple[str, str]]:
    """(upload, period) that a KPI reads for a span of months; ('...', '') where any period of it may count."""
    if kpi not in kpis():
        return set()
    if kpis()[kpi].typed:
        return {("kpi_history", ""), *(("kpi_history", month) for month in span.months)}
    found = set()
    for measure in (measures()[name] for name in kpis()[kpi].measures):
        upload = UPLOAD_OF[measure.fact]
        found |= {(upload, each) for each in periods_needed(measure, span)}
        found |= {(beside, "") for beside in BESIDE.get(upload, ())}
    return found
