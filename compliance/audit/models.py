"""What happened: entries, and the judgements each rested on. Append-only.

PostgreSQL refuses UPDATE, DELETE and TRUNCATE on both tables (migration 0001). That stops a
mistake and an attacker with the application's rights; against the owner of the database it proves
nothing, which is what the Merkle tree over the entries is for.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.accounts.roles import Role


class Entry(models.Model):
    """One thing that somebody did, in the transaction in which it was done."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("compliance_audit_entry_position",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # An identity column: the migration replaces the default, which only tells Django to leave the
    # column to the database and to read it back.
    position = models.BigIntegerField(unique=True, editable=False, db_default=0)
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
