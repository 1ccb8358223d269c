"""The sheets of a workbook as CSVs, written by a child process: one that is too large or broken ends only that."""

import json
import os
import subprocess
from pathlib import Path

from pipelines.child import finished
from pipelines.uploads.decode import UnreadableFile
from pipelines.uploads.kinds import DISK_TROUBLE
from pipelines.uploads.problems import Problem

SECONDS = 900
RESULT = "sheets.json"
BROKE = "工作簿读不出来（太大或已损坏）；请用 Excel 打开检查，或另存为“CSV UTF-8”后上传"
SLOW = f"工作簿读了 {SECONDS // 60} 分钟还没有读完；请另存为“CSV UTF-8”后上传"


def sheets_in(source: Path, kind: str, folder: Path) -> list[dict]:
    """What sheets.py tells of each sheet: name, file, skipped (why, or ''), optional, problems (as Problem).

    Raises UnreadableFile, a Chinese sentence, where the workbook as a whole can't be read.
    """
    code = run(source, kind, folder)
    if code in DISK_TROUBLE:
        raise OSError(code, os.strerror(code))
    try:
        told = json.loads((folder / RESULT).read_text("utf-8"))
    except FileNotFoundError as error:
        raise UnreadableFile(BROKE) from error
    if told["refusal"]:
        raise UnreadableFile(told["refusal"])
    return [sheet | {"problems": tuple(Problem(**p) for p in sheet["problems"])} for sheet in told["sheets"]]


def run(source: Path, kind: str, folder: Path) -> int:
    """Let the child convert; that it came to an end shows in what it wrote, which it writes last."""
    try:
        return finished("pipelines.uploads.sheets", [str(source.resolve()), kind, str(folder.resolve())], SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(SLOW) from error
