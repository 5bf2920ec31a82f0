"""A case, and the flags that rules put on it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from compliance.accounts.roles import Role
from compliance.casework.kinds import FLAGS, KINDS, Priority
from compliance.vault.fields import SealedTextField
from compliance.vault.models import SealedModel

PRIORITIES = tuple(int(one) for one in Priority)


class Case(SealedModel):
    """One matter that waits for a person, until it is decided. It is decided once, for good.

    Moves, held by a trigger too: open to waiting while a question waits for its answer, and back;
    either of them to closed, together with its decision. What comes up afterwards is another case,
    which may follow this one.
    """

    guards: ClassVar[tuple[str, ...]] = ("casework_a_legal_move",)

    class State(models.TextChoices):
        OPEN = "open"
        WAITING = "waiting"
        CLOSED = "closed"

    kind = models.CharField(max_length=24)
    """A code of ``compliance.casework.kinds.KINDS``."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    priority = models.PositiveSmallIntegerField(default=int(Priority.NORMAL))
    """That of its kind, or of its most pressing flag."""
    subject_type = models.CharField(max_length=80)
    """`app.model` of what the case is about."""
    subject_id = models.UUIDField()
    province = models.CharField(max_length=2, default="QC")
    """The portal's, whose working days and clocks are counted by."""
    note = SealedTextField(blank=True, default="")
    """What happened, in the words of whoever opened it."""
    due_on = models.DateField(null=True)
    """The last day of its service level, or one that was given; None while a question waits."""
    due_at = models.DateTimeField(null=True)
    """The first instant that is too late."""
    near_at = models.DateTimeField(null=True)
    """When its last day is called near."""
    deadline = models.JSONField(default=dict)
    """How the last day was counted: rule, inputs, counted and skipped days."""
    assignee = models.UUIDField(null=True)
    """The officer who has it in hand; None: whoever is free."""
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    """The decided case that this one comes after."""
    opened_at = models.DateTimeField()
    opened_by_role = models.CharField(max_length=16)
    opened_by = models.UUIDField(null=True)
    """The id of the actor; None for the system."""
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_on"], name="casework_case_waiting"),
            models.Index(fields=["subject_type", "subject_id"], name="casework_case_subject"),
            models.Index(fields=["opened_by"], name="casework_case_opened_by"),
            models.Index(
                fields=["near_at"], condition=~Q(state="closed"), name="casework_case_near"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="casework_case_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "waiting"], closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="casework_case_state",
            ),
            models.CheckConstraint(
                condition=Q(opened_by_role__in=[role.value for role in Role]),
                name="casework_case_role",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=PRIORITIES), name="casework_case_priority"
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, due_at__isnull=True, near_at__isnull=True)
                | Q(due_on__isnull=False, due_at__isnull=False, near_at__lt=F("due_at")),
                name="casework_case_deadline_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk} ({self.kind}, {self.state})"


class CaseFlag(models.Model):
    """What a rule found, in codes and figures: once for each step of a matter, for ever.

    The constraint is what keeps a rule from raising the same matter twice, also after its case was
    decided. ``matter`` names what it is about, ``step`` how far it had come, so a matter that has
    grown (twice as many persons at one address, one more person with that telephone) is raised
    again, and one that has not is not.
    """

    guards: ClassVar[tuple[str, ...]] = ("casework_written_once", "casework_override_names_flag")
    fresh = False
    """Whether the act that returned this very object wrote it; not kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    matter = models.CharField(max_length=100)
    step = models.CharField(max_length=40, blank=True, default="")
    priority = models.PositiveSmallIntegerField()
    holding = models.BooleanField()
    """Whether the subject is to be held until the flag is cleared, or two officers override it."""
    finding = models.JSONField()
    """`{code, figures}`; never personal data."""
    concerns = ArrayField(models.UUIDField(), default=list)
    """The persons whom it concerns beside its subject; what is held, is held for them too."""
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.UUIDField(null=True)
    override = models.ForeignKey(
        "compliance_casework.Override", on_delete=models.PROTECT, null=True, related_name="flags"
    )
    """The override by which it holds nothing back any more, though it was not cleared."""

    class Meta:
        ordering = ("priority", "raised_at", "pk")
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id"],
                condition=Q(holding=True, cleared_at=None),
                name="casework_flag_holds",
            ),
            GinIndex(
                fields=["concerns"],
                condition=Q(holding=True, cleared_at=None),
                name="casework_flag_concerns",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "matter", "step"], name="casework_flag_once"),
            models.CheckConstraint(condition=Q(code__in=sorted(FLAGS)), name="casework_flag_code"),
            models.CheckConstraint(
                condition=Q(priority__in=PRIORITIES), name="casework_flag_priority"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_by=None)
                | Q(cleared_at__gte=F("raised_at"), cleared_by__isnull=False),
                name="casework_flag_cleared_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} on {self.subject_type} {self.subject_id}"
