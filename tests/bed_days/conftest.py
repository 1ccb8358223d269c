"""A county small enough to work out by hand what its stays come to."""

import pytest

from pipelines import Period, load, open_county
from tests.files import INSTITUTION, SETTLEMENT, write
from tests.files import rows as cells

FIRST, SECOND, OTHER = "H99010100001", "H99010100002", "H99010100003"
JUNE = Period("2026-06", "2026-06")


def rate(illness: str, first: str, last: str, yuan: str, group: str = "", institution: str = "") -> dict:
    named = {"年度": "2026", "机构编码": institution, "机构类别": group, "疾病分类": illness}
    return named | {"起始日": first, "截止日": last, "床日标准": yuan}


def stay(place: str, code: str, days: str, fee: str = "1000.00", **more: str) -> dict:
    return {
        "定点医药机构编号": place,
        "病种编码": code,
        "住院天数": days,
        "医疗费总额": fee,
        "基金支付总额": "100.00",
    } | more


@pytest.fixture(scope="session")
def small_county(tmp_path_factory):
    """Two health centres and a county hospital; rates of the county, of health centres, and of one of them."""
    folder = tmp_path_factory.mktemp("tariffs")
    kinds = {FIRST: "乡镇卫生院", SECOND: "乡镇卫生院", OTHER: "县级医院"}
    pilots = {FIRST: "试点", SECOND: "非试点", OTHER: ""}
    roster = [
        {"机构编码": code, "机构名称": code, "机构类别": kind, "试点": pilots[code]} for code, kind in kinds.items()
    ]
    classes = [("J", "内科"), ("J18", "重症"), ("K", "外科"), ("M", "康复"), ("O", "产科")]
    rates = [
        *(rate("内科", "1", "2", "10.00"), rate("内科", "3", "", "5.00", group="全县")),
        *(rate("内科", "1", "2", "20.00", "卫生院"), rate("内科", "3", "", "8.00", "乡镇卫生院")),
        *(rate("内科", "1", "", "30.00", institution=SECOND), rate("重症", "1", "3", "100.00")),
        *(rate("外科", "1", "2", "50.00"), rate("外科", "4", "", "40.00")),  # the third day is in none
        *(rate("康复", "1", "5", "50.00"), rate("康复", "3", "", "40.00")),  # the third day is in two
    ]
    stays = [
        *(stay(OTHER, "J20.9", "3"), stay(FIRST, "J20.9", "3"), stay(SECOND, "J20.9", "3")),
        *(stay(FIRST, "J18.9", "3"), stay(FIRST, "J18.9", "4")),
        *(stay(FIRST, "K35", "2"), stay(FIRST, "M51", "2"), stay(FIRST, "O80", "2"), stay(FIRST, "Z99", "2")),
        *(stay(FIRST, "J20.9", "9"), stay(FIRST, "J20.9", "9", "-1000.00", 退费结算标志="1", 基金支付总额="-100.00")),
    ]
    paths = [
        write(folder, cells(INSTITUTION, *roster), "roster.csv"),
        write(folder, [{"病种编码": code, "疾病分类": name} for code, name in classes], "classes.csv"),
        write(folder, rates, "rates.csv"),
        write(folder, cells(SETTLEMENT | {"病种编码": ""}, *stays), "stays.csv"),
    ]
    receipts = load(folder / "warehouse", paths, "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return open_county(folder / "warehouse")
