"""Processes that ``kill -9`` ends at any moment, and others that go on where they ended.

A line is a place that one life after the other fills, until one comes to its end by itself. All
lines are kept by one loop in one thread: processes that several threads start and wait for are
reaped by the wrong thread now and then, whose own process then seems to hang (multiprocessing's
``start`` polls every living child, and who polls second is told nothing).

Lives are forked from a small process without threads or connections, never from the test itself.
"""

import faulthandler
import multiprocessing
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

import django
from django.db import connections

from tests.guarantees.scale import sized

PATIENCE = sized(short=150.0, long=600.0)
"""Seconds. A life that takes longer says where it stands, and fails the test."""
_PAUSE = 0.05
_KILLED = -signal.SIGKILL

_nursery = multiprocessing.get_context("forkserver")
# What lives do, and everything under it, is imported once.
_nursery.set_forkserver_preload(
    [
        "tests.guarantees.fire.ready",
        "tests.guarantees.fire.clients",
        "tests.guarantees.fire.drivers",
        "tests.guarantees.outbox_fire",
        "tests.guarantees.trail.fire",
    ]
)

Living = Mapping[str, BaseProcess]
"""The lives that are being lived, by the name of their line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place that one life after the other fills.

    ``work`` is a function of a module, ``given`` its arguments for the life of that number (from
    0), ``lives`` how many there may be.
    """

    name: str
    work: Callable[..., None]
    given: Callable[[int], tuple[Any, ...]]
    lives: int = 1


def die() -> NoReturn:
    """The end of a life, as the kernel gives it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("killed, and yet here")


def live(
    lines: Sequence[Line],
    *,
    database: Mapping[str, Any],
    meanwhile: Callable[[Living], None] | None = None,
    patience: float = PATIENCE,
) -> Counter[str]:
    """Fill every line until it comes to its end; returns how many of each were killed.

    ``database`` is the entry of DATABASES that the lives work in. ``meanwhile`` is called some
    twenty times a second with those that live now: it may watch, kill and crash. Raises
    AssertionError, with what the life wrote, for one that ends with an error or hangs, and for a
    line that has used up its lives.
    """
    with tempfile.TemporaryDirectory(prefix="eqc-lives-") as told:
        keeper = _Keeper(dict(database), Path(told), patience)
        try:
            for line in lines:
                keeper.begin(line, 0)
            while keeper.living:
                keeper.tend()
                if meanwhile is not None:
                    meanwhile({name: life.process for name, life in keeper.living.items()})
        finally:
            keeper.end()
        return keeper.kills


@dataclass(slots=True)
class _Life:
    line: Line
    number: int
    process: BaseProcess
    told: Path
    until: float


@dataclass(slots=True)
class _Keeper:
    """Starts lives, sees them end, and starts the next ones."""

    database: dict[str, Any]
    folder: Path
    patience: float
    living: dict[str, _Life] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def begin(self, line: Line, number: int) -> None:
        told = self.folder / f"{line.name} {number}"
        process = _nursery.Process(
            target=_live,
            args=(str(told), self.database, self.patience, line.work, line.given(number)),
            daemon=True,
        )
        process.start()
        # A life ends itself when its time is over; we only come after it if even that fails.
        until = time.monotonic() + self.patience + 30
        self.living[line.name] = _Life(line, number, process, told, until)

    def tend(self) -> None:
        """Wait a moment for any life to end, and let the next one of its line begin."""
        wait([life.process.sentinel for life in self.living.values()], timeout=_PAUSE)
        for life in list(self.living.values()):
            code = life.process.exitcode
            if code is None:
                assert time.monotonic() < life.until, f"{life.line.name} does not even end itself"
                continue
            del self.living[life.line.name]
            if code != 0:
                self._killed(life, code)

    def _killed(self, life: _Life, code: int) -> None:
        name, number = life.line.name, life.number
        said = life.told.read_text(errors="replace") if life.told.exists() else ""
        assert code == _KILLED, f"{name}, life {number}, ended with {code}:\n{said}"
        self.kills[name] += 1
        assert number + 1 < life.line.lives, f"{name} never came to its end"
        self.begin(life.line, number + 1)

    def end(self) -> None:
        """End whoever still lives: an error ended the loop."""
        for life in self.living.values():
            life.process.kill()
            life.process.join(10)


def _live(
    told: str,
    database: dict[str, Any],
    patience: float,
    work: Callable[..., None],
    given: tuple[Any, ...],
) -> None:
    """What a life does: its words go to a file of its own, its rows to the database it was given.

    Where it stands when its time is over is written there too, and it ends with an error.
    """
    os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    faulthandler.dump_traceback_later(patience, exit=True)
    django.setup()
    connections["default"].close()
    del connections["default"]
    connections.databases["default"] = database
    work(*given)
