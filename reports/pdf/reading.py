"""What a PDF holds: the text of its pages, its attached files.

PDFium works for one thread at a time: everything that uses it takes the one lock.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

PDFIUM = threading.RLock()
HYPHEN = "\x02"  # how PDFium reads a hyphen that ends a line


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed afterwards. Raises pypdfium2.PdfiumError for what is no PDF."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()


def pages(data: bytes, top: float = 0, bottom: float = 0) -> list[str]:
    """The text of each page, without as many points at its head and foot; what lies beyond its edges is not on it."""
    with opened(data) as document:
        return [body(page, top, bottom) for page in document]


def body(page: pypdfium2.PdfPage, top: float, bottom: float) -> str:
    wide, high = page.get_size()
    text = page.get_textpage().get_text_bounded(left=0, bottom=bottom, right=wide, top=high - top)
    return text.replace(HYPHEN, "-")


def files(data: bytes) -> dict[str, bytes]:
    """{name: bytes} of the files attached to the PDF."""
    with opened(data) as document:
        found = (document.get_attachment(place) for place in range(document.count_attachments()))
        return {each.get_name(): bytes(each.get_data()) for each in found}


def titled(data: bytes) -> str:
    """The title that the PDF says it has."""
    with opened(data) as document:
        return document.get_metadata_value("Title")
