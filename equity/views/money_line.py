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
from equity.models import Duty, Subscription

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
        return _("%(amount)s was paid back to you, without deduction, on %(when)s.") % (
            values | {"when": when}
        )
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
    """The story of a subscription: (when, what, note, whether it is past), in its order."""
    where = zone_code(subscription)
    told: list[Event] = [(instant(subscription.agreed_at, where), _("Agreed"), "", True)]
    if subscription.state in (*moves.LIVE, moves.COMPLETED, moves.LAPSED):
        told.append(_right(subscription, at))
    if subscription.state in moves.LIVE:
        last = _last_closing_day(subscription)
        told.append(
            (
                _("by %(day)s at the latest") % {"day": _day(last)},
                _("Closing, or your money back"),
                "",
                False,
            )
        )
    if subscription.ended_at is not None:
        told.append((instant(subscription.ended_at, where), _ending(subscription.state), "", True))
    refund = refund_of(subscription)
    if refund is not None:
        told.append(_refund(refund, where))
    return told


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
