"""What a text may name besides figures: the period in words, and what has to be looked for in the data.

Each is a function of a county and a period that gives runs: words, and the Ref of a figure to be printed there.
Nothing to tell is (), and the clause that names it is left out.
"""

from collections.abc import Callable

from pipelines import County, Period
from reports.quoting import Ref

Told = tuple[str | Ref, ...]
Fact = Callable[[County, Period], Told]


def months(county: County, period: Period) -> Told:
    return (period.label,)


def period_end(county: County, period: Period) -> Told:
    """截至2026年6月底."""
    return (f"截至{period.last[:4]}年{int(period.last[5:])}月底",)


FACTS: dict[str, Fact] = {"期间": months, "截至期末": period_end}
