"""Sampling plans: the frame, a draw that anybody can repeat, results, and what may be said of the rest."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import WarehouseError, load, open_county, sampling
from pipelines.sampling import Draft, FrameError, NotRandom, ResultError, Scope
from pipelines.spreadsheets import xlsx_bytes
from pipelines.store.warehouse import journal
from tests.files import AGGREGATE, INSTITUTION, SETTLEMENT, rows, write

ROOT = Path(__file__).parents[1]
JUNE = Scope("2026-06", "2026-06", "resident")
COUNT = 120


def settlements() -> list[dict]:
    """120 stays in June, each with a payment of its own; S3 was refunded in June, S4 in July; an outpatient visit."""
    changes = [
        {
            "结算ID": f"S{n}",
            "人员编号": f"P{n:010}",
            "定点医药机构编号": f"H9901010000{1 + n % 2}",
            "医疗费总额": f"{1000 + 7 * n}.00",
            "基金支付总额": f"{n * n}.50",
        }
        for n in range(1, COUNT + 1)
    ]
    back = {"医疗费总额": "-1021.00", "基金支付总额": "-9.50", "退费结算标志": "1", "住院天数": "8"}
    changes.append(changes[2] | back | {"结算ID": "R3"})
    changes.append(changes[0] | {"结算ID": "V1", "医疗类别": "11"})
    return rows(SETTLEMENT, *changes)


def july() -> list[dict]:
    back = {"医疗费总额": "-1028.00", "基金支付总额": "-16.50", "退费结算标志": "1", "结算日期": "2026-07-02"}
    four = {"结算ID": "R4", "人员编号": "P0000000004", "定点医药机构编号": "H99010100001"}
    return rows(SETTLEMENT, back | four, {"结算ID": "J1", "结算日期": "2026-07-05"})


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sampling")
    two = rows(INSTITUTION, {}, {"机构编码": "H99010100002", "机构名称": "枫渚镇卫生院", "机构类别": "乡镇卫生院"})
    tables = {"june": settlements(), "july": july(), "roster": two, "may": [AGGREGATE | {"统计年月": "2026-05"}]}
    files = [write(folder, listed, f"{name}.csv") for name, listed in tables.items()]
    told = load(folder / "warehouse", files, "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, told
    return folder / "warehouse"


@pytest.fixture
def warehouse(loaded, tmp_path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "warehouse"))


@pytest.fixture(scope="module")
def planned(loaded, tmp_path_factory):
    """A warehouse with a plan, to which nothing more is written."""
    place = Path(shutil.copytree(loaded, tmp_path_factory.mktemp("planned") / "warehouse"))
    return place, sampling.make(place, open_county(place), draft(), "张三")


def files_of_june() -> dict[str, Decimal]:
    """What the frame should be, from the rows as they were written."""
    stays = {r["结算ID"]: Decimal(r["基金支付总额"]) for r in settlements() if r["医疗类别"] == "21"}
    return {id: yuan for id, yuan in stays.items() if id not in ("S3", "R3", "S4")}


def draft(**more) -> Draft:
    return Draft(JUNE, "20260712", **{"margin": Decimal(10), "clues": 0, "amounts": 3} | more)


def fill_in(warehouse: Path, plan, problems: dict[str, str], only=None) -> None:
    """Results for all files of the plan: problems with their yuan, the others sound."""
    found = {id: ("有问题", problems[id], "") if id in problems else ("无问题", "", "") for id in only or plan.files}
    sampling.enter(warehouse, open_county(warehouse), plan.id, found, "张三")


# ---------------------------------------------------------------- the frame


def test_the_frame_is_every_stay_that_was_not_refunded_in_that_month_or_later(loaded):
    frame = sampling.frame_of(open_county(loaded), JUNE)
    wanted = files_of_june()
    lines = "\n".join(f"{id} {yuan}" for id, yuan in sorted(wanted.items()))
    assert (frame.files, frame.fund_yuan) == (len(wanted), sum(wanted.values())) == (COUNT - 2, frame.fund_yuan)
    assert frame.sha256 == hashlib.sha256(lines.encode()).hexdigest()


def test_bands_by_amount_hold_a_quarter_of_the_money_each(loaded):
    frame = sampling.frame_of(open_county(loaded), Scope("2026-06", "2026-06", "resident", strata="amount"))
    assert list(frame.sizes) == ["1", "2", "3", "4"]
    assert frame.sizes["1"] > frame.sizes["4"]
    assert all(abs(yuan * 4 - frame.fund_yuan) < 4 * 120**2 for yuan in frame.funds.values())


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope("2026-05", "2026-06"), "2026-05 的结算明细是按月汇总的"),
        (Scope("2026-04", "2026-06"), "2026-04 没有结算明细"),
        (Scope("2026-06", "2026-05"), "晚于"),
        (Scope("2026-06", "2026-06", "nobody"), "没有“nobody”；应为 resident"),
        (Scope("2026-06", "2026-06", "employee"), "没有结算，不能抽样"),
        (Scope("2026-06", "2026-06", institutions=("H1",)), "名册里没有机构 H1"),
    ],
)
def test_a_frame_that_cannot_be_is_refused_in_a_sentence(loaded, scope, said):
    with pytest.raises(FrameError, match=said):
        sampling.frame_of(open_county(loaded), scope)


def test_a_plan_that_makes_no_sense_is_refused_in_a_sentence(loaded):
    county = open_county(loaded)
    for more, said in (
        ({"margin": Decimal(0)}, "误差“0%”不能用"),
        ({"confidence": Decimal(100)}, "置信度"),
        ({"sharing": "luck"}, "应为 equal、amount"),
        ({"amounts": -1}, "风险臂的大额份数"),
    ):
        with pytest.raises(FrameError, match=said):
            sampling.propose(county, draft(**more))
    with pytest.raises(FrameError, match="随机种子“a b”"):
        sampling.propose(county, Draft(JUNE, "a b"))


# ---------------------------------------------------------------- the draw


def test_the_files_drawn_are_those_whose_digest_comes_first(warehouse):
    plan = sampling.make(warehouse, open_county(warehouse), draft(), "张三", "二季度抽查")
    ordered = sorted(files_of_june(), key=lambda id: hashlib.sha256(f"20260712/{id}".encode()).hexdigest())
    assert plan.drawn == ordered[: len(plan.drawn)]
    assert len(plan.drawn) == sampling.size_for(COUNT - 2, Decimal("0.1"))


def test_strata_are_drawn_apart_and_another_seed_draws_others(warehouse):
    county = open_county(warehouse)
    scope = Scope("2026-06", "2026-06", "resident", strata="kind")
    one, two = (sampling.make(warehouse, county, Draft(scope, seed, Decimal(15)), "张三") for seed in ("1", "2"))
    assert {name: len(ids) for name, ids in one.random.items()} == sampling.propose(county, one.draft).shares
    assert all(int(id[1:]) % 2 == 0 for id in one.random["county_hospital"])
    assert set(one.drawn) != set(two.drawn)


def test_another_process_redraws_the_same_files(planned):
    warehouse, plan = planned
    command = [sys.executable, "-m", "pipelines", "--warehouse", str(warehouse), "sampling", plan.id, "--json"]
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    assert told["redraw"] == {"same": True, "changed": "", "gone": []}
    assert [file["结算编号"] for file in told["files"] if "随机" in file["抽取"]] == plan.drawn


def test_the_risk_arm_is_apart_and_says_why_each_file_is_in_it(warehouse):
    county = open_county(warehouse)
    suspects = {"S9": "疑点线索：分解住院", "S8": "疑点线索：超长住院"}
    plan = sampling.make(warehouse, county, draft(clues=1, amounts=2), "张三", suspects=suspects)
    top = sorted(files_of_june(), key=lambda id: -files_of_june()[id])[:2]
    assert plan.risk == {"S9": "疑点线索：分解住院"} | dict.fromkeys(top, "基金支付最高的 2 笔")
    assert plan.drawn == sampling.make(warehouse, county, draft(clues=0, amounts=0), "张三").drawn
    heads, listed = sampling.worklist(county, plan)
    arms = {row[heads.index("结算编号")]: row[heads.index("抽取")] for row in listed}
    assert set(arms) == set(plan.drawn) | set(plan.risk)
    assert {id for id, name in arms.items() if "风险" in name} == set(plan.risk)


def test_clues_are_ranked_by_severity_then_number_then_money():
    rules = {"a": SimpleNamespace(severity="high", title="甲"), "b": SimpleNamespace(severity="low", title="乙")}
    hits = [
        SimpleNamespace(rule="b", at_stake_yuan=Decimal(900), setl_ids=("S1", "S2")),
        SimpleNamespace(rule="a", at_stake_yuan=Decimal(5), setl_ids=("S2", "S3")),
        SimpleNamespace(rule="a", at_stake_yuan=Decimal(7), setl_ids=("S4", "S9")),
    ]
    found = sampling.suspected(hits, rules, {"S1", "S2", "S3", "S4"}, 3)
    assert found == {"S2": "疑点线索：甲、乙", "S4": "疑点线索：甲", "S3": "疑点线索：甲"}


def test_plans_are_read_back_as_they_were_made_and_stay_when_withdrawn(warehouse):
    county = open_county(warehouse)
    plan = sampling.make(warehouse, county, draft(cap=Decimal("2.5")), "张三", "二季度抽查")
    (kept,) = sampling.plans(warehouse)
    assert (kept.drawn, kept.risk, kept.draft, kept.why) == (plan.drawn, plan.risk, plan.draft, "二季度抽查")
    assert (kept.frame.files, kept.frame.fund_yuan) == (plan.frame.files, plan.frame.fund_yuan)
    with pytest.raises(WarehouseError, match="要写明原因"):
        sampling.withdraw(warehouse, plan.id, "张三", " ")
    sampling.withdraw(warehouse, plan.id, "张三", "选错了险种")
    (gone,) = sampling.plans(warehouse)
    assert (gone.withdrawn, gone.drawn) == ("选错了险种", plan.drawn)
    with pytest.raises(ResultError, match="已作废（选错了险种）"):
        fill_in(warehouse, plan, {})
    with pytest.raises(WarehouseError, match="没有抽样方案 X"):
        sampling.plan_of(warehouse, "X")


def test_a_frame_that_changed_since_is_said_and_the_files_drawn_stay(warehouse, tmp_path):
    plan = sampling.make(warehouse, open_county(warehouse), draft(), "张三")
    lost = plan.drawn[0]
    fewer = [row for row in settlements() if row["结算ID"] != lost]
    load(warehouse, [write(tmp_path, fewer, "again.csv")], "李四")
    county = open_county(warehouse)
    told = sampling.redraw(county, sampling.plan_of(warehouse, plan.id))
    assert not told.same
    assert told.gone == (lost,)
    assert f"从 {COUNT - 2} 份" in told.changed and f"变为 {COUNT - 3} 份" in told.changed
    heads, listed = sampling.worklist(county, plan)
    row = next(row for row in listed if row[heads.index("结算编号")] == lost)
    assert row[heads.index("基金支付（元）")] is None


def test_a_file_that_leaves_the_frame_moves_no_other(warehouse, tmp_path):
    plan = sampling.make(warehouse, open_county(warehouse), draft(), "张三")
    fewer = [row for row in settlements() if row["结算ID"] != plan.drawn[0]]
    load(warehouse, [write(tmp_path, fewer, "again.csv")], "李四")
    again = sampling.make(warehouse, open_county(warehouse), draft(), "张三")
    assert again.drawn[: len(plan.drawn) - 1] == plan.drawn[1:]


# ---------------------------------------------------------------- results


def test_results_are_kept_in_the_journal_and_the_last_one_counts(warehouse):
    county, plan = open_county(warehouse), sampling.make(warehouse, open_county(warehouse), draft(), "张三")
    first, second = plan.drawn[:2]
    typed = {first: ("有问题", "1.50", "多收床位费"), second: ("sound", "", "")}
    assert sampling.enter(warehouse, county, plan.id, typed, "张三") == 2
    assert sampling.enter(warehouse, county, plan.id, typed, "张三") == 0
    sampling.enter(warehouse, county, plan.id, {second: ("未取得病历", "", ""), first: ("", "", "")}, "李四", "复核")
    assert sampling.results(warehouse, plan) == {second: sampling.Result("missing")}
    assert [e.by for e in journal(warehouse) if e.kind == "sample_result"] == ["张三", "张三", "李四", "李四"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("坏", "", ""), "结果“坏”不能用；应为无问题、有问题、未取得病历"),
        (("有问题", "一千", ""), "应扣基金“一千”不是金额"),
        (("有问题", "999999", ""), "多于这笔结算的基金支付"),
        (("无问题", "5.00", ""), "有金额的应为有问题"),
        (("", "5.00", ""), "没有填结果"),
        (("有问题", "", "电话 13912345678"), "身份证号或电话号码"),
    ],
)
def test_a_result_that_cannot_be_is_refused_and_nothing_is_written(planned, typed, said):
    warehouse, plan = planned
    county = open_county(warehouse)
    before = len(journal(warehouse))
    with pytest.raises(ResultError, match=said):
        sampling.enter(warehouse, county, plan.id, {plan.drawn[1]: ("无问题", "", ""), plan.drawn[0]: typed}, "张三")
    with pytest.raises(ResultError, match="不在这份方案"):
        sampling.enter(warehouse, county, plan.id, {"S3": ("无问题", "", "")}, "张三")
    assert len(journal(warehouse)) == before


@pytest.mark.parametrize("kind", ["xlsx", "csv", "gbk"])
def test_the_worklist_comes_back_filled_in_as_a_workbook_or_as_csv(planned, tmp_path, kind):
    warehouse, plan = planned
    heads, listed = sampling.worklist(open_county(warehouse), plan)
    filled = [(*row[:-3], "有问题", "0.50", "说明,有逗号") if n == 1 else row for n, row in enumerate(listed)]
    path = tmp_path / f"清单.{'xlsx' if kind == 'xlsx' else 'csv'}"
    if kind == "xlsx":
        path.write_bytes(xlsx_bytes(heads, filled, "清单"))
    else:
        text = io.StringIO()
        csv.writer(text).writerows([heads, *filled])
        path.write_bytes(text.getvalue().encode("gb18030" if kind == "gbk" else "utf-8-sig"))
    assert sampling.read_worklist(path) == {plan.files[1]: ("有问题", "0.50", "说明,有逗号")}


def test_another_file_is_not_taken_for_a_worklist(tmp_path):
    with pytest.raises(ResultError, match="不是病历清单；应有“结算编号”和“结果”两列"):
        sampling.read_worklist(write(tmp_path, [INSTITUTION]))
    twice = "结算编号,结果,应扣基金（元）,说明\nS1,有问题,1,\nS1,无问题,,\n"
    with pytest.raises(ResultError, match="结算 S1 有两行"):
        sampling.read_worklist(write(tmp_path, twice))


# ---------------------------------------------------------------- what may be said of the rest


def test_the_whole_is_estimated_from_the_random_arm_alone(warehouse):
    plan = sampling.make(warehouse, open_county(warehouse), draft(cap=Decimal(100)), "张三")
    outside = next(id for id in plan.risk if id not in plan.drawn)
    bad = {id: "100.00" for id in plan.drawn if files_of_june()[id] > 100 and int(id[1:]) % 3 == 0}
    fill_in(warehouse, plan, bad | {outside: "5000.00"})
    found = sampling.outcome(plan, sampling.results(warehouse, plan))
    assert round(found.rate.value, 20) == round(Decimal(len(bad)) / len(plan.drawn), 20)
    assert found.money.estimate == (100 * len(bad) * Decimal(COUNT - 2) / len(plan.drawn)).quantize(Decimal("0.01"))
    assert found.confirmed == 100 * len(bad) + 5000
    assert found.money.claim == max(found.confirmed, found.money.lower)
    assert found.claim == found.confirmed  # of no institution in particular may more be asked for
    assert "不能推断其余" in found.said_of_risk


def test_of_one_institution_the_lower_bound_may_be_asked_for(warehouse):
    scope = Scope("2026-06", "2026-06", "resident", institutions=("H99010100001",))
    plan = sampling.make(warehouse, open_county(warehouse), Draft(scope, "7", Decimal(10), amounts=0), "张三")
    fill_in(warehouse, plan, dict.fromkeys(plan.drawn[::2], "9.00"))
    found = sampling.outcome(plan, sampling.results(warehouse, plan))
    assert found.confirmed < found.claim == found.money.claim <= plan.cap_yuan


def test_it_is_said_how_often_a_scope_was_drawn_before(warehouse):
    county = open_county(warehouse)
    first, second = (sampling.make(warehouse, county, draft(), "张三") for _ in range(2))
    sampling.make(warehouse, county, Draft(Scope("2026-06", "2026-06"), "1"), "张三")
    sampling.withdraw(warehouse, first.id, "张三", "再抽一次")
    made = sampling.plans(warehouse)
    assert [sampling.drawn_before(made, each) for each in made] == [0, 1, 0]
    assert made[1].id == second.id


def test_the_draw_by_digest_is_as_random_as_a_lottery():
    ids, marked = [f"S{n}" for n in range(118)], {f"S{n}" for n in range(30)}
    times, held = dict.fromkeys(ids, 0), 0
    for seed in range(500):
        drawn = sorted(ids, key=lambda id: hashlib.sha256(f"{seed}/{id}".encode()).hexdigest())[:50]
        for id in drawn:
            times[id] += 1
        told = sampling.rate([sampling.Stratum("", len(ids), len(drawn), len(marked.intersection(drawn)))])
        held += told.low_files <= len(marked) <= told.high_files
    assert held / 500 >= 0.93
    expected, spread = 500 * 50 / 118, (500 * 50 / 118 * 68 / 118) ** 0.5
    assert max(abs(n - expected) for n in times.values()) < 4.5 * spread


def test_nothing_is_extrapolated_before_every_random_file_was_read(warehouse):
    plan = sampling.make(warehouse, open_county(warehouse), draft(), "张三")
    fill_in(warehouse, plan, {}, only=plan.drawn[1:])
    found = sampling.outcome(plan, sampling.results(warehouse, plan))
    assert (found.rate, found.money) == (None, None)
    assert "还有 1 份没有结果" in found.why_not


def test_few_random_files_give_a_rate_but_no_money(warehouse):
    plan = sampling.make(warehouse, open_county(warehouse), draft(margin=Decimal(20)), "张三")
    assert len(plan.drawn) < 30
    fill_in(warehouse, plan, {})
    found = sampling.outcome(plan, sampling.results(warehouse, plan))
    assert found.rate.low_files == 0 and found.rate.high_files > 0
    assert found.money is None and "不足 30 份，金额不外推" in found.why_not


def test_chosen_files_are_never_extrapolated():
    with pytest.raises(NotRandom, match="不是随机抽的"):
        sampling.rate([sampling.Stratum("", 1000, 20, 9)], random=False, what="风险臂")
