"""The OLE compound file that an .xls lies in: its streams by name, and their bytes."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

SECTORS_AT_MOST = 1 << 21  # 1 GB of 512 bytes: no workbook is larger
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
ENTRY = 128
SMALL = 4096


class CompoundError(ValueError):
    """The file breaks the rules of its own format."""


class CompoundFile:
    """streams: name -> (first sector, bytes). Raises CompoundError where a chain of sectors leads nowhere."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        head = file.read(512)
        if len(head) < 512 or not 7 <= (shift := struct.unpack_from("<H", head, 30)[0]) <= 12:
            raise CompoundError("header")
        self.size = 1 << shift
        first, self.fat = struct.unpack_from("<I", head, 48)[0], self.table(self.fat_sectors(head))
        self.streams = dict(self.entries(b"".join(self.chain(first))))

    def sector(self, number: int) -> bytes:
        self.file.seek((number + 1) * self.size)
        found = self.file.read(self.size)
        if not found:
            raise CompoundError("sector")
        return found.ljust(self.size, b"\0")

    def fat_sectors(self, head: bytes) -> list[int]:
        """Where the table of sectors lies: the first 109 places in the header, further ones in a chain."""
        found = list(struct.unpack_from("<109I", head, 76))
        following, count = struct.unpack_from("<II", head, 68)
        for _ in range(min(count, SECTORS_AT_MOST)):
            if following >= END:
                break
            more = struct.unpack(f"<{self.size // 4}I", self.sector(following))
            found, following = [*found, *more[:-1]], more[-1]
        return [number for number in found if number < END - 1]

    def table(self, sectors: list[int]) -> list[int]:
        raw = b"".join(self.sector(number) for number in sectors)
        return list(struct.unpack(f"<{len(raw) // 4}I", raw))

    def chain(self, number: int) -> Iterator[bytes]:
        """The sectors of a stream, in order."""
        for _ in range(len(self.fat) + 1):
            if number in (END, FREE):
                return
            if number >= len(self.fat):
                break
            yield self.sector(number)
            number = self.fat[number]
        raise CompoundError("chain")

    def entries(self, raw: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for at in range(0, len(raw) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", raw, at + 64)
            if kind == 2 and 2 <= length <= 64:
                name = raw[at : at + length - 2].decode("utf-16-le", "replace")
                yield name, struct.unpack_from("<II", raw, at + 116)

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of a stream of at least 4096 bytes, in pieces; smaller ones lie elsewhere and are not asked for."""
        first, size = self.streams[name]
        if size < SMALL:
            raise CompoundError("small")
        for piece in self.chain(first):
            yield piece[: max(size, 0)]
            size -= len(piece)
