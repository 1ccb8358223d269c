"""Growth as a table whose printed figures add up: every row to its change, every column to its step, all to the whole.

The totals are rounded HALF_UP, as everywhere; what came before and after by group, the steps of the factors and the
parts of a group are rounded down and then up again where most was cut off, until they make their total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from math import floor

from pipelines.attribution.costs import Group
from pipelines.attribution.growth import Growth, Pool

FEN, WAN = Decimal("0.01"), Decimal(100)  # yuan: the last digit of an amount, and of an amount in 万元


@dataclass(frozen=True)
class Line:
    """A group's yuan last year and this, and what each factor made of the change; pool and group None: of all."""

    before_yuan: Decimal
    after_yuan: Decimal
    parts: dict[str, Decimal]
    pool: Pool | None = None
    group: Group | None = None

    @property
    def change_yuan(self) -> Decimal:
        return self.after_yuan - self.before_yuan


def lines(found: Growth, unit_yuan: Decimal = WAN) -> list[Line]:
    """Every group, in multiples of the unit; rows, columns and totals add up."""
    keys, groups = list(found.parts), [[s.of(group) for s in found.pools[pool]] for pool, group in found.parts]
    years = list(
        zip(*([Fraction(v.yuan(found.of)) / Fraction(unit_yuan) for v in sides] for sides in groups), strict=True)
    )
    before, after = (rounded_parts(year, half_up(sum(year))) for year in years)
    changes = [now - then for then, now in zip(before, after, strict=True)]
    cells = [[found.parts[key].get(f, Fraction(0)) / Fraction(unit_yuan) for f in found.factors] for key in keys]
    told = rounded_cells(
        cells, changes, rounded_parts([found.steps[f] / Fraction(unit_yuan) for f in found.factors], sum(changes))
    )
    return [
        Line(
            then * unit_yuan, now * unit_yuan, {f: n * unit_yuan for f, n in zip(found.factors, row, strict=True)}, *key
        )
        for key, then, now, row in zip(keys, before, after, told, strict=True)
    ]


def total(of: Sequence[Line]) -> Line:
    """Lines added up, to a subtotal or the whole."""
    parts = {factor: sum(line.parts[factor] for line in of) for factor in of[0].parts}
    return Line(sum(line.before_yuan for line in of), sum(line.after_yuan for line in of), parts)


def half_up(value: Fraction) -> int:
    return int((Decimal(value.numerator) / value.denominator).quantize(Decimal(1), ROUND_HALF_UP))


def rounded_parts(values: Sequence[Fraction], whole: int) -> list[int]:
    """Whole numbers that make the whole, each next to its value: the largest remainders are rounded up."""
    order = sorted(range(len(values)), key=lambda n: down(values[n]))
    more = set(order[: whole - sum(map(floor, values))])
    return [floor(value) + (n in more) for n, value in enumerate(values)]


def down(value: Fraction) -> Fraction:
    """What rounding down does to a value."""
    return floor(value) - value


def rounded_cells(cells: Sequence[Sequence[Fraction]], rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """Whole numbers near the cells that make the sums of rows and of columns, which make the same whole.

    All are rounded down, then the largest remainders up while row and column both lack something; what still lacks
    goes wherever row and column want it.
    """
    found = [[floor(cell) for cell in row] for row in cells]
    lack_r = [whole - sum(row) for whole, row in zip(rows, found, strict=True)]
    lack_c = [whole - sum(column) for whole, column in zip(columns, zip(*found, strict=True), strict=True)]
    places = sorted(product(range(len(rows)), range(len(columns))), key=lambda at: down(cells[at[0]][at[1]]))
    for most in (lambda r, c: 1, lambda r, c: max(lack_r[r], lack_c[c])):
        for r, c in places:
            more = min(most(r, c), lack_r[r], lack_c[c])
            found[r][c], lack_r[r], lack_c[c] = found[r][c] + more, lack_r[r] - more, lack_c[c] - more
    return found
