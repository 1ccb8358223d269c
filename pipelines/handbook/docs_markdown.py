"""The few pieces of Markdown that generated documents are made of."""

from collections.abc import Iterable, Sequence


def note(source: str) -> str:
    """The line under a title that says what to edit instead."""
    return f"> 由 `python -m pipelines docs` 生成，请不要手改；要改内容，改 {source}。"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a | inside a cell is escaped, an empty cell stays empty."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def page(*blocks: str) -> str:
    """Blocks with an empty line between them; empty blocks are left out."""
    return "\n\n".join(block for block in blocks if block) + "\n"
