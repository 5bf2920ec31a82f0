"""What happened: entries with the judgements each rested on, changes of rows, and their tree.

PostgreSQL refuses UPDATE, DELETE and TRUNCATE on these tables. That stops a mistake and an attacker
with the application's rights; against the owner of the database it proves nothing, which is what
the tree, its signed checkpoints and the places out of the database's reach are for.
"""

import json
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from compliance.accounts.roles import Role

_LARGEST_INTEGER = 2**53 - 1


def _whole(text: str) -> int | str:
    """A whole number that every reader of JSON reads alike; a larger one stays its text."""
    number = int(text)
    return number if abs(number) <= _LARGEST_INTEGER else text


class ExactDecoder(json.JSONDecoder):
    """Numbers with a fraction stay the text they are: money is never a float."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": str, "parse_int": _whole})


class Entry(models.Model):
    """One thing that somebody did, in the transaction in which it was done."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("compliance_audit_entry_position",)
    unaudited: ClassVar[str] = "it is the trail"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # An identity column: the migration replaces the default, which only tells Django to leave the
    # column to the database and to read it back.
    position = models.BigIntegerField(unique=True, editable=False, db_default=0)
    transaction = models.BigIntegerField(editable=False, db_default=0)
    """The number of the transaction it was written in: the changes of rows that it tells have the
    same. Given by the database, as the position is."""
    at = models.DateTimeField()
    """The instant of the deed, by the clock of the caller."""
    actor_role = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    """A tag of `compliance.audit.actions`."""
    subject_type = models.CharField(max_length=80)
    """`app.model` of what was acted on."""
    subject_id = models.UUIDField()
    payload = models.JSONField()
    """Ids, codes, amounts and ISO dates; never personal data."""

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "position"], name="audit_entry_subject"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_role__in=[role.value for role in Role]), name="audit_entry_role"
            ),
            models.CheckConstraint(
                condition=Q(actor_role=Role.SYSTEM.value, actor_id__isnull=True)
                | (~Q(actor_role=Role.SYSTEM.value) & Q(actor_id__isnull=False)),
                name="audit_entry_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.action} {self.subject_type} {self.subject_id}"


class Judgement(models.Model):
    """One question put to the rules, the facts it was put with, and all findings."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("compliance_audit_judged",)
    unaudited: ClassVar[str] = "it is a part of its entry"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="judgements")
    rank = models.PositiveSmallIntegerField()
    """Its place among the judgements of the entry, from 0."""
    question = models.CharField(max_length=80)
    """What was asked: `subscription`, `opening`, `closing`..."""
    on = models.DateField()
    """The day whose law was applied."""
    rulebook_digest = models.CharField(max_length=64)
    """Which figures and readings were applied, as the digest of the rulebook."""
    facts = models.TextField()
    """The facts as canonical JSON (RFC 8785), so that the question can be put again."""
    findings = models.JSONField()
    """`[{code, met, figures, room}]`, in the order in which they were judged."""
    met = models.BooleanField()
    """Whether every finding is met."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "rank"], name="audit_judgement_rank")
        ]

    def __str__(self) -> str:
        return f"{self.question} on {self.on}: {'met' if self.met else 'not met'}"


class Change(models.Model):
    """One row of a regulated table that was added, changed or removed, by whichever road.

    A trigger of the table writes it, in the transaction of the change, and nothing else can: the
    role of the site may read this table only. Who acted stands in the entry of the same
    transaction; a change without one was made past the services, by the database role named here.
    """

    append_only: ClassVar[bool] = True
    written_by_database: ClassVar[bool] = True
    unaudited: ClassVar[str] = "it is the trail"

    position = models.BigIntegerField(primary_key=True, editable=False, db_default=0)
    """Drawn from the same numbers as the position of an entry."""
    transaction = models.BigIntegerField(db_default=0)
    at = models.DateTimeField()
    """The instant by the clock of the database."""
    role = models.CharField(max_length=63)
    """The database role that was connected."""
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=80)
    """The primary key as text."""
    operation = models.CharField(max_length=8)
    salt = models.UUIDField()
    """What the commitments of this row are salted with; not a part of the leaf."""
    before = models.JSONField(null=True, decoder=ExactDecoder)
    """The columns that changed, as they were; all of them for a row that was removed."""
    after = models.JSONField(null=True, decoder=ExactDecoder)
    """The columns that changed, as they are; all of them for a row that was added.

    Codes, ids, amounts and dates in clear; of every other text, and of sealed bytes, only
    `sha256:` and the digest of the salt and the text: for each column of a row that was changed,
    and one for all of them, under "*", of a row that was added or removed."""

    class Meta:
        indexes = [
            models.Index(fields=["table", "row", "position"], name="audit_change_row"),
            models.Index(fields=["transaction"], name="audit_change_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.operation} {self.table} {self.row}"


class Leaf(models.Model):
    """The place of one entry or change in the tree, and the hash of its canonical bytes."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("compliance_audit_leaf_next",)
    unaudited: ClassVar[str] = "it is the trail"

    index = models.BigIntegerField(primary_key=True)
    """From 0, without a hole."""
    position = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Block(models.Model):
    """The root of a complete subtree: 256 leaves at level 1, 256 of these at level 2..."""

    append_only: ClassVar[bool] = True
    unaudited: ClassVar[str] = "it is computed from the leaves"

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_block_once")]

    def __str__(self) -> str:
        return f"block {self.level}/{self.index}"


class SignedCheckpoint(models.Model):
    """The tree at one size, as the portal signed it (a note in the C2SP form)."""

    append_only: ClassVar[bool] = True
    unaudited: ClassVar[str] = "it is signed, and kept elsewhere too"

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    note = models.TextField()

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class Anchoring(models.Model):
    """That a checkpoint was handed to a place out of the database's reach."""

    append_only: ClassVar[bool] = True
    unaudited: ClassVar[str] = "the proof is at the place itself"

    checkpoint = models.ForeignKey(SignedCheckpoint, on_delete=models.PROTECT)
    place = models.CharField(max_length=40)
    """`folder`, `mail`, `timestamp`."""
    at = models.DateTimeField()
    token = models.BinaryField(null=True)
    """What the place answered, where it answers: a time-stamp token."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "place"], name="audit_anchored_once")
        ]

    def __str__(self) -> str:
        return f"checkpoint of {self.checkpoint_id} at {self.place}"


class Horizon(models.Model):
    """How far the chainer has come: at or below `position` nothing is left and nothing can appear.

    See `compliance.audit.horizon`. There is one row.
    """

    unaudited: ClassVar[str] = "it only says where to look first"

    name = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)
    candidate = models.BigIntegerField(null=True)
    candidate_xid = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} has chained everything up to {self.position}"
