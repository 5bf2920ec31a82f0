"""Closings: what was asked, what was approved, and the securities that were issued."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from equity.models.issuer import Issuer
from equity.models.offering import Offering
from equity.models.subscription import Subscription
from investors.models import Person


class ClosingRequest(models.Model):
    """A closing as an officer asked for it. ``figures`` is what the second officer approves:
    each subscription that completes with its amount, and the concurrent money.

    Nothing of it ever changes but that it is superseded, once (``migrations/sql/closing.sql``).
    """

    kept_by_database: ClassVar[tuple[str, ...]] = (
        "id",
        "offering",
        "asked_by",
        "asked_at",
        "figures",
        "digest",
    )
    guards: ClassVar[tuple[str, ...]] = ("equity_keep_request",)

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="requests")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    superseded = models.BooleanField(default=False)
    """A later request, an amendment or the end of the offering took its place."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(superseded=False),
                name="one_standing_closing_request",
            ),
        )


class Closing(models.Model):
    """The closing of a distribution; there is one (W-15), by two people."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = (
        "equity_a_standing_request",
        "equity_b_not_granted_lately",
        "equity_closed_as_asked",
        "equity_count_ceilings_again",
    )

    offering = models.OneToOneField(Offering, on_delete=models.PROTECT, related_name="closing")
    request = models.OneToOneField(ClosingRequest, on_delete=models.PROTECT)
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    closed_at = models.DateTimeField()
    closed_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="closing_by_two_people", condition=~Q(asked_by=F("approved_by"))
            ),
            models.CheckConstraint(name="closing_amount_positive", condition=Q(amount__gt=0)),
        )


class Holding(models.Model):
    """A row of the register of holders, made at the closing."""

    append_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="holdings")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    subscription = models.OneToOneField(
        Subscription, on_delete=models.PROTECT, related_name="holding"
    )
    security_kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    """The number of the certificate or of the register's row, from 1 in each offering."""
    units = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    issued_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["offering", "number"], name="holding_number_once"),
        )
        ordering = ("number",)
