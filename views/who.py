"""Who looks at the page, and what they may see and do there."""

import streamlit as st

from pipelines import user
from pipelines.access import Caller, caller, guarded, needed, roles
from pipelines.access.matrix import SCOPES
from views.place import warehouse


def me() -> Caller:
    """Whoever looks at the page. Raises NotAllowed where accounts exist and nobody is logged in."""
    return caller(warehouse())


def may(right: str) -> bool:
    """Whether they hold a right of definitions/7_access.toml."""
    return me().may(right)


def acts(right: str) -> bool:
    """Whether they may write something down: who looks through the eyes of another role only reads."""
    return may(right) and not me().seen_by


def opens(address: str) -> bool:
    """Whether they may see the page of an address."""
    right = needed("pages", address)
    return not right or may(right)


def told(address: str, words: str) -> str:
    """Words that invite to a page, for those who may see it; else nothing."""
    return words if opens(address) else ""


def known() -> bool:
    """Whether people log in here at all."""
    return guarded(warehouse())


def scoped() -> bool:
    """Whether they see a part of the county only."""
    return me().scope is not None


def part() -> str:
    """What a total is the total of: 全县, 本机构, 本乡镇."""
    return SCOPES[roles()[me().role].scope] if scoped() else SCOPES["county"]


def institutions() -> tuple[str, ...]:
    """The codes of their own institutions; empty for those who see the county or a township."""
    scope = me().scope
    return scope.institutions if scope else ()


def by() -> str:
    """The name that what they do is written down under: the account's, else one typed before, else the system's."""
    return me().name if known() else st.session_state.get("by", user())


def signs(label: str, place=st, **more) -> str:
    """The field for the name of whoever does something; with accounts it says who that is and can't be changed.

    place: where it stands, a column or the page; more: as st.text_input has it.
    """
    if not known():
        return place.text_input(label, value=by(), **more).strip()
    place.text_input(label, value=me().name, disabled=True, **more)
    return me().name
