"""What the tests of two people share: a guard that is off, and two who act at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from tests.guarantees.closing_scene import execute, outcome
from tests.roles import as_runtime

TRIED_TOGETHER = 120
"""Seconds that two threads may take before they count as stuck."""


@contextmanager
def broken(breaks: str, mends: str) -> Iterator[None]:
    """The database without one of its guards, by the owner of the tables."""
    execute(breaks)
    try:
        yield
    finally:
        execute(mends)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """How acts end that two sessions begin at the same moment."""
    barrier = threading.Barrier(len(acts))
    ended = ["stuck"] * len(acts)

    def run(place: int) -> None:
        with as_runtime():
            connection.ensure_connection()
            barrier.wait(TRIED_TOGETHER)
            ended[place] = outcome(acts[place], keep=True)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TRIED_TOGETHER)
    return ended
