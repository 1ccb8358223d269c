"""Sums over figures that are hidden from whoever looks: said to be hidden, never counted as 0."""

from decimal import Decimal

from pipelines import Period, access
from pipelines.access import Caller, acting
from pipelines.agreements import check_agreements
from pipelines.answers import crowds
from pipelines.answers.county import open_county
from tests.views.app import button, healthy, opened, words
from views import partly
from views.agreement_checks import PAID
from views.jobs import STOPPED

MONTH = "2026-06"


def test_a_sum_says_how_many_of_its_parts_are_hidden_and_of_hidden_ones_alone_gives_no_number():
    assert partly.money([Decimal(5), Decimal("1.5")]) == "6.50 元"
    assert partly.money([Decimal(50000), None], "万元", 10000, "**") == "**5.00 万元**（另有 1 家人数不足5人，不显示）"
    assert partly.money([None, None]) == "不显示（人数不足5人）"
    assert partly.money([]) == "0.00 元"


def test_the_roster_never_says_0_yuan_for_what_whoever_looks_is_not_shown(sample_warehouse, monkeypatch):
    director = Caller("甲", "director", access.roles()["director"].rights)
    with acting(director):
        found = check_agreements(open_county(sample_warehouse), Period(MONTH, MONTH)).findings
    access.identify_by(lambda _: director)
    monkeypatch.setattr(access.callers, "guarded", lambda warehouse: True)
    try:
        app = opened(sample_warehouse, monkeypatch, "institutions", m=f"{MONTH}..{MONTH}", s="all")
    finally:
        access.identify_by(None)
    assert healthy(app)
    paid = [each.fund_yuan for each in found if each.kind in PAID]
    assert None in paid
    assert f"没有有效协议却有结算，基金支付 {partly.money(paid, '万元', 10000, '**')}，须核对" in app.markdown[0].value
    assert "基金支付 **0.00 万元**" not in words(app)
    roster = next(frame.value for frame in app.dataframe if "协议到期" in frame.value.columns).set_index("编码")
    hidden = {each.institution for each in found if each.kind in PAID and each.fund_yuan is None}
    assert roster.loc[sorted(hidden & set(roster.index)), "基金支付（万元）"].isna().all()


def test_who_sees_no_persons_waits_with_a_bar_while_groups_of_many_rows_are_counted_and_may_stop_it(
    sample_warehouse, monkeypatch
):
    director, begun = Caller("甲", "director", access.roles()["director"].rights), []

    def stopped_at_once(county, column="", progress=crowds.quiet):
        begun.append(column)
        progress.__self__.cancel()  # the job, as its button does
        progress(0.5, "数人")

    monkeypatch.setattr(access.callers, "guarded", lambda warehouse: True)
    monkeypatch.setattr(crowds, "MANY", 0)
    monkeypatch.setattr(crowds, "GATHERED", {})
    monkeypatch.setattr(crowds, "gathered", stopped_at_once)
    access.identify_by(lambda _: director)
    try:
        app = opened(sample_warehouse, monkeypatch, "institutions", m=f"{MONTH}..{MONTH}", s="all")
    finally:
        access.identify_by(None)
    assert begun == [""] and not app.dataframe
    assert [each.value for each in app.warning] == [STOPPED] and button(app, "再试一次")
