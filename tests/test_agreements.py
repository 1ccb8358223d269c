"""机构-协议-结算: each disagreement is found where it was put, counted a second way, and nothing else is."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from pipelines import Period, ask, load, open_county
from pipelines.agreements import check_agreements, names, state
from pipelines.agreements.states import Place, uncovered
from tests.files import INSTITUTION, SETTLEMENT, rows, write

HALF_YEAR = Period("2026-01", "2026-06")
JUNE = Period("2026-06", "2026-06")


def place(status: str = "normal", begins: str | None = "2026-01-01", ends: str | None = "2026-12-31") -> Place:
    day = date.fromisoformat
    return Place(
        "H1", "甲", "medical", "village", "", "in_county", "", begins and day(begins), ends and day(ends), status
    )


# ---------------------------------------------------------------- the sample county


@pytest.fixture(scope="module")
def sample(sample_county):
    return check_agreements(sample_county, HALF_YEAR)


def test_351_managed_and_267_signed_are_found_and_the_84_between_them_explained(sample, sample_files):
    assert (sample.managed, sample.signed) == (351, 267)
    assert sum(sample.apart.values()) == 84
    assert {kind for _, kind in sample.apart} == {"village", "clinic", "pharmacy"}
    roster = pd.read_csv(sample_files / "institutions.csv", dtype=str)
    lost = roster[(roster["是否县内"] == "1") & (roster["协议状态"] != "正常")]
    ended = lost["协议截止日期"].notna()
    by_state: Counter = Counter()
    for (found, _), count in sample.apart.items():
        by_state[found] += count
    assert by_state == {
        "terminated": int((lost["协议状态"] == "解除").sum()),
        "expired": int((ended & (lost["协议状态"] == "未签订")).sum()),
        "unsigned": int((~ended).sum()),
    }


def test_the_signed_are_those_that_the_kpi_counts(sample_county):
    for period in (HALF_YEAR, JUNE):
        (kpi,) = ask(sample_county, ["signed_institutions"], period)
        assert check_agreements(sample_county, period).signed == kpi.value


def test_a_year_before_the_agreements_of_the_roster_accuses_nobody(sample_county):
    found = check_agreements(sample_county, Period("2025-01", "2025-12"))
    assert {f.kind for f in found.findings if f.kind.endswith("_paid")} == {"unsigned_paid"}
    assert any("267 家的协议在期末之后才开始" in text for text in found.unread)


def test_paid_without_an_agreement_is_what_the_files_hold(sample, sample_files):
    roster = pd.read_csv(sample_files / "institutions.csv", dtype=str)
    lost = set(roster[(roster["是否县内"] == "1") & (roster["协议状态"] != "正常")]["机构编码"])
    paid, visits = Decimal(0), 0
    for month in HALF_YEAR.months:
        used = ["定点医药机构编号", "基金支付总额", "有效标志", "退费结算标志"]
        settled = pd.read_csv(sample_files / f"settlements_{month}.csv", usecols=used, dtype=str)
        settled = settled[settled["定点医药机构编号"].isin(lost) & (settled["有效标志"] == "1")]
        paid += sum(map(Decimal, settled["基金支付总额"].dropna()), Decimal(0))
        visits += int((settled["退费结算标志"] != "1").sum() - (settled["退费结算标志"] == "1").sum())
    found = [f for f in sample.findings if f.kind.endswith("_paid")]
    assert sum(f.fund_yuan for f in found) == paid > 0
    assert sum(f.visits for f in found) == visits


# ---------------------------------------------------------------- what an agreement is


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (place(), "in_force"),
        (place(ends=None), "in_force"),
        (place(begins="2026-07-01"), "later"),
        (place(ends="2026-06-29"), "expired"),
        (place(ends="2026-06-30"), "in_force"),
        (place(status="unsigned", begins=None, ends=None), "unsigned"),
        (place(status="unsigned", begins="2025-01-01", ends="2025-12-31"), "expired"),
        (place(status="unsigned"), "unsigned"),
        (place(status="suspended"), "suspended"),
        (place(status="terminated", ends="2025-12-31"), "terminated"),
    ],
)
def test_what_the_roster_says_of_an_agreement_on_a_day(one, expected):
    assert state(one, date(2026, 6, 30)) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (place(ends="2026-06-10"), ""),
        (place(ends="2026-05-31"), "expired"),
        (place(begins="2026-07-01"), ""),
        (place(status="suspended"), "suspended"),
        (place(status="terminated", ends="2026-07-10"), ""),
        (place(status="terminated", ends="2026-05-31"), "terminated"),
        (place(status="terminated", begins=None, ends=None), "terminated"),
    ],
)
def test_whether_june_is_covered_as_far_as_it_can_be_told_in_august(one, expected):
    assert uncovered(one, date(2026, 6, 1), date(2026, 6, 30), date(2026, 8, 31)) == expected


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("one", "other", "town", "expected"),
    [
        ("云溪镇竹湾村卫生室", "云溪镇竹湾卫生室", "云溪镇", True),
        ("云溪镇竹湾村卫生室", "云溪镇竹坪村卫生室", "云溪镇", False),
        ("云溪仁和大药房", "仁和药店（云溪镇）", "云溪镇", False),
        ("仁和大药房", "仁和药店", "云溪镇", True),
        ("康宁综合骨伤医院", "康宁综合骨仿医院", "云溪镇", True),
        ("仁和大药房一店", "仁和大药房二店", "云溪镇", False),
        ("云溪镇中心卫生院", "云溪镇卫生院", "云溪镇", False),
    ],
)
def test_names_that_may_be_one_institutions(one, other, town, expected):
    assert names.alike(one, other, town) is expected


def test_width_spaces_and_brackets_are_no_other_name():
    assert names.evened("云溪县 人民医院（东院）") == names.evened("云溪县人民医院(东院)")


# ---------------------------------------------------------------- found where it was put


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A county with one of each disagreement, its roster loaded twice: the second calls one institution otherwise."""
    folder = tmp_path_factory.mktemp("agreements")
    signed = {"协议起始日期": "2026-01-01", "协议截止日期": "2026-12-31", "协议状态": "正常", "乡镇": "云溪镇"}
    places = {
        "H99010100001": ("云溪县人民医院", signed),
        "H99010100002": ("云溪县中医院", signed | {"协议截止日期": "2026-04-30"}),
        "H99010100003": ("云溪县妇幼保健院", signed | {"协议状态": "中止"}),
        "H99010100004": ("青囊诊所", signed | {"协议状态": "解除"}),
        "H99010100005": ("丹心诊所", {"协议状态": "未签订", "乡镇": "云溪镇"}),
        "H99010100006": ("素怀诊所", signed),
        "H99010100007": ("竹湾村卫生室", signed),
        "H99010100008": ("云溪镇竹湾卫生室", signed),
    }
    listed = [
        {"机构编码": code, "机构名称": name, "机构类别": "诊所", "协议起始日期": "", "协议截止日期": ""} | more
        for code, (name, more) in places.items()
    ]
    former = [row | ({"机构名称": "云溪县医院"} if row["机构编码"] == "H99010100001" else {}) for row in listed]
    settled = [
        {"定点医药机构编号": code, "定点医药机构名称": name, "基金支付总额": f"{100 + n}.50"}
        for n, (code, (name, _)) in enumerate(places.items())
        if code not in ("H99010100006",)
    ]
    settled.append({"定点医药机构编号": "H99010100099", "定点医药机构名称": "无名医院", "基金支付总额": "9.00"})
    settled[1]["定点医药机构名称"] = "云溪县第二医院"
    warehouse = folder / "warehouse"
    load(warehouse, [write(folder, rows(INSTITUTION, *former), "former.csv")], "测试")
    load(warehouse, [write(folder, rows(INSTITUTION, *listed), "roster.csv")], "测试")
    load(warehouse, [write(folder, rows(SETTLEMENT, *settled), "settled.csv")], "测试")
    return check_agreements(open_county(warehouse), JUNE)


def test_every_disagreement_is_found_and_nothing_else(planted):
    found = {(f.kind, f.institution[-1]) for f in planted.findings}
    assert found == {
        ("expired_paid", "2"),
        ("suspended_paid", "3"),
        ("terminated_paid", "4"),
        ("unsigned_paid", "5"),
        ("idle", "6"),
        ("duplicated", "7"),
        ("renamed", "1"),
        ("renamed", "2"),
        ("unlisted", "9"),
    }


def test_a_disagreement_says_its_money_its_months_and_why(planted):
    by_kind = {f.kind: f for f in planted.findings if f.institution[-1] != "1"}
    expired = by_kind["expired_paid"]
    assert (expired.fund_yuan, expired.first, expired.last) == (Decimal("101.50"), "2026-06", "2026-06")
    assert "协议 2026-01-01 至 2026-04-30" in expired.why
    assert "“云溪县第二医院”" in by_kind["renamed"].why
    assert by_kind["duplicated"].other == "H99010100008"
    assert by_kind["unlisted"].name == "无名医院"
    assert [f.why for f in planted.of("H99010100001")] == ["前一份名册写作“云溪县医院”"]


def test_the_pair_is_found_from_its_other_end_too(planted):
    assert [f.kind for f in planted.of("H99010100008")] == ["duplicated"]


def test_what_cannot_be_compared_is_said(planted):
    assert planted.unread == ()
