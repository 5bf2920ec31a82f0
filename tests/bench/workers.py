"""Processes that use the services at once, each with a connection of its own as the runtime role.

They are started from a server of forks that has Django loaded and no connection and no thread, so
that sixteen of them take a moment and none inherits what it must not share.
"""

import itertools
import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID, uuid4

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connection

from compliance.accounts.roles import Actor, Role
from equity.services import money, subscribing
from tests import factories as f

UNITS = 4


@dataclass(frozen=True, slots=True)
class Draw:
    """Who subscribes to what."""

    offering: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process, or all together, did in a round."""

    began: float
    ended: float
    cpu: float
    """Processor seconds of Python."""
    took: tuple[float, ...]
    """Seconds of each act."""

    @property
    def rate(self) -> float:
        """Acts per second, from the first begun to the last ended."""
        return len(self.took) / (self.ended - self.began)

    @property
    def cpu_each(self) -> float:
        """Processor milliseconds of Python for each."""
        return 1000 * self.cpu / len(self.took)

    def quantile(self, share: float) -> float:
        """Milliseconds under which that share of the acts stayed."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class WorkerError(RuntimeError):
    """A worker failed; the message is what it said."""


def new_key() -> str:
    """An idempotency key, as the page or the program that asks for an act makes one."""
    return str(uuid4())


def agree(draw: Draw) -> Any:
    """One subscription, as a page asks for it; raises what the service raises."""
    return subscribing.subscribe(
        actor=Actor(Role.INVESTOR, draw.person, "x"),
        offering_id=draw.offering,
        units=UNITS,
        insider=False,
        at=f.OPENED,
        key=new_key(),
    ).subject


def agree_and_pay(draw: Draw) -> None:
    """A subscription and its payment: two acts, two transactions."""
    agreed = agree(draw)
    pay(draw.person, agreed.pk)


def pay(person: UUID, subscription: UUID) -> None:
    """Pay a subscription in full."""
    money.pay(
        actor=Actor(Role.INVESTOR, person, "x"),
        subscription_id=subscription,
        at=f.OPENED,
        key=new_key(),
    )


ACTS: dict[str, Callable[[Draw], Any]] = {"agree": agree, "agree_and_pay": agree_and_pay}


def _serve(pipe: Connection, entry: dict[str, Any], turn: Any) -> None:
    """Do rounds until the pipe is closed."""
    connection.close()
    connection.settings_dict = entry
    connection.ensure_connection()
    while True:
        try:
            act, draws, seconds = pipe.recv()
        except EOFError:
            return
        pipe.send("ready")
        pipe.recv()
        try:
            pipe.send(_round(ACTS[act], draws, seconds, turn))
        except Exception:  # noqa: BLE001 - told to the parent, which stops
            pipe.send(traceback.format_exc())


def _round(
    act: Callable[[Draw], Any], draws: Sequence[Draw], seconds: float, turn: Any
) -> Measured:
    """Take the next draw and act on it, until there is none or the time is over."""
    took = []
    cpu, began = time.process_time(), time.monotonic()
    before = began
    while before - began < seconds:
        with turn.get_lock():
            mine = turn.value
            turn.value += 1
        if mine >= len(draws):
            break
        act(draws[mine])
        after = time.monotonic()
        took.append(after - before)
        before = after
    return Measured(began, time.monotonic(), time.process_time() - cpu, tuple(took))


class Pool:
    """Workers on the database of ``entry``."""

    def __init__(self, count: int, entry: dict[str, Any]) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.bench.workers"])
        self._turn = context.Value("i", 0)
        self._pipes: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, entry, self._turn), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def round(self, act: str, draws: Sequence[Draw], *, workers: int, seconds: float) -> Measured:
        """Let the first ``workers`` do ``draws`` at once; what one raised comes as WorkerError."""
        pipes = self._pipes[:workers]
        self._turn.value = 0
        for pipe in pipes:
            pipe.send((act, draws, seconds))
        for pipe in pipes:
            pipe.recv()
        for pipe in pipes:
            pipe.send("go")
        answers = [pipe.recv() for pipe in pipes]
        for answer in answers:
            if isinstance(answer, str):
                raise WorkerError(answer)
        return Measured(
            began=min(answer.began for answer in answers),
            ended=max(answer.ended for answer in answers),
            cpu=sum(answer.cpu for answer in answers),
            took=tuple(itertools.chain.from_iterable(answer.took for answer in answers)),
        )

    def end(self) -> None:
        """Let all go home."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(10)
            if process.is_alive():
                process.terminate()


@contextmanager
def pool(count: int, entry: dict[str, Any]) -> Iterator[Pool]:
    """Workers until the end."""
    made = Pool(count, entry)
    try:
        yield made
    finally:
        made.end()
