"""A document's id: a hash of what it says, carried in the metadata of every file that is made of it."""

import hashlib
import json
from dataclasses import fields, is_dataclass

from reports.document import Attachment, Document
from reports.quoting import Quote

MARK = "fund-document:"
OUTSIDE = ("attachments", "counties")  # one of the files holds the id; whose figures they are stands in the scope


def identity(document: Document) -> str:
    """32 hexadecimal digits: the same for the PDF, the Word file and the text of one document."""
    told = {f.name: plain(getattr(document, f.name)) for f in fields(document) if f.name not in OUTSIDE}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def mark(document: Document) -> str:
    """What a file's metadata says (keywords), so that an altered one is still known as ours: fund-document:<id>."""
    return MARK + identity(document)


def plain(value):
    """Dataclasses as dictionaries, a figure as its key and what is printed."""
    if isinstance(value, Quote):
        return {"figure": value.key, "text": value.text}
    if is_dataclass(value):
        named = {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        return {"is": type(value).__name__, **named}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def figures(document: Document) -> Attachment:
    """figures.json, to go into the file: the document's id and every figure with its key, text, value and unit."""
    told = {
        "document": identity(document),
        "build": document.build_id,
        "period": [document.period.first, document.period.last],
        **({"counties": document.counties} if document.counties else {}),
        "figures": {
            key: {"text": q.text, "value": None if q.value is None else str(q.value), "unit": q.unit}
            for key, q in document.quotes().items()
        },
    }
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return Attachment("figures.json", "application/json", data, "本文件引用的全部数字")
