"""A long table of the screen as a table of a document: every row, the numbers as the screen formats them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from reports.document import Cell, Column, Table

DECIMALS = re.compile(r"%[+,]*(?:\.(\d))?[fd]")
AMOUNT = re.compile(r"（(?:万?元|人次?|件|家|例|份|笔|条|人日)）$|^(?:住院)?人次$|^例数$")
NOT_ADDED = re.compile(r"均|率|比|每|占|差|端|床日|累计|当年|年初|计划|目标")


def table(columns: Mapping[str, list], config: Mapping, title: str) -> Table:
    """columns: {head: values}; config: the screen's column_config; a column that it hides is left out."""
    kept = {head: list(values) for head, values in columns.items() if config.get(head, "") is not None}
    told = tuple(column(head, kept[head], config.get(head) or {}) for head in kept)
    rows = zip(*(map(cell, values) for values in kept.values()), strict=True)
    return Table(title, told, tuple(rows), name=title)


def column(head: str, values: list, config: Mapping) -> Column:
    """How the screen shows a column; money and counts are added up under it, rates and averages are not."""
    form = config.get("type_config", {}).get("format") or ""
    found, label = DECIMALS.search(form), config.get("label") or head
    numbers = kind(values)
    return Column(
        label,
        digits=int(found[1] or 0) if found else 2 if numbers is Decimal else None,
        percent=form.endswith("%%"),
        total=bool(numbers) and bool(AMOUNT.search(label)) and not NOT_ADDED.search(label),
        signed="+" in form,
        right=config.get("alignment") == "right",
    )


def kind(values: list) -> type | None:
    """What numbers a column holds, None for words: amounts of money come as they are where the screen has no format."""
    return next((type(value) for value in values if isinstance(value, int | float | Decimal)), None)


def cell(value) -> Cell:
    """A day as text; a float that is no number is a missing one."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value != value:
        return None
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else value
