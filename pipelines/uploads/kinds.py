"""What a file is, told by its content and never by its name: text, a workbook, an archive, or nothing we read."""

import codecs
import errno
import re
import stat
import zipfile
from pathlib import Path

from pipelines.contracts import common
from pipelines.uploads.archives import refuse_huge_directory
from pipelines.uploads.compound import CompoundError, CompoundFile
from pipelines.uploads.decode import UnreadableFile

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
SUFFIXES = (".csv", ".txt", *SPREADSHEETS, ".zip")
BEGINNING = 4096
SAVE_AS_XLSX = "请用 Excel 打开后另存为 xlsx"
SAVE_AS = "应为 CSV、xlsx、xls 或 zip"
FOREIGN = {
    b"%PDF": "这是 PDF 文件",
    b"\x89PNG": "这是图片",
    b"\xff\xd8\xff": "这是图片",
    b"GIF8": "这是图片",
    b"BM\x00": "这是图片",
    b"\x1f\x8b": "这是 gzip 压缩包",
    b"Rar!": "这是 rar 压缩包",
    b"7z\xbc\xaf\x27\x1c": "这是 7z 压缩包",
    b"BZh": "这是 bzip2 压缩包",
    b"\xfd7zXZ": "这是 xz 压缩包",
    b"MZ\x90": "这是程序文件",
    b"\x7fELF": "这是程序文件",
    b"SQLite format 3": "这是 SQLite 数据库",
    b"PAR1": "这是 Parquet 文件",
}
ARCHIVES = ("gzip", "rar", "7z", "bzip2", "xz")
OLD_EXCEL = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
WEB_PAGE = re.compile(r"\s*(<!doctype html|<html|<head|<meta|<style|<table|<body|MIME-Version:)", re.I)
XML_SHEET = re.compile(r"\s*<\?xml[^>]*>.*(office:spreadsheet|Workbook)", re.I | re.S)
DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # what no file is to blame for
LOCKED = "工作簿有密码，打不开；请在 Excel 中去掉密码后再上传"


def kind_of(path: Path) -> str:
    """text, xlsx, xls or zip. Raises UnreadableFile, a Chinese sentence, for whatever can't be one of them."""
    start = beginning(path)
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            kind = any(word in what for word in ARCHIVES)
            raise UnreadableFile(f"{what}，{'请解压或改存为 zip 后上传' if kind else f'读不出表格；{SAVE_AS}'}")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return kind_of_zip(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return kind_of_compound(path)
    if start.startswith(OLD_EXCEL):
        raise UnreadableFile(f"这是很旧的 Excel 格式；{SAVE_AS_XLSX}")
    refuse_markup(start)
    return "text"


def beginning(path: Path) -> bytes:
    """The first bytes of a file that can be read and is not too large."""
    if path.is_dir():
        raise UnreadableFile("这是文件夹，不是文件；应为文件夹里的文件")
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise UnreadableFile("这不是普通文件，没有读；应为 CSV、xlsx、xls 或 zip 文件")
        with path.open("rb") as file:
            start = file.read(BEGINNING)
    except OSError as error:
        raise UnreadableFile(why(error)) from error
    refuse_large(told.st_size)
    if not start:
        raise UnreadableFile(f"文件是空的；{SAVE_AS}")
    return start


def why(error: OSError) -> str:
    """What keeps a file from being opened, in Chinese."""
    if isinstance(error, FileNotFoundError):
        return "文件已经不在原处；请重新选择"
    if isinstance(error, PermissionError):
        return "没有读取这个文件的权限，或它正被别的程序占用；请关闭占用它的程序或复制一份再试"
    return f"文件读不出来（{error.strerror or error}）；请复制到本机硬盘后再试"


def refuse_large(size: int) -> None:
    """Raise if a file has more bytes than is taken."""
    if size > common().largest_file_mb << 20:
        found = f"{size / (1 << 20):.0f} MB"
        raise UnreadableFile(f"文件有 {found}，超过 {common().largest_file_mb} MB；请按月份或险种分成几个文件")


def kind_of_zip(path: Path) -> str:
    """A zip by what lies in it: a workbook is one too."""
    refuse_huge_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableFile("文件不完整或已损坏（目录读不出）；请重新下载或重新压缩") from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise UnreadableFile(f"这是 Excel 二进制工作簿（xlsb）；{SAVE_AS_XLSX}")
    if {"mimetype", "content.xml"} <= names:
        raise UnreadableFile(f"这是 ODF 文件（ods）；{SAVE_AS_XLSX}")
    if "[content_types].xml" in names:
        raise UnreadableFile(f"这是 Word 或 PowerPoint 文件，读不出表格；{SAVE_AS}")
    return "zip"


def kind_of_compound(path: Path) -> str:
    """An OLE file by its streams: a workbook, a workbook with a password, or a document."""
    try:
        with path.open("rb") as file:
            names = set(CompoundFile(file).streams)
    except CompoundError as error:
        raise UnreadableFile(f"文件不完整或已损坏；{SAVE_AS_XLSX}") from error
    if "EncryptedPackage" in names:
        raise UnreadableFile(LOCKED)
    if "Workbook" in names:
        return "xls"
    if "Book" in names:
        raise UnreadableFile(f"这是很旧的 Excel 格式；{SAVE_AS_XLSX}")
    raise UnreadableFile(f"这是 Word 或其他 Office 文件，读不出表格；{SAVE_AS}")


def refuse_markup(start: bytes) -> None:
    """Systems save web pages under the name .xls; Excel opens them, and so their true form goes unnoticed."""
    utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = start.decode("utf-16" if utf_16 else "utf-8-sig", errors="replace")
    if WEB_PAGE.match(text):
        raise UnreadableFile(f"这是网页（HTML），不是表格文件；{SAVE_AS_XLSX}")
    if XML_SHEET.match(text):
        raise UnreadableFile(f"这是 XML 表格；{SAVE_AS_XLSX}")
