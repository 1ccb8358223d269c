"""What was handed in: each table of it as an Upload, with the text to read and the file it came from."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Upload:
    """One table as it was handed in: a CSV, a sheet of a workbook, a member of an archive.

    name: what staff know it by, as in 六月.zip › 结算.xlsx › 居民; path: the text to read; evidence: the file that its
    SHA-256 is taken of; sheet: '' for a CSV; refusal: one Chinese sentence if it can't be opened.
    """

    name: str
    path: Path
    evidence: Path
    sheet: str = ""
    refusal: str = ""


def unpack(path: Path, folder: Path) -> list[Upload]:
    """The tables of one file; what has to be unpacked for them is written into folder. Never raises for its content."""
    return [Upload(path.name, path, path)]
