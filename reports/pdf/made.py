"""What comes out of making a PDF: the file, or a sentence that says why there is none."""

from dataclasses import dataclass

from pipelines import WarehouseError


class Refused(WarehouseError):
    """The document is not made, as it would not be whole; the sentence, in Chinese, says what is wrong with it."""


@dataclass(frozen=True)
class Made:
    """A PDF. lost: the characters that its fonts lack, as U+20BB7; they are printed as 〓 and listed at its end."""

    data: bytes
    pages: int
    lost: tuple[str, ...]
