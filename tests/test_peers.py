"""Who is out of line: the limits found again in made-up counties whose spread is known."""

import random
import statistics
from decimal import Decimal

import pytest

from pipelines import Period, ask
from pipelines.peers import compare, groups, limits
from pipelines.peers.excess import excess
from pipelines.peers.groups import split

HALF_YEAR = Period("2026-01", "2026-06")


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


def test_a_month_that_only_takes_back_stays_of_others_tells_nothing_of_a_case():
    months = [(10.0, 4.0), (12.0, 1.0), (11.0, 5.0)]
    assert limits.case_spread({"H0": [*months[:2], (30.0, -1.0), months[2]]}) == limits.case_spread({"H0": months}) > 0


def test_nothing_to_compare():
    assert limits.judge([], {}) == ([], {}, limits.Spread(0.0, 0.0))


def test_limits_narrow_with_the_number_of_cases():
    spread = limits.Spread(0.9, 0.03)
    widths = [limits.half_width(n, spread, limits.OUTER) for n in (30, 100, 1000, 10_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 100 * limits.OUTER * 0.03


# ---------------------------------------------------------------- excess yuan


def test_excess_is_own_less_peer_rate_times_volume_found_a_second_way(sample_county):
    found = compare(sample_county, "cost_per_case", HALF_YEAR, "resident")
    where = {"scheme": "resident", "place": "in_county"}
    asked = ask(sample_county, ["inpatient_total_fee", "inpatient_cases"], HALF_YEAR, ("institution",), where)
    sums = {(f.dims["institution"], f.kpi.id): float(f.exact) for f in asked}
    like = groups(sample_county)
    for each in found.ranked:
        kind = [code for code, label in like.items() if label == each.peer.kind]
        rates = [
            sums[c, "inpatient_total_fee"] / sums[c, "inpatient_cases"]
            for c in kind
            if sums.get((c, "inpatient_cases"))
        ]
        code = each.peer.code
        cases = sums[code, "inpatient_cases"]
        expected = (sums[code, "inpatient_total_fee"] / cases - statistics.median(rates)) * cases
        assert float(each.yuan) == pytest.approx(expected, abs=0.01)
    assert len(found.ranked) > 30


def test_excess_is_ranked_and_lies_inside_its_interval(sample_county):
    found = compare(sample_county, "cost_per_case", HALF_YEAR, "resident").ranked
    assert [e.yuan for e in found] == sorted((e.yuan for e in found), reverse=True)
    assert all(e.low_yuan < e.yuan < e.high_yuan for e in found)
    assert {e.certain for e in found} == {True, False}


def test_the_interval_of_the_excess_covers_the_truth_as_often_as_it_says():
    """Sixty institutions, all truly alike, 30 draws of a county: the 95 % interval misses zero about 5 times in 100."""
    hits, drawn = 0, 0
    for seed in range(30):
        rows, monthly = county(0.6, between=0.0, seed=seed)
        found, _, spread = limits.judge(rows, monthly)
        for peer in found:
            volume = Decimal(peer.cases)
            each = excess(peer, (Decimal(peer.value) * volume, volume), Decimal(1000), Decimal(1), spread, None)
            hits += each.low_yuan <= 0 <= each.high_yuan
            drawn += 1
    assert 0.93 <= hits / drawn <= 0.97


def test_days_too_many_are_priced_at_the_institutions_own_day(sample_county):
    found = compare(sample_county, "alos", HALF_YEAR, "resident")
    top = found.ranked[0]
    where = {"scheme": "resident", "place": "in_county", "institution": top.peer.code}
    (day,) = ask(sample_county, ["cost_per_bed_day"], HALF_YEAR, (), where)
    assert float(top.yuan) == pytest.approx(float((top.rate - top.peer_rate) * top.volume * day.exact), abs=0.01)


def test_a_share_of_the_cost_is_turned_into_yuan(sample_county):
    top = compare(sample_county, "drug_ratio", HALF_YEAR, "resident").ranked[0]
    assert float(top.yuan) == pytest.approx(float((top.rate - top.peer_rate) * top.volume), abs=0.01)
    assert top.rate < 1


def test_who_has_too_few_cases_or_peers_is_not_ranked(sample_county):
    found = compare(sample_county, "cost_per_case", HALF_YEAR, "resident")
    listed = {e.peer.code for e in found.ranked}
    left_out = [p for p in found.peers if p.code not in listed]
    assert {p.kind for p in left_out if p.cases >= limits.FEWEST_CASES} == {"县级医院"}
    assert found.small() == ["县级医院 3 家"]


def test_a_kind_is_split_by_level_only_where_every_level_has_enough():
    assert split("甲", {"level1": list("abcde"), "level2": list("fghij")}) == [
        ("甲·一级", list("abcde")),
        ("甲·二级", list("fghij")),
    ]
    assert split("甲", {"level1": list("abcde"), "level2": list("fg")}) == [("甲", list("abcdefg"))]
    assert split("甲", {"level1": list("abcdefgh")}) == [("甲", list("abcdefgh"))]
