"""That an offering was approved, for exactly the content that its issuer certified."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from compliance.approvals.models import Consumption
from equity.models.offering import Offering, Version


class OfferingApproval(models.Model):
    """The approval of an offering, by one officer or by two where its portal says so.

    It binds the digest that the issuer certified: an offering opens with that content or not.
    """

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_approval_as_agreed",)

    offering = models.OneToOneField(Offering, on_delete=models.PROTECT, related_name="approval")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    asked_by = models.UUIDField(null=True)
    """The first of two officers; None where one approves."""
    approved_by = models.UUIDField()
    approved_at = models.DateTimeField()
    consumption = models.OneToOneField(
        Consumption, on_delete=models.PROTECT, null=True, related_name="offering_approval"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="offering_approval_by_two_people",
                condition=Q(asked_by=None, consumption=None)
                | Q(consumption__isnull=False, asked_by__isnull=False)
                & ~Q(asked_by=F("approved_by")),
            ),
        )
