"""一院一函 as documents: the letter to one institution, and all letters of a month as one PDF or an archive of them.

one        the letter to an institution -> Document
addressed  whom letters go to: everyone on the roster about whom there is something to say
together   their letters, one behind the other, as one Document;  archive: a PDF for each, in one zip
filed, batch  one letter, all letters as a file to take away, entered into the register
"""

from reports.letters.bundles import addressed, archive, name_of, together
from reports.letters.filing import FORMS, batch, filed
from reports.letters.writing import one

__all__ = ["FORMS", "addressed", "archive", "batch", "filed", "name_of", "one", "together"]
