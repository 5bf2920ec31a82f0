"""Producers and consumers of the outbox as processes that die: what test_outbox.py lets loose.

A life is a process with a seed. It dies by ``kill -9`` at a chosen point: a producer before its
commit or right after it, a consumer before its commit, between the claim and the sending, or after
the server took the message and before that is written down.
"""

import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, transaction

from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry
from compliance.audit.services import record
from compliance.outbox import delivery, listening
from compliance.outbox.models import Message
from compliance.outbox.services import Letter, enqueue
from tests.guarantees.fire.lives import die

ACTION = "equity:subscription:pay"
READER = "fire"
PRODUCERS, CONSUMERS, RECIPIENTS = 4, 4, 20
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DOUBLED = 20
"""Every twentieth event is handed over twice on purpose: five in a hundred."""


def subject_of(number: int) -> uuid.UUID:
    """What the event of this number is about."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"event {number}")


def produce(
    part: int, events: int, sent_on_commit: Path, deaths: frozenset[tuple[int, str]]
) -> None:
    """Write the events of one part, each in its own transaction, from where the last life ended.

    ``sent_on_commit`` is what the broken copy `transaction.on_commit(send)` sends, a line each.
    """
    chance = random.Random(part)
    for number in range(part, events, PRODUCERS):
        if not Entry.objects.filter(action=ACTION, subject_id=subject_of(number)).exists():
            _produce_one(number, sent_on_commit, deaths, chance.uniform(0, 0.02))


def _produce_one(
    number: int, sent_on_commit: Path, deaths: frozenset[tuple[int, str]], pause: float
) -> None:
    def send() -> None:
        if (number, "after commit") in deaths:
            die()
        with sent_on_commit.open("a") as file:
            file.write(f"{number}\n")

    with transaction.atomic():
        # As every act does: it has its transaction number before it writes its entry.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        transaction.on_commit(send)
        record(
            actor=SYSTEM,
            action=ACTION,
            subject=("equity.subscription", subject_of(number)),
            at=AT + timedelta(minutes=number),
            payload={"number": number},
        )
        # The position is drawn; others commit above it before this one does.
        time.sleep(pause)
        if (number, "before commit") in deaths:
            die()


class Mortal:
    """Counts what a life does, and ends it at a chosen point."""

    def __init__(self, point: str, after: int) -> None:
        self.point, self.left = point, after

    def passes(self, point: str) -> None:
        """Come by a point; after so many times at the chosen one the life ends there."""
        if point == self.point:
            self.left -= 1
            if self.left < 0:
                die()


def hear(entry: Entry, mortal: Mortal) -> int:
    """Write the e-mail of one event; every twentieth is handed over twice."""
    number = int(entry.payload["number"])
    recipient = uuid.UUID(int=number % RECIPIENTS + 1)
    address = f"personne{number % RECIPIENTS}@courriel.example"
    letter = Letter(recipient, address, "fr", f"no {number}", f"{number}\n")
    written = 0
    for _ in range(2 if number % DOUBLED == 0 else 1):
        written += enqueue(
            letter,
            event="payment_received",
            cause_id=entry.pk,
            about=(entry.subject_type, entry.subject_id),
            occurred_at=entry.at,
            at=AT,
        )
    mortal.passes("before commit")
    return written


def consume(events: int, port: int, point: str, after: int, in_doubt: timedelta) -> None:
    """Sweep again and again, until every event was sent or the life ends at its point.

    ``port`` is the mail server's, on this machine.
    """
    mortal = Mortal(point, after)
    delivery.IN_DOUBT = in_doubt
    settings.EMAIL_BACKEND = "tests.guarantees.outbox_fire.MortalBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    MortalBackend.mortal = mortal
    while not _all_sent(events):
        listening.listen(
            reader=READER, actions=(ACTION,), hear=lambda entry: hear(entry, mortal), at=AT
        )
        delivery.deliver(limit=50)
        time.sleep(0.05)


def _all_sent(events: int) -> bool:
    return Message.objects.filter(sent_at__isnull=False).count() >= events


class MortalBackend(EmailBackend):
    """Django's own backend for mail servers, in a process that dies."""

    mortal: Mortal

    def send_messages(self, email_messages):  # type: ignore[no-untyped-def]
        self.mortal.passes("before sending")
        sent = super().send_messages(email_messages)
        self.mortal.passes("after sending")
        return sent


def read_above_the_last(events: int, seen: Path) -> None:
    """The broken reader `position > last`, which keeps the highest position that it has read.

    What it reads goes to a file, a number a line, until every event was sent.
    """
    last = 0
    with seen.open("w") as file:
        while not _all_sent(events):
            found = Entry.objects.filter(action=ACTION, position__gt=last).order_by("position")
            for position, payload in found.values_list("position", "payload"):
                file.write(f"{payload['number']}\n")
                last = position
            time.sleep(0.005)
