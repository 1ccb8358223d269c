"""门诊一般诊疗费总额: the rules month by month, how far a limit lasts, next year's limits, money moved."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import Period, ask, consultation, load, one_county, open_county
from pipelines.access import Scope
from pipelines.answers.county import opened_once, part_of
from pipelines.cli import main
from pipelines.consultation import WEIGHTS, Basis, ConsultationError, Move
from pipelines.consultation.outlook import looked_back, outlook, reached
from pipelines.consultation.proposing import shared_out
from pipelines.store.builds import in_force
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, rows, write

MONTHS = Period("2026-01", "2026-12").months
MONEY = st.integers(-5_000_00, 90_000_00).map(lambda fen: Decimal(fen) / 100)
LIMIT = st.integers(0, 300_000_00).map(lambda fen: Decimal(fen) / 100)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def used_in(*yuan) -> dict[str, Decimal]:
    return dict(zip(MONTHS, map(Decimal, yuan), strict=False))


# ---------------------------------------------------------------- the rules


@pytest.mark.parametrize(
    ("used", "paid", "borne"),
    [((40, 40, 40), [40, 40, 20], [0, 0, 20]), ((30, 30, -10), [30, 30, -10], [0, 0, 0])],
)
def test_what_was_used_is_paid_until_the_limit_and_what_goes_beyond_is_borne(used, paid, borne):
    told = consultation.applied(Decimal(100), used_in(*used), MONTHS[: len(used)])
    assert [each.paid_yuan for each in told] == paid
    assert [each.borne_yuan for each in told] == borne


@QUICK
@given(LIMIT, st.lists(MONEY, min_size=1, max_size=12))
def test_never_more_than_the_limit_is_paid_and_every_fen_is_paid_or_borne(limit, amounts):
    told = consultation.applied(limit, used_in(*amounts), MONTHS[: len(amounts)])
    paid = Decimal(0)
    for place, each in enumerate(told, 1):
        paid += each.paid_yuan
        assert 0 <= paid <= limit
        assert each.so_far_yuan == sum(amounts[:place])
        assert each.paid_yuan + each.borne_yuan == each.used_yuan


@QUICK
@given(LIMIT, LIMIT, st.lists(LIMIT, min_size=1, max_size=12))
def test_a_higher_limit_pays_no_less_and_runs_out_no_earlier(limit, more, amounts):
    used, months = used_in(*amounts), MONTHS[: len(amounts)]
    low, high = (consultation.applied(each, used, months) for each in (limit, limit + more))
    assert sum(m.paid_yuan for m in low) <= sum(m.paid_yuan for m in high)
    first, then = (reached(each, {m: Fraction(y) for m, y in used.items()}) for each in (limit, limit + more))
    assert not then or (first and first <= then)


# ---------------------------------------------------------------- how far it lasts


def test_the_month_it_runs_out_is_a_range_of_three_readings():
    season = dict(zip(MONTHS, [Decimal(1)] * 6 + [Decimal(2)] * 6, strict=True))
    told = outlook(Decimal(1000), used_in(50, 50, 50, 50, 100, 100), MONTHS[:6], season)
    # 400 in six months; the season doubles: 400 + 6 x 133.33; the year's mean 66.67: 800; lately 83.33: 900
    assert told.whole_yuan == {"season": Decimal("1200.00"), "year": Decimal("800.00"), "lately": Decimal("900.00")}
    assert (told.first, told.last, told.runs_out) == ("2026-11", "", None)
    assert told.told == "11月，也可能够用"
    assert told.over_yuan() == (0, 200)
    tighter = outlook(Decimal(700), used_in(50, 50, 50, 50, 100, 100), MONTHS[:6], season)
    assert (tighter.first, tighter.last, tighter.told) == ("2026-09", "2026-11", "9月—11月")


def test_a_limit_that_is_spent_names_its_month_and_one_that_lasts_says_so():
    assert outlook(Decimal(70), used_in(40, 40, 40), MONTHS[:3], {}).told == "2月已用完"
    assert outlook(Decimal(999), used_in(40, 40, 40), MONTHS[:3], {}).told == "年内够用"


def test_what_cannot_be_known_is_said():
    early = outlook(Decimal(70), used_in(40, 20), MONTHS[:2], {})
    assert (early.known, early.runs_out) == (False, None)
    assert (early.told, early.why) == ("还推不出", "只有 2 个月，至少 3 个月才推得出")
    assert outlook(Decimal(70), used_in(4, 4, 4), MONTHS[:3], {}).why == "上年不满 12 个月，不知道季节"


def test_the_readings_are_looked_back_on_a_whole_last_year():
    last_year = dict(zip(MONTHS, map(Decimal, [10] * 6 + [20] * 6), strict=True))
    assert looked_back(last_year, 6) == {"year": Decimal("-33.3"), "lately": Decimal("-33.3")}
    assert looked_back(dict(list(last_year.items())[:11]), 6) == {}


# ---------------------------------------------------------------- next year's limits

BASES = st.lists(st.tuples(*[st.integers(0, 50_000)] * 4), min_size=1, max_size=12).map(
    lambda rows: {f"乡{n}": Basis(f"乡{n}", *row) for n, row in enumerate(rows)}
)


@QUICK
@given(BASES.filter(lambda bases: any(b.insured for b in bases.values())), st.integers(1, 9_000_000_00))
def test_the_proposed_limits_add_up_to_the_total_to_the_fen(bases, fen):
    total = Decimal(fen) / 100
    limits, _ = shared_out(bases, total, WEIGHTS)
    assert sum(limits.values()) == total
    assert all(yuan >= 0 for yuan in limits.values())
    more, _ = shared_out(bases, total + Decimal("0.01"), WEIGHTS)
    assert all(more[town] >= limits[town] for town in limits)


def test_each_factor_weighs_as_it_is_told():
    bases = {"甲": Basis("甲", 100, 50, 30, None), "乙": Basis("乙", 300, 50, 90, None)}
    assert shared_out(bases, Decimal(400), {"insured": Decimal(1)})[0] == {"甲": 100, "乙": 300}
    assert shared_out(bases, Decimal(400), {"insured": Decimal(1), "rate": Decimal(1)})[0] == {"甲": 150, "乙": 250}
    limits, left_out = shared_out(bases, Decimal(400), {"insured": Decimal(1), "persons": Decimal(9)})
    assert (limits, left_out) == ({"甲": 100, "乙": 300}, ("persons",))


@pytest.mark.parametrize(
    ("total", "weights", "why"),
    [
        ("100", {"insured": Decimal(0)}, "权重都是 0"),
        ("100", {"insured": Decimal(-1)}, "insured"),
        ("100", {"age": Decimal(1)}, "age"),
        ("0", {"insured": Decimal(1)}, "总额"),
        ("0.001", {"insured": Decimal(1)}, "总额"),
    ],
)
def test_weights_and_totals_that_are_none_are_refused_in_words(total, weights, why):
    with pytest.raises(ConsultationError, match=why):
        shared_out({"甲": Basis("甲", 100, 50, 30, None)}, Decimal(total), weights)


# ---------------------------------------------------------------- the sample county, and a second way


@pytest.fixture(scope="module")
def june(sample_county):
    return consultation.standing(sample_county, 2026, "2026-06")


def test_what_the_townships_used_is_the_kpi_of_their_institutions(sample_county, june):
    towns = dict(sample_county.fetch("select institution, town from dim_institution"))
    where = {"scheme": "resident"}
    found: dict[str, Decimal] = {}
    for figure in ask(sample_county, ["consultation_fee"], Period("2026-01", "2026-06"), ["institution"], where):
        town = towns[figure.dims["institution"]]
        found[town] = found.get(town, Decimal(0)) + figure.value
    assert {each.town: each.used_yuan for each in june.townships} == found
    (limit, use) = ask(
        sample_county, ["consultation_limit", "consultation_limit_use"], Period("2026-01", "2026-06"), where=where
    )
    assert june.limit_yuan == limit.value == 7_100_000
    assert use.value == (100 * june.used_yuan / june.limit_yuan).quantize(Decimal("0.01"))


def test_the_sample_has_townships_that_run_out_and_more_that_do_not(june):
    out, may = len(june.running_out), len(june.doubtful)
    assert 0 < out < out + may < len(june.townships)
    assert june.whole_yuan[0] < june.limit_yuan
    low, high = june.over_yuan
    by_hand = [
        sum(max(each.outlook.whole_yuan[name] - each.limit_yuan, 0) for each in june.townships)
        for name in ("season", "year", "lately")
    ]
    assert (low, high) == (min(by_hand), max(by_hand))


def test_a_year_that_is_over_is_told_as_it_went(sample_county):
    year = consultation.standing(sample_county, 2025, "2025-12")
    spent = {each.town for each in year.townships if each.used_yuan > each.limit_yuan}
    assert {each.town for each in year.running_out} == spent
    assert year.over_yuan == (year.borne_yuan, year.borne_yuan)
    assert year.paid_yuan == sum(min(each.used_yuan, each.limit_yuan) for each in year.townships)


def test_money_is_moved_from_those_that_leave_some_and_the_total_stays(june):
    after = consultation.balanced(june)
    assert sum(after.values()) == june.limit_yuan
    for row in consultation.compared(june, after):
        assert row.change_yuan <= 0 or row.short_before_yuan > 0
        assert row.short_after_yuan <= row.short_before_yuan
    spare = sum(max(each.limit_yuan - each.outlook.high_yuan, 0) for each in june.townships)
    lacking = sum(max(each.outlook.high_yuan - each.limit_yuan, 0) for each in june.townships)
    moved = sum(max(after[each.town] - each.limit_yuan, 0) for each in june.townships)
    assert moved == min(spare, lacking) > 0


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (Move("没有镇", "乙", Decimal(1)), "没有乡镇"),
        (Move("甲", "甲", Decimal(1)), "不成立"),
        (Move("甲", "乙", Decimal("-1")), "不成立"),
        (Move("甲", "乙", Decimal("100.01")), "只有 100.00 元"),
    ],
)
def test_moves_that_cannot_be_are_refused_in_words(move, why):
    limits = {"甲": Decimal(100), "乙": Decimal(50)}
    with pytest.raises(ConsultationError, match=why):
        consultation.moved(limits, [move])
    assert consultation.moved(limits, [Move("甲", "乙", Decimal(30))]) == {"甲": 70, "乙": 80}


def test_next_years_limits_follow_from_the_last_twelve_months(sample_county, june):
    made = consultation.proposed(sample_county, 2027)
    assert made.period == Period("2025-07", "2026-06")
    assert sum(made.limits.values()) == made.total_yuan == june.limit_yuan
    where = {"scheme": "resident"}
    towns = {f.dims["town"]: f for f in ask(sample_county, ["insured_persons"], made.period, ["town"], where)}
    assert {town: base.insured for town, base in made.bases.items()} == {t: f.value for t, f in towns.items() if t}
    (visits,) = ask(sample_county, ["primary_visits"], made.period, where=where)
    assert sum(base.visits for base in made.bases.values()) == visits.value
    assert all(0 < base.persons < base.visits for base in made.bases.values())


def test_the_proposal_is_an_upload_that_is_accepted_and_read_back(sample_county, tmp_path):
    made = consultation.proposed(sample_county, 2027)
    heads, lines = consultation.as_file(sample_county, 2027, made.limits)
    told = write(tmp_path, [dict(zip(heads, line, strict=True)) for line in lines], "budgets_2027.csv")
    (receipt,) = load(tmp_path / "warehouse", [told], "测试")
    assert receipt.status == "loaded", [problem.text for problem in receipt.problems]
    county = open_county(tmp_path / "warehouse")
    assert consultation.limits_of(county, 2027) == made.limits
    assert dict(county.fetch("select kind, fee_yuan from fct_consultation_fee")) == dict(june_fees(sample_county))


def june_fees(county) -> list[tuple]:
    return county.fetch("select kind, fee_yuan from fct_consultation_fee where year = 2026")


# ---------------------------------------------------------------- a small county: what is missing, what is odd

BUDGET = {
    "年度": "2026",
    "险种类型": "390",
    "项目": "一般诊疗费限额",
    "乡镇": "云溪镇",
    "机构类别": "",
    "金额": "100.00",
}
FEE = {"项目": "一般诊疗费标准", "乡镇": ""}
PLACES = [
    INSTITUTION | {"机构类别": "乡镇卫生院", "乡镇": "云溪镇"},
    INSTITUTION | {"机构编码": "H99010100002", "机构名称": "云溪村卫生室", "机构类别": "村卫生室", "乡镇": ""},
]
VISIT = SETTLEMENT | {"医疗类别": "11", "住院天数": ""}


def small(folder: Path, budgets: list[dict], months: str = "123") -> Path:
    visits = [{"结算日期": f"2026-0{month}-05"} for month in months for _ in range(6)]
    visits.append(
        {"结算日期": f"2026-0{months[-1]}-09", "退费结算标志": "1", "医疗费总额": "-20", "基金支付总额": "-8"}
    )
    visits.append({"结算日期": f"2026-0{months[-1]}-08", "定点医药机构编号": "H99010100002"})
    files = [write(folder, PLACES, "roster.csv"), write(folder, rows(VISIT, *visits), "visits.csv")]
    files += [write(folder, budgets, "budgets.csv")] if budgets else []
    told = load(folder / "warehouse", files, "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, [p.text for r in told for p in r.problems]
    return folder / "warehouse"


def test_refunds_count_against_use_and_an_institution_without_a_township_is_told_apart(tmp_path):
    fees = [FEE | {"机构类别": kind, "金额": yuan} for kind, yuan in (("乡镇卫生院", "8"), ("村卫生室", "4"))]
    warehouse = small(tmp_path, rows(BUDGET, {}, *fees))
    (each,) = (found := consultation.standing(open_county(warehouse), 2026)).townships
    assert [month.used_yuan for month in each.months] == [48, 48, 40]
    assert [month.paid_yuan for month in each.months] == [48, 48, 4]
    assert each.outlook.told == "3月已用完"
    assert found.ledger.unlimited == {"": 4}


@pytest.mark.parametrize(
    ("changes", "why"),
    [([], "一般诊疗费限额"), ([{}], "一般诊疗费标准"), ([{"乡镇": ""}, FEE | {"机构类别": "村卫生室"}], "分到乡镇")],
)
def test_missing_limits_and_fees_are_named(tmp_path, changes, why):
    county = open_county(small(tmp_path, rows(BUDGET, *changes)))
    with pytest.raises(ConsultationError, match=why):
        consultation.standing(county, 2026)


def test_a_month_that_lacks_ends_what_is_counted(tmp_path):
    county = open_county(small(tmp_path, rows(BUDGET, {}, FEE | {"机构类别": "乡镇卫生院", "金额": "8"}), "124"))
    found = consultation.standing(county, 2026)
    assert (found.months, found.ledger.missing) == (("2026-01", "2026-02"), ("2026-03",))


def test_a_fee_names_a_kind_of_primary_institution_and_nothing_else_does(tmp_path):
    wrong = rows(BUDGET, FEE, FEE | {"机构类别": "药店"}, {"机构类别": "村卫生室"})
    (receipt,) = load(tmp_path / "warehouse", [write(tmp_path, wrong, "budgets.csv")], "测试")
    assert len([p for p in receipt.problems if "一般诊疗费标准要填机构类别" in p.text]) == 3


# ---------------------------------------------------------------- parts of the county, and counties of a city


def test_a_township_is_told_its_limit_and_why_not_more(sample_county):
    own = part_of(sample_county, Scope(towns=("鹭堰乡",)))
    assert list(consultation.limits_of(own, 2026)) == ["鹭堰乡"]
    for asked in (consultation.standing, consultation.proposed):
        with pytest.raises(ConsultationError, match="不属于本账号的数据范围"):
            asked(own, 2026)


def test_each_county_of_a_city_has_its_own_townships_and_they_add_up(city):
    whole = consultation.standing(city, 2026)
    parts = [consultation.standing(one_county(city, code), 2026) for code in city.counties]
    told = {each.town: each for part in parts for each in part.townships}
    assert told == {each.town: replace(each, outlook=told[each.town].outlook) for each in whole.townships}
    assert sum(part.used_yuan for part in parts) == whole.used_yuan > 0
    assert sum(part.limit_yuan for part in parts) == whole.limit_yuan
    by_county = {
        f.dims["county"]: f.value for f in ask(city, ["consultation_limit"], Period("2026-01", "2026-06"), ["county"])
    }
    assert by_county == {code: part.limit_yuan for code, part in zip(city.counties, parts, strict=True)}


# ---------------------------------------------------------------- for those who may see no persons

TOWNS = "甲乙丙丁戊"  # 甲, 乙: a clinic with others every month; 丙, 丁: one with two and three all year; 戊: none


def patients(month: int) -> list[dict[str, str]]:
    """The month's visits: six persons in each health centre, few in the clinics of its first half."""
    centres = [(f"H9901010000{n}", f"{town}{person}") for n, town in enumerate(TOWNS, 1) for person in range(6)]
    few = {1: (2, month), 2: (3, month)} if month < 7 else {}
    few |= {3: (2, 0), 4: (3, 0)} if month < 4 else {}
    clinics = [(f"H9901010001{n}", f"室{n}{m}{k}") for n, (many, m) in few.items() for k in range(many)]
    day = {"结算日期": f"2025-{month:02d}-05"}
    return [
        day | {"定点医药机构编号": code, "人员编号": f"P{who}", "乡镇": f"{TOWNS[int(code[-1]) - 1]}乡"}
        for code, who in centres + clinics
    ]


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> Path:
    """A warehouse of five townships and a year, in whose village clinics few persons are seen."""
    folder = tmp_path_factory.mktemp("few")
    roster = [
        INSTITUTION
        | {"机构编码": f"H990101000{kind}{n}", "机构名称": town + name, "机构类别": name, "乡镇": f"{town}乡"}
        for n, town in enumerate(TOWNS, 1)
        for kind, name in enumerate(("乡镇卫生院", "村卫生室"))
    ]
    year = {"年度": "2025"}
    limits = [year | {"乡镇": f"{town}乡", "金额": "1000.00"} for town in TOWNS]
    fees = [year | FEE | {"机构类别": kind, "金额": "8"} for kind in ("乡镇卫生院", "村卫生室")]
    insured = [
        {"统计年月": "2025-12", "乡镇": f"{town}乡", "参保人数": str(100 * n)} for n, town in enumerate(TOWNS, 1)
    ]
    visits = [row for month in range(1, 13) for row in patients(month)]
    files = {"roster": roster, "visits": rows(VISIT, *visits), "insured": rows(ENROLMENT, *insured)}
    files |= {"budgets": rows(BUDGET, *limits, *fees)}
    told = load(folder / "warehouse", [write(folder, listed, f"{name}.csv") for name, listed in files.items()], "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, [p.text for r in told for p in r.problems]
    return (folder / "warehouse").resolve()


def test_a_township_is_shown_only_where_its_institutions_together_may_be_asked_for(few):
    veiled, codes = opened_once(few, in_force(few), persons=False), {}
    for code, town in veiled.fetch("select institution, town from dim_institution"):
        codes.setdefault(town, []).append(code)

    def told(town, period):
        where = {"scheme": "resident", "institution": codes[town]}
        return ask(veiled, ["consultation_fee"], period, where=where)[0].value

    found, whole = (consultation.standing(county, 2025, "2025-12") for county in (veiled, open_county(few)))
    year = Period("2025-01", "2025-12")
    known = {town: value for town in sorted(codes) if (value := told(town, year)) is not None}
    assert {each.town: each.used_yuan for each in found.townships} == known
    assert {*found.ledger.hidden} == {*codes} - {*known} != set()
    assert found.limit_yuan == 1000 * len(known) < whole.limit_yuan
    for each in found.townships:
        months = [told(each.town, Period(month, month)) for month in year.months]
        assert (None not in months) is each.monthly
        assert not each.monthly or months == [month.used_yuan for month in each.months]
    assert {each.monthly for each in found.townships} == {True, False}


def test_limits_are_proposed_without_giving_few_persons_away(few):
    counties = opened_once(few, in_force(few), persons=False), open_county(few)
    made, whole = (consultation.proposed(county, 2026) for county in counties)
    assert sum(made.limits.values()) == whole.total_yuan == 5000
    apart = [base for base in made.bases.values() if base.apart]
    assert {base.town for base in apart} == {*consultation.standing(counties[0], 2025).ledger.hidden}
    assert sum(base.visits for base in apart) == sum(whole.bases[base.town].visits for base in apart)
    assert all(base.visits == whole.bases[base.town].visits for base in made.bases.values() if not base.apart)
    assert len({base.visits / base.insured for base in apart}) == 1
    by_town = ask(counties[0], ["primary_visits"], made.period, ["town"], {"scheme": "resident"})
    assert (made.left_out == ("rate",)) is any(figure.value is None for figure in by_town)


# ---------------------------------------------------------------- the command


def said(warehouse: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--warehouse", str(warehouse), "limits", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_tells_the_same(sample_warehouse, june):
    told = json.loads(said(sample_warehouse, "--to", "2026-06", "--json"))
    assert told["used_yuan"] == float(june.used_yuan)
    assert told["run_out"] == [each.town for each in june.running_out]
    assert "总额不变：7,100,000.00 元" in said(sample_warehouse, "--balance")
    assert "权重 参保人数 1" in said(sample_warehouse, "--propose", "2027", "--weight", "参保人数=1")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--move", "霁川镇"], "读不懂"),
        (["--move", "霁川镇=鹭堰乡=很多"], "应为以元计的金额"),
        (["--propose", "2027", "--weight", "年龄=1"], "读不懂"),
        (["--propose", "2031"], "未上传：结算明细 2030年"),
    ],
)
def test_what_the_command_cannot_read_is_one_sentence(sample_warehouse, words, why):
    assert why in said(sample_warehouse, *words, code=2)
