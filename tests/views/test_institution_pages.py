"""The roster's reconciliation and the page of one institution: what they show is what the pipelines found."""

import re

import pytest

import pipelines
from pipelines import clues
from pipelines.agreements import check_agreements
from pipelines.letters import CLUE_SENTENCE
from pipelines.peers import compare, xmr
from tests.files import INSTITUTION, SETTLEMENT, rows, write
from tests.views.app import healthy, opened, words
from views import look, trends

HALF_YEAR = pipelines.Period("2026-01", "2026-06")
DEAR = "示例县霁川骨伤医院"


def table(app, head: str):
    """The data frame on the page that has this column."""
    return next(frame.value for frame in app.dataframe if head in frame.value.columns)


@pytest.fixture(scope="module")
def code(sample_county) -> str:
    return next(code for code, name in sample_county.names.items() if name == DEAR)


def test_the_roster_explains_the_84_and_lists_every_disagreement(sample_warehouse, sample_county, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "institutions")
    found = check_agreements(sample_county, HALF_YEAR)
    assert "差 **84 家**" in app.markdown[0].value
    paid = table(app, "协议到期")["基金支付（万元）"]
    assert max(len(repr(float(value)).partition(".")[2]) for value in paid) <= 6, "yuan and fen, no binary remainder"
    apart = next(m.value for m in app.markdown if "协议到期未续" in m.value and "合计" in m.value).splitlines()[-1]
    assert apart.split("|")[-2].strip() == "**84**"
    listed = table(app, "依据")
    assert list(listed["编码"]) == [each.institution for each in found.findings]
    assert float(listed["基金支付（元）"].sum()) == pytest.approx(float(sum(f.fund_yuan for f in found.findings)))
    for kind, text in (("expired_paid", "协议到期后仍有结算"), ("idle", "有协议而没有结算")):
        row = next(line for m in app.markdown for line in m.value.splitlines() if line.startswith(f"| {text} "))
        assert f"**{sum(each.kind == kind for each in found.findings)}**" in row


def test_one_kind_of_disagreement_is_listed_alone_by_the_address(sample_warehouse, sample_county, monkeypatch):
    listed = table(opened(sample_warehouse, monkeypatch, "institutions", f="expired_paid"), "依据")
    assert set(listed["核对结果"]) == {"协议到期后仍有结算"}
    assert listed["依据"].str.startswith("协议 2025-01-01 至 2025-12-31").all()


def test_a_link_opens_one_institution_with_its_leads_cases_agreement_and_letter(
    sample_warehouse, sample_county, code, monkeypatch
):
    query = {"inst": code, "m": "2026-01..2026-06", "s": "resident"}
    app = opened(sample_warehouse, monkeypatch, "institutions", **query)
    assert healthy(app)
    assert {name: app.query_params[name] for name in query} == query
    assert {h.value for h in app.header} >= {
        "与同类比",
        "高出同类的金额",
        "走势",
        "疑点线索",
        "处理记录",
        "协议",
        "一院一函",
    }
    open_ = [s.hit for s in clues.standing(sample_county, "2026-06") if s.state != "resolved"]
    own = [hit for hit in open_ if hit.institution == code]
    total = sum(hit.at_stake_yuan for hit in own)
    said = words(app)
    assert f"{len(own)} 条待核查，涉及基金 {total:,.2f} 元" in said
    assert sorted(table(app, "为什么")["为什么"]) == sorted(hit.reason for hit in own)
    assert look.safe(CLUE_SENTENCE) in said
    assert "XY2026" in said


def test_its_excess_is_that_of_the_comparison_with_its_interval(sample_warehouse, sample_county, code, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "institutions", inst=code)
    found = compare(sample_county, "cost_per_case", HALF_YEAR, "resident").excess_of(code)
    rows = next(m.value for m in app.markdown if "95% 区间" in m.value).splitlines()
    row = next(line for line in rows if line.startswith("| 次均住院费用"))
    yuan = [f"{value / 10000:,.1f}" for value in (found.yuan, found.low_yuan, found.high_yuan)]
    assert f"| **{yuan[0]}** | {yuan[1]}—{yuan[2]} |" in row
    assert ":orange-badge[超出界限]" in row


def test_the_ranking_of_excess_is_never_without_interval_volume_and_verdict(
    sample_warehouse, sample_county, monkeypatch
):
    app = opened(sample_warehouse, monkeypatch, "costs")
    rows = next(m.value for m in app.markdown if "95% 区间" in m.value).splitlines()
    assert rows[0] == "| 机构 | 人次 | 高出（万元） | 95% 区间 | 其中基金 | 判定 |"
    found = [each for each in compare(sample_county, "cost_per_case", HALF_YEAR, "resident").ranked if each.yuan > 0]
    assert [row.split("|")[1].strip() for row in rows[2:]] == [look.safe(e.peer.name) for e in found[:12]]
    assert all(re.search(r"\| −?[\d,.]+—−?[\d,.]+ \|", row) for row in rows[2:])


def test_a_code_that_only_the_settlements_know_has_a_page_too(tmp_path, monkeypatch):
    unknown = {"定点医药机构编号": "H99010100099", "定点医药机构名称": "无名医院"}
    for name, base, changes in (("roster", INSTITUTION, [{}]), ("settled", SETTLEMENT, [{}, unknown])):
        write(tmp_path, rows(base, *changes), f"{name}.csv")
    pipelines.load(tmp_path / "warehouse", [tmp_path], "测试")
    app = opened(tmp_path / "warehouse", monkeypatch, "institutions", inst="H99010100099", s="all")
    assert healthy(app)
    assert "不在机构名册" in words(app)
    assert app.query_params["inst"] == "H99010100099"


def test_months_without_settlements_are_not_taken_for_months_without_patients(tmp_path, monkeypatch):
    signed = {"协议起始日期": "2026-01-01", "协议截止日期": "2026-12-31", "协议状态": "正常"}
    idle = signed | {"机构编码": "H99010100002", "机构名称": "云溪县中医院"}
    write(tmp_path, rows(INSTITUTION, signed, idle), "roster.csv")
    write(tmp_path, rows(SETTLEMENT, {"结算日期": "2026-03-05"}, {"结算日期": "2026-06-05"}), "settled.csv")
    pipelines.load(tmp_path / "warehouse", [tmp_path], "测试")
    app = opened(tmp_path / "warehouse", monkeypatch, "institutions", m="2026-03..2026-06")
    assert healthy(app)
    assert "本期有结算的家数算不出" in app.markdown[0].value and "有协议" not in app.markdown[0].value
    assert "| 2 | 2 | — | 0 | — | — |" in words(app)
    assert "结算明细缺 2026-04、2026-05" in words(app).replace("\\", "")
    june = opened(tmp_path / "warehouse", monkeypatch, "institutions", m="2026-06..2026-06").markdown[0].value
    assert "本期有结算**1 家**" in june and "**1 家**有协议而没有结算" in june


def test_without_others_of_its_kind_nothing_is_said_of_a_middle(tmp_path, monkeypatch):
    write(tmp_path, [INSTITUTION], "roster.csv")
    write(tmp_path, [SETTLEMENT], "settled.csv")
    pipelines.load(tmp_path / "warehouse", [tmp_path], "测试")
    app = opened(tmp_path / "warehouse", monkeypatch, "institutions", inst=INSTITUTION["机构编码"], s="all")
    assert healthy(app) and "本期基金支付" in app.markdown[0].value
    assert "中位数" not in app.markdown[0].value


# ---------------------------------------------------------------- trends


def series(*values):
    return [(pipelines.periods.shifted("2025-01", i), value) for i, value in enumerate(values)]


def test_signals_are_named_in_words_the_latest_first():
    found = xmr(series(*[10, 12] * 4, 40, *[13, 14] * 4))
    assert trends.signals(found) == ["2025年9月高于上限", "2025年1月起连续 8 个月低于均值"]
    assert trends.signals(xmr(series(*[10, 12] * 6))) == []


def test_few_months_are_called_provisional_on_the_page(sample_warehouse, code, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "institutions", inst=code, m="2024-07..2024-12")
    assert "6 个月，不足 12 个月，试行限" in words(app)
