"""A process that renders documents for whoever started it, and ends with it.

It is started from a server of forks that has Django loaded and neither a connection nor a thread,
and it is told on which database to work.
"""

import gc
import resource
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connection

from compliance.audit.guard.trouble import in_words, passes_over_all
from documents.services import FAILED, render_some

Order = tuple[list[UUID], datetime]
"""Which documents, and the instant that is written down as that of their rendering."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one order."""

    rendered: int = 0
    failed: int = 0
    trouble: str = ""
    """What every other order would meet too, in words: the worker is of no use until it is over."""
    spent_ms: int = 0
    """Processor time of the worker for this order."""
    peak_kib: int = 0
    """The memory of the worker at its highest so far."""


def serve(pipe: Connection, database: dict[str, Any]) -> None:
    """Render what comes down the pipe until it is closed, by its owner or by the owner's death."""
    connection.close()
    connection.settings_dict = database
    # What is loaded stays, so it need not be looked through again and again; what a document leaves
    # behind is collected between two orders, and not forty times within one.
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        while True:
            pipe.send(_obey(pipe.recv()))
            gc.collect()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    finally:
        connection.close()


def _obey(order: Order) -> Answer:
    document_ids, at = order
    began = time.process_time()
    done: Counter[str] = Counter()
    try:
        rendered = len(render_some(document_ids, at=at, done=done))
    except Exception as error:
        if not passes_over_all(error):
            raise
        return Answer(trouble=in_words(error), peak_kib=_peak())
    spent = round(1000 * (time.process_time() - began))
    return Answer(rendered, done[FAILED], spent_ms=spent, peak_kib=_peak())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
