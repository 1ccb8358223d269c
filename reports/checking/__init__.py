"""Checking a report that people wrote: its figures against each other and against the warehouse, and its wording.

read    file -> its text
check   text -> its figures, what they claim, and what is wrong with them
"""

from itertools import chain
from pathlib import Path

from pipelines import WarehouseError
from reports.checking.claims import claims_of
from reports.checking.comparing import compared
from reports.checking.defined import defined
from reports.checking.dividing import averaged
from reports.checking.judging import findings_of
from reports.checking.layout import laid_out
from reports.checking.model import KINDS, ROLES, VERDICTS, Checked, Claim, Finding
from reports.checking.numbering import misnumbered
from reports.checking.quantities import quantities
from reports.checking.said import Said
from reports.checking.sharing import shared
from reports.checking.summing import summed_up
from reports.checking.tables import tabled, tables_of
from reports.checking.tokens import half_width
from reports.checking.units import unfitting
from reports.checking.wording import worded

__all__ = ["KINDS", "ROLES", "VERDICTS", "Checked", "Claim", "Finding", "check", "read"]


def read(path: Path) -> str:
    """The text of a report's file: .txt, .docx, or .pdf with text.

    Raises WarehouseError, in a Chinese sentence, if there is no text to be had from it.
    """
    raise WarehouseError("还不能读文件，请把全文粘贴进来")


def check(text: str, county=None, period=None) -> Checked:
    """Check a report's text.

    county: as open_county gives it; with it, figures are set against the warehouse too. period: the months that the
    report is about, where it does not say so itself.
    """
    half = half_width(text)
    tables = tables_of(half)
    layout = laid_out(half, [(table.start, table.end) for table in tables])
    said = claims_of(layout)
    within = chain(compared(said), summed_up(layout, said), shared(layout, said), averaged(said))
    readings = chain(within, defined(said), tabled(tables))
    slips = chain(worded(text, layout.text), misnumbered(text, layout.text), unfitting(layout, text, said))
    findings = sorted([*findings_of(text, readings), *slips], key=lambda found: (found.start, found.kind))
    return Checked(text, tuple(claim(text, each) for each in said), tuple(findings))


def claim(text: str, said: Said) -> Claim:
    """A figure as the world sees it."""
    figure = said.figure
    quantity = quantities().get(said.quantity)
    name = quantity.kpi.name_zh if quantity and quantity.kpi else said.mention.clause.strip()
    conditions = dict(said.where) | ({"scheme": said.scheme} if said.scheme else {})
    return Claim(
        figure.start,
        figure.end,
        text[figure.start : figure.end],
        figure.value,
        figure.unit,
        figure.looser,
        said.quantity,
        tuple(sorted(conditions.items())),
        said.period,
        said.role if said.role != "whole" else "value",
        name,
    )
