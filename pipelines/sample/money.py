"""Sharing a total out over rows so that the rows add up to it exactly. Money is whole fen."""

import numpy as np


def spread(weights: np.ndarray, total: int, least: int = 0) -> np.ndarray:
    """Share a total out in proportion to weights; every row gets at least `least`, the rows sum to the total."""
    rest = total - least * len(weights)
    if rest < 0:
        raise ValueError(f"{total} is less than {len(weights)} rows of {least}")
    running = np.cumsum(weights, dtype=np.float64)
    edges = np.rint(running / running[-1] * rest).astype(np.int64)
    return least + np.diff(edges, prepend=0)


def spread_counts(weights: np.ndarray, total: int) -> np.ndarray:
    """Share out whole units, the largest remainders first, so that no row is more than one unit off its share."""
    share = np.asarray(weights, dtype=np.float64) * (total / np.sum(weights))
    counts = np.floor(share).astype(np.int64)
    late = np.argsort(counts - share, kind="stable")[: total - counts.sum()]
    counts[late] += 1
    return counts


def fit_counts(wish: np.ndarray, total: int, least: int = 1) -> np.ndarray:
    """Whole numbers near `wish` (up to a common factor), at least `least`, summing to the total."""
    counts = np.maximum(least, np.floor(wish * (total / wish.sum()))).astype(np.int64)
    while gap := int(total - counts.sum()):
        rows = np.flatnonzero(counts > least) if gap < 0 else np.arange(len(counts))
        if not len(rows):
            raise ValueError(f"{len(counts)} rows of at least {least} cannot sum to {total}")
        rows = rows[np.argsort(-wish[rows], kind="stable")][: abs(gap)]
        counts[rows] += np.sign(gap)
    return counts


def fit_share(whole: np.ndarray, wish: np.ndarray, total: int) -> np.ndarray:
    """A part of each row, near the wished share (0..1) of the whole, never above it, summing to the total."""
    if not 0 <= total <= whole.sum():
        raise ValueError(f"a part of {whole.sum()} cannot be {total}")
    part = np.floor(whole * _shift_shares(whole, wish, total)).astype(np.int64)
    while gap := int(total - part.sum()):
        rows = np.flatnonzero(part < whole) if gap > 0 else np.flatnonzero(part > 0)
        part[rows[: abs(gap)]] += np.sign(gap)
    return part


def _shift_shares(whole: np.ndarray, wish: np.ndarray, total: int) -> np.ndarray:
    """Move all shares together on the logistic scale until they give the total (Newton's method)."""
    odds, factor = wish / (1 - wish), 1.0
    for _ in range(12):
        share = factor * odds / (1 + factor * odds)
        slope = float(np.dot(whole, share * (1 - share)))
        step = (total - float(np.dot(whole, share))) / max(slope, 1.0)
        factor *= float(np.exp(np.clip(step, -2, 2)))
        if abs(step) < 1e-12:
            break
    return factor * odds / (1 + factor * odds)


def reduce_to(amounts: np.ndarray, total: int, order: np.ndarray) -> np.ndarray:
    """Waive amounts row by row in the given order until the sum is the total; the last row is waived in part."""
    excess = int(amounts.sum() - total)
    if excess < 0:
        raise ValueError(f"the amounts sum to {amounts.sum()}, less than {total}")
    before = np.concatenate([[0], np.cumsum(amounts[order])[:-1]])
    reduced = amounts.copy()
    reduced[order] -= np.clip(excess - before, 0, amounts[order])
    return reduced


def heavy_tail(rng: np.random.Generator, size: int, spread_log: float) -> np.ndarray:
    """Positive weights around 1 with a long right tail (lognormal)."""
    return np.exp(rng.standard_normal(size) * spread_log)


def draw(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """Indices drawn with replacement in proportion to the weights."""
    running = np.cumsum(weights, dtype=np.float64)
    return np.minimum(np.searchsorted(running, rng.random(size) * running[-1], side="right"), len(weights) - 1)
