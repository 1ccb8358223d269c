"""Whether a period may be printed as official: its months locked, its identities holding or explained and signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.identities import Identity, reconcile
from pipelines.contracts import contracts
from pipelines.periods import Period
from pipelines.store.builds import in_force
from pipelines.store.decisions import Decision, latest
from pipelines.store.warehouse import Entry, journal, locked_months

MOVED = "数据在打开之后又有变动，请重新打开再出正式文件"


@dataclass(frozen=True)
class Breached:
    """An identity that does not hold in a month: its two sides, in the identity's unit.

    explained: the signed explanation of exactly these two numbers; lapsed: one that was signed of other numbers;
    county: whose sides they are, of several that share the warehouse ('': of all).
    """

    month: str
    identity: Identity
    left: Decimal
    right: Decimal
    explained: Decision | None = None
    lapsed: Decision | None = None
    county: str = ""

    @property
    def difference(self) -> Decimal:
        return self.left - self.right

    @property
    def subject(self) -> str:
        return subject_of(self.identity.id, self.month, self.county)


@dataclass(frozen=True)
class Month:
    """A month on its way to being official. checked: the identities that can be checked in it.

    locked: the journal's line that locked it; missing: monthly uploads in Chinese that it lacks; loaded: it has any.
    """

    month: str
    checked: tuple[Identity, ...]
    breaches: tuple[Breached, ...]
    locked: Entry | None
    missing: tuple[str, ...]
    loaded: bool

    @property
    def open(self) -> tuple[Breached, ...]:
        """The breaches that nobody has explained."""
        return tuple(breach for breach in self.breaches if not breach.explained)

    @property
    def official(self) -> bool:
        return self.locked is not None and not self.open


@dataclass(frozen=True)
class Signing:
    """A period's sign-off. why_draft: what is missing for 正式, in Chinese; empty if nothing is."""

    period: Period
    months: tuple[Month, ...]
    why_draft: tuple[str, ...]

    @property
    def official(self) -> bool:
        return not self.why_draft

    @property
    def explained(self) -> tuple[Breached, ...]:
        """The breaches that were explained and signed: an official document prints them."""
        return tuple(b for month in self.months for b in month.breaches if b.explained)


def state(county: County, period: Period) -> Signing:
    """The sign-off of a period, as the county stands. Not official if the county is no longer the build in force."""
    months = months_of(county, period)
    told = [MOVED] if in_force(county.warehouse) != county.build_id else []
    unlocked = [each.month for each in months if each.locked is None]
    if unlocked:
        told.append(f"{named(unlocked)}没有封账")
    told += [sentence(breach) for each in months for breach in each.open]
    return Signing(period, months, tuple(told))


def months_of(county: County, period: Period) -> tuple[Month, ...]:
    """Every month of the period, in order."""
    locked, signed = locked_months(journal(county.warehouse)), latest(county.warehouse, "explain")
    found = reconcile(county, period)
    loaded = set(county.months())
    return tuple(
        Month(
            month,
            tuple(one.identity for one in found if month in one.checked),
            tuple(
                breached(one.identity, month, each, signed, next(iter(county.counties)) if county.only else "")
                for one in found
                for each in one.breaches
                if each.month == month
            ),
            locked.get(month),
            missing(county, month),
            month in loaded,
        )
        for month in period.months
    )


def breached(identity: Identity, month: str, breach, signed: Mapping[str, Decision], county: str) -> Breached:
    told = signed.get(subject_of(identity.id, month, county))
    told = None if told is None or "left" not in told.values else told
    sides = told and (Decimal(told.values["left"]), Decimal(told.values["right"]))
    same = sides == (breach.left, breach.right)
    explained, lapsed = (told, None) if same else (None, told)
    return Breached(month, identity, breach.left, breach.right, explained, lapsed, county)


def missing(county: County, month: str) -> tuple[str, ...]:
    """The monthly uploads in Chinese that a month lacks, of those that come every month."""
    monthly = [c for c in contracts().values() if c.grain == "month" and not c.occasional]
    return tuple(c.name_zh for c in monthly if not county.complete(c.table, month))


def sentence(breach: Breached) -> str:
    sides = f"左边 {breach.left:,}，右边 {breach.right:,}"
    lapsed = "（原来的说明针对别的数，已经失效）" if breach.lapsed else ""
    return f"{breach.month} 勾稽不符，没有说明：{breach.identity.title}，{sides}{lapsed}"


def named(months: list[str]) -> str:
    return "、".join(months[:3]) + (f" 等 {len(months)} 个月" if len(months) > 3 else " ")


def subject_of(identity: str, month: str, county: str = "") -> str:
    return f"{identity}@{month}" + (f"@{county}" if county else "")
