"""Which days of a half-year see how many patients: months, weekdays and holidays."""

import numpy as np

from .printed import Half

MONTHS = np.array([1.05, 0.95, 1.06, 1.02, 1.00, 1.02, 0.98, 0.96, 0.98, 0.97, 1.05, 1.10])
WEEKDAYS = np.array([1.14, 1.08, 1.02, 1.00, 1.04, 0.72, 0.62])  # from Monday
HOLIDAYS = [
    ("2024-09-15", "2024-09-17", 0.6),
    ("2024-10-01", "2024-10-07", 0.55),
    ("2025-01-28", "2025-02-04", 0.35),
    ("2025-05-01", "2025-05-05", 0.6),
    ("2025-10-01", "2025-10-08", 0.55),
    ("2026-02-15", "2026-02-23", 0.35),
    ("2026-05-01", "2026-05-05", 0.6),
]
MONDAY = np.datetime64("1970-01-05")


def day_weights(half: Half) -> np.ndarray:
    """One weight per day of the half-year."""
    days = np.arange(half.first, half.last + 1)
    month = days.astype("datetime64[M]").astype(int) % 12
    weights = MONTHS[month] * WEEKDAYS[(days - MONDAY).astype(int) % 7]
    for first, last, factor in HOLIDAYS:
        weights[(days >= np.datetime64(first)) & (days <= np.datetime64(last))] *= factor
    return weights


def first_day(half: Half) -> int:
    """The half-year's first day as days since 1970."""
    return int(half.first.astype(int))


def last_day(half: Half) -> int:
    """The half-year's last day as days since 1970."""
    return int(half.last.astype(int))
