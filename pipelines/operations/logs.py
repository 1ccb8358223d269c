"""The log of the service: a line of JSON per event, in files that take turns, without anything about a person.

Libraries put values into their messages (a cell that is no number, a path), so of theirs only the template is written,
and of an error only what kind it is and where it arose. Our own sentences are written whole, ID and telephone numbers
masked. Whatever a library sends to the screen of the server goes the same way, for the system keeps that too.
"""

import json
import logging
import os
import sys
import traceback
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipelines.child import HOUSE
from pipelines.store.warehouse import WarehouseError
from pipelines.uploads.privacy import masked

NAME = "service.jsonl"
ACCESS = "uvicorn.access"
OWN = ("pipelines", "reports", "views", "dashboard", "__main__")
FILE_BYTES, FILES_KEPT = 10 * 1024 * 1024, 10
LONGEST = 2000  # characters of a message
FRAMES = 12
# What an event may say beside its message; anything else that somebody hangs onto a record stays out.
FIELDS = ("method", "path", "status", "ms", "bytes", "who", "role", "session", "address")


def folder_of(warehouse: Path) -> Path:
    """Where logs lie: FUND_LOGS, else logs/ in the warehouse."""
    return Path(os.environ.get("FUND_LOGS") or warehouse / "logs")


def begin(warehouse: Path) -> Path | None:
    """Send every logger of this process to the log: its file; None where the folder can't be written, which is told."""
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(Brief())
    screen.setLevel(logging.WARNING)
    handlers, path, problem = [screen], folder_of(warehouse) / NAME, None
    try:
        handlers.append(file_handler(path))
    except OSError as error:
        path, problem = None, error
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)
    adopt()
    if problem:
        logging.getLogger(__name__).error("日志文件夹不能写入，日志只到标准错误输出", exc_info=problem)
    return path


def file_handler(path: Path) -> RotatingFileHandler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    handler.setFormatter(Lines())
    path.chmod(0o600)
    return handler


def adopt() -> None:
    """Take the loggers that libraries gave screens of their own back to the common way.

    But for what uvicorn says of each request: the server notes requests itself, without their queries.
    """
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and not logger.propagate and logger.name != ACCESS:
            logger.handlers.clear()
            logger.propagate = True


def own(name: str) -> bool:
    return name.split(".")[0] in OWN


def told(record: logging.LogRecord) -> dict:
    """What is written of a record: at, level, logger, event; the fields it brings; of an error its kind and place."""
    event = record.getMessage() if own(record.name) else str(record.msg)
    found = {
        "at": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": masked(event)[:LONGEST],
    }
    found |= {name: masked_field(vars(record)[name]) for name in FIELDS if name in vars(record)}
    if record.exc_info and record.exc_info[1]:
        found |= {"error": kind(record.exc_info[1]), "where": places(record.exc_info[1])}
    return found


def masked_field(value):
    return masked(value)[:LONGEST] if isinstance(value, str) else value


def kind(error: BaseException) -> str:
    """The class of an error and of what led to it; words only where they are our own or the system's."""
    words = type(error).__name__
    if isinstance(error, WarehouseError):
        words += f": {masked(str(error))[:LONGEST]}"
    elif isinstance(error, OSError) and error.strerror:
        words += f": {error.strerror}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{words} <- {kind(cause)}" if cause else words


def places(error: BaseException) -> list[str]:
    """file:line function of the last calls, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def short(path: str) -> str:
    place = Path(path)
    if place.is_relative_to(HOUSE) and "site-packages" not in place.parts:
        return place.relative_to(HOUSE).as_posix()
    return "/".join(place.parts[-2:])


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False, default=str)


class Brief(logging.Formatter):
    """A record as one line for whoever sits at the server."""

    def format(self, record: logging.LogRecord) -> str:
        found = told(record)
        words = [found["at"][:19], record.levelname, found["logger"], found["event"], found.get("error", "")]
        words += found.get("where", [])[-1:]
        return " ".join(word for word in words if word)
