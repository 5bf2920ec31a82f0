"""Delivery: each message goes out, in order, and what is in doubt goes out under the same id."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from compliance.outbox import delivery
from compliance.outbox.delivery import IN_DOUBT, MOST_ATTEMPTS, deliver, message_id, pause
from compliance.outbox.models import Message
from compliance.outbox.services import Letter, enqueue
from tests.sweeps.smtp import Mailbox, mail_server

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MARIE, PAUL = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def box(settings: Settings) -> Iterator[Mailbox]:
    """A mail server that the site is set up to use."""
    with mail_server() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.EMAIL_USE_TLS = False
        settings.DEFAULT_FROM_EMAIL = "Portail <portail@portail.example>"
        yield found


def put(
    to: str = "marie@courriel.example",
    *,
    person: uuid.UUID = MARIE,
    subject: str = "Paiement reçu",
    cause: uuid.UUID | None = None,
) -> Message:
    """A message in the outbox."""
    cause_id = cause or uuid.uuid4()
    letter = Letter(person, to, "fr,en", subject, "Bonjour Marie,\n\nNous avons reçu 100,00 $.\n")
    with transaction.atomic():
        enqueue(
            letter,
            event="payment_received",
            cause_id=cause_id,
            about=("equity.subscription", uuid.UUID(int=9)),
            occurred_at=AT,
            at=AT,
        )
    return Message.objects.get(cause_id=cause_id, recipient_id=person)


def wake(message: Message, by: timedelta) -> None:
    """Let so much time pass for a message, by the database's clock."""
    Message.objects.filter(pk=message.pk).update(
        claimed_at=F("claimed_at") - by, not_before=F("not_before") - by
    )


def test_a_message_is_sent_once_with_its_own_id(box: Mailbox) -> None:
    message = put()
    assert deliver().sent == 1
    assert deliver().sent == 0
    (taken,) = box.taken
    assert taken["Message-ID"] == f"<{message.pk.hex}@portail.example>" == message_id(message)
    assert (taken["To"], taken["Subject"]) == ("marie@courriel.example", "Paiement reçu")
    assert (taken["Auto-Submitted"], taken["Content-Language"]) == ("auto-generated", "fr, en")
    assert "100,00 $" in taken.get_content()  # type: ignore[attr-defined]
    message.refresh_from_db()
    assert message.sent_at is not None
    assert (message.attempts, message.claim, message.last_error) == (1, None, "")


def test_nothing_is_asked_of_a_server_when_nothing_waits(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    with django_assert_num_queries(1):
        assert deliver().sent == 0


def test_the_same_event_reaches_the_same_person_once(box: Mailbox) -> None:
    cause = uuid.uuid4()
    assert put(cause=cause).pk == put(cause=cause).pk
    put(cause=cause, person=PAUL, to="paul@courriel.example")
    assert deliver().sent == 2
    assert [m["To"] for m in box.taken] == ["marie@courriel.example", "paul@courriel.example"]


def test_a_recipients_messages_go_out_in_the_order_in_which_they_were_written(
    box: Mailbox,
) -> None:
    numbers = [put(subject=f"no {n}").number for n in range(1, 6)]
    deliver()
    assert [m["Subject"] for m in box.taken] == [f"no {n}" for n in range(1, 6)]
    assert numbers == sorted(numbers)
    assert numbers[0] > 0


def test_an_older_message_in_hand_holds_the_younger_ones_of_its_recipient_only(
    box: Mailbox,
) -> None:
    first = put()
    put()
    put(person=PAUL, to="paul@courriel.example")
    Message.objects.filter(pk=first.pk).update(claim=uuid.uuid4(), claimed_at=timezone.now())
    assert deliver().sent == 1
    assert [m["To"] for m in box.taken] == ["paul@courriel.example"]


@pytest.mark.parametrize(("passed", "sent"), [(-1, 0), (1, 1)])
def test_a_claim_in_doubt_is_left_alone_and_then_sent_under_the_same_id(
    box: Mailbox, passed: int, sent: int
) -> None:
    message = put()
    claimed = timezone.now() - IN_DOUBT - timedelta(seconds=passed)
    Message.objects.filter(pk=message.pk).update(claim=uuid.uuid4(), claimed_at=claimed)
    assert deliver().sent == sent
    assert box.ids == [message_id(message)] * sent


def test_a_server_that_takes_and_vanishes_gets_the_same_id_again(box: Mailbox) -> None:
    message = put()
    box.vanish = True
    gone = deliver()
    assert (gone.sent, gone.refused) == (0, 1)
    assert "does not answer" in gone.trouble
    box.vanish = False
    assert deliver().sent == 0
    wake(message, pause(1))
    assert deliver().sent == 1
    assert box.ids == [message_id(message)] * 2


def test_a_server_that_is_away_is_told_in_words_and_costs_no_attempt(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server() as gone:
        settings.EMAIL_PORT = gone.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    message = put()
    with caplog.at_level("WARNING"):
        done = deliver()
    assert done.sent == done.refused == 0
    assert done.trouble in caplog.text
    assert f"127.0.0.1:{gone.port} does not answer" in done.trouble
    message.refresh_from_db()
    assert (message.attempts, message.claim, message.sent_at) == (0, None, None)


def test_a_refused_address_waits_longer_each_time_and_holds_nobody_else(box: Mailbox) -> None:
    box.refuse["marie@courriel.example"] = "550 marie@courriel.example is unknown here"
    message = put()
    put(person=PAUL, to="paul@courriel.example")
    done = deliver()
    assert (done.sent, done.refused, done.trouble) == (1, 1, "")
    message.refresh_from_db()
    # The server's words repeat the address; only its code is kept.
    assert message.last_error == "smtp_550"
    assert message.not_before is not None
    wake(message, pause(1) - timedelta(seconds=30))
    assert deliver().refused == 0
    wake(message, timedelta(seconds=30))
    box.refuse.clear()
    assert deliver().sent == 1


def test_a_message_that_is_always_refused_is_given_up_and_frees_the_next(
    box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    box.refuse["marie@courriel.example"] = "550 no"
    message = put()
    Message.objects.filter(pk=message.pk).update(attempts=MOST_ATTEMPTS - 2)
    assert deliver().refused == 1
    wake(message, timedelta(hours=6))
    assert deliver().given_up == 1
    assert "given up" in caplog.text
    assert "marie@" not in caplog.text
    box.refuse.clear()
    second = put()
    assert deliver().sent == 1
    assert box.ids == [message_id(second)]


@pytest.mark.parametrize("address", ["marie@courriel.example\nBcc: x@y.example", "pas une adresse"])
def test_an_address_that_cannot_be_written_harms_nobody_else(box: Mailbox, address: str) -> None:
    box.refuse["pas une adresse"] = "501 syntax"
    put(address)
    put(person=PAUL, to="paul@courriel.example")
    done = deliver()
    assert (done.sent, done.refused) == (1, 1)
    assert [m["To"] for m in box.taken] == ["paul@courriel.example"]


def test_a_subject_is_one_line(box: Mailbox) -> None:
    put(subject="Clos : Ferme\r\nBcc: tous@exemple.example")
    deliver()
    (taken,) = box.taken
    assert taken["Subject"] == "Clos : Ferme Bcc: tous@exemple.example"
    assert taken["Bcc"] is None


def test_a_claim_that_another_took_over_is_not_given_back(box: Mailbox) -> None:
    message = put()
    taken = delivery._claim()
    assert taken is not None
    other = uuid.uuid4()
    Message.objects.filter(pk=message.pk).update(claim=other)
    delivery._put_back(taken, "smtp_450", delivery.Delivered())
    message.refresh_from_db()
    assert (message.claim, message.last_error) == (other, "")


def test_pauses_double_up_to_six_hours() -> None:
    minutes = [pause(n) // timedelta(minutes=1) for n in (1, 2, 3, 9, 10, 20)]
    assert minutes == [1, 2, 4, 256, 360, 360]
    assert sum((pause(n) for n in range(1, MOST_ATTEMPTS)), timedelta()) > timedelta(days=2)


@pytest.mark.django_db(transaction=True)
def test_a_message_is_refused_outside_the_transaction_of_what_it_tells() -> None:
    letter = Letter(MARIE, "marie@courriel.example", "fr", "x", "y")
    with pytest.raises(TransactionManagementError):
        enqueue(
            letter,
            event="x",
            cause_id=MARIE,
            about=("equity.subscription", MARIE),
            occurred_at=AT,
            at=AT,
        )
