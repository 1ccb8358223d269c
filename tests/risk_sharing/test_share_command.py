"""`share`: who bears a year's losses, from losses that are typed and from the county's own high-cost cases."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines import Period, load, open_county
from pipelines.cli import main
from pipelines.risk_sharing import high_cost_cases
from tests.files import INSTITUTION, SETTLEMENT, rows, write

TERMS = """
title = "大病保险共保"
begins = 2026-01-01
pool_limit_yuan = 70000000
deductible_yuan = 10000
premium_yuan = 1000
insurers = [{name = "甲", share = 30, leads = true}, {name = "乙", share = 25}, {name = "丙", share = 15}]
payers = [{name = "省财政", share = 6}, {name = "县财政", share = 4}]
treaties = [{form = "excess", reinsurer = "再保", limit_yuan = 30000000}]
"""
CASES = {"P1": ["40000.00", "20000.00"], "P2": ["90000.00"], "P3": ["500.00"], "P4": ["30000.00", "-30000.00"]}
CASES |= {f"P{n}": [f"{n}000.00"] for n in range(5, 9)}
LARGE = [90_000, 60_000, 8_000, 7_000, 6_000, 5_000]


def settlements() -> list[dict[str, str]]:
    listed = [(person, yuan) for person, told in CASES.items() for yuan in told]
    cells = [
        {"结算ID": f"S{n}", "人员编号": person, "居民大病保险资金支出": yuan, "基金支付总额": yuan, "医疗费总额": yuan}
        | ({"退费结算标志": "1"} if yuan.startswith("-") else {})
        for n, (person, yuan) in enumerate(listed)
    ]
    return rows(SETTLEMENT, *cells)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    files = [write(folder, [INSTITUTION], "roster.csv"), write(folder, settlements(), "june.csv")]
    told = load(folder / "warehouse", files, "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, [p.text for r in told for p in r.problems]
    (folder / "terms.toml").write_text(TERMS, "utf-8")
    return folder / "warehouse"


def said(warehouse: Path, *words: str, code: int = 0) -> str:
    terms = str(warehouse.parent / "terms.toml")
    result = CliRunner().invoke(main, ["--warehouse", str(warehouse), "share", "--terms", terms, *words])
    assert result.exit_code == code, result.output
    return result.output


def test_typed_losses_are_borne_layer_by_layer(warehouse):
    told = json.loads(said(warehouse, "--loss", "20,010,000", "--json"))
    borne = {each["payer"]: each["yuan"] for each in told["payments"] if each["layer"] == "pool"}
    assert borne == {"甲": 8571428.57, "乙": 7142857.14, "丙": 4285714.29}
    assert sum(Decimal(str(each["yuan"])) for each in told["payments"]) == 20_010_000
    assert told["premiums"] == [{"payer": "省财政", "yuan": 600}, {"payer": "县财政", "yuan": 400}]
    listed = said(warehouse, "--loss", "130010000")
    assert "赔付比例 76.92%" in listed, "70 of the pool and 30 of the reinsurer, of 130 million"
    assert "30,000,000.00" in listed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--loss", "两千万"), "“两千万”应为以元计的金额"),
        (("--loss", "1.001"), "最多到分"),
        (("--loss", "1", "--insured", "1", "--insured", "2"), "写了 1 笔损失、2 个保险金额"),
        (("--least", "50000"), "大病保险、大额补助赔付达到 50,000.00 元的太少：人数不足5人，不显示"),
        (("--history", "--withdraw", "1"), "一次只做一件：--withdraw、--history"),
        (("--compare", "99"), "没有第 99 号条款"),
        (("--least", "1000000"), "大病保险、大额补助赔付达到 1,000,000.00 元的一个人也没有"),
    ],
)
def test_what_can_not_be_is_told_in_a_sentence(warehouse, words, sentence):
    assert sentence in said(warehouse, *words, code=2)


def test_terms_that_are_no_terms_are_told_with_their_file(warehouse, tmp_path):
    (tmp_path / "other.toml").write_text("title = ", "utf-8")
    asked = ["--warehouse", str(warehouse), "share", "--terms", str(tmp_path / "other.toml"), "--loss", "1"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 2
    assert "other.toml 不是可读的条款文件" in result.output


def test_a_case_is_what_a_person_was_paid_in_the_period_refunds_taken_off(warehouse):
    found = high_cost_cases(open_county(warehouse), Period("2026-06", "2026-06"), Decimal(1000))
    assert [case.yuan for case in found] == LARGE


def test_the_own_cases_are_drawn_into_years_the_same_again(warehouse):
    words = ("--least", "1000", "--years", "200", "--seed", "3", "--json")
    told = json.loads(said(warehouse, *words))
    assert (told["cases"], told["cases_yuan"]) == (6, sum(LARGE))
    assert told == json.loads(said(warehouse, *words))
    by_layer = {each["layer"]: each for each in told["calls"]}
    yearly = 12 * sum(LARGE)  # of the one month that is loaded
    assert by_layer["deductible"]["expected_yuan"] + by_layer["pool"]["expected_yuan"] == pytest.approx(yearly, rel=0.1)
    assert by_layer["pool"]["rare_yuan"] > by_layer["pool"]["expected_yuan"]
    low, high = by_layer["pool"]["expected_range"]
    assert low < by_layer["pool"]["expected_yuan"] < high


# ---------------------------------------------------------------- the terms that are stored


def asked(warehouse: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--warehouse", str(warehouse), "share", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_stored_terms_are_used_listed_compared_and_brought_back(warehouse, tmp_path):
    copy = Path(shutil.copytree(warehouse, tmp_path / "warehouse"))
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(TERMS, "utf-8")
    second.write_text(TERMS.replace("limit_yuan = 30000000", "limit_yuan = 50000000"), "utf-8")
    assert "没有存下大病保险的条款" in asked(copy, "--loss", "1", code=2)
    assert "没有写原因" in asked(copy, "--save", str(first), code=2)
    asked(copy, "--save", str(first), "--why", "签约", "--by", "王")
    number = json.loads(asked(copy, "--history", "--json"))[0]["number"]
    asked(copy, "--save", str(second), "--why", "加一层", "--by", "李")
    assert excess(copy) == 50_000_000
    assert "年度限额（元） 30,000,000" in asked(copy, "--compare", str(number))
    asked(copy, "--restore", str(number), "--why", "没有批下来", "--by", "李")
    assert excess(copy) == 30_000_000
    listed = asked(copy, "--history")
    assert [line.split()[-1] for line in listed.splitlines()[1:]] == ["签约", "加一层", "没有批下来"]
    assert "现行" in listed.splitlines()[3]


def excess(warehouse: Path) -> int:
    told = json.loads(asked(warehouse, "--loss", "130010000", "--json"))
    return sum(each["yuan"] for each in told["payments"] if each["layer"] == "excess")
