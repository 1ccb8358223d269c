"""Several counties in one warehouse: whose rows count where, what a file must tell, what it replaces, who sees it."""

import csv
import random
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import Period, WarehouseError, amend, ask, calendar, kpis, load, lock, open_county, undo
from pipelines.access import Scope
from pipelines.answers.by_county import ask_by_county
from pipelines.answers.county import part_of
from pipelines.safekeeping.clearing import same_tables
from pipelines.sample.city import write_city, write_county_of_city
from pipelines.store import builds
from pipelines.store.places import Place
from pipelines.store.receipts import receipt_text
from pipelines.store.warehouse import batches, live
from pipelines.trial import accept, discard, try_out
from tests.files import COLLECTION, ENROLMENT, INSTITUTION, SETTLEMENT, rows, write

A, B = "990101", "990102"
LIST = [{"医保区划": A, "区县名称": "云溪县"}, {"医保区划": B, "区县名称": "白水县"}]
JUNE = Period("2026-06", "2026-06")
SPENT = "fund_expenditure"
OF_CITY = ("counties", "budgets", "penalties", "staff")  # tables that tell no county


def june(folder: Path, name: str, *told: tuple[str, str, str]) -> Path:
    """A file of June's settlements: (county, person, fund paid) each."""
    cells = [{"参保地医保区划": code, "人员编号": who, "基金支付总额": paid} for code, who, paid in told]
    listed = rows(SETTLEMENT, *(each | {"结算ID": f"{name}{n}"} for n, each in enumerate(cells)))
    return write(folder, listed, f"{name}.csv")


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """The list, the roster, and a June of each county, loaded apart."""
    folder = tmp_path_factory.mktemp("counties")
    roster = write(folder, [INSTITUTION | {"医保区划": A}], "roster.csv")
    load(folder / "warehouse", [write(folder, LIST, "list.csv"), roster], "市")
    load(folder / "warehouse", [june(folder, "a", (A, "P1", "100.00"), (A, "P2", "20.00"))], "甲")
    load(folder / "warehouse", [june(folder, "b", (B, "P2", "3.00"))], "乙")
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path / "own", dirs_exist_ok=True)) / "warehouse"


def spent(warehouse: Path, kpi: str = SPENT) -> dict[str, Decimal | None]:
    """Yuan (or persons) by county, and of all."""
    return {f.dims["county"]: f.numerator for f in ask_by_county(open_county(warehouse), [kpi], JUNE)}


def refused(receipts) -> str:
    assert [r.status for r in receipts] == ["refused"]
    return receipts[0].problems[-1].text


def test_each_county_has_its_own_batch_for_a_month(warehouse):
    held = live(warehouse)
    assert {place.county: held[place].loaded_by for place in held if place.table == "settlements"} == {A: "甲", B: "乙"}
    assert spent(warehouse) == {A: Decimal("120.00"), B: Decimal("3.00"), "all": Decimal("123.00")}
    assert spent(warehouse, "beneficiary_persons") == {A: 2, B: 1, "all": 2}  # P2 was treated in both


def test_a_county_loaded_again_leaves_the_other_and_comes_back_when_undone(warehouse, tmp_path):
    before = spent(warehouse)
    (again,) = load(warehouse, [june(tmp_path, "a", (A, "P1", "7.00"))], "甲")
    assert again.batch.supersedes == tuple(b.id for b in batches(warehouse) if b.loaded_by == "甲")[:1]
    assert spent(warehouse) == {A: Decimal("7.00"), B: Decimal("3.00"), "all": Decimal("10.00")}
    undo(warehouse, again.batch.id, "甲", "重报")
    assert spent(warehouse) == before


def test_of_a_file_of_two_counties_that_part_counts_which_no_later_file_has_replaced(warehouse, tmp_path):
    both = june(tmp_path, "both", (A, "P1", "50.00"), (B, "P1", "5.00"), (B, "P9", "6.00"))
    (first,) = load(warehouse, [both], "市")
    load(warehouse, [june(tmp_path, "b2", (B, "P3", "1.00"))], "乙")
    assert spent(warehouse) == {A: Decimal("50.00"), B: Decimal("1.00"), "all": Decimal("51.00")}
    assert spent(warehouse, "beneficiary_persons") == {A: 1, B: 1, "all": 2}  # not P9 of the file's other half
    county = open_county(warehouse)
    assert county.coverage["settlements", "2026-06"].batches[first.batch.id] == (A,)
    assert builds.in_force(warehouse) == builds.id_of(live(warehouse))


@pytest.fixture(scope="module")
def apart_and_as_one(tmp_path_factory) -> tuple[Path, Path]:
    """The warehouses of a city whose counties uploaded each for itself, in any order, and in one file for all."""
    folder, chance = tmp_path_factory.mktemp("city"), random.Random(7)
    write_city(folder / "city", counties=3, months=2, visits=14)
    of_city = [path for path in (folder / "city").iterdir() if path.name.startswith(OF_CITY)]
    own = [folder / str(number) for number in range(3)]
    for number, place in enumerate(own):
        write_county_of_city(place, number, counties=3, months=2, visits=14)
    names = [path.name for path in own[0].iterdir() if not path.name.startswith(OF_CITY)]
    (folder / "one").mkdir()
    for name in names:
        joined((place / name for place in own), folder / "one" / name)
    load(folder / "as_one", [*of_city, folder / "one"], "市")
    files = [place / name for place in own for name in names]
    chance.shuffle(files)
    load(folder / "apart", of_city, "市")
    for start in range(0, len(files), 7):
        load(folder / "apart", files[start : start + 7], "县")
    return folder / "apart", folder / "as_one"


def joined(paths, target: Path) -> None:
    listed = [row for path in paths for row in csv.DictReader(path.open(encoding="utf-8-sig"))]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


def test_counties_loaded_apart_are_what_they_are_in_one_file(apart_and_as_one):
    apart, as_one = map(open_county, apart_and_as_one)
    assert len(apart.coverage["settlements", "2026-06"].batches) == 3
    asked, months = [id for id, kpi in kpis().items() if kpi.of_counties], Period("2026-05", "2026-06")
    told = [[(f.dims, f.value, f.missing) for f in ask_by_county(c, asked, months)] for c in (apart, as_one)]
    assert told[0] == told[1]
    assert sum(value is not None for _, value, _ in told[0]) > 100
    paths = [builds.build_path(w, builds.in_force(w)) for w in apart_and_as_one]
    numbered = {table for table in same_tables(*paths) if "_bits" in table}  # persons in the order of loading
    assert set(same_tables(*paths)) - numbered <= {"build", "coverage"}  # of other batches


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ([ENROLMENT], "没有“医保区划”一列"),
        ([ENROLMENT | {"医保区划": A}, ENROLMENT | {"医保区划": "", "乡镇": "清水镇"}], "有的行没有填“医保区划”"),
        ([ENROLMENT | {"医保区划": "990109"}], "“医保区划”里的 990109 不在区县名录里；名录里有 990101、990102"),
    ],
)
def test_a_file_that_does_not_tell_its_counties_is_refused_with_a_sentence(warehouse, tmp_path, listed, told):
    path = write(tmp_path, listed)
    assert told in refused(load(warehouse, [path], "甲"))
    trial = try_out(warehouse, [path])
    assert trial.files[0].state == "refused" and told in trial.files[0].staged.problems[-1].text
    discard(trial)


def test_without_a_list_a_column_of_counties_changes_nothing(tmp_path):
    told, plain = (Path(tmp_path / name) for name in ("told", "plain"))
    listed = rows(SETTLEMENT, {"基金支付总额": "5.00"}, {"人员编号": "P2"})
    (tmp_path / "1").mkdir(), (tmp_path / "2").mkdir()
    load(plain, [write(tmp_path / "1", listed), write(tmp_path / "1", [INSTITUTION], "r.csv")], "甲")
    coded = [row | {"参保地医保区划": (A, B)[n]} for n, row in enumerate(listed)]
    load(told, [write(tmp_path / "2", coded), write(tmp_path / "2", [INSTITUTION | {"医保区划": A}], "r.csv")], "甲")
    assert {place.county for place in live(told)} == {""}
    assert told_of(told) == told_of(plain)
    load(told, [june(tmp_path, "b", (B, "P1", "2.00"))], "甲")  # as ever, June is replaced whole
    (figure,) = ask(open_county(told), [SPENT], JUNE)
    assert figure.numerator == Decimal("2.00")


def told_of(warehouse: Path) -> list:
    return [(f.kpi.id, f.value, f.missing) for f in ask(open_county(warehouse), kpis(), JUNE)]


def test_rows_of_counties_that_only_a_list_would_tell_apart_are_refused_without_one(tmp_path):
    both = write(tmp_path, [COLLECTION | {"医保区划": code} for code in (A, B)])
    told = refused(load(tmp_path / "warehouse", [both], "市"))
    assert "2 个区县（990101、990102）的行，没有区县名录分不开" in told
    (_, receipt) = load(tmp_path / "warehouse", [write(tmp_path, LIST, "list.csv"), both], "市")
    assert receipt.status == "loaded"


def test_a_list_that_would_leave_out_what_counts_is_refused(warehouse, tmp_path):
    assert "已装入的结算明细 2026-06“参保地医保区划”里的 990102 不在区县名录里" in refused(
        load(warehouse, [write(tmp_path, LIST[:1], "short.csv")], "市")
    )
    alone = tmp_path / "alone"
    load(alone, [write(tmp_path, rows(SETTLEMENT, {})), write(tmp_path, [INSTITUTION], "r.csv")], "县")
    assert "没有“" in refused(load(alone, [write(tmp_path, LIST, "list.csv")], "市"))
    coded = [june(tmp_path, "a", (A, "P1", "1.00")), write(tmp_path, [INSTITUTION | {"医保区划": A}], "r2.csv")]
    load(alone, coded, "县")
    load(alone, [tmp_path / "list.csv"], "市")
    assert spent(alone) == {A: Decimal("1.00"), B: None, "all": None}  # what told no county was replaced; B has nothing


def test_a_list_is_not_taken_back_while_it_keeps_counties_apart(warehouse):
    told = next(b for b in batches(warehouse) if b.table == "counties")
    with pytest.raises(WarehouseError, match="请先撤销其他区县的批次"):
        undo(warehouse, told.id, "市", "错了")
    second = next(b for b in batches(warehouse) if b.loaded_by == "乙")
    undo(warehouse, second.id, "市", "先撤")
    undo(warehouse, told.id, "市", "错了")
    assert {place.county for place in live(warehouse)} == {""}


def test_a_dry_run_holds_a_county_against_itself_and_tells_what_it_replaces(warehouse, tmp_path):
    trial = try_out(warehouse, [june(tmp_path, "a", (A, "P1", "60.00")), june(tmp_path, "b", (B, "P2", "9.00"))])
    try:
        assert [(t.state, t.overlaps) for t in trial.files] == [("ready", ()), ("ready", ())]
        held = {t.name: {c.key: c.standing for c in t.controls} for t in trial.files}
        assert (held["a.csv"]["fund_pay_sumamt"], held["b.csv"]["fund_pay_sumamt"]) == (120, 3)
        told = [(r.county, r.rows_now, r.rows_new) for t in trial.files for r in t.replaces]
        assert told == [("云溪县", 2, 1), ("白水县", 1, 1)]
        assert {r.status for r in accept(trial, [t.name for t in trial.files], "市")} == {"loaded"}
    finally:
        discard(trial)
    assert spent(warehouse) == {A: Decimal("60.00"), B: Decimal("9.00"), "all": Decimal("69.00")}


def test_a_receipt_names_the_counties_and_whose_rows_were_replaced(warehouse, tmp_path):
    (again,) = load(warehouse, [june(tmp_path, "a", (A, "P1", "7.00"))], "甲")
    text = receipt_text(warehouse, again.number)
    assert re.search(r"区县 +云溪县\n", text) and "替换 2026-06 云溪县" in text and "白水县" not in text


def test_two_files_of_one_county_do_not_go_together(warehouse, tmp_path):
    receipts = load(
        warehouse,
        [june(tmp_path, "x", (A, "P1", "1.00")), june(tmp_path, "y", (A, "P1", "2.00"), (B, "P1", "2.00"))],
        "甲",
    )
    assert [r.status for r in receipts] == ["refused", "refused"]
    assert "都有结算明细 2026-06" in receipts[0].problems[-1].text


def test_a_locked_month_is_locked_for_every_county(warehouse, tmp_path):
    lock(warehouse, "2026-06", "市", "已上报")
    assert "已由市于" in refused(load(warehouse, [june(tmp_path, "b", (B, "P1", "1.00"))], "乙"))


def test_the_calendar_tells_which_county_lacks_a_month(warehouse, tmp_path):
    load(warehouse, [write(tmp_path, [ENROLMENT | {"医保区划": A}])], "甲")
    found = calendar(warehouse).cells
    both, one = found["settlements", "2026-06"], found["enrolment", "2026-06"]
    assert (both.state, both.rows, {c: each.rows for c, each in both.counties.items()}) == ("loaded", 3, {A: 2, B: 1})
    assert (one.state, {c: each.state for c, each in one.counties.items()}) == ("lacking", {A: "loaded", B: "missing"})


def test_a_figure_of_all_says_which_county_has_not_uploaded(warehouse, tmp_path):
    load(warehouse, [write(tmp_path, [ENROLMENT | {"医保区划": A}])], "甲")
    (figure,) = ask(open_county(warehouse), ["insured_persons"], JUNE)
    assert (figure.value, figure.missing) == (None, "未上传：参保登记 2026年6月（白水县）")
    assert spent(warehouse, "insured_persons") == {A: 12000, B: None, "all": None}
    (own,) = ask(part_of(open_county(warehouse), Scope(counties=(A,))), ["insured_persons"], JUNE)
    assert own.numerator == 12000


def test_the_period_ends_with_the_last_month_that_every_county_has(warehouse, tmp_path):
    july = rows(SETTLEMENT, {"参保地医保区划": A, "结算日期": "2026-07-02"})
    load(warehouse, [write(tmp_path, july)], "甲")
    assert (open_county(warehouse).last_month, open_county(warehouse).latest_month) == ("2026-06", "2026-07")
    assert part_of(open_county(warehouse), Scope(counties=(A,))).last_month == "2026-07"


def test_a_county_sees_its_rows_alone_and_the_roster_whole(warehouse):
    own = part_of(open_county(warehouse), Scope(counties=(B,)))
    assert own.fetch("select county, fund_paid_yuan from mart_settlement") == [(B, Decimal("3.00"))]
    assert own.fetch("select count(*) from person_bits") == [(0,)]
    assert (list(own.names), list(own.counties)) == (["H99010100001"], [B])
    (figure,) = ask(own, ["beneficiary_persons"], JUNE)
    assert figure.numerator == 1


def test_a_township_needs_the_files_of_its_own_county_alone(warehouse, tmp_path):
    load(warehouse, [write(tmp_path, [ENROLMENT | {"医保区划": A}])], "甲")
    own = part_of(open_county(warehouse), Scope(towns=("云溪县云溪镇",)))
    assert (own.counties, [f.value for f in ask(own, ["insured_persons"], JUNE)]) == ({A: "云溪县"}, [12000])


def test_a_row_by_hand_takes_the_place_of_its_own_countys_rows(warehouse, tmp_path):
    both = [COLLECTION | {"医保区划": code, "本月到账": paid} for code, paid in ((A, "10.00"), (B, "5.00"))]
    (first,) = load(warehouse, [write(tmp_path, both)], "市")
    typed = {"stat_month": "2026-06", "insutype": "390", "income_source": "个人缴费", "admdvs": B}
    made = amend(
        warehouse, "fund_collection", [typed | {"collected_month": "8.00", "collected_ytd": "8.00"}], "乙", "更正"
    )
    held = {p.county: b.id for p, b in live(warehouse).items() if p.table == "fund_collection"}
    assert held == {A: first.batch.id, B: made.batch.id}
    undo(warehouse, made.batch.id, "乙", "又错了")
    assert live(warehouse)[Place("fund_collection", "2026-06", B)].id == first.batch.id


def two_junes(folder: Path, *lists: Path) -> list[Path]:
    """A roster and the June of two counties, a file each, beside these lists."""
    roster = write(folder, [INSTITUTION | {"医保区划": A}], "roster.csv")
    return [*lists, roster, june(folder, "a", (A, "P1", "9.00")), june(folder, "b", (B, "P1", "3.00"))]


@pytest.mark.parametrize(
    "lists",
    [[[*LIST, {"医保区划": "99", "区县名称": "错"}]], [LIST, [*LIST, {"医保区划": "990103", "区县名称": "三县"}]]],
)
def test_where_the_list_is_refused_counties_do_not_overwrite_each_other(tmp_path, lists):
    files = [write(tmp_path, listed, f"list{n}.csv") for n, listed in enumerate(lists)]
    receipts = {r.file: r for r in load(tmp_path / "warehouse", two_junes(tmp_path, *files), "市")}
    assert {r.status for name, r in receipts.items() if name != "roster.csv"} == {"refused"}
    assert "和“b.csv”都有结算明细 2026-06" in receipts["a.csv"].problems[-1].text
    assert "区县名录" in receipts["a.csv"].problems[-1].text


def test_counties_that_only_a_list_keeps_apart_are_not_accepted_without_it(tmp_path):
    warehouse = tmp_path / "warehouse"
    trial = try_out(warehouse, two_junes(tmp_path, write(tmp_path, LIST, "list.csv")))
    try:
        with pytest.raises(WarehouseError, match=r"都有结算明细 2026-06.*区县名录"):
            accept(trial, ["roster.csv", "a.csv", "b.csv"], "市")
        accept(trial, [each.name for each in trial.files], "市")
    finally:
        discard(trial)
    assert spent(warehouse) == {A: Decimal("9.00"), B: Decimal("3.00"), "all": Decimal("12.00")}


def test_rows_that_were_replaced_before_there_was_a_list_stay_replaced(tmp_path):
    warehouse, listed = tmp_path / "warehouse", write(tmp_path, LIST, "list.csv")
    load(warehouse, [june(tmp_path, "wrong", (A, "P1", "9.00"), (B, "P2", "5.00"), ("990109", "P3", "1.00"))], "县")
    load(warehouse, [june(tmp_path, "right", (A, "P1", "9.00")), two_junes(tmp_path)[0]], "县")
    (receipt,) = load(warehouse, [listed], "市")
    assert receipt.status == "loaded"
    assert spent(warehouse) == {A: Decimal("9.00"), B: None, "all": None}
    load(warehouse, [june(tmp_path, "b", (B, "P2", "3.00"))], "乙")
    load(warehouse, [june(tmp_path, "a", (A, "P1", "8.00"))], "甲")
    assert spent(warehouse) == {A: Decimal("8.00"), B: Decimal("3.00"), "all": Decimal("11.00")}


def test_a_list_comes_to_stand_where_months_are_locked_as_any_whole_table(tmp_path):
    warehouse = tmp_path / "warehouse"
    load(warehouse, two_junes(tmp_path)[:2], "县")
    lock(warehouse, "2026-06", "县", "已上报")
    load(warehouse, [write(tmp_path, LIST, "list.csv")], "市")
    assert spent(warehouse) == {A: Decimal("9.00"), B: None, "all": None}
    assert "已由县于" in refused(load(warehouse, [june(tmp_path, "b", (B, "P1", "3.00"))], "乙"))


def test_two_counties_of_one_name_are_refused(warehouse, tmp_path):
    alike = [*LIST, {"医保区划": "990103", "区县名称": "白水县"}]
    assert "有两个区县叫“白水县”" in refused(load(warehouse, [write(tmp_path, alike, "alike.csv")], "市"))
