"""一院一函 as documents: the letter to one institution, and all letters of a month as one PDF or an archive of them.

one        the letter to an institution -> Document
addressed  whom letters go to: everyone on the roster about whom there is something to say
together   their letters, one behind the other, as one Document;  archive: a PDF for each, in one zip
filed, batch  one letter, all letters as a file to take away, entered into the register
taken      one letter for a download, which has no other way to say why there is none
own_letter_pdf, own_letters  the letter of an institution, and those that were sent to it, for its own account
"""

from reports.letters.bundles import addressed, archive, together
from reports.letters.filing import FORMS, batch, filed, taken
from reports.letters.own import own_letter_pdf, own_letters
from reports.letters.writing import one

__all__ = [
    "FORMS",
    "addressed",
    "archive",
    "batch",
    "filed",
    "one",
    "own_letter_pdf",
    "own_letters",
    "taken",
    "together",
]
