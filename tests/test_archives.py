"""Zips as people and attackers make them: names, links, bombs, damage. Each is a sentence, and the rest counts."""

import io
import os
import stat
import struct
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build import load
from pipelines.contracts import common
from pipelines.store.warehouse import WarehouseError
from pipelines.trial import discard, try_out
from pipelines.uploads import archives, decode
from pipelines.uploads.files import unpack
from pipelines.uploads.handed_in import files_in
from tests.files import AUDIT, ENROLMENT, STAFF, text

ROOT = Path(__file__).parents[1]
MONTH = text([STAFF]).encode()


def packed(folder: Path, *entries: tuple, name: str = "六月.zip") -> Path:
    """A zip of these (name or ZipInfo, content)."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in entries:
            archive.writestr(member, content)
    return path


def found_in(path: Path, folder: Path) -> list:
    aside = folder / "unpacked"
    aside.mkdir()
    return unpack(path, aside)


def staged_from(folder: Path, *paths: Path) -> list:
    trial = try_out(folder / "warehouse", paths)
    discard(trial)
    return [tried.staged for tried in trial.files]


def refusals(path: Path, folder: Path) -> dict[str, str]:
    return {upload.name: upload.refusal for upload in found_in(path, folder)}


def inside(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


# ---------------------------------------------------------------- what staff make


def test_every_table_of_a_zip_is_an_upload_named_after_both(tmp_path):
    uploads = found_in(packed(tmp_path, ("人员.csv", MONTH), ("表/稽核.csv", text([AUDIT]))), tmp_path)
    assert [(u.name, u.refusal) for u in uploads] == [("六月.zip › 人员.csv", ""), ("六月.zip › 表/稽核.csv", "")]
    assert uploads[0].path.read_bytes() == MONTH
    assert uploads[0].evidence == uploads[0].path


def test_a_zip_is_loaded_like_its_files(tmp_path):
    path = packed(tmp_path, ("人员.csv", MONTH), ("参保.csv", text([ENROLMENT])))
    receipts = load(tmp_path / "warehouse", [path], "测试")
    assert [(r.file, r.status, r.batch.table) for r in receipts] == [
        ("六月.zip › 人员.csv", "loaded", "staff"),
        ("六月.zip › 参保.csv", "loaded", "enrolment"),
    ]
    (tmp_path / "人员.csv").write_bytes(MONTH)
    assert [r.status for r in load(tmp_path / "warehouse", [tmp_path / "人员.csv"], "测试")] == ["unchanged"]


def test_names_that_windows_wrote_as_gbk_are_read(tmp_path):
    info = zipfile.ZipInfo("结算六月.csv".encode("gbk").decode("cp437"))
    path = packed(tmp_path, (info, MONTH))
    path.write_bytes(without_utf8_flag(path.read_bytes()))
    assert list(refusals(path, tmp_path)) == ["六月.zip › 结算六月.csv"]


def without_utf8_flag(raw: bytes) -> bytes:
    """The archive of one member as an old Windows writes it: the name in the local code page, and no word of it."""
    name = "结算六月.csv".encode("gbk")
    spoken = name.decode("cp437").encode()
    short = len(spoken) - len(name)
    raw = raw.replace(spoken, name)
    central = raw.index(b"PK\1\2")
    head = bytearray(raw)
    for at, flags, length in ((0, 6, 26), (central, 8, 28)):
        struct.pack_into("<H", head, at + flags, 0)
        struct.pack_into("<H", head, at + length, len(name))
    end = head.index(b"PK\5\6")
    size, start = struct.unpack_from("<II", head, end + 12)
    struct.pack_into("<II", head, end + 12, size - short, start - short)
    return bytes(head)


def test_what_mac_and_windows_leave_behind_is_not_mentioned(tmp_path):
    junk = ["__MACOSX/._人员.csv", ".DS_Store", "表/~$结算.xlsx", "Thumbs.db", "表/desktop.ini", "._x.csv"]
    path = packed(tmp_path, *((name, b"\0\0") for name in junk), ("空文件夹/", b""), ("人员.csv", MONTH))
    assert refusals(path, tmp_path) == {"六月.zip › 人员.csv": ""}


def test_a_member_that_is_no_table_gets_a_sentence_and_the_others_count(tmp_path):
    path = packed(tmp_path, ("说明.pdf", b"%PDF-1.7 ..."), ("人员.csv", MONTH), ("空.csv", b""))
    receipts = load(tmp_path / "warehouse", [path], "测试")
    assert [(r.file, r.status) for r in receipts] == [
        ("六月.zip › 说明.pdf", "refused"),
        ("六月.zip › 人员.csv", "loaded"),
        ("六月.zip › 空.csv", "refused"),
    ]
    assert receipts[0].problems[0].wanted == "这是 PDF 文件，读不出表格；应为 CSV、xlsx、xls 或 zip"
    assert receipts[2].problems[0].wanted == "文件是空的；应为 CSV、xlsx、xls 或 zip"


def test_a_zip_is_a_zip_whatever_it_is_called(tmp_path):
    path = packed(tmp_path, ("人员.csv", MONTH), name="六月.csv")
    assert refusals(path, tmp_path) == {"六月.csv › 人员.csv": ""}


def test_a_zip_in_a_folder_is_found(tmp_path):
    path = packed(tmp_path, ("人员.csv", MONTH))
    assert files_in([tmp_path]) == [path]


def test_a_zip_within_a_zip_is_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("人员.csv", MONTH)
    told = refusals(packed(tmp_path, ("里.zip", inner.getvalue()), ("人员.csv", MONTH)), tmp_path)
    assert told == {
        "六月.zip › 里.zip": "压缩包里还有压缩包，没有读；请先解压，再把里面的文件一起压缩",
        "六月.zip › 人员.csv": "",
    }


# ---------------------------------------------------------------- tricks


@pytest.mark.parametrize(
    "trick",
    [
        "../../出去.csv",
        "表/../../出去.csv",
        "/etc/cron.d/x.csv",
        "C:\\Windows\\x.csv",
        "c:x.csv",
        "\\\\server\\share\\x.csv",
        "..\\出去.csv",
        "NUL",
        "con.csv",
        "表/LPT1.csv",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused_and_nothing_is_written_there(tmp_path, trick):
    home = tmp_path / "a" / "b"
    home.mkdir(parents=True)
    before = inside(tmp_path)
    uploads = found_in(packed(home, (trick, MONTH), ("人员.csv", MONTH)), home)
    assert [u.refusal for u in uploads] == [
        "压缩包里的这个文件名指向包外或系统设备，没有读；请用普通文件名重新压缩",
        "",
    ]
    assert inside(tmp_path) - before == {"a/b/六月.zip", "a/b/unpacked", "a/b/unpacked/1"}


def test_files_on_disk_never_bear_the_archives_names(tmp_path):
    found_in(packed(tmp_path, ("人员.csv", MONTH), ("a" * 200 + ".csv", MONTH)), tmp_path)
    assert inside(tmp_path / "unpacked") == {"0", "1"}


def test_a_link_is_not_followed(tmp_path):
    link = zipfile.ZipInfo("人员.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    told = refusals(packed(tmp_path, (link, "/etc/passwd")), tmp_path)
    assert told == {"六月.zip › 人员.csv": "压缩包里的这一项是链接，不是文件，没有读；请放入文件本身"}


def test_signs_that_turn_a_name_around_are_not_shown(tmp_path):
    uploads = found_in(packed(tmp_path, ("六月\u202evsc.exe\n.csv", MONTH)), tmp_path)
    assert [u.name for u in uploads] == ["六月.zip › 六月vsc.exe.csv"]


def test_an_archive_with_a_password_says_so(tmp_path):
    path = packed(tmp_path, ("人员.csv", MONTH))
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    assert refusals(path, tmp_path) == {"六月.zip › 人员.csv": "压缩包有密码，打不开；请去掉密码重新压缩"}


def test_an_unknown_way_of_compressing_is_said(tmp_path):
    path = packed(tmp_path, ("人员.csv", MONTH))
    raw = bytearray(path.read_bytes())
    raw[8] = raw[raw.index(b"PK\1\2") + 10] = 97
    path.write_bytes(raw)
    assert "压缩方法不认识" in refusals(path, tmp_path)["六月.zip › 人员.csv"]


# ---------------------------------------------------------------- damage and bombs


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_zip_is_one_sentence(tmp_path, kept):
    path = packed(tmp_path, ("a.csv", os.urandom(5000)), ("b.csv", MONTH))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    assert refusals(path, tmp_path) == {"六月.zip": "文件不完整或已损坏（目录读不出）；请重新下载或重新压缩"}


def test_a_damaged_member_is_one_sentence_and_the_others_count(tmp_path):
    path = packed(tmp_path, ("坏.csv", os.urandom(5000)), ("人员.csv", MONTH))
    raw = bytearray(path.read_bytes())
    raw[2000] ^= 0xFF
    path.write_bytes(raw)
    told = refusals(path, tmp_path)
    assert told == {
        "六月.zip › 坏.csv": "压缩包里的这个文件不完整或已损坏；请重新下载或重新压缩",
        "六月.zip › 人员.csv": "",
    }
    assert inside(tmp_path / "unpacked") == {"1"}


def test_an_empty_zip_is_one_sentence(tmp_path):
    assert refusals(packed(tmp_path), tmp_path) == {"六月.zip": "压缩包是空的；里面应有 CSV、xlsx 或 xls 文件"}


def test_a_bomb_is_noticed_while_it_is_unpacked_whatever_size_its_directory_states(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "NEVER_SWOLLEN", 1 << 20)
    path = packed(tmp_path, ("零.csv", bytes(20 << 20)), ("人员.csv", MONTH))
    told = refusals(path, tmp_path)
    assert told == {"六月.zip": "解压后太大，像是压缩炸弹，没有读；请直接上传里面的文件"}
    left = sum(p.stat().st_size for p in (tmp_path / "unpacked").iterdir())
    assert left <= path.stat().st_size * archives.SWOLLEN + archives.CHUNK


def test_all_members_together_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 100_000)
    path = packed(tmp_path, *((f"{n}.csv", os.urandom(30_000)) for n in range(4)))
    assert "压缩炸弹" in refusals(path, tmp_path)["六月.zip"]


def test_more_members_than_anybody_hands_in_are_refused(tmp_path):
    path = packed(tmp_path, *((f"{n}.csv", MONTH) for n in range(archives.MOST_MEMBERS + 1)))
    assert refusals(path, tmp_path) == {"六月.zip": "压缩包里有 501 个文件，超过 500 个；请分几个压缩包上传"}


def test_a_directory_of_a_million_members_is_never_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_DIRECTORY", 10_000)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *a: pytest.fail("the directory was read"))
    path = tmp_path / "六月.zip"
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, 1 << 24, 22, 0)
    path.write_bytes(b"PK\3\4" + bytes(1 << 24) + end)
    assert list(refusals(path, tmp_path).values()) == ["压缩包里的文件超过 500 个；请分几个压缩包上传"]


def test_a_member_larger_than_any_file_may_be_is_refused_alone(tmp_path, monkeypatch):
    small = replace(common(), largest_file_mb=1)
    monkeypatch.setattr(archives, "common", lambda: small)
    told = refusals(packed(tmp_path, ("大.csv", os.urandom(2 << 20)), ("人员.csv", MONTH)), tmp_path)
    assert told == {"六月.zip › 大.csv": "解压后超过 1 MB；请按月份或险种分成几个文件", "六月.zip › 人员.csv": ""}


# ---------------------------------------------------------------- files that can't be opened


def test_a_file_that_vanished_meanwhile_is_one_sentence(tmp_path):
    assert refusals(tmp_path / "没了.csv", tmp_path) == {"没了.csv": "文件已经不在原处；请重新选择"}


def test_a_folder_in_place_of_a_file_is_one_sentence(tmp_path):
    (tmp_path / "六月.csv").mkdir()
    assert "这是文件夹，不是文件" in refusals(tmp_path / "六月.csv", tmp_path)["六月.csv"]


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "六月.csv")
    assert refusals(tmp_path / "六月.csv", tmp_path) == {
        "六月.csv": "这不是普通文件，没有读；应为 CSV、xlsx、xls 或 zip 文件"
    }


def test_a_disk_that_is_full_is_not_blamed_on_the_file(tmp_path, monkeypatch):
    path = tmp_path / "六月.csv"
    path.write_bytes(text([STAFF]).encode("gb18030"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(decode, "transcoded", full)
    with pytest.raises(WarehouseError, match="磁盘"):
        staged_from(tmp_path, path)


def test_the_uploads_box_takes_what_is_read(tmp_path):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["server"]["maxUploadSize"] == common().largest_file_mb


def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path, monkeypatch):
    path = packed(tmp_path, ("人员.csv", MONTH))

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "没有读取这个文件的权限" in refusals(path, tmp_path)["六月.zip"]


def test_a_file_of_two_gigabytes_is_one_sentence_and_is_not_read(tmp_path):
    path = tmp_path / "大.csv"
    with path.open("wb") as file:
        file.write(MONTH)
        file.truncate(2 << 30)
    assert refusals(path, tmp_path) == {"大.csv": "文件有 2048 MB，超过 500 MB；请按月份或险种分成几个文件"}
    assert [p.wanted for p in staged_from(tmp_path, path)[0].problems] == [
        "文件有 2048 MB，超过 500 MB；请按月份或险种分成几个文件"
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "文件是空的；应为 CSV、xlsx、xls 或 zip"),
        (b"\xff\xd8\xff\xe0 JFIF", "这是图片，读不出表格；应为 CSV、xlsx、xls 或 zip"),
        (b"Rar!\x1a\x07\x01\x00", "这是 rar 压缩包，请解压或改存为 zip 后上传"),
        (b"7z\xbc\xaf\x27\x1c\x00", "这是 7z 压缩包，请解压或改存为 zip 后上传"),
        (b"\x1f\x8b\x08", "这是 gzip 压缩包，请解压或改存为 zip 后上传"),
        (b"MZ\x90\x00", "这是程序文件，读不出表格；应为 CSV、xlsx、xls 或 zip"),
        (
            "\ufeff<html><table><tr><td>机构编码".encode(),
            "这是网页（HTML），不是表格文件；请用 Excel 打开后另存为 xlsx",
        ),
        (b"\r\n<!DOCTYPE HTML><html>", "这是网页（HTML），不是表格文件；请用 Excel 打开后另存为 xlsx"),
        ("<html>".encode("utf-16"), "这是网页（HTML），不是表格文件；请用 Excel 打开后另存为 xlsx"),
        (
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook xmlns="x:office:spreadsheet">',
            "这是 XML 表格；请用 Excel 打开后另存为 xlsx",
        ),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "文件不完整或已损坏；请用 Excel 打开后另存为 xlsx"),
        (b"PK\x03\x04" + bytes(600), "文件不完整或已损坏（目录读不出）；请重新下载或重新压缩"),
    ],
)
@pytest.mark.parametrize("name", ["六月.csv", "六月.xlsx"])
def test_what_a_file_is_is_told_by_its_content_and_never_by_its_name(tmp_path, content, told, name):
    (tmp_path / name).write_bytes(content)
    assert refusals(tmp_path / name, tmp_path) == {name: told}


def test_a_csv_is_a_csv_whatever_it_is_called(tmp_path):
    (tmp_path / "六月.xls").write_bytes(MONTH)
    assert [(s.table, s.problems) for s in staged_from(tmp_path, tmp_path)] == [("staff", ())]


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ("xl/workbook.bin", "这是 Excel 二进制工作簿（xlsb）；请用 Excel 打开后另存为 xlsx"),
        ("content.xml", "这是 ODF 文件（ods）；请用 Excel 打开后另存为 xlsx"),
        ("word/document.xml", "这是 Word 或 PowerPoint 文件，读不出表格；应为 CSV、xlsx、xls 或 zip"),
    ],
)
def test_other_office_files_say_what_they_are(tmp_path, member, told):
    path = packed(tmp_path, ("mimetype", b"x"), ("[Content_Types].xml", b"x"), (member, b"x"), name="表.xlsx")
    assert refusals(path, tmp_path) == {"表.xlsx": told}
