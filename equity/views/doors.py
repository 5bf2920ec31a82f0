"""Which doors a page stands behind: the offering must be public, and the entry notice accepted."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from compliance.web import clock
from compliance.web.language import current
from equity.models import Offering, Portal
from equity.selectors import offerings
from equity.selectors.clock import portal_day
from investors import services as investors
from investors.actors import person_of
from investors.selectors import entry_acknowledged

Given = ParamSpec("Given")

_SESSION = "entry_notices"


def public_offering(offering_id: UUID) -> Offering:
    """An offering that anybody may see; Http404 for any other, and for one that never was."""
    return get_object_or_404(offerings.public(), pk=offering_id)


def acknowledge(request: HttpRequest, portal: Portal, at: datetime) -> None:
    """Keep that the visitor acknowledged the notice: in the session, and for a person for good."""
    seen = dict(request.session.get(_SESSION, {}))
    seen[_key(portal)] = [at.isoformat(), current()]
    request.session[_SESSION] = seen
    _keep(request, portal)


def acknowledged(request: HttpRequest, portal: Portal) -> bool:
    """Whether the notice was acknowledged by this person, or in this session.

    What a visitor acknowledged before signing in is kept for the person, at its own instant.
    """
    person = person_of(request.user)
    if person is not None and entry_acknowledged(person, portal.pk, portal.kind):
        return True
    if _key(portal) not in request.session.get(_SESSION, {}):
        return False
    _keep(request, portal)
    return True


def _keep(request: HttpRequest, portal: Portal) -> None:
    person = person_of(request.user)
    if person is None:
        return
    when, language = request.session[_SESSION][_key(portal)]
    at = datetime.fromisoformat(when)
    investors.acknowledge_entry(
        person=person,
        portal_id=portal.pk,
        portal_kind=portal.kind,
        language=language,
        on=portal_day(portal, at),
        at=at,
    )


def _key(portal: Portal) -> str:
    """A portal that changes its kind has another notice."""
    return f"{portal.pk}:{portal.kind}"


def behind_notice(
    view: Callable[Concatenate[HttpRequest, Offering, Given], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the offering, once the entry notice of its portal is acknowledged."""

    @wraps(view)
    def guarded(
        request: HttpRequest, offering_id: UUID, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponse:
        offering = public_offering(offering_id)
        if not acknowledged(request, offering.portal):
            door = reverse("equity:entry", args=[offering.pk])
            return redirect(f"{door}?{urlencode({'next': request.path})}")
        return view(request, offering, *args, **kwargs)

    return guarded


def today(offering: Offering) -> date:
    """The portal's day, by the clock at the edge."""
    return portal_day(offering.portal, clock.now())
