"""What must be true of an offering's money after every act."""

from decimal import Decimal

from django.db.models import Count, Sum

from equity import moves
from equity.models import Duty, JournalEntry, Offering, Posting
from equity.models.ledger import Account
from equity.selectors import money

ZERO = Decimal("0.00")
KINDS = {
    "payment": ("trust", "purchasers"),
    "refund_due": ("purchasers", "refunds"),
    "refund_paid": ("refunds", "trust"),
    "release": ("purchasers", "trust"),
    "correction": ("purchasers", "trust"),
}
"""What each entry debits and what it credits."""


def check(offering: Offering) -> None:
    """Fail unless the ledger balances and agrees with the subscriptions, row by row."""
    fresh = Offering.objects.get(pk=offering.pk)
    _entries(fresh)
    _subscriptions(fresh)
    trust, due = money.trust(fresh), money.refunds_due(fresh)
    assert trust >= 0
    assert due >= 0
    assert trust == money.paid_live(fresh) + due
    assert money.balance(fresh, Account.PURCHASERS) == money.paid_live(fresh)


def _entries(offering: Offering) -> None:
    """Each entry has two legs of one subscription that add up to zero, on the right accounts."""
    entries = JournalEntry.objects.filter(offering=offering).annotate(
        legs=Count("postings"), total=Sum("postings__amount")
    )
    for entry in entries:
        assert (entry.legs, entry.total) == (2, ZERO)
        debit, credit = entry.postings.order_by("-amount")
        assert (debit.account, credit.account) == KINDS[entry.kind]
        assert debit.subscription_id == credit.subscription_id
        assert {debit.offering_id, credit.offering_id} == {offering.pk}


def _subscriptions(offering: Offering) -> None:
    live, held = ZERO, dict[str, Decimal]()
    for row in offering.subscriptions.all():
        mine = Posting.objects.filter(subscription=row)
        held = {
            account: mine.filter(account=account).aggregate(n=Sum("amount", default=ZERO))["n"]
            for account in Account.values
        }
        assert 0 <= row.paid <= row.amount
        if row.state in moves.LIVE:
            live += row.amount
            assert held == {"trust": row.paid, "purchasers": -row.paid, "refunds": ZERO}
        elif row.state == moves.COMPLETED:
            assert row.paid == row.amount
            assert held == {"trust": ZERO, "purchasers": ZERO, "refunds": ZERO}
        else:
            owed = Duty.objects.filter(subscription=row, code="duty.refund", done_at=None)
            due = owed.aggregate(n=Sum("amount", default=ZERO))["n"]
            assert due in (ZERO, row.paid)
            assert held == {"trust": due, "purchasers": ZERO, "refunds": -due}
    assert offering.live_amount == live
