"""Lists that 分别 deals out: 甲、乙分别为一、二; which words go with which figure."""

import re
from dataclasses import replace

from reports.checking.layout import Layout, Mention
from reports.checking.quantities import Quantity, names_in
from reports.checking.roles import Role, role_of

SEPARATOR = re.compile(r"^\s*(?:[、,，/;；]|和|及|与|以及)+\s*$")


def list_item(layout: Layout, mention: Mention) -> tuple[Role, str, str] | None:
    """(role, the item's words, its quantity) of a figure in a list that 分别 deals out; None outside one."""
    first = first_of_list(layout, mention)
    if first is None:
        return None
    words, _, after = layout.mentions[first].clause.rpartition("分别")
    count = length_of_list(layout, first)
    items = [item for item in re.split(r"[、/]|和|与|以及|及", words) if item.strip()]
    if count < 2 or len(items) < count:
        return None
    items = items[-count:]
    place = mention.place - first
    role = role_of(replace(layout.mentions[first], clause=after or "为", figure=mention.figure), "")
    quantity, text = item_words(items, place, mention.figure.family, role.role)
    return role, text, quantity


def first_of_list(layout: Layout, mention: Mention) -> int | None:
    place = mention.place
    while (
        place and SEPARATOR.match(layout.mentions[place].head) and layout.mentions[place].sentence == mention.sentence
    ):
        place -= 1
    return (
        place
        if "分别" in layout.mentions[place].clause and layout.mentions[place].sentence == mention.sentence
        else None
    )


def length_of_list(layout: Layout, first: int) -> int:
    last = first
    while last + 1 < len(layout.mentions) and SEPARATOR.match(layout.mentions[last + 1].head):
        last += 1
    return last - first + 1


def item_words(items: list[str], place: int, family: str, role: str) -> tuple[str, str]:
    """(quantity, words) of an item; what it leaves out it shares with the first one's beginning or the last's end."""
    item, first, last = items[place].strip(), items[0].strip(), items[-1].strip()
    tries = [item]
    tries += [item + last[n:] for n in range(1, len(last))] if place < len(items) - 1 else []
    tries += [first[: len(first) - n] + item for n in range(1, len(first))] if place else []
    for text in tries:
        fitting = [n for n in names_in(text) if role == "share" or goes_with(n.quantity, family)]
        if fitting:
            return fitting[-1].quantity.id, text
    return "", item


def goes_with(quantity: Quantity, family: str) -> bool:
    return quantity.family == family or (family in ("", "points") and quantity.family == "percent")
