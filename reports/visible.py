"""Text as a reader sees it, fit for files that hold plain text or XML, and for their names."""

import re
import unicodedata

UNSEEN = ("Cc", "Cf", "Cs")  # controls, invisible marks such as turned writing directions, halves of characters
UNKNOWN_TO_XML = "\ufffe\uffff"
SPACES = "\n\t\r\u2028\u2029\x0b\x0c\x85"
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')  # in names of files, on any disk


def visible(text: str) -> str:
    """The text on one line, without what nobody sees."""
    if text.isprintable():
        return text
    spaced = "".join(" " if one in SPACES else one for one in text)
    return "".join(one for one in spaced if unicodedata.category(one) not in UNSEEN and one not in UNKNOWN_TO_XML)


def fit(text: str) -> str:
    """The text in a file's name: nothing that a disk takes for a folder or refuses, nothing that nobody sees."""
    return UNFIT.sub("_", visible(text)).strip()
