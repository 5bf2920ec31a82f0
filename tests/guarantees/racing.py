"""Clients that start together, and the history that their acts left: what test_race.py fires."""

import random
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from compliance.audit.guard.roles import runtime_entry
from compliance.audit.models import Entry
from equity.models import Offering
from equity.refusal import Refused
from tests.equity.grid import NEEDS, OFFERING_ROWS, SUBSCRIPTION_ROWS

Act = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one client's act: what it returned, or the rules or the error it ended with."""

    move: str
    done: Any = None
    refused: tuple[str, ...] = ()
    error: str = ""


class Clients:
    """Threads, each with a connection of its own as the role of the site, that start together."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.gate = threading.Barrier(count, timeout=120)
        self.pool = ThreadPoolExecutor(count, initializer=_connect)

    def fire(self, jobs: list[tuple[str, Act]]) -> list[Answer]:
        """Run one job per client, all at once; each waits at the gate, so each has one."""
        assert len(jobs) == self.count
        futures = [(move, self.pool.submit(self._through_the_gate, act)) for move, act in jobs]
        answers = []
        for move, future in futures:
            error = future.exception()
            if error is None:
                answers.append(Answer(move, done=future.result()))
            elif isinstance(error, Refused):
                codes = tuple(one.code for one in error.findings if not one.met)
                answers.append(Answer(move, refused=codes))
            else:
                answers.append(Answer(move, error=f"{move}: {_told(error)}"))
        return answers

    def _through_the_gate(self, act: Act) -> Any:
        self.gate.wait()
        return act()

    def leave(self) -> None:
        """Close every connection and end the threads."""
        self.fire([("leave", lambda: connection.close())] * self.count)
        self.pool.shutdown()


@contextmanager
def clients(count: int) -> Iterator[Clients]:
    """So many clients, until the end."""
    made = Clients(count)
    try:
        yield made
    finally:
        made.leave()


def _told(error: BaseException) -> str:
    """An error, and where it came from."""
    *_, place = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {place.name}, line {place.lineno}: {error}"


def _connect() -> None:
    """The connection of a new thread; it dawdles here and there between its statements."""
    chance = random.Random(threading.get_ident())

    def dawdle(execute: Callable[..., Any], *given: Any) -> Any:
        if chance.random() < 0.1:
            time.sleep(chance.random() * 0.004)
        return execute(*given)

    connection.settings_dict = runtime_entry(connection.settings_dict)
    connection.execute_wrappers.append(dawdle)


# The history


def history(offering: Offering) -> list[str]:
    """What is wrong with the trail of an offering and its subscriptions, in words: a step that the
    table written by hand does not have, or another end than the row has."""
    rows = list(offering.subscriptions.all())
    by_subject: dict[UUID, list[str]] = {offering.pk: []}
    entries = Entry.objects.filter(subject_id__in=[offering.pk, *(row.pk for row in rows)])
    for key, action in entries.order_by("position").values_list("subject_id", "action"):
        by_subject.setdefault(key, []).append(action.split(":")[-1])
    wrong = _walked("offering", _offering_path(by_subject[offering.pk]), offering.state)
    for row in rows:
        wrong += _walked("subscription", _subscription_path(by_subject[row.pk]), row.state)
    return wrong


def _walked(what: str, path: Iterable[str], state: str) -> list[str]:
    *_, last = path
    if last.startswith("no "):
        return [f"{what}: {last}"]
    return [] if last == state else [f"{what}: its history ends {last}, its row says {state}"]


def _offering_path(actions: list[str]) -> Iterator[str]:
    """The states that an offering went through; a last word that begins with "no" is a fault."""
    assert actions[0] == "draft"
    state, facts = "draft", {"amending": False, "held_by_officer": False, None: True}
    yield state
    for action in actions[1:]:
        row = OFFERING_ROWS.get(action)
        if row is None:  # judged anew, a last day that passed: told, and no move
            continue
        if state not in row.cells or not facts[NEEDS.get(action)]:
            yield f"no {action} from {state}"
            return
        facts["amending"] = (facts["amending"] or action == "amend") and action != "publish"
        facts["held_by_officer"] = (
            facts["held_by_officer"] or action == "suspend"
        ) and action != "resume"
        targets = row.cells[state]
        if len(targets) > 1:
            held = facts["amending"] or facts["held_by_officer"]
            state = "suspended" if held else "open"
        elif targets:
            (state,) = targets
        yield state


def _subscription_path(actions: list[str]) -> Iterator[str]:
    assert actions[0] == "subscribe"
    state = "agreed"
    yield state
    for action in actions[1:]:
        row = SUBSCRIPTION_ROWS[action]
        if state not in row.cells:
            yield f"no {action} from {state}"
            return
        (state,) = row.cells[state] or {state}
        yield state
