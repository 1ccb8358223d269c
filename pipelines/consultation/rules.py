"""总额预算、限额使用、据实支付、超支不补, applied month by month.

Source: the county's rule on 门诊一般诊疗费: a limit is set for all primary institutions of a township; what was used is
paid until the limit is spent, and what goes beyond is borne by the institutions.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Month(NamedTuple):
    """What a month used, what it brought the year to, what the fund pays of it and what institutions bear, in yuan."""

    month: str
    used_yuan: Decimal
    so_far_yuan: Decimal
    paid_yuan: Decimal
    borne_yuan: Decimal


def applied(limit_yuan: Decimal, used: Mapping[str, Decimal], months: Sequence[str]) -> list[Month]:
    """The rules over these months in order: paid = min(used so far, limit) - what was paid before.

    A refund that takes the year back below the limit takes payment back with it. What a month lacks used nothing.
    """
    found, so_far, paid = [], ZERO, ZERO
    for month in months:
        now = used.get(month, ZERO)
        so_far += now
        due = max(min(so_far, limit_yuan), ZERO) - paid
        paid += due
        found.append(Month(month, now, so_far, due, now - due))
    return found
