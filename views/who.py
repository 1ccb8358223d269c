"""Who looks at the page, and what they may do there."""

import streamlit as st

from pipelines import user
from pipelines.access import Caller, caller, guarded
from views.place import warehouse


def me() -> Caller:
    """Whoever looks at the page. Raises NotAllowed where accounts exist and nobody is logged in."""
    return caller(warehouse())


def may(right: str) -> bool:
    """Whether they hold a right of definitions/7_access.toml."""
    return me().may(right)


def by() -> str:
    """The name that what they do is written down under: the account's, else one typed before, else the system's."""
    return me().name if guarded(warehouse()) else st.session_state.get("by", user())
