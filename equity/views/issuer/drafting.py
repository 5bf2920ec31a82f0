"""Starting the draft of an offering, and what may be changed of one now."""

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.rules.kernel.money import MoneyError, cad
from compliance.rules.kernel.zones import PROVINCES
from compliance.web import clock
from compliance.web.acting import done, sent
from equity import moves
from equity.content import Content
from equity.forms.offering import StartForm
from equity.forms.securities import KINDS
from equity.models import Offering, Portal, Version
from equity.services import filing
from equity.views.issuer.common import Acting, act, issuer_page, show
from equity.views.issuer.filling import ordered


@issuer_page("GET", "HEAD", "POST", reads="work")
def offering_new(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Start a draft with what an offering cannot be without."""
    portals = [(str(row.pk), row.name) for row in Portal.objects.order_by("name")]
    posted = request.POST if request.method == "POST" else None
    form = StartForm(posted, portals=portals, initial=_carried(request.GET, portals))
    if posted is None:
        return show(request, "start.html", acting, {"form": form, "portals": portals})
    if not form.is_valid():
        return show(request, "start.html", acting, {"form": form, "portals": portals}, status=422)
    given = form.cleaned_data
    content = Content(
        security_kind=given["kind"],
        price=given["price"],
        minimum=given["minimum"],
        maximum=given["maximum"],
        days=given["days"],
        jurisdictions=tuple(given["jurisdictions"]),
        languages=ordered(given["languages"]),
        use_of_funds=(),
    )
    outcome = act(
        lambda: filing.draft(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            portal_id=given["portal"],
            content=content,
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        context = {"form": form, "portals": portals, "reasons": outcome.reasons}
        return show(request, "start.html", acting, context, status=422)
    assert outcome.answer is not None
    return done(
        request,
        reverse("equity:issuing", args=(outcome.answer.subject.pk,)),
        _("The draft is created. Fill in each section; what is missing stays in sight."),
    )


def _carried(asked: QueryDict, portals: list[tuple[str, str]]) -> dict[str, Any]:
    """The answers of a first check that came along in the address; what is no answer is left."""
    found: dict[str, Any] = {"languages": ordered(asked.getlist("languages")) or ("fr",)}
    found["jurisdictions"] = [code for code in asked.getlist("jurisdictions") if code in PROVINCES]
    if asked.get("kind") in KINDS:
        found["kind"] = asked["kind"]
    if asked.get("portal") in dict(portals):
        found["portal"] = asked["portal"]
    with suppress(MoneyError):
        found["maximum"] = cad(asked.get("maximum", ""))
    return found


def editable(offering: Offering) -> bool:
    """Whether the issuer may change the content now: in preparation, or in an amendment."""
    return offering.state in moves.OFFERING_MOVES["edit"].sources or offering.amending


def preparing(acting: Acting) -> Version:
    """The version in preparation; Http404 when nothing may be changed now."""
    offering = acting.the_offering
    if offering.working is None or not editable(offering):
        raise Http404
    return offering.working
