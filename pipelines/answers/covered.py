"""What stands for a table and period: of one county alone a batch, of several counties the batch of each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

CLEARED = "cleared"
TELLING = (CLEARED, "aggregate")  # layouts that tell less than single rows, the least first


@dataclass(frozen=True)
class Part:
    """The batch that stands for a county. layout: CLEARED once its rows of persons are gone; columns: those its file
    had; whole: it stands for all its rows of the period."""

    batch: str
    layout: str
    columns: frozenset[str]
    loaded_at: str
    whole: bool = True


@dataclass(frozen=True)
class Covered:
    """parts: county code -> Part, at least one; '' where rows tell no county, or one county has the warehouse alone."""

    parts: Mapping[str, Part]

    def of(self, counties: Collection[str]) -> "Covered | None":
        """What stands for some of the counties; None if nothing does. All of it where nothing tells counties."""
        kept = {county: part for county, part in self.parts.items() if county in ("", *counties)}
        return Covered(kept) if kept else None

    @property
    def batches(self) -> dict[str, tuple[str, ...]]:
        """Batch id -> the counties whose rows of it count; () for all its rows."""
        found: dict[str, tuple[str, ...]] = {}
        for county, part in self.parts.items():
            found[part.batch] = () if part.whole else (*found.get(part.batch, ()), county)
        return found

    @property
    def layout(self) -> str:
        """The layout of the files; of several layouts the one that tells least: CLEARED, then aggregate."""
        told = [part.layout for part in self.parts.values()]
        return next((layout for layout in TELLING if layout in told), told[0])

    @property
    def columns(self) -> frozenset[str]:
        """The columns that every file had."""
        return frozenset.intersection(*(part.columns for part in self.parts.values()))

    @property
    def loaded_at(self) -> str:
        """When the last of them came in."""
        return max(part.loaded_at for part in self.parts.values())
