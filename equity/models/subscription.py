"""Subscriptions and the rights of withdrawal they carry."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField

from equity import moves
from equity.models.offering import Offering, Version
from equity.transitions import moving
from investors.models import Advice, Person, RiskAcknowledgement

_MOVES = moves.SUBSCRIPTION_MOVES


class Subscription(models.Model):
    """One agreement of a person to buy securities of one offering.

    ``province`` is the residence at the agreement. ``right_ends_on`` is the last counted day of the
    current right, ``right_ends_at`` the first instant that is too late.
    """

    guards: ClassVar[tuple[str, ...]] = (
        "equity_a_legal_move",
        "equity_b_take_room",
        "equity_b_keep_agreement",
        "equity_closed_together",
        "equity_money_follows_state",
        "equity_never_deleted",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="subscriptions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subscriptions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="subscriptions")
    acknowledgement = models.OneToOneField(
        RiskAcknowledgement, on_delete=models.PROTECT, related_name="subscription"
    )
    advice = models.ForeignKey(
        Advice, on_delete=models.PROTECT, null=True, related_name="subscriptions"
    )
    state = FSMField(default=moves.AGREED, protected=True)
    units = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    paid = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal("0.00"))
    province = models.CharField(max_length=2)
    insider = models.BooleanField()
    agreed_at = models.DateTimeField()
    agreed_on = models.DateField()
    """The portal's day of the agreement."""
    order = models.PositiveIntegerField(default=0)
    """Order of agreement inside the offering; given by the database."""
    right_ends_on = models.DateField()
    right_ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="subscription_state_known", condition=Q(state__in=moves.SUBSCRIPTION_STATES)
            ),
            models.CheckConstraint(name="subscription_units_positive", condition=Q(units__gt=0)),
            models.CheckConstraint(name="subscription_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="subscription_never_overpaid", condition=Q(paid__gte=0, paid__lte=F("amount"))
            ),
            models.UniqueConstraint(fields=["offering", "order"], name="subscription_order_once"),
        )
        indexes = (
            models.Index(fields=["offering", "state", "right_ends_at"]),
            models.Index(fields=["state", "right_ends_at"]),
            models.Index(fields=["person", "offering"]),
            # What is binding in each offering of a list is summed without opening a row.
            models.Index(
                fields=["offering"],
                include=["amount"],
                condition=Q(state=moves.BINDING),
                name="subscription_binding",
            ),
        )

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return self.amount - self.paid

    @moving(_MOVES["withdraw"])
    def withdraw(self) -> None:
        """The purchaser changes their mind in time."""

    @moving(_MOVES["record_withdrawal"])
    def withdraw_by_letter(self) -> None:
        """A notice sent in time is recorded, also when the right has ended since (W-20)."""

    @moving(_MOVES["bind"])
    def bind(self) -> None:
        """The right of withdrawal ended unused."""

    @moving(_MOVES["reopen"])
    def reopen(self) -> None:
        """An amendment was notified; the right starts again (W-11)."""

    @moving(_MOVES["complete"])
    def complete(self) -> None:
        """The securities are issued."""

    @moving(_MOVES["lapse"])
    def lapse(self) -> None:
        """It was not paid in full at the closing (W-17)."""

    @moving(_MOVES["release"])
    def release(self) -> None:
        """The offering failed or was cancelled; the money goes back."""


class WithdrawalRight(models.Model):
    """A right of withdrawal as it was counted: its rule, its inputs, its days and its instant.

    A deadline is stored once and never counted again silently, even when the calendar changes.
    """

    append_only: ClassVar[bool] = True

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="rights")
    rule = models.CharField(max_length=10)
    from_at = models.DateTimeField()
    inputs = models.JSONField()
    counted = models.JSONField()
    skipped = models.JSONField()
    ends_on = models.DateField()
    ends_at = models.DateTimeField()
