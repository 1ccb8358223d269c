"""Every stay settled both ways: patients on the actual cost, the fund on days x rate or on the actual cost.

Source: the county's pilot, as definitions/8_methods/10_bed_days.toml tells it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipelines.bed_days.stays import Basis, Stays, package_yuan

ZERO = Decimal(0)


@dataclass(frozen=True)
class Settled:
    """Stays settled both ways, in yuan. visits: all of them; priced_visits: those that a rate is for, of which alone
    bed_days and the amounts are.
    """

    visits: int = 0
    priced_visits: int = 0
    bed_days: int = 0
    package_yuan: Decimal = ZERO
    cost_yuan: Decimal = ZERO
    fund_paid_yuan: Decimal = ZERO

    @property
    def fund_due_yuan(self) -> Decimal:
        """What the fund owes by the day: the package less what patients bore of the actual cost."""
        return self.package_yuan - (self.cost_yuan - self.fund_paid_yuan)

    @property
    def balance_yuan(self) -> Decimal:
        """What the institution keeps: package - actual cost = fund by the day - fund on the actual cost."""
        return self.package_yuan - self.cost_yuan

    @property
    def balance_rate(self) -> Decimal | None:
        """The balance in % of the package; None without one."""
        return 100 * self.balance_yuan / self.package_yuan if self.package_yuan else None

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(*(one + two for one, two in zip(vars(self).values(), vars(other).values(), strict=True)))


Group = tuple[str, str]  # institution, class of illness


def settled(basis: Basis) -> dict[Group, Settled]:
    """Every institution and class settled both ways, in their order."""
    found: dict[Group, Settled] = {}
    for stays in basis.stays:
        key = stays.tariff.institution, stays.tariff.disease_class
        found[key] = found.get(key, Settled()) + settled_stays(stays, basis)
    return dict(sorted(found.items()))


def settled_stays(stays: Stays, basis: Basis) -> Settled:
    price = package_yuan(stays.stay_days, basis.tariffs.get(stays.tariff, ()))
    if price is None:
        return Settled(visits=stays.visits)
    days = stays.visits * (stays.stay_days or 0)
    return Settled(stays.visits, stays.visits, days, price * stays.visits, stays.cost_yuan, stays.fund_yuan)


def summed(found: dict[Group, Settled], by: Callable[[Group], object] = lambda group: "") -> dict[object, Settled]:
    """Added up by what a group is told to be, in the order in which that comes first."""
    sums: dict[object, Settled] = {}
    for group, each in found.items():
        sums[by(group)] = sums.get(by(group), Settled()) + each
    return sums


def by_institution(found: dict[Group, Settled]) -> dict[str, Settled]:
    return summed(found, lambda group: group[0])


def by_class(found: dict[Group, Settled]) -> dict[str, Settled]:
    return summed(found, lambda group: group[1])


def of_institutions(found: dict[Group, Settled], codes: Iterable[str]) -> dict[Group, Settled]:
    """Of these institutions alone."""
    wanted = frozenset(codes)
    return {group: each for group, each in found.items() if group[0] in wanted}
