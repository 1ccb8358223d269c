"""What the roster says of an institution's agreement on a day, and in which months a payment lacks one.

Source: 医疗机构医疗保障定点管理暂行办法, 零售药店医疗保障定点管理暂行办法 (2021): settlement needs an agreement.
"""

from dataclasses import dataclass
from datetime import date

STATES = {
    "in_force": "协议有效",
    "unsigned": "没有签过协议",
    "expired": "协议到期未续",
    "suspended": "协议中止",
    "terminated": "协议解除",
    "later": "协议之后才开始",
}


@dataclass(frozen=True)
class Place:
    """An institution of the roster; kind, type, place, status, payment_mode: codes. begins, ends: last agreement.

    town: with its county in front where several share the warehouse; county: the name of that county, else ''.
    """

    institution: str
    name: str
    type: str | None
    kind: str | None
    town: str
    place: str
    agreement_no: str
    begins: date | None
    ends: date | None
    status: str
    payment_mode: str | None = None
    beds: int | None = None
    county: str = ""

    @property
    def township(self) -> str:
        """The town as names of institutions tell it: without its county."""
        return self.town.removeprefix(self.county)


def state(place: Place, on: date) -> str:
    """A code of STATES. in_force is what the KPI of signed institutions counts.

    later: the roster only holds the last agreement; whether there was one before it began can't be told.
    """
    if place.status in ("suspended", "terminated"):
        return place.status
    if place.begins is None:
        return "unsigned"
    if place.begins > on:
        return "later"
    if place.ends is not None and place.ends < on:
        return "expired"
    return "unsigned" if place.status == "unsigned" else "in_force"


def uncovered(place: Place, first_day: date, last_day: date, known_to: date) -> str:
    """Why a payment of this month has no agreement behind it, as a state; '' if it has one, or if it can't be told.

    A month in which an agreement began or ended counts as covered. Of a suspended or terminated agreement the roster
    does not tell since when: the months of its term count only if it would still run on known_to, the last day of the
    data, for then it has been cut short; the day has to be looked up.
    """
    if place.begins is not None and place.begins > last_day:
        return ""
    in_term = place.begins is not None and (place.ends is None or place.ends >= first_day)
    found = state(place, last_day)
    if in_term and found in ("suspended", "terminated"):
        return found if place.ends is None or place.ends >= known_to else ""
    return "" if found == "in_force" or (in_term and found == "expired") else found
