"""A penalty case in the words of the screen: whom it concerns, what was found, how it was handled, how it stands."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from pipelines.cases import Case, Handling, violation
from pipelines.cases.taxonomy import handlings
from views import look, shared

NOTHING = Decimal(0)


def subject(case: Case) -> str:
    """The institution by its name of today, else the name in the ledger, else the kind of subject."""
    known = shared.county().names.get(case.institution or "")
    return known or case.subject_name or case.institution or shared.named("subject_type", case.subject_type)


def violation_name(code: str) -> str:
    """A04 过度检查; the code alone where the taxonomy doesn't know it."""
    known = violation(code)
    return f"{code} {known.name}" if known else code


def fact(case: Case) -> str:
    """What was found, in the ledger's own words, else the name of the violation."""
    return case.description or violation_name(case.violation)


def handled(case: Case) -> str:
    return "、".join(shared.named("handling", h.handling) for h in case.handlings)


def paid_in(handling: Handling) -> bool:
    """Whether its money is paid in; a deduction is withheld from a settlement instead."""
    return handlings()[handling.handling].paid_in


def unpaid(cases: Iterable[Case]) -> Decimal:
    """Yuan of recoveries, damages and fines that are still to come in."""
    return sum((h.owed_yuan for case in cases for h in case.handlings if paid_in(h)), NOTHING)


def to_withhold(cases: Iterable[Case]) -> Decimal:
    """Yuan of deductions that no settlement has been reduced by yet."""
    return sum((h.owed_yuan for case in cases for h in case.handlings if not paid_in(h)), NOTHING)


def yuan(value: Decimal | None) -> str:
    """1,234.50; a grey dash for nothing."""
    return look.number(value) if value else ":gray[—]"


def day(value) -> str:
    """2026-06-18; a dash where there is none."""
    return f"{value:%Y-%m-%d}" if value else "—"


def spoken(value) -> str:
    """2026年6月18日."""
    return f"{value.year}年{value.month}月{value.day}日"


def standing(case: Case) -> str:
    """What of the case's money is still out, in a few words; safe Markdown."""
    if not case.due_yuan:
        return ":gray[无金额]"
    told = [(unpaid([case]), "未到账"), (to_withhold([case]), "待扣")]
    said = "，".join(f"{word} {look.number(value)} 元" for value, word in told if value > 0)
    return said or ":gray[已结清]"


def product(base: Decimal, multiple: Decimal) -> str:
    """2,453.20 × 10 = 24,532.00 元, to the fen, half up."""
    times = f"{multiple.normalize():f}"
    return f"{look.number(base)} × {times} = {look.number(to_fen(base * multiple))} 元"


def to_fen(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
