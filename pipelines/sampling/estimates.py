"""What the random arm says about the whole: a rate with its interval, money with a lower bound and a cap.

Only a random draw says anything about what was not drawn. Files that were chosen because they looked doubtful (the risk
arm, disputed records) stand for themselves: NotRandom is raised for whoever asks for more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.formulas import EXACT, rounded
from pipelines.sampling.exact import marked_between, t_quantile, wilson

ENOUGH = 30  # files of the random arm, below which money is not extrapolated: the bound rests on a mean's distribution
ONE_SIDED = 0.95


class NotRandom(ValueError):
    """Asked to extrapolate from files that were not drawn at random, or not all read; a Chinese sentence says why."""


@dataclass(frozen=True)
class Stratum:
    """Results of one stratum of the random arm. whole: files of the frame; drawn: of the sample.

    problems: drawn files with a problem; missing: drawn files that could not be got; yuan: what the fund should not
    have paid for each problem file, zeros left out.
    """

    name: str
    whole: int
    drawn: int
    problems: int
    missing: int = 0
    yuan: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Rate:
    """A share of the whole: value, low and high between 0 and 1, and as files of the whole; method: said on screen."""

    value: Decimal
    low: Decimal
    high: Decimal
    low_files: int
    high_files: int
    confidence: Decimal
    method: str


@dataclass(frozen=True)
class Money:
    """Yuan of the whole. confirmed: found in the files read; estimate: the expected total, not to be asked for.

    lower: one-sided lower bound; cap: the most that the plan allows; claim: what may be asked for, confirmed at least.
    """

    confirmed: Decimal
    estimate: Decimal
    lower: Decimal
    cap: Decimal
    claim: Decimal

    @property
    def capped(self) -> bool:
        """Whether the cap, not the bound, decides."""
        return self.cap < self.lower


def refusal(problems: int, read: int, what: str) -> str:
    """Why a rate of chosen files says nothing about others, with the rate as what it is."""
    share = rounded(Decimal(100 * problems) / read, 2) if read else Decimal(0)
    return (
        f"{what} {read:,} 份中 {problems:,} 份有问题，{share}% 只是这 {read:,} 份的比例；"
        "它们因为可疑或有争议才被选出，不是随机抽的，不能推断其余"
    )


def rate(strata: Sequence[Stratum], confidence: Decimal = Decimal("0.95"), random: bool = True, what: str = "") -> Rate:
    """The rate of problem files in the whole. Raises NotRandom for files that were chosen, or if none was read.

    Exact (hypergeometric) for one stratum; with several Wilson's interval from the effective number of draws. A file
    that could not be got counts as sound in the lower limit and as a problem in the upper one.
    """
    problems, drawn = sum(s.problems for s in strata), sum(s.drawn for s in strata)
    missing, whole = sum(s.missing for s in strata), sum(s.whole for s in strata)
    if not random:
        raise NotRandom(refusal(problems, drawn - missing, what))
    if not drawn - missing:
        raise NotRandom("随机臂还没有查到一份病历，不能推断")
    tail = float(1 - confidence) / 2
    between = exactly if len(strata) == 1 else by_strata
    low, high = between(strata, tail, worst=False)[0], between(strata, tail, worst=True)[1]
    method = "超几何分布精确区间" if len(strata) == 1 else "分层 Wilson 区间，有限总体校正"
    low, high = max(low, problems), min(high, whole - (drawn - missing - problems))
    value = mean_of(strata)
    return Rate(value, Decimal(low) / whole, Decimal(high) / whole, low, high, confidence, method)


def mean_of(strata: Sequence[Stratum]) -> Decimal:
    """The rate among the files that were got, each stratum at its weight."""
    got = [s for s in strata if s.drawn > s.missing]
    sums = sum(Fraction(s.whole * s.problems, s.drawn - s.missing) for s in got)
    return exact_decimal(sums / sum(s.whole for s in got))


def exact_decimal(value: Fraction) -> Decimal:
    """Divided once, at the end."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))


def exactly(strata: Sequence[Stratum], tail: float, worst: bool) -> tuple[int, int]:
    (only,) = strata
    return marked_between(only.problems + worst * only.missing, only.drawn, only.whole, tail)


def by_strata(strata: Sequence[Stratum], tail: float, worst: bool) -> tuple[int, int]:
    """Files of the whole between which the number of problem ones lies, outwards to whole files."""
    whole = sum(s.whole for s in strata)
    found = [(s.problems + worst * s.missing) / s.drawn for s in strata]
    middle = sum(s.whole * p for s, p in zip(strata, found, strict=True)) / whole
    low, high = wilson(middle, effective(strata, found, middle), tail)
    return int(low * whole), -int(-high * whole // 1)


def effective(strata: Sequence[Stratum], found: Sequence[float], middle: float) -> float:
    """How many draws with replacement from one urn would tell as much.

    The larger of two variances: as found within the strata, and as if all had the common rate; the first is 0 where a
    small stratum shows no problem by chance.
    """
    whole = sum(s.whole for s in strata)
    parts = [(s.whole / whole) ** 2 * (1 - s.drawn / s.whole) for s in strata]
    pooled = sum(part / s.drawn for part, s in zip(parts, strata, strict=True))
    within = sum(part * p * (1 - p) / max(1, s.drawn - 1) for part, p, s in zip(parts, found, strata, strict=True))
    spread = middle * (1 - middle)
    ratio = max(pooled, within / spread) if spread else pooled
    return 1 / ratio if ratio else float("inf")


def money(
    strata: Sequence[Stratum], cap: Decimal, random: bool = True, what: str = "", known: Decimal = Decimal(0)
) -> Money:
    """What may be asked for of the whole, in yuan. Raises NotRandom for chosen files and for fewer than ENOUGH.

    Each stratum's mean times its size; the one-sided 95 % lower bound by Student's t with the finite-population
    correction, degrees of freedom after Satterthwaite. A file that could not be got counts as 0.
    known: what was found in all files of the frame that were read, the chosen ones too; it is claimed at least.
    """
    drawn, missing = sum(s.drawn for s in strata), sum(s.missing for s in strata)
    if not random:
        raise NotRandom(refusal(sum(s.problems for s in strata), drawn - missing, what))
    if drawn < min(ENOUGH, sum(s.whole for s in strata)):
        raise NotRandom(f"随机臂只有 {drawn} 份，不足 {ENOUGH} 份，金额不外推，只按查实的算")
    confirmed = max(known, sum((sum(s.yuan, Decimal(0)) for s in strata), Decimal(0)))
    estimate = exact_decimal(sum(Fraction(sum(s.yuan, Decimal(0))) * s.whole / s.drawn for s in strata))
    lower = max(confirmed, rounded(estimate - half_width(strata), 2))
    return Money(confirmed, rounded(estimate, 2), lower, cap, max(confirmed, min(lower, cap)))


def half_width(strata: Sequence[Stratum]) -> Decimal:
    """t times the standard error of the total; 0 where every file was read or nothing was found."""
    variances = [variance_of(s) for s in strata]
    whole = sum(variances, Decimal(0))
    if not whole:
        return Decimal(0)
    shares = (v * v / (s.drawn - 1) for s, v in zip(strata, variances, strict=True) if v)
    freedom = float(EXACT.divide(whole * whole, sum(shares, Decimal(0))))
    return Decimal(repr(t_quantile(ONE_SIDED, freedom))) * EXACT.sqrt(whole)


def variance_of(s: Stratum) -> Decimal:
    """Of the stratum's total: N^2 (1 - n/N) s^2 / n."""
    if s.drawn < 2 or s.drawn == s.whole:
        return Decimal(0)
    total, squares = sum(s.yuan, Decimal(0)), sum((y * y for y in s.yuan), Decimal(0))
    spread = EXACT.divide(squares - EXACT.divide(total * total, Decimal(s.drawn)), Decimal(s.drawn - 1))
    return EXACT.divide(s.whole * (s.whole - s.drawn) * spread, Decimal(s.drawn))
