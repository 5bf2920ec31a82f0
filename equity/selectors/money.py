"""Money as it stands: the trust ledger, what was paid, what is due back, concurrent money."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from compliance.rules.kernel.money import ZERO
from equity import moves
from equity.models import JournalEntry, Offering, Posting, Subscription
from equity.models.ledger import Account


def balance(offering: Offering, account: Account) -> Decimal:
    """The balance of an account of the offering: money held is positive, whatever its side."""
    total = Posting.objects.filter(offering=offering, account=account).aggregate(
        total=Sum("amount", default=ZERO)
    )["total"]
    return total if account == Account.TRUST else -total


def trust(offering: Offering) -> Decimal:
    """What was received and neither refunded nor released to the issuer."""
    return balance(offering, Account.TRUST)


def refunds_due(offering: Offering) -> Decimal:
    """What is due back to purchasers and not yet paid."""
    return balance(offering, Account.REFUNDS)


def refund_due_to(subscription: Subscription) -> Decimal:
    """What is due back for one subscription."""
    total = Posting.objects.filter(subscription=subscription, account=Account.REFUNDS).aggregate(
        total=Sum("amount", default=ZERO)
    )["total"]
    return -total


def payments_of(subscription: Subscription) -> QuerySet[Posting]:
    """The payments of a subscription that were not taken back: the leg of the trust account of
    each, oldest first."""
    return Posting.objects.filter(
        subscription=subscription,
        account=Account.TRUST,
        entry__kind=JournalEntry.Kind.PAYMENT,
        entry__corrected_by=None,
    ).order_by("entry__at", "pk")


def paid_live(offering: Offering) -> Decimal:
    """What was paid for live subscriptions, from the subscriptions themselves."""
    return offering.subscriptions.filter(state__in=moves.LIVE).aggregate(
        total=Sum("paid", default=ZERO)
    )["total"]


def concurrent_unconditional(offering: Offering) -> Decimal:
    """Unconditionally available money of concurrent distributions, as last declared (W-16)."""
    latest = offering.concurrent.order_by("-pk").first()
    return latest.amount if latest is not None and latest.unconditional else ZERO
