"""What is due, month by month, as a calendar page with the same as a list under it."""

import re
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format

from compliance.desk.months import due_between, weeks
from compliance.desk.views.common import Desk, looking, show
from compliance.web import clock
from equity.selectors.clock import day_of_portals

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@looking()
def month(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The month that the address names, else that of today, at the portals."""
    today = day_of_portals(clock.now())
    named = _MONTH.fullmatch(request.GET.get("m", ""))
    year, number = (int(named[1]), int(named[2])) if named else (today.year, today.month)
    first = date(year, number, 1)
    after = (first + timedelta(days=32)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    dues = due_between(first, after - timedelta(days=1))
    sunday = date(2026, 3, 1)
    context = {
        "first": first,
        "title": date_format(first, "F Y"),
        "before": before,
        "after": after,
        "weekdays": [date_format(sunday + timedelta(days=step), "l") for step in range(7)],
        "weeks": weeks(year, number, today, dues),
        "dues": dues,
    }
    return show(request, "month.html", desk, context)
