"""What is known of one institution in a period."""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.agreements import Finding, Place
from pipelines.answers.aims import met
from pipelines.answers.query import Figure
from pipelines.peers import FEWEST_PEERS, Excess, Peer, Xmr


@dataclass(frozen=True)
class Indicator:
    """A Figure beside its like. middle: the median of all of them, itself included, in the KPI's unit; None if alone.

    others: the values of the others; place: where it lies in the funnel, excess: what that adds up to; None unless the
    measure is compared, and the institution judged.
    """

    figure: Figure
    middle: Decimal | None
    others: tuple[Decimal, ...]
    place: Peer | None = None
    excess: Excess | None = None

    @property
    def side(self) -> int:
        """+1 or -1 beyond the limits of its like, else 0."""
        return self.place.side if self.place else 0

    @property
    def missed(self) -> bool:
        """Whether it has a target that it does not reach."""
        return met(self.figure) is False

    @property
    def stands_out(self) -> bool:
        return self.missed or self.side > 0

    @property
    def rank(self) -> tuple[int, int] | None:
        """(place counted from the highest value, of how many); None with too few to be a rank among, or all alike."""
        if len(self.others) + 1 < FEWEST_PEERS or set(self.others) == {self.figure.value}:
            return None
        return 1 + sum(other > self.figure.value for other in self.others), len(self.others) + 1


@dataclass(frozen=True)
class Trend:
    """A measure month by month, up to 24 of them, and its limits; limits None without a month."""

    figure: Figure
    limits: Xmr | None


@dataclass(frozen=True)
class Profile:
    """An institution in a period and scheme ("all" or a code). place, state: of the roster, None outside it.

    like: what its peers have in common, peers: how many they are with itself; scale: {KPI: Figure} of stays, visits and
    money; findings: where roster, agreement and settlement disagree about it.
    """

    institution: str
    name: str
    place: Place | None
    state: str | None
    like: str
    peers: int
    scale: dict[str, Figure]
    indicators: tuple[Indicator, ...]
    trends: tuple[Trend, ...]
    findings: tuple[Finding, ...]

    @property
    def stays(self) -> bool:
        """Whether it has inpatients in the period."""
        return bool(self.scale["inpatient_cases"].value)

    @property
    def few(self) -> bool:
        """Too few like it for anybody to be judged."""
        return self.peers < FEWEST_PEERS

    @property
    def missed(self) -> list[Indicator]:
        return [each for each in self.indicators if each.missed]

    @property
    def aimed(self) -> list[Indicator]:
        return [each for each in self.indicators if each.figure.target is not None]

    @property
    def high(self) -> list[Indicator]:
        """Those above the limits of the like: worth looking into, no more."""
        return [each for each in self.indicators if each.side > 0]

    @property
    def excesses(self) -> list[Indicator]:
        """The measures it is judged on in yuan, the largest excess first."""
        found = [each for each in self.indicators if each.excess]
        return sorted(found, key=lambda each: -each.excess.yuan)
