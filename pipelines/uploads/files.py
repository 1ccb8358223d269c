"""What was handed in: each table of it as an Upload, with the text to read and the file it came from."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.uploads.archives import members
from pipelines.uploads.decode import UnreadableFile
from pipelines.uploads.kinds import kind_of
from pipelines.uploads.problems import Problem
from pipelines.uploads.workbooks import sheets_in

WITHIN = " › "


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

    @property
    def delimiter(self) -> str:
        """What stands between the cells of a sheet; '' for a text, where it has to be found out."""
        return "," if self.sheet else ""


def unpack(path: Path, folder: Path) -> list[Upload]:
    """The tables of one file; what has to be unpacked for them is written into folder. Never raises for its content."""
    return tables_of(path.name, path, folder, within=False)


def tables_of(name: str, path: Path, folder: Path, within: bool) -> list[Upload]:
    """The tables of a file that staff know as name; within: it lies in an archive itself."""
    try:
        kind = kind_of(path)
        if kind == "zip" and within:
            raise UnreadableFile("压缩包里还有压缩包，没有读；请先解压，再把里面的文件一起压缩")
        if kind == "zip":
            return in_archive(name, path, folder)
        if kind != "text":
            return in_workbook(name, path, kind, folder)
    except UnreadableFile as error:
        return [Upload(name, path, path, refusal=str(error))]
    return [Upload(name, path, path)]


def in_archive(name: str, path: Path, folder: Path) -> list[Upload]:
    found = []
    for member in members(path, folder):
        full = f"{name}{WITHIN}{member.name}"
        aside = folder / f"{member.path.name}.sheets"
        if member.refusal:
            found.append(Upload(full, path, path, refusal=member.refusal))
        else:
            found += tables_of(full, member.path, aside, within=True)
    return found


def in_workbook(name: str, path: Path, kind: str, folder: Path) -> list[Upload]:
    folder.mkdir(exist_ok=True)
    return [
        Upload(
            f"{name}{WITHIN}{sheet['name']}",
            folder / sheet["file"],
            path,
            sheet["name"],
            sheet["skipped"],
            sheet["problems"],
            sheet["optional"],
        )
        for sheet in sheets_in(path, kind, folder)
    ]
