"""What happens to an investor's money, in one dated line, and what happened so far."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from compliance.rules.kernel.money import format_cad, format_date
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110 import duties, withdrawal
from compliance.web.language import current
from compliance.web.templatetags.web import instant
from equity import moves
from equity.models import Duty, JournalEntry, Subscription

Event = tuple[str, str, str, bool]


def _cad(amount: Decimal) -> str:
    return format_cad(amount, current())


def _day(day: date) -> str:
    return format_date(day, current())


def zone_code(subscription: Subscription) -> str:
    """Where the investor's clocks are: the province of residence, the portal's abroad."""
    place = subscription.province
    return place if place in PROVINCES else subscription.offering.portal.province


def refund_of(subscription: Subscription) -> Duty | None:
    """The duty to pay back what was paid; None where nothing was, or nothing is due."""
    rows = getattr(subscription, "refunds", None)
    found = list(subscription.duties.all()) if rows is None else rows
    return next((duty for duty in found if duty.code == duties.REFUND), None)


def money_line(subscription: Subscription, at: datetime) -> str:
    """One or two sentences: where the money is now, and what happens to it by which day."""
    if subscription.state == moves.COMPLETED:
        return _("Your %(paid)s was released to the issuer at the closing.") % {
            "paid": _cad(subscription.paid)
        }
    if subscription.state in moves.LIVE:
        return _live_line(subscription)
    refund = refund_of(subscription)
    if refund is None:
        return _("Nothing was paid, and you owe nothing.")
    values = {"amount": _cad(refund.amount), "due": _day(refund.due_on)}
    if refund.done_at is not None:
        when = instant(refund.done_at, zone_code(subscription))
        told = _("%(amount)s was paid back to you, without deduction, on %(when)s.") % (
            values | {"when": when}
        )
        # In English an hour may end with its own point: 2:00 p.m.
        return f"{told.rstrip('.')}."
    return _("%(amount)s will be paid back to you, without deduction, by %(due)s.") % values


def _live_line(subscription: Subscription) -> str:
    values = {
        "paid": _cad(subscription.paid),
        "owed": _cad(subscription.owed),
        "amount": _cad(subscription.amount),
        "where": subscription.offering.portal.trust_institution or _("a trust account"),
        "last": _day(_last_closing_day(subscription)),
    }
    if subscription.paid == 0:
        return (
            _("Nothing is paid yet: %(amount)s is owed before the closing, or it will lapse.")
            % values
        )
    held = _("%(paid)s is held in trust (%(where)s).") % values
    if subscription.owed > 0:
        held += " " + _("%(owed)s is still owed before the closing, or it will lapse.") % values
    back = _(
        "If the offering has not closed by the end of %(last)s, it is paid back, without deduction."
    )
    return f"{held} {back % values}"


def _last_closing_day(subscription: Subscription) -> date:
    first = subscription.offering.first_available
    assert first is not None
    return withdrawal.ninetieth_day(first)


def events(subscription: Subscription, at: datetime) -> list[Event]:
    """The story of a subscription: (when, what, note, whether it is past), as it happened.

    What is to come stands last. Two questions to the database: the payments, and the rights.
    """
    where = zone_code(subscription)
    past = [(subscription.agreed_at, _("Agreed"), ""), *_payments(subscription)]
    past += [
        (right.from_at, _("Document amended: your right to cancel started again"), "")
        for right in subscription.rights.order_by("from_at", "pk")[1:]
    ]
    if subscription.ended_at is not None:
        past.append((subscription.ended_at, _ending(subscription.state), ""))
    rows = [(when, (instant(when, where), what, note, True)) for when, what, note in past]
    coming: list[Event] = []
    if subscription.state in (*moves.LIVE, moves.COMPLETED, moves.LAPSED):
        right = _right(subscription, at)
        if right[3]:
            rows.append((subscription.right_ends_at, right))
        else:
            coming.append(right)
    if subscription.state in moves.LIVE:
        last = _("by %(day)s at the latest") % {"day": _day(_last_closing_day(subscription))}
        coming.append((last, _("Closing, or your money back"), "", False))
    refund = refund_of(subscription)
    if refund is not None and refund.done_at is not None:
        rows.append((refund.done_at, _refund(refund, where)))
    elif refund is not None:
        coming.append(_refund(refund, where))
    return [row for _when, row in sorted(rows, key=lambda one: one[0])] + coming


def _payments(subscription: Subscription) -> list[tuple[datetime, str, str]]:
    """What came into trust, and what was taken back because it was recorded in error."""
    legs = subscription.postings.filter(account="trust").select_related("entry")
    words = {
        JournalEntry.Kind.PAYMENT: _("Payment received: held in trust since"),
        JournalEntry.Kind.CORRECTION: _("Payment recorded in error, taken back"),
    }
    return [
        (leg.entry.at, words[JournalEntry.Kind(leg.entry.kind)], _cad(abs(leg.amount)))
        for leg in legs.filter(entry__kind__in=list(words)).order_by("entry__at", "pk")
    ]


def _right(subscription: Subscription, at: datetime) -> Event:
    over = at >= subscription.right_ends_at
    when = _("end of %(day)s (midnight)") % {"day": _day(subscription.right_ends_on)}
    return (when, _("End of your right to cancel"), "", over)


def _refund(refund: Duty, where: str) -> Event:
    amount = _cad(refund.amount)
    if refund.done_at is not None:
        return (instant(refund.done_at, where), _("Refund paid"), amount, True)
    return (
        _("by %(day)s at the latest") % {"day": _day(refund.due_on)},
        _("Refund"),
        amount,
        False,
    )


def _ending(state: str) -> str:
    return {
        moves.WITHDRAWN: _("You cancelled your subscription"),
        moves.COMPLETED: _("Closing: your securities are issued"),
        moves.LAPSED: _("Lapsed at the closing: not fully paid"),
        moves.RELEASED: _("The offering ended without a closing"),
    }.get(state, _("Ended"))
