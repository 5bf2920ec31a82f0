"""Trouble from outside, in words: a database that is away or full, a disk without room.

Such trouble is nobody's mistake and passes: a page says so with status 503, a sweep says so in one
line and goes on. Everything else (a broken constraint, a bug) is an error and stays one.
"""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, InterfaceError, OperationalError

DISK_FULL = "53100"
_WORDS = {
    DISK_FULL: "The database has no room left on its disk",
    "53200": "The database server has no memory left",
    "53300": "The database takes no more connections",
    "25006": "The database takes no writes at the moment",
    "58030": "The database cannot read or write its disk",
}
# Of the class 57, not what one statement alone meets: that it was cancelled.
_AWAY = ("57P01", "57P02", "57P03")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LONGEST = 300


def in_words(error: BaseException) -> str:
    """What happened, as a phrase without a full stop; empty unless it is trouble from outside.

    Takes Django's errors of the database and OSError. A refusal of the server is told by its code;
    its own words are added where nothing of a row can be in them.
    """
    if isinstance(error, OSError):
        return "The disk has no room left" if error.errno in _NO_ROOM else ""
    if not isinstance(error, Error):
        return ""
    code = sqlstate(error)
    if code in _WORDS:
        return f"{_WORDS[code]} ({code})"
    return f"The database does not answer: {server_words(error)}" if _away(error) else ""


def passes_over_all(error: BaseException) -> bool:
    """Whether whoever asks next will meet the same: the database is away, or takes nobody in.

    A full disk is not: a smaller row may still fit.
    """
    return isinstance(error, Error) and (sqlstate(error) == "53300" or _away(error))


@dataclass(slots=True)
class Piece:
    """One piece of a sweep's work, done apart from the others."""

    failed: bool = False


@contextmanager
def apart(logger: logging.Logger, text: str, *arguments: object) -> Iterator[Piece]:
    """Do one piece of a sweep so that its failure is logged and holds none of the others.

    ``text`` says which piece failed, for logging. Trouble from outside is one line in words,
    anything else has its stack trace. When the database is away the error passes: every other
    piece would wait for it in vain, and the sweep is told once.
    """
    piece = Piece()
    try:
        yield piece
    except Exception as error:
        if passes_over_all(error):
            raise
        piece.failed = True
        if words := in_words(error):
            logger.warning(f"{text} %s.", *arguments, words)
        else:
            logger.exception(text, *arguments)


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code of an error of Django's; None where no server gave one."""
    cause: BaseException | None = error
    while cause is not None:
        code: str | None = getattr(cause, "sqlstate", None)
        if code is not None:
            return code
        cause = cause.__cause__
    return None


def server_words(error: BaseException) -> str:
    """The first words of an error on one line: who could not be reached, and why."""
    # The client's library asks back on a line of its own whether the server runs.
    told = [line for line in str(error).splitlines() if not line.startswith("\t")]
    return " ".join(" ".join(told).split())[:_LONGEST].rstrip(".?")


def _away(error: Error) -> bool:
    code = sqlstate(error)
    if code is None:
        # The connection could not be made, or broke: no server was there to give a code.
        return isinstance(error, (OperationalError, InterfaceError))
    return code.startswith("08") or code in _AWAY
