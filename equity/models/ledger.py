"""The trust ledger: double entry, never updated, never deleted.

Every journal entry moves money between accounts of one offering; its postings add up to zero.
Debits are positive. ``trust`` is the bank account in trust; ``purchasers`` is what is held for live
subscriptions, ``refunds`` what is due back. A release at the closing empties ``purchasers`` out of
``trust``. A correction takes back a payment that was recorded in error, as two officers agreed.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from compliance.approvals.models import Consumption
from equity.models.offering import Offering
from equity.models.subscription import Subscription


class Account(models.TextChoices):
    """The chart of accounts of an offering."""

    TRUST = "trust"
    PURCHASERS = "purchasers"
    REFUNDS = "refunds"


class JournalEntry(models.Model):
    """One movement of money, with the act that caused it."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_balanced",)

    class Kind(models.TextChoices):
        """What moved the money."""

        PAYMENT = "payment"
        REFUND_DUE = "refund_due"
        REFUND_PAID = "refund_paid"
        RELEASE = "release"
        CORRECTION = "correction"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="journal")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="journal_kind_known",
                condition=Q(
                    kind__in=["payment", "refund_due", "refund_paid", "release", "correction"]
                ),
            ),
        )


class Posting(models.Model):
    """One leg of a journal entry: an account, whose money, and the amount (debit positive)."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_balanced",)

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="postings")
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="postings")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="postings"
    )
    account = models.CharField(max_length=12, choices=Account.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    correction = models.BooleanField(default=False, db_default=False)
    """Whether it is a leg of a correction: of money that never should have been recorded."""

    class Meta:
        constraints = (
            models.CheckConstraint(name="posting_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="posting_account_known",
                condition=Q(account__in=["trust", "purchasers", "refunds"]),
            ),
            # Two sessions may each find the money still there; an index sees both.
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(account="trust", amount__lt=0, correction=False),
                name="money_leaves_trust_once",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(account="refunds", amount__lt=0),
                name="refund_is_due_once",
            ),
        )
        indexes = (models.Index(fields=["offering", "account"]),)


class Correction(models.Model):
    """That a payment was recorded in error and taken back, whole and once, by two officers."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_correction_as_agreed",)

    class Reason(models.TextChoices):
        """Why the payment never was one."""

        WRONG_SUBSCRIPTION = "wrong_subscription"
        RETURNED = "returned"
        WRONG_AMOUNT = "wrong_amount"

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="corrections"
    )
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="correction")
    reverses = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, related_name="corrected_by"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    consumption = models.OneToOneField(
        Consumption, on_delete=models.PROTECT, related_name="correction"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="correction_by_two_people", condition=~Q(asked_by=F("approved_by"))
            ),
            models.CheckConstraint(
                name="correction_reason_known",
                condition=Q(reason__in=["wrong_subscription", "returned", "wrong_amount"]),
            ),
        )
