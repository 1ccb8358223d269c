"""Where a day of staff may bring back most: open clues, the part of them likely to be confirmed, the days they take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from pipelines import sampling
from pipelines.answers.county import County
from pipelines.formulas import EXACT, rounded

ENOUGH = 30  # files of clues that were read, from which on their own share is evidence
LEAD = "疑点线索"  # how the reason of a file in the risk arm begins


@dataclass(frozen=True)
class Pace:
    """Assumptions. files_a_day: of one person; travel_days: of one person and visit; team: persons that go together.

    confirmed: the share of the yuan at stake that is confirmed, in per cent.
    """

    files_a_day: int = 15
    travel_days: Decimal = Decimal("0.5")
    team: int = 2
    confirmed: Decimal = Decimal(10)


@dataclass(frozen=True)
class Ranked:
    """An institution. hits, files: open clues and the settlements behind them; at_stake_yuan: each settlement once.

    days: staff-days of a visit that reads them all; per_day_yuan: expected_yuan by day.
    """

    institution: str
    hits: int
    files: int
    at_stake_yuan: Decimal
    expected_yuan: Decimal
    days: Decimal
    per_day_yuan: Decimal


@dataclass(frozen=True)
class Evidence:
    """What reading files of clues has confirmed: yuan found of the fund paid for them, share in per cent."""

    files: int
    found_yuan: Decimal
    fund_yuan: Decimal
    share: Decimal


def ranking(hits: Iterable, pace: Pace, among: Iterable[str] | None = None) -> list[Ranked]:
    """Institutions with open hits (of pipelines.clues), most expected yuan by staff-day first; among: only these."""
    wanted = None if among is None else set(among)
    groups: dict[str, list] = {}
    for hit in hits:
        if hit.institution and (wanted is None or hit.institution in wanted):
            groups.setdefault(hit.institution, []).append(hit)
    found = [ranked(code, group, pace) for code, group in groups.items()]
    return sorted(found, key=lambda each: (-each.per_day_yuan, each.institution))


def ranked(institution: str, hits: list, pace: Pace) -> Ranked:
    files = {id for hit in hits for id in hit.setl_ids}
    stake = at_stake(hits)
    expected = rounded(EXACT.multiply(stake, pace.confirmed) / 100, 2)
    reading = Fraction(len(files), pace.files_a_day)
    days = Fraction(pace.travel_days) * pace.team + reading
    half_days = (Decimal(2 * days.numerator) / days.denominator).to_integral_value(ROUND_CEILING) / 2
    return Ranked(institution, len(hits), len(files), stake, expected, half_days, rounded(expected / half_days, 2))


def at_stake(hits: Iterable) -> Decimal:
    """Yuan at stake, no settlement twice: a hit counts with the part of its files that no graver one has brought."""
    seen: set[str] = set()
    total = Fraction(0)
    for hit in sorted(hits, key=lambda h: (-h.at_stake_yuan, h.key)):
        fresh = set(hit.setl_ids) - seen
        if hit.setl_ids:
            total += Fraction(hit.at_stake_yuan) * len(fresh) / len(set(hit.setl_ids))
        seen |= fresh
    return rounded(Decimal(total.numerator) / Decimal(total.denominator), 2)


def evidence(county: County) -> Evidence | None:
    """What the files of clues that were read have confirmed; None with fewer than ENOUGH of them."""
    found, paid, files = Decimal(0), Decimal(0), 0
    for plan in sampling.plans(county.warehouse):
        done = {} if plan.withdrawn else sampling.results(county.warehouse, plan)
        for id, yuan in paid_for_clues(county, plan, done).items():
            files, paid, found = files + 1, paid + yuan, found + done[id].yuan
    if files < ENOUGH or not paid:
        return None
    return Evidence(files, found, paid, rounded(EXACT.divide(100 * found, paid), 2))


def paid_for_clues(county: County, plan, done: Mapping) -> dict[str, Decimal]:
    """{file: fund paid} of the plan's files that clues pointed at and somebody has read."""
    wanted = {
        id for id, why in plan.risk.items() if why.startswith(LEAD) and id in done and done[id].outcome != "missing"
    }
    if not wanted:
        return {}
    heads, rows = sampling.worklist(county, plan)
    file, paid = heads.index("结算编号"), heads.index("基金支付（元）")
    return {row[file]: row[paid] for row in rows if row[file] in wanted and row[paid] is not None}
