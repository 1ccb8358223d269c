"""指标考核: who misses a target, what the rule deducts, what other terms would change, targets drafted and changed."""

import csv
import random
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest

from pipelines import Period, amend, events, kpis, load, open_county, undo
from pipelines.assessment import (
    TABLE,
    Assessment,
    AssessmentError,
    Change,
    Judged,
    Target,
    Terms,
    as_file,
    assess,
    draft,
    fairness,
    few_cases,
    missed_by,
    moved,
    proposed,
    row_of,
    simulate,
    targets_of,
)
from tests.files import INSTITUTION, PENALTY, SETTLEMENT, TARGET, rows, write
from tests.test_cli import read_json, run, told_in_one_sentence

HALF_YEAR, FEBRUARY = Period("2026-01", "2026-06"), Period("2026-02", "2026-02")
COUNTY_HOSPITAL, TOWNSHIP, OTHER = "H99010100001", "H99010100002", "H99010100003"


def terms(step="1", basis="percent", points="1", most="10", yuan="519") -> Terms:
    told = (None if value is None else Decimal(value) for value in (step, points, most, yuan))
    step, points, most, yuan = told
    return Terms(step, basis, points, most, yuan)


def line(value, target="1000", institution="A", kpi="cost_per_case", operator="<=", cases="100", **rule) -> Judged:
    told = Target(
        *(2026, institution, None, kpi, "resident", "390", "control", operator, Decimal(target)),
        *((None, None, None), terms(**rule), None, None),
    )
    return Judged(institution, kpis()[kpi], told, None if value is None else Decimal(value), Decimal(cases))


def assessment(*lines: Judged) -> Assessment:
    return Assessment(HALF_YEAR, lines, {})


# ---------------------------------------------------------------- the rule


@pytest.mark.parametrize(
    ("beyond", "target", "rule", "yuan"),
    [
        ("30", "1000", {}, "1557.00"),  # exactly three steps of 1 % are three
        ("30.01", "1000", {}, "2076.00"),  # a step that is begun counts
        ("0.01", "1000", {}, "519.00"),
        ("0", "1000", {}, "0.00"),
        ("-5", "1000", {}, "0.00"),
        ("500", "1000", {}, "5190.00"),  # no more than the most points
        ("500", "1000", {"most": None}, "25950.00"),
        ("0.6", "90", {"basis": "unit", "step": "0.2"}, "1557.00"),
        ("7", "1000", {"step": None, "points": "2"}, "1038.00"),  # no steps: a miss is a miss
        ("3", "0", {}, "519.00"),  # a target of 0 has no per cent
        ("12", "1000", {"points": "0.5", "yuan": "0.33"}, "0.33"),
        ("1", "1000", {"points": "0.5", "yuan": "0.33"}, "0.17"),  # 0.165: HALF_UP
        ("12", "1000", {"yuan": None}, None),
        ("12", "1000", {"points": None}, None),
    ],
)
def test_a_miss_is_paid_for_by_the_step(beyond, target, rule, yuan):
    found = terms(**rule).yuan_for(Decimal(beyond), Decimal(target))
    assert found == (None if yuan is None else Decimal(yuan))


def test_the_points_of_many_misses_are_those_counted_step_by_step():
    rng = random.Random(7)
    for _ in range(300):
        target, step = Fraction(rng.randint(1, 40000), 4), Fraction(rng.randint(1, 40), 8)
        beyond = Fraction(rng.randint(1, 20000), 100)
        steps, reached = 0, Fraction(0)
        while reached < beyond and steps < 10:
            reached += step * target / 100
            steps += 1
        exact = (Decimal(each.numerator) / each.denominator for each in (beyond, target))
        assert terms(step=str(float(step))).points_for(*exact) == steps


@pytest.mark.parametrize(
    ("rule", "operator", "unit", "words"),
    [
        ({}, "<=", "元", "每高出目标 1% 扣 1 分，最多 10 分，每分 519 元"),
        ({"basis": "unit", "step": "0.20"}, ">=", "%", "每低于目标 0.2 个百分点 扣 1 分，最多 10 分，每分 519 元"),
        ({"step": None, "most": None, "yuan": None}, "<=", "元", "未达标 扣 1 分，每分金额未定"),
        ({"points": None}, "<=", "元", "没有约定扣减办法"),
    ],
)
def test_a_rule_is_told_in_words(rule, operator, unit, words):
    assert terms(**rule).told(operator, unit) == words


# ---------------------------------------------------------------- met, near, missed


@pytest.mark.parametrize(
    ("value", "target", "more", "state"),
    [
        ("1000.01", "1000", {}, "missed"),
        ("1000.00", "1000", {}, "nearly"),
        ("950.01", "1000", {}, "nearly"),
        ("950.00", "1000", {}, "met"),  # 5 % away is not near
        ("89.99", "90", {"kpi": "compliance_ratio", "operator": ">="}, "missed"),
        ("90.99", "90", {"kpi": "compliance_ratio", "operator": ">="}, "nearly"),
        ("91.00", "90", {"kpi": "compliance_ratio", "operator": ">="}, "met"),  # of a ratio, a percentage point
        (None, "1000", {}, "unknown"),
    ],
)
def test_a_target_is_met_nearly_met_or_missed(value, target, more, state):
    assert line(value, target, **more).state == state


def test_an_institution_fails_once_however_much_it_misses():
    found = assessment(
        line("1030", institution="A"),
        line("1060", institution="A", kpi="alos"),
        line("990", institution="B"),
        line("10", institution="B", kpi="alos"),
        line("500", institution="C"),
    )
    assert (found.failing, found.near) == (["A"], ["B"])
    assert (found.points, found.yuan) == (Decimal(9), Decimal("4671.00"))
    assert {kpi: len(lines) for kpi, lines in missed_by(found).items()} == {"cost_per_case": 1, "alos": 1}


def test_the_ledger_is_set_against_the_rule_institution_by_institution():
    found = replace(
        assessment(line("1030", institution="A"), line("1010", institution="B"), line("900", institution="C")),
        booked={"A": Decimal("1557.00"), "B": Decimal("500.00"), "D": Decimal("7.00")},
    )
    assert found.disagreeing == {
        "B": (Decimal("519.00"), Decimal("500.00")),
        "D": (Decimal("0.00"), Decimal("7.00")),
    }


# ---------------------------------------------------------------- a county


def roster() -> list[dict]:
    signed = {"协议编号": "X1", "协议起始日期": "2026-01-01", "协议状态": "正常"}
    return [
        INSTITUTION | signed,
        INSTITUTION | signed | {"机构编码": TOWNSHIP, "机构名称": "甲乡卫生院", "机构类别": "乡镇卫生院"},
        INSTITUTION | signed | {"机构编码": OTHER, "机构名称": "乙乡卫生院", "机构类别": "乡镇卫生院"},
    ]


def warehouse_of(folder, targets: list[dict], **more: list[dict]):
    """Two stays at each of two institutions in 2026-02, one of an employee; the third has none."""
    stays = [
        {"定点医药机构编号": COUNTY_HOSPITAL, "医疗费总额": "2100.00"},
        {"定点医药机构编号": COUNTY_HOSPITAL, "医疗费总额": "2150.50"},
        {"定点医药机构编号": COUNTY_HOSPITAL, "医疗费总额": "9000.00", "险种类型": "310"},
        {"定点医药机构编号": TOWNSHIP, "医疗费总额": "1980.00"},
        {"定点医药机构编号": TOWNSHIP, "医疗费总额": "1200.00"},
    ]
    listed = {
        "paid": rows(SETTLEMENT, *(stay | {"结算日期": "2026-02-10"} for stay in stays)),
        "roster": roster(),
        "targets": targets,
    } | more
    paths = [write(folder, table, f"{name}.csv") for name, table in listed.items()]
    receipts = load(folder / "warehouse", paths, "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return folder / "warehouse"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Targets of the county, of a kind, and of two institutions."""
    targets = [
        TARGET | {"机构类别": "全县", "目标值": "1"},
        TARGET | {"机构类别": "乡镇卫生院", "目标值": "1500"},
        TARGET | {"机构编码": COUNTY_HOSPITAL},
        TARGET | {"机构编码": COUNTY_HOSPITAL, "险种类型": "", "目标值": "4400", "每档扣分": ""},
        TARGET | {"机构编码": TOWNSHIP, "指标": "平均住院日", "目标值": "7", "每档按": "指标单位", "每档幅度": "0.4"},
        TARGET | {"机构编码": TOWNSHIP, "指标": "参保率", "判定": "≥", "目标值": "95"},
    ]
    fined = [PENALTY | {"发现途径": "指标考核", "发现日期": "2026-02-20", "考核扣减": "3500.00"}]
    return warehouse_of(tmp_path_factory.mktemp("assessed"), targets, ledger=fined)


def told(found: Assessment) -> dict:
    return {(one.institution, one.kpi.id, one.target.scheme): one for one in found.judged}


def test_each_institution_is_held_against_its_own_targets_else_those_of_its_kind(warehouse):
    found = told(assess(open_county(warehouse), FEBRUARY))
    resident = found[COUNTY_HOSPITAL, "cost_per_case", "resident"]
    assert (resident.value, resident.beyond, resident.points) == (Decimal("2125.25"), Decimal("125.25"), 7)
    everyone = found[COUNTY_HOSPITAL, "cost_per_case", None]
    assert everyone.value == Decimal("4416.83")  # all three stays
    assert (everyone.state, everyone.points, everyone.yuan) == ("missed", None, None)  # no points were agreed
    own = found[TOWNSHIP, "alos", "resident"]
    assert (own.value, own.points) == (Decimal("8.00"), 3)  # one day too long, steps of 0.4
    assert found[TOWNSHIP, "cost_per_case", "resident"].points == 6  # 1590 against 1500 of its kind
    assert found[OTHER, "cost_per_case", "resident"].state == "unknown"
    assert {one.cases for one in found.values()} == {Decimal(2), Decimal(3), None}


def test_what_cannot_be_judged_is_said_and_what_is_missed_without_a_rule_too(warehouse):
    found = assess(open_county(warehouse), FEBRUARY)
    assert found.left_out == (("参保率", "这个指标不能分机构"),)
    assert [one.target.scheme for one in found.without_rule if one.state == "missed"] == [None]
    assert found.failing == [TOWNSHIP, COUNTY_HOSPITAL]
    assert found.yuan == 500 * (7 + 3 + 6)
    assert found.disagreeing == {TOWNSHIP: (Decimal("4500.00"), Decimal(0))}


def test_two_years_have_no_one_target(warehouse):
    with pytest.raises(AssessmentError, match="跨了两年"):
        assess(open_county(warehouse), Period("2025-12", "2026-06"))
    assert assess(open_county(warehouse), Period("2025-01", "2025-06")).judged == ()


def test_months_that_were_not_uploaded_are_said_and_not_judged(warehouse):
    found = assess(open_county(warehouse), HALF_YEAR)
    assert {one.state for one in found.judged} == {"unknown"}
    assert {one.missing for one in found.judged if one.institution == COUNTY_HOSPITAL} == {
        "未上传：结算明细 2026年1月、2026年3月、2026年4月等 5 期"
    }


def test_a_target_changed_by_hand_counts_and_can_be_taken_back(tmp_path):
    warehouse = warehouse_of(tmp_path, [TARGET | {"机构编码": COUNTY_HOSPITAL}, TARGET | {"机构编码": TOWNSHIP}])
    (target,) = [t for t in targets_of(open_county(warehouse), 2026) if t.institution == COUNTY_HOSPITAL]
    assert assess(open_county(warehouse), FEBRUARY).failing == [COUNTY_HOSPITAL]
    looser = row_of(replace(target, value=Decimal("2200.5")))
    receipt = amend(warehouse, TABLE, [looser], "李四", "经中心批准")
    assert receipt.status == "loaded"
    found = targets_of(open_county(warehouse), 2026)
    assert [(t.institution, t.value) for t in found] == [(COUNTY_HOSPITAL, Decimal("2200.5")), (TOWNSHIP, 2000)]
    assert found[0] == replace(target, value=found[0].value)  # every other cell is as it was
    assert assess(open_county(warehouse), FEBRUARY).failing == []
    assert events(warehouse)[-1].why == "经中心批准"
    undo(warehouse, receipt.batch.id, "李四", "批错了")
    assert assess(open_county(warehouse), FEBRUARY).failing == [COUNTY_HOSPITAL]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"每档幅度": "0"}, "每档幅度应大于 0"),
        ({"每档扣分": "-1"}, "每档扣分不应小于 0"),
        ({"最多扣分": "0.5"}, "最多扣分不应小于每档扣分"),
        ({"每分金额": "-3"}, "每分金额不应小于 0"),
        ({"每档按": "随便"}, "随便"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(warehouse, tmp_path, cells, wanted):
    path = write(tmp_path, [TARGET | {"机构编码": COUNTY_HOSPITAL} | cells], "targets.csv")
    (receipt,) = load(warehouse, [path], "测试")
    assert receipt.status == "refused"
    assert wanted in receipt.problems[0].text


# ---------------------------------------------------------------- other terms


def test_nothing_changed_changes_nothing():
    before = assessment(line("1030"), line("900", institution="B"))
    assert simulate(before, {"cost_per_case": Change()}) == before
    assert moved(before, before) == []


def test_a_simulation_judges_the_same_figures_by_the_new_terms():
    before = assessment(
        line("1030.00", institution="A"), line("1100.00", institution="B"), line("960.00", institution="C")
    )
    after = simulate(before, {"cost_per_case": Change(looser=Decimal(-5), yuan=Decimal(100), points=Decimal(2))})
    expected = {"A": 9, "B": 10, "C": 2}  # beyond 950 by 80, 150, 10: 9, 16 and 2 steps
    assert {one.institution: one.points for one in after.judged} == {
        code: min(10, 2 * steps) for code, steps in {"A": 9, "B": 16, "C": 2}.items()
    }
    assert set(after.failing) == set(expected)
    assert [(m.institution, m.failed, m.fails, m.yuan_before, m.yuan_after) for m in moved(before, after)] == [
        ("B", True, True, Decimal("5190.00"), Decimal("1000.00")),
        ("A", True, True, Decimal("1557.00"), Decimal("1000.00")),
        ("C", False, True, Decimal("0.00"), Decimal("400.00")),
    ]
    assert before.judged[0].target.value == 1000  # the assessment itself is as it was


def test_a_floor_of_a_ratio_moves_by_percentage_points_and_of_anything_else_by_per_cent():
    floor = line("88.00", "90", kpi="compliance_ratio", operator=">=")
    (after,) = simulate(assessment(floor), {"compliance_ratio": Change(looser=Decimal("1.5"))}).judged
    assert after.target.value == Decimal("88.50")
    days = line("5.00", "6", kpi="alos", operator=">=")
    (after,) = simulate(assessment(days), {"alos": Change(looser=Decimal("10"))}).judged
    assert after.target.value == Decimal("5.40")


def test_a_looser_target_never_fails_more_institutions(sample_county):
    before, counts, paid = assess(sample_county, HALF_YEAR), [], []
    for looser in range(-6, 13, 2):
        after = simulate(before, {kpi: Change(looser=Decimal(looser)) for kpi in missed_by(before)})
        counts.append(len(after.failing))
        paid.append(after.yuan)
    assert counts == sorted(counts, reverse=True) and paid == sorted(paid, reverse=True)
    assert counts[0] > counts[-1]


# ---------------------------------------------------------------- few cases


def test_few_cases_are_named_and_enough_are_not():
    found = assessment(line("1030", cases="29"), line("1030", institution="B", cases="30"), line(None, cases="3"))
    assert [one.institution for one in few_cases(found)] == ["A"]


@pytest.mark.parametrize(("operator", "target"), [("<=", "1050"), (">=", "950")])
def test_the_chance_of_an_ordinary_small_institution_is_that_of_drawn_ones(operator, target):
    """Drawn: single cases around the peers' level; the share of means of 12 cases on the wrong side of the target."""
    rng = np.random.default_rng(5)
    peers = [
        line(f"{1000 + step}", target, f"P{step}", operator=operator, cases="100000") for step in (-2, -1, 0, 1, 2)
    ]
    means = rng.normal(1000, 0.3 * 1000, (40_000, 12)).mean(axis=1)
    drawn = np.mean(means > 1050 if operator == "<=" else means < 950)
    one = line("1100", target, operator=operator, cases="12")
    assert fairness.chance(one, peers, 0.3) == pytest.approx(drawn, abs=0.01)


def test_too_few_peers_tell_no_chance():
    peers = [line("1000", institution=f"P{n}", cases="100") for n in range(4)]
    assert fairness.chance(line("1100", cases="12"), peers, 0.3) is None
    assert fairness.chance(line("1100", cases="12"), [*peers, *peers], 0.0) is None


def test_the_chances_of_a_county_are_taken_from_its_own_peers(sample_county):
    june = assess(sample_county, Period("2026-06", "2026-06"))
    found = fairness.chances(sample_county, june, fewest=60)
    assert {one.judged for one in found} == set(few_cases(june, 60))
    known = [one.missing for one in found if one.missing is not None]
    assert known and all(0 <= chance <= 1 for chance in known)


# ---------------------------------------------------------------- targets to be


def test_control_targets_are_proposed_from_the_years_that_are_known_and_policy_targets_stay():
    target = line("1").target
    years = (Decimal("2254"), Decimal("2290.01"), Decimal("2318"))
    mean = (sum(years) / 3).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert proposed(replace(target, bases=years)) == mean
    assert proposed(replace(target, bases=(years[0], None, years[2]))) == Decimal("2286.00")
    assert proposed(replace(target, bases=(None, None, None))) == target.value
    assert proposed(replace(target, bases=years, nature="policy")) == target.value


def test_next_years_targets_are_drafted_from_this_years_figures(warehouse, tmp_path):
    county = open_county(warehouse)
    found = {(t.institution, t.indicator, t.scheme): t for t in draft(county, 2027)}
    before = {(t.institution, t.indicator, t.scheme): t for t in targets_of(county, 2026) if t.institution}
    assert set(found) == {key for key in before if key[1] != "enrolment_rate"}
    drafted = found[COUNTY_HOSPITAL, "cost_per_case", "resident"]
    assert (drafted.year, drafted.bases, drafted.value) == (2027, (Decimal("2125.25"), None, None), Decimal("2125.25"))
    with pytest.raises(AssessmentError, match="2025年没有结算明细"):
        draft(county, 2026)


def test_a_drafted_file_is_an_upload(warehouse, tmp_path):
    heads, listed = as_file(draft(open_county(warehouse), 2027))
    path = write(tmp_path, [dict(zip(heads, row, strict=True)) for row in listed], "draft.csv")
    (receipt,) = load(warehouse, [path], "测试")
    assert receipt.status == "loaded", [p.text for p in receipt.problems]
    assert targets_of(open_county(warehouse), 2027) == draft(open_county(warehouse), 2027)
    undo(warehouse, receipt.batch.id, "测试", "只是试试")


# ---------------------------------------------------------------- the sample county


@pytest.fixture(scope="module")
def sample(sample_county) -> Assessment:
    return assess(sample_county, HALF_YEAR)


def test_twenty_one_institutions_of_the_sample_fail_and_pay_by_the_rule(sample):
    assert (len(sample.institutions), len(sample.failing)) == (41, 21)
    assert (sample.points, sample.yuan) == (127, Decimal("65913.00"))
    assert sample.without_rule == []


def test_the_sample_ledger_deducts_from_each_institution_what_the_rule_says(sample, sample_files):
    with (sample_files / "penalties_2026.csv").open(encoding="utf-8-sig") as file:
        cases = [row for row in csv.DictReader(file) if row["发现途径"] == "指标考核" and row["发现日期"] < "2026-07"]
    booked = {row["机构编码"]: Decimal(row["考核扣减"]) for row in cases}
    assert booked == {code: sample.yuan_of(code) for code in sample.failing}
    assert sample.disagreeing == {}


def test_control_targets_of_the_sample_are_the_mean_of_three_years(sample_county):
    control = [t for t in targets_of(sample_county, 2026) if t.institution and t.nature == "control"]
    assert len(control) == 82
    assert [t for t in control if proposed(t) != t.value] == []


# ---------------------------------------------------------------- the command line


def test_the_command_tells_the_assessment_and_a_simulation_of_it(sample_warehouse, sample):
    found = read_json(sample_warehouse, "assess", "--missed")
    assert (found["failing"], found["yuan"], found["disagreeing"]) == (sample.failing, sample.yuan, {})
    assert len(found["lines"]) == sum(map(len, missed_by(sample).values()))
    tried = read_json(sample_warehouse, "assess", "--looser", "次均住院费用=5", "--yuan", "平均床日费用=600")
    changes = {"cost_per_case": Change(looser=Decimal(5)), "cost_per_bed_day": Change(yuan=Decimal(600))}
    assert tried["after"]["yuan"] == simulate(sample, changes).yuan
    assert tried["before"]["yuan"] == sample.yuan


def test_the_command_says_what_it_does_not_understand(sample_warehouse):
    told_in_one_sentence(run(sample_warehouse, "assess", "--looser", "没有的指标=1"))
    told_in_one_sentence(run(sample_warehouse, "assess", "--looser", "次均住院费用=多"))
    told_in_one_sentence(run(sample_warehouse, "assess", "--from", "2025-10"))
    told_in_one_sentence(run(sample_warehouse, "targets", "2026", "--draft"))


def test_the_command_writes_targets_as_an_upload(sample_warehouse, tmp_path):
    found = run(sample_warehouse, "targets", "2027", "--draft", "--csv", tmp_path / "t.csv")
    assert "164 条目标" in found.stdout
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 164
