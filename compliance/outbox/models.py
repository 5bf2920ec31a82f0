"""Messages on their way out, and how far each reader of the audit trail has come."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedTextField
from compliance.vault.models import SealedModel

WAITING = Q(sent_at=None, given_up_at=None)
"""Messages that are still to be delivered."""


class Message(SealedModel):
    """One e-mail to one recipient. The committed row is the order to send it.

    The constraint lets one event of one cause reach one recipient once, however often the sweep
    that writes it is run. The address and the words are sealed; the rest is ids and instants.
    """

    unaudited: ClassVar[str] = "it tells of an entry, and its address is nobody else's"

    # An identity column: the migration replaces the default, which only tells Django to leave the
    # column to the database.
    number = models.BigIntegerField(unique=True, editable=False, db_default=0)
    """Drawn when it is written: a recipient's messages go out in this order."""
    event = models.CharField(max_length=60)
    cause_id = models.UUIDField()
    """What it tells of: the audit entry of an act, or a reminder."""
    recipient_id = models.UUIDField()
    """The person or the user it goes to."""
    subject_type = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    """What it is about, as `app.model` and id."""
    language = models.CharField(max_length=5)
    """`fr`, `en`, or `fr,en` when it is written in both."""
    to = SealedTextField()
    subject = SealedTextField()
    body = SealedTextField()
    occurred_at = models.DateTimeField()
    """The instant of the act, or of the reminder."""
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True)
    """Drawn by the sender that has it in hand; None when nobody does."""
    claimed_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    """After a refusal: when it is tried again."""
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=40, blank=True, default="")
    """A code such as `smtp_550`; never a server's words, which may repeat the address."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["event", "cause_id", "recipient_id"], name="message_once"
            ),
            models.CheckConstraint(
                name="message_claim_whole",
                condition=Q(claim=None, claimed_at=None)
                | Q(claim__isnull=False, claimed_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=["number"], condition=WAITING, name="messages_waiting"),
            models.Index(
                fields=["recipient_id", "number"],
                condition=WAITING,
                name="messages_of_recipient",
            ),
            models.Index(fields=["subject_id"]),
        )

    def __str__(self) -> str:
        return f"message {self.pk} ({self.event})"


class Reader(models.Model):
    """A reader of the audit trail, and the position below which it has nothing left to hear.

    Positions are drawn before the commit, so a later reader may find a lower one. ``candidate`` is
    the highest position that was seen, and ``candidate_xid`` a transaction number drawn after it:
    once every transaction before that number has ended, nothing can appear below any more.
    """

    unaudited: ClassVar[str] = "it only says where to look first"

    name = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)
    candidate = models.BigIntegerField(null=True)
    candidate_xid = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} has heard everything up to {self.position}"


class Heard(models.Model):
    """That a reader has done what one entry asks of it; written in the transaction that did it."""

    append_only: ClassVar[bool] = True
    unaudited: ClassVar[str] = "it marks an entry as heard"

    reader = models.CharField(max_length=40)
    entry_id = models.UUIDField()
    heard_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reader", "entry_id"], name="entry_heard_once"),
        )

    def __str__(self) -> str:
        return f"{self.reader} heard {self.entry_id}"
