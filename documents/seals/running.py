"""Where pyHanko's coroutines run: on a loop of their own, whatever thread calls."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Made = TypeVar("_Made")


def out_of_any_loop(work: Callable[[], _Made]) -> _Made:
    """What a function makes that starts a loop of its own; raises what it raises.

    A thread that is inside a loop already, as those of an asynchronous server are, may start no
    other: the function then has a thread to itself, and this one waits. It asks no database.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(work).result()
