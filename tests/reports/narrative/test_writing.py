"""The report's text says what the county's figures say: verbs by their sign, nothing where there is nothing."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

import pipelines
from pipelines import contracts
from pipelines.formulas import rounded
from reports import narrative, words
from reports.checking import check
from reports.document import Paragraph
from reports.narrative import facts, sections, slots, themes, written

H1 = pipelines.Period("2026-01", "2026-06")
MONTH = pipelines.Period("2026-05", "2026-05")
VERBS = {"增加": 1, "提高": 1, "减少": -1, "降低": -1, "下降": -1}


def said(county, text: str, period=H1, theme: str = "enrolment") -> str:
    return written(county, period, {theme: text})[0].text


@pytest.mark.parametrize("period", [H1, MONTH, pipelines.Period("2025-07", "2025-12")], ids=lambda period: period.label)
def test_the_verb_before_every_difference_follows_the_sign_of_the_difference(sample_county, period):
    names = list(slots())
    text = "\n".join(f"{name}：好{{{name}.比上年}}。" for name in names)
    lines = dict(line.split("：", 1) for line in said(sample_county, text, period).splitlines())
    for name in names:
        where = {dim: codes.split("+") for dim, codes in slots()[name].where}
        months = slots()[name].ref(period).period
        figure = pipelines.ask(sample_county, [slots()[name].kpi], months, where=where)[0]
        if None in (figure.exact, figure.exact_year_ago):
            assert lines.pop(name) == "好。"
            continue
        apart, verb = figure.exact - figure.exact_year_ago, re.search("增加|减少|提高|下降|降低|持平", lines[name])[0]
        assert VERBS.get(verb, 0) * apart >= 0, lines[name]
        printed = rounded(words.shown(figure.kpi, apart), words.digits(figure.kpi))
        assert verb != "持平" or printed == 0, lines[name]
        growth = re.search("，(增长|下降) [0-9,.]+%。", lines[name])
        assert not growth or (growth[1] == "增长") == (apart > 0), lines[name]
    assert len(lines) > 40


def test_no_rate_of_growth_is_told_of_what_was_below_zero(sample_county):
    later = pipelines.Period("2025-07", "2025-12")
    told = said(sample_county, "结余{居民当期结余}{居民当期结余.比上年}{居民当期结余.同比}。", later)
    assert told.endswith("，比上年同期的 −761.01 万元减少 804.20 万元，同比减少 804.20 万元。")


def test_a_difference_of_ratios_is_in_points_and_of_amounts_in_its_unit_and_per_cent(sample_county):
    assert (
        said(sample_county, "{居民参保率}{居民参保率.比上年}。") == "95.18%，比上年同期的 94.83% 提高 0.35 个百分点。"
    )
    told = said(sample_county, "{居民人均住院补偿}{居民人均住院补偿.比上年}。")
    assert told == "1,402 元，比上年同期的 1,144 元增加 258 元，增长 22.55%。"
    told = said(sample_county, "{县内次均费用}{县内次均费用.同比}{县内次均费用.比上年}。")
    assert told == "2,163 元，同比下降 4.04%，比上年同期的 2,254 元降低 91 元，下降 4.04%。"


def test_targets_are_told_by_side_and_a_pace_by_the_months_gone(sample_county):
    assert said(sample_county, "{居民参保率.对目标}。") == "，高于 95.00% 的目标 0.18 个百分点。"
    assert said(sample_county, "{生育扩面完成率.对目标}。") == "，低于 100.00% 的目标 7.93 个百分点。"
    assert said(sample_county, "{居民筹集进度.对目标}。") == "，快于时间进度 25.42 个百分点。"
    assert said(sample_county, "好{居民参保人数.对目标}。") == "好。"


def test_a_clause_without_its_figure_is_left_out_and_the_sentence_still_ends(sample_county):
    first = pipelines.Period("2024-07", "2024-09")
    assert (
        said(sample_county, "参保{居民参保人数}；支出{居民可支付月数}；", first).splitlines()[0] == "参保 456,687 人。"
    )
    assert (
        said(sample_county, "参保{居民参保人数}[，可支付{居民可支付月数}]。", first).splitlines()[0]
        == "参保 456,687 人。"
    )
    assert said(sample_county, "参保{居民参保人数}{居民参保人数.比上年}。", first) == "参保 456,687 人。"
    assert "基金征缴" in said(sample_county, "{居民可支付月数}。", first), "it says which upload is missing"


def test_conditions_say_nothing_themselves_and_decide_over_what_they_stand_in(sample_county):
    text = "序、涨了{居民住院总费用.若增长}。甲。\n序、跌了{居民住院总费用.若下降}。乙。\n序、有人{在编在岗人数.若有}。"
    assert said(sample_county, text) == "一是涨了。甲。\n二是有人。"
    assert said(sample_county, "序、跌了{居民住院总费用.若下降}。\n序、有人{在编在岗人数.若有}。") == "有人。"


def test_paragraphs_are_counted_past_ten_and_staffs_own_lines_keep_their_ends(sample_county):
    lines = said(sample_county, "\n".join(["序、有事。"] * 21 + ["下一步打算", "好吗？"])).splitlines()
    assert [lines[n].split("是")[0] for n in (0, 9, 10, 19, 20)] == ["一", "十", "十一", "二十", "二十一"]
    assert lines[-2:] == ["下一步打算", "好吗？"]


def test_what_is_not_said_is_told_with_why(sample_county):
    text = "参保{居民参保人数}；跌了{居民住院总费用.若下降}；去年{居民政策范围内比例.上年}[，欠{居民可支付月数}]。"
    (section,) = written(sample_county, pipelines.Period("2024-07", "2024-09"), {"enrolment": text})
    told = dict(section.unsaid)
    assert list(told) == ["跌了{居民住院总费用.若下降}；", "去年{居民政策范围内比例.上年}[，欠{居民可支付月数}]。"]
    assert told["去年{居民政策范围内比例.上年}[，欠{居民可支付月数}]。"] == "没有上年同期数"


def test_a_month_sets_what_adds_up_from_january_against_the_years_money(sample_county):
    half_year, month = (sections(sample_county, period, {})[2].text for period in (H1, MONTH))
    assert "，占当年应筹基金 13,419.16 万元的 46.59%" in half_year
    assert "年初以来累计支出 5,074.50 万元，占当年应筹基金 13,419.16 万元的 37.82%" in month
    five_months = pipelines.Period("2026-01", "2026-05")
    (paid,) = pipelines.ask(sample_county, ["fund_expenditure"], five_months, where={"scheme": "resident"})
    assert rounded(paid.exact / 10000, 2) == Decimal("5074.50")


def test_the_checker_of_written_reports_finds_nothing_impossible_in_it(sample_county):
    for period in (H1, MONTH):
        lines = [f"{each.title}\n{each.text}" for each in sections(sample_county, period, {})]
        found = check("\n".join([f"{period.label}工作总结", *lines])).findings
        assert len(found) > 30
        assert [each.message for each in found if each.verdict not in ("agrees", "rounding")] == []


def test_a_hostile_name_is_printed_as_it_stands(sample_county):
    bad = "甲{居民参保率}[院]。**<b>=1+1"
    county = replace(sample_county, names=dict.fromkeys(sample_county.names, bad))
    assert f"认定{bad}、{bad}等 6 家未严格履行" in sections(county, H1, {})[4].text


PERIODS = [H1, MONTH, pipelines.Period("2025-01", "2025-12"), pipelines.Period("2026-05", "2027-02")]


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: period.label)
def test_no_text_has_a_hole_a_brace_or_a_doubled_mark(sample_county, period):
    found = sections(sample_county, period, {})
    assert [each.theme for each in found] == list(themes())
    for section in found:
        assert section.blocks and all(isinstance(block, Paragraph) for block in section.blocks)
        assert not re.search(r"None|nan|—(?!\d)|[{}\[\]]|，，|，。|。。|；。|、。|（）| [，。；]", section.text), (
            section.text
        )
        assert section.text.endswith("。")
        assert all(quote.value is not None for quote in section.quotes().values())


def test_institutions_are_named_and_counted(half_year, sample_county):
    found = re.search("认定(.+?)、(.+?)等 6 家", half_year["agreements"].text)
    codes = {name: code for code, name in sample_county.names.items()}
    where = {"activity": "agreement_check", "institution": [codes[name] for name in found.groups()]}
    assert (
        pipelines.ask(sample_county, ["penalised_institutions"], H1, where={"activity": "agreement_check"})[0].value
        == 6
    )
    assert pipelines.ask(sample_county, ["violation_cases"], H1, where=where)[0].value >= 2


def test_problems_are_what_the_figures_call_for(half_year, sample_county):
    problems = half_year["problems"].text
    assert "生育扩面任务完成率为 92.07%，低于 100.00% 的目标 7.93 个百分点" in problems
    assert "居民参保率" not in problems, "its target is met"
    assert "居民住院实际补偿比例" not in problems, "it is better than last year"
    assert "11 笔应收款项逾期未到账，合计 77,977.05 元" in problems
    assert "违规" not in facts.beyond_limits(sample_county, H1)[0], "a comparison is no finding of guilt"
    assert not facts.overdue_money(sample_county, pipelines.Period("2026-05", "2027-02")), (
        "nothing is told of months to come"
    )


def test_every_figure_and_list_that_a_theme_introduces_is_said_in_some_text(half_year):
    texts = "".join(theme.text for theme in themes().values())
    assert [name for name in (*slots(), *narrative.listings()) if "{" + name not in texts] == []


def test_figures_are_named_by_what_they_count():
    for name, slot in slots().items():
        schemes = [contracts.zh("scheme", code) for dim, code in slot.where if dim == "scheme"]
        assert all(other not in name for other in {"居民", "职工", "生育"} - set(schemes) if schemes), name
