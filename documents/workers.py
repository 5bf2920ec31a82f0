"""Documents rendered by several processes at once, while one of them hands the work out.

The rows are the work (docs/sweeps.md): a process that is killed, whichever it is, leaves documents
without bytes and nothing else, and the next run finds them.
"""

import logging
import multiprocessing
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from typing import Any

from django.db import connection, transaction

from documents.models import Document
from documents.services import FAILED, render_pending, waiting_documents
from documents.worker import Answer, serve

logger = logging.getLogger(__name__)

FEW = 100
"""So many documents are rendered sooner than workers are started for them."""
ORDERS = 250
"""Orders that a worker takes before another takes its place: libraries below never give all of
their memory back."""
RENDERED, LOST = "documents_rendered", "workers_lost"
SPENT_MS, PEAK_KIB = "spent_ms", "peak_kib"
MEASURES = (SPENT_MS, PEAK_KIB)
"""What is told for whoever measures, beside what was done."""
_PAUSE = timedelta(milliseconds=20)
"""Between two looks at whether the server has let go of what a dead worker held."""
_PATIENCE = 30
"""Seconds that a worker is given to end by itself."""

Told = Callable[[int], Any]
"""Is called with how many more documents are done with, rendered or failed."""


class StoppedError(RuntimeError):
    """The workers met what every further document would have met too; the message is in words."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def waiting_count() -> int:
    """How many documents have no bytes yet."""
    return Document.objects.filter(sha256="").count()


def render_waiting(
    *, at: datetime, workers: int | None = None, told: Told = lambda more: None
) -> Counter[str]:
    """Render every document without bytes, on all processors or on ``workers`` of them.

    Returns counts of ``RENDERED``, ``FAILED`` and ``LOST``, and of workers ``MEASURES``: their
    processor time together, and the memory of the one that had most. A worker that dies is
    replaced, and what it had in hand is handed out again one by one, so that a document that kills
    holds no other: it does so twice a run, and counts as failed. Raises StoppedError.
    """
    count = workers or cores()
    # A process that a pool of its own started may have no children: Celery's, for one.
    alone = multiprocessing.current_process().daemon or connection.in_atomic_block
    if count == 1 or alone or (workers is None and waiting_count() < FEW):
        return _render_here(at, told)
    crew = _Crew(at, told)
    try:
        crew.work(count)
    finally:
        crew.end()
    return crew.done


def _render_here(at: datetime, told: Told) -> Counter[str]:
    done: Counter[str] = Counter({RENDERED: 0})
    for _ in render_pending(at=at, done=done):
        done[RENDERED] += 1
        told(1)
    told(done[FAILED])
    return done


@dataclass(slots=True)
class _Worker:
    process: Any
    orders: int = 0
    order: list[Any] = field(default_factory=list)


@dataclass
class _Crew:
    """Workers, each at the other end of a pipe."""

    at: datetime
    told: Told
    done: Counter[str] = field(default_factory=Counter)
    workers: dict[Connection, _Worker] = field(default_factory=dict)
    again: deque[list[Any]] = field(default_factory=deque)
    """What was in the hands of workers that died, each document by itself."""

    def work(self, count: int) -> None:
        """Hand everything out and hear everything back."""
        orders = waiting_documents()
        for _ in range(count):
            self._start(orders)
        while self.workers:
            for pipe in wait(list(self.workers)):
                assert isinstance(pipe, Connection)
                self._hear(pipe, orders)

    def end(self) -> None:
        """Let those go that are still there; what they have in hand they finish or undo."""
        for pipe in list(self.workers):
            self._dismiss(pipe)

    def _next(self, orders: Iterator[list[Any]]) -> list[Any] | None:
        """What was lost comes last, so that it holds nothing else."""
        order = next(orders, None)
        return self.again.popleft() if order is None and self.again else order

    def _start(self, orders: Iterator[list[Any]]) -> None:
        """One more worker, if there is something left to do."""
        order = self._next(orders)
        if order is None:
            return
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["documents.worker"])
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve, args=(theirs, connection.settings_dict), daemon=True
        )
        process.start()
        theirs.close()
        self.workers[ours] = _Worker(process)
        self._hand_out(ours, order)

    def _hand_out(self, pipe: Connection, order: list[Any]) -> None:
        self.workers[pipe].orders += 1
        self.workers[pipe].order = order
        # One that died in the meantime is found when it does not answer.
        with suppress(OSError):
            pipe.send((order, self.at))

    def _hear(self, pipe: Connection, orders: Iterator[list[Any]]) -> None:
        try:
            answer: Answer = pipe.recv()
        except (EOFError, OSError):
            self.done[LOST] += 1
            lost = self.workers[pipe].order
            self._dismiss(pipe)
            self._hand_out_again(lost)
            self._start(orders)
            return
        self._count(answer)
        if self.workers[pipe].orders >= ORDERS:
            self._dismiss(pipe)
            self._start(orders)
        elif (order := self._next(orders)) is not None:
            self._hand_out(pipe, order)
        else:
            self._dismiss(pipe)

    def _hand_out_again(self, order: list[Any]) -> None:
        """Once, singly: of those that were lost together one may have been the reason."""
        if len(order) > 1:
            _wait_for_locks(order)
            self.again.extend([one] for one in order)
            return
        logger.error(
            "The document %s ended the worker that rendered it; it is tried again.", *order
        )
        self.done[FAILED] += 1
        self.told(1)

    def _count(self, answer: Answer) -> None:
        if answer.trouble:
            raise StoppedError(answer.trouble)
        self.done[RENDERED] += answer.rendered
        self.done[FAILED] += answer.failed
        self.done[SPENT_MS] += answer.spent_ms
        self.done[PEAK_KIB] = max(self.done[PEAK_KIB], answer.peak_kib)
        self.told(answer.rendered + answer.failed)

    def _dismiss(self, pipe: Connection) -> None:
        worker = self.workers.pop(pipe)
        pipe.close()
        worker.process.join(_PATIENCE)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _wait_for_locks(order: list[Any]) -> None:
    """Wait until the server has let go of the documents of a worker that died: whoever came sooner
    would pass them over as in another's hands."""
    waiting = Document.objects.filter(pk__in=order, sha256="").values_list("pk", flat=True)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with transaction.atomic():
            if len(waiting.select_for_update(skip_locked=True)) == len(waiting.all()):
                return
        time.sleep(_PAUSE.total_seconds())
