"""Cases corrected under what others wrote since, and cases entered by mistake, withdrawn from every figure."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipelines import Period, WarehouseError, ask, events, load, lock, open_county, reconcile
from pipelines.cases import (
    CaseError,
    Change,
    Demand,
    Moved,
    Step,
    case,
    changes,
    correct,
    correction_problems,
    doubled,
    draft_of,
    draft_problems,
    enter,
    ledger,
    move_on,
    step_problems,
    withdraw,
    withdrawal_problem,
)
from pipelines.clues import became, rules
from pipelines.registry import kpis
from tests.files import INSTITUTION, PENALTY, rows, write
from tests.test_cases_entered import DAMAGES, DRAFT, HOSPITAL, MAY, PAID, at, value

APRIL, SPRING, SUMMER = Period("2026-04", "2026-04"), Period("2026-04", "2026-05"), Period("2026-04", "2026-07")
RECEIVED = Step(date(2026, 7, 6), (Moved("damages", received_yuan=Decimal(1000)),))
AUDIT = (
    "violation_cases",
    "penalty_total",
    "liquidated_damages",
    "interviews",
    "case_closure_rate",
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A ledger of April and May, one case of a hospital each."""
    folder = tmp_path_factory.mktemp("loaded")
    listed = rows(PENALTY, {"案件编号": "CF2026-0007", "发现日期": "2026-05-10"}, {"发现日期": "2026-04-10"})
    listed[1]["案件编号"] = "CF2026-0005"
    paths = [write(folder, listed, "台账.csv"), write(folder, [INSTITUTION], "名册.csv")]
    assert {r.status for r in load(folder / "warehouse", paths, "张三")} == {"loaded"}
    return folder / "warehouse"


@pytest.fixture(scope="module")
def entered(loaded, tmp_path_factory):
    """And a case entered by hand, over which another was written in the same month."""
    warehouse = shutil.copytree(loaded, tmp_path_factory.mktemp("entered") / "warehouse")
    mine = enter(warehouse, DRAFT, "李四", "现场检查")
    enter(warehouse, replace(DRAFT, description="另一件"), "王五", "现场检查")
    return warehouse, mine


@pytest.fixture(scope="module")
def moved_on(entered, tmp_path_factory):
    """And a part of its damages paid; nobody writes to this one."""
    warehouse = shutil.copytree(entered[0], tmp_path_factory.mktemp("moved") / "warehouse")
    move_on(warehouse, entered[1], RECEIVED, "王五", "到账")
    return warehouse, entered[1]


@pytest.fixture
def bare(loaded, tmp_path):
    """The ledger to write in, without the cases entered by hand."""
    return shutil.copytree(loaded, tmp_path / "warehouse")


@pytest.fixture
def warehouse(entered, tmp_path):
    """The ledger to write in."""
    return shutil.copytree(entered[0], tmp_path / "warehouse")


@pytest.fixture
def paid(moved_on, tmp_path):
    """The ledger to write in, with the payment."""
    return shutil.copytree(moved_on[0], tmp_path / "warehouse")


@pytest.fixture
def number(entered):
    return entered[1]


def figures(warehouse):
    """Every figure of the months that has a value, the association's ledger among them."""
    return {f.kpi.id: f.value for f in ask(open_county(warehouse), list(kpis()), SPRING) if f.value is not None}


# ---------------------------------------------------------------- correcting
def test_a_case_reads_back_as_it_was_typed(warehouse, number):
    assert draft_of(warehouse, number) == DRAFT
    assert changes(warehouse, number, DRAFT) == ()


def test_a_mistyped_case_is_corrected_under_what_was_written_since_and_its_steps_stay(paid, number):
    others = [c for c in ledger(open_county(paid), None, date.max) if c.case_no != number]
    better = replace(DRAFT, base_amount_yuan=Decimal("987.35"), description="重复收取护理费和床位费")
    made = correct(paid, number, better, "李四", "金额录反了")
    damages = Decimal("1481.03")  # 987.35 x 1.5 = 1481.025, half up
    assert made == (
        Change("description", "违规事实", "重复收取护理费", "重复收取护理费和床位费"),
        Change("base_amount", "违规金额", "978.35", "987.35"),
        Change("damages_due", "应收违约金", "1,467.53", "1,481.03"),
    )
    found = at(paid, number)
    money = {h.handling: (h.due_yuan, h.done_yuan) for h in found.handlings}
    assert money["damages"] == (damages, 1000) and money["deduct"] == (Decimal("978.35"), 0)
    assert [p.number for p in found.history if p.number] == ["JZ2026-0001"]
    assert [c for c in ledger(open_county(paid), None, date.max) if c.case_no != number] == others
    assert value(paid, "liquidated_damages", MAY) == damages + DAMAGES
    told = events(paid)[-1]
    assert (told.by, told.subject) == ("李四", number)
    assert told.why.startswith("更正违规事实 重复收取护理费→") and told.why.endswith("：金额录反了")
    assert all(r.holds for r in reconcile(open_county(paid), SUMMER))


def test_a_case_moves_to_another_month_unless_it_is_the_only_one_of_its_month(warehouse, number):
    correct(warehouse, number, replace(DRAFT, found_on=date(2026, 4, 12)), "李四", "月份录错")
    assert value(warehouse, "violation_cases", APRIL) == 2
    assert value(warehouse, "violation_cases", MAY) == 2
    alone = enter(warehouse, replace(DRAFT, found_on=date(2026, 3, 12)), "李四")
    with pytest.raises(CaseError, match="2026-03 的台账只有这一件"):
        correct(warehouse, alone, DRAFT, "李四", "月份录错")


def test_what_came_in_with_the_upload_and_its_name_stay(bare):
    before = at(bare, "CF2026-0007")
    draft = draft_of(bare, "CF2026-0007")
    assert "违规类型没有选" in correction_problems(bare, "CF2026-0007", draft)["violation"]
    (made,) = correct(bare, "CF2026-0007", replace(draft, violation="A06"), "李四", "补写类型")
    after = at(bare, "CF2026-0007")
    assert (made.title, made.before, made.after) == ("违规类型代码", "", "A06")
    assert (after.handlings, after.status, after.subject_name) == (before.handlings, before.status, before.subject_name)


WRONG = [
    ("found_on", {"found_on": date(2026, 7, 7), "decision_on": None, "decision_no": ""}, "晚于第一步进展的 2026-07-06"),
    ("demands", {"base_amount_yuan": Decimal("600.00")}, "会超过更正后的应收应扣 900.00 元"),
    ("demands", {"demands": DRAFT.demands[:1], "multiple": None}, "违约金已收已扣 1000.00 元"),
    ("institution", {"institution": "H99010199999"}, "名册里没有"),
    ("status", {"status": "完了"}, "不在代码表里"),
    ("status", {"status": "withdrawn"}, "已有到账或扣减"),
]


@pytest.mark.parametrize(("field", "change", "said"), WRONG)
def test_a_wrong_correction_is_told_by_field(moved_on, field, change, said):
    assert said in correction_problems(*moved_on, replace(DRAFT, **change))[field]


def test_nothing_to_correct_no_reason_and_no_such_case_are_refused_in_words(moved_on):
    before = events(moved_on[0])
    for why, said in (("看看", "没有改动"), (" ", "要写明原因")):
        with pytest.raises(WarehouseError, match=said):
            correct(*moved_on, DRAFT, "李四", why)
    with pytest.raises(WarehouseError, match="台账里没有案件 CF1"):
        correct(moved_on[0], "CF1", DRAFT, "李四", "看看")
    assert events(moved_on[0]) == before


def test_a_closed_case_is_corrected_only_so_that_it_owes_nothing(warehouse, number):
    move_on(warehouse, number, PAID, "王五", "结清")
    more = replace(DRAFT, base_amount_yuan=Decimal(2000))
    assert "案件已结案" in correction_problems(warehouse, number, more)["demands"]
    assert correction_problems(warehouse, number, replace(DRAFT, persons=4)) == {}


def test_damages_asked_for_in_a_step_forbid_a_multiple(bare):
    plain = replace(DRAFT, multiple=None, demands=(Demand("damages", Decimal(100)),))
    mine = enter(bare, plain, "李四")
    move_on(bare, mine, Step(date(2026, 6, 1), (Moved("damages", due_yuan=Decimal(50)),)), "王五")
    assert "另有违约金 50.00 元" in correction_problems(bare, mine, DRAFT)["demands"]


def test_a_case_does_not_penalise_its_own_settlement_twice(bare):
    mine = enter(bare, replace(DRAFT, setl_ids=("S1",)), "李四")
    assert correction_problems(bare, mine, replace(DRAFT, setl_ids=("S1", "S2"))) == {}
    other = enter(bare, replace(DRAFT, setl_ids=("S3",)), "李四")
    wrong = correction_problems(bare, mine, replace(DRAFT, setl_ids=("S1", "S3")))
    assert f"S3 已在案件 {other}" in wrong["setl_ids"]


@pytest.mark.parametrize("month", ["2026-05", "2026-04"])
def test_a_locked_month_neither_gives_nor_takes_a_case(warehouse, number, month):
    lock(warehouse, month, "主任", "已上报")
    before = events(warehouse)
    with pytest.raises(WarehouseError, match=f"{month} 已由主任"):
        correct(warehouse, number, replace(DRAFT, found_on=date(2026, 4, 12)), "李四", "月份录错")
    assert events(warehouse) == before


def test_money_of_a_locked_month_is_not_told_of_another_channel(paid, number):
    lock(paid, "2026-07", "主任", "已上报")
    assert "2026-07 已经锁定" in correction_problems(paid, number, replace(DRAFT, activity="daily_audit"))["activity"]
    assert correction_problems(paid, number, replace(DRAFT, records=4)) == {}


# ---------------------------------------------------------------- withdrawing
def test_a_withdrawn_case_counts_in_no_figure_and_is_found_with_the_reason(bare):
    before = figures(bare)
    key = f"{next(iter(rules()))}/3f9a01/{HOSPITAL}/2026-05-05"
    mine = enter(bare, replace(DRAFT, clue_keys=(key,), setl_ids=("S1",), persons=2), "李四")
    entered = figures(bare)
    assert [kpi for kpi in AUDIT if entered.get(kpi) == before.get(kpi)] == []
    assert withdraw(bare, mine, "王五", "和 CF2026-0007 是同一件") == (f"JZ{date.today().year}-0001",)

    assert figures(bare) == before
    county = open_county(bare)
    assert [c.case_no for c in ledger(county, None, date.max)] == ["CF2026-0007", "CF2026-0005"]
    (found,) = ledger(county, None, date.max, status="withdrawn")
    assert (found.case_no, found.withdrawn_why) == (mine, "和 CF2026-0007 是同一件")
    assert (found.due_yuan, found.owed_yuan, found.age_days(date.today())) == (0, 0, 0)
    assert {p.due_yuan for p in found.history if p.due_yuan} == {Decimal("978.35"), DAMAGES}
    assert case(county, mine, date(2026, 5, 31)).withdrawn, "it never counted, also before it was withdrawn"
    told = events(bare)[-1]
    assert (told.by, told.subject, told.why) == ("王五", mine, "撤案：和 CF2026-0007 是同一件")
    assert became(county, [key]) == {} and draft_problems(bare, replace(DRAFT, clue_keys=(key,))) == {}
    assert doubled(county) == [] and all(r.holds for r in reconcile(county, SUMMER))


def test_the_associations_ledger_loses_a_withdrawn_case_too(bare):
    before = figures(bare)
    pact = replace(DRAFT, activity="self_discipline", subject_type="insurer", institution="", subject_name="甲公司")
    mine = enter(bare, replace(pact, violation="H01"), "李四")
    assert figures(bare) != before
    withdraw(bare, mine, "王五", "录错")
    assert figures(bare) == before


def test_a_case_is_withdrawn_by_its_ledger_too_while_no_step_tells_a_state(warehouse, number):
    correct(warehouse, number, replace(DRAFT, status="withdrawn"), "李四", "录错")
    assert at(warehouse, number).withdrawn and value(warehouse, "violation_cases", MAY) == 2
    assert "先选一个状态" in step_problems(warehouse, number, RECEIVED)["status"]
    move_on(warehouse, number, Step(date(2026, 6, 1), status="review"), "王五")
    assert at(warehouse, number).status == "review"
    correct(warehouse, number, DRAFT, "李四", "没有录错")
    assert "记成一步进展" in correction_problems(warehouse, number, replace(DRAFT, status="withdrawn"))["status"]


def test_a_case_that_received_money_or_stands_in_a_locked_month_is_not_withdrawn(moved_on, warehouse, number):
    with pytest.raises(CaseError, match="已有到账或扣减"):
        withdraw(*moved_on, "王五", "录错")
    assert withdrawal_problem(warehouse, number) == ""
    with pytest.raises(WarehouseError, match="撤案要写明原因"):
        withdraw(warehouse, number, "王五", " ")
    assert step_problems(warehouse, number, Step(date(2026, 6, 1), status="withdrawn"))["status"] == "撤案要写明原因"
    lock(warehouse, "2026-05", "主任", "已上报")
    with pytest.raises(CaseError, match="2026-05 已经锁定"):
        withdraw(warehouse, number, "王五", "录错")
    assert draft_problems(warehouse, replace(DRAFT, status="withdrawn"))["status"] == "不能一立案就撤案"


def test_a_case_is_taken_up_again_unless_another_asks_for_the_same(bare):
    clear = replace(DRAFT, setl_ids=("S1",))
    mine = enter(bare, clear, "李四")
    withdraw(bare, mine, "王五", "录错")
    again = Step(date.today(), status="open", note="核实后恢复")
    assert step_problems(bare, mine, again) == {}
    other = enter(bare, replace(clear, description="另一件"), "李四")
    assert f"S1 已在案件 {other}" in step_problems(bare, mine, again)["status"]
    withdraw(bare, other, "王五", "录重了")
    move_on(bare, mine, again, "王五")
    assert (at(bare, mine).status, at(bare, mine).due_yuan) == ("open", Decimal("978.35") + DAMAGES)


def test_a_file_neither_withdraws_a_case_of_a_locked_month_nor_one_with_money(tmp_path, bare):
    talk = replace(DRAFT, base_amount_yuan=None, multiple=None, demands=(Demand("interview"),))
    mine = enter(bare, talk, "李四")
    sixth = PENALTY | {"案件编号": "CF2026-0099", "发现日期": "2026-06-10", "状态": "已撤案", "到账日期": "2026-06-11"}
    sixth |= {"应追回": "5.00", "已追回": "5.00"}
    (refused,) = load(bare, [write(tmp_path, [sixth], "六月.csv")], "张三")
    assert any("有到账的案件不能已撤案" in p.text for p in refused.problems)
    lock(bare, "2026-05", "主任", "已上报")
    step = {"进展编号": "1", "案件编号": mine, "办理日期": "2026-06-09", "状态": "已撤案"}
    with pytest.raises(WarehouseError, match="2026-05 案件从 2 件变成 1 件"):
        load(bare, [write(tmp_path, [step], "进展.csv")], "张三")


def test_money_that_a_file_brings_to_a_withdrawn_case_breaks_an_identity(tmp_path, warehouse, number):
    withdraw(warehouse, number, "王五", "录错")
    step = {"进展编号": "1", "案件编号": number, "办理日期": "2026-06-09", "处理方式": "违约金", "已到账": "5.00"}
    load(warehouse, [write(tmp_path, [step], "进展.csv")], "张三")
    broken = [r.identity.id for r in reconcile(open_county(warehouse), SUMMER) if not r.holds]
    assert broken == ["withdrawn_cases_received_nothing"]
