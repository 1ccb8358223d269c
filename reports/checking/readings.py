"""A reading: what a figure should be by a formula over other figures of the text, in exact intervals; its verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.formulas import EXACT, rounded
from pipelines.printed.intervals import Interval, evaluate_intervals
from reports.checking.tokens import Figure

MOST_STEPS = 6  # of its last digit that a right figure may lie between, for a slip of any of them to be told
SLIP_DIGITS = 3  # with fewer, another figure looks like a misprint of any


@dataclass(frozen=True)
class Reading:
    """What a figure should be. value: by the figures as they stand; allowed: by all that they may stand for.

    In units of one, percentages as they are printed. firm: the text says that it must be so; otherwise a mismatch
    counts only where the printed digits are a slip of the right ones. soft: a mismatch never counts. note: what to say.
    list_at: where the list of its parts begins; a whole must be the sum of each of its lists.
    """

    kind: str
    target: Figure
    parts: tuple[Figure, ...]
    value: Fraction
    allowed: Interval
    words: str
    firm: bool = True
    soft: bool = False
    averaged: bool = False
    note: str = ""
    list_at: int = 0


def reading(
    kind: str,
    target: Figure,
    formula: str,
    inputs: Mapping[str, Figure],
    firm: bool = True,
    soft: bool = False,
    averaged: bool | None = None,
    note: str = "",
    words: str = "",
) -> Reading | None:
    """A reading by a formula over named figures; None where it would divide by 0.

    Each name should stand once in the formula: where it stands twice, the interval is wider than what can be. words:
    the formula as people write it; averaged: the result was rounded.
    """
    allowed = evaluate_intervals(formula, {name: figure.interval() for name, figure in inputs.items()})
    value = evaluate_intervals(formula, {name: Interval(figure.base, figure.base) for name, figure in inputs.items()})
    if allowed is None or value is None:
        return None
    rounds = "/" in formula if averaged is None else averaged
    return Reading(
        kind,
        target,
        tuple(inputs.values()),
        value.low,
        allowed,
        said(words or formula, inputs),
        firm,
        soft,
        rounds,
        note,
    )


def summed(target: Figure, parts: Iterable[Figure], kind: str = "sum", firm: bool = False) -> Reading:
    """The reading of a whole as the sum of its parts."""
    names = {f"p{place}": part for place, part in enumerate(parts)}
    return reading(kind, target, "+".join(names), names, firm)


def said(formula: str, inputs: Mapping[str, Figure]) -> str:
    """The formula in the printed figures: (115元 - 74元) ÷ 115元."""
    text = formula.replace("100*", "").replace("*", " × ").replace("/", " ÷ ").replace("+", " + ").replace("-", " − ")
    for name in sorted(inputs, key=len, reverse=True):
        text = text.replace(name, printed(inputs[name]))
    return text


def printed(figure: Figure) -> str:
    return f"{figure.value}{figure.unit}"


def verdict(reading: Reading) -> str:
    """impossible, rounding or agrees; agrees: the printed figure is the recomputed one rounded up, down or half up."""
    target = reading.target
    held = target.interval(reading.averaged)
    exact = target.counted and not reading.averaged
    apart = abs(reading.value - target.base)
    if (target.looser and held.meets(reading.allowed)) or apart == 0 or (not exact and apart < target.step):
        return "agrees"
    return "rounding" if held.meets(reading.allowed) else "impossible"


def slip(reading: Reading) -> bool:
    """Whether the printed digits are a slip of the right ones: one wrong, missing or too many, or two changed over."""
    figure = reading.target
    tried = {reading.value, reading.allowed.low, reading.allowed.high}
    if (reading.allowed.high - reading.allowed.low) / figure.step > MOST_STEPS:
        tried = {reading.value}
    return any(slipped(figure, value) for value in tried)


def slipped(figure: Figure, value: Fraction) -> bool:
    right, wrong = digits_of(in_unit(figure, value), figure), digits_of(figure.value, figure)
    if len(right) == len(wrong) == 2 and right == wrong[::-1] and right != wrong:
        return True
    if min(len(right), len(wrong)) < SLIP_DIGITS:
        return False
    if len(right) == len(wrong):
        differ = [place for place, (a, b) in enumerate(zip(right, wrong, strict=True)) if a != b]
        swapped = len(differ) == 2 and [right[p] for p in differ] == [wrong[p] for p in reversed(differ)]
        return len(differ) == 1 or (swapped and differ[1] - differ[0] <= 2)
    longer, shorter = sorted((right, wrong), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def digits_of(value: Decimal, figure: Figure) -> str:
    """The significant digits that would be printed."""
    text = str(rounded(abs(value), decimals(figure)))
    return text.replace(".", "").lstrip("0")


def decimals(figure: Figure) -> int:
    return max(0, -figure.value.as_tuple().exponent)


def in_unit(figure: Figure, value: Fraction) -> Decimal:
    """A value in the unit that the figure is printed in, unrounded."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator) * figure.magnitude)


def shown(figure: Figure, value: Fraction) -> str:
    """A value in the unit and digits of a figure; two decimals more where those would hide the difference."""
    exact = in_unit(figure, value)
    close = rounded(exact, decimals(figure))
    if exact != close and (close == figure.value or len(close.as_tuple().digits) < SLIP_DIGITS):
        close = rounded(exact, decimals(figure) + 2)
    return f"{close}{figure.unit or ('%' if figure.family == '' else '')}"
