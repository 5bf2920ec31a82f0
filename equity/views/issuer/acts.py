"""What an issuer does with an offering: certify, submit, open, amend, publish, withdraw."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from compliance.accounts.selectors import user_uuid
from compliance.idempotency.services import is_answered
from compliance.rules.ni45_110.items import NOT_APPLICABLE
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from documents.shelf import known
from equity import moves
from equity.forms.offering import AmendForm, CancelForm, CertifyForm, ConcurrentForm
from equity.models import Version
from equity.selectors.clock import portal_day
from equity.selectors.content import content_digest
from equity.services import amendments, filing, life
from equity.views.issuer.common import Acting, act, offering_page, show
from equity.views.issuer.drafting import preparing
from equity.views.issuer.following import overview_page
from equity.views.issuer.standing import standing_of


@offering_page("GET", "HEAD", "POST", reads="work")
def certify(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Item 14: sign the document as it stands, in front of the prescribed statements."""
    version, offering = preparing(acting), acting.the_offering
    posted = request.POST if request.method == "POST" else None
    form = CertifyForm(posted, initial=_signatory(acting, version))
    at = clock.now()
    on = portal_day(offering.portal, at)
    context = {
        "form": form,
        "version": version,
        "standing": standing_of(offering, version, at),
        "statements": [known().shelf.statement(each, current(), on) for each in ("P10", "P11")],
        "seen": content_digest(version),
    }
    if posted is None:
        return show(request, "certify.html", acting, context)
    if not form.is_valid():
        return show(request, "certify.html", acting, context, status=422)
    given = form.cleaned_data
    try:
        outcome = act(
            lambda: filing.certify(
                actor=acting.actor,
                offering_id=offering.pk,
                certifier={"name": given["name"], "position": given["position"]},
                certified_by=user_uuid(acting.user),
                seen=request.POST.get("seen"),
                at=at,
                key=sent(request),
            )
        )
    except filing.ContentMovedError:
        return show(request, "certify.html", acting, {**context, "moved": True}, status=422)
    if outcome.refused:
        return show(
            request, "certify.html", acting, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(request, acting.url("issuing"), _("The document is certified as it stands."))


def _signatory(acting: Acting, version: Version) -> dict[str, Any]:
    """Who certified before; else whoever is signed in."""
    if version.certifier:
        return dict(version.certifier)
    contact = version.items.get("2.2")
    position = contact.get("position") if isinstance(contact, dict) else ""
    if isinstance(position, dict):
        position = position.get(current(), "")
    told = "" if position == NOT_APPLICABLE else position
    return {"name": acting.actor.name, "position": told}


def _plain_act(
    request: HttpRequest, acting: Acting, service: Callable[..., Any], said: str
) -> HttpResponse:
    """An act of one button: done, or the offering's page again with the reasons."""
    outcome = act(
        lambda: service(
            actor=acting.actor,
            offering_id=acting.the_offering.pk,
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return overview_page(request, acting, reasons=outcome.reasons, status=422)
    return done(request, acting.url("issuing"), said)


@offering_page("POST", reads="work")
def submit(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Hand the offering to the portal."""
    said = _("The offering is submitted. The portal will approve it or ask for changes.")
    return _plain_act(request, acting, filing.submit, said)


@offering_page("POST", reads="work")
def open_it(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Open the approved offering: the document becomes available and the days start."""
    said = _("The offering is open. Its days count from today.")
    return _plain_act(request, acting, filing.open_offering, said)


@offering_page("POST", reads="work")
def publish(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Publish the amended document: every live right of withdrawal starts again."""
    said = _("The amended version is published, and every purchaser has been notified.")
    return _plain_act(request, acting, amendments.publish, said)


@offering_page("GET", "HEAD", "POST", reads="work")
def amend(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Start an amendment, or change its words: the offering is suspended until it is published."""
    offering = acting.the_offering
    if offering.state not in moves.OPENED:
        raise Http404
    version = offering.working if offering.amending else None
    posted = request.POST if request.method == "POST" else None
    form = AmendForm(posted, initial={"what": "" if version is None else version.what})
    context = {"form": form, "version": version}
    if posted is None:
        return show(request, "amend.html", acting, context)
    if not form.is_valid():
        return show(request, "amend.html", acting, context, status=422)
    outcome = act(
        lambda: amendments.amend(
            actor=acting.actor,
            offering_id=offering.pk,
            what=form.cleaned_data["what"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return show(
            request, "amend.html", acting, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(
        request,
        acting.url("issuing"),
        _("The offering is suspended. Change the sections, certify, then publish."),
    )


@offering_page("GET", "HEAD", "POST", reads="work")
def concurrent(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Say how much money of concurrent distributions there now is."""
    offering = acting.the_offering
    if offering.state in moves.FINAL:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    latest = offering.concurrent.order_by("-pk").first()
    initial = (
        {} if latest is None else {"amount": latest.amount, "unconditional": latest.unconditional}
    )
    form = ConcurrentForm(posted, initial=initial)
    context = {"form": form, "latest": latest}
    if posted is None:
        return show(request, "concurrent.html", acting, context)
    if not form.is_valid():
        return show(request, "concurrent.html", acting, context, status=422)
    outcome = act(
        lambda: life.declare_concurrent(
            actor=acting.actor,
            offering_id=offering.pk,
            amount=form.cleaned_data["amount"],
            unconditional=form.cleaned_data["unconditional"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return show(
            request, "concurrent.html", acting, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(request, acting.url("issuing"), _("The concurrent money is recorded."))


@offering_page("GET", "HEAD", "POST", reads="work")
def cancel(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Withdraw the offering, after saying so twice: every payment goes back."""
    offering, key = acting.the_offering, sent(request)
    if offering.state in moves.FINAL and not is_answered(actor=acting.actor, key=key):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = CancelForm(posted)
    live = offering.subscriptions.filter(state__in=moves.LIVE).count()
    context = {"form": form, "live": live}
    if posted is None:
        return show(request, "cancel.html", acting, context)
    if not form.is_valid():
        return show(request, "cancel.html", acting, context, status=422)
    outcome = act(
        lambda: life.cancel(
            actor=acting.actor,
            offering_id=offering.pk,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            key=key,
        )
    )
    if outcome.refused:
        return show(
            request, "cancel.html", acting, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(
        request,
        acting.url("issuing"),
        _("The offering is withdrawn, and every payment is due back."),
    )
