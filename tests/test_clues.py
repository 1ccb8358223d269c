"""Clues from the upload to the decision: what is screened, kept, said to be missing, decided on, and shown."""

import json
import re
import shutil
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import clues, load, open_county, undo
from pipelines.cli import main
from pipelines.clues import kept, screening
from pipelines.clues.rules import named, read_rule
from pipelines.contracts import DEFINITIONS, DefinitionError
from pipelines.store.decisions import decisions
from pipelines.store.history import events
from pipelines.store.warehouse import WarehouseError
from tests.files import AGGREGATE, INSTITUTION, PENALTY, SETTLEMENT, rows, write

STAY = SETTLEMENT | {
    "病种编码": "J18.900",
    "开始日期": "2026-05-01",
    "结束日期": "2026-05-06",
    "结算日期": "2026-05-06",
}
AGAIN = {"开始日期": "2026-06-03", "结束日期": "2026-06-08", "结算日期": "2026-06-08", "基金支付总额": "700.00"}
COVER_END = {"人员编号": "P0000000001", "终止日期": "2026-06-01", "终止原因": "死亡"}
ACCUSING = re.compile("违规|骗保|违法|作案|欺诈")


def loaded(folder: Path, **files: list[dict]) -> Path:
    """A warehouse with these files and a roster of one hospital."""
    folder.mkdir(exist_ok=True)
    for name, listed in ({"roster": [INSTITUTION]} | files).items():
        write(folder, listed, f"{name}.csv")
    receipts = load(folder / "warehouse", [folder], "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return folder / "warehouse"


@pytest.fixture(scope="module")
def may_and_june(tmp_path_factory) -> Path:
    """A person in hospital in May, again two days after in May, and again in June."""
    folder = tmp_path_factory.mktemp("clues")
    may = {"开始日期": "2026-05-08", "结束日期": "2026-05-20", "结算日期": "2026-05-20"}
    return loaded(
        folder, may=rows(STAY, {"结算ID": "A"}, {"结算ID": "B"} | may), june=rows(STAY, {"结算ID": "C"} | AGAIN)
    )


@pytest.fixture
def warehouse(may_and_june, tmp_path) -> Path:
    """One that may be written to."""
    return Path(shutil.copytree(may_and_june, tmp_path / "warehouse"))


def found(warehouse: Path, rule: str = "split_stay", year: str = "2026") -> list[clues.Hit]:
    return [hit for hit in clues.screen(open_county(warehouse), year) if hit.rule == rule]


def states(warehouse: Path, month: str, rule: str = "split_stay") -> dict[str, str]:
    """The least settlement id of each hit -> its state in a month."""
    listed = clues.standing(open_county(warehouse), month)
    return {min(each.hit.setl_ids): each.state for each in listed if each.hit.rule == rule}


# ---------------------------------------------------------------- from the upload


def test_hits_come_from_what_was_loaded(warehouse):
    may, june = found(warehouse)
    assert [may.setl_ids, june.setl_ids] == [("B",), ("C",)]
    assert (may.measured, june.measured, june.month, june.at_stake_yuan) == (2, 14, "2026-06", Decimal("700.00"))
    assert june.key == f"split_stay/{clues.shown_person(june.person)}/H99010100001/2026-06-03"
    assert "云溪县人民医院" in june.reason


def test_the_rows_behind_a_hit_add_up_to_it_and_name_no_person(warehouse):
    hit = found(warehouse)[1]
    columns, listed = clues.hit_rows(open_county(warehouse), hit)
    told = [dict(zip(columns, row, strict=True)) for row in listed]
    assert [(row["relation"], row["setl_id"]) for row in told] == [("存疑", "C"), ("对照", "B")]
    assert told[0]["fund_paid_yuan"] == hit.at_stake_yuan
    assert {row["person"] for row in told} == {f"{hit.person & (2**64 - 1):016x}"[-6:]}


def test_a_refund_in_a_later_month_or_year_takes_the_clue_away(warehouse, tmp_path):
    back = {"结算ID": "R", "退费结算标志": "1", "医疗费总额": "-2163.00", "基金支付总额": "-700.00"}
    (receipt,) = load(
        warehouse, [write(tmp_path, rows(STAY, AGAIN | back | {"结算日期": "2027-01-05"}), "r.csv")], "测试"
    )
    assert receipt.status == "loaded"
    assert [hit.setl_ids for hit in found(warehouse)] == [("B",)]
    undo(warehouse, receipt.batch.id, "测试", "退费有误")
    assert len(found(warehouse)) == 2


def test_care_after_the_end_of_cover_needs_the_list(warehouse, tmp_path):
    assert clues.gaps(open_county(warehouse), "2026")["after_cover_ended"] == "未上传：停保与死亡名单"
    assert found(warehouse, "after_cover_ended") == []
    load(warehouse, [write(tmp_path, [COVER_END], "ends.csv")], "测试")
    assert "after_cover_ended" not in clues.gaps(open_county(warehouse), "2026")
    (hit,) = found(warehouse, "after_cover_ended")
    assert (hit.setl_ids, hit.measured) == (("C",), 2)


def test_who_lay_in_hospital_at_the_turn_of_the_year_fills_a_bed_in_both_years(tmp_path):
    over = {"开始日期": "2025-12-20", "结束日期": "2026-01-05", "结算日期": "2026-01-05"}
    december = rows(
        STAY | {"开始日期": "2025-12-01", "结束日期": "2025-12-03", "结算日期": "2025-12-03"}, {"结算ID": "A"}
    )
    january = rows(STAY | over, {"结算ID": "B", "人员编号": "P2"}, {"结算ID": "C", "人员编号": "P3"})
    warehouse = loaded(tmp_path, roster=[INSTITUTION | {"床位数": "1"}], december=december, january=january)
    (old,), (new,) = (found(warehouse, "beds_over_registered", year) for year in ("2025", "2026"))
    assert (old.month, old.measured, set(old.setl_ids)) == ("2025-12", 12, {"B", "C"})
    assert (new.month, new.measured) == ("2026-01", 4)


# ---------------------------------------------------------------- what is missing is said


def test_a_month_of_aggregates_is_said_and_the_others_are_screened(tmp_path):
    warehouse = loaded(
        tmp_path, may=rows(STAY, {"结算ID": "A"}, {"结算ID": "B", "开始日期": "2026-05-06"}), june=[AGGREGATE]
    )
    told = clues.gaps(open_county(warehouse), "2026")
    assert told["split_stay"] == "2026年6月是汇总数据，没有人员编号，不能逐笔筛查"
    assert set(told) == set(clues.rules())
    assert len(found(warehouse)) == 1


def test_a_year_of_aggregates_has_no_clue_and_every_rule_says_why(tmp_path):
    county = open_county(loaded(tmp_path, june=[AGGREGATE]))
    assert clues.screen(county, "2026") == []
    assert all("汇总数据" in text for text in clues.gaps(county, "2026").values())
    assert clues.gaps(county, "2025")["long_stay"] == "未上传：结算明细 2025年"


def test_rules_that_compare_institutions_of_a_kind_say_that_there_is_no_roster(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, rows(STAY, {}), "may.csv")], "测试")
    told = clues.gaps(open_county(tmp_path / "warehouse"), "2026")
    compared = ("cheap_short_stay", "outpatient_as_inpatient", "drug_share", "exam_share", "material_share")
    assert [id for id in compared if "未上传：两定机构名册" not in told.get(id, "")] == []


def test_a_column_that_was_not_uploaded_is_named(tmp_path):
    short = [{k: v for k, v in row.items() if k != "病种编码"} for row in rows(STAY, {}, AGAIN)]
    told = clues.gaps(open_county(loaded(tmp_path, short=short)), "2026")
    assert told["split_stay"] == "未上传：结算明细的“病种编码”列 2026年5月、2026年6月"
    assert told["drug_share"].startswith("未上传：结算明细的“药品费”列")
    assert told["beds_over_registered"] == "未上传：两定机构名册的“床位数”列"
    assert told["pilot_longer_stays"].startswith("未上传：结算明细 2025年5月、2025年6月，与之对应的月份无从与上年相比")
    assert "long_stay" not in told


# ---------------------------------------------------------------- kept


def forget() -> None:
    """What another process would not know."""
    screening.HITS.clear()
    screening.WRITTEN.clear()


def test_a_screening_is_kept_and_read_back_as_it_was(warehouse):
    first = clues.screen(open_county(warehouse), "2026")
    (path,) = (warehouse / "clues").glob("2026-*.parquet")
    forget()
    written = path.stat().st_mtime_ns
    again = clues.screen(open_county(warehouse), "2026")
    assert again == first
    assert [(h.measured.as_tuple(), h.bound.as_tuple()) for h in again] == [
        (h.measured.as_tuple(), h.bound.as_tuple()) for h in first
    ]
    assert path.stat().st_mtime_ns == written
    assert [p.name for p in (warehouse / "clues").iterdir()] == [path.name], "nothing unfinished is left"


def test_a_kept_screening_that_is_damaged_is_made_again(warehouse):
    first = clues.screen(open_county(warehouse), "2026")
    (path,) = (warehouse / "clues").glob("2026-*.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    forget()
    assert clues.screen(open_county(warehouse), "2026") == first


def test_where_nothing_can_be_kept_the_clues_are_found_all_the_same(warehouse):
    (warehouse / "clues").write_text("not a folder")
    assert len(found(warehouse)) == 2


def test_only_the_last_screenings_of_a_year_are_kept(warehouse):
    for days in range(10, 16):
        clues.screen(open_county(warehouse), "2026", {"split_stay": {"days": Decimal(days)}})
    assert len(list((warehouse / "clues").glob("2026-*.parquet"))) == kept.KEPT_PER_YEAR


# ---------------------------------------------------------------- parameters


def test_a_parameter_that_was_changed_counts_from_then_on_and_the_journal_says_why(warehouse):
    clues.set_parameters(warehouse, "split_stay", {"days": Decimal(7)}, "李四", "先看七天内的")
    assert clues.parameters(warehouse)["split_stay"] == {"days": Decimal(7)}
    assert clues.parameters(warehouse)["long_stay"] == {"days": Decimal(60)}
    assert [hit.setl_ids for hit in found(warehouse)] == [("B",)]
    last = events(warehouse)[-1]
    assert (last.by, last.subject, last.values, last.why) == ("李四", "split_stay", {"days": "7"}, "先看七天内的")


@pytest.mark.parametrize(
    ("rule", "values", "why", "message"),
    [
        ("split_stay", {"days": Decimal(61)}, "试", "参数“出院到再入院的天数”为 61；应在 1 至 60 天 之间"),
        (
            "beds_over_registered",
            {"times": Decimal("0.9")},
            "试",
            "应在 1 至 3 倍 之间",
        ),  # within the beds nothing is over
        ("split_stay", {"weeks": Decimal(2)}, "试", "没有参数“weeks”"),
        ("no_such_rule", {}, "试", "没有规则“no_such_rule”"),
        ("split_stay", {"days": Decimal(7)}, " ", "原因"),
        ("split_stay", {"days": Decimal("7.00001")}, "试", "参数“出院到再入院的天数”为 7.00001；最多四位小数"),
        ("split_stay", {"days": Decimal("NaN")}, "试", "参数“出院到再入院的天数”"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(warehouse, rule, values, why, message):
    with pytest.raises(WarehouseError, match=message):
        clues.set_parameters(warehouse, rule, values, "李四", why)
    assert decisions(warehouse, "rule") == []


def test_a_trial_that_broke_off_does_not_spoil_the_next(warehouse, monkeypatch):
    county, rule = open_county(warehouse), clues.rules()["split_stay"]
    with monkeypatch.context() as broken:
        broken.setitem(
            clues.rules(), rule.id, replace(rule, sql="select error('broken') as institution from clue_stay")
        )
        with pytest.raises(duckdb.Error, match="broken"):
            clues.trial(county, "2026", rule.id, {"days": Decimal(6)})
    assert [hit.setl_ids for hit in clues.trial(county, "2026", "split_stay", {"days": Decimal(6)})] == [("B",)]


# ---------------------------------------------------------------- what becomes of a hit


def test_hits_that_are_about_to_be_told_are_not_forgotten_for_those_found_beside_them(warehouse, monkeypatch):
    county, rules = open_county(warehouse), clues.rules()
    monkeypatch.setattr(screening, "HITS", {})
    monkeypatch.setattr(screening, "REMEMBERED", len(rules))
    year = county.last_month[:4]
    screening.screen(county, year)
    first = next(iter(rules.values()))
    name, value = next(iter(first.defaults.items()))
    screening.screen(county, year, {first.id: {name: value + 1}})
    assert screening.screen(county, year) == screening.screen(county, year)


def test_an_event_is_new_in_its_month_then_continues_until_it_is_decided_on(warehouse):
    assert states(warehouse, "2026-05") == {"B": "new"}
    assert states(warehouse, "2026-06") == {"B": "continuing", "C": "new"}
    first, second = (hit.key for hit in found(warehouse))
    clues.set_aside(warehouse, [first], "李四", "两次病情不同")
    clues.to_review(warehouse, [second], "李四")
    assert states(warehouse, "2026-06") == {"B": "resolved", "C": "new"}, "what is looked into is not resolved yet"
    clues.reopen(warehouse, [first], "王五", "复看病历")
    clues.link_case(warehouse, [second], "CF2026-0007", "王五")
    assert states(warehouse, "2026-06") == {"B": "continuing", "C": "new"}, "the ledger holds no such case"
    case_of_ledger = PENALTY | {"案件编号": "CF2026-0007", "发现日期": "2026-06-20"}
    load(warehouse, [write(warehouse.parent, [case_of_ledger], "台账.csv")], "李四")
    assert states(warehouse, "2026-06") == {"B": "continuing", "C": "resolved"}
    case = next(each for each in clues.standing(open_county(warehouse), "2026-06") if each.hit.key == second)
    assert (case.case_no, case.verdict, case.decision.by) == ("CF2026-0007", "case", "王五")
    assert [d.values["verdict"] for d in decisions(warehouse, "clue")] == ["set_aside", "review", "open", "case"]


def test_an_institution_is_told_what_is_open_and_how_much_is_at_stake(warehouse):
    open_now = clues.by_institution(open_county(warehouse), "2026-06")
    assert open_now["H99010100001"] == (2, Decimal("1878.00"))
    clues.set_aside(warehouse, [found(warehouse)[0].key], "李四", "两次病情不同")
    assert clues.by_institution(open_county(warehouse), "2026-06")["H99010100001"] == (1, Decimal("700.00"))


def test_a_pattern_is_new_continues_and_is_resolved_month_by_month(tmp_path):
    def alike(month: str, number: int = 5) -> list[dict]:
        cells = [{"结算ID": f"{month}-{n}", "人员编号": f"P{n}", "结算日期": f"2026-{month}-20"} for n in range(number)]
        return rows(STAY | {"开始日期": f"2026-{month}-10", "结束日期": f"2026-{month}-20"}, *cells)

    warehouse = loaded(tmp_path, march=alike("03"), april=alike("04"), may=alike("05", 2))
    assert list(states(warehouse, "2026-03", "same_bill").values()) == ["new"]
    assert list(states(warehouse, "2026-04", "same_bill").values()) == ["continuing"]
    assert states(warehouse, "2026-05", "same_bill") == {"04-0": "resolved"}
    assert states(warehouse, "2026-06", "same_bill") == {}


@pytest.mark.parametrize(
    ("decide", "message"),
    [
        (lambda w: clues.set_aside(w, ["split_stay/x"], "李四", " "), "原因"),
        (lambda w: clues.reopen(w, ["split_stay/x"], "李四", ""), "原因"),
        (lambda w: clues.link_case(w, ["split_stay/x"], " ", "李四"), "案件编号"),
        (lambda w: clues.to_review(w, ["split_stay/x", "CF1"], "李四"), "“CF1”不是线索编号"),
    ],
)
def test_a_decision_that_lacks_something_is_refused_whole(warehouse, decide, message):
    with pytest.raises(WarehouseError, match=message):
        decide(warehouse)
    assert decisions(warehouse, "clue") == []


# ---------------------------------------------------------------- the sample county


@pytest.fixture(scope="module")
def year(sample_county) -> list[clues.Hit]:
    return clues.screen(sample_county, "2026")


def test_hits_of_the_sample_county_are_in_order(year):
    assert len({hit.key for hit in year}) == len(year)
    assert all(hit.key.startswith(f"{hit.rule}/") and hit.month[:4] == "2026" for hit in year)
    assert all(0 <= hit.at_stake_yuan <= hit.fund_paid_yuan for hit in year)
    assert all(hit.setl_ids and not set(hit.setl_ids) & set(hit.beside_ids) for hit in year)
    assert all((hit.person is None) == (clues.rules()[hit.rule].shape == "pattern") for hit in year)
    assert not [hit.reason for hit in year if "{" in hit.reason or "None" in hit.reason]


def test_the_rows_behind_hits_of_the_sample_county_add_up(sample_county, year):
    one_of_each = {hit.rule: hit for hit in year}
    assert len(one_of_each) > 8
    for hit in one_of_each.values():
        columns, listed = clues.hit_rows(sample_county, hit)
        paid, relation = columns.index("fund_paid_yuan"), columns.index("relation")
        asked = [row for row in listed if row[relation] == "存疑"]
        assert len(asked) == len(hit.setl_ids), hit.key
        assert len(listed) == len({*hit.setl_ids, *hit.beside_ids}), hit.key
        assert sum(row[paid] for row in asked) == hit.fund_paid_yuan, hit.key


def test_nothing_in_a_clue_accuses_anybody(year):
    told = [rule.title + rule.plain + rule.reason for rule in clues.rules().values()] + [hit.reason for hit in year]
    assert [text for text in told if ACCUSING.search(text)] == []


# ---------------------------------------------------------------- definitions


def test_rules_lead_to_the_taxonomy_and_have_bounds_that_make_sense():
    known = tomllib.loads((DEFINITIONS / "violations.toml").read_text("utf-8"))
    codes = {code for part in known.values() if isinstance(part, dict) for code in part}
    for rule in clues.rules().values():
        assert rule.violation in codes, rule.id
        assert all(p.low <= p.default <= p.high for p in rule.parameters)
        assert rule.basis.startswith("《"), rule.id


GOOD = """-- title: 试
-- plain: 试
-- basis: 《试》
-- severity: high
-- shape: event
-- unit: 天
-- parameter: days | 天数 | 天 | 5 | 1 | 9
-- key: {person}
-- reason: 试
select $days, $year
"""


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("-- title: 试", "-- tilte: 试", "unknown key tilte"),
        ("-- unit: 天\n", "", "no unit"),
        ("-- unit: 天", "-- unit: 天\n-- unit: 元", "unit is said twice"),
        ("high", "grave", "severity 'grave'"),
        ("event", "row", "shape 'row'"),
        ("| 5 |", "| 50 |", "50 is not between 1 and 9"),
        ("| 5 |", "|", "is not name"),
        ("$days", "1", "does not use days"),
        ("$year", "$month", "no parameter month"),
        ("-- unit", "-- needs: settlements.beds\n-- unit", "needs settlements.beds"),
        ("-- unit", "-- excess: days\n-- unit", "excess 'days'"),
    ],
)
def test_a_rule_that_says_something_wrong_names_itself(tmp_path, was, now, message):
    path = tmp_path / "99_tried.sql"
    path.write_text(GOOD.replace(was, now, 1), "utf-8")
    with pytest.raises(DefinitionError, match=f"99_tried.sql: .*{message}"):
        read_rule(path)
    path.write_text(GOOD, "utf-8")
    assert named(read_rule(path).sql) == {"days", "year"}


# ---------------------------------------------------------------- the command


def run(warehouse: Path, *words: str):
    return CliRunner().invoke(main, ["--warehouse", str(warehouse), "clues", *words], catch_exceptions=False)


def test_the_command_sums_up_and_says_what_could_not_run(warehouse):
    told = run(warehouse, "--year", "2026").stdout
    assert "死亡或停保后就医：未上传：停保与死亡名单" in told
    lines = {line.split()[0]: line.split() for line in told.splitlines() if line}
    assert lines["split_stay"][3:] == ["2", "1,878.00"]
    assert lines["after_cover_ended"][3:] == ["—", "—"]
    assert lines["long_stay"][3:] == ["0", "0.00"]


def test_the_command_lists_one_rule_and_gives_programs_everything(warehouse, tmp_path):
    assert "14 天后因同一病种" in run(warehouse, "--rule", "split_stay").stdout
    hits = json.loads(run(warehouse, "--rule", "split_stay", "--json").stdout)["hits"]
    assert [(hit["setl_ids"], hit["beside_ids"], hit["at_stake_yuan"]) for hit in hits] == [
        (["B"], ["A"], 1178),
        (["C"], ["B"], 700),
    ]
    run(warehouse, "--rule", "split_stay", "--csv", str(tmp_path / "clues.csv"))
    assert len((tmp_path / "clues.csv").read_text("utf-8-sig").splitlines()) == 3


def test_the_command_lists_the_rules_with_what_is_in_force(warehouse):
    clues.set_parameters(warehouse, "long_stay", {"days": Decimal(45)}, "李四", "试")
    assert "住院天数上限 45 天" in run(warehouse, "rules").stdout
    listed = {rule["id"]: rule for rule in json.loads(run(warehouse, "rules", "--json").stdout)}
    assert set(listed) == set(clues.rules())
    assert listed["long_stay"]["values"] == {"days": 45}


def test_an_unknown_rule_is_one_sentence(warehouse):
    told = run(warehouse, "--rule", "no_such_rule")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "没有规则“no_such_rule”" in told.stderr
