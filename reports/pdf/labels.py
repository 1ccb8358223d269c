"""Names too long for a chart: it shows their beginning with a number, and the note under it has them whole."""

import html
import re

from reports.pdf.measuring import ems

MOST = 24.0  # ems beside a chart over the whole text
KEPT = 18.0
MARKUP = re.compile(r"<[^<>]*>")
BREAK = re.compile(r"<br\s*/?>")


class Shortener:
    """Shortens the texts of a figure; whole: {text as it is shown: the whole of it}."""

    def __init__(self) -> None:
        self.whole: dict[str, str] = {}
        self.short: dict[str, str] = {}

    def __call__(self, value):
        """The same value with every long text in it shortened, equal ones alike."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self(each) if key not in KEPT_WHOLE else each for key, each in value.items()}
        return [self(each) for each in value] if isinstance(value, list | tuple) else value

    def text(self, value: str) -> str:
        if len(value) * 1.3 < MOST or all(ems(said(line)) <= MOST for line in BREAK.split(value)):
            return value
        if value not in self.short:
            number = len(self.short) + 1
            self.short[value] = html.escape(f"{beginning(said(value))}…〔{number}〕", quote=False)
            self.whole[f"〔{number}〕"] = said(value)
        return self.short[value]

    def note(self) -> str:
        """What stands under the chart: 〔1〕某某县…卫生院；〔2〕…"""
        return "；".join(mark + name for mark, name in self.whole.items())


KEPT_WHOLE = ("family", "tickformat", "hovertemplate", "type", "color")  # no texts that anyone reads


def said(text: str) -> str:
    """Chart text as it is read: without its tags."""
    return html.unescape(MARKUP.sub("", text))


def beginning(text: str) -> str:
    """As much of a text as has room."""
    for end in range(len(text)):
        if ems(text[: end + 1]) > KEPT:
            return text[:end]
    return text
