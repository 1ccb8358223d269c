"""A zip as staff or a platform made it: its members written to disk under names of our own, counted while written.

Nothing of an archive is believed: not its names, not the sizes in its directory, not that it ends.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.contracts import common
from pipelines.uploads.decode import UnreadableFile

MOST_MEMBERS = 500
MOST_BYTES = 4 << 30
LARGEST_DIRECTORY = 8 << 20  # bytes: some fifty thousand members
SWOLLEN = 200  # times: what exports are pressed by is 5 to 30
NEVER_SWOLLEN = 64 << 20
CHUNK = 1 << 20
JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\._)", re.I)
OUTSIDE = re.compile(r"^/|^[a-z]:|(^|/)\.\.(/|$)", re.I)
DEVICE = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
UNSPOKEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UTF_8 = 0x800
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)
DAMAGED = "文件不完整或已损坏；请重新下载或重新压缩"
BOMB = "解压后太大，像是压缩炸弹，没有读；请直接上传里面的文件"


class TooMuch(UnreadableFile):
    """The archive holds more than is ever unpacked: nothing of it counts."""


@dataclass(frozen=True)
class Member:
    """A file of an archive. name: as the archive says it, fit to be shown.

    path: where it was written; refusal: why it was not.
    """

    name: str
    path: Path
    refusal: str = ""


def members(source: Path, folder: Path) -> list[Member]:
    """The files of a zip, written into folder as 0, 1, 2 ...; UnreadableFile if nothing of it can be used."""
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as error:
        raise UnreadableFile(DAMAGED) from error
    with archive:
        listed = [(name_of(info), info) for info in archive.infolist() if not info.is_dir()]
        wanted = [(name, info) for name, info in listed if not JUNK.search(name)]
        if len(wanted) > MOST_MEMBERS:
            raise TooMuch(f"压缩包里有 {len(wanted)} 个文件，超过 {MOST_MEMBERS} 个；请分几个压缩包上传")
        if not wanted:
            raise UnreadableFile("压缩包是空的；里面应有 CSV、xlsx 或 xls 文件")
        return list(unpacked(archive, wanted, folder, Allowance(source.stat().st_size)))


def refuse_huge_directory(source: Path) -> None:
    """A directory of millions of members would fill the memory before anybody could count them."""
    length = source.stat().st_size
    with source.open("rb") as file:
        file.seek(max(0, length - (1 << 17)))
        tail = file.read()
    sizes = [
        struct.unpack_from("<I", tail, found.start() + 12)[0] for found in re.finditer(b"PK\5\6(?=.{12})", tail, re.S)
    ]
    long = [
        struct.unpack_from("<Q", tail, found.start() + 40)[0] for found in re.finditer(b"PK\6\6(?=.{44})", tail, re.S)
    ]
    if any(LARGEST_DIRECTORY < size < length for size in (*sizes, *long)):  # one larger than the file is just broken
        raise TooMuch(f"压缩包里的文件超过 {MOST_MEMBERS} 个；请分几个压缩包上传")


def name_of(info: zipfile.ZipInfo) -> str:
    """The member's name; Windows writes Chinese names as GBK without saying so."""
    name = info.filename
    if not info.flag_bits & UTF_8:
        name = respelled(name)
    return UNSPOKEN.sub("", name.replace("\\", "/"))


def respelled(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


class Allowance:
    """How much an archive may still unpack to, however much its directory says."""

    def __init__(self, packed: int) -> None:
        self.left = min(MOST_BYTES, max(NEVER_SWOLLEN, packed * SWOLLEN))

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooMuch(BOMB)


def unpacked(archive: zipfile.ZipFile, wanted: list, folder: Path, allowance: Allowance) -> Iterator[Member]:
    for number, (name, info) in enumerate(wanted):
        path = folder / str(number)
        try:
            refuse_tricks(name, info)
            write(archive, info, path, allowance)
        except TooMuch:
            raise
        except UnreadableFile as error:
            path.unlink(missing_ok=True)
            yield Member(name, path, str(error))
        else:
            yield Member(name, path)


def refuse_tricks(name: str, info: zipfile.ZipInfo) -> None:
    """Raise for a member that points elsewhere, is no file, or can't be opened."""
    if OUTSIDE.search(name) or DEVICE.match(PurePosixPath(name).name):
        raise UnreadableFile("压缩包里的这个文件名指向包外或系统设备，没有读；请用普通文件名重新压缩")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise UnreadableFile("压缩包里的这一项是链接，不是文件，没有读；请放入文件本身")
    if info.flag_bits & 1:
        raise UnreadableFile("压缩包有密码，打不开；请去掉密码重新压缩")


def write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, allowance: Allowance) -> None:
    """Unpack one member; what it really holds is counted, and the disk's own troubles are not the archive's."""
    written, most = 0, common().largest_file_mb << 20
    with path.open("wb") as target:
        for chunk in chunks(archive, info):
            written += len(chunk)
            allowance.take(len(chunk))
            if written > most:
                raise UnreadableFile(f"解压后超过 {common().largest_file_mb} MB；请按月份或险种分成几个文件")
            target.write(chunk)


def chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        member = archive.open(info)
    except BROKEN as error:
        raise UnreadableFile(cannot_unpack(error)) from error
    with member:
        while chunk := read(member):
            yield chunk


def read(member) -> bytes:
    try:
        return member.read(CHUNK)
    except BROKEN as error:
        raise UnreadableFile(cannot_unpack(error)) from error


def cannot_unpack(error: Exception) -> str:
    if isinstance(error, NotImplementedError):
        return "压缩方法不认识；请用 Windows 自带的“压缩(zipped)文件夹”重新压缩"
    return f"压缩包里的这个{DAMAGED}"
