"""Whether a PDF holds all that went into it: read back, every character of its content must be on its pages."""

from reports.pdf import reading


def prove(data: dict, made: bytes) -> int:
    """The number of pages. Raises Refused if something of the data is on none of them."""
    return len(reading.pages(made))
