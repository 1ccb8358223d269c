"""The text of a PDF. PDFium works for one thread at a time, so everything that uses it takes the one lock."""

import threading

import pypdfium2

PDFIUM = threading.RLock()


def pages(data: bytes) -> list[str]:
    """The text on each page; what lies beyond its edges is not on it."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            return [page.get_textpage().get_text_bounded() for page in document]
        finally:
            document.close()
