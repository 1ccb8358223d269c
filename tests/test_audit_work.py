"""Audit work: what was done by month and institution, visits of staff, quotas, where a day may bring back most."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import Period, WarehouseError, audit_work, load, open_county, sampling
from pipelines.access import Caller, acting, roles
from pipelines.audit_work import DONE, DROPPED, Pace
from tests.files import AUDIT, INSTITUTION, PENALTY, SETTLEMENT, STAFF, rows, write

JUNE = Period("2026-06", "2026-06")
ONE, TWO = "H99010100001", "H99010100002"
COUNT = 60


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("audit_work")
    stays = [{"结算ID": f"S{n}", "定点医药机构编号": (ONE, TWO)[n % 2], "人员编号": f"P{n}"} for n in range(COUNT)]
    tables = {
        "settlements": rows(SETTLEMENT, *stays),
        "roster": rows(INSTITUTION, {}, {"机构编码": TWO, "机构名称": "枫渚镇卫生院"}),
        "staff": [STAFF],
        "audit": rows(
            AUDIT,
            {},
            {"范围": "县外", "抽查量": "6", "问题数": "1"},
            {"工作类型": "日常审核", "应查量": "100", "抽查量": "30", "问题数": "2"},
        ),
        "penalties": rows(PENALTY, {}, {"案件编号": "CF2", "发现日期": "2026-06-20"}),
    }
    told = load(folder / "warehouse", [write(folder, each, f"{name}.csv") for name, each in tables.items()], "测试")
    assert {receipt.status for receipt in told} == {"loaded"}, told
    return folder / "warehouse"


@pytest.fixture
def warehouse(loaded, tmp_path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "warehouse"))


def arranged(warehouse: Path, *institutions: str, **more):
    told = {"month": "2026-07", "activity": "onsite", "staff": (2, 5), "days": Decimal("3")} | more
    county = open_county(warehouse)
    return audit_work.arrange(
        warehouse, county, told["month"], institutions, told["activity"], told["staff"], told["days"], "张三"
    )


def test_work_is_added_up_by_month_and_kind(loaded):
    found = {each.activity: each for each in audit_work.work(open_county(loaded), JUNE)}
    assert (found["record_review"].checked, found["record_review"].problems) == (84 + 6, 46 + 1)
    assert found["record_review"].universe is None
    assert (found["daily_audit"].checked, found["daily_audit"].universe) == (30, 100)


def test_an_institution_tells_what_was_found_visited_and_read_there(warehouse):
    county = open_county(warehouse)
    before = {each.institution: each for each in audit_work.touched(county, JUNE)}
    assert (before[ONE].cases, before[ONE].last_on) == (2, date(2026, 6, 20))
    assert (before[TWO].cases, before[TWO].last_on) == (0, None)
    assert before[TWO].fund_yuan == Decimal("1178.00") * COUNT / 2
    (visit,) = arranged(warehouse, TWO, month="2026-06")
    audit_work.report(warehouse, visit.id, DONE, "张三", date(2026, 6, 25))
    plan = sampling.make(warehouse, county, sampling.Draft(sampling.Scope("2026-06", "2026-06"), "1"), "张三")
    sampling.enter(warehouse, county, plan.id, dict.fromkeys(plan.drawn[:10], ("无问题", "", "")), "张三")
    after = {each.institution: each for each in audit_work.touched(county, JUNE)}
    assert (after[TWO].visits, after[ONE].visits) == (1, 0)
    read = [id for id in plan.drawn[:10] if int(id[1:]) % 2]
    assert (after[TWO].files, after[ONE].files) == (len(read), 10 - len(read))
    with acting(Caller("甲", "director", roles()["director"].rights)):  # who may see no rows of persons is told counts
        assert {each.files for each in audit_work.touched(open_county(warehouse), JUNE)} == {len(read), 10 - len(read)}


def test_a_visit_is_arranged_once_and_then_made_or_dropped(warehouse):
    one, two = arranged(warehouse, ONE, TWO)
    with pytest.raises(WarehouseError, match="2026-07 已安排云溪县人民医院的现场检查"):
        arranged(warehouse, ONE)
    audit_work.report(warehouse, one.id, DONE, "李四", date(2026, 7, 8), "查看病历 20 份")
    audit_work.report(warehouse, two.id, DROPPED, "李四", note="并入八月")
    assert {v.institution: (v.state, v.on, v.note) for v in audit_work.visits(warehouse)} == {
        ONE: (DONE, date(2026, 7, 8), "查看病历 20 份"),
        TWO: (DROPPED, None, "并入八月"),
    }
    assert arranged(warehouse, TWO)  # what was dropped may be arranged again


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"month": "七月"}, "月份“七月”不能用；应如 2026-07"),
        ({"institutions": ("H1",)}, "名册里没有机构 H1"),
        ({"institutions": ()}, "没有选机构"),
        ({"activity": "tea"}, "没有“tea”这种工作"),
        ({"staff": (14,)}, "人员 14；应为 1—13 号（在岗 13 人）"),
        ({"staff": ()}, "没有选"),
        ({"days": Decimal(0)}, "用工 0 人日不能用"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_in_a_sentence(warehouse, more, said):
    places = more.pop("institutions", (ONE,))
    with pytest.raises(WarehouseError, match=said):
        arranged(warehouse, *places, **more)
    assert audit_work.visits(warehouse) == []


def test_a_report_without_a_day_or_a_reason_is_refused(warehouse):
    (visit,) = arranged(warehouse, ONE)
    for state, note, said in ((DONE, "", "哪一天"), (DROPPED, " ", "原因"), ("maybe", "", "没有“maybe”")):
        with pytest.raises(WarehouseError, match=said):
            audit_work.report(warehouse, visit.id, state, "张三", note=note)
    with pytest.raises(WarehouseError, match="电话号码"):
        audit_work.report(warehouse, visit.id, DROPPED, "张三", note="联系 13912345678")
    with pytest.raises(WarehouseError, match="没有检查安排 x"):
        audit_work.report(warehouse, "x", DONE, "张三", date(2026, 7, 1))


def test_the_days_of_a_visit_are_shared_among_its_staff(warehouse):
    arranged(warehouse, ONE, staff=(1, 2), days=Decimal(3))
    arranged(warehouse, TWO, staff=(2,), days=Decimal("0.5"))
    assert audit_work.days_of_staff(audit_work.visits(warehouse), "2026-07") == {1: Decimal("1.5"), 2: Decimal(2)}
    assert audit_work.days_of_staff(audit_work.visits(warehouse), "2026-08") == {}


def test_a_quota_is_held_against_the_months_gone_by(warehouse):
    audit_work.set_quota(warehouse, "2026", "record_review", 200, "张三")
    audit_work.set_quota(warehouse, "2026", "daily_audit", 12, "张三")
    found = {each.activity: each for each in audit_work.progress(open_county(warehouse), JUNE)}
    assert (found["record_review"].checked, found["record_review"].due) == (90, 100)
    assert found["record_review"].behind and not found["daily_audit"].behind
    audit_work.set_quota(warehouse, "2026", "daily_audit", 0, "张三")
    assert [each.activity for each in audit_work.progress(open_county(warehouse), JUNE)] == ["record_review"]
    with pytest.raises(WarehouseError, match="年计划 -1"):
        audit_work.set_quota(warehouse, "2026", "daily_audit", -1, "张三")


# ---------------------------------------------------------------- where a day may bring back most


def hit(key: str, institution: str, yuan: str, *files: str):
    return SimpleNamespace(key=key, institution=institution, at_stake_yuan=Decimal(yuan), setl_ids=files)


def test_a_settlement_is_at_stake_once_however_many_clues_point_at_it():
    hits = [hit("a", ONE, "900", "S1", "S2"), hit("b", ONE, "300", "S2", "S3", "S4"), hit("c", ONE, "50", "S1")]
    (only,) = audit_work.ranking(hits, Pace())
    assert only.at_stake_yuan == 900 + 200
    assert (only.hits, only.files) == (3, 4)


def test_institutions_are_ranked_by_what_a_staff_day_may_bring_back():
    many = [hit(f"m{n}", ONE, "100", f"S{n}") for n in range(150)]
    hits = [*many, hit("one", TWO, "3000", "X1")]
    first, second = audit_work.ranking(hits, Pace(files_a_day=15, travel_days=Decimal("0.5"), team=2))
    assert (first.institution, second.institution) == (TWO, ONE)
    assert (first.days, second.days) == (Decimal("1.5"), Decimal(11))  # 1 of travel and the files, in half days
    assert first.per_day_yuan == Decimal("200.00")
    assert second.per_day_yuan == (Decimal(1500) / 11).quantize(Decimal("0.01"))


def test_only_the_institutions_that_are_asked_for_are_ranked():
    hits = [hit("a", ONE, "900.10", "S1"), hit("b", TWO, "70.00", "S2")]
    assert [each.institution for each in audit_work.ranking(hits, Pace(), [TWO, "P1"])] == [TWO]


def test_another_share_confirmed_moves_no_institution():
    hits = [hit("a", ONE, "900.10", "S1"), hit("b", TWO, "70.00", "S2"), hit("c", "P1", "70.00", "S3")]
    orders = [[r.institution for r in audit_work.ranking(hits, Pace(confirmed=Decimal(p)))] for p in (1, 10, 90)]
    assert orders[0] == orders[1] == orders[2] == [ONE, TWO, "P1"]


def test_what_was_confirmed_so_far_is_told_from_thirty_files_on(warehouse):
    county = open_county(warehouse)
    suspects = {f"S{n}": "疑点线索：分解住院" for n in range(30)}
    draft = sampling.Draft(sampling.Scope("2026-06", "2026-06"), "1", clues=30, amounts=5)
    plan = sampling.make(warehouse, county, draft, "张三", suspects=suspects)
    sampling.enter(warehouse, county, plan.id, dict.fromkeys(list(suspects)[:29], ("有问题", "117.80", "")), "张三")
    assert audit_work.evidence(county) is None
    sampling.enter(warehouse, county, plan.id, {"S29": ("无问题", "", "")}, "张三")
    told = audit_work.evidence(county)
    assert (told.files, told.found_yuan, told.fund_yuan) == (30, Decimal("117.80") * 29, Decimal("1178.00") * 30)
    assert told.share == Decimal("9.67")
