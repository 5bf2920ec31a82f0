"""Entries of the trust ledger: each balanced, none ever changed. Money only moves forward, but for
a payment that never was one."""

from datetime import datetime
from decimal import Decimal

from equity.models import JournalEntry, Posting, Subscription
from equity.models.ledger import Account


def post_payment(subscription: Subscription, amount: Decimal, at: datetime) -> JournalEntry:
    """Money received in trust for a live subscription."""
    return _move(
        subscription, JournalEntry.Kind.PAYMENT, Account.TRUST, Account.PURCHASERS, amount, at
    )


def post_refund_due(subscription: Subscription, amount: Decimal, at: datetime) -> JournalEntry:
    """Money held for a subscription becomes due back to its purchaser."""
    return _move(
        subscription, JournalEntry.Kind.REFUND_DUE, Account.PURCHASERS, Account.REFUNDS, amount, at
    )


def post_refund_paid(subscription: Subscription, amount: Decimal, at: datetime) -> JournalEntry:
    """A refund leaves the trust account."""
    return _move(
        subscription, JournalEntry.Kind.REFUND_PAID, Account.REFUNDS, Account.TRUST, amount, at
    )


def post_release(subscription: Subscription, amount: Decimal, at: datetime) -> JournalEntry:
    """Money of a completed subscription is released to the issuer, whole."""
    return _move(
        subscription, JournalEntry.Kind.RELEASE, Account.PURCHASERS, Account.TRUST, amount, at
    )


def post_correction(subscription: Subscription, amount: Decimal, at: datetime) -> JournalEntry:
    """A payment that was recorded in error leaves the trust account again."""
    kind = JournalEntry.Kind.CORRECTION
    return _move(subscription, kind, Account.PURCHASERS, Account.TRUST, amount, at)


def _move(
    subscription: Subscription,
    kind: str,
    debit: str,
    credit: str,
    amount: Decimal,
    at: datetime,
) -> JournalEntry:
    """Write one entry with its two legs: debit one account, credit the other."""
    if amount <= 0:
        raise ValueError(f"A movement of {amount} is not money.")
    entry = JournalEntry.objects.create(offering_id=subscription.offering_id, kind=kind, at=at)
    Posting.objects.bulk_create(
        Posting(
            entry=entry,
            offering_id=subscription.offering_id,
            subscription=subscription,
            account=account,
            amount=signed,
            correction=kind == JournalEntry.Kind.CORRECTION,
        )
        for account, signed in ((debit, amount), (credit, -amount))
    )
    return entry
