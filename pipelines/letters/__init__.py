"""一院一函: what the bureau tells an institution about itself. Its peers stay nameless; a clue is called a clue.

letter      build, institution, period -> Letter;  paragraphs, table: the letter as text and as rows for a file
gather      what the letters of a period are written from, asked once for all;  written: one of them from it
own_letter  the letter for the institution's own account;  reply, replies: what it answered
"""

from pipelines.letters.gathering import Gathered, gather
from pipelines.letters.model import CLUE_SENTENCE, CLUES_OF_ALL, Letter, Line, Notice, Owing
from pipelines.letters.own import own_letter
from pipelines.letters.replies import Reply, replies, reply
from pipelines.letters.wording import HEADS, paragraphs, table
from pipelines.letters.writing import letter, written

__all__ = [
    "CLUES_OF_ALL",
    "CLUE_SENTENCE",
    "HEADS",
    "Gathered",
    "Letter",
    "Line",
    "Notice",
    "Owing",
    "Reply",
    "gather",
    "letter",
    "own_letter",
    "paragraphs",
    "replies",
    "reply",
    "table",
    "written",
]
