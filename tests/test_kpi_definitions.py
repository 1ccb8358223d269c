"""The definition files of KPIs, measures and printed figures say nothing that the product does not know."""

import tomllib
from collections import Counter

import pytest

from pipelines.contracts import DEFINITIONS, contracts
from pipelines.formulas import names_in
from pipelines.printed.figure_binding import ASPECTS, entries
from pipelines.printed.figure_list import REPORT, read_figures
from pipelines.registry import DIMENSIONS, headlines, indicator_words, kpis, measures

UPLOADS = {
    "settlement": "settlements",
    "stay": "settlements",
    "person": "settlements",
    "bed_day": "settlements",
    "enrolment": "enrolment",
    "collection": "fund_collection",
    "opening_balance": "opening_balance",
    "budget": "budgets",
    "consultation_limit": "budgets",
    "institution": "institutions",
    "penalty": "penalties",
    "audit_work": "audit_work",
    "staff": "staff",
}
MEASURE_KEYS = {"name_zh", "unit", "fact", "kind", "sql", "where", "month", "needs", "needs_one_of", "shift", "ignores"}
MEASURE_KEYS |= {"beside"}
KPI_KEYS = {
    *("name_zh", "name_en", "aliases", "unit", "digits", "display", "direction", "numerator", "denominator"),
    *("levels", "definition", "source", "target", "target_kind", "typed", "headline"),
}
UNITS = {"%", "元", "人", "人次", "天", "个", "家", "份", "件", "月", "倍", "次", "名", "张", "处", "年", "百分点"}
BUILT_IN = {"months", "ytd_months"}
# What the trade's standard terms are called here, where one term is several KPIs or a reading of every KPI.
STANDARD_TERMS = {
    "readmission_rate": ["readmission_rate_15d", "readmission_rate_30d"],
    "pilot_gap": ["pilot_gap_cost_per_case", "pilot_gap_cost_per_case_rate", "pilot_gap_cost_per_bed_day"],
    "handling_counts": ["interviews", "payment_suspensions", "agreement_suspensions", "agreement_terminations"],
    "pp_change": ["actual_reimb_ratio"],
}
STANDARD = """
enrolment_rate enrolment_target_completion category_mix assisted_enrolment worker_retiree_ratio collection_progress
collection_plan_completion per_capita_financing arrears usage_rate_due usage_rate_collected current_balance balance_rate
cumulative_balance months_payable expenditure_structure budget_execution beneficiary_rate_persons
beneficiary_rate_visits reimb_per_case actual_reimb_ratio policy_reimb_ratio compliance_ratio catastrophic_ratio
outpatient_actual_ratio cost_per_case cost_per_bed_day alos hospitalisation_rate cases_per_head readmission_rate
self_pay_ratio out_of_catalogue_ratio drug_ratio exam_ratio material_ratio out_of_county_case_share
out_of_county_fund_share fee_growth pp_change pilot_gap assessment_pass_rate assessment_deduction records_problem_rate
audit_coverage violation_detection_rate violation_deduction recovered liquidated_damages penalty_multiple fine
arrival_rate handling_counts review_change_rate case_closure_rate insured_per_staff institutions_per_staff
"""


def toml(path):
    return tomllib.loads(path.read_text("utf-8"))


def themes():
    return {path.name: toml(path) for path in sorted((DEFINITIONS / "3_kpis").glob("[0-9]_*.toml"))}


KPIS = {id: kpi for theme in themes().values() for id, kpi in theme["kpis"].items()}
MEASURES = toml(DEFINITIONS / "3_kpis" / "measures.toml")


def measures_of(kpi):
    formulas = [kpi[part] for part in ("numerator", "denominator") if part in kpi]
    return [name for formula in formulas for name in names_in(formula) if name not in BUILT_IN]


def test_a_kpi_is_defined_exactly_once():
    assert sum(len(theme["kpis"]) for theme in themes().values()) == len(KPIS)


def test_the_registry_reads_them_all():
    assert list(kpis()) == list(KPIS)
    assert list(measures()) == list(MEASURES)
    assert all(indicator_words()[kpi.name_zh] == kpi.id for kpi in kpis().values())


def test_there_is_one_file_for_each_of_the_eight_themes():
    names = [theme["name_zh"] for theme in themes().values()]
    assert names == ["参保", "筹资", "支出与结余", "待遇", "费用控制", "稽核处罚", "支付方式", "经办力量"]


@pytest.mark.parametrize("id", KPIS)
def test_a_kpi_has_its_keys_and_no_other(id):
    kpi = KPIS[id]
    optional = {"headline", "display", "denominator", "target", "target_kind", "typed", "numerator"}
    assert set(kpi) <= KPI_KEYS
    assert KPI_KEYS - optional <= set(kpi)
    assert ("numerator" in kpi) != kpi.get("typed", False)
    assert ("target" in kpi) == ("target_kind" in kpi)


@pytest.mark.parametrize("id", KPIS)
def test_a_kpi_is_in_a_known_unit_and_direction(id):
    kpi = KPIS[id]
    assert kpi["unit"] in UNITS
    assert kpi["direction"] in {"up", "down", "neutral"}
    assert kpi.get("target_kind", "floor") in {"floor", "ceiling", "time"}
    assert kpi.get("display", "万元") == "万元" and ("display" not in kpi or kpi["unit"] == "元")


@pytest.mark.parametrize("id", KPIS)
def test_a_kpi_is_broken_down_only_by_what_all_its_facts_have(id):
    for name in measures_of(KPIS[id]):
        measure = MEASURES[name]
        assert set(KPIS[id]["levels"]) <= {"month", *DIMENSIONS[measure["fact"]], *measure.get("ignores", ())}


@pytest.mark.parametrize("id", KPIS)
def test_a_definition_is_one_chinese_sentence_and_the_source_is_named(id):
    assert KPIS[id]["definition"].endswith("。")
    assert len(KPIS[id]["definition"]) >= 15
    assert KPIS[id]["source"].strip()


def test_no_two_kpis_share_a_name_or_an_alias():
    words = [w for k, v in KPIS.items() for w in {k, v["name_zh"], v["name_en"], *v["aliases"]}]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_every_measure_is_used_and_every_name_in_a_formula_is_a_measure():
    used = {name for kpi in KPIS.values() for name in measures_of(kpi)}
    assert used == set(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_has_its_keys_and_a_known_fact(name):
    measure = MEASURES[name]
    assert {"name_zh", "unit", "fact", "kind", "sql"} <= set(measure) <= MEASURE_KEYS
    assert measure["fact"] in DIMENSIONS
    assert measure["kind"] in {"sum", "stock", "ytd", "year", "snapshot", "persons"}
    assert set(measure.get("ignores", ())) <= set(DIMENSIONS[measure["fact"]])


@pytest.mark.parametrize("name", [name for name in MEASURES if "needs" in MEASURES[name]])
def test_a_measure_needs_only_columns_that_an_upload_may_leave_out(name):
    columns = contracts()[UPLOADS[MEASURES[name]["fact"]]].columns
    for column in MEASURES[name]["needs"]:
        assert not columns[column].required


@pytest.mark.parametrize("id", STANDARD.split())
def test_every_standard_term_of_the_trade_is_a_kpi(id):
    for kpi in STANDARD_TERMS.get(id, [id]):
        assert kpi in KPIS


def test_penalties_of_the_fund_leave_the_insurers_association_out():
    for name, measure in MEASURES.items():
        if measure["fact"] == "penalty" and not name.startswith("association"):
            assert "subject_type <> 'insurer'" in measure["where"] or "subject_type in" in measure["where"]


def test_every_printed_figure_is_bound_or_says_why_not():
    assert set(entries()) == {figure.id for figure in read_figures(REPORT)}
    for entry in entries().values():
        assert len(set(entry) & {"kpi", "reference", "outside"}) == 1
        assert entry.get("aspect", "value") in ASPECTS


def test_a_printed_figure_is_filtered_only_by_what_its_kpi_has():
    for id, entry in entries().items():
        assert set(entry.get("where", {})) <= set(KPIS.get(entry.get("kpi"), {"levels": []})["levels"]), id


@pytest.mark.parametrize(
    "name", [n for n, m in MEASURES.items() if m.get("where", "").startswith("(scheme, last_month) in (select")]
)
def test_a_rate_that_not_every_scheme_has_divides_only_the_schemes_that_have_it(name):
    users = [kpi for kpi in KPIS.values() if name in measures_of(kpi)]
    assert users and all("险种" in kpi["definition"] for kpi in users)


def test_the_headlines_are_what_the_overview_asks_for_and_each_theme_before_the_next():
    from views import overview

    assert set(headlines()) == {id for id, kpi in KPIS.items() if kpi.get("headline")}
    assert {*overview.SCHEME, *overview.PENALTY} == set(headlines())
    order = [list(KPIS).index(id) for id in headlines()]
    assert order == sorted(order)
