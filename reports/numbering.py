"""The numbers of headings, as official documents have them: 一、（一）1. and (1)."""

from reports.document import Document, Heading

UNNUMBERED = ("page", "letter")  # they keep the headings that they have
ANNEX = "附录"  # stands behind the numbered parts, with a name of its own
DIGITS = "零一二三四五六七八九"


def numbers(document: Document) -> list[str]:
    """For each Heading of the document, in order, what stands before it: 一、 or （二） or 3. or ''."""
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    if document.kind in UNNUMBERED:
        return [""] * len(headings)
    counts, found, inside = [0] * 5, [], True
    for each in headings:
        inside = inside if each.level > 1 else not each.text.startswith(ANNEX)
        counts[each.level :] = [counts[each.level] + inside] + [0] * (4 - each.level)
        found.append(written(each.level, counts[each.level]) if inside else "")
    return found


def written(level: int, count: int) -> str:
    """一、 at the first level, （一） at the second, 1. at the third, (1) below."""
    return {1: f"{chinese(count)}、", 2: f"（{chinese(count)}）", 3: f"{count}. "}.get(level, f"({count}) ")


def chinese(count: int) -> str:
    """1 to 99: 一, 十, 十二, 二十, 二十三."""
    tens, ones = divmod(count, 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones else "")
