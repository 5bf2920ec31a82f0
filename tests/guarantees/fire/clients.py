"""A client of the portal as a process: it sends acts, writes down what it was told, and dies.

A life that is killed is followed by another, which reads the journal: what was answered is over,
what was sent and not answered is sent again.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid5

import psycopg
from django.db import InterfaceError, OperationalError, connection

from compliance.accounts.roles import Actor, Role
from compliance.config.postgres.binaries import PostgresError
from equity.models import Subscription
from equity.refusal import Refused
from equity.services import money, subscribing
from tests import factories as f
from tests.guarantees.fire.journals import ACKNOWLEDGED, REFUSED, SENT, Journal
from tests.guarantees.fire.lives import die

SUBSCRIBE, PAY, WITHDRAW = "subscribe", "pay", "withdraw"

BEFORE, AFTER = "before it is sent", "before it is acknowledged"
"""Points at which a client's life may end as planned: the act is written down as sent; the act is
done and the client has not written so."""

Death = tuple[str, str]
"""An act and a point."""

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, PostgresError)
"""The server is not there, or went away while it was asked: nobody knows whether it was done."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody's wish to buy so many units, and to pay them; some change their mind at once."""

    number: int
    person: UUID
    units: int
    withdraws: bool = False

    @property
    def acts(self) -> tuple[str, ...]:
        """The kinds of acts, in order; each needs the one before."""
        return (SUBSCRIBE, PAY, WITHDRAW) if self.withdraws else (SUBSCRIBE, PAY)

    def named(self, kind: str) -> str:
        """The name of one act, in journals and verdicts."""
        return f"{kind} {self.number}"


class Desk(Protocol):
    """Where a client sends its acts."""

    def send(self, attempt: Attempt, kind: str, *, again: bool) -> bool:
        """Do an act; whether it was accepted. ``again``: it was sent before, perhaps in vain."""

    def confirm(self) -> None:
        """What is still missing before the act lasts: nothing, where ``send`` commits."""

    def reset(self) -> None:
        """Forget the session, which the server has forgotten too."""


def serve(
    attempts: Sequence[Attempt],
    journal: Path,
    deaths: Collection[Death],
    desk: Callable[..., Desk],
    given: tuple[Any, ...],
    hasty: bool,
) -> None:
    """The work of one client: all its attempts, from where its last life ended.

    ``desk`` makes the place where acts are sent, of the arguments ``given``. A ``hasty`` client is
    a broken copy: it writes that it was acknowledged before the act is confirmed.
    """
    _Client(Journal(journal), frozenset(deaths), desk(*given), hasty).serve(attempts)


@dataclass(slots=True)
class _Client:
    journal: Journal
    deaths: frozenset[Death]
    desk: Desk
    hasty: bool

    def serve(self, attempts: Sequence[Attempt]) -> None:
        for attempt in attempts:
            for kind in attempt.acts:
                if not self._accepted(attempt, kind):
                    break

    def _accepted(self, attempt: Attempt, kind: str) -> bool:
        act = attempt.named(kind)
        last = self.journal.last.get(act)
        if last in (ACKNOWLEDGED, REFUSED):
            return last == ACKNOWLEDGED
        again = last is not None
        if not again:
            self.journal.write(SENT, act)
            self._may_die(act, BEFORE)
        while True:
            try:
                return self._answered(attempt, kind, again=again)
            except AWAY:
                self.desk.reset()
                again = True
                time.sleep(0.05)

    def _answered(self, attempt: Attempt, kind: str, *, again: bool) -> bool:
        act = attempt.named(kind)
        accepted = self.desk.send(attempt, kind, again=again)
        word = ACKNOWLEDGED if accepted else REFUSED
        steps = [self.desk.confirm, lambda: self.journal.write(word, act)]
        first, second = reversed(steps) if self.hasty else steps
        first()
        if not again:
            self._may_die(act, AFTER)
        second()
        return accepted

    def _may_die(self, act: str, point: str) -> None:
        # What was sent before is not died of again: the next life must get on.
        if (act, point) in self.deaths:
            die()


class Portal:
    """The services of this project; an act that is sent again bears the same key."""

    def __init__(self, offering_id: UUID) -> None:
        self.offering_id = offering_id

    def send(self, attempt: Attempt, kind: str, *, again: bool) -> bool:
        """Call the service of an act; the key makes it no matter whether it is sent again."""
        given: dict[str, Any] = {
            "actor": Actor(Role.INVESTOR, attempt.person, ""),
            "at": f.OPENED,
            "key": str(uuid5(attempt.person, kind)),
        }
        try:
            if kind == SUBSCRIBE:
                subscribing.subscribe(
                    **given, offering_id=self.offering_id, units=attempt.units, insider=False
                )
            else:
                service = money.pay if kind == PAY else money.withdraw
                service(**given, subscription_id=self._own(attempt))
        except Refused:
            return False
        return True

    def confirm(self) -> None:
        """Nothing: a service has committed when it returns."""

    def reset(self) -> None:
        """The next act connects again."""
        connection.close()

    def _own(self, attempt: Attempt) -> UUID:
        """What the person was told the subscription's id is."""
        return Subscription.objects.values_list("pk", flat=True).get(
            offering_id=self.offering_id, person_id=attempt.person
        )
