"""What is due in a month: duties, refunds, last days of offerings, cases, by day."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.casework.kinds import KINDS
from compliance.casework.models import Case
from compliance.casework.selectors import UNDECIDED
from compliance.desk.case_selectors import links
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.duties import DUTIES, REFUND
from compliance.rules.ni45_110.withdrawal import ninetieth_day
from compliance.web.language import current
from equity import moves
from equity.models import Duty, Offering

MOST = 300
"""How many things of one sort a month shows at most; the register has them all."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due on a day."""

    day: date
    what: str
    about: str
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Square:
    """A day of the month's page. A day of the month before or after is shown empty."""

    day: date
    inside: bool
    today: bool
    dues: tuple[Due, ...]


def weeks(year: int, month: int, today: date, dues: Iterable[Due]) -> list[list[Square]]:
    """The weeks of a month, each from Sunday to Saturday as calendars here are printed."""
    by_day: dict[date, list[Due]] = {}
    for due in dues:
        by_day.setdefault(due.day, []).append(due)
    return [
        [
            Square(
                day,
                inside=day.month == month,
                today=day == today,
                dues=tuple(by_day.get(day, ())) if day.month == month else (),
            )
            for day in week
        ]
        for week in Calendar(firstweekday=6).monthdatescalendar(year, month)
    ]


def due_between(first: date, last: date) -> list[Due]:
    """Everything due from one day to another, both among them, by day; a fixed number of questions.

    Refunds of one offering on one day are one line.
    """
    found = [*_duties(first, last), *_refunds(first, last), *_last_days(first, last)]
    found += _cases(first, last)
    return sorted(found, key=lambda due: (due.day, due.what, due.about))


def _duties(first: date, last: date) -> list[Due]:
    rows = Duty.objects.filter(due_on__range=(first, last)).exclude(code=REFUND)
    around = rows.select_related("offering__issuer", "portal").order_by("due_on", "pk")[:MOST]
    return [_duty(row) for row in around]


def _duty(row: Duty) -> Due:
    kind, place = DUTIES.get(row.code), PROVINCES.get(row.jurisdiction)
    what = row.code if kind is None else kind.title(current())
    if place is not None:
        what = f"{what} ({getattr(place, current())})"
    if row.offering is not None:
        about, url = row.offering.issuer.name, reverse("desk:duties", args=(row.offering.pk,))
    else:
        assert row.portal is not None
        about, url = row.portal.name, reverse("desk:portal", args=(row.portal.pk,)) + "#f5"
    return Due(row.due_on, what, about, url, done=row.done_at is not None)


def _refunds(first: date, last: date) -> list[Due]:
    rows = (
        Duty.objects.filter(due_on__range=(first, last), code=REFUND, done_at=None)
        .order_by("due_on", "offering")
        .values_list("due_on", "offering", "offering__issuer__name")
        .annotate(n=Count("pk"))[:MOST]
    )
    return [
        Due(
            day,
            ngettext("Pay back %(n)s refund", "Pay back %(n)s refunds", n) % {"n": n},
            name,
            reverse("desk:refunds", args=(offering,)),
            done=False,
        )
        for day, offering, name, n in rows
    ]


def _last_days(first: date, last: date) -> list[Due]:
    """The last day of each offering that goes on, and the 90th day of its document (W-9)."""
    rows = Offering.objects.filter(state__in=moves.OPENED).select_related("issuer")
    found = []
    for row in rows.order_by("last_day", "pk")[: MOST * 10]:
        url = reverse("desk:dossier", args=(row.pk,))
        days = [(row.last_day, _("Last day of the offering"))]
        if row.first_available is not None:
            days.append((ninetieth_day(row.first_available), _("90th day: the latest closing")))
        found += [
            Due(day, what, row.issuer.name, url, done=False)
            for day, what in days
            if day is not None and first <= day <= last
        ]
    return found


def _cases(first: date, last: date) -> list[Due]:
    rows = list(Case.objects.filter(UNDECIDED, due_on__range=(first, last)).order_by("pk")[:MOST])
    named = links((row.subject_type, row.subject_id) for row in rows)
    found = []
    for row in rows:
        about = named.get((row.subject_type, row.subject_id))
        assert row.due_on is not None
        found.append(
            Due(
                row.due_on,
                KINDS[row.kind].say(current()),
                "—" if about is None else about.name,
                reverse("desk:case", args=(row.pk,)),
                done=False,
            )
        )
    return found
