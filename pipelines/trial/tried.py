"""What a dry run has found."""

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.trial.controls import Control, Replaced
from pipelines.trial.roster import Roster
from pipelines.uploads.mapping import Mapping
from pipelines.uploads.staging import Staged


@dataclass(frozen=True)
class Tried:
    """A file after the dry run.

    state: that of staged (unknown, skipped, refused, partial, ready), or unchanged (the same file counts already), or
    locked (it would change months that are closed: accept() wants a reason); locked: those months; overlaps: (period,
    name of another file of this dry run) for the same table: only one of the two can count.
    """

    staged: Staged
    state: str
    controls: tuple[Control, ...] = ()
    replaces: tuple[Replaced, ...] = ()
    roster: Roster = field(default_factory=Roster)
    locked: tuple[str, ...] = ()
    overlaps: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.staged.upload.name

    @property
    def loadable(self) -> bool:
        """Whether it may be chosen for accept(): a partial file is then loaded without its faulty rows."""
        return self.state in ("ready", "partial", "locked")

    @property
    def partial(self) -> bool:
        """Whether faulty rows of it would stay out, locked or not."""
        return self.staged.state == "partial"


@dataclass(frozen=True)
class Trial:
    """A dry run: its files in the order they were handed in. folder: holds the rows as they were read, until discard().

    seen: how many lines the journal had; mappings: upload name -> how its headers were matched by hand.
    """

    folder: Path
    warehouse: Path
    files: tuple[Tried, ...]
    seen: int = 0
    mappings: dict[str, Mapping] = field(default_factory=dict)
