"""Work that waits for a person: a late notice of withdrawal, a complaint."""

from django.db import models
from django.db.models import Q

from compliance.accounts.roles import Role
from compliance.vault.fields import SealedTextField
from compliance.vault.models import SealedModel


class Case(SealedModel):
    """One matter that no service could settle by itself, until somebody closes it."""

    class Kind(models.TextChoices):
        LATE_WITHDRAWAL = "late_withdrawal"
        COMPLAINT = "complaint"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    kind = models.CharField(max_length=24, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    subject_type = models.CharField(max_length=80)
    """`app.model` of what the case is about."""
    subject_id = models.UUIDField()
    note = SealedTextField(blank=True, default="")
    """What happened, in the words of whoever opened it."""
    due_on = models.DateField(null=True)
    """The day by which it must be settled, where a rule gives one."""
    opened_at = models.DateTimeField()
    opened_by_role = models.CharField(max_length=16)
    opened_by = models.UUIDField(null=True)
    """The id of the actor; None for the system."""
    outcome = SealedTextField(null=True)
    """How it was settled, in words; None while open."""
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_on"], name="casework_case_waiting"),
            models.Index(fields=["subject_type", "subject_id"], name="casework_case_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["late_withdrawal", "complaint", "other"]),
                name="casework_case_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="casework_case_state",
            ),
            models.CheckConstraint(
                condition=Q(opened_by_role__in=[role.value for role in Role]),
                name="casework_case_role",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk} ({self.kind}, {self.state})"
