"""XmR limits: found again with numpy, signals that were put in, and none where nothing was."""

import random
from decimal import Decimal

import numpy as np
import pytest

from pipelines.peers import xmr
from pipelines.periods import shifted


def months(values, first: str = "2024-01"):
    return [(shifted(first, i), None if v is None else Decimal(str(v))) for i, v in enumerate(values)]


def test_the_limits_are_the_mean_and_266_mean_moving_ranges():
    values = [random.Random(3).gauss(100, 9) for _ in range(24)]
    found = xmr(months(values))
    mean, moved = np.mean(values), np.abs(np.diff(values)).mean()
    assert float(found.mean) == pytest.approx(mean)
    assert float(found.lower) == pytest.approx(mean - 2.66 * moved)
    assert float(found.upper) == pytest.approx(mean + 2.66 * moved)


def test_chance_alone_hardly_ever_leaves_the_limits():
    rng = random.Random(11)
    found = [xmr(months([rng.gauss(50, 5) for _ in range(24)])) for _ in range(300)]
    beyond = sum(len(one.above) + len(one.below) for one in found)
    assert beyond / (24 * 300) < 0.012


def test_a_jump_is_found_in_its_month():
    values = [10, 11, 10, 9, 10, 11, 10, 9, 10, 30, 10, 11, 10]
    found = xmr(months(values))
    assert found.above == ("2024-10",)
    assert found.below == ()


def test_eight_in_a_row_are_a_signal_and_seven_are_not():
    eight = [10, 12] * 4 + [13, 14] * 4
    assert xmr(months(eight)).runs == (("2024-01", "2024-08", -1), ("2024-09", "2025-04", 1))
    seven = [10, 12, 10, 12, 10, 12, 10, 14, 13, 14, 13, 14, 13, 14]
    assert xmr(months(seven)).runs == ()


def test_a_point_on_the_mean_ends_a_run():
    values = [9, 9, 9, 9, 10, 9, 9, 9, 9, 11, 11, 11, 11, 11, 11, 11, 11]
    found = xmr(months(values))
    assert found.mean == Decimal(10)
    assert found.runs == (("2024-10", "2025-05", 1),)


def test_fewer_than_twelve_points_are_provisional():
    assert xmr(months([1, 2] * 5 + [1])).provisional
    assert not xmr(months([1, 2] * 6)).provisional


def test_a_gap_is_no_movement():
    with_gap = months([10, 12, None, 90, 92])
    found = xmr(with_gap)
    assert found.mean_range == Decimal(2)
    assert len(found.points) == 4


def test_two_points_have_no_limits_and_nothing_has_no_series():
    found = xmr(months([1, 5]))
    assert (found.lower, found.upper, found.signals) == (None, None, False)
    assert xmr(months([None, None])) is None


def test_limits_stay_where_the_measure_can_be():
    found = xmr(months([2, 98, 2, 98, 2, 98]), least=Decimal(0), most=Decimal(100))
    assert (found.lower, found.upper) == (Decimal(0), Decimal(100))
