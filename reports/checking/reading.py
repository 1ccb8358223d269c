"""The text of a report's file: .txt of any usual encoding, .docx, .pdf with text."""

import json
import subprocess
import tempfile
from pathlib import Path

from pipelines import WarehouseError
from pipelines.child import finished
from pipelines.refusals import in_words
from pipelines.uploads.decode import candidates

MOST_BYTES = 30 << 20
MOST_LETTERS = 200_000
SECONDS = 60
RESULT = "text.json"
WANTED = "应为 .txt、.docx，或带文字的 .pdf"
KINDS = {b"%PDF": "pdf", b"PK\x03\x04": "docx"}
OLD = b"\xd0\xcf\x11\xe0"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
EMPTY = "文件里没有文字；应为写好的报告"
BROKE = "文件读不出来（太大或已损坏）；请打开检查后另存，或把全文粘贴进来"


def read(path: Path) -> str:
    """The text of a report's file.

    Raises WarehouseError, in a Chinese sentence, if there is no text to be had from it.
    """
    with in_words():
        size = path.stat().st_size
        start = path.open("rb").read(8)
    if size > MOST_BYTES:
        raise WarehouseError(f"文件有 {size >> 20} MB；报告应在 {MOST_BYTES >> 20} MB 以内")
    if start.startswith(OLD):
        raise WarehouseError(f"这是旧版 Word（.doc）或加了密码的文件；请在 Word 或 WPS 中另存为 .docx，{WANTED}")
    if start.startswith(PICTURES):
        raise WarehouseError(f"这是图片，没有可读的文字；{WANTED}")
    kind = next((kind for magic, kind in KINDS.items() if start.startswith(magic)), "")
    text = extracted(path, kind) if kind else plain(path)
    return checked(text)


def checked(text: str) -> str:
    """A text that can be checked: not empty, not a library."""
    if not text.strip():
        raise WarehouseError(EMPTY)
    if len(text) > MOST_LETTERS:
        raise WarehouseError(f"有 {len(text):,} 字；报告应在 {MOST_LETTERS:,} 字以内，请分几次核对")
    return text


def plain(path: Path) -> str:
    """A text file: UTF-8, UTF-16, GB18030."""
    with in_words():
        data = path.read_bytes()
    for encoding in candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise WarehouseError(f"文件不是文字，或编码认不出来；{WANTED}")


def extracted(path: Path, kind: str) -> str:
    """The text of a .docx or .pdf, read by a child process, so that a crafted file ends only that."""
    with in_words(), tempfile.TemporaryDirectory() as folder:
        run(path, kind, Path(folder))
        try:
            told = json.loads((Path(folder) / RESULT).read_text("utf-8"))
        except FileNotFoundError as error:
            raise WarehouseError(BROKE) from error
    if told["refusal"]:
        raise WarehouseError(told["refusal"])
    return told["text"]


def run(path: Path, kind: str, folder: Path) -> None:
    """Let the child read; that it came to an end shows in what it wrote, which it writes last."""
    try:
        finished("reports.checking.extract", [str(path.resolve()), kind, str(folder / RESULT)], SECONDS)
    except subprocess.TimeoutExpired as error:
        raise WarehouseError(f"文件读了 {SECONDS} 秒还没有读完；请把全文粘贴进来") from error
