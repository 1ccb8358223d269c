"""Text in columns, by display width: a Chinese character is as wide as two Latin letters."""


def wide(text: str) -> int:
    """How many columns of a fixed-width font a text takes."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def on_one_line(text: str) -> str:
    """A text with spaces for what breaks a line or turns its direction: a file's name could else forge a line."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\u3000" else " " for c in text)


def padded(text: str, width: int, right: bool = False) -> str:
    """A text filled up with spaces to a width, at its end or (right) at its beginning."""
    space = " " * (width - wide(text))
    return space + text if right else text + space


def aligned(rows: list[list[str]], right: set[int] = frozenset(), gap: str = "  ") -> list[str]:
    """Rows of equally many cells as lines; the columns in right stand flush right. No cell ends a line."""
    rows = [list(map(on_one_line, row)) for row in rows]
    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    lines = ((padded(c, w, i in right) for i, (c, w) in enumerate(zip(row, widths, strict=True))) for row in rows)
    return [gap.join(line).rstrip() for line in lines]
