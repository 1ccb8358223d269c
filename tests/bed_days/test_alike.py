"""How alike pilots and comparable institutions are, and the gap with equal shares of every illness."""

from fractions import Fraction
from math import dist
from statistics import mean, stdev, variance

import pytest

from pipelines import Period, bed_days, load, open_county
from pipelines.bed_days.alike import BEDS, CASES
from tests.files import INSTITUTION, SETTLEMENT, write
from tests.files import rows as cells

PILOTS, OTHERS = ("H99010100001", "H99010100002"), ("H99010100003", "H99010100004", "H99010100005")
JUNE = Period("2026-06", "2026-06")
# institution -> {illness: (cases, yuan each)}
STAYS = {
    PILOTS[0]: {"J1": (3, 100), "K1": (1, 400)},
    PILOTS[1]: {"J1": (2, 110)},
    OTHERS[0]: {"J1": (1, 150), "K1": (3, 500)},
    OTHERS[1]: {"K1": (2, 700)},
    OTHERS[2]: {"J1": (2, 130), "Z9": (1, 900)},  # an illness that no pilot treats
}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alike")
    roster = [
        {"机构编码": code, "机构名称": code, "机构类别": "乡镇卫生院", "床位数": str(20 + n)}
        | {"试点": "试点" if code in PILOTS else "非试点"}
        for n, code in enumerate(STAYS)
    ]
    stays = [
        {"定点医药机构编号": place, "病种编码": code, "医疗费总额": f"{yuan}.00", "基金支付总额": "1.00"}
        for place, told in STAYS.items()
        for code, (count, yuan) in told.items()
        for _ in range(count)
    ]
    files = [
        write(folder, cells(INSTITUTION, *roster), "roster.csv"),
        write(folder, [{"病种编码": "J", "疾病分类": "内科"}, {"病种编码": "K", "疾病分类": "外科"}], "classes.csv"),
        write(folder, cells(SETTLEMENT | {"病种编码": ""}, *stays), "stays.csv"),
    ]
    told = load(folder / "warehouse", files, "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, [p.text for r in told for p in r.problems]
    return open_county(folder / "warehouse")


def test_the_gap_at_an_equal_mix_weighs_each_illness_by_the_cases_of_both_groups(county):
    found = bed_days.equal_mix(county, JUNE)
    pilots, others = Fraction(3 * 100 + 400 + 220, 6), Fraction(150 + 1500 + 1400 + 260 + 900, 9)
    assert found.crude == pilots - others
    by_illness = {"J1": (8, Fraction(520, 5) - Fraction(410, 3)), "K1": (6, Fraction(400) - Fraction(2900, 5))}
    assert found.equal == sum(n * gap for n, gap in by_illness.values()) / 14
    assert (found.covered, found.illnesses) == (Fraction(14, 15), 2)


def test_the_standardised_difference_is_that_of_the_means_over_institutions(county):
    found = {each.name: each for each in bed_days.likeness(bed_days.traits_of(county, JUNE), PILOTS)}
    surgery = [25.0, 0.0], [75.0, 100.0, 0.0]
    spread = ((variance(surgery[0]) + variance(surgery[1])) / 2) ** 0.5
    assert found["外科"].difference == pytest.approx((mean(surgery[0]) - mean(surgery[1])) / spread)
    assert found["外科"].unlike and found["外科"].share
    assert (found[BEDS].pilot, found[BEDS].other) == (20.5, 23.0)
    assert (found[CASES].pilot, found[CASES].other, found[CASES].share) == (3.0, 3.0, False)


def test_the_nearest_of_a_pilot_is_the_comparable_institution_with_the_likest_traits(county):
    traits = bed_days.traits_of(county, JUNE)
    names = {name for told in traits.values() for name in told}
    spread = {name: stdev(told.get(name, 0.0) for told in traits.values()) for name in names}

    def apart(one: str, two: str) -> float:
        return dist(
            *([traits[code].get(n, 0.0) / spread[n] for n in sorted(names) if spread[n]] for code in (one, two))
        )

    for pair in bed_days.nearest(county, traits, PILOTS):
        assert pair.other == min(OTHERS, key=lambda code: apart(pair.pilot, code))
        assert pair.distance == pytest.approx(apart(pair.pilot, pair.other))


def test_what_is_no_longer_apart_without_its_mix_of_illness_is_told_in_yuan(sample_county):
    """The pilots of the sample county are as much cheaper in the same illnesses."""
    found = bed_days.equal_mix(sample_county, sample_county.default_period, "resident")
    assert bed_days.whole(found.crude) == -344
    assert abs(found.equal - found.crude) < 20
