"""Checking a report that people wrote: its figures against each other and against the warehouse, and its wording.

read    file -> its text
check   text -> its figures, what they claim, and what is wrong with them
"""

from dataclasses import replace
from itertools import chain

from reports.checking.against import against
from reports.checking.bounds import bounded
from reports.checking.claims import claims_of, main_year
from reports.checking.comparing import compared
from reports.checking.complete import completed
from reports.checking.defined import defined
from reports.checking.dividing import averaged
from reports.checking.guessing import guessed
from reports.checking.judging import findings_of
from reports.checking.layout import MOST_FIGURES, Layout, laid_out
from reports.checking.model import KINDS, ROLES, VERDICTS, Checked, Claim, Finding
from reports.checking.numbering import misnumbered
from reports.checking.phrases import phrased
from reports.checking.quantities import quantities
from reports.checking.reading import read
from reports.checking.repeating import repeated
from reports.checking.said import Said
from reports.checking.sharing import shared
from reports.checking.squeezing import Squeezed, squeezed
from reports.checking.summing import summed_up
from reports.checking.tables import headless, tabled, tables_of
from reports.checking.units import unfitting
from reports.checking.wording import worded

__all__ = ["KINDS", "ROLES", "VERDICTS", "Checked", "Claim", "Finding", "check", "read"]


def check(text: str, county=None, period=None) -> Checked:
    """Check a report's text.

    county: as open_county gives it; with it, figures are set against the warehouse too. period: the months that the
    report is about, where it does not say so itself.
    """
    read_as = squeezed(text)
    tables = tables_of(read_as.text)
    rows = headless(read_as.text, tables)
    layout = laid_out(read_as.text, [*((table.start, table.end) for table in tables), *rows])
    said = claims_of(layout)
    within = chain(
        compared(said),
        summed_up(layout, said),
        shared(layout, said),
        averaged(said),
        phrased(layout),
        guessed(said),
        completed(layout),
    )
    readings = [*within, *defined(said, layout.text), *repeated(said), *bounded(said), *tabled(tables)]
    computed = against(county, said, readings, main_year(layout), period) if county else ()
    slips = chain(worded(layout.text), misnumbered(layout.text), unfitting(layout, said))
    findings = sorted(
        [*findings_of(layout.text, readings), *computed, *slips, *unread(layout)],
        key=lambda each: (each.start, each.kind),
    )
    claims = tuple(back(read_as, claim(each)) for each in said)
    return Checked(text, claims, tuple(back(read_as, each) for each in findings))


def unread(layout: Layout) -> list[Finding]:
    """That a text has more figures than are checked."""
    if len(layout.mentions) < MOST_FIGURES:
        return []
    start, end = layout.mentions[-1].figure.start, layout.mentions[-1].figure.end
    message = f"数字超过 {MOST_FIGURES:,} 个，此处以后的没有核对；请分几次核对"
    return [Finding(start, end, "", "unread", "unknown", "", "", "", message)]


def back(read_as: Squeezed, found):
    """A claim or finding with its places in the original text."""
    start, end = read_as.span(found.start, found.end)
    words = read_as.original[start:end]
    if isinstance(found, Claim):
        return replace(found, start=start, end=end, text=words)
    return replace(found, start=start, end=end, quoted=words, parts=tuple(read_as.span(*part) for part in found.parts))


def claim(said: Said) -> Claim:
    """A figure as the world sees it."""
    figure = said.figure
    quantity = quantities().get(said.quantity)
    name = quantity.kpi.name_zh if quantity and quantity.kpi else said.mention.clause.strip()
    where = dict(said.where) | ({"scheme": said.scheme} if said.scheme else {})
    conditions, role = tuple(sorted(where.items())), said.role if said.role != "whole" else "value"
    told = (figure.value, figure.unit, figure.looser, said.quantity, conditions, said.period, role, name)
    return Claim(figure.start, figure.end, "", *told)
