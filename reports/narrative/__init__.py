"""The report's text: nine themes written from templates bound to figures, which staff may word anew.

sections    county, period -> the themes written out, each a list of paragraphs with their figures
themes      the themes, their template texts, the figures that texts may name
keep, restore, in_force, history, changed, lost, typed    the words that staff put in place of a template's
"""

from collections.abc import Mapping
from dataclasses import replace

from pipelines import County, Period
from reports.document import Paragraph
from reports.narrative.facts import FACTS
from reports.narrative.language import CONDITIONS, MANNERS, Token, WordingError
from reports.narrative.themes import Theme, checked, listings, slots, themes
from reports.narrative.wordings import Changed, Worded, changed, history, in_force, keep, lost, restore, typed
from reports.narrative.writing import Section, written

__all__ = [
    "CONDITIONS",
    "FACTS",
    "MANNERS",
    "Changed",
    "Section",
    "Theme",
    "Token",
    "Worded",
    "WordingError",
    "changed",
    "checked",
    "history",
    "in_force",
    "keep",
    "listings",
    "lost",
    "restore",
    "sections",
    "slots",
    "themes",
    "typed",
    "written",
]


def sections(county: County, period: Period, wording: Mapping[str, str] | None = None) -> list[Section]:
    """Every theme of the report for a period, in its order.

    wording: {theme id: text} in place of the template's; None: as staff last worded it for this period. Raises
    WordingError for a text that can't be read, QuestionError for months that can't be asked. What staff worded and the
    definitions no longer know gives way to the template, and the section says so.
    """
    worded, broken = usable(county, period) if wording is None else (dict(wording), {})
    found = written(county, period, {id: worded.get(id) or theme.text for id, theme in themes().items()})
    return [told(section, broken[section.theme]) if section.theme in broken else section for section in found]


def usable(county: County, period: Period) -> tuple[dict[str, str], dict[str, str]]:
    """({theme: what staff worded}, {theme: why that can't be read any more})."""
    good, broken = {}, {}
    for theme, worded in in_force(county.warehouse, period).items():
        try:
            checked(worded.text)
            good[theme] = worded.text
        except WordingError as problem:
            broken[theme] = str(problem)
    return good, broken


def told(section: Section, problem: str) -> Section:
    note = Paragraph((f"说明：这一节改过的文字已不能识别（{problem}），这里用的是模板文字。",), "note")
    return replace(section, blocks=(*section.blocks, note))
