"""数据上传 as staff meet it: what is dropped is read, shown, confirmed, loaded; nothing changes before that."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import pipelines
from pipelines.store.warehouse import batches, journal
from tests import files
from tests.views.app import button, healthy, opened, words
from tests.views.test_pages import LIVE, NASTY
from tests.workbooks import table, workbook
from views import upload_desk

JUNE = [{"人员编号": f"P{n:010d}"} for n in range(40)]
MAY = [change | {"结算日期": "2026-05-05"} for change in JUNE]


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """A warehouse with settlements of May and June, the roster and enrolment."""
    folder = tmp_path_factory.mktemp("loaded")
    uploads = folder / "uploads"
    uploads.mkdir()
    files.write(uploads, files.rows(files.SETTLEMENT, *MAY), "五月.csv")
    files.write(uploads, files.rows(files.SETTLEMENT, *JUNE), "六月.csv")
    files.write(uploads, files.rows(files.ENROLMENT, {"应参保人数": "12600"}), "参保.csv")
    files.write(uploads, files.rows(files.INSTITUTION, {}), "机构.csv")
    receipts = pipelines.load(folder / "warehouse", [uploads], "测试")
    assert {receipt.status for receipt in receipts} == {"loaded"}
    return folder


@pytest.fixture
def county(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def dropped(app: AppTest, *uploads: tuple[str, str | bytes]) -> AppTest:
    """The page after these (name, content) were dropped on it; text is sent as GB18030."""
    sent = [(name, c.encode("gb18030") if isinstance(c, str) else c, "text/csv") for name, c in uploads]
    app.file_uploader[0].set_value(sent)
    return app.run()


def settlements(*changes: dict) -> str:
    return files.text(files.rows(files.SETTLEMENT, *(changes or JUNE)))


def faulty() -> str:
    bad = [{"医疗费总额": "一千二"}, {"医疗类别": "九九"}, {"结算日期": "2026-06-31"}]
    return settlements(*JUNE[3:], *(who | what for who, what in zip(JUNE, bad, strict=False)))


def state_of(warehouse: Path) -> tuple:
    """All that a dry run must leave alone."""
    inside = sorted(str(p.relative_to(warehouse)) for p in (warehouse / "batches").rglob("*"))
    return len(journal(warehouse)), (warehouse / "CURRENT").read_text(), inside


def test_the_page_asks_for_files_and_offers_the_templates(county, monkeypatch):
    app = opened(county, monkeypatch, "uploads")
    assert healthy(app)
    assert app.title[0].value == "数据上传"
    assert "试读" in words(app)
    names = [each.proto.label for each in app.get("download_button")]
    assert names.count("Excel") == names.count("CSV") > 10


def test_a_good_file_is_read_and_nothing_is_changed(county, monkeypatch):
    before = state_of(county)
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    assert healthy(app)
    said = words(app)
    assert "1 个文件**可装入" in said
    assert "| 新六月\\.csv | 结算明细 | 2026年6月 | GB18030 | 41 | 41 | 0 | :blue-badge[可装入] |" in said
    assert "现有 40 行，换成 41 行" in said
    assert button(app, "装入 1 个文件").label == "装入 1 个文件，替换 2026年6月的结算明细"
    assert state_of(county) == before


def test_what_would_change_is_told_before_it_does(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    row = next(line for line in words(app).split("\n") if line.startswith("| 2026年6月 | 住院人次 |"))
    assert row == "| 2026年6月 | 住院人次 | 40 人次 | **41 人次** | +1 人次 |"


def test_loading_gives_a_receipt_and_new_figures(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    app.text_input(key="loaded_by").set_value("王会计").run()
    button(app, "装入 1 个文件").click().run()
    assert healthy(app)
    assert "新六月\\.csv | :blue-badge[已装入] | 5 |" in words(app)
    assert "新六月.csv" in app.code[0].value
    entry = journal(county)[-1]
    assert (entry.action, entry.by) == ("commit", "王会计")
    (figure,) = pipelines.ask(
        pipelines.open_county(county), ["inpatient_cases"], pipelines.Period("2026-06", "2026-06")
    )
    assert figure.value == 41
    assert not list((county / "inbox").iterdir()), "what was loaded is no longer in the inbox"
    assert not [p for p in (county / "trials").iterdir() if p.is_dir()]


def test_the_three_faults_of_a_file_are_three_sentences(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("坏六月.csv", faulty()))
    said = words(app)
    assert healthy(app)
    assert "3 行有问题" in said
    for line, column, found in (
        (39, "医疗费总额", "一千二"),
        (40, "医疗类别", "九九"),
        (41, "结算日期", "2026\\-06\\-31"),
    ):
        assert f"第 {line} 行“{column}”：“{found}”；" in said


def test_many_problems_are_listed_and_filtered(county, monkeypatch):
    bad = [who | {"医疗费总额": f"第{n}个"} for n, who in enumerate(JUNE[:8])]
    bad += [who | {"医疗类别": "九九"} for who in JUNE[8:12]]
    app = dropped(opened(county, monkeypatch, "uploads"), ("坏.csv", settlements(*bad, *JUNE[12:])))
    assert len(app.dataframe[0].value) == 12
    app.selectbox(key="column-坏.csv").set_value("医疗类别").run()
    assert list(app.dataframe[0].value["找到的"]) == ["九九"] * 4
    app.selectbox(key="column-坏.csv").set_value("").run()
    app.text_input(key="find-坏.csv").set_value("第7个").run()
    assert list(app.dataframe[0].value["行"]) == [9]
    app.text_input(key="find-坏.csv").set_value("没有这样的").run()
    assert healthy(app)
    assert "没有这样的问题" in words(app)


def test_faulty_rows_stay_out_only_if_somebody_says_so(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("坏六月.csv", faulty()))
    assert "还没有选" in app.button[-2].label and app.button[-2].disabled
    (tick,) = app.checkbox
    assert "不装有问题的 3 行" in tick.label and not tick.value
    tick.check().run()
    button(app, "装入 1 个文件").click().run()
    assert healthy(app)
    assert batches(county)[-1].left_out == 3
    assert batches(county)[-1].totals["rows"] == "37"


def test_a_file_that_shrinks_a_month_must_be_looked_at_first(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("一半.csv", settlements(*JUNE[:10])))
    assert "将从 40 行变成 10 行" in words(app)
    assert button(app, "装入 1 个文件").disabled
    next(tick for tick in app.checkbox if "已核对" in tick.label).check().run()
    assert not button(app, "装入 1 个文件").disabled


def test_a_file_for_a_locked_month_is_loaded_once_it_says_why(county, monkeypatch):
    pipelines.lock(county, "2026-06", "王", "六月已上报")
    app = dropped(opened(county, monkeypatch, "uploads"), ("六月补.csv", settlements(*JUNE, {"人员编号": "P99"})))
    assert "1 个文件的月份已锁定，装入要写更正原因" in words(app)
    tick = next(each for each in app.checkbox if "六月补" in each.label)
    assert not tick.value
    tick.check().run()
    assert button(app, "装入 1 个文件").disabled
    why = next(each for each in app.text_input if "更正原因" in each.label)
    why.set_value("漏报一笔").run()
    button(app, "装入 1 个文件").click().run()
    assert healthy(app)
    assert "已装入 1 个文件" in words(app)
    entry = journal(county)[-1]
    assert (entry.why, entry.values) == ("漏报一笔", {"restated": "2026-06"})


def test_the_same_file_again_changes_nothing_and_says_so(county, monkeypatch, tmp_path):
    again = (tmp_path / "uploads" / "六月.csv").read_bytes()
    app = dropped(opened(county, monkeypatch, "uploads"), ("六月.csv", again))
    assert healthy(app)
    assert "已经装入过" in words(app)
    assert not app.checkbox


def test_what_no_table_knows_is_mapped_by_hand_and_remembered(county, monkeypatch):
    heads = {"统计年月": "账期", "险种类型": "保障类别", "乡镇": "所在地", "城乡": "户籍性质", "参保人数": "在册数"}
    row = {heads.get(key, key): value for key, value in files.ENROLMENT.items()}
    text = files.text([row | {"账期": "2026-05"}])
    app = dropped(opened(county, monkeypatch, "uploads"), ("别的系统.csv", text))
    assert healthy(app)
    app.selectbox(key="map-table-别的系统.csv").set_value("enrolment/record").run()
    keys = {
        "账期": "stat_month",
        "保障类别": "insutype",
        "所在地": "town",
        "户籍性质": "residence",
        "在册数": "insured",
    }
    picks = {each.label: each for each in app.selectbox if each.label in (*keys, "人员类别")}
    columns = {c.header: c.key for c in pipelines.contracts.contracts()["enrolment"].columns.values()}
    for own, told in [*((v, k) for k, v in heads.items()), ("人员类别", "人员类别")]:
        picks[own].set_value(columns[told])
    button(app, "按此读入").click().run()
    assert healthy(app)
    assert "| 别的系统\\.csv | 参保登记 | 2026年5月 |" in words(app)
    button(app, "装入 1 个文件").click().run()
    assert healthy(app)
    app = dropped(opened(county, monkeypatch, "uploads"), ("下月.csv", text.replace("2026-05", "2026-04")))
    assert "| 下月\\.csv | 参保登记 | 2026年4月 |" in words(app)


def test_year_and_month_in_two_columns_need_not_be_mapped_by_hand(county, monkeypatch):
    row = {"年份": "2026", "月份": "7", **files.AGGREGATE, "看病次数": files.AGGREGATE["人次"]}
    del row["统计年月"], row["人次"]
    app = dropped(opened(county, monkeypatch, "uploads"), ("外系统.csv", files.text([row])))
    next(box for box in app.selectbox if box.label == "这是哪张表").set_value("settlements/aggregate").run()
    next(box for box in app.selectbox if box.label == "看病次数").set_value("visits")
    button(app, "按此读入").click().run()
    assert healthy(app), [error.value for error in app.error]
    assert "| 外系统\\.csv | 结算明细（按月汇总版式） | 2026年7月 |" in words(app)


def test_what_was_changed_since_the_dry_run_is_told_and_read_again(county, monkeypatch, tmp_path):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    other = files.write(tmp_path, settlements(*JUNE[:30]), "别人的六月.csv")
    pipelines.load(county, [other], "李会计")
    button(app, "装入 1 个文件").click().run()
    assert not app.exception
    assert "李会计" in app.error[0].value and "重新试读" in app.error[0].value
    button(app, "重新试读").click().run()
    assert healthy(app)
    assert "现有 30 行，换成 41 行" in words(app)
    button(app, "装入 1 个文件").click().run()
    assert healthy(app)
    assert batches(county)[-1].file == "新六月.csv"


def test_giving_up_leaves_nothing_behind(county, monkeypatch):
    before = state_of(county)
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    button(app, "放弃").click().run()
    assert healthy(app)
    assert "新六月" not in words(app)
    assert state_of(county) == before
    assert not list((county / "inbox").iterdir())
    assert not [p for p in (county / "trials").iterdir() if p.is_dir()]


def test_a_lost_page_finds_its_dry_run_again(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    desk = app.query_params["u"]
    again = opened(county, monkeypatch, "uploads", u=desk if isinstance(desk, str) else desk[0])
    assert "新六月\\.csv" in words(again)
    assert button(again, "装入 1 个文件")


def test_a_page_opened_yesterday_and_used_today_keeps_its_files(county, monkeypatch):
    mine = opened(county, monkeypatch, "uploads")
    mine.session_state["desk"].used -= 2 * upload_desk.DAY_SECONDS
    dropped(mine, ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    dropped(opened(county, monkeypatch, "uploads"), ("五月.csv", settlements(*MAY, {"结算日期": "2026-05-07"})))
    assert "新六月\\.csv" in words(mine.run())
    button(mine, "装入 1 个文件").click().run()
    assert healthy(mine)
    assert batches(county)[-1].file == "新六月.csv"


def test_two_pages_of_one_address_load_once(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    desk, before = app.session_state["desk"], len(journal(county))
    desk.load(frozenset({"新六月.csv"}), "王会计")
    first = desk.loading
    desk.load(frozenset({"新六月.csv"}), "李会计")
    assert desk.loading is first
    assert first.ended.wait(60)
    assert (first.problem, len(journal(county))) == ("", before + 1)


def test_another_page_and_back_leaves_the_files_where_they_were(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    for page in ("", "uploads"):
        app._page_hash = next(code for code, it in app._registered_pages.items() if it["url_pathname"] == page)
        app.run()
    assert healthy(app)
    assert "已在试读：新六月\\.csv" in words(app)
    assert button(app, "装入 1 个文件")


def test_a_file_that_is_taken_out_is_gone(county, monkeypatch):
    app = dropped(opened(county, monkeypatch, "uploads"), ("新六月.csv", settlements(*JUNE, {"人员编号": "P9"})))
    app.file_uploader[0].set_value([]).run()
    assert healthy(app)
    assert "新六月" not in words(app)
    assert not list((county / "inbox").iterdir())


def test_a_desk_that_is_gone_is_a_clean_page(county, monkeypatch):
    app = opened(county, monkeypatch, "uploads", u="0" * 16)
    assert healthy(app)
    assert app.title[0].value == "数据上传"


@pytest.mark.parametrize("name", NASTY)
def test_hostile_names_headers_and_cells_are_shown_as_they_are(county, monkeypatch, name):
    quoted = '"' + name.replace('"', '""') + '"'
    text = settlements(*JUNE[1:], JUNE[0] | {"医疗费总额": quoted, quoted: quoted, "医疗类别": quoted})
    app = dropped(opened(county, monkeypatch, "uploads"), (f"{name}.csv", text), (f"{name}2.csv", f"{quoted},b\n1,2\n"))
    assert not app.exception
    assert not LIVE.findall(words(app))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 500, b"PK\x03\x04 no archive", "只有一行".encode(), "表头,只有\n".encode("gb18030")],
    ids=["empty", "binary", "broken archive", "one cell", "header only"],
)
def test_a_file_that_is_none_is_a_sentence(county, monkeypatch, content):
    app = dropped(opened(county, monkeypatch, "uploads"), ("坏.csv", content))
    assert not app.exception
    assert "坏\\.csv" in words(app)
    assert not app.checkbox


def test_two_files_of_one_name_are_told_apart(county, monkeypatch):
    more = settlements(*JUNE, {"人员编号": "P9"})
    app = dropped(opened(county, monkeypatch, "uploads"), ("a.csv", more), ("a.csv", settlements(*MAY)))
    assert "| a\\.csv |" in words(app) and "| a（2）\\.csv |" in words(app)


def test_the_sample_county_is_named_and_can_be_cleared(tmp_path, monkeypatch):
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    files.write(uploads, files.rows(files.ENROLMENT, {"应参保人数": "12600"}), "参保.csv")
    pipelines.load(tmp_path / "warehouse", [uploads], "示例")
    app = opened(tmp_path / "warehouse", monkeypatch, "uploads")
    assert "示例县" in words(app)
    button(app, "确认清空").click().run()
    assert not app.exception
    assert journal(tmp_path / "warehouse")[-1].action == "undo"
    assert "示例县" not in words(app)
    assert "还没有装入任何数据" in words(app)


def test_an_empty_county_is_led_to_the_upload_page(county, monkeypatch):
    for batch in batches(county):
        pipelines.undo(county, batch.id, "测试", "测试撤销")
    app = opened(county, monkeypatch)
    assert healthy(app)
    assert any("数据上传" in str(it) or it["url_pathname"] == "uploads" for it in app._registered_pages.values())
    app = dropped(opened(county, monkeypatch, "uploads"), ("六月.csv", settlements()))
    button(app, "装入 1 个文件").click().run()
    assert healthy(app)
    assert pipelines.open_county(county).last_month == "2026-06"


@pytest.fixture(autouse=True)
def clean_desks():
    yield
    for desk in list(upload_desk.DESKS.values()):
        desk.clear()
    upload_desk.DESKS.clear()


def test_a_filled_template_is_read_and_its_explaining_sheets_are_skipped(county, tmp_path, monkeypatch):
    path = workbook(tmp_path, {"数据": table([files.STAFF]), "填写说明": [["列名", "说明"]], "封面": [["云溪县"]]})
    app = dropped(opened(county, monkeypatch, "uploads"), ("人员.xlsx", path.read_bytes()))
    assert healthy(app)
    said = words(app)
    assert "**1 个文件**可装入；2 张工作表不是上传表，已跳过" in said
    assert ":gray-badge[跳过]" in said
    button(app, "装入 1 个文件").click().run()
    assert "staff" in {batch.table for batch in batches(county)}
