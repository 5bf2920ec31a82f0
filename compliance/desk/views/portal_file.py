"""A portal's own file: authorisations, F5, principals, changes, and what a lapse would refuse."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.desk.information_forms import PrincipalForm
from compliance.desk.portal_file import portal_file
from compliance.desk.proof_forms import ChangeForm, NoticeForm, ResourcesForm
from compliance.desk.selectors import told_duty
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.idempotency.services import is_answered
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.duties import CERTIFY_RESOURCES
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from documents.models import Document
from equity.models import Duty, Portal, PortalChange
from equity.selectors.clock import portal_day
from equity.selectors.portal_forms import issued_forms
from equity.selectors.portal_papers import own_paper, resources_papers
from equity.services import portal_changes
from equity.services import portals as portal_services
from equity.views.issuer.papers import pdf_of
from equity.words import LANGUAGES


@looking()
def portal(request: HttpRequest, desk: Desk, portal_id: UUID) -> HttpResponse:
    """A portal: kind, standings, F5, principals, changes, and the consequences of a lapse."""
    return show_portal(request, desk, get_object_or_404(Portal, pk=portal_id))


def show_portal(
    request: HttpRequest,
    desk: Desk,
    row: Portal,
    *,
    reasons: Any = (),
    new_principal: PrincipalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a portal, also after an act on it was refused."""
    at = clock.now()
    file = portal_file(row, at)
    certificates = list(row.f5_certificates.order_by("-certified_on")[:10])
    duties = list(row.duties.order_by("-due_on")[:10])
    forms = issued_forms(row)
    papers = resources_papers(row, {one.certified_on for one in certificates})
    context = {
        "portal": row,
        "file": file,
        "consequences": [
            (one, [term(act, current(), "move") for act in one.acts]) for one in file.consequences
        ],
        "certificates": [(one, papers.get(one.certified_on, [])) for one in certificates],
        "next_certificate": next(
            (one.due_on for one in duties if one.code == CERTIFY_RESOURCES and not one.done_at),
            None,
        ),
        "principals": [(one, forms.get(one.pk, [])) for one in row.principals.all()],
        "languages": LANGUAGES,
        "information": forms.get(row.pk, []),
        "duties": [(duty, told_duty(duty, at).title, _done_by(duty, papers)) for duty in duties],
        "today": portal_day(row, at),
        "reasons": reasons,
        "new_principal": new_principal or PrincipalForm(),
    }
    return show(request, "portal.html", desk, context, status=status)


def _done_by(duty: Duty, papers: dict[date, list[Document]]) -> list[Document]:
    """The certificate by which a duty was done: the first one after the one that it followed."""
    if duty.done_at is None or duty.code != CERTIFY_RESOURCES:
        return []
    return papers[min(later)] if (later := [day for day in papers if day > duty.event_on]) else []


@looking()
def document(request: HttpRequest, desk: Desk, portal_id: UUID, document_id: UUID) -> HttpResponse:
    """A document that the portal issued about itself, as PDF."""
    paper = own_paper(get_object_or_404(Portal, pk=portal_id), document_id)
    if paper is None:
        raise Http404
    return pdf_of(paper, at=clock.now())


@acting()
def resources(request: HttpRequest, desk: Desk, portal_id: UUID) -> HttpResponse:
    """Record Form 45-110F5 as certified on a day, with the proof of the one it follows."""
    row, at = get_object_or_404(Portal, pk=portal_id), clock.now()
    today, posted = portal_day(row, at), request.method == "POST"
    # Sent twice, the first certificate finds the duty that it left itself.
    before = Duty.objects.filter(portal=row, code=CERTIFY_RESOURCES, done_at=None)
    needed = before.exists() and not is_answered(actor=desk.actor, key=sent(request))
    given = (request.POST, request.FILES) if posted else ()
    form = ResourcesForm(*given, initial={"on": today}, needed=needed)
    context: dict[str, Any] = {"portal": row, "form": form}
    if not posted:
        return show(request, "resources.html", desk, context)
    if form.is_valid() and form.cleaned_data["on"] > today:
        form.add_error("on", _("This day is still to come."))
    if not form.is_valid():
        return show(request, "resources.html", desk, context, status=422)
    outcome = act(
        lambda: portal_services.certify_resources(
            actor=desk.actor, portal_id=row.pk, at=at, key=sent(request), **form.cleaned_data
        )
    )
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "resources.html", desk, context, status=422)
    return done(request, reverse("desk:portal", args=(row.pk,)), _("The certificate is recorded."))


@acting()
def change(request: HttpRequest, desk: Desk, portal_id: UUID) -> HttpResponse:
    """Record that something in Form 45-110F3 or F4 changed."""
    row, at = get_object_or_404(Portal, pk=portal_id), clock.now()
    today = portal_day(row, at)
    posted = request.POST if request.method == "POST" else None
    form = ChangeForm(posted, initial={"happened_on": today})
    context: dict[str, Any] = {"portal": row, "form": form}
    if posted is None:
        return show(request, "change.html", desk, context)
    if form.is_valid() and form.cleaned_data["happened_on"] > today:
        form.add_error("happened_on", _("This day is still to come."))
    if not form.is_valid():
        return show(request, "change.html", desk, context, status=422)
    outcome = act(
        lambda: portal_changes.record_change(
            actor=desk.actor, portal_id=row.pk, at=at, key=sent(request), **form.cleaned_data
        )
    )
    if outcome.refused:
        return show(
            request, "change.html", desk, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(request, reverse("desk:portal", args=(row.pk,)), _("The change is recorded."))


@acting()
def notify(request: HttpRequest, desk: Desk, change_id: UUID) -> HttpResponse:
    """Record that a regulator was told of a change."""
    row = get_object_or_404(PortalChange.objects.select_related("portal"), pk=change_id)
    at, posted = clock.now(), request.method == "POST"
    today = portal_day(row.portal, at)
    places = _to_be_told(row, again=is_answered(actor=desk.actor, key=sent(request)))
    given = (request.POST, request.FILES) if posted else ()
    form = NoticeForm(*given, places=places, initial={"notified_on": today})
    context: dict[str, Any] = {"portal": row.portal, "change": row, "form": form}
    if not posted:
        if not places:
            raise Http404
        return show(request, "notify.html", desk, context)
    if form.is_valid() and not row.happened_on <= form.cleaned_data["notified_on"] <= today:
        form.add_error(
            "notified_on", _("A regulator is told after the change, and not on a day to come.")
        )
    if not form.is_valid():
        return show(request, "notify.html", desk, context, status=422)
    outcome = act(
        lambda: portal_changes.notify_change(
            actor=desk.actor, change_id=row.pk, at=at, key=sent(request), **form.cleaned_data
        )
    )
    if outcome.refused:
        return show(
            request, "notify.html", desk, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(
        request, reverse("desk:portal", args=(row.portal_id,)), _("The notice is recorded.")
    )


def _to_be_told(change: PortalChange, *, again: bool) -> list[tuple[str, str]]:
    """The regulators who still wait; with those already told, where a form was sent twice."""
    known = () if again else change.notices.values_list("jurisdiction", flat=True)
    return [
        (code, getattr(PROVINCES[code], current()))
        for code in portal_changes.told_by_form(change.portal, change.form)
        if code not in known
    ]
