"""A driver that tells a story, and that is killed before any statement or around any COMMIT.

It writes down each step before and after it, as a client does. Started again, it goes on with the
step that was not answered, under the same key; a sweep takes none and may be run again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection

from compliance.accounts.roles import Actor
from equity import moves
from equity.models import Subscription
from equity.refusal import Refused
from equity.services import money
from tests.guarantees.fire.flows import STORIES, Stage, Step
from tests.guarantees.fire.journals import ACKNOWLEDGED, REFUSED, SENT, Journal
from tests.guarantees.fire.lives import die
from tests.guarantees.fire.rows import business_rows

BEFORE_COMMIT, AFTER_COMMIT = "before COMMIT", "after COMMIT"
ANSWERED = "answered, and not yet written down"
"""Where acts travel in a pipeline, COMMIT is certain only when the service has returned."""
HALF = "after half of the withdrawal is committed"


def tell(
    story: str,
    stage: Stage,
    database: str,
    folder: Path,
    end_at: int | None,
    in_halves: bool,
) -> None:
    """Tell a story in a database, from where the last life ended, and write down how it ended.

    The life ends at the point of that number, counted from 0 in this life. What was passed goes to
    ``points`` in the folder, the rows at the end and the answers to ``rows``.
    """
    connection.settings_dict["NAME"] = database
    points = _Points(end_at)
    journal = Journal(folder / "journal")
    with points.watched():
        for step in STORIES[story]:
            points.step = step.name
            service = step.service
            if in_halves and service is money.withdraw:
                service = partial(_withdraw_in_halves, points)
            _take(step, service, stage, journal, points)
    ended = business_rows() | {"answers": [f"{word} {act}" for act, word in journal.last.items()]}
    (folder / "points").write_text(json.dumps(points.passed))
    (folder / "rows").write_text(json.dumps(ended))


def _take(
    step: Step, service: Callable[..., object], stage: Stage, journal: Journal, points: "_Points"
) -> None:
    if journal.last.get(step.name) in (ACKNOWLEDGED, REFUSED):
        return
    if step.name not in journal.last:
        journal.write(SENT, step.name)
    given = step.given(stage)
    if "actor" in given:
        given["key"] = str(uuid5(NAMESPACE_OID, step.name))
    try:
        service(**given)
    except Refused:
        journal.write(REFUSED, step.name)
    else:
        points.passes(ANSWERED)
        journal.write(ACKNOWLEDGED, step.name)


class _Points:
    """Counts statements and commits as they are passed; the process ends at one of them."""

    def __init__(self, end_at: int | None) -> None:
        self.end_at = end_at
        self.step = ""
        self.passed: list[tuple[str, str]] = []

    def passes(self, what: str) -> None:
        """Come by a point: it is written down, or it is the last of this life."""
        if len(self.passed) == self.end_at:
            die()
        self.passed.append((self.step, what))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Every statement of this connection is a point, and so are both sides of a COMMIT."""

        def statement(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            self.passes(" ".join(sql.split()[:3]))
            return execute(sql, *rest)

        commit = connection._commit

        def committing() -> None:
            self.passes(BEFORE_COMMIT)
            commit()
            self.passes(AFTER_COMMIT)

        with connection.execute_wrapper(statement), patch.object(connection, "_commit", committing):
            yield


def _withdraw_in_halves(
    points: _Points, *, actor: Actor, subscription_id: UUID, at: datetime, key: str
) -> None:
    """The broken copy: a withdrawal is committed before its entry in the trail is written.

    Money and state are out of its reach: the database commits no withdrawal without its refund, and
    no key without an answer. So it bears no key, and looks at the state instead.
    """
    if Subscription.objects.get(pk=subscription_id).state == moves.WITHDRAWN:
        return
    entry = money.leave_entry

    def committed_first(*given: Any, **named: Any) -> None:
        # Behind Django's back: what follows is another transaction.
        connection.connection.commit()
        points.passes(HALF)
        entry(*given, **named)

    with patch.object(money, "leave_entry", committed_first):
        money.withdraw(actor=actor, subscription_id=subscription_id, at=at)
