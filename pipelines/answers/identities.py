"""勾稽关系: the sums that must hold, month by month, as definitions/5_identities.toml says them."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from pipelines.answers.county import County
from pipelines.contracts import DEFINITIONS, DefinitionError, contracts
from pipelines.periods import Period


@dataclass(frozen=True)
class Identity:
    """A relation that must hold. tolerance: in the unit of its sides; needs: optional upload columns it reads."""

    id: str
    title: str
    uploads: tuple[str, ...]
    tolerance: Decimal
    sql: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Breach:
    """A month in which an identity does not hold."""

    month: str
    left: Decimal
    right: Decimal


@dataclass(frozen=True)
class Reconciled:
    """An identity over a period. checked: the months in which everything it needs is loaded."""

    identity: Identity
    checked: tuple[str, ...]
    breaches: tuple[Breach, ...]

    @property
    def holds(self) -> bool:
        return not self.breaches


@cache
def identities() -> dict[str, Identity]:
    raw = tomllib.loads((DEFINITIONS / "5_identities.toml").read_text("utf-8"))
    return {key: read(key, dict(entry)) for key, entry in raw.items()}


def read(key: str, entry: dict) -> Identity:
    unknown = set(entry) - set(Identity.__dataclass_fields__)
    if unknown or set(entry.get("uploads", ())) - set(contracts()):
        raise DefinitionError(
            f"5_identities.toml: {key}: unknown key or upload {sorted(unknown)} {entry.get('uploads')}"
        )
    entry["tolerance"] = Decimal(str(entry["tolerance"]))
    return Identity(key, **{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})


def reconcile(county: County, period: Period) -> list[Reconciled]:
    """Every identity in every month of the period that has its uploads; one without such a month is left out."""
    found = [reconciled(county, identity, period) for identity in identities().values()]
    return [r for r in found if r.checked]


@lru_cache(maxsize=512)
def reconciled(county: County, identity: Identity, period: Period) -> Reconciled:
    """One identity in every month of the period; a county is one build, which never changes."""
    rows = county.fetch(
        f"select strftime(month, '%Y-%m'), left_side, right_side from ({identity.sql}) "
        "where month between ? and ? order by 1",
        [period.first_day, period.last_day],
    )
    checked = [
        (month, Decimal(left), Decimal(right))
        for month, left, right in rows
        if can_check(county, identity, month, left, right)
    ]
    breaches = [Breach(m, left, right) for m, left, right in checked if abs(left - right) > identity.tolerance]
    return Reconciled(identity, tuple(m for m, *_ in checked), tuple(breaches))


def can_check(county: County, identity: Identity, month: str, left, right) -> bool:
    """Whether the month has what the identity reads; a file without an optional column is not a breach."""
    if left is None or right is None:
        return False
    for upload in identity.uploads:
        period = {"month": month, "year": month[:4], "none": "all"}[contracts()[upload].grain]
        covered = county.coverage.get((upload, period))
        if (
            covered is None
            or not county.complete(upload, period)
            or (upload == "settlements" and not set(identity.needs) <= covered.columns)
        ):
            return False
    return True
