"""Changes in what a portal told its regulators, and that each of them was told."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedTextField
from compliance.vault.models import SealedModel
from equity.models.portal import Portal
from equity.models.proof import ProofFile


class PortalChange(SealedModel):
    """Something in Form 45-110F3 or F4 that is no longer as it was delivered."""

    append_only: ClassVar[bool] = True

    class Form(models.TextChoices):
        """The form whose information changed."""

        F3 = "f3"
        F4 = "f4"

    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="changes")
    form = models.CharField(max_length=2, choices=Form.choices)
    what = SealedTextField()
    """In words; Form 45-110F4 is about one person."""
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="portal_change_of_a_known_form", condition=Q(form__in=["f3", "f4"])
            ),
        )


class ChangeNotice(models.Model):
    """That the regulator of one jurisdiction was told of a change, with the proof."""

    append_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(PortalChange, on_delete=models.PROTECT, related_name="notices")
    jurisdiction = models.CharField(max_length=2)
    notified_on = models.DateField()
    reference = models.CharField(max_length=200, blank=True, default="")
    file = models.ForeignKey(ProofFile, on_delete=models.PROTECT, null=True, related_name="notices")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["change", "jurisdiction"], name="change_notified_once"),
            models.CheckConstraint(
                name="change_notified_with_proof",
                condition=Q(reference__regex=r"\S") | Q(file__isnull=False),
            ),
        )
