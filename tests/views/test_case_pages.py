"""案件办理: the list, one case, a new one, its steps: on a small county, what is typed is what the ledger then says."""

import shutil
import threading
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipelines import events, load, lock, open_county
from pipelines.cases import Draft, Moved, Step, case, correct, draft_of, enter, move_on
from pipelines.clues import screen
from pipelines.store.decisions import latest
from tests.files import INSTITUTION, PENALTY, SETTLEMENT, rows, write
from tests.views.app import button, healthy, opened, words
from tests.views.test_pages import LIVE, NASTY
from views.case_fields import Once

CASES = rows(
    PENALTY,
    {"案件编号": "CF2026-0001", "发现日期": "2026-03-31", "违规类型代码": "A04", "违规事实": "过度检查"}
    | {"处理方式": "违约金", "违规金额": "500.00", "违约金倍数": "2", "应收违约金": "1000.00", "状态": "办理中"},
    {"案件编号": "CF2026-0002", "发现日期": "2026-04-01", "违规类型代码": "A04", "违规事实": "过度检查"}
    | {"发现途径": "日常审核", "处理方式": "追回", "应追回": "300.00", "已追回": "300.00", "到账日期": "2026-05-06"},
    {"案件编号": "CF2026-0005", "发现日期": "2026-05-20", "违规类型代码": "B02", "处理方式": "约谈"},
    {"案件编号": "CF2026-0003", "发现日期": "2026-06-10", "违规类型代码": "A06", "违规事实": NASTY[0]}
    | {"处理方式": "扣减违规费用", "扣减违规费用": "80.00", "状态": "办理中"},
    {"案件编号": "CF2026-0004", "发现日期": "2026-06-11", "对象类型": "保险公司", "机构编码": "", "机构名称": "甲公司"}
    | {"发现途径": "自律检查", "违规类型代码": "H01", "处理方式": "违约金", "应收违约金": "7000.00", "状态": "办理中"},
)
OLDEST = date(2026, 3, 31)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A county of one hospital with five cases, one of them the association's."""
    folder = tmp_path_factory.mktemp("cases")
    settled = rows(SETTLEMENT, {"结算日期": "2026-03-05"}, {"结算日期": "2026-06-05"})
    files = {"结算.csv": settled, "名册.csv": [INSTITUTION], "台账.csv": CASES}
    paths = [write(folder, listed, name) for name, listed in files.items()]
    assert {r.status for r in load(folder / "warehouse", paths, "张三")} == {"loaded"}
    return folder / "warehouse"


@pytest.fixture
def warehouse(loaded, tmp_path):
    """A county of its own to write in."""
    return shutil.copytree(loaded, tmp_path / "warehouse")


def table(app) -> list[str]:
    """Case numbers of the list, as it stands."""
    return [number for frame in app.dataframe if "案件" in frame.value.columns for number in frame.value["案件"]]


def field(app, form: str, name: str):
    """The widget of a field of a form."""
    return next(
        each
        for kind in (app.text_input, app.selectbox, app.text_area, app.multiselect, app.date_input)
        for each in kind
        if each.key == f"{form}-{name}"
    )


def typed(app, form: str, values: dict) -> None:
    for name, value in values.items():
        field(app, form, name).set_value(value)
        app.run()


def known(warehouse, number: str):
    return case(open_county(warehouse), number, date.max)


# ---------------------------------------------------------------- the list


def test_the_list_holds_the_funds_cases_and_says_what_is_out(loaded, monkeypatch):
    app = opened(loaded, monkeypatch, "cases")
    assert healthy(app)
    assert table(app) == ["CF2026-0003", "CF2026-0005", "CF2026-0002", "CF2026-0001"]
    late = (date.today() - OLDEST).days - 60
    told = "台账共 **4 件**，**2 件**未结案；2 件还有款：未到账 **1,000.00 元**，待从结算款扣减 **80.00 元**；"
    assert told in app.markdown[0].value
    assert f"最久 {late} 天" in app.markdown[0].value


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"c": "owed"}, ["CF2026-0003", "CF2026-0001"]),
        ({"c": "open", "cq": "过度检查"}, ["CF2026-0001"]),
        ({"cf": "2026-04"}, ["CF2026-0002"]),
        ({"ca": "daily_audit"}, ["CF2026-0002"]),
        ({"cv": "A06"}, ["CF2026-0003"]),
        ({"cq": "cf2026-0001 县人民"}, ["CF2026-0001"]),
        ({"cf": "picked", "m": "2026-03..2026-03"}, ["CF2026-0001"]),
        ({"cb": "association"}, ["CF2026-0004"]),
        ({"cq": "没有这一件"}, []),
    ],
)
def test_the_list_keeps_what_the_address_asks_for(loaded, monkeypatch, query, numbers):
    app = opened(loaded, monkeypatch, "cases", **query)
    assert healthy(app)
    assert table(app) == numbers
    assert numbers or "没有这样的案件" in words(app)


def test_a_county_without_a_ledger_can_begin_with_its_first_case(tmp_path, monkeypatch):
    load(tmp_path / "warehouse", [write(tmp_path, [SETTLEMENT], "结算.csv")], "张三")
    app = opened(tmp_path / "warehouse", monkeypatch, "cases")
    assert healthy(app)
    assert "台账里还没有案件" in words(app)


# ---------------------------------------------------------------- one case


def test_a_case_shows_its_sum_its_money_and_the_ground_of_its_day(loaded, monkeypatch):
    said = words(opened(loaded, monkeypatch, "cases", case="CF2026-0001"))
    assert "500.00 × 2 = 1,000.00 元" in said
    assert "| 违约金 | 协议处理 | 1,000.00 | :gray[—] | :gray[—] | 1,000.00 | 2026-03-31 |" in said
    assert f":orange-badge[逾期 {(date.today() - OLDEST).days - 60} 天]" in said
    assert "第三十八条" in said
    assert "医疗机构医疗保障定点管理暂行办法" in said
    assert "零售药店" not in said, "the law is about pharmacies"
    assert "实施细则" not in said, "in force only from the day after"
    assert "实施细则" in words(opened(loaded, monkeypatch, "cases", case="CF2026-0002"))


def test_words_of_the_ledger_are_shown_as_they_are(loaded, monkeypatch):
    app = opened(loaded, monkeypatch, "cases", case="CF2026-0003")
    assert healthy(app)
    assert not LIVE.findall(words(app))


def test_a_case_of_which_the_ledger_says_little_is_told_without_gaps(tmp_path, monkeypatch):
    load(tmp_path / "warehouse", [write(tmp_path, [PENALTY], "台账.csv")], "张三")
    app = opened(tmp_path / "warehouse", monkeypatch, "cases", case=PENALTY["案件编号"])
    assert app.markdown[0].value.startswith(f"**{PENALTY['机构编码']}**：还没有处理")


def test_an_unknown_number_is_said_and_leads_back(loaded, monkeypatch):
    app = opened(loaded, monkeypatch, "cases", case="CF2026-0999")
    assert healthy(app)
    assert "台账里没有案件 CF2026\\-0999" in words(app)


# ---------------------------------------------------------------- a new case

NEW = {
    "found_on": date(2026, 6, 18),
    "activity": "onsite",
    "subject_type": "institution",
    "institution": "H99010100001",
    "violation": "C01",
    "demands": ["damages", "interview"],
    "base_amount_yuan": "2,453.20",
    "multiple": "10",
}


def test_a_case_is_checked_while_it_is_typed_and_then_written_down(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "cases", new="1")
    typed(app, "draft", NEW | {"multiple": "十倍"})
    assert "违约金倍数：“十倍”；应为倍数，如 1 或 2\\.5" in words(app)
    typed(app, "draft", {"multiple": "10"})
    assert "2,453.20 × 10 = 24,532.00 元" in words(app)
    assert "没有填" not in words(app), "what is not yet typed is no error before somebody tries"

    button(app, "登记").click().run()
    assert "原因没有填" in words(app)
    assert field(app, "draft", "base_amount_yuan").value == "2,453.20"
    assert field(app, "draft", "demands").value == ["damages", "interview"]
    assert events(warehouse)[-1].by == "张三", "nothing was written"

    typed(app, "draft", {"why": "6月现场检查发现", "by": "李四"})
    button(app, "登记").click().run()
    assert healthy(app)
    assert "案件 CF2026\\-0006 已登记，回执第 4 号" in words(app)
    written = known(warehouse, "CF2026-0006")
    assert (written.due_yuan, written.status) == (Decimal("2453.20") * 10, "open")
    assert [h.handling for h in written.handlings] == ["interview", "damages"]
    last = events(warehouse)[-1]
    assert (last.subject, last.by, last.why) == ("CF2026-0006", "李四", "6月现场检查发现")


def test_a_clue_fills_a_new_case_in_and_is_linked_to_it(tmp_path, monkeypatch):
    stay = SETTLEMENT | {"入院日期": "2026-03-01", "出院日期": "2026-06-05", "住院天数": "96"}
    paths = [write(tmp_path, [row], name) for row, name in ((stay, "结算.csv"), (INSTITUTION, "名册.csv"))]
    warehouse = tmp_path / "warehouse"
    load(warehouse, paths, "张三")
    (hit,) = [each for each in screen(open_county(warehouse), "2026") if each.rule == "long_stay"]

    app = opened(warehouse, monkeypatch, "cases", new="1", clues=hit.key)
    assert healthy(app)
    known_of_it = {"institution": hit.institution, "setl_ids": "S1", "persons": "1", "records": "1", "violation": None}
    assert {name: field(app, "draft", name).value for name in known_of_it} == known_of_it
    assert "线索不是结论" in words(app)

    typed(app, "draft", {"violation": "A01", "why": "核查认定", "by": "李四"})
    button(app, "登记").click().run()
    assert healthy(app)
    (number,) = app.query_params["case"] if isinstance(app.query_params["case"], list) else [app.query_params["case"]]
    decision = latest(warehouse, "clue")[hit.key]
    assert (decision.values["case_no"], decision.why) == (number, "核查认定")
    assert "核查情况：还没有处理" in words(app)
    assert known(warehouse, number).setl_ids == ("S1",)


def test_every_empty_field_that_is_needed_has_its_sentence(loaded, monkeypatch):
    app = opened(loaded, monkeypatch, "cases", new="1")
    typed(app, "draft", {"demands": ["recover", "suspend_agreement"], "found_on": None})
    button(app, "登记").click().run()
    told = (
        "发现日期没有填",
        "发现途径没有选",
        "对象类型没有选",
        "违规类型没有选",
        "“追回”要填大于 0 的金额",
        "原因没有填",
    )
    assert [each for each in told if each not in words(app)] == []
    assert not app.exception


def test_a_second_click_while_the_first_is_written_makes_no_second_case():
    once, first_writes, made = Once(), threading.Event(), []

    def slowly() -> list[str]:
        made.append("CF2026-0001")
        first_writes.set()
        time.sleep(0.05)
        return made[-1:]

    clicks = [threading.Thread(target=once.write, args=(slowly,)) for _ in range(2)]
    clicks[0].start()
    first_writes.wait()
    clicks[1].start()
    for click in clicks:
        click.join()
    assert once.written == made == ["CF2026-0001"]


def test_a_click_that_failed_can_be_repeated():
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once.write(lambda: [str(1 // 0)])
    once.write(lambda: ["CF2026-0001"])
    assert once.written == ["CF2026-0001"]


# ---------------------------------------------------------------- steps


def take(app, number: str, kind: str, values: dict) -> None:
    """Choose a kind of step, type it, and press the button."""
    app.segmented_control(key=f"step-{number}").set_value(kind)
    app.run()
    typed(app, f"step-{number}-{kind}", values)
    button(app, "记下").click().run()


def test_money_comes_in_by_parts_and_never_more_than_is_due(warehouse, monkeypatch):
    app, number = opened(warehouse, monkeypatch, "cases", case="CF2026-0001"), "CF2026-0001"
    take(app, number, "receive", {"yuan-damages": "1,000.01", "why": "到账", "by": "李四"})
    assert "会超过应收应扣 1000\\.00 元" in words(app)
    assert field(app, f"step-{number}-receive", "yuan-damages").value == "1,000.01"
    assert known(warehouse, number).received_yuan == 0

    take(app, number, "receive", {"yuan-damages": "400.5", "document_no": "收据 12"})
    assert healthy(app)
    assert "的进展已记下" in words(app)
    take(app, number, "receive", {"yuan-damages": "599.50", "why": "第二笔", "status": "closed"})
    assert healthy(app)
    after = known(warehouse, number)
    assert (after.received_yuan, after.owed_yuan, after.status) == (Decimal(1000), 0, "closed")
    assert [yuan for _, yuan in after.handlings[0].receipts] == [Decimal("400.50"), Decimal("599.50")]
    assert after.decision_no == "", "a receipt's number is no decision"


def test_a_deduction_names_the_settlement_it_is_taken_from(warehouse, monkeypatch):
    app, number = opened(warehouse, monkeypatch, "cases", case="CF2026-0003"), "CF2026-0003"
    take(app, number, "withhold", {"yuan-deduct": "80", "why": "结算抵扣", "by": "李四"})
    assert "要填抵扣月份" in words(app)
    take(app, number, "withhold", {"settled_month": "2026-06"})
    assert healthy(app)
    assert known(warehouse, number).handlings[0].withheld == (("2026-06", Decimal("80.00")),)
    said = words(opened(warehouse, monkeypatch, "audit"))
    assert "从结算款抵扣 80.00 元" in said
    assert "| 2026年6月 | 1 | 80.00 | :gray[—] | **80.00** |" in said


def test_a_decision_and_a_review_are_steps_with_their_own_papers(warehouse, monkeypatch):
    app, number = opened(warehouse, monkeypatch, "cases", case="CF2026-0002"), "CF2026-0002"
    take(app, number, "decide", {"document_no": "云医保处〔2026〕9号", "yuan-fine": "50", "why": "处罚", "by": "李四"})
    assert healthy(app)
    take(app, number, "review", {"review_result": "changed", "yuan-fine": "-20", "why": "复审"})
    assert healthy(app)
    after = known(warehouse, number)
    assert (after.decision_no, after.review_result) == ("云医保处〔2026〕9号", "changed")
    assert {h.handling: h.due_yuan for h in after.handlings} == {"recover": 300, "fine": 30}


def test_a_step_that_says_nothing_is_not_written(warehouse, monkeypatch):
    app, number = opened(warehouse, monkeypatch, "cases", case="CF2026-0005"), "CF2026-0005"
    take(app, number, "status", {"why": "看看", "by": "李四"})
    assert "这一步什么都没有写" in words(app)
    assert events(warehouse)[-1].by == "张三"


def test_a_locked_month_says_what_to_do_and_keeps_what_was_typed(warehouse, monkeypatch):
    lock(warehouse, "2026-06", "王五", "已上报")
    app = opened(warehouse, monkeypatch, "cases", new="1")
    typed(app, "draft", NEW | {"why": "检查", "by": "李四"})
    button(app, "登记").click().run()
    (said,) = [error.value for error in app.error]
    assert "没有记下" in said
    assert "已由王五" in said
    assert "解锁" in said
    assert field(app, "draft", "multiple").value == "10"
    assert events(warehouse)[-1].action == "lock"
    next(each for each in app.checkbox if "按更正处理" in each.label).check().run()
    button(app, "登记").click().run()
    assert healthy(app)
    written = next(event for event in reversed(events(warehouse)) if event.action == "commit")
    assert (written.restated, written.why) == (("2026-06",), "检查")


def test_more_money_asked_for_in_a_locked_month_is_a_restatement_once_that_is_ticked(warehouse, monkeypatch):
    lock(warehouse, "2026-03", "王五", "已上报")
    app, number = opened(warehouse, monkeypatch, "cases", case="CF2026-0001"), "CF2026-0001"
    take(app, number, "review", {"review_result": "changed", "yuan-damages": "100", "why": "复审增加", "by": "李四"})
    assert "已经锁定" in words(app)
    next(each for each in app.checkbox if "按更正处理" in each.label).check().run()
    next(each for each in app.button if each.key == f"step-{number}-review-save").click().run()
    assert healthy(app)
    written = next(event for event in reversed(events(warehouse)) if event.action == "commit")
    assert (written.restated, written.why) == (("2026-03",), "复审增加")


# ---------------------------------------------------------------- undo


def undo_button(app):
    return [each for each in app.button if "确认撤销" in each.label]


def test_the_last_entry_is_taken_back_with_a_reason(warehouse, monkeypatch):
    receipt = Moved("damages", received_yuan=Decimal(400))
    move_on(warehouse, "CF2026-0001", Step(date(2026, 6, 1), (receipt,)), "李四", "到账")
    app = opened(warehouse, monkeypatch, "cases", case="CF2026-0001")
    undo_button(app)[0].click().run()
    assert [error.value for error in app.error] == ["操作人和原因都要写。"]
    next(each for each in app.text_input if each.label.startswith("原因") and not each.key).set_value("记错案件")
    undo_button(app)[0].click().run()
    assert healthy(app)
    assert "第 4 号录入已撤销" in words(app)
    assert known(warehouse, "CF2026-0001").received_yuan == 0
    assert (events(warehouse)[-1].action, events(warehouse)[-1].why) == ("undo", "记错案件")


def test_an_entry_that_others_stand_upon_is_not_offered_for_undo(warehouse, monkeypatch):
    for number, handling in (("CF2026-0001", "damages"), ("CF2026-0004", "damages")):
        step = Step(date(2026, 6, 20), (Moved(handling, received_yuan=Decimal(10)),))
        move_on(warehouse, number, step, "李四", "到账")
    app = opened(warehouse, monkeypatch, "cases", case="CF2026-0001")
    assert undo_button(app) == []
    assert "不能单独撤销" in words(app)
    assert len(undo_button(opened(warehouse, monkeypatch, "cases", case="CF2026-0004"))) == 1


def test_what_was_entered_of_another_case_is_neither_listed_nor_offered_for_undo(warehouse, monkeypatch):
    draft = Draft(date(2026, 6, 20), "onsite", "institution", "A06", institution=INSTITUTION["机构编码"])
    first, second = (enter(warehouse, draft, "李四", "现场检查") for _ in range(2))
    for number in (first, "CF2026-0003"):  # of the same month: entered before, and uploaded
        app = opened(warehouse, monkeypatch, "cases", case=number)
        assert undo_button(app) == [] and f"录入（{second}）" not in words(app)
    assert "文件 台账" in words(app) and "不能单独撤销" not in words(app)
    assert len(undo_button(opened(warehouse, monkeypatch, "cases", case=second))) == 1


# ---------------------------------------------------------------- 更正, 撤案


def test_a_mistyped_case_is_corrected_on_its_own_form_after_the_change_was_shown(warehouse, monkeypatch):
    number = "CF2026-0001"
    assert "更正" in [
        each.proto.label for each in opened(warehouse, monkeypatch, "cases", case=number).get("page_link")
    ]
    app = opened(warehouse, monkeypatch, "cases", fix=number)
    assert healthy(app)
    known_of_it = {"description": "过度检查", "base_amount_yuan": "500.00", "multiple": "2", "demands": ["damages"]}
    assert {name: field(app, f"fix-{number}", name).value for name in known_of_it} == known_of_it
    assert "还没有改动" in words(app)
    typed(app, f"fix-{number}", {"multiple": "3", "found_on": date(2026, 4, 2)})
    assert "2026\\-03 的台账只有这一件" in words(app)
    typed(app, f"fix-{number}", {"found_on": date(2026, 3, 30)})
    shown = words(app).replace("\\", "")
    assert "| 发现日期 | 2026-03-31 | 2026-03-30 |" in shown
    assert "| 违约金倍数 | 2 | 3 |" in shown
    assert "| 应收违约金 | 1,000.00 | 1,500.00 |" in shown
    button(app, "保存更正").click().run()
    assert "原因没有填" in words(app) and known(warehouse, number).due_yuan == 1000
    typed(app, f"fix-{number}", {"why": "倍数录错", "by": "李四"})
    button(app, "保存更正").click().run()
    assert healthy(app)
    assert "已更正：发现日期、违约金倍数、应收违约金，回执第 4 号" in words(app)
    assert (known(warehouse, number).due_yuan, known(warehouse, number).found_on) == (1500, date(2026, 3, 30))
    assert (events(warehouse)[-1].subject, events(warehouse)[-1].by) == (number, "李四")
    said = words(opened(warehouse, monkeypatch, "cases", case=number))
    assert "违约金倍数 2→3" in said and "文件 台账" in said
    assert "台账里没有案件" in words(opened(warehouse, monkeypatch, "cases", fix="CF2026-0999"))


def test_a_correction_is_offered_for_undo_while_no_step_stands_upon_it(warehouse, monkeypatch):
    number = "CF2026-0001"
    paid = Step(date(2026, 6, 20), (Moved("damages", received_yuan=Decimal(10)),))
    move_on(warehouse, number, paid, "李四", "到账")
    correct(warehouse, number, replace(draft_of(warehouse, number), multiple=Decimal(3)), "李四", "倍数录错")
    app = opened(warehouse, monkeypatch, "cases", case=number)
    assert ["第 5 号" in each.label for each in undo_button(app)] == [True]
    move_on(warehouse, number, paid, "李四", "又到账")
    move_on(warehouse, "CF2026-0004", paid, "李四", "到账")  # over it: the step itself can't be taken back alone
    app = opened(warehouse, monkeypatch, "cases", case=number)
    assert undo_button(app) == [] and "之后已有进展" in words(app)


def withdraw_form(app, by: str, why: str):
    next(each for each in app.text_input if each.label == "操作人" and not each.key).set_value(by)
    next(each for each in app.text_input if each.label.startswith("撤案原因")).set_value(why)
    return button(app, "确认撤案").click().run()


def test_a_case_entered_by_mistake_is_withdrawn_with_a_reason_and_can_be_taken_up_again(warehouse, monkeypatch):
    number = "CF2026-0001"
    app = opened(warehouse, monkeypatch, "cases", case=number)
    assert [error.value for error in withdraw_form(app, "李四", "").error] == ["操作人和原因都要写。"]
    withdraw_form(app, "李四", "和另一件*是*同一件")
    assert healthy(app)
    assert "已撤案，回执第 4 号" in words(app)
    assert "~~：**已撤案**，和另一件\\*是\\*同一件；不计入任何月份的件数和金额。" in words(app)
    assert not [each for each in app.button if each.label == "确认撤案"]

    listing = opened(warehouse, monkeypatch, "cases")
    assert table(listing) == ["CF2026-0003", "CF2026-0005", "CF2026-0002"]
    assert "台账共 **3 件**，**1 件**未结案" in words(listing)
    found = opened(warehouse, monkeypatch, "cases", c="withdrawn")
    assert table(found) == [number]
    (why,) = (frame.value["撤案原因"].tolist() for frame in found.dataframe if "撤案原因" in frame.value.columns)
    assert why == ["和另一件*是*同一件"]

    app = opened(warehouse, monkeypatch, "cases", case=number)
    typed(app, f"step-{number}-status", {"status": "open", "why": "撤错了"})
    button(app, "记下").click().run()
    assert healthy(app)
    assert known(warehouse, number).owed_yuan == 1000
    withdraw_form(app, "李四", "确是同一件")
    assert known(warehouse, number).withdrawn


def test_a_case_of_a_locked_month_is_withdrawn_as_a_restatement_and_says_so_first(warehouse, monkeypatch):
    number = "CF2026-0001"
    lock(warehouse, "2026-03", "王五", "已上报")
    app = opened(warehouse, monkeypatch, "cases", case=number)
    assert "会记为更正原因" in words(app)
    withdraw_form(app, "李四", "和另一件是同一件")
    assert known(warehouse, number).withdrawn
    written = next(event for event in reversed(events(warehouse)) if event.action == "commit")
    assert (written.restated, "同一件" in written.why) == (("2026-03",), True)


def test_a_case_with_money_says_why_it_can_not_be_withdrawn(loaded, monkeypatch):
    app = opened(loaded, monkeypatch, "cases", case="CF2026-0002")
    assert "已有到账或扣减，不能撤案" in words(app)
    assert not [each for each in app.button if each.label == "确认撤案"]


# ---------------------------------------------------------------- 稽核处罚


def test_the_money_of_each_track_stands_apart(loaded, monkeypatch):
    said = words(opened(loaded, monkeypatch, "audit", m="2026-03..2026-06"))
    assert "| **合计** | 3 | 1,380.00 | :gray[—] | 300.00 | 1,080.00 | 23.08% |" in said
    assert "| :gray[行业自律（另账，不并入）] | 1 | 7,000.00 | :gray[—] | :gray[—] | 7,000.00 | 0.00% |" in said


def test_what_is_penalised_twice_is_a_warning_with_both_cases(tmp_path, monkeypatch):
    twice = rows(
        CASES[0], {"发现日期": "2026-06-02"}, {"案件编号": "CF2026-0009", "发现日期": "2026-06-30", "发现途径": "回访"}
    )
    files = {"结算.csv": [SETTLEMENT], "名册.csv": [INSTITUTION], "台账.csv": twice}
    load(tmp_path / "warehouse", [write(tmp_path, listed, name) for name, listed in files.items()], "张三")
    app = opened(tmp_path / "warehouse", monkeypatch, "audit")
    assert "1 对案件可能重复处罚" in app.warning[0].value
    assert "违规类型、金额和事实相同" in words(app)
