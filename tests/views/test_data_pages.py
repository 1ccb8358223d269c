"""数据日历 and 操作记录: what is loaded for which month, taking it back, locking it, and all that ever happened."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import pipelines
from pipelines.cli import main
from pipelines.contracts import contracts
from pipelines.store.warehouse import batches, journal, live
from tests import files
from tests.views.app import button, healthy, opened, words
from tests.views.test_pages import LIVE, NASTY

JUNE = [{"人员编号": f"P{n:010d}"} for n in range(20)]
APRIL = [change | {"结算日期": "2026-04-05"} for change in JUNE]


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """Settlements of April and June (May is missing), June's replaced once; enrolment of June."""
    base = tmp_path_factory.mktemp("loaded")
    for number, uploads in enumerate(
        (
            {"四月.csv": files.rows(files.SETTLEMENT, *APRIL), "六月.csv": files.rows(files.SETTLEMENT, *JUNE)},
            {"六月改.csv": files.rows(files.SETTLEMENT, *JUNE[:15])},
            {"参保.csv": files.rows(files.ENROLMENT, {"应参保人数": "12600"})},
        )
    ):
        folder = base / f"uploads{number}"
        folder.mkdir()
        for name, rows in uploads.items():
            files.write(folder, rows, name)
        receipts = pipelines.load(base / "warehouse", [folder], "李会计")
        assert {receipt.status for receipt in receipts} == {"loaded"}
    return base


@pytest.fixture
def county(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def test_a_batch_that_came_back_was_loaded_by_whoever_brought_it_back(county, monkeypatch, tmp_path):
    batch = live(county)["settlements", "2026-06", ""].id
    pipelines.undo(county, batch, "李会计", "试试")
    pipelines.load(county, [tmp_path / "uploads1"], "赵会计")
    app = opened(county, monkeypatch, "calendar", cell="settlements.2026-06")
    assert healthy(app)
    (row,) = [line for line in words(app).split("\n") if line.startswith("| 装入 |")]
    assert "赵会计" in row
    assert "李会计" not in row


BUDGET = {"年度": "2027", "险种类型": "390", "项目": "支出预算", "金额": "130000000.00"}


@pytest.mark.parametrize(("table", "row"), [("institutions", files.INSTITUTION), ("budgets", BUDGET)])
def test_a_county_without_a_single_month_has_a_calendar(tmp_path, monkeypatch, table, row):
    pipelines.load(tmp_path / "warehouse", [files.write(tmp_path, [row], "first.csv")], "李会计")
    app = opened(tmp_path / "warehouse", monkeypatch, "calendar")
    assert healthy(app)
    assert [key for key, label in cells(app).items() if table in key and label == "已装入"]
    told = CliRunner().invoke(main, ["--warehouse", str(tmp_path / "warehouse"), "calendar"], catch_exceptions=False)
    (line,) = [line for line in told.stdout.splitlines() if line.startswith(contracts()[table].name_zh)]
    assert "●" in line


def test_a_county_that_begins_with_its_roster_goes_on_uploading(tmp_path, monkeypatch):
    pipelines.load(tmp_path / "warehouse", [files.write(tmp_path, [files.INSTITUTION], "first.csv")], "李会计")
    overview = opened(tmp_path / "warehouse", monkeypatch)
    assert (healthy(overview), overview.title[0].value) == (True, "没有可看的数据")
    uploads = opened(tmp_path / "warehouse", monkeypatch, "uploads")
    assert healthy(uploads)
    assert "还没有装入任何月度表" in words(uploads)


def cells(app) -> dict[str, str]:
    """Key of a cell's button -> its word."""
    return {each.key: each.label for each in app.button if each.key and each.key.startswith("day-")}


def cell(app, table: str, period: str) -> str:
    return next(label for key, label in cells(app).items() if key.endswith(f"-{table}-{period}"))


def test_the_calendar_says_the_state_of_each_month_in_words(county, monkeypatch):
    app = opened(county, monkeypatch, "calendar")
    assert healthy(app)
    assert cell(app, "settlements", "2026-04") == "已装入"
    assert cell(app, "settlements", "2026-05") == "缺"
    assert cell(app, "settlements", "2026-06") == "已替换"
    assert cell(app, "enrolment", "2026-06") == "已装入"
    assert "2026年5月缺 **结算明细**" in words(app)


def test_a_click_shows_the_batch_behind_a_cell(county, monkeypatch):
    app = opened(county, monkeypatch, "calendar")
    next(each for each in app.button if each.key.endswith("settlements-2026-06")).click().run()
    batch = live(county)["settlements", "2026-06", ""]
    said = words(app)
    assert healthy(app)
    assert "六月改\\.csv" in said and batch.sha256 in said and "李会计" in said
    assert "| 顶替了 | 六月\\.csv" in said
    assert "| 行数 | 15 |" in said and "| 人数 | 15 |" in said
    assert "回执" in [each.proto.label for each in app.get("download_button")]


def test_a_missing_month_leads_to_the_upload_page(county, monkeypatch):
    app = opened(county, monkeypatch, "calendar", cell="settlements.2026-05")
    assert healthy(app)
    assert "还没有装入" in words(app)
    assert any(link.proto.label == "去上传" for link in app.get("page_link"))


@pytest.mark.parametrize("wrong", ["x", "settlements.2031-01", "<b>.1", "settlements"])
def test_a_link_to_a_cell_that_is_not_there_shows_none(county, monkeypatch, wrong):
    app = opened(county, monkeypatch, "calendar", cell=wrong)
    assert healthy(app)
    assert "SHA" not in words(app)


def test_undoing_needs_a_reason_and_brings_the_former_batch_back(county, monkeypatch):
    app = opened(county, monkeypatch, "calendar", cell="settlements.2026-06")
    before = len(journal(county))
    button(app, "确认撤销").click().run()
    assert "都要写" in words(app)
    assert len(journal(county)) == before
    app.text_input(key="why-撤销").set_value("传错了")
    app.text_input(key="by-撤销").set_value("王会计")
    button(app, "确认撤销").click().run()
    assert healthy(app)
    assert "已撤销 六月改" in words(app)
    entry = journal(county)[-1]
    assert (entry.action, entry.by, entry.why) == ("undo", "王会计", "传错了")
    assert live(county)["settlements", "2026-06", ""].file == "六月.csv"
    assert cell(app, "settlements", "2026-06") == "已装入"


def test_a_locked_month_says_so_warns_that_an_undo_restates_it_and_can_be_unlocked(county, monkeypatch):
    app = opened(county, monkeypatch, "calendar", cell="settlements.2026-06")
    app.text_input(key="why-锁定本月").set_value("六月已上报")
    button(app, "确认锁定本月").click().run()
    assert healthy(app)
    assert "锁" in cell(app, "settlements", "2026-06") and cell(app, "enrolment", "2026-06") == "锁定"
    assert "会改动已锁定的月份" in words(app)
    app.text_input(key="why-撤销").set_value("传错了")
    button(app, "确认撤销").click().run()
    assert healthy(app)
    assert (journal(county)[-1].action, journal(county)[-1].values) == ("undo", {"restated": "2026-06"})
    app.text_input(key="why-解锁本月").set_value("要补报")
    button(app, "确认解锁本月").click().run()
    assert healthy(app)
    assert cell(app, "enrolment", "2026-06") == "已装入"


def test_the_journal_lists_everything_the_latest_first(county, monkeypatch):
    pipelines.undo(county, batches(county)[-1].id, "王会计", "传错了 <b>x</b>")
    app = opened(county, monkeypatch, "journal")
    assert healthy(app)
    listed = app.dataframe[0].value
    assert list(listed["序号"]) == [5, 4, 3, 2, 1]
    assert list(listed["操作"]) == ["撤销", "装入", "装入", "装入", "装入"]
    assert listed["原因或说明"][0] == "传错了 <b>x</b>"
    assert "装入 **4** 次，撤销 **1** 次" in words(app)


def test_the_journal_is_filtered_by_action_table_person_and_words(county, monkeypatch):
    pipelines.undo(county, batches(county)[-1].id, "王会计", "传错了")
    for query, numbers in (
        ({"action": "undo"}, [5]),
        ({"table": "settlements"}, [3, 2, 1]),
        ({"who": "王会计"}, [5]),
        ({"jq": "六月"}, [3, 1]),
        ({"jq": "没有这样的词"}, None),
    ):
        app = opened(county, monkeypatch, "journal", **query)
        assert healthy(app)
        assert [list(frame.value["序号"]) for frame in app.dataframe] == ([numbers] if numbers else []), query


def test_an_empty_warehouse_has_empty_pages(county, monkeypatch):
    for batch in batches(county):
        pipelines.undo(county, batch.id, "测试", "测试撤销")
    assert healthy(opened(county, monkeypatch, "calendar"))
    assert len(opened(county, monkeypatch, "journal").dataframe[0].value) == 8


@pytest.mark.parametrize("name", NASTY)
def test_hostile_names_and_reasons_are_shown_as_they_are(county, monkeypatch, tmp_path, name):
    path = files.write(tmp_path, files.rows(files.SETTLEMENT, *JUNE[:9]), f"{name.replace('/', '_')}.csv")
    (receipt,) = pipelines.load(county, [path], name)
    said = words(opened(county, monkeypatch, "calendar", cell="settlements.2026-06"))
    assert not LIVE.findall(said)
    pipelines.undo(county, receipt.batch.id, name, name)
    app = opened(county, monkeypatch, "journal")
    assert healthy(app)
    assert not LIVE.findall(words(app))
    assert app.dataframe[0].value["原因或说明"][0] == name


def test_who_loads_is_not_who_the_journal_is_filtered_by(county, monkeypatch):
    app = opened(county, monkeypatch, "calendar", cell="settlements.2026-06")
    app.text_input(key="by-撤销").set_value("李会计")
    app.text_input(key="why-撤销").set_value("传错了")
    button(app, "确认撤销").click().run()
    app._page_hash = next(code for code, it in app._registered_pages.items() if it["url_pathname"] == "journal")
    app.run()
    assert len(app.dataframe[0].value) == len(journal(county))
    assert app.selectbox(key="who").value == ""
