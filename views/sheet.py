"""What this run of a page shows, as the blocks of a document: the parts of the look note here what they draw.

Noting costs an append. The blocks are made when somebody asks for the document, outside the run, from plain data.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import groupby

import streamlit as st

import pipelines
from pipelines import County, Period
from reports import heads
from reports.document import Block, Cards, Document, Heading, Paragraph, Table

JOINED = "joined"  # the name of a table that is one with its neighbours of the same columns
ASKED = {"m": "期间", "s": "险种"}  # pickers whose choice stands at the head of every document


@dataclass
class Sheet:
    """What a run has shown so far. parts: functions that make blocks; filters: what the page's pickers say."""

    page_id: str
    query: dict[str, str]
    title: str = ""
    parts: list[Callable[[], Iterable[Block]]] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)

    def blocks(self) -> tuple[Block, ...]:
        """Everything shown, in the order in which it was drawn."""
        made = (block for part in self.parts for block in part())
        return tuple(stepped(joined(made)))


@dataclass(frozen=True)
class Stamp:
    """What stands at the head of a page's document, as it is when the page is drawn."""

    county: County
    period: Period
    scheme: str
    by: str


def begin(page_id: str) -> None:
    """A run begins: nothing is shown yet."""
    st.session_state["sheet"] = Sheet(page_id, dict(st.query_params))


def current() -> Sheet:
    return st.session_state["sheet"]


def shows(make: Callable[..., Iterable[Block]], *what) -> None:
    """This was drawn. make: makes the blocks of it when they are asked for; no st.* in it."""
    current().parts.append(partial(make, *what))


def picked(key: str, label: str, code: str, words: str) -> None:
    """A picker of the page stands at this; what decides the numbers must stand in the document."""
    current().query[key] = code
    if key not in ASKED and words:
        current().filters[label] = words


def stepped(made: list[Block]) -> list[Block]:
    """A heading that comes before any section begins one itself: no level is left out."""
    told, begun = [], False
    for block in made:
        if isinstance(block, Heading):
            block, begun = block if begun else replace(block, level=1), True
        told.append(block)
    return told


def chosen(filters: dict[str, str]) -> list[Block]:
    """Where the page's pickers stand, in a line; filters is read when the page is complete."""
    said = "；".join(f"{label} {words}" for label, words in filters.items())
    return [Paragraph((f"所选：{said}",), "note")] if said else []


def joined(made: Iterable[Block]) -> list[Block]:
    """Cards that follow each other stand in rows of four, tables that are drawn row by row are one."""
    return [block for key, group in groupby(made, like) for block in (group if key is None else [merged([*group])])]


def like(block: Block):
    """What neighbours must have in common to be one block; None for a block that stays alone."""
    if isinstance(block, Cards):
        return Cards
    return block.columns if isinstance(block, Table) and block.name == JOINED else None


def merged(group: list) -> Block:
    if isinstance(group[0], Cards):
        return Cards(tuple(card for block in group for card in block.cards))
    return replace(group[0], rows=tuple(row for block in group for row in block.rows), name="")


def document(sheet: Sheet, stamp: Stamp, at: datetime | None = None, **terms) -> Document:
    """The page as it stands. at: when it is made, else now; terms: watermark and the like."""
    return Document(
        "page",
        sheet.title,
        stamp.period,
        heads.scope(stamp.scheme),
        heads.unit(),
        heads.as_of(stamp.county),
        stamp.county.build_id,
        stamp.by,
        at or datetime.now(),
        sheet.blocks(),
        page_id=sheet.page_id,
        query=sheet.query,
        **terms,
    )


def stamp() -> Stamp | None:
    """The head of this run's document; None while there is no county to speak of."""
    county = st.session_state.get("county")
    if county is None or not county.last_month:
        return None
    months = st.session_state.get("months")
    period = Period(*months.split("..")) if months else county.default_period
    by = st.session_state.get("by", pipelines.user())
    return Stamp(county, period, st.session_state.get("s", "all"), by)
