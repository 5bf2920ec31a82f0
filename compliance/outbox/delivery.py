"""Sending what lies in the outbox, through Django's e-mail backends only.

A message is claimed in one short transaction, sent while no transaction is open, and marked as sent
in another. Three things can go wrong, and only one is in doubt:

- the process dies before it sends, or the server refuses: nothing went out, it is sent again;
- the process dies after the claim, and nobody knows whether the server took the message. Such a
  claim is left alone for ``IN_DOUBT``, then the message is sent again under the **same Message-ID**
  (made of the row's id), by which relays and mailboxes drop the second copy.

To send again was chosen over not to send: a notice that reopens a right may come twice, it may not
be missing. Claims are timed by the database's clock: the senders' clocks need not agree, and a long
run does not make its own claims look old.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from compliance.audit.guard.trouble import in_words
from compliance.outbox.models import WAITING, Message

logger = logging.getLogger(__name__)

IN_DOUBT = timedelta(minutes=10)
"""How long a claim is believed. It must outlast the slowest sending: EMAIL_TIMEOUT bounds that."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 20
"""After about three days of refusals a message is given up, and shown as such."""


@dataclass(slots=True)
class Delivered:
    """What a run of the delivery did; ``trouble`` says in words why it stopped early."""

    sent: int = 0
    refused: int = 0
    given_up: int = 0
    trouble: str = ""


def deliver(*, limit: int | None = None) -> Delivered:
    """Send the messages that wait, oldest first, at most ``limit``; several may run at once.

    Nothing is raised for a server that is away or refuses: the messages stay, ``trouble`` says it.
    """
    done = Delivered()
    if not _ready().exists():
        return done
    connection = get_connection()
    try:
        connection.open()
        while limit is None or done.sent + done.refused < limit:
            message = _claim()
            if message is None or not _send(message, connection, done):
                break
    except OSError as error:
        done.trouble = _unreachable(error)
    finally:
        _close(connection)
    if done.trouble:
        logger.warning("%s", done.trouble)
    return done


def message_id(message: Message) -> str:
    """The Message-ID of a message: the same each time it is sent."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk.hex}@{domain}>"


def _ready() -> QuerySet[Message]:
    """Messages that may be tried now: not in anybody's hand, not pausing after a refusal, and with
    no older one waiting for the same recipient, so that nobody reads an end before a beginning."""
    earlier = Message.objects.filter(
        WAITING, recipient_id=OuterRef("recipient_id"), number__lt=OuterRef("number")
    )
    free = Q(claimed_at=None) | Q(claimed_at__lt=Now() - IN_DOUBT)
    rested = Q(not_before=None) | Q(not_before__lte=Now())
    return Message.objects.filter(WAITING & free & rested).exclude(Exists(earlier))


@transaction.atomic
def _claim() -> Message | None:
    """Take the next message in hand; None when there is none that nobody else has."""
    ready = _ready().select_for_update(skip_locked=True, of=("self",))
    message = ready.order_by("number").first()
    if message is None:
        return None
    message.claim = uuid.uuid4()
    Message.objects.filter(pk=message.pk).update(
        claim=message.claim, claimed_at=Now(), attempts=F("attempts") + 1
    )
    message.attempts += 1
    return message


def _send(message: Message, connection: BaseEmailBackend, done: Delivered) -> bool:
    """Send a claimed message; returns whether to go on with the next one."""
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        headers={
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language.replace(",", ", "),
        },
        connection=connection,
    )
    try:
        connection.send_messages([mail])
    except SMTPServerDisconnected as error:
        done.trouble = _unreachable(error)
        _put_back(message, "server_lost", done)
    except SMTPException as error:
        _put_back(message, _code(error), done)
    except OSError as error:
        done.trouble = _unreachable(error)
        if in_words(error):
            _give_back(message)
        else:
            _put_back(message, "server_lost", done)
    except ValueError:
        # An address or a header that cannot be written, whatever the server.
        _put_back(message, "malformed", done)
    else:
        Message.objects.filter(pk=message.pk, sent_at=None).update(
            sent_at=Now(), claim=None, claimed_at=None, last_error=""
        )
        done.sent += 1
    return not done.trouble


def _put_back(message: Message, code: str, done: Delivered) -> None:
    """Give up the claim, pause longer after each refusal, and in the end give up the message."""
    changes: dict[str, object] = {"claim": None, "claimed_at": None, "last_error": code}
    if message.attempts >= MOST_ATTEMPTS:
        changes["given_up_at"] = Now()
        done.given_up += 1
        logger.error("The message %s was given up (%s).", message.pk, code)
    else:
        changes["not_before"] = Now() + pause(message.attempts)
        done.refused += 1
    # Only our own claim: if it was too old, another sender has the message in hand by now.
    Message.objects.filter(pk=message.pk, claim=message.claim).update(**changes)


def _give_back(message: Message) -> None:
    """Undo a claim that came to nothing for want of room on our own disk: nobody refused the
    message, so it costs no attempt, however long the disk stays full."""
    Message.objects.filter(pk=message.pk, claim=message.claim).update(
        claim=None, claimed_at=None, attempts=F("attempts") - 1, last_error="no_room"
    )


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: a minute, two, four, up to six hours."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_PAUSE)


def _code(error: SMTPException) -> str:
    """The server's answer as a code, without its words."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [answer[0] for answer in error.recipients.values()]
        return f"smtp_{codes[0]}" if codes else "smtp"
    return f"smtp_{error.smtp_code}" if isinstance(error, SMTPResponseException) else "smtp"


def _unreachable(error: OSError) -> str:
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    silent = f"The mail server {place} does not answer ({type(error).__name__})"
    return (
        f"{in_words(error) or silent}. The messages wait in the outbox; the next sweep tries again."
    )


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError:
        # What was sent was sent; only the good-bye failed.
        logger.info("The mail server went away before the connection was closed.")
