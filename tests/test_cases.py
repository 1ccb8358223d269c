"""Penalty cases out of the sample county: the printed totals, whose money it is, how old it is, when it came in."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest

from pipelines import Period, ask, reconcile
from pipelines.answers.identities import identities
from pipelines.cases import (
    Basis,
    ageing,
    by_track,
    case,
    collection_rate,
    doubled,
    ledger,
    outstanding,
    overdue,
    settled_by_month,
    violation,
    violations,
)
from pipelines.cases.taxonomy import ground, taxonomy
from pipelines.contracts import DefinitionError
from tests.county_in_pandas import penalties, read

HALF, END = Period("2026-01", "2026-06"), date(2026, 6, 30)
EVER = Period("2024-07", "2026-06")
HANDLED = {"deduct": "violation_deduction", "assessment_deduct": "assessment_deduction", "recover": "recovered_due"}
HANDLED |= {"damages": "liquidated_damages", "fine": "fine"}


@pytest.fixture(scope="module")
def cases(sample_county):
    return [each for each in ledger(sample_county, HALF, END) if not each.association]


@pytest.fixture(scope="module")
def pact(sample_county):
    return [each for each in ledger(sample_county, HALF, END) if each.association]


def due(cases, handling: str, **where) -> Decimal:
    picked = [c for c in cases if all(getattr(c, key) == value for key, value in where.items())]
    return sum((h.due_yuan for c in picked for h in c.handlings if h.handling == handling), Decimal(0))


# ---------------------------------------------------------------- the printed half-year
PRINTED = [
    ("damages", {}, "79720.00"),
    ("damages", {"activity": "agreement_check"}, "27800.00"),
    ("damages", {"activity": "record_review"}, "27388.00"),
    ("damages", {"activity": "follow_up"}, "24532.00"),
    ("deduct", {}, "27388.00"),
    ("assessment_deduct", {}, "65913.00"),
    ("recover", {}, "46223.37"),
    ("recover", {"activity": "follow_up"}, "20790.60"),
    ("recover", {"activity": "daily_audit"}, "25432.77"),
]


@pytest.mark.parametrize(("handling", "where", "printed"), PRINTED)
def test_what_was_asked_for_is_what_the_report_prints(cases, handling, where, printed):
    assert due(cases, handling, **where) == Decimal(printed)


def test_both_deductions_together_are_the_printed_deduction(cases):
    assert due(cases, "deduct") + due(cases, "assessment_deduct") == Decimal("93301.00")
    assert sum(c.due_yuan for c in cases) == Decimal("219244.37")


def test_all_that_was_to_be_recovered_came_back(cases):
    recovered = [h for c in cases for h in c.handlings if h.handling == "recover"]
    assert sum(h.received_yuan for h in recovered) == Decimal("46223.37")
    assert all(h.owed_yuan == 0 for h in recovered)


def test_ten_times_the_base_is_the_damages_for_impersonation(cases):
    (found,) = [c for c in cases if c.violation == "C01"]
    assert (found.base_amount_yuan, found.multiple, found.persons) == (Decimal("2453.20"), 10, 2)
    assert due([found], "damages") == Decimal("24532.00") == 10 * found.base_amount_yuan


def test_the_associations_ledger_stands_apart(cases, pact):
    track = by_track(pact)["association"]
    assert (track.due_yuan, track.received_yuan) == (Decimal("243600.00"), Decimal("224800.00"))
    assert round(100 * track.collected, 2) == Decimal("92.28")
    assert round(100 * collection_rate(pact), 2) == Decimal("92.28")
    assert by_track(cases)["association"].due_yuan == 0
    assert len({c.subject_name for c in pact}) == 8


# ---------------------------------------------------------------- the same from the KPIs and from the files
def test_every_kind_of_money_is_that_of_its_kpi(sample_county, cases):
    for handling, kpi in HANDLED.items():
        (figure,) = ask(sample_county, [kpi], HALF)
        assert due(cases, handling) == figure.value, kpi


@pytest.mark.parametrize("dimension", ["activity", "institution", "month"])
def test_the_sums_of_a_dimension_agree_with_the_whole_and_with_the_kpi(sample_county, cases, dimension):
    mine = defaultdict(Decimal)
    for c in cases:
        mine[f"{c.found_on:%Y-%m}" if dimension == "month" else getattr(c, dimension)] += c.due_yuan
    asked = ask(sample_county, ["penalty_total"], HALF, [dimension])
    assert {key: yuan for key, yuan in mine.items() if yuan} == {f.dims[dimension]: f.value for f in asked if f.value}
    assert sum(mine.values()) == sum(f.value for f in asked) == ask(sample_county, ["penalty_total"], HALF)[0].value


def test_the_collection_rate_is_the_kpi(sample_county, cases):
    (figure,) = ask(sample_county, ["arrival_rate"], HALF)
    assert round(100 * collection_rate(cases), 2) == figure.value


def test_money_received_by_day_is_that_of_the_files(sample_county, sample_warehouse, sample_files):
    _, payments = penalties(sample_files)
    wanted = Counter()
    for column in ("已追回", "实收违约金", "实收罚款"):
        for month, fen in zip(payments.arrived, payments[column].fillna(0), strict=True):
            wanted[month] += int(fen)
    found = Counter()
    for c in ledger(sample_county, None, date.max):
        for h in c.handlings:
            for day, yuan in h.receipts:
                found[day.year * 100 + day.month] += int(100 * yuan)
    assert +found == +wanted


def test_what_is_deducted_from_a_months_settlement_is_what_the_files_say(sample_county, sample_files):
    wanted = defaultdict(Decimal)
    for row in read(sample_files, "penalties").fillna("").to_dict("records"):
        if row["抵扣月份"]:
            wanted[row["抵扣月份"]] += Decimal(row["扣减违规费用"] or 0) + Decimal(row["考核扣减"] or 0)
    for row in read(sample_files, "case_progress").fillna("").to_dict("records"):
        if row["抵扣月份"]:
            wanted[row["抵扣月份"]] += Decimal(row["已扣减"])
    found = settled_by_month(ledger(sample_county, None, date.max))
    assert {each.settled_month: each.yuan for each in found} == dict(wanted)
    assert sum(line.yuan for each in found for line in each.lines) == sum(wanted.values())
    assert [each.settled_month for each in found] == sorted(wanted)


# ---------------------------------------------------------------- time
def test_ages_add_up_to_what_is_owed_and_the_oldest_are_the_latest(sample_county, cases):
    everything = [c for c in ledger(sample_county, EVER, END) if not c.association]
    owed = sum(c.owed_yuan for c in everything)
    assert owed == sum(span.owed_yuan for span in ageing(everything, END)) > 0
    for span in ageing(everything, END):
        last = span.last_day if span.last_day is not None else 10**6
        here = [c for c in everything if c.owed_yuan and span.first_day <= (END - c.since).days <= last]
        assert (len(here), sum((c.owed_yuan for c in here), Decimal(0))) == (span.cases, span.owed_yuan)
    late = overdue(everything, END)
    assert {o.case.case_no for o in late} == {c.case_no for c in everything if c.age_days(END) > 60}
    assert len(outstanding(everything, END)) > len(late) > 0


def test_a_case_on_an_earlier_day_has_only_what_had_come_in_by_then(sample_county):
    paid = [c for c in ledger(sample_county, EVER, END) if len({day for h in c.handlings for day, _ in h.receipts}) > 1]
    assert paid
    for c in paid:
        first, *_, last = sorted({day for h in c.handlings for day, _ in h.receipts})
        then = case(sample_county, c.case_no, first)
        assert 0 < then.received_yuan < c.received_yuan == case(sample_county, c.case_no, last).received_yuan
        assert then.status != "closed"
    assert case(sample_county, paid[0].case_no, date(2020, 1, 1)) is None
    assert case(sample_county, "CF1999-0001", END) is None


def test_late_money_does_not_touch_the_month_of_the_case(sample_county):
    late = [
        (c, day)
        for c in ledger(sample_county, Period("2024-07", "2025-06"), END)
        for h in c.handlings
        for day, _ in h.receipts
        if (day - c.found_on).days > 100
    ]
    assert late
    for c, day in late:
        month = Period(f"{c.found_on:%Y-%m}", f"{c.found_on:%Y-%m}")
        (then,) = ask(sample_county, ["liquidated_damages_received"], month)
        came = Period(f"{day:%Y-%m}", f"{day:%Y-%m}")
        assert then.value is None or then.value < c.due_yuan + then.value
        assert ask(sample_county, ["liquidated_damages_received"], came)[0].value >= sum(
            yuan for h in c.handlings for on, yuan in h.receipts if on == day
        )


def test_filters_pick_and_an_unknown_one_is_an_error(sample_county, cases):
    reviews = ledger(sample_county, HALF, END, activity="record_review", status=["closed"])
    assert reviews == [c for c in cases if c.activity == "record_review" and c.status == "closed"]
    with pytest.raises(ValueError, match="colour"):
        ledger(sample_county, HALF, END, colour="red")


# ---------------------------------------------------------------- invariants
MINE = {
    "received_within_due",
    "damages_are_base_times_multiple",
    "penalties_by_activity_and_institution",
    "progress_belongs_to_a_case",
}


def test_the_invariants_of_the_ledger_hold_in_the_sample(sample_county):
    found = {r.identity.id: r for r in reconcile(sample_county, EVER)}
    assert set(found) >= MINE and set(identities()) > MINE
    assert all(found[id].holds and found[id].checked for id in MINE)
    assert doubled(sample_county) == []


def test_every_violation_of_the_sample_is_in_the_taxonomy_with_a_ground_of_its_day(sample_county):
    for c in ledger(sample_county, EVER, END):
        known = violations()[c.violation]
        assert known.basis(c.found_on), c.case_no
        assert c.subject_type in known.subjects


# ---------------------------------------------------------------- the taxonomy
def test_the_law_of_a_case_is_that_of_its_day():
    before, after = date(2026, 3, 31), date(2026, 4, 1)
    rules = "医疗保障基金使用监督管理条例实施细则"
    assert rules not in {b.law for b in violations()["A01"].consequence(before)}
    assert rules in {b.law for b in violations()["A01"].consequence(after)}
    assert [b.cited for b in violations()["C04"].basis(before)] == ["《医疗保障基金使用监督管理条例》第四十条第三项"]
    assert violations()["C04"].basis(date(2021, 4, 30)) == ()  # the regulation is in force from May 2021 on
    ended = Basis("法", "一号", "第一条", "", date(2024, 1, 1), date(2024, 12, 31))
    assert [ended.in_force(date(2024, 12, 31)), ended.in_force(date(2025, 1, 1))] == [True, False]


def test_every_violation_says_its_ground_and_what_follows():
    for code, known in violations().items():
        assert known.bases and known.consequences and known.subjects, code
    assert {v.kind for v in violations().values()} == set("ABCDEFGH")
    assert violation("Q77") is None and violation(None) is None


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"law": "decree", "article": "", "text": ""}, "no law decree"),
        ({"law": "pact", "article": "", "text": "", "colour": ""}, "unknown key colour"),
    ],
)
def test_a_mistake_in_the_taxonomy_names_itself(entry, named):
    with pytest.raises(DefinitionError, match=named):
        ground("A01", entry, taxonomy()["laws"])
