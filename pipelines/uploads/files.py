"""What was handed in: each table of it as an Upload, with the text to read and the file it came from."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.uploads.decode import UnreadableFile
from pipelines.uploads.kinds import kind_of
from pipelines.uploads.problems import Problem


@dataclass(frozen=True)
class Upload:
    """One table as it was handed in: a CSV, a sheet of a workbook, a member of an archive.

    name: what staff know it by, as in 六月.zip › 结算.xlsx › 居民; path: the text to read; evidence: the file that its
    SHA-256 is taken of; sheet: '' for a CSV; refusal: one Chinese sentence if it can't be opened; problems: what
    unpacking found (cells merged over data rows; warnings); optional: a further sheet of a workbook, which is skipped
    if it is no upload table.
    """

    name: str
    path: Path
    evidence: Path
    sheet: str = ""
    refusal: str = ""
    problems: tuple[Problem, ...] = ()
    optional: bool = False


def unpack(path: Path, folder: Path) -> list[Upload]:
    """The tables of one file; what has to be unpacked for them is written into folder. Never raises for its content."""
    try:
        kind_of(path)
    except UnreadableFile as error:
        return [Upload(path.name, path, path, refusal=str(error))]
    return [Upload(path.name, path, path)]
