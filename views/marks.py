"""The Markdown that pages write, as the plain text and the blocks of a document."""

import re

from reports.document import Block, Column, Heading, Paragraph, Table

TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<icon>:material/\w+: ?)"
    r"|(?P<dressed>:[a-z]+(?:-[a-z]+)?\[)"
    r"|(?P<dress>\*\*|`)"
    r"|\[(?P<link>[^\[\]\\]*)\]\([^)]*\)"
    r"|(?P<bracket>[\[\]])"
)
BARS = re.compile(r"(?<!\\)\|")
LINE = re.compile(r" {2,}\n|\\\n|\n(?=[-*] |\|)")
CLICKS = re.compile(r"[；，。]?(?:点一|点表头|勾选|改一格|换指标时|分组在页首)[^；。]*")  # means nothing on paper
MARK = re.compile(r"^(?:[-*] |#+ )")


def plainly(markdown) -> str:
    """The words that the screen shows: no bold, colours or icons; badges and links by their words, escapes undone."""
    said, open_, past = [], [], 0
    text = str(markdown)
    for found in TOKEN.finditer(text):
        said.append(text[past : found.start()])
        said.append(found["escaped"] or found["link"] or bracket(found, open_))
        past = found.end()
    return " ".join("".join([*said, text[past:]]).split())


def bracket(found: re.Match, open_: list[str]) -> str:
    """What a mark that is not escaped shows: only brackets that dress nothing. open_: the brackets that are open."""
    if found["bracket"] == "]":
        return "]" if not open_ or open_.pop() else ""
    if found["dressed"] or found["bracket"]:
        open_.append(found["bracket"] or "")
    return found["bracket"] or ""


def blocks(markdown: str, style: str = "body") -> list[Block]:
    """The blocks of a text: its tables as tables, its headings as headings, its lines as paragraphs of this style."""
    text = unclicked(markdown) if style == "note" else markdown
    made: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        made += [table(part)] if part.startswith("|") else lines(part, style)
    return made


def unclicked(text: str) -> str:
    return CLICKS.sub("", text).lstrip("；，。")


def note(markdown: str) -> str:
    """A note in one line."""
    return plainly(unclicked(markdown))


def lines(part: str, style: str) -> list[Block]:
    told = [line.strip() for line in LINE.split(part) if line.strip()]
    return [block for line in told if (block := one(line, style))]


def one(line: str, style: str) -> Block | None:
    """A line as a block; one that is grey from end to end is a note."""
    words = plainly(MARK.sub("", line, count=1))
    if not words:
        return None
    if line.startswith("#"):
        return Heading(words, 2)
    if line.startswith(("- ", "* ")):
        return Paragraph((f"· {words}",), style)
    grey = re.fullmatch(r":gray\[[^\]]*\]", line)
    return Paragraph((words,), "note" if grey and style == "body" else style)


def table(markdown: str) -> Table:
    """A small table, whose cells are words; where the screen sets a column at the right, so does the document."""
    heads, rules, *rows = ([cell.strip() for cell in BARS.split(line)[1:-1]] for line in markdown.splitlines())
    columns = [Column(plainly(head), right=rule.endswith(":")) for head, rule in zip(heads, rules, strict=True)]
    return Table("", tuple(columns), tuple(tuple(map(plainly, row)) for row in rows))
