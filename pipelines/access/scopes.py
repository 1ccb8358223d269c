"""What part of the county a caller may see: institutions or townships of their own."""

from dataclasses import dataclass

from pipelines.engine import literal, name


@dataclass(frozen=True)
class Scope:
    """Institutions by code, or townships by name: exactly one of them is filled."""

    institutions: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column that says whose a row is."""
        return "institution" if self.institutions else "town"

    @property
    def codes(self) -> tuple[str, ...]:
        return self.institutions or self.towns

    @property
    def condition(self) -> str:
        """SQL that holds for the rows of the scope."""
        return f"{name(self.column)} in ({', '.join(map(literal, self.codes))})"

    @property
    def told(self) -> str:
        """The scope in words, by codes."""
        return "、".join(self.codes)
