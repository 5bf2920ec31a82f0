"""An officer's calendar of due days, for a calendar program that cannot sign in.

The secret stands in the query of the address, which Django's own log lines leave out. Whatever is
wrong with it gets the same answer.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import is_officer, staff_user
from compliance.desk import register
from compliance.desk.views.common import Desk, acting, show
from compliance.web import clock
from compliance.web.acting import attempt, done, sent
from compliance.web.icalendar import MEDIA_TYPE, calendar
from compliance.web.language import current
from equity.models import CalendarFeed, Duty
from equity.services import calendars


@acting()
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What a calendar address is, and whether the officer has one; by POST, a new one."""
    if request.method == "POST":
        return _replaced(request, desk)
    own = CalendarFeed.objects.filter(token_digest__isnull=False)
    assert desk.actor.id is not None
    return show(request, "calendar.html", desk, {"feed": own.filter(owner=desk.actor.id).first()})


def _replaced(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The new address, shown once; the one before stops."""
    token = calendars.new_token()
    outcome = attempt(
        lambda: calendars.replace_feed(
            actor=desk.actor,
            token_digest=calendars.digest_of(token),
            language=current(),
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.answer is None:
        return show(request, "calendar.html", desk, {"reasons": outcome.reasons}, status=422)
    context: dict[str, object] = {"feed": outcome.answer.subject}
    if not outcome.answer.repeated:
        # Sent twice, the secret of the second sending was kept nowhere: it opens nothing.
        address = request.build_absolute_uri(reverse("desk:calendar_feed"))
        context["address"] = f"{address}?key={token}"
    response = show(request, "calendar.html", desk, context)
    response.headers["Cache-Control"] = "no-store"
    return response


@acting("POST")
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let the address open nothing any more."""
    try:
        outcome = attempt(
            lambda: calendars.close_feed(actor=desk.actor, at=clock.now(), key=sent(request))
        )
    except CalendarFeed.DoesNotExist:
        raise Http404 from None
    if outcome.answer is None:
        return show(request, "calendar.html", desk, {"reasons": outcome.reasons}, status=422)
    return done(request, reverse("desk:calendar"), _("The address opens nothing any more."))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The calendar of whoever holds the secret, while its owner is an officer."""
    token = request.GET.get("key", "")
    row = CalendarFeed.objects.filter(token_digest=calendars.digest_of(token)).first()
    user = None if row is None else staff_user(Actor(Role.OFFICER, row.owner))
    if row is None or user is None or not is_officer(user):
        raise Http404
    with translation.override(row.language):
        days = [register.whole_day(duty, _where(request, duty)) for duty in _duties()]
        content = calendar(_("Due days"), row.language, days)
    return HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={
            "Content-Disposition": 'inline; filename="echeances.ics"',
            "Content-Language": row.language,
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        },
    )


def _duties() -> list[Duty]:
    return list(register.in_calendar(clock.now()))


def _where(request: HttpRequest, duty: Duty) -> str:
    """The page of the desk about it, for whoever can sign in."""
    if duty.offering_id is not None:
        path = reverse("desk:duties", args=(duty.offering_id,))
    else:
        path = reverse("desk:portal", args=(duty.portal_id,))
    return request.build_absolute_uri(path)
