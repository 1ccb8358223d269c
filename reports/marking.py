"""Whose hands a file went through: a watermark with name and time, for the roles that 7_access.toml names."""

from datetime import datetime
from pathlib import Path

from pipelines.access import caller, roles
from pipelines.uploads.privacy import masked


def bearer(warehouse: Path) -> str:
    """Whose name what leaves the house has to bear; empty if nobody's. An administrator who looks as another always."""
    who = caller(warehouse)
    named = who.role and roles()[who.role].watermark
    return masked(who.seen_by or (who.name if named else ""))


def watermark(warehouse: Path, typed: str = "", at: datetime | None = None) -> str:
    """What is printed across a file that whoever asks takes away: what they typed, their name and the time.

    Without accounts, and for a role that needs none, it is what was typed.
    """
    name = bearer(warehouse)
    if not name:
        return typed
    return " ".join(filter(None, (typed, name, f"{at or datetime.now():%Y-%m-%d %H:%M}")))


def stamp(warehouse: Path) -> str:
    """The same for the name of a file in which nothing can be printed, as a CSV: （甲 20261125-0930）."""
    name = bearer(warehouse)
    return f"（{name} {datetime.now():%Y%m%d-%H%M}）" if name else ""
