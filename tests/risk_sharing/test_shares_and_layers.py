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
    Damage,
    Loss,
    Share,
    Step,
    Terms,
    Treaty,
    by_index,
    carried,
    ceded_premium,
    commission,
    examples,
    of_each_by_lump_sum,
    of_each_by_seat,
    owed,
    owed_for,
    premium_parts,
    share,
    spent_at,
    split,
    to_reserve,
)
from pipelines.risk_sharing.reading import overlapping

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
        form=st.sampled_from(["quota", "surplus", "quota_surplus", "excess", "case_excess"]),
        reinsurer=st.sampled_from(["一", "二"]),
        share=st.decimals("0.01", "0.33", places=2),
        line_yuan=st.decimals(1, 10**7, places=2),
        lines=st.decimals(1, 9, places=0),
        case_limit_yuan=st.none() | st.decimals(0, 10**7, places=2),
        limit_yuan=st.decimals(0, 10**8, places=2),
        accepted=st.booleans(),
    ),
    max_size=3,
).map(lambda listed: () if overlapping([t for t in listed if t.accepted]) else tuple(listed))
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
    owed = sum(max(loss.yuan - terms.deductible_yuan, 0) for loss in losses)
    roof = sum(t.limit_yuan for t in terms.treaties if t.form == "excess" and t.accepted)
    assert pool == min(owed - shared.of("case_excess"), terms.pool_limit_yuan)
    assert shared.of("excess") <= roof
    assert shared.of("reserve") <= terms.reserve_yuan
    assert not shared.of("excess") or pool == terms.pool_limit_yuan
    assert not shared.of("reserve") or shared.of("excess") == roof
    assert not (shared.of("unpaid") + shared.of("public")) or shared.of("reserve") == terms.reserve_yuan
    for name in ("一", "二"):
        most = sum(t.limit_yuan for t in terms.treaties if t.reinsurer == name and t.accepted)
        assert sum(each.yuan for each in shared.payments if each.payer == name) <= most


@given(yearly, some_terms, st.decimals(1, 10**6, places=2), st.decimals(0, 10**6, places=2))
def test_nobody_pays_less_of_one_case_more_nor_of_a_larger_one(losses, terms, yuan, more):
    insured = 3 * yuan
    cases = (losses, [*losses, Loss(yuan, insured)], [*losses, Loss(yuan + more, insured)])
    less, one_more, larger = ([each.yuan for each in share(case, terms).payments] for case in cases)
    assert all(a <= b <= c for a, b, c in zip(less, one_more, larger, strict=True))


# ---------------------------------------------------------------- reinsurance


def ceded(treaty: Treaty, loss: Loss) -> Decimal:
    return share([loss], replace(PLAIN, treaties=(treaty,))).of("ceded")


def test_a_surplus_takes_what_lies_above_the_line_of_the_sum_insured():
    treaty = Treaty("surplus", "再保人", line_yuan=2 * MILLION, lines=Decimal(3))
    assert ceded(treaty, Loss(MILLION, 2 * MILLION)) == 0, "what the pool keeps whole"
    assert ceded(treaty, Loss(MILLION, 8 * MILLION)) == Decimal("750000.00"), "6 of 8 million"
    assert ceded(treaty, Loss(MILLION, 20 * MILLION)) == Decimal("300000.00"), "three lines at most: 6 of 20 million"
    with pytest.raises(WarehouseError, match="再保人的溢额分保要知道每例的保险金额"):
        ceded(treaty, Loss(MILLION))
    terms = replace(PLAIN, treaties=(treaty,), sum_insured_yuan=8 * MILLION)
    assert share([Loss(MILLION)], terms).of("ceded") == Decimal("750000.00"), "of each case, as the terms tell"


def test_a_treaty_of_both_kinds_takes_a_quota_of_the_line_as_well():
    treaty = Treaty("quota_surplus", "再保人", share=Decimal("0.5"), line_yuan=2 * MILLION, lines=Decimal(3))
    assert ceded(treaty, Loss(MILLION, 8 * MILLION)) == Decimal("875000.00"), "(6 + 0.5 x 2) of 8 million"


def test_quotas_are_all_of_the_whole_pool():
    two = tuple(Treaty("quota", name, share=Decimal(part)) for name, part in (("一", "0.3"), ("二", "0.2")))
    shared = share([Loss(MILLION)], replace(PLAIN, treaties=two))
    assert [e.yuan for e in shared.payments if e.layer == "ceded"] == [Decimal(300_000), Decimal(200_000)]


def test_a_reinsurer_of_large_cases_takes_what_lies_above_the_line_of_each():
    treaty = Treaty("case_excess", "再保人", line_yuan=MILLION, case_limit_yuan=MILLION, limit_yuan=Decimal(1_500_000))
    terms = replace(PLAIN, treaties=(treaty,))
    losses = losses_of(900_000, 1_400_000, 5_000_000)
    assert share(losses[:2], terms).of("case_excess") == 400_000
    assert share(losses, terms).of("case_excess") == 1_400_000, "1 million of the largest at most"
    assert share([*losses, *losses], terms).of("case_excess") == 1_500_000, "at most of a year"
    assert share(losses, terms).of("pool") == 7_300_000 - 1_400_000


def test_the_layers_are_spent_at_what_they_add_up_to():
    assert [(layer, yuan / MILLION) for layer, _, yuan in spent_at(LAYERED)] == [
        ("pool", 70),
        ("excess", 100),
        ("reserve", 110),
    ]
    exact = share([Loss(110 * MILLION + LAYERED.deductible_yuan)], LAYERED)
    assert (exact.of("reserve"), exact.of("unpaid")) == (LAYERED.reserve_yuan, 0)


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


@given(st.lists(yearly, max_size=4), some_terms, st.decimals(0, 10**8, places=2))
def test_the_reserve_is_carried_over_the_years_and_never_negative(years, terms, premium):
    terms = replace(terms, premium_yuan=premium, cost_rate=Decimal("0.1"))
    found = carried(years, terms)
    assert [each.opening_yuan for each in found] == [terms.reserve_yuan, *(e.closing_yuan for e in found)][: len(found)]
    for losses, each in zip(years, found, strict=True):
        shared = share(losses, replace(terms, reserve_yuan=each.opening_yuan))
        assert each.used_yuan == shared.of("reserve") <= each.opening_yuan
        assert each.closing_yuan == each.opening_yuan - each.used_yuan + to_reserve(shared, terms) >= 0
        assert sum(payment.yuan for payment in shared.payments) == shared.losses_yuan


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


HUBEI = examples()["catastrophe"]


@pytest.mark.parametrize(
    ("damage", "yuan"),
    [
        (Damage("人身", 2), 200_000),
        (Damage("农房", 3, Decimal(4)), 3 * 24_000),
        (Damage("农房", 3, Decimal(9)), 3 * 50_000),
        (Damage("水稻", 10, Decimal(5), "分蘖期", Decimal("0.5")), 10 * 5 * 200 * 0.4 * 0.5),
        (Damage("水稻", 10, Decimal(5)), 10_000),
        (Damage("生猪", 1, Decimal(40)), 6_000),
    ],
)
def test_what_a_disaster_owes_goes_by_the_items_of_the_terms(damage, yuan):
    assert owed_for(damage, HUBEI) == Decimal(str(yuan))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (Damage("渔船", 1), "赔付项目里没有“渔船”"),
        (Damage("水稻", 1, stage="冬眠期"), "水稻没有“冬眠期”这个生长期"),
        (Damage("水稻", 1, degree=Decimal(2)), "程度应在 0 到 1 之间"),
    ],
)
def test_damage_that_can_not_be_is_told_in_a_sentence(damage, sentence):
    with pytest.raises(WarehouseError, match=sentence):
        owed_for(damage, HUBEI)


def test_an_index_pays_the_highest_step_that_was_reached():
    steps = [Step(Decimal(150), MILLION), Step(Decimal(250), 3 * MILLION)]
    assert [by_index(steps, Decimal(n)) for n in (149, 150, 249, 300)] == [0, MILLION, MILLION, 3 * MILLION]
