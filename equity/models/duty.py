"""Duties with a due day, tracked until done."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.rules.ni45_110.duties import CERTIFY_RESOURCES, DONE_BY_ACT
from equity.models.offering import Offering
from equity.models.portal import Portal
from equity.models.proof import ProofFile
from equity.models.subscription import Subscription

_SHOWN = Q(reference__regex=r"\S") | Q(file__isnull=False)
# The installation's own set-up certifies an F5; everything else is done by somebody.
_DONE = Q(done_at__isnull=False) & (Q(done_by__isnull=False) | Q(code=CERTIFY_RESOURCES))


class Duty(models.Model):
    """Something that must be done by a day: what, for which offering or portal, and the proof.

    Nothing is done without its proof, and what is done stays so (``migrations/sql/duty.sql``).
    """

    guards: ClassVar[tuple[str, ...]] = ("equity_keep_duty",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40)
    offering = models.ForeignKey(
        Offering, on_delete=models.PROTECT, null=True, related_name="duties"
    )
    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, null=True, related_name="duties")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, related_name="duties"
    )
    jurisdiction = models.CharField(max_length=2, blank=True, default="")
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    """The money to be paid back, for a refund."""
    event_on = models.DateField()
    due_on = models.DateField()
    counted = models.JSONField(default=dict)
    """How the due day was counted: rule, inputs, skipped days."""
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    reference = models.CharField(max_length=200, blank=True, default="")
    file = models.ForeignKey(ProofFile, on_delete=models.PROTECT, null=True, related_name="duties")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="duty_done_with_proof",
                condition=Q(done_at=None, done_by=None, reference="", file=None)
                | Q(_DONE, code__in=sorted(DONE_BY_ACT))
                | Q(_DONE, _SHOWN),
            ),
            models.UniqueConstraint(
                fields=["code", "offering", "portal", "subscription", "jurisdiction", "event_on"],
                name="duty_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="duty_of_offering_or_portal",
                condition=Q(offering__isnull=False, portal=None)
                | Q(offering=None, portal__isnull=False),
            ),
        )
        indexes = (models.Index(fields=["done_at", "due_on"]),)
        ordering = ("due_on", "code", "jurisdiction")
