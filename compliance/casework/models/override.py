"""A hold that two officers overrode: the reason that one gave, and that another approved it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from compliance.approvals.models import Consumption
from compliance.casework.models.case import Case
from compliance.vault.fields import SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel


class OverrideReason(SealedModel):
    """Why an officer asks that the flags of a case hold nothing back any more; it lifts nothing.

    ``reason_index`` is a digest of the words under the index key: the approval binds it, so the
    second officer approves these words and no others.
    """

    append_only: ClassVar[bool] = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="override_reasons")
    reason = SealedTextField()
    reason_index = BlindIndexField(source="reason", purpose="casework.override")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()

    def __str__(self) -> str:
        return f"reason to override {self.case_id}"


class Override(models.Model):
    """That two officers overrode holding flags of a case, which name it (``CaseFlag.override``).

    The flags are not cleared: what they suspect stays, they hold nothing back any more.
    """

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("casework_override_as_agreed",)

    reason = models.OneToOneField(
        OverrideReason, on_delete=models.PROTECT, related_name="overridden"
    )
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    at = models.DateTimeField()
    consumption = models.OneToOneField(
        Consumption, on_delete=models.PROTECT, related_name="override"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="override_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.pk}"
