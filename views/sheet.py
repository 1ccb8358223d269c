"""What this run of a page shows, as the blocks of a document: the parts of the look note here what they draw.

Noting costs an append. The blocks are made when somebody asks for the document, outside the run, from plain data.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import groupby

import streamlit as st

from pipelines import County, Period
from pipelines.answers.by_county import ALL
from reports import heads, register
from reports.document import Block, Cards, Document, Heading, Paragraph, Table
from reports.marking import watermark
from views import who

JOINED = "joined"  # the name of a table that is one with its neighbours of the same columns
WORKING = "页面快照，供工作使用"  # why it is a draft
ASKED = ("m", "s", "area")  # the pickers of months, scheme and county, whose choice stands at every document's head
WANTED = "wanted_page"  # the page to open where no address says it


@dataclass(frozen=True)
class Head:
    """What stands at the head of a page's document, as it is when the page is drawn."""

    county: County
    period: Period
    scheme: str
    by: str
    picked: str = ALL

    @property
    def part(self) -> str:
        """The name of the county that was picked; empty for all of them."""
        return self.county.counties.get(self.picked, "")


@dataclass
class Sheet:
    """What a run has shown so far. parts: functions that make blocks; asked: the months, the scheme and the county,
    where the page has them; filters: what its own pickers say.

    head: None while there is no county to speak of: no document can be made.
    """

    page_id: str
    query: dict[str, str]
    title: str = ""
    parts: list[Callable[[], Iterable[Block]]] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    head: Head | None = None

    def blocks(self) -> tuple[Block, ...]:
        """Everything shown, in the order in which it was drawn."""
        made = (block for part in self.parts for block in part())
        return tuple(stepped(joined(made)))


def begin(page_id: str) -> None:
    """A run begins: nothing is shown yet."""
    st.session_state["sheet"] = Sheet(page_id, dict(st.query_params))


def titled(title: str) -> None:
    """The page says what it is, and with that of which county, months and scheme."""
    current().title, current().head = title, head()


def current() -> Sheet:
    return st.session_state["sheet"]


def shows(make: Callable[..., Iterable[Block]], *what) -> None:
    """This was drawn. make: makes the blocks of it when they are asked for; no st.* in it."""
    current().parts.append(partial(make, *what))


def picked(key: str, label: str, code: str, words: str) -> None:
    """A picker of the page stands at this; what decides the numbers must stand in the document."""
    current().query[key] = code
    if key in ASKED:
        current().asked[key] = code
    elif words:
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


def document(page: Sheet, at: datetime | None = None) -> Document:
    """The page as it stands; it must have a head. at: when it is made, else now."""
    head, at = page.head, at or datetime.now()
    made = Document(
        "page",
        page.title,
        head.period,
        heads.scope(head.scheme, head.county, head.part),
        heads.unit(),
        heads.as_of(head.county),
        head.county.build_id,
        head.by,
        at,
        page.blocks(),
        why_draft=(WORKING,),
        watermark=watermark(head.county.warehouse, at=at),
        page_id=page.page_id,
        query=dict(page.query),
    )
    return replace(made, attachments=(register.figures(made),))


def head() -> Head | None:
    """The head of this run's document."""
    county = st.session_state.get("county")
    if county is None or not county.last_month:
        return None
    asked = current().asked
    period = Period(*asked["m"].split("..")) if "m" in asked else county.default_period
    return Head(county, period, asked.get("s", ALL), who.by(), asked.get("area", ALL))
