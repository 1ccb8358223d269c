"""What part of the county a caller may see: institutions or townships of their own; of several counties, their own."""

from dataclasses import dataclass

from pipelines.engine import literal, name

COLUMNS = {"institutions": "institution", "towns": "town", "counties": "county"}  # part -> the column that tells it


@dataclass(frozen=True)
class Scope:
    """Institutions by code, townships by name, or counties by code: exactly one of them is filled."""

    institutions: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """Which of them is filled."""
        return next(part for part in COLUMNS if getattr(self, part))

    @property
    def column(self) -> str:
        """The column that says whose a row is."""
        return COLUMNS[self.part]

    @property
    def codes(self) -> tuple[str, ...]:
        return self.institutions or self.towns or self.counties

    @property
    def condition(self) -> str:
        """SQL that holds for the rows of the scope."""
        return f"{name(self.column)} in ({', '.join(map(literal, self.codes))})"

    @property
    def told(self) -> str:
        """The scope in words, by codes."""
        return "、".join(self.codes)
