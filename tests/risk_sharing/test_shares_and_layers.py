"""Who pays what of a year's losses: to the fen, in order, within limits, and never less of more."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import WarehouseError
from pipelines.risk_sharing import (
    LAYERS,
    Benefit,
    Loss,
    Share,
    Step,
    Terms,
    Treaty,
    by_index,
    ceded_premium,
    commission,
    of_each_by_lump_sum,
    of_each_by_seat,
    owed,
    premium_parts,
    read_terms,
    share,
    split,
    to_reserve,
)
from pipelines.risk_sharing.years import calls, made_up_years

MILLION = Decimal(1_000_000)
THREE = (Share("甲", Decimal(30), leads=True), Share("乙", Decimal(25)), Share("丙", Decimal(15)))
PLAIN = Terms("示例", date(2026, 1, 1), 70 * MILLION, THREE)
ROOF = Treaty("excess", "再保人", limit_yuan=30 * MILLION)
LAYERED = replace(
    PLAIN,
    deductible_yuan=Decimal("10000"),
    treaties=(Treaty("quota", "比例再保人", share=Decimal("0.4"), limit_yuan=20 * MILLION), ROOF),
    reserve_yuan=10 * MILLION,
)
amounts = st.decimals(0, 10**9, places=2)
weights = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=6).filter(any)


# ---------------------------------------------------------------- shares


def test_three_insurers_of_a_loss_of_twenty_million_pay_by_their_sums():
    parts = split(20 * MILLION, [Decimal(30), Decimal(25), Decimal(15)])
    assert [round(part / MILLION, 2) for part in parts] == [Decimal("8.57"), Decimal("7.14"), Decimal("4.29")]
    assert sum(parts) == 20 * MILLION, "printed as 4.28 the three parts would be 0.01 short"


@given(amounts, weights)
def test_parts_add_up_to_the_fen_and_are_nearly_the_exact_ones(amount, shares):
    parts = split(amount, shares)
    assert sum(parts) == amount
    exact = [Fraction(amount) * Fraction(each) / sum(map(Fraction, shares)) for each in shares]
    assert all(abs(Fraction(part) - told) < Fraction(len(shares), 100) for part, told in zip(parts, exact, strict=True))


@given(st.integers(0, 10**6), weights)
def test_nobody_gets_less_of_one_fen_more(fen, shares):
    less, more = (split(Decimal(n) / 100, shares) for n in (fen, fen + 1))
    assert all(a <= b for a, b in zip(less, more, strict=True))


@pytest.mark.parametrize("wrong", [(Decimal("-1"), [Decimal(1)]), (Decimal("0.001"), [Decimal(1)]), (Decimal(1), [])])
def test_what_can_not_be_divided_is_an_error(wrong):
    with pytest.raises(ValueError, match="divided"):
        split(*wrong)


@pytest.mark.parametrize(("strong", "weak"), [(6, 4), (5, 5), (3, 7)])
def test_premiums_are_paid_by_financial_strength(strong, weak):
    payers = (Share("省财政", Decimal(strong)), Share("县财政", Decimal(weak)))
    told = premium_parts(replace(PLAIN, premium_yuan=Decimal("1000.00"), payers=payers))
    assert told == {"省财政": Decimal(100 * strong), "县财政": Decimal(100 * weak)}


# ---------------------------------------------------------------- layers


def losses_of(*yuan: int) -> list[Loss]:
    return [Loss(Decimal(each), Decimal(each) * 2) for each in yuan]


def told(losses: list[Loss], terms: Terms = LAYERED) -> dict[str, Decimal]:
    shared = share(losses, terms)
    return {layer: shared.of(layer) for layer in LAYERS}


def test_each_layer_is_spent_before_the_next_one_pays():
    small, middle, large = (share(losses_of(n), LAYERED) for n in (50_010_000, 90_010_000, 150_010_000))
    assert (small.of("pool"), small.of("ceded"), small.of("excess")) == (30 * MILLION, 20 * MILLION, 0)
    assert (middle.of("pool"), middle.of("ceded"), middle.of("excess")) == (50 * MILLION, 20 * MILLION, 20 * MILLION)
    assert (large.of("excess"), large.of("reserve"), large.of("unpaid")) == (30 * MILLION, 10 * MILLION, 40 * MILLION)
    assert large.payout_ratio == Fraction(110, 150), "capacity of all layers over what is owed"
    assert middle.payout_ratio == 1


def test_where_nothing_is_called_back_the_public_purse_bears_the_rest():
    large = share(losses_of(150_010_000), replace(LAYERED, called_back=False))
    assert (large.of("public"), large.of("unpaid"), large.payout_ratio) == (40 * MILLION, 0, 1)


def test_the_deductible_is_of_each_case():
    assert told(losses_of(5_000, 9_000, 30_000))["deductible"] == Decimal("24000")


yearly = st.lists(st.decimals(0, 10**8, places=2).map(lambda yuan: Loss(yuan, yuan * 3)), max_size=5)
treaties = st.lists(
    st.builds(
        Treaty,
        form=st.sampled_from(["quota", "surplus", "quota_surplus", "excess"]),
        reinsurer=st.sampled_from(["一", "二"]),
        share=st.decimals("0.01", 1, places=2),
        line_yuan=st.decimals(1, 10**7, places=2),
        lines=st.decimals(1, 9, places=0),
        limit_yuan=st.decimals(0, 10**8, places=2),
        accepted=st.booleans(),
    ),
    max_size=3,
).map(tuple)
some_terms = st.builds(
    lambda pool, listed, deductible, reserve, back: replace(
        PLAIN,
        pool_limit_yuan=pool,
        treaties=listed,
        deductible_yuan=deductible,
        reserve_yuan=reserve,
        called_back=back,
    ),
    st.decimals(0, 10**8, places=2),
    treaties,
    st.decimals(0, 10**6, places=2),
    st.decimals(0, 10**8, places=2),
    st.booleans(),
)


@given(yearly, some_terms)
def test_who_pays_what_adds_up_to_the_losses_and_keeps_to_limits_and_order(losses, terms):
    shared = share(losses, terms)
    assert sum(each.yuan for each in shared.payments) == shared.losses_yuan == sum(loss.yuan for loss in losses)
    assert all(each.yuan >= 0 for each in shared.payments)
    pool = shared.of("pool") + shared.of("ceded")
    roof = sum(t.limit_yuan for t in terms.treaties if t.form == "excess" and t.accepted)
    assert pool <= terms.pool_limit_yuan
    assert shared.of("excess") <= roof
    assert shared.of("reserve") <= terms.reserve_yuan
    assert not shared.of("excess") or pool == terms.pool_limit_yuan
    assert not shared.of("reserve") or shared.of("excess") == roof
    assert not (shared.of("unpaid") + shared.of("public")) or shared.of("reserve") == terms.reserve_yuan
    for treaty in terms.treaties:
        taken = sum(e.yuan for e in shared.payments if e.payer == treaty.reinsurer)
        assert taken <= sum(t.limit_yuan for t in terms.treaties if t.reinsurer == treaty.reinsurer and t.accepted)


@given(yearly, some_terms, st.decimals(1, 10**6, places=2))
def test_a_larger_loss_lowers_no_layer(losses, terms, more):
    quotas = tuple(t for t in terms.treaties if t.form in ("quota", "excess"))
    plain = replace(terms, treaties=quotas)
    less, larger = (told(each, plain) for each in (losses, [*losses, Loss(more, more)]))
    assert all(less[layer] <= larger[layer] for layer in LAYERS)


# ---------------------------------------------------------------- reinsurance


def ceded(treaty: Treaty, loss: Loss) -> Decimal:
    return share([loss], replace(PLAIN, treaties=(treaty,))).of("ceded")


def test_a_surplus_takes_what_lies_above_the_line_of_the_sum_insured():
    treaty = Treaty("surplus", "再保人", line_yuan=2 * MILLION, lines=Decimal(3))
    assert ceded(treaty, Loss(MILLION, 2 * MILLION)) == 0, "what the pool keeps whole"
    assert ceded(treaty, Loss(MILLION, 8 * MILLION)) == Decimal("750000.00"), "6 of 8 million"
    assert ceded(treaty, Loss(MILLION, 20 * MILLION)) == Decimal("300000.00"), "three lines at most: 6 of 20 million"
    with pytest.raises(ValueError, match="sum insured"):
        ceded(treaty, Loss(MILLION))


def test_a_treaty_of_both_kinds_takes_a_quota_of_the_line_as_well():
    treaty = Treaty("quota_surplus", "再保人", share=Decimal("0.5"), line_yuan=2 * MILLION, lines=Decimal(3))
    assert ceded(treaty, Loss(MILLION, 8 * MILLION)) == Decimal("875000.00"), "(6 + 0.5 x 2) of 8 million"


def test_an_offer_that_nobody_has_accepted_carries_nothing():
    offer = Treaty(
        "quota", "再保人", share=Decimal("0.5"), contract="facultative", accepted=False, premium_share=Decimal(1)
    )
    assert ceded(offer, Loss(MILLION)) == 0
    assert ceded_premium(offer, replace(PLAIN, premium_yuan=MILLION)) == 0
    assert ceded(replace(offer, accepted=True), Loss(MILLION)) == Decimal("500000.00")


def test_commission_is_reckoned_on_the_gross_or_the_net_premium():
    gross = Treaty("quota", "再保人", share=Decimal("0.4"), premium_share=Decimal("0.4"), commission=Decimal("0.3"))
    terms = replace(PLAIN, premium_yuan=MILLION, cost_rate=Decimal("0.1"), treaties=(gross,))
    assert commission(gross, terms) == Decimal("120000.00")
    assert commission(replace(gross, commission_on="net"), terms) == Decimal("108000.00")


def test_the_reserve_gets_what_costs_profit_and_payments_leave():
    terms = replace(PLAIN, premium_yuan=MILLION, cost_rate=Decimal("0.1"))
    assert to_reserve(share([], terms), terms) == Decimal("850000.00"), "less 10 % costs and 5 % profit"
    assert to_reserve(share([Loss(Decimal(800_000))], terms), terms) == Decimal("50000.00")
    assert to_reserve(share([Loss(MILLION)], terms), terms) == 0


# ---------------------------------------------------------------- what is owed


def test_two_seats_of_ten_thousand_and_one_sum_of_twenty_thousand_differ():
    assert of_each_by_seat([Decimal(10_000), Decimal(10_000)]) == [Decimal(10_000)] * 2
    assert of_each_by_lump_sum(Decimal(20_000), 2) == Decimal(7_000)
    assert [of_each_by_lump_sum(Decimal(100), n) for n in (1, 2, 3, 9)] == [40, 35, 30, 30]


def test_items_are_paid_up_to_the_limit_of_each_household():
    rooms = Benefit("农房", "间", Decimal(6000), Decimal(50_000))
    assert owed(rooms, [Decimal(3), Decimal(9)]) == Decimal(18_000 + 50_000)
    rice = Benefit("水稻", "亩", Decimal(200))
    assert owed(rice, [Decimal(10)], degrees=[Decimal("0.5")]) == Decimal(1000)


def test_an_index_pays_the_highest_step_that_was_reached():
    steps = [Step(Decimal(150), MILLION), Step(Decimal(250), 3 * MILLION)]
    assert [by_index(steps, Decimal(n)) for n in (149, 150, 249, 300)] == [0, MILLION, MILLION, 3 * MILLION]


# ---------------------------------------------------------------- many years


def test_the_call_on_a_layer_is_the_mean_and_the_worst_of_a_hundred_years():
    years = [losses_of(n * 1_000_000 + 10_000) for n in range(1, 201)]
    by_layer = {each.layer: each for each in calls(years, PLAIN)}
    assert by_layer["pool"].rare_yuan == 70 * MILLION
    assert by_layer["pool"].expected_yuan == sum(min(n * MILLION + 10_000, 70 * MILLION) for n in range(1, 201)) / 200
    assert by_layer["unpaid"].rare_yuan == 199 * MILLION + 10_000 - 70 * MILLION


def test_made_up_years_are_the_same_again_and_have_as_many_cases_as_asked():
    cases = losses_of(10, 20, 30)
    years = made_up_years(cases, Decimal(40), years=300, seed=7)
    assert years == made_up_years(cases, Decimal(40), years=300, seed=7)
    assert {loss.yuan for year in years for loss in year} == {10, 20, 30}
    assert abs(sum(map(len, years)) / 300 - 40) < 4 * (40 / 300) ** 0.5, "four standard errors of the mean"
    assert made_up_years([], Decimal(40), years=2) == [[], []]


# ---------------------------------------------------------------- terms as data

TOLD = {
    "title": "大病保险",
    "begins": date(2026, 1, 1),
    "pool_limit_yuan": 70_000_000,
    "insurers": [{"name": "甲", "share": 1}],
}


def test_terms_are_read_exactly():
    terms = read_terms(
        {**TOLD, "cost_rate": 0.1, "treaties": [{"form": "excess", "reinsurer": "乙", "limit_yuan": 5e6}]}
    )
    assert (terms.pool_limit_yuan, terms.cost_rate, terms.profit_rate) == (
        70 * MILLION,
        Decimal("0.1"),
        Decimal("0.05"),
    )
    assert terms.treaties[0].limit_yuan == 5 * MILLION


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pool": 1}, "条款：不认识 pool"),
        ({"title": ""}, "title 是“”，应为文字"),
        ({"begins": "今年"}, "begins 是“今年”，应为日期"),
        ({"pool_limit_yuan": "很多"}, "pool_limit_yuan 是“很多”，应为数字"),
        ({"pool_limit_yuan": -1}, "不能是负数"),
        ({"pool_limit_yuan": 1.001}, "最多到分"),
        ({"called_back": 1}, "called_back 是“1”，应为是或否"),
        ({"insurers": []}, "至少一家"),
        ({"insurers": [{"name": "甲", "share": 0}]}, "份额不能都是 0"),
        ({"insurers": [{"name": "甲", "share": 1}, {"name": "甲", "share": 1}]}, "名称不能重复"),
        ({"insurers": [{"name": n, "share": 1, "leads": True} for n in "甲乙"]}, "首席共保人至多一家"),
        ({"insurers": [{"name": "甲"}]}, "insurers 第 1 项：没有写 share"),
        ({"insurers": "甲"}, r"\[\[insurers\]\]"),
        ({"cost_rate": 0.98}, "合计不能超过 1"),
        ({"treaties": [{"form": "份额", "reinsurer": "乙"}]}, "form 是“份额”，应为 quota（成数）"),
        ({"treaties": [{"form": "excess", "reinsurer": "乙"}]}, "责任限额"),
        ({"treaties": [{"form": "surplus", "reinsurer": "乙"}]}, "自留额"),
        ({"treaties": [{"form": "quota", "reinsurer": "乙"}]}, "成数 share"),
        ({"treaties": [{"form": "quota", "reinsurer": "乙", "share": 2}]}, "不能超过 1"),
    ],
)
def test_terms_that_can_not_be_are_told_in_a_sentence(wrong, sentence):
    with pytest.raises(WarehouseError, match=sentence):
        read_terms({**TOLD, **wrong})
