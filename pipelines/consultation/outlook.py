"""How far a limit lasts: the rest of the year by three readings of its pace, as a range, and the month it runs out.

Readings: last year's seasonality of all townships; the mean of the year's months; the mean of its last three. What
can't be known is said: before the third month nothing is told, and nothing of the season without a whole last year.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.formulas import rounded
from pipelines.periods import Period

LEAST, LATELY = 3, 3  # months from which anything is told; of the last pace
READINGS = {"season": "上年季节", "year": "今年月均", "lately": "近三个月月均"}
Path = dict[str, Fraction]


@dataclass(frozen=True)
class Outlook:
    """A year's use by reading and the month in which each reaches the limit.

    whole_yuan: reading -> the year's use; spent: reading -> the month, '' where the limit lasts; exhausted: the month
    in which it was really spent, '' if not yet; why: what can't be known.
    """

    limit_yuan: Decimal
    whole_yuan: dict[str, Decimal]
    spent: dict[str, str]
    exhausted: str = ""
    why: str = ""

    @property
    def known(self) -> bool:
        return bool(self.whole_yuan)

    @property
    def low_yuan(self) -> Decimal | None:
        return min(self.whole_yuan.values(), default=None)

    @property
    def high_yuan(self) -> Decimal | None:
        return max(self.whole_yuan.values(), default=None)

    @property
    def first(self) -> str:
        """The earliest month in which the limit may be spent, '' if it lasts by every reading."""
        return self.exhausted or min(filter(None, self.spent.values()), default="")

    @property
    def last(self) -> str:
        """The latest month; '' if it lasts by one reading at least."""
        return self.exhausted or (max(self.spent.values()) if self.spent and all(self.spent.values()) else "")

    @property
    def runs_out(self) -> bool | None:
        """True: by every reading; False: by none; None: by some, or nothing is known."""
        if self.exhausted or self.last:
            return True
        return False if self.known and not self.first else None

    @property
    def told(self) -> str:
        """When the limit runs out, in words: 9月已用完; 11月—12月; 11月，也可能够用; 年内够用; 还推不出 (see why)."""
        if self.exhausted:
            return f"{month_of(self.exhausted)}已用完"
        if not self.known:
            return "还推不出"
        if not self.first:
            return "年内够用"
        if not self.last:
            return f"{month_of(self.first)}，也可能够用"
        first, last = month_of(self.first), month_of(self.last)
        return first if first == last else f"{first}—{last}"

    def over_yuan(self) -> tuple[Decimal, Decimal]:
        """What institutions would bear in the year, at least and at most."""
        over = [max(yuan - self.limit_yuan, Decimal(0)) for yuan in self.whole_yuan.values()]
        return min(over, default=Decimal(0)), max(over, default=Decimal(0))


def month_of(month: str) -> str:
    """2026-09 -> 9月."""
    return f"{int(month[5:])}月"


def outlook(
    limit_yuan: Decimal,
    used: Mapping[str, Decimal],
    months: Sequence[str],
    season: Mapping[str, Decimal],
    told: Collection[str] = tuple(READINGS),
) -> Outlook:
    """The outlook of one limit. season: last year's use of all townships by its twelve months, {} where not known.

    told: the readings that the caller may be given.
    """
    exhausted = reached(limit_yuan, {month: Fraction(used.get(month, 0)) for month in months})
    if len(months) < LEAST:
        return Outlook(limit_yuan, {}, {}, exhausted, f"只有 {len(months)} 个月，至少 {LEAST} 个月才推得出")
    found = {name: path for name, path in paths(used, months, season).items() if name in told}
    whole = {
        name: rounded(Decimal(sum(path.values()).numerator) / sum(path.values()).denominator, 2)
        for name, path in found.items()
    }
    spent = {name: reached(limit_yuan, path) for name, path in found.items()}
    why = "" if season else "上年不满 12 个月，不知道季节"
    return Outlook(limit_yuan, whole, spent, exhausted, why)


def paths(used: Mapping[str, Decimal], months: Sequence[str], season: Mapping[str, Decimal]) -> dict[str, Path]:
    """Reading -> the use of every month of the year: what was used, then what it expects."""
    so_far = {month: Fraction(used.get(month, 0)) for month in months}
    rest = Period(months[0][:4] + "-01", months[0][:4] + "-12").months[len(months) :]
    year, lately = mean(list(so_far.values())), mean(list(so_far.values())[-LATELY:])
    found = {"year": so_far | dict.fromkeys(rest, year), "lately": so_far | dict.fromkeys(rest, lately)}
    shares = {month[5:]: Fraction(yuan) for month, yuan in season.items()}
    passed = sum(shares.get(month[5:], Fraction(0)) for month in months)
    if len(shares) == 12 and passed > 0:
        pace = sum(so_far.values()) / passed
        found = {"season": so_far | {month: pace * shares[month[5:]] for month in rest}} | found
    return found


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def reached(limit_yuan: Decimal, path: Mapping[str, Fraction]) -> str:
    """The first month by whose end the limit is spent and exceeded, '' if never."""
    so_far = Fraction(0)
    for month, yuan in path.items():
        so_far += yuan
        if so_far > limit_yuan:
            return month
    return ""


def looked_back(last_year: Mapping[str, Decimal], months: int) -> dict[str, Decimal]:
    """How far each reading that needs no season would have been off a year ago, in % of what the whole year used.

    last_year: the use of its twelve months, of all townships; {} where it is not whole or began with fewer than LEAST.
    """
    named = sorted(last_year)
    whole = Fraction(sum(last_year.values(), Decimal(0)))
    if len(named) < 12 or not whole or not LEAST <= months < 12:
        return {}
    found = paths(last_year, named[:months], {})
    off = {name: 100 * (sum(path.values()) - whole) / whole for name, path in found.items()}
    return {name: rounded(Decimal(share.numerator) / share.denominator, 1) for name, share in off.items()}
