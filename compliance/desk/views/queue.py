"""What waits, as one list with its filters in the address; and the list of all offerings."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.desk import waiting
from compliance.desk.views.common import Desk, looking, show
from compliance.desk.waiting import Asked, Tally
from compliance.desk.waiting_told import told
from compliance.web import clock
from equity import moves
from equity.models import Offering, Portal

A_PAGE = 25
_LONGEST = 100
_WHOSE = ((None, _("Anybody")), (waiting.MINE, _("Me")), (waiting.FREE, _("Nobody")))


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter as a link: its words, how many it would show, its address, whether it is on."""

    words: str | Promise
    count: int
    url: str
    on: bool


@looking()
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything that waits, by due day; each row leads to where it is dealt with."""
    portals = {row.pk: row for row in Portal.objects.order_by("name")}
    asked = _asked(request, portals)
    sitting = waiting.desk_at(portals.values(), desk.actor.id, clock.now())
    tally = waiting.tally(sitting)
    pages = Paginator(range(tally.of(asked)), A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    first = (page.number - 1) * A_PAGE
    waits = waiting.page_of(asked, sitting, first, first + A_PAGE) if pages.count else []
    context = {
        "rows": told(waits, sitting, portals, acts=desk.officer),
        "page": page,
        "query": _address(asked),
        "asked": asked,
        "filtered": asked != Asked(),
        "all": tally.of(Asked()),
        "kinds": _kinds(asked, tally),
        "others": _others(asked, tally, portals),
    }
    return show(request, "queue.html", desk, context)


def _asked(request: HttpRequest, portals: dict[UUID, Portal]) -> Asked:
    """What the address asks for; what it does not say, or says wrongly, filters nothing."""
    kind, whose = request.GET.get("kind"), request.GET.get("whose")
    try:
        portal = UUID(request.GET.get("portal", ""))
    except ValueError:
        portal = None
    return Asked(
        kind=kind if kind in waiting.KINDS else None,
        whose=whose if whose in (waiting.MINE, waiting.FREE) else None,
        late=request.GET.get("late") == "1",
        portal=portal if portal in portals else None,
    )


def _address(asked: Asked) -> str:
    """The filters as they stand in the address."""
    said = {
        "kind": asked.kind,
        "whose": asked.whose,
        "late": "1" if asked.late else None,
        "portal": asked.portal,
    }
    return urlencode({name: value for name, value in said.items() if value is not None})


def _choice(words: str | Promise, asked: Asked, now: Asked, tally: Tally) -> Choice:
    return Choice(words, tally.of(asked), f"?{_address(asked)}", asked == now)


def _kinds(now: Asked, tally: Tally) -> list[Choice]:
    """The filters by kind: everything, then each kind that there is anything of."""
    every = _choice(_("Everything"), replace(now, kind=None), now, tally)
    some = (
        _choice(words, replace(now, kind=code), now, tally) for code, words in waiting.KINDS.items()
    )
    return [every, *(one for one in some if one.count or one.on)]


def _others(
    now: Asked, tally: Tally, portals: dict[UUID, Portal]
) -> list[tuple[str | Promise, list[Choice]]]:
    """The other filters, each with its title."""
    whose = [_choice(words, replace(now, whose=code), now, tally) for code, words in _WHOSE]
    days: list[tuple[bool, Any]] = [(False, _("Any day")), (True, _("Overdue"))]
    late = [_choice(words, replace(now, late=code), now, tally) for code, words in days]
    found: list[tuple[str | Promise, list[Choice]]] = [
        (_("In whose hands"), whose),
        (_("Due day"), late),
    ]
    if len(portals) > 1:
        every = _choice(_("Every portal"), replace(now, portal=None), now, tally)
        each = [
            _choice(row.name, replace(now, portal=pk), now, tally) for pk, row in portals.items()
        ]
        found.append((_("Portal"), [every, *each]))
    return found


@looking()
def offerings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every offering, the latest first; by the issuer's name and by state where asked."""
    text = request.GET.get("q", "").strip()[:_LONGEST]
    state = request.GET.get("state", "")
    state = state if state in moves.OFFERING_STATES else ""
    page = Paginator(_offerings(text, state), A_PAGE).get_page(request.GET.get("page"))
    said = {"q": text, "state": state}
    context = {
        "page": page,
        "text": text,
        "state": state,
        "states": moves.OFFERING_STATES,
        "query": urlencode({name: value for name, value in said.items() if value}),
    }
    return show(request, "offerings.html", desk, context)


def _offerings(text: str, state: str) -> QuerySet[Offering]:
    rows = Offering.objects.select_related("issuer", "portal", "in_force", "working")
    if text:
        rows = rows.filter(issuer__name__icontains=text)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-created_at", "pk")
