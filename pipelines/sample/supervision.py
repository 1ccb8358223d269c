"""The work of supervision month by month: how much there was to check, how much was checked, what was found."""

import numpy as np

from .money import spread_counts
from .places import SEED
from .printed import RESIDENT, Half, printed
from .summary import Summary

PACE = np.array([9, 8, 11, 10, 11, 11], dtype=float)  # how the work spreads over six months
PROBLEMS = {"回访": 0.03, "日常审核": 0.06, "病历抽查": 0.11}


def audit_work(halves: list[Half], summaries: dict[str, Summary]) -> list[dict]:
    """One row per month, kind of work and scope."""
    rows = []
    for half in halves:
        rng = np.random.default_rng([SEED, 300 + half.number])
        figures, summary = printed()["audit"][half.key], summaries[half.key]
        rows += _record_reviews(half, *figures["record_review"])
        rows += _monthly(rng, half, "回访", None, _paced(figures["follow_up"]), None)
        inside, outside = summary.stays_in_county, summary.stays_outside
        rows += _monthly(rng, half, "日常审核", "县内", _paced(figures["daily_in_county"]), inside)
        rows += _monthly(rng, half, "日常审核", "县外", outside, outside)
        rows += _monthly(rng, half, "病历抽查", "县内", _paced(figures["record_sampling"]), inside)
        rows += _machine_audit(rng, half, summary)
        rows += _visits(rng, half)
        rows += _internal_audit(rng, half, summary)
        rows += _field_audit(half, *figures["field"])
    return sorted(rows, key=lambda row: row["audit_month"])


def _paced(total: int) -> np.ndarray:
    return spread_counts(PACE, total)


def _row(month: str, activity: str, place: str | None, checked: int, problem: int, **more) -> dict:
    row = {"audit_month": month, "activity": activity, "place": place, "insutype": RESIDENT}
    return row | {"checked": int(checked), "problem": int(problem)} | more


def _monthly(rng, half: Half, activity: str, place: str | None, checked, universe) -> list[dict]:
    rows = []
    for k, month in enumerate(half.months):
        problem = checked[k] * PROBLEMS[activity] * rng.uniform(0.7, 1.3)
        row = _row(month, activity, place, checked[k], problem)
        rows.append(row if universe is None else row | {"universe": int(universe[k])})
    return rows


def _record_reviews(half: Half, checked: int, problem: int) -> list[dict]:
    """Experts review disputed records in the half-year's first quarter."""
    institutions = printed()["penalties"][half.key]["record_review"][0]
    shares = zip(spread_counts(PACE[:3], checked), spread_counts(PACE[:3], problem), half.months[:3], strict=True)
    rows = []
    for k, (reviewed, disputed, month) in enumerate(shares):
        violating = institutions // 3 + (k < institutions % 3)
        row = _row(month, "病历评定", "县内", reviewed, disputed, inspectors=6)
        rows.append(row | {"institutions_checked": violating + 3, "institutions_violating": violating})
    return rows


def _machine_audit(rng, half: Half, summary: Summary) -> list[dict]:
    """Rules run over every settlement; the hits are looked at by hand."""
    rows = []
    for month, settled in zip(half.months, summary.rows, strict=True):
        hits = int(settled * rng.uniform(0.004, 0.007))
        rows.append(_row(month, "智能审核", None, settled, hits, universe=int(settled)) | {"insutype": None})
    return rows


def _visits(rng, half: Half) -> list[dict]:
    """Visits to institutions without notice."""
    rows = []
    for month in half.months:
        visited = int(rng.integers(9, 22))
        violating = int(visited * rng.uniform(0.1, 0.3))
        row = _row(month, "现场检查", "县内", visited, violating, inspectors=4) | {"insutype": None}
        rows.append(row | {"institutions_checked": visited, "institutions_violating": violating})
    return rows


def _internal_audit(rng, half: Half, summary: Summary) -> list[dict]:
    """A fifth or more of each quarter's handled business is checked again."""
    rows = []
    for last in (2, 5):
        handled = int(
            summary.stays_in_county[last - 2 : last + 1].sum() + summary.stays_outside[last - 2 : last + 1].sum()
        )
        checked = int(np.ceil(handled * rng.uniform(0.205, 0.245)))
        row = _row(half.months[last], "内部稽核", None, checked, checked * 0.008, universe=handled, inspectors=3)
        rows.append(row | {"insutype": None})
    return rows


def _field_audit(half: Half, audited: int, employers: int) -> list[dict]:
    """Employers are audited on site, mostly in October and November."""
    if not audited:
        return []
    months = (3, 4) if half.months[0].endswith("07") else (5,)
    rows = []
    for month, number in zip(months, spread_counts(np.array([5.0, 4.0])[: len(months)], audited), strict=True):
        row = _row(half.months[month], "实地稽核", None, number, number * 0.12, universe=employers, inspectors=5)
        rows.append(row | {"insutype": None})
    return rows
