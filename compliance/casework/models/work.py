"""What is put into a case: questions, evidence, notes, hand-overs, reminders, the decision.

All of it only grows. A question alone is written to a second time, by its answer.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from compliance.accounts.roles import Role
from compliance.casework.kinds import EVIDENCE, allowed_pairs
from compliance.casework.models.case import Case
from compliance.vault.fields import SealedBytesField, SealedTextField
from compliance.vault.models import SealedModel

OUTSIDE = "outside"
"""Somebody without an account: a bank, an authority. An officer writes the answer down."""
ASKED = (Role.INVESTOR.value, Role.ISSUER.value, OUTSIDE)
IN_WORDS = "in_words"
"""The outcome of cases closed before there was a table of decisions: only their reason tells."""
PUBLISH = "publish"
"""The outcome of a question that is answered for everybody."""
PUBLISH_AND_AMEND = "publish_and_amend"
"""The same, where the answer is material and the issuer is told to amend its document."""
PUBLISHED = [PUBLISH, PUBLISH_AND_AMEND]
REMINDERS = ("case_near", "case_overdue")


class CaseQuestion(SealedModel):
    """A question that was put to somebody. Until it is answered the clock of the case stands."""

    guards: ClassVar[tuple[str, ...]] = ("casework_written_once", "casework_into_open_case")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    text = SealedTextField()
    asked_of = models.CharField(max_length=16)
    """``investor``, ``issuer`` or ``outside``."""
    asked_of_id = models.UUIDField(null=True)
    """The person or the issuer."""
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    answer = SealedTextField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by_role = models.CharField(max_length=16, blank=True, default="")
    answered_by = models.UUIDField(null=True)

    class Meta:
        ordering = ("asked_at", "pk")
        indexes = [
            models.Index(
                fields=["asked_of_id"],
                condition=Q(answered_at=None),
                name="casework_question_waits",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_of=OUTSIDE, asked_of_id=None)
                | Q(asked_of__in=ASKED[:2], asked_of_id__isnull=False),
                name="casework_question_asked_of",
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_at=None, answered_by=None)
                | Q(
                    answer__isnull=False,
                    answered_at__gte=F("asked_at"),
                    answered_by__isnull=False,
                ),
                name="casework_question_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class CaseEvidence(SealedModel):
    """An item of evidence: its sealed bytes, or where it is kept; its digest in both cases."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("casework_into_open_case",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=16)
    """A code of ``compliance.casework.kinds.EVIDENCE``."""
    name = SealedTextField()
    content = SealedBytesField(null=True)
    reference = SealedTextField(null=True)
    """Where it is kept, when its bytes are not here."""
    digest = models.CharField(max_length=64)
    """SHA-256 of its bytes, in hexadecimal."""
    added_at = models.DateTimeField()
    added_by_role = models.CharField(max_length=16)
    added_by = models.UUIDField()

    class Meta:
        ordering = ("added_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[word.code for word in EVIDENCE]),
                name="casework_evidence_kind",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=False, reference__isnull=True)
                | Q(content__isnull=True, reference__isnull=False),
                name="casework_evidence_here_or_there",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"\A[0-9a-f]{64}\Z"), name="casework_evidence_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class CaseNote(SealedModel):
    """What somebody at the desk wrote down."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("casework_into_open_case",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = SealedTextField()
    at = models.DateTimeField()
    by_role = models.CharField(max_length=16)
    by = models.UUIDField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"note {self.pk}"


class CaseAssignment(SealedModel):
    """A hand-over: who has the case in hand from now on, and why."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("casework_into_open_case",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    to = models.UUIDField(null=True)
    """The officer; None puts it back into the queue."""
    reason = SealedTextField(blank=True, default="")
    at = models.DateTimeField()
    by = models.UUIDField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class CaseReminder(models.Model):
    """That the last day of a case came near, or passed: once each.

    A last day that a question moved is another day, and is reminded of anew.
    """

    append_only: ClassVar[bool] = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=16)
    due_on = models.DateField()
    legal_at = models.DateTimeField()
    ran_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "due_on"], name="casework_reminder_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=REMINDERS), name="casework_reminder_kind"),
            models.CheckConstraint(
                condition=Q(ran_at__gte=F("legal_at")), name="casework_reminder_never_early"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


def _allowed() -> Q:
    found = Q(outcome=IN_WORDS)
    for kind, outcome in allowed_pairs():
        found |= Q(kind=kind, outcome=outcome)
    return found


class CaseDecision(SealedModel):
    """How a case was decided, with its reason: one for each case, for good."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("casework_into_open_case", "casework_decided_together")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=24)
    """That of the case, so that the database knows what may be decided."""
    outcome = models.CharField(max_length=24)
    reason = SealedTextField()
    answer = SealedTextField(null=True)
    """What whoever opened the case is told."""
    question = SealedTextField(null=True)
    """The question in neutral words, where the answer is published for everybody."""
    published_for = models.UUIDField(null=True)
    """The offering on whose page question and answer stand, where they are for everybody."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    """The officer; None for the system, which could close cases before decisions were kept."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_allowed(), name="casework_decision_allowed"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=PUBLISHED,
                    published_for__isnull=False,
                    question__isnull=False,
                    answer__isnull=False,
                )
                | Q(~Q(outcome__in=PUBLISHED), published_for=None, question__isnull=True),
                name="casework_published_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["published_for"],
                condition=Q(published_for__isnull=False),
                name="casework_published",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of {self.case_id}"
