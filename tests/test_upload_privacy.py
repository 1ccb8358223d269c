"""Names and numbers of persons: dropped, refused or hashed before anything is written; never in the warehouse."""

import base64
import stat
from pathlib import Path

import pytest

from pipelines import load, try_out
from pipelines.build import words_of
from pipelines.contracts import common, contracts
from pipelines.store.warehouse import user, workroom, writing
from pipelines.uploads.mapping import Mapping
from pipelines.uploads.privacy import person_key
from pipelines.uploads.staging import stage
from tests.files import AUDIT, KEY, PENALTY, SETTLEMENT, rows, staged, text, upload, write
from views import inbox

PERSON = "511024198203156789"


def bytes_of(warehouse: Path) -> bytes:
    return b"\n".join(str(p).encode() + p.read_bytes() for p in warehouse.rglob("*") if p.is_file())


def test_personal_columns_are_dropped_and_the_receipt_says_so(tmp_path):
    personal = common().dropped_headers
    found = staged(tmp_path, rows(SETTLEMENT | dict.fromkeys(personal, "欧阳娜娜"), {}))
    assert (found.problems, found.dropped) == ((), personal)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_neither_name_nor_number_is_anywhere_in_the_warehouse(tmp_path, encoding):
    personal = {"姓名": "欧阳娜娜", "身份证号": PERSON, "人员编号": PERSON, "联系电话": "13800138000"}
    path = write(tmp_path, rows(SETTLEMENT | personal, {}), encoding=encoding)
    (receipt,) = load(tmp_path / "warehouse", [path], "测试")
    assert (receipt.status, receipt.batch.dropped) == ("loaded", ("姓名", "身份证号", "联系电话"))
    kept = bytes_of(tmp_path / "warehouse")
    for secret in ("欧阳娜娜", PERSON, "13800138000"):
        for code in ("utf-8", "gb18030", "utf-16-le"):
            assert secret.encode(code) not in kept


def test_a_file_with_persons_is_not_kept_and_one_without_is(tmp_path):
    warehouse = tmp_path / "warehouse"
    with_persons = write(tmp_path, rows(SETTLEMENT, {}), "settlements.csv")
    without = write(tmp_path, [AUDIT], "audit.csv")
    dropped = write(tmp_path, [PENALTY | {"姓名": "欧阳娜娜"}], "penalties.csv")
    receipts = {r.file: r for r in load(warehouse, [with_persons, without, dropped], "测试")}
    kept = {name: (warehouse / "batches" / r.batch.id / "original.csv").exists() for name, r in receipts.items()}
    assert kept == {"settlements.csv": False, "audit.csv": True, "penalties.csv": False}
    assert (
        warehouse / "batches" / receipts["audit.csv"].batch.id / "original.csv"
    ).read_bytes() == without.read_bytes()


@pytest.mark.parametrize("place", ["above", "below"])
def test_a_file_with_a_personal_number_in_a_title_or_note_is_not_kept(tmp_path, place):
    title, note = ("稽核情况 电话13800138000\n", "") if place == "above" else ("", "填报人：王会计 电话13800138000\n")
    path = write(tmp_path, title + text([AUDIT]) + note)
    (receipt,) = load(tmp_path / "warehouse", [path], "测试")
    assert (receipt.status, receipt.batch.skipped) == ("loaded", 1)
    assert b"13800138000" not in bytes_of(tmp_path / "warehouse")


@pytest.mark.parametrize(
    "written",
    [
        f"王小明,{PERSON},13800138000,农村\n李大明,{PERSON},13800138000,城镇\n",  # no table: its first line is told
        ",".join(AUDIT.values()) + f",{PERSON}\n" + text([AUDIT]),  # a row above its header
        f'"{PERSON}' + "\n一行" * 20 + "\n",  # a quote that is never closed
    ],
)
def test_a_file_that_is_refused_is_told_of_without_its_personal_numbers(tmp_path, written):
    found = staged(tmp_path, written)
    assert found.problems
    assert not [p.text for p in found.problems if PERSON in p.text or "13800138000" in p.text]


def test_a_line_with_a_personal_number_is_never_mapped_as_a_header(tmp_path):
    heads = list(AUDIT)
    path = write(tmp_path, ",".join([*heads[:-1], PERSON]) + "\n" + ",".join(AUDIT.values()) + "\n")
    layout = contracts()["audit_work"].layouts[0]
    last = next(key for key, column in layout.columns.items() if column.header == heads[-1])
    found = stage(upload(path), tmp_path, KEY, words_of, Mapping("audit_work", layout.name, {PERSON: last}))
    assert found.rows is None
    assert [p.wanted for p in found.problems] == ["表头里有身份证号或手机号，像是一行数据；请改选或补上表头"]
    assert PERSON not in found.problems[0].text


def test_a_note_is_shown_without_the_personal_number_in_it(tmp_path):
    found = staged(tmp_path, text([AUDIT]) + "填报人：王会计 电话13800138000\n")
    assert [left.text for left in found.left] == ["填报人：王会计 电话138****"]


@pytest.mark.parametrize("written", [f"患者{PERSON}冒名", PERSON, "51102419820315678X", "电话13800138000"])
def test_a_personal_number_in_free_text_is_refused(tmp_path, written):
    found = staged(tmp_path, [PENALTY | {"违规事实": written}])
    assert found.rows is None
    assert [(p.line, p.column) for p in found.problems] == [(2, "违规事实")]
    assert found.problems[0].wanted == "含有身份证号或手机号；系统不保存个人信息，请删去"


def test_the_message_about_a_personal_number_does_not_repeat_it(tmp_path):
    found = staged(tmp_path, [PENALTY | {"违规事实": f"患者{PERSON}冒名"}])
    assert PERSON not in found.problems[0].text


@pytest.mark.parametrize("written", ["案卷 20260605001 号", "金额 12345678.90 元", "2026-06-05 至 2026-06-07"])
def test_other_numbers_in_free_text_are_nobodys_business(tmp_path, written):
    assert staged(tmp_path, [PENALTY | {"违规事实": written}]).problems == ()


def test_a_faulty_person_cell_does_not_leave_the_number_behind(tmp_path):
    path = write(tmp_path, rows(SETTLEMENT | {"人员编号": PERSON}, {"结算日期": "昨天"}))
    (receipt,) = load(tmp_path / "warehouse", [path], "测试")
    assert receipt.status == "refused"
    assert PERSON.encode() not in bytes_of(tmp_path / "warehouse")


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    key = person_key(tmp_path / "warehouse")
    assert len(base64.urlsafe_b64decode(key)) == 24
    assert person_key(tmp_path / "warehouse") == key
    assert stat.S_IMODE((tmp_path / "warehouse" / "person.key").stat().st_mode) == 0o600
    assert list((tmp_path / "warehouse").iterdir()) == [tmp_path / "warehouse" / "person.key"]


def test_what_is_read_but_not_yet_loaded_is_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path / "warehouse"))
    trial = try_out(tmp_path / "warehouse", [write(tmp_path, rows(SETTLEMENT, {}))])
    with writing(tmp_path / "warehouse"), workroom(tmp_path / "warehouse", "reading") as room:
        folders = [trial.folder, inbox.place_for("六月.csv")[1].parent, room]
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_user_without_a_name_is_no_traceback(monkeypatch):
    def nameless():
        raise OSError("No username set in the environment")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert user() == "未知"


def test_another_key_gives_another_pseudonym(tmp_path):
    path = write(tmp_path, rows(SETTLEMENT, {}))
    found = []
    for key in ("0" * 64, "1" * 64):
        (tmp_path / key).mkdir()
        found.append(stage(upload(path), tmp_path / key, key, words_of).rows.read_bytes())
    assert found[0] != found[1]
