"""A checked report as HTML: its text with marks, and the list that they lead to and from.

What people wrote goes in as the text of elements, never as markup: the tree is written out by the library.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from reports.checking import KINDS, VERDICTS, Finding
from views.checking_words import GRAVEST

Numbered = tuple[int, Finding]


def text_html(text: str, findings: list[Numbered]) -> str:
    """The report with its marks; each begins with the number of its finding, which leads to the list."""
    root = Element("div", {"class": "checked-text"})
    for start, end in pieces(text, findings):
        here = [each for each in findings if each[1].start <= start < each[1].end]
        holder = opened(root, start, here) if here else SubElement(root, "span")
        holder.text = text[start:end]
    return tostring(root, "unicode", method="html")


def pieces(text: str, findings: Iterable[Numbered]) -> Iterator[tuple[int, int]]:
    """(start, end) of the runs of text that no mark begins or ends in."""
    ends = {place for _, finding in findings for place in (finding.start, finding.end)}
    return pairwise(sorted({0, len(text), *ends}))


def opened(root: Element, start: int, here: list[Numbered]) -> Element:
    """A mark of all the findings of a place: coloured as the gravest of them, with their numbers where they begin."""
    begun = [number for number, finding in here if finding.start == start]
    verdict = min((finding.verdict for _, finding in here), key=GRAVEST.index)
    titles = "；".join(f"{VERDICTS[finding.verdict]}：{finding.message}" for _, finding in here)
    holder = root
    for number in begun:
        holder = SubElement(holder, "span", {"id": f"place-{number}", "class": "place"})
        SubElement(holder, "a", {"href": f"#finding-{number}"}).text = str(number)
    return SubElement(holder, "mark", {"class": verdict, "title": titles})


def list_html(findings: list[Numbered]) -> str:
    """The findings one under another; each leads to its place in the text."""
    root = Element("ol", {"class": "checked-list"})
    for number, finding in findings:
        listed(root, number, finding)
    return tostring(root, "unicode", method="html")


def listed(root: Element, number: int, finding: Finding) -> None:
    item = SubElement(root, "li", {"id": f"finding-{number}", "class": finding.verdict})
    link = SubElement(item, "a", {"href": f"#place-{number}"})
    SubElement(link, "b").text = f"{number}　{finding.quoted}"
    SubElement(link, "span", {"class": "verdict"}).text = VERDICTS[finding.verdict]
    SubElement(link, "span", {"class": "kind"}).text = KINDS[finding.kind]
    SubElement(item, "p").text = finding.message
    if finding.difference:
        SubElement(item, "small").text = f"相差 {finding.difference}"
