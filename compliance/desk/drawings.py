"""What the desk draws: the room of an issuer's group over time, the subscriptions by day."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from compliance.rules.kernel.money import ZERO, format_cad, format_date
from compliance.rules.ni45_110.book import rulebook
from compliance.web.language import current
from compliance.web.pictures import Level, Picture, Point, Upright, every_day
from equity import moves
from equity.models import Offering
from equity.selectors.groups import Standing, room_over_time

_LONGEST = 400
"""Days that a picture by day shows at most; an offering lasts 90."""

Returns = tuple[date, Decimal]
"""A day, and what becomes available again on it."""


def room_picture(issuer_id: UUID, on: date) -> tuple[Picture, Returns | None]:
    """What the group of an issuer may still close, a year back and a year ahead of a day, and the
    next day on which more becomes available; None where nothing comes back."""
    standings = room_over_time(issuer_id, on)
    points = tuple(
        Point(format_date(one.on, current()), (one.room,), one.on.toordinal(), _said(one, before))
        for before, one in zip((None, *standings), standings, strict=False)
    )
    returns = _returns(standings, on)
    uprights = [Upright(_("Today"), on.toordinal())]
    if returns is not None:
        uprights.append(Upright(_("More room returns"), returns[0].toordinal()))
    cap = rulebook(on).amount("issuer_group_cap")
    picture = Picture(
        title=_("Room under the group's cap"),
        heading=_("From this day on"),
        series=(_("Room"),),
        points=points,
        levels=(Level(_("Cap"), cap),),
        uprights=tuple(uprights),
        whole=True,
    )
    return picture, returns


def _returns(standings: tuple[Standing, ...], on: date) -> Returns | None:
    """The first day after a day on which there is more room than on it, and how much more."""
    now = next(one.room for one in standings if one.on == on)
    more = ((one.on, one.room - now) for one in standings if one.on > on and one.room > now)
    return next(more, None)


def _said(one: Standing, before: Standing | None) -> str:
    """What changed on a day, in words."""
    if before is None or one.closed == before.closed:
        return ""
    amount = format_cad(abs(one.closed - before.closed), current())
    if one.closed > before.closed:
        return _("%(amount)s closed") % {"amount": amount}
    return _("%(amount)s leaves the window") % {"amount": amount}


def subscriptions_picture(offering: Offering, today: date) -> Picture:
    """The subscriptions of an offering by the day of agreement: what was agreed and still counts,
    what of it is binding now, what of it is paid now."""
    rows = (
        offering.subscriptions.filter(state__in=moves.COUNTING)
        .order_by("agreed_on")
        .values("agreed_on")
        .annotate(
            agreed=Sum("amount"),
            binding=Sum("amount", filter=Q(state__in=moves.PAST_RIGHT), default=ZERO),
            money=Sum("paid"),
        )
    )
    found = {row["agreed_on"]: (row["agreed"], row["binding"], row["money"]) for row in rows}
    points: tuple[Point, ...] = ()
    if found:
        first = min([*found, offering.first_available or min(found)])
        last = max([*found, min(today, offering.last_day or today)])
        days = every_day(first, last)[-_LONGEST:]
        nothing = (ZERO, ZERO, ZERO)
        points = tuple(
            Point(format_date(day, current()), found.get(day, nothing), day.toordinal())
            for day in days
        )
    return Picture(
        title=_("Subscriptions by day of agreement, as they stand now"),
        heading=_("Day"),
        series=(_("Subscribed"), _("Binding"), _("Paid")),
        points=points,
    )
