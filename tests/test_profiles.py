"""One institution as it stands: figures beside target and peers, its trend, its agreement; and the two commands."""

import json
from decimal import Decimal

import numpy as np
import pytest
from click.testing import CliRunner

from pipelines import Period, QuestionError, ask
from pipelines.cli import main
from pipelines.profiles import profile

HALF_YEAR = Period("2026-01", "2026-06")


def named(county, name: str) -> str:
    return next(code for code, known in county.names.items() if known == name)


def test_what_stands_out_is_what_was_made_odd(sample_county):
    dear = profile(sample_county, named(sample_county, "示例县霁川骨伤医院"), HALF_YEAR, "resident")
    assert {each.figure.kpi.id for each in dear.high} == {"cost_per_case", "cost_per_bed_day", "material_ratio"}
    often = profile(sample_county, named(sample_county, "莳畈乡卫生院"), HALF_YEAR, "resident")
    assert "readmission_rate_15d" in {each.figure.kpi.id for each in often.high}


def test_what_misses_its_target_lies_on_the_wrong_side_of_it(sample_county):
    wrong, right = set(), set()
    for code in sorted(sample_county.names)[:40]:
        for each in profile(sample_county, code, HALF_YEAR, "resident").aimed:
            figure, more = each.figure, each.figure.kpi.direction == "up"
            off = figure.value < figure.target if more else figure.value > figure.target
            (wrong if off else right).add((code, figure.kpi.id))
            assert each.missed is off
    assert wrong
    assert right


def test_the_trend_ends_with_the_period_and_its_limits_follow_from_its_months(sample_county):
    code = named(sample_county, "黛屏镇卫生院")
    trend = profile(sample_county, code, HALF_YEAR, "resident").trends[0]
    asked = ask(sample_county, ["cost_per_case"], HALF_YEAR, (), {"institution": code, "scheme": "resident"}, trend=24)
    values = [float(value) for _, value in asked[0].months]
    assert trend.limits.points[-1][0] == "2026-06"
    assert float(trend.limits.upper) == pytest.approx(np.mean(values) + 2.66 * np.abs(np.diff(values)).mean())


def test_a_village_is_compared_with_villages_on_its_visits(sample_county):
    asked = ask(sample_county, ["beneficiary_visits"], HALF_YEAR, ("institution",), {"kind": "village"})
    code = max(asked, key=lambda figure: figure.value).dims["institution"]
    found = profile(sample_county, code, HALF_YEAR)
    assert not found.stays
    assert found.like == "村卫生室"
    assert found.peers > 100
    assert next(each for each in found.indicators if each.figure.kpi.id == "outpatient_cost_per_visit").place


def test_too_few_peers_are_said_and_nobody_is_ranked_or_judged(sample_county):
    found = profile(sample_county, named(sample_county, "示例县人民医院"), HALF_YEAR, "resident")
    assert (found.few, found.peers) == (True, 3)
    assert {each.rank for each in found.indicators} == {None}
    assert found.high == found.excesses == []


def test_an_unknown_code_is_a_question_that_cannot_be_asked(sample_county):
    with pytest.raises(QuestionError, match="H00000000000"):
        profile(sample_county, "H00000000000", HALF_YEAR)


# ---------------------------------------------------------------- the commands


def run(warehouse, *words: str):
    return CliRunner().invoke(main, ["--warehouse", str(warehouse), *words], catch_exceptions=False)


def test_agreements_tells_what_is_apart_as_text_and_as_json(sample_warehouse):
    text = run(sample_warehouse, "agreements").stdout
    assert "在册 351 家，协议有效 267 家，差 84 家" in text
    told = json.loads(run(sample_warehouse, "agreements", "--json").stdout)
    assert (told["managed"], told["signed"]) == (351, 267)
    assert sum(each["institutions"] for each in told["apart"]) == 84
    assert {each["kind"] for each in told["findings"]} >= {"expired_paid", "idle"}


def test_institution_tells_figures_peers_trend_and_letter(sample_warehouse, sample_county):
    code = named(sample_county, "示例县霁川骨伤医院")
    told = json.loads(
        run(sample_warehouse, "institution", code, "--scheme", "resident", "--json").stdout, parse_float=Decimal
    )
    cost = next(each for each in told["indicators"] if each["kpi"] == "cost_per_case")
    assert cost["excess_low_yuan"] < cost["excess_yuan"] < cost["excess_high_yuan"]
    assert len(told["trends"][0]["months"]) == 24
    assert told["letter"]["paragraphs"][0][0] == "关于2026年1—6月医保基金使用情况的函"
    assert "15日再住院率：界限" in run(sample_warehouse, "institution", code).stdout
    assert run(sample_warehouse, "institution", code, "--letter").stdout.startswith("关于2026年1—6月")


@pytest.mark.parametrize("words", [["H00000000000"], ["H99010100005", "--scheme", "x"]])
def test_what_cannot_be_told_is_one_sentence(sample_warehouse, words):
    found = run(sample_warehouse, "institution", *words)
    assert found.exit_code == 2
    assert found.stderr.startswith("错误：")
    assert found.stderr.count("\n") == 1
