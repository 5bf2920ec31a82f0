"""Portals, issuers and persons."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.casework.selectors import cases_about
from compliance.desk import selectors
from compliance.desk.drawings import room_picture
from compliance.desk.forms import (
    IdentifyForm,
    RelateForm,
    SearchForm,
    Standings,
)
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.rules.kernel.findings import not_met
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from equity import moves
from equity.models import Issuer, Offering, Portal
from equity.particulars import principal_incomplete
from equity.selectors import groups
from equity.selectors.clock import day_of_portals
from equity.selectors.own import looked_at_only
from equity.services import issuers as issuer_services
from equity.services import portals as portal_services
from investors import services as investor_services
from investors.models import Advice, Person
from investors.selectors import age_on, missing_particulars


@looking()
def portals(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The funding portals."""
    return show(request, "portals.html", desk, {"portals": Portal.objects.order_by("name")})


@acting()
def authorisations(request: HttpRequest, desk: Desk, portal_id: UUID) -> HttpResponse:
    """Replace where the portal is authorised; what was in force ends and is kept."""
    row = get_object_or_404(Portal, pk=portal_id)
    held = {each.jurisdiction: each for each in row.authorisations.filter(ended_at=None)}
    names = ("registered", "f3_delivered", "f4_delivered", "confirmed")
    initial = [
        {"code": code, **{name: getattr(held.get(code), name, None) for name in names}}
        for code in sorted(PROVINCES)
    ]
    posted = request.POST if request.method == "POST" else None
    rows = Standings(posted, prefix="place", initial=initial)
    context: dict[str, Any] = {"portal": row, "rows": rows}
    if posted is None:
        return show(request, "authorisations.html", desk, context)
    if not rows.is_valid():
        return show(request, "authorisations.html", desk, context, status=422)
    found = {form.cleaned_data["code"]: form.standing() for form in rows}
    outcome = act(
        lambda: portal_services.set_authorisations(
            actor=desk.actor,
            portal_id=row.pk,
            standings=[each for each in found.values() if each is not None],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "authorisations.html", desk, context, status=422)
    return done(
        request, reverse("desk:portal", args=(row.pk,)), _("The authorisations are recorded.")
    )


@looking()
def issuers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The issuers, by name."""
    return show(request, "issuers.html", desk, {"issuers": Issuer.objects.order_by("name")[:500]})


@looking()
def issuer(request: HttpRequest, desk: Desk, issuer_id: UUID) -> HttpResponse:
    """An issuer: its principals, its group, its offerings."""
    row = get_object_or_404(Issuer, pk=issuer_id)
    room, returns = room_picture(row.pk, day_of_portals(clock.now()))
    context = {**_about(row), "room": room, "returns": returns}
    return show(request, "issuer.html", desk, context)


def _about(row: Issuer) -> dict[str, Any]:
    edges = groups.component_edges(row.pk)
    names = {str(each.pk): each for each in groups.issuers_reached(row.pk)}
    return {
        "issuer": row,
        "principals": [(each, principal_incomplete(each)) for each in row.principals.all()],
        "earlier": row.earlier.order_by("-closed_on"),
        "edges": [(edge, names.get(edge.one), names.get(edge.other)) for edge in edges],
        "offerings": row.offerings.select_related("portal", "in_force", "working"),
    }


@acting()
def relate(request: HttpRequest, desk: Desk, issuer_id: UUID) -> HttpResponse:
    """Add a link of the issuer group; every offering under way that it reaches is judged again."""
    row, at = get_object_or_404(Issuer, pk=issuer_id), clock.now()
    others = [
        (str(each.pk), each.name) for each in Issuer.objects.exclude(pk=row.pk).order_by("name")
    ]
    posted = request.POST if request.method == "POST" else None
    form = RelateForm(posted, others=others)
    context: dict[str, Any] = {**_about(row), "form": form}
    if posted is None:
        return show(request, "relate.html", desk, context)
    if not form.is_valid():
        return show(request, "relate.html", desk, context, status=422)
    given = form.cleaned_data
    portal_id = (
        Offering.objects.filter(issuer=row).values_list("portal_id", flat=True).first()
        or Portal.objects.values_list("pk", flat=True).first()
    )
    outcome = act(
        lambda: issuer_services.relate(
            actor=desk.actor,
            issuer_id=row.pk,
            other_id=UUID(given["to"]),
            kind=given["kind"],
            since=given["since"],
            until=given["until"],
            portal_id=portal_id,
            at=at,
            key=sent(request),
        )
    )
    if outcome.refused:
        return show(
            request, "relate.html", desk, {**context, "reasons": outcome.reasons}, status=422
        )
    assert outcome.answer is not None
    unmet = not_met(outcome.answer.findings)
    said = _("The link is recorded. Every offering under way that it reaches was judged again.")
    if unmet:
        titles = "; ".join(dict.fromkeys(each.message(current()) for each in unmet))
        said = f"{said} {titles}"
    return done(request, reverse("desk:issuer", args=(row.pk,)), said)


@looking("GET", "HEAD", "POST")
def persons(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Find a person by their exact e-mail; by POST, so that no address stands in a log."""
    posted = request.POST if request.method == "POST" else None
    form = SearchForm(posted)
    context: dict[str, Any] = {"form": form, "asked": False}
    if posted is None:
        return show(request, "persons.html", desk, context)
    if not form.is_valid():
        return show(request, "persons.html", desk, context, status=422)
    found = selectors.persons_at(form.cleaned_data["email"])
    return show(request, "persons.html", desk, {**context, "found": found, "asked": True})


@looking()
def person(request: HttpRequest, desk: Desk, person_id: UUID) -> HttpResponse:
    """A person: particulars, verifications of identity, subscriptions, advice."""
    return show(request, "person.html", desk, _person(person_id))


def _day_there(person: Person, at: datetime) -> date:
    """The day it is where a person lives; at the portals outside Canada."""
    if person.province in PROVINCES:
        return local_date(at, zone_of(person.province))
    return day_of_portals(at)


def _person(person_id: UUID) -> dict[str, Any]:
    row, at = get_object_or_404(Person, pk=person_id), clock.now()
    return {
        "person": row,
        "cases": cases_about(("investors.person", row.pk)),
        "age": age_on(row, _day_there(row, at)),
        "missing": missing_particulars(row),
        "identifications": row.identifications.order_by("-verified_at"),
        "advice": Advice.objects.filter(person=row).order_by("-pk")[:50],
        "subscriptions": row.subscriptions.select_related(
            "offering__issuer", "offering__portal"
        ).order_by("-agreed_at")[:100],
        "looked": looked_at_only(row)[:20],
        "open_offerings": Offering.objects.filter(state=moves.OPEN)
        .select_related("issuer")
        .order_by("issuer__name", "pk")[:20],
    }


@acting()
def identify(request: HttpRequest, desk: Desk, person_id: UUID) -> HttpResponse:
    """Record that a person's identity was verified."""
    context, at = _person(person_id), clock.now()
    posted = request.POST if request.method == "POST" else None
    form = IdentifyForm(posted)
    if posted is None:
        return show(request, "identify.html", desk, {**context, "form": form})
    today = day_of_portals(at)
    if form.is_valid() and (form.cleaned_data["expires_on"] or today) < today:
        form.add_error("expires_on", _("This day has passed."))
    if not form.is_valid():
        return show(request, "identify.html", desk, {**context, "form": form}, status=422)
    outcome = act(
        lambda: investor_services.identify(
            actor=desk.actor,
            person=context["person"],
            method=form.cleaned_data["method"],
            expires_on=form.cleaned_data["expires_on"],
            at=at,
            key=sent(request),
        )
    )
    if outcome.refused:
        context |= {"form": form, "reasons": outcome.reasons}
        return show(request, "identify.html", desk, context, status=422)
    return done(
        request, reverse("desk:person", args=(person_id,)), _("The verification is recorded.")
    )
