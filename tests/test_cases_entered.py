"""Cases written down and moved on by hand: what is refused, field by field; what stays as it was; who did it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import Period, WarehouseError, ask, discard, events, load, lock, open_county, reconcile, try_out, undo
from pipelines.build import leave_sample
from pipelines.cases import (
    CaseError,
    Demand,
    Draft,
    Moved,
    Step,
    case,
    doubled,
    draft_problems,
    enter,
    ledger,
    move_on,
    settled_by_month,
    step_problems,
)
from pipelines.clues import became, rules
from pipelines.store.decisions import latest
from pipelines.store.warehouse import live
from tests.files import INSTITUTION, PENALTY, rows, write

HOSPITAL = INSTITUTION["机构编码"]
DRAFT = Draft(
    found_on=date(2026, 5, 12),
    activity="onsite",
    subject_type="institution",
    violation="A06",
    description="重复收取护理费",
    institution=HOSPITAL,
    insutype="390",
    records=3,
    base_amount_yuan=Decimal("978.35"),
    multiple=Decimal("1.5"),
    demands=(Demand("deduct", Decimal("978.35")), Demand("damages"), Demand("interview")),
    decision_no="云医保处〔2026〕9号",
    decision_on=date(2026, 5, 20),
)
DAMAGES = Decimal("1467.53")  # 978.35 x 1.5 = 1467.525, half up
MAY, JULY = Period("2026-05", "2026-05"), Period("2026-07", "2026-07")
PAID = Step(
    date(2026, 7, 6),
    (
        Moved("damages", received_yuan=DAMAGES),
        Moved("deduct", deducted_yuan=Decimal("978.35"), settled_month="2026-06"),
    ),
    status="closed",
    document_no="收据0012",
    note="违约金到账",
)


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """What the tests begin with, loaded once."""
    folder = tmp_path_factory.mktemp("loaded")
    listed = rows(PENALTY, {"案件编号": "CF2026-0007", "发现日期": "2026-05-10"}, {"案件编号": "CF2025-0031"})
    paths = [write(folder, listed, "台账.csv"), write(folder, [INSTITUTION], "名册.csv")]
    assert {r.status for r in load(folder / "warehouse", paths, "张三")} == {"loaded"}
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def at(warehouse, case_no, on=date.max):
    return case(open_county(warehouse), case_no, on)


def value(warehouse, kpi, months):
    return ask(open_county(warehouse), [kpi], months)[0].value


# ---------------------------------------------------------------- a new case
def test_a_case_gets_the_next_number_of_its_year_and_stands_as_it_was_typed(warehouse):
    number = enter(warehouse, DRAFT, "李四", "现场检查")
    assert number == "CF2026-0008"
    found = at(warehouse, number)
    assert (found.found_on, found.institution, found.subject_name) == (DRAFT.found_on, HOSPITAL, "云溪县人民医院")
    assert (found.base_amount_yuan, found.multiple, found.records) == (Decimal("978.35"), Decimal("1.5"), 3)
    money = {h.handling: (h.due_yuan, h.done_yuan, h.track) for h in found.handlings}
    assert money == {
        "deduct": (Decimal("978.35"), 0, "agreement"),
        "damages": (DAMAGES, 0, "agreement"),
        "interview": (0, 0, ""),
    }
    assert (found.status, found.owed_yuan, found.decision_on) == (
        "open",
        Decimal("978.35") + DAMAGES,
        DRAFT.decision_on,
    )
    told = events(warehouse)[-1]
    assert (told.by, told.why, told.subject) == ("李四", "现场检查", number)
    assert value(warehouse, "liquidated_damages", MAY) == DAMAGES


def test_what_has_no_month_of_settlement_yet_is_told_apart(warehouse):
    enter(warehouse, DRAFT, "李四")
    (waiting,) = settled_by_month(ledger(open_county(warehouse), MAY, date.max))
    assert (waiting.settled_month, waiting.deducted_yuan, waiting.institutions) == ("", Decimal("978.35"), 1)


def test_the_first_case_of_a_county_can_be_entered_by_hand(tmp_path):
    assert enter(tmp_path / "warehouse", DRAFT, "李四") == "CF2026-0001"


def test_two_who_enter_at_once_get_two_numbers(warehouse):
    with ThreadPoolExecutor(2) as both:
        numbers = list(both.map(lambda by: enter(warehouse, DRAFT, by), ["甲", "乙"]))
    assert sorted(numbers) == ["CF2026-0008", "CF2026-0009"]
    assert {c.case_no for c in ledger(open_county(warehouse), MAY, date.max)} == {"CF2026-0007", *numbers}


def test_a_number_is_never_given_again_and_a_case_taken_back_frees_its_clue(warehouse):
    key = f"{next(iter(rules()))}/3f9a01/{HOSPITAL}/2026-05-05"
    clued = replace(DRAFT, clue_keys=(key,))
    assert enter(warehouse, clued, "李四") == "CF2026-0008"
    undo(warehouse, next(e.batch for e in events(warehouse) if e.subject == "CF2026-0008"), "李四", "记错")
    assert draft_problems(warehouse, clued) == {}
    assert enter(warehouse, clued, "李四") == "CF2026-0009"
    assert became(open_county(warehouse), [key]) == {key: "CF2026-0009"}


@pytest.mark.parametrize("told", [("李四", "举报人电话13800138000"), ("13800138000", "举报")])
def test_the_journal_takes_no_telephone_number_as_who_or_why(warehouse, told):
    before = events(warehouse)
    with pytest.raises(WarehouseError, match="身份证号或手机号"):
        enter(warehouse, DRAFT, *told)
    assert events(warehouse) == before and at(warehouse, "CF2026-0008") is None


def test_what_later_entries_hold_is_not_taken_back_under_them(warehouse):
    upload = next(e.batch for e in events(warehouse) if e.table == "penalties")
    enter(warehouse, DRAFT, "李四")
    enter(warehouse, DRAFT, "王五")
    first, second = (e.batch for e in events(warehouse) if e.subject)
    for batch in (upload, first):
        with pytest.raises(WarehouseError, match="请先撤销后来的录入"):
            undo(warehouse, batch, "李四", "记错")
    for batch in (second, first, upload):
        undo(warehouse, batch, "李四", "记错")
    assert ledger(open_county(warehouse), None, date.max) == []


def test_nothing_of_the_sample_stays_in_what_was_entered_over_it(tmp_path):
    files = [
        write(tmp_path, [PENALTY | {"发现日期": "2026-05-10"}], "台账.csv"),
        write(tmp_path, [INSTITUTION], "名册.csv"),
    ]
    load(tmp_path / "warehouse", files, "示例")
    enter(tmp_path / "warehouse", DRAFT, "李四")
    taken = leave_sample(tmp_path / "warehouse", "李四")
    assert len(taken) == 3 and live(tmp_path / "warehouse") == {}


WRONG = [
    ("found_on", {"found_on": date(1926, 5, 12)}, "请核对年份"),
    ("description", {"description": "长" * 501}, "最多 500 个字"),
    ("decision_no", {"decision_no": "致13800138000"}, "身份证号或手机号"),
    ("base_amount_yuan", {"base_amount_yuan": Decimal(10) ** 12}, "太大"),
    ("multiple", {"multiple": Decimal("1.23456")}, "最多四位小数"),
    ("demands", {"base_amount_yuan": Decimal(10) ** 11, "multiple": Decimal(10) ** 6}, "违约金太大"),
    ("demands", {"demands": (Demand("damages"), Demand("fine", Decimal("0.001")))}, "最多两位小数"),
    ("found_on", {"found_on": date(2999, 1, 1)}, "不能晚于今天"),
    ("found_on", {"found_on": None}, "没有填"),
    ("activity", {"activity": "看一看"}, "不在代码表里"),
    ("violation", {"violation": "Z99"}, "不在违规分类里"),
    ("violation", {"violation": "E01"}, "不适用于定点医疗机构"),
    ("institution", {"institution": ""}, "要填机构编码"),
    ("institution", {"institution": "H99010199999"}, "名册里没有"),
    ("subject_name", {"subject_type": "insured_person", "institution": "", "subject_name": "王五"}, "不填姓名"),
    ("subject_name", {"subject_type": "employer", "institution": ""}, "要填名称"),
    ("description", {"description": "电话13800138000"}, "身份证号或手机号"),
    ("base_amount_yuan", {"base_amount_yuan": Decimal("1.005"), "multiple": None}, "最多两位小数"),
    ("multiple", {"base_amount_yuan": None}, "还要填违规金额"),
    ("multiple", {"multiple": Decimal(0)}, "大于 0"),
    ("demands", {"demands": (Demand("damages", Decimal("1467.52")),)}, "不等于违规金额 × 倍数 = 1467.53"),
    ("demands", {"demands": (Demand("recover"), Demand("damages"))}, "要填大于 0 的金额"),
    ("demands", {"demands": (Demand("damages"), Demand("damages"))}, "写了两次"),
    ("demands", {"demands": (Demand("damages"), Demand("interview", Decimal(5)))}, "不带金额"),
    ("decision_on", {"decision_on": date(2026, 5, 1)}, "早于发现日期"),
    ("decision_on", {"decision_on": None}, "还要填决定日期"),
    ("suspend_to", {"suspend_from": date(2026, 6, 2), "suspend_to": date(2026, 6, 1)}, "早于起始日期"),
    ("status", {"status": "closed"}, "不能一立案就结案"),
    ("clue_keys", {"clue_keys": ("瞎写/1",)}, "不是线索编号"),
]


@pytest.fixture(scope="module")
def quiet_warehouse(tmp_path_factory):
    """One that nobody writes to."""
    folder = tmp_path_factory.mktemp("quiet")
    load(folder / "warehouse", [write(folder, [PENALTY], "台账.csv"), write(folder, [INSTITUTION], "名册.csv")], "张三")
    return folder / "warehouse"


@pytest.mark.parametrize(("field", "change", "said"), WRONG)
def test_a_wrong_field_is_told_by_name_and_nothing_is_written(quiet_warehouse, field, change, said):
    wrong = draft_problems(quiet_warehouse, replace(DRAFT, **change))
    assert said in wrong[field]


def test_a_good_draft_has_no_problems_and_a_wrong_one_is_not_entered(quiet_warehouse):
    assert draft_problems(quiet_warehouse, DRAFT) == {}
    before = events(quiet_warehouse)
    with pytest.raises(CaseError) as refused:
        enter(quiet_warehouse, replace(DRAFT, activity="", violation=""), "李四")
    assert set(refused.value.fields) == {"activity", "violation"}
    assert events(quiet_warehouse) == before


def test_a_clue_that_became_a_case_names_it_and_becomes_no_second_one(warehouse):
    key = f"{next(iter(rules()))}/3f9a01/{HOSPITAL}/2026-05-05"
    number = enter(warehouse, replace(DRAFT, clue_keys=(key,)), "李四")
    assert latest(warehouse, "clue")[key].values["case_no"] == number
    assert number in draft_problems(warehouse, replace(DRAFT, clue_keys=(key,)))["clue_keys"]


# ---------------------------------------------------------------- moving on
def test_money_of_july_leaves_may_as_it_was_even_if_may_is_locked(warehouse):
    number = enter(warehouse, DRAFT, "李四")
    before = live(warehouse)["penalties", "2026-05", ""], value(warehouse, "liquidated_damages", MAY)
    lock(warehouse, "2026-05", "主任", "五月已上报")
    assert move_on(warehouse, number, PAID, "王五", "到账") == ("JZ2026-0001", "JZ2026-0002")
    assert (live(warehouse)["penalties", "2026-05", ""], value(warehouse, "liquidated_damages", MAY)) == before
    found = at(warehouse, number)
    assert (found.status, found.owed_yuan, found.received_yuan) == ("closed", 0, DAMAGES)
    assert [p.number for p in found.history if p.number] == ["JZ2026-0001", "JZ2026-0002"]
    then = at(warehouse, number, date(2026, 6, 30))
    assert (then.status, then.owed_yuan) == ("open", DAMAGES + Decimal("978.35"))
    assert events(warehouse)[-1].subject == number
    assert all(r.holds for r in reconcile(open_county(warehouse), Period("2026-05", "2026-07")))


def test_what_came_in_counts_in_its_own_month_once_that_months_ledger_is_there(warehouse):
    number = enter(warehouse, DRAFT, "李四")
    enter(warehouse, replace(DRAFT, found_on=date(2026, 7, 2), decision_on=None, decision_no=""), "李四")
    move_on(warehouse, number, PAID, "王五")
    assert value(warehouse, "liquidated_damages_received", JULY) == DAMAGES
    assert value(warehouse, "liquidated_damages_received", MAY) == 0
    assert value(warehouse, "violation_cases", MAY) == 2


def test_parts_are_paid_one_after_another_until_nothing_is_owed(warehouse):
    number = enter(warehouse, DRAFT, "李四")
    for day in (1, 2, 3):
        move_on(warehouse, number, Step(date(2026, 6, day), (Moved("damages", received_yuan=Decimal(400)),)), "王五")
    damages = next(h for h in at(warehouse, number).handlings if h.handling == "damages")
    assert (damages.received_yuan, damages.owed_yuan) == (1200, DAMAGES - 1200)
    assert damages.last_received_on == date(2026, 6, 3)
    wrong = step_problems(warehouse, number, Step(date(2026, 6, 4), (Moved("damages", received_yuan=Decimal(300)),)))
    assert "会超过应收应扣" in wrong["moved"]


WRONG_STEPS = [
    ("document_no", Step(date(2026, 6, 1), document_no="致13800138000"), "手机号"),
    ("review_result", Step(date(2026, 6, 1), review_result="changed", review_amount_yuan=Decimal("1.005")), "两位小数"),
    ("moved_on", Step(date(2026, 5, 1), note="早了"), "早于案件的发现日期"),
    ("moved", Step(date(2026, 6, 1)), "什么都没有写"),
    ("moved", Step(date(2026, 6, 1), (Moved("interview", received_yuan=Decimal(1)),)), "不带金额"),
    ("moved", Step(date(2026, 6, 1), (Moved("damages", deducted_yuan=Decimal(1)),)), "填“已到账”"),
    ("moved", Step(date(2026, 6, 1), (Moved("deduct", received_yuan=Decimal(1)),)), "填“已扣减”"),
    ("moved", Step(date(2026, 6, 1), (Moved("deduct", deducted_yuan=Decimal(1)),)), "抵扣月份"),
    ("moved", Step(date(2026, 6, 1), (Moved("damages", received_yuan=Decimal(9999)),)), "会超过应收应扣"),
    ("moved", Step(date(2026, 6, 1), (Moved("damages", due_yuan=Decimal(-1)),)), "复审结果"),
    ("moved", Step(date(2026, 6, 1), (Moved("fine", received_yuan=Decimal(5)),)), "会超过应收应扣 0"),
    ("status", Step(date(2026, 6, 1), status="closed"), "还有 2445.88 元"),
    ("status", Step(date(2026, 6, 1), status="完了"), "不在代码表里"),
    ("review_result", Step(date(2026, 6, 1), review_amount_yuan=Decimal(1), note="x"), "还要填复审结果"),
    ("note", Step(date(2026, 6, 1), note="电话13800138000"), "手机号"),
]


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("entered")
    return folder / "warehouse", enter(folder / "warehouse", DRAFT, "李四")


@pytest.mark.parametrize(("field", "step", "said"), WRONG_STEPS)
def test_a_wrong_step_is_told_by_field(entered, field, step, said):
    assert said in step_problems(*entered, step)[field]


def test_a_review_that_changes_the_amount_lets_a_part_off(warehouse):
    number = enter(warehouse, DRAFT, "李四")
    off = Moved("damages", due_yuan=Decimal("-467.53"), received_yuan=Decimal(1000))
    step = Step(date(2026, 6, 1), (off,), review_result="changed", review_amount_yuan=Decimal("467.53"))
    move_on(warehouse, number, step, "王五")
    found = at(warehouse, number)
    assert (found.review_result, found.review_amount_yuan) == ("changed", Decimal("467.53"))
    assert next(h.owed_yuan for h in found.handlings if h.handling == "damages") == 0
    assert all(r.holds for r in reconcile(open_county(warehouse), MAY))


def test_what_is_asked_for_in_addition_waits_until_the_month_is_open_again(warehouse):
    number = enter(warehouse, DRAFT, "李四")
    lock(warehouse, "2026-05", "主任", "五月已上报")
    more = Step(date(2026, 7, 1), (Moved("recover", due_yuan=Decimal(10)),))
    with pytest.raises(CaseError, match="2026-05 已经锁定"):
        move_on(warehouse, number, more, "王五")


def test_a_file_of_steps_that_would_change_a_locked_month_is_refused_and_one_of_payments_is_not(tmp_path, warehouse):
    number = enter(warehouse, DRAFT, "李四")
    lock(warehouse, "2026-05", "主任", "五月已上报")
    paid = {"进展编号": "1", "案件编号": number, "办理日期": "2026-06-09", "处理方式": "违约金", "已到账": "5.00"}
    more = paid | {"进展编号": "2", "应收应扣": "5.00"}
    before = events(warehouse)
    with pytest.raises(WarehouseError, match=r"2026-05 已由主任.*2,445.88 元变成 2,450.88 元"):
        load(warehouse, [write(tmp_path, [paid, more], "进展.csv")], "张三")
    assert events(warehouse) == before and len(live(warehouse)) == 3
    assert [r.status for r in load(warehouse, [write(tmp_path, [paid], "进展.csv")], "张三")] == ["loaded"]


def test_a_step_of_a_locked_month_or_of_no_case_is_refused_in_words(warehouse):
    number = enter(warehouse, DRAFT, "李四")
    move_on(warehouse, number, Step(date(2026, 6, 9), note="已送达"), "王五")
    lock(warehouse, "2026-06", "主任", "六月已上报")
    with pytest.raises(WarehouseError, match="2026-06 已由主任"):
        move_on(warehouse, number, Step(date(2026, 6, 10), note="又一次"), "王五")
    with pytest.raises(WarehouseError, match="台账里没有案件 CF1"):
        move_on(warehouse, "CF1", PAID, "王五")


# ---------------------------------------------------------------- uploads
def test_a_record_that_two_channels_penalise_is_told_and_a_third_is_not_entered(tmp_path, warehouse):
    listed = rows(
        PENALTY | {"应追回": "50.00", "已追回": "0.00"},
        {"案件编号": "CF2026-0101", "发现日期": "2026-04-02", "涉及结算编号": "S1、S2"},
        {"案件编号": "CF2026-0102", "发现日期": "2026-04-20", "发现途径": "回访", "涉及结算编号": "S3; S2"},
        {"案件编号": "CF2026-0103", "发现日期": "2026-04-21", "应追回": "0.00", "涉及结算编号": "S1"},
    )
    load(warehouse, [write(tmp_path, listed, "四月.csv")], "张三")
    (found,) = doubled(open_county(warehouse))
    assert (found.first, found.second, found.setl_ids, found.certain) == ("CF2026-0101", "CF2026-0102", ("S2",), True)
    assert found.yuan == 50
    april = Period("2026-04", "2026-04")
    (told,) = [r for r in reconcile(open_county(warehouse), april) if r.identity.id == "no_record_is_penalised_twice"]
    assert [(b.month, b.left) for b in told.breaches] == [("2026-04", 1)]
    assert "S3 已在案件 CF2026-0102" in draft_problems(warehouse, replace(DRAFT, setl_ids=("S9", "S3")))["setl_ids"]


def test_cases_alike_are_doubtful_only_from_two_channels_within_half_a_year(tmp_path, warehouse):
    alike = PENALTY | {"违规类型代码": "A06", "违规金额": "80.00", "违规事实": "重复收费", "应追回": "80.00"}
    listed = rows(
        alike,
        {"案件编号": "A", "发现日期": "2025-01-05"},
        {"案件编号": "B", "发现日期": "2025-03-05"},
        {"案件编号": "C", "发现日期": "2025-04-05", "发现途径": "回访"},
        {"案件编号": "D", "发现日期": "2026-02-05", "发现途径": "日常审核"},
    )
    load(warehouse, [write(tmp_path, listed, "两年.csv")], "张三")
    pairs = [(d.first, d.second, d.certain) for d in doubled(open_county(warehouse))]
    assert pairs == [("A", "C", False), ("B", "C", False)]
    assert [(d.first, d.second) for d in doubled(open_county(warehouse), within_days=40)] == [("B", "C")]


def test_a_violation_that_the_taxonomy_does_not_know_is_loaded_with_a_warning(tmp_path, warehouse):
    codes = {"CF5": "Q77", "CF6": "Z99", "CF7": "Q78", "CF8": "Q77", "CF9": "Q79", "CF10": "A04"}
    march = PENALTY | {"发现日期": "2026-03-01"}
    listed = rows(march, *({"案件编号": number, "违规类型代码": code} for number, code in codes.items()))
    (receipt,) = load(warehouse, [write(tmp_path, listed, "三月.csv")], "张三")
    assert (receipt.status, [p.severity for p in receipt.problems]) == ("loaded", ["analytical"])
    assert "“5 行（Q77、Q78、Q79 等 4 种）”；违规类型代码不在违规分类里" in receipt.problems[0].text
    assert at(warehouse, "CF5").violation == "Q77"


def test_steps_of_no_case_and_more_money_than_was_due_break_an_identity(tmp_path, warehouse):
    number = enter(warehouse, DRAFT, "李四")
    step = {"进展编号": "1", "案件编号": number, "办理日期": "2026-06-09", "处理方式": "违约金", "已到账": "1467.54"}
    lost = {"进展编号": "2", "案件编号": "CF1999-0001", "已到账": "5.00"}
    (receipt,) = load(warehouse, [write(tmp_path, rows(step, {}, lost), "进展.csv")], "张三")
    assert receipt.status == "loaded", [p.text for p in receipt.problems]
    broken = {r.identity.id: r for r in reconcile(open_county(warehouse), Period("2026-05", "2026-06")) if not r.holds}
    assert set(broken) == {"received_within_due", "progress_belongs_to_a_case"}
    assert broken["received_within_due"].breaches[0].left - broken["received_within_due"].breaches[0].right == Decimal(
        "0.01"
    )


def test_what_is_asked_for_later_counts_in_the_month_of_the_case_and_what_comes_in_counts_in_its_own(
    tmp_path, warehouse
):
    steps = [
        ("deduct", "扣减违规费用", {"应收应扣": "10.00", "已扣减": "4.00", "抵扣月份": "2026-06"}),
        ("assessment_deduct", "考核扣减", {"应收应扣": "20.00", "已扣减": "20.00", "抵扣月份": "2026-06"}),
        ("recover", "追回", {"应收应扣": "30.00", "已到账": "1.00"}),
        ("damages", "违约金", {"应收应扣": "40.00", "已到账": "2.00"}),
        ("fine", "行政罚款", {"应收应扣": "50.00", "已到账": "50.00"}),
        ("interview", "约谈", {"状态": "办理中"}),
    ]
    base = {"案件编号": "CF2026-0007", "办理日期": "2026-06-15"}
    listed = [base | {"进展编号": str(n), "处理方式": name} | more for n, (_, name, more) in enumerate(steps)]
    june = rows(PENALTY, {"案件编号": "CF2026-0009", "到账日期": "", "已追回": "0.00"})
    load(warehouse, [write(tmp_path, listed, "进展.csv"), write(tmp_path, june, "六月.csv")], "张三")
    found = {h.handling: (h.due_yuan, h.deducted_yuan, h.received_yuan) for h in at(warehouse, "CF2026-0007").handlings}
    assert found == {
        "deduct": (10, 4, 0),
        "assessment_deduct": (20, 20, 0),
        "recover": (30, 0, 1),
        "damages": (40, 0, 2),
        "fine": (50, 0, 50),
        "interview": (0, 0, 0),
    }
    asked = ("penalty_total", "interviews", "violation_cases", "fine_received", "case_closure_rate")
    assert [value(warehouse, kpi, MAY) for kpi in asked[:3]] == [150, 1, 1]
    assert [value(warehouse, kpi, Period("2026-06", "2026-06")) for kpi in asked[:4]] == [0, 0, 1, 50]
    assert value(warehouse, "case_closure_rate", MAY) == 0  # closed in the ledger, taken up again since


STEP = {"进展编号": "1", "案件编号": "CF2026-0007", "办理日期": "2026-06-09"}
REFUSED = [
    ({"已到账": "5.00"}, "要写明处理方式"),
    ({"处理方式": "约谈", "已到账": "5.00"}, "要写明处理方式"),
    ({"处理方式": "违约金", "已扣减": "5.00", "抵扣月份": "2026-05"}, "只填扣减违规费用和考核扣减"),
    ({"处理方式": "考核扣减", "已到账": "5.00"}, "只填追回、违约金和行政罚款"),
    ({"处理方式": "考核扣减", "已扣减": "5.00"}, "要填抵扣月份"),
]


@pytest.mark.parametrize(("change", "said"), REFUSED)
def test_a_step_that_contradicts_itself_is_refused_by_its_line(tmp_path, quiet_warehouse, change, said):
    trial = try_out(quiet_warehouse, [write(tmp_path, [STEP | change], "进展.csv")])
    discard(trial)
    problems = trial.files[0].staged.problems
    assert {p.line for p in problems} == {2} and any(said in p.text for p in problems)


def test_a_file_that_would_drop_what_was_entered_by_hand_says_so_first(tmp_path, warehouse):
    number = enter(warehouse, DRAFT, "李四")
    again = write(tmp_path, rows(PENALTY, {"案件编号": "CF2026-0007", "发现日期": "2026-05-10"}), "台账五月.csv")
    trial = try_out(warehouse, [again])
    discard(trial)
    (replaced,) = trial.files[0].replaces
    assert (replaced.by_hand, replaced.lost) == (True, (number,))
