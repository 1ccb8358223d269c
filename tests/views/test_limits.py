"""Who is out of line: the limits found again in made-up counties whose spread is known."""

import random

import pytest

from views import limits


def county(per_case: float, between: float, seed: int = 7, institutions: int = 60, cases: int = 40):
    """(rows, monthly) of one kind with a mean of 1000; per_case and between are relative standard deviations."""
    rng, rows, monthly = random.Random(seed), [], {}
    for i in range(institutions):
        usual = 1000 * (1 + rng.gauss(0, between))
        months = [(usual * (1 + rng.gauss(0, per_case / cases**0.5)), cases) for _ in range(12)]
        monthly[f"H{i}"] = months
        value = sum(v * n for v, n in months[6:]) / (6 * cases)
        rows.append((f"H{i}", f"机构{i}", "乡镇卫生院", 6 * cases, value))
    return rows, monthly


@pytest.mark.parametrize("per_case", [0.3, 0.9])
def test_the_spread_of_a_case_is_found_from_the_months(per_case):
    _, monthly = county(per_case, between=0.1)
    assert limits.case_spread(monthly) == pytest.approx(per_case, rel=0.1)


def test_a_lasting_change_hardly_widens_the_spread_of_a_case():
    _, monthly = county(0.5, between=0.0)
    halved = {code: months[:6] + [(v / 2, n) for v, n in months[6:]] for code, months in monthly.items()}
    assert limits.case_spread(halved) < 2.2 * limits.case_spread(monthly)


def test_what_peers_usually_differ_by_is_found_and_outliers_do_not_widen_it():
    rows, monthly = county(0.3, between=0.08, institutions=200)
    _, _, spread = limits.judge(rows, monthly)
    assert spread.between == pytest.approx(0.08, rel=0.25)
    dear = [(*row[:4], row[4] * 2) if i < 20 else row for i, row in enumerate(rows)]
    _, _, with_outliers = limits.judge(dear, monthly)
    assert with_outliers.between < 1.4 * spread.between


def test_alike_institutions_need_no_more_than_chance():
    _, _, spread = limits.judge(*county(0.9, between=0.0, institutions=400))
    by_chance = 0.9 / 240**0.5
    assert spread.between < 0.6 * by_chance


def test_few_are_out_of_line_by_chance_alone_and_a_dear_one_is_found():
    rows, monthly = county(0.9, between=0.05, institutions=200)
    peers, _, _ = limits.judge(rows, monthly)
    assert sum(p.side != 0 for p in peers) <= 2
    rows[0] = (*rows[0][:4], rows[0][4] * 1.6)
    peers, _, _ = limits.judge(rows, monthly)
    assert [p.side for p in peers if p.code == "H0"] == [1]


def test_fewer_than_five_peers_are_not_judged():
    rows, monthly = county(0.1, between=0.0, institutions=4)
    rows[0] = (*rows[0][:4], rows[0][4] * 3)
    peers, medians, _ = limits.judge(rows, monthly)
    assert len(peers) == 4 and medians
    assert all(p.side == 0 for p in peers)


def test_fewer_than_thirty_cases_are_not_judged():
    rows, monthly = county(0.1, between=0.0)
    rows[0] = ("H0", "机构0", "乡镇卫生院", 29, rows[0][4] * 3)
    peers, _, _ = limits.judge(rows, monthly)
    assert next(p for p in peers if p.code == "H0").side == 0


def test_one_month_gives_no_limits_and_judges_nobody():
    rows, _ = county(0.1, between=0.0)
    rows[0] = (*rows[0][:4], rows[0][4] * 3)
    peers, _, spread = limits.judge(rows, {code: [(1.0, 10)] for code, *_ in rows})
    assert spread == limits.Spread(0.0, 0.0)
    assert all(p.side == 0 for p in peers)


def test_nothing_to_compare():
    assert limits.judge([], {}) == ([], {}, limits.Spread(0.0, 0.0))


def test_limits_narrow_with_the_number_of_cases():
    spread = limits.Spread(0.9, 0.03)
    widths = [limits.half_width(n, spread, limits.OUTER) for n in (30, 100, 1000, 10_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 100 * limits.OUTER * 0.03
