"""费用控制, 两定机构, 稽核处罚 and 支付方式改革 on the sample county: what they say is what the county's data says."""

import csv
import io
import json
from decimal import Decimal
from statistics import median
from types import SimpleNamespace

import pytest

import pipelines
from pipelines.sample.planted.schedule import PATTERNS
from pipelines.sample.traits import ODD_COST, ODD_DAYS
from reports.charts import among_peers
from tests.views.app import healthy, opened, words
from tests.views.test_pages import drawn
from views import look, supervision

HALF_YEAR = pipelines.Period("2026-01", "2026-06")
RESIDENT = {"scheme": "resident", "place": "in_county"}
LONGER_STAYS = {each.institution for each in PATTERNS if each.rule == "pilot_longer_stays"}


def answer(app) -> str:
    """The page's answer: the first sentence in Markdown."""
    return app.markdown[0].value


def table(app, head: str):
    """The data frame on the page that has this column."""
    return next(frame.value for frame in app.dataframe if head in frame.value.columns)


# ---------------------------------------------------------------- 费用控制


def test_costs_are_answered_with_the_reports_figures(sample_warehouse, monkeypatch):
    said = answer(opened(sample_warehouse, monkeypatch, "costs"))
    assert "**2,163 元**，比上年同期减少 4.04%，低于目标 2,254 元" in said
    assert "县外 **8.09%** 的人次花掉 **32.50%** 的费用" in said


def test_the_institutions_out_of_line_are_the_ones_made_odd(sample_warehouse, monkeypatch):
    found = table(opened(sample_warehouse, monkeypatch, "costs"), "较中位数")
    odd = {name for name, factor in (ODD_COST | ODD_DAYS).items() if factor >= 1.25} | LONGER_STAYS
    assert set(found[found["判定"] == "偏高"]["机构"]) == odd


def test_kinds_of_fewer_than_five_are_said_aloud_and_not_judged(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "costs")
    assert "县级医院 3 家" in words(app)
    found = table(app, "较中位数")
    assert set(found[found["类别"] == "县级医院"]["判定"]) == {"不判定"}
    assert found[found["类别"] == "县级医院"]["高出（万元）"].isna().all()


def test_the_comparison_holds_each_institutions_own_figures(sample_warehouse, sample_county, monkeypatch):
    found = table(opened(sample_warehouse, monkeypatch, "costs"), "较中位数").set_index("机构")
    asked = pipelines.ask(sample_county, ["cost_per_case"], HALF_YEAR, by=("institution",), where=RESIDENT)
    shown = {sample_county.names[f.dims["institution"]]: float(f.value) for f in asked if f.value is not None}
    assert dict(found["次均（元）"]) == shown
    assert found["高出（万元）"].dropna().is_monotonic_decreasing


def test_the_measure_in_the_address_changes_the_comparison(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "costs", k="alos")
    said = next(line for line in words(app).splitlines() if line.endswith("偏高"))
    assert said.startswith("示例县枫渚颐和康复医院、蓼汊镇卫生院、榛皋乡卫生院")
    assert app.query_params["k"] == "alos"


def test_a_measure_without_institutions_compares_towns(sample_warehouse, sample_county, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "costs", k="hospitalisation_rate")
    assert healthy(app)
    asked = pipelines.ask(sample_county, ["hospitalisation_rate"], HALF_YEAR, ("town",), {"scheme": "resident"})
    ranking = next(chart for chart in map(json.loads, drawn(app).splitlines()) if "参保地乡镇" in str(chart))
    rows = ranking["layout"]["yaxis"]["ticktext"]
    assert {figure.dims["town"] for figure in asked if figure.value is not None} <= set(rows)


# ---------------------------------------------------------------- 两定机构


def test_the_roster_counts_agreements_and_finds_the_unsigned(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "institutions")
    assert "**351 家**，协议有效 **267 家**" in answer(app)
    unsigned = table(opened(sample_warehouse, monkeypatch, "institutions", l="unsigned"), "协议")
    assert len(unsigned) > 0
    assert "有效" not in set(unsigned["协议"])
    assert f"**{len(unsigned)} 家**没有有效协议却有结算" in answer(app)


def test_the_roster_is_searched_by_name_code_and_town(sample_warehouse, monkeypatch):
    assert len(table(opened(sample_warehouse, monkeypatch, "institutions", find="霁川骨伤"), "协议")) == 1
    assert len(table(opened(sample_warehouse, monkeypatch, "institutions", find="H99010100005"), "协议")) == 1
    nothing = opened(sample_warehouse, monkeypatch, "institutions", find="没有这一家")
    assert "名单里没有机构" in words(nothing)


def test_agreements_that_began_later_are_unknown_not_missing(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "institutions", m="2025-01..2025-12", l="unsigned")
    assert "**267 家**的协议在这个期间之后才开始" in answer(app)
    assert not {"有效", "之后才开始"} & set(table(app, "协议")["协议"])


def test_one_institution_is_set_against_target_peers_and_last_year(sample_warehouse, sample_county, monkeypatch):
    code = next(code for code, name in sample_county.names.items() if name == "示例县霁川骨伤医院")
    app = opened(sample_warehouse, monkeypatch, "institutions", inst=code)
    assert "民营医院共 6 家" in words(app)
    asked = pipelines.ask(sample_county, ["cost_per_case"], HALF_YEAR, ("kind", "institution"), {"scheme": "resident"})
    own = next(figure for figure in asked if figure.dims["institution"] == code)
    alike = [figure.value for figure in asked if figure.dims["kind"] == own.dims["kind"] and figure.value is not None]
    above = 100 * (own.value / median(alike) - 1)
    assert f"次均住院费用高于同类中位数 **{above:.1f}%**；**次均住院费用**" in answer(app)
    row = f"| **{own.value:,.0f}** | ≤ {own.target:,.0f} |"
    assert row in words(app)


def test_a_cheap_institution_with_many_readmissions_stands_out(sample_warehouse, sample_county, monkeypatch):
    code = next(code for code, name in sample_county.names.items() if name == "莳畈乡卫生院")
    app = opened(sample_warehouse, monkeypatch, "institutions", inst=code)
    assert "次均住院费用低于同类中位数" in answer(app)
    assert "**15日再住院率**高出同类的界限" in answer(app)


def test_a_place_without_inpatients_has_its_own_indicators(sample_warehouse, sample_county, monkeypatch):
    code = next(code for code, name in sample_county.names.items() if name.endswith("村卫生室"))
    app = opened(sample_warehouse, monkeypatch, "institutions", inst=code, s="all")
    assert healthy(app)
    assert "次均住院费用" not in words(app)


def test_an_unknown_institution_shows_the_roster(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "institutions", inst="H0**0")
    assert healthy(app)
    assert "没有编码为 H0\\*\\*0 的机构" in app.warning[0].value
    assert "县内两定机构" in answer(app)


def test_penalties_of_an_institution_are_those_of_the_ledger(sample_warehouse, sample_county, monkeypatch):
    months = pipelines.Period(sample_county.first_month, sample_county.last_month)
    asked = pipelines.ask(sample_county, ["penalty_total"], months, by=("institution",))
    most = max((f for f in asked if f.dims["institution"]), key=lambda f: f.value)
    app = opened(sample_warehouse, monkeypatch, "institutions", inst=most.dims["institution"], s="all")
    assert f"处理金额 {most.value:,.2f} 元" in answer(app)


# ---------------------------------------------------------------- 稽核处罚


def test_penalties_are_answered_with_the_reports_figures(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "audit")
    assert "金额 **219,244.37 元**" in answer(app)
    assert "评定病历 250 份，**55.20%** 有问题" in answer(app)
    row = next(m.value for m in app.markdown if "发现途径" in m.value and "合计" in m.value).splitlines()[-1]
    assert [cell.strip() for cell in row.split("|")[3:9]] == [
        "27,388.00",
        "46,223.37",
        "79,720.00",
        ":gray[—]",
        "65,913.00",
        "**219,244.37**",
    ]


def test_what_is_due_in_the_ledger_is_what_the_arrival_rate_divides_by(sample_warehouse, sample_county, monkeypatch):
    (rate,) = pipelines.ask(sample_county, ["arrival_rate"], HALF_YEAR)
    said = words(opened(sample_warehouse, monkeypatch, "audit"))
    assert f"还有 {rate.denominator - rate.numerator:,.2f} 元未到账" in said


def test_the_damages_of_the_period_are_those_of_the_files(sample_warehouse, sample_files, monkeypatch):
    """The fund's cases of the half year and what came in on them since, added up from the CSVs."""
    cases, steps = (read(sample_files / f"{name}_2026.csv") for name in ("penalties", "case_progress"))
    found = {c["案件编号"]: c for c in cases if c["发现途径"] != "自律检查" and money(c, "应收违约金")}
    due = sum(money(case, "应收违约金") for case in found.values())
    received = sum(money(case, "实收违约金") for case in found.values())
    own = [s for s in steps if s["案件编号"] in found and s["处理方式"] == "违约金" and s["办理日期"] <= "2026-06-30"]
    due += sum(money(step, "应收应扣") for step in own)
    received += sum(money(step, "已到账") for step in own)
    numbers = f"{due:,.2f} | :gray[—] | {received:,.2f} | {due - received:,.2f} | {100 * received / due:.2f}%"
    assert f"| 　违约金 | {len(found)} | {numbers} |" in words(opened(sample_warehouse, monkeypatch, "audit"))


def read(path) -> list[dict]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def money(row: dict, head: str) -> Decimal:
    return Decimal(row.get(head) or 0)


def test_the_associations_ledger_stands_apart(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "audit")
    pact = next(m.value for m in app.markdown if "自律查处公司数" in m.value)
    assert all(f"**{value}**" in pact for value in ("8", "125", "24.36", "22.48", "92.28"))
    cases = table(app, "逾期（天）")
    assert len(cases) == 70
    assert float(cases["应收应扣（元）"].sum()) == pytest.approx(219_244.37)


def test_the_case_lists_hold_what_they_say(sample_warehouse, monkeypatch):
    owed = table(opened(sample_warehouse, monkeypatch, "audit", c="owed"), "逾期（天）")
    assert (owed["未到账（元）"] > 0).all()
    unsettled = table(opened(sample_warehouse, monkeypatch, "audit", c="open"), "逾期（天）")
    assert "已结案" not in set(unsettled["状态"])


def test_an_unfinished_year_is_not_judged_by_its_floor(sample_warehouse, monkeypatch):
    assert "到期的都不低于下限" in words(opened(sample_warehouse, monkeypatch, "work"))
    assert "低于下限" not in words(opened(sample_warehouse, monkeypatch, "audit"))


def test_quarters_of_a_period():
    def spans(first, last):
        return [(p.first, p.last) for _, p in supervision.quarters(pipelines.Period(first, last))]

    assert spans("2026-01", "2026-06") == [("2026-01", "2026-03"), ("2026-04", "2026-06")]
    assert spans("2026-02", "2026-05") == [("2026-01", "2026-03"), ("2026-04", "2026-05")]
    assert spans("2025-11", "2026-02") == [("2026-01", "2026-02")]
    assert len(spans("2025-01", "2025-12")) == 4


def test_a_case_number_that_looks_like_a_formula_is_quoted_in_the_file():
    case = SimpleNamespace(
        **dict.fromkeys(("found", "activity", "status", "age"), None), number="=1+1", subject="@甲", institution="H1"
    )
    columns = {"案件": [case.number], "对象": [case.subject]}
    rows = list(csv.reader(io.StringIO(look.File.of("台账", columns).csv().decode("utf-8-sig"))))
    assert rows[1] == ["'=1+1", "'@甲"]


# ---------------------------------------------------------------- 支付方式改革


def test_the_pilot_saves_344_yuan_251_by_price_and_93_by_stay(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "payment")
    said = answer(app)
    assert "**453 元**，比同类非试点低 **344 元**（43.16%）" in said
    assert "床日价格使每例少 **251 元**，住院日使每例少 **93 元**" in said
    assert "实际补偿比例高 **3.32 个百分点**" in said
    assert "−344 元 = 床日价格 −251 元，住院日 −93 元" in words(app)
    assert len(table(app, "分组")) == 24


def test_the_bed_day_rates_stand_beside_what_a_day_cost(sample_warehouse, monkeypatch):
    said = words(opened(sample_warehouse, monkeypatch, "payment"))
    assert "实际试点 74 元，非试点 115 元" in said


def test_without_pilots_the_page_says_what_is_missing(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "payment", s="employee")
    assert healthy(app)
    assert "没有可比的试点和非试点" in words(app)


# ---------------------------------------------------------------- charts


def test_two_institutions_of_one_name_keep_their_own_rows():
    same = [
        SimpleNamespace(code=f"H{i}", name="同名卫生院", off=10.0 * i, side=0, value=100.0, cases=50) for i in (1, 2)
    ]
    chart = among_peers.ranking([("乡镇卫生院", 100.0, same)], 0, "元")
    dots = [trace for trace in chart["data"] if trace["mode"] == "markers"]
    points = [(x, y) for trace in dots for x, y in zip(trace["x"], trace["y"], strict=True)]
    assert sorted(points) == [(10.0, 2), (20.0, 1)]


def test_a_far_outlier_does_not_squeeze_the_strips():
    rows = [
        among_peers.Strip("次均住院费用", 110.0, 120.0, [90.0, 100.0], "110 元", False),
        among_peers.Strip("15日再住院率", 900.0, None, [80.0, 100.0], "9%", True),
    ]
    chart = among_peers.strips(rows)
    low, high = chart["layout"]["xaxis"]["range"]
    assert high < 230 and low > 30
    assert any("900% ▶" in note["text"] for note in chart["layout"]["annotations"])
