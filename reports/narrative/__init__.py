"""The report's text: nine themes written from templates bound to figures, which staff may word anew.

sections    county, period -> the themes written out, each a list of paragraphs with their figures
themes      the themes, their template texts, the figures that texts may name
"""

from collections.abc import Mapping

from pipelines import County, Period
from reports.narrative.language import WordingError
from reports.narrative.themes import themes
from reports.narrative.writing import Section, written

__all__ = ["Section", "WordingError", "sections", "themes"]


def sections(county: County, period: Period, wording: Mapping[str, str] | None = None) -> list[Section]:
    """Every theme of the report for a period, in its order.

    wording: {theme id: text} in place of the template's; None: as staff last worded it for this period. Raises
    WordingError for a text that can't be read, QuestionError for months that can't be asked.
    """
    worded = wording or {}
    return written(county, period, {id: worded.get(id) or theme.text for id, theme in themes().items()})
