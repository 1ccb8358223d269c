"""From a row that a rule's SQL gives to a hit: its key, its reason in Chinese, what was measured, the yuan at stake.

Columns that every rule gives: institution, person (null for patterns), month, first_day, last_day, cases,
fund_paid_yuan and setl_ids; then measured and bound, or measured_part, measured_whole, expected_part and
expected_whole, which are divided here, exactly; the bound is then a multiple of the expected, and no less than
bound_at_least. stake_part and stake_whole say which share of the fund paid is at stake where it follows from neither.
The others, and beside_ids, are the rule's own: its key and its reason name them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipelines.clues.rules import Rule
from pipelines.contracts import code_lists, zh
from pipelines.formulas import rounded

MASK = (1 << 64) - 1
MEASURED_DIGITS = 2


@dataclass(frozen=True)
class Hit:
    """One clue: rows that somebody should look at. Never a finding.

    person: the keyed hash, None for a pattern; month: 'YYYY-MM', the month whose upload brought it; measured and bound:
    in the rule's unit; fund_paid_yuan: of the rows in question, whose setl_ids these are; at_stake_yuan: the part of it
    that is in question; beside_ids: rows that are shown beside them for comparison; months: those that all these rows
    count in, where to read them from.
    """

    rule: str
    key: str
    institution: str
    person: int | None
    month: str
    first_day: date
    last_day: date
    reason: str
    measured: Decimal
    bound: Decimal
    at_stake_yuan: Decimal
    cases: int
    setl_ids: tuple[str, ...]
    fund_paid_yuan: Decimal
    beside_ids: tuple[str, ...] = ()
    months: tuple[str, ...] = ()


def hits_of(rule: Rule, rows: list[dict], values: Mapping[str, Decimal], names: Mapping[str, str]) -> list[Hit]:
    """The hits of a rule from the rows of its SQL, in the order of their keys; names: institution -> its name."""
    found = [hit_of(rule, row, values, names) for row in rows]
    seen: dict[str, int] = {}
    kept = []
    for hit in sorted(found, key=lambda h: (h.key, h.person or 0)):
        seen[hit.key] = number = seen.get(hit.key, 0) + 1  # two persons whose last six digits are the same
        kept.append(hit if number == 1 else Hit(**vars(hit) | {"key": f"{hit.key}-{number}"}))
    return kept


def hit_of(rule: Rule, row: dict, values: Mapping[str, Decimal], names: Mapping[str, str]) -> Hit:
    row = row | compared(rule, row, values)
    told = {key: in_words(key, value, rule, names) for key, value in (dict(values) | row).items()}
    plain = {key: in_key(key, value) for key, value in row.items()}
    return Hit(
        rule=rule.id,
        key=f"{rule.id}/{rule.key.format_map(plain)}",
        institution=row["institution"],
        person=row["person"],
        month=f"{row['month']:%Y-%m}",
        first_day=row["first_day"],
        last_day=row["last_day"],
        reason=rule.reason.format_map(told),
        measured=Decimal(row["measured"]),
        bound=Decimal(row["bound"]),
        at_stake_yuan=row["at_stake_yuan"],
        cases=int(row["cases"]),
        setl_ids=tuple(row["setl_ids"]),
        fund_paid_yuan=row["fund_paid_yuan"],
        beside_ids=tuple(row.get("beside_ids") or ()),
    )


def compared(rule: Rule, row: dict, values: Mapping[str, Decimal]) -> dict:
    """measured, expected, bound and at_stake_yuan of a row; a rule without a comparison has all of its rows at stake.

    What was to be expected of the institution is not at stake: (own rate - peer rate) x volume, of the fund paid.
    """
    fund = Fraction(row["fund_paid_yuan"])
    if "stake_part" in row:
        return {"at_stake_yuan": exact(fund * ratio(row["stake_part"], row["stake_whole"]), 2)}
    if "measured_part" not in row:
        return {"at_stake_yuan": row["fund_paid_yuan"]}
    own, expected = (ratio(row[f"{side}_part"], row[f"{side}_whole"]) for side in ("measured", "expected"))
    excess = fund * (own - expected) if rule.excess == "cost" else fund * (1 - expected / own)
    scale = 100 if rule.unit == "%" else 1
    bound = max(Fraction(row.get("bound_at_least", 0)), expected * scale * Fraction(values.get("times", Decimal(1))))
    return {
        "measured": exact(own * scale, MEASURED_DIGITS),
        "expected": exact(expected * scale, MEASURED_DIGITS),
        "bound": exact(bound, MEASURED_DIGITS),
        "at_stake_yuan": exact(max(excess, Fraction(0)), 2),
    }


def ratio(part, whole) -> Fraction:
    return Fraction(part) / Fraction(whole) if whole else Fraction(0)


def exact(value: Fraction, digits: int) -> Decimal:
    """Divided last, rounded HALF_UP."""
    return rounded(Decimal(value.numerator) / Decimal(value.denominator), digits)


def shown_person(person: int) -> str:
    """The last six hex digits of the keyed hash: all that is ever shown of a person."""
    return f"{person & MASK:016x}"[-6:]


def in_key(name: str, value: object) -> str:
    """A value as a key has it: the same in every run."""
    if name == "person":
        return shown_person(value) if value is not None else ""
    if name == "month":
        return f"{value:%Y-%m}"
    return value.isoformat() if isinstance(value, date) else str(value)


def in_words(name: str, value: object, rule: Rule, names: Mapping[str, str]) -> str:
    """A value as a reason says it."""
    if name.endswith("institution"):
        return names.get(value, value)
    if name in code_lists():
        return zh(name, value)
    if name == "month":
        return f"{value.year}年{value.month}月"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, int | float | Decimal):
        return number(value, name) + ("%" if rule.unit == "%" and name in ("measured", "expected", "bound") else "")
    return "" if value is None else str(value)


def number(value: int | float | Decimal, name: str) -> str:
    """1,234.50 of yuan; others without zeros at the end; a year has no comma."""
    if name == "year":
        return str(int(value))
    if name.endswith("_yuan"):
        return f"{rounded(Decimal(str(value)), 2):,}"
    short = f"{rounded(Decimal(str(value)), MEASURED_DIGITS):,}"
    return short.rstrip("0").rstrip(".") if "." in short else short
