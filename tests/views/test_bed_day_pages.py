"""The views of payment by the bed day: both ways in figures, other rates and pilots tried out."""

from decimal import Decimal
from fractions import Fraction

from pipelines import ask, bed_days, open_county
from tests.views.app import healthy, opened, words


def test_the_fund_by_the_day_and_on_actual_cost_stand_beside_each_other(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "payment", v="settle")
    assert healthy(app)
    county = open_county(sample_warehouse)
    asked = ask(
        county,
        ["bed_day_fund_due", "bed_day_balance"],
        county.default_period,
        (),
        {"pilot": "yes", "scheme": "resident"},
    )
    due, balance = (f"{figure.kpi.display(figure.value)} 万元" for figure in asked)
    said = words(app)
    assert f"基金应付 **{due}**" in said and f"**多 {balance}**，就是机构的结余" in said
    assert "同类非试点若照同样的标准，机构将超支" in said


def test_rates_that_are_moved_change_both_sides_by_the_same(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "payment", v="settle")
    assert "还没有改" in words(app)
    app.number_input(key="trial-普通内科-5").set_value(-10.0).run()
    basis = bed_days.basis(*(lambda county: (county, county.default_period, "resident"))(open_county(sample_warehouse)))
    tried = bed_days.tried(basis, bed_days.Plan((bed_days.RateChange(Decimal(-10), "普通内科", 5),)))
    less = (tried.fund_yuan(False) - tried.fund_yuan(True)) / 10000
    assert healthy(app) and less > 0
    assert f"基金少付 {less:,.2f} 万元" in words(app)
    app.multiselect(key="trial-add").select("H99010100030").run()
    assert healthy(app) and "全部 11 家" in str([each.proto for each in app.get("download_button")])


def test_the_printed_figures_of_the_pilot_come_out_and_the_gap_at_an_equal_mix_beside_them(sample_county):
    """453 and 797 yuan a case, 74 and 115 a day (35.65, not 36.65 %), 74.40 and 71.08 %; -344 = -251 - 93."""
    kpis = ("cost_per_case", "cost_per_bed_day", "actual_reimb_ratio")
    period, where = sample_county.default_period, {"scheme": "resident"}
    found = {(f.kpi.id, f.dims["pilot"]): f for f in ask(sample_county, kpis, period, ["pilot"], where)}
    shown = [[str(found[kpi, pilot].kpi.display(found[kpi, pilot].value)) for pilot in ("yes", "no")] for kpi in kpis]
    assert shown == [["453", "797"], ["74", "115"], ["74.40", "71.08"]]
    rates = ask(sample_county, ["pilot_gap_cost_per_case_rate", "pilot_gap_cost_per_bed_day_rate"], period, (), where)
    assert [str(figure.value) for figure in rates] == ["43.16", "35.65"]
    parts, equal = bed_days.pilot_gap(sample_county, period, "resident")
    assert parts == (-344, -251, -93)
    assert abs(float(equal.equal) + 344) < 20 and equal.covered > Fraction(99, 100)


def test_each_view_leads_to_what_may_have_gone_wrong(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "payment", v="radar")
    assert healthy(app)
    assert "**没有信号**" in words(app) and "双重差分" in words(app)
    assert "两组有多像" in (said := words(opened(sample_warehouse, monkeypatch, "payment")))
    assert "病种构成拉平以后" in said and "每家试点最相近的非试点" in said


def test_a_year_without_rates_says_so_and_leads_to_the_upload(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "payment", v="settle", m="2025-01..2025-06")
    assert healthy(app)
    assert "还不能按床日结算" in words(app) and "未上传：床日付费标准 2025年" in words(app)
