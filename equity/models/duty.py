"""Duties with a due day, tracked until done."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q

from equity.models.offering import Offering
from equity.models.portal import Portal
from equity.models.subscription import Subscription


class Duty(models.Model):
    """Something that must be done by a day: what, for which offering or portal, and the proof."""

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

    class Meta:
        constraints = (
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
