"""一院一函: what the bureau tells an institution about itself. Its peers stay nameless; a clue is called a clue.

letter      build, institution, period -> Letter;  paragraphs, table: the letter as text and as rows for a file
"""

from pipelines.letters.model import CLUE_SENTENCE, Letter, Line, Notice, Owing
from pipelines.letters.wording import HEADS, paragraphs, table
from pipelines.letters.writing import letter

__all__ = ["CLUE_SENTENCE", "HEADS", "Letter", "Line", "Notice", "Owing", "letter", "paragraphs", "table"]
