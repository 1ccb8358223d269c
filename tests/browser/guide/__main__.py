"""Take the pictures of docs/guide: python -m tests.browser.guide [CHAPTER ...] [WAREHOUSE FILES]

CHAPTER: month, supervision, wording, checking, signing, documents, access,
planning; without one all of them. WAREHOUSE: one
that holds the sample county, FILES: its CSVs; without them the county is built aside. Neither is changed.
"""

import os
import sys
from pathlib import Path

from tests.browser import pictures
from tests.browser.guide import BY, IMAGES, access, checking, documents, month, planning, signing, supervision, wording

CHAPTERS = {
    chapter.__name__.rpartition(".")[2]: chapter.walk
    for chapter in (month, supervision, wording, checking, signing, documents, access, planning)
}


def main(words: list[str]) -> None:
    os.environ["LOGNAME"] = BY  # whom the pages take for the reader
    IMAGES.mkdir(parents=True, exist_ok=True)
    with pictures.sample(*(Path(word) for word in words if word not in CHAPTERS)) as (warehouse, files):
        for chapter in [word for word in words if word in CHAPTERS] or CHAPTERS:
            with pictures.visit(warehouse, files) as visit:
                CHAPTERS[chapter](visit)


if __name__ == "__main__":
    main(sys.argv[1:])
