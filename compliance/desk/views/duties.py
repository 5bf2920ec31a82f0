"""Due days: the register, the duties of an offering, and the proof that each was done."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from compliance.desk import register, selectors
from compliance.desk.proof_forms import FileForm
from compliance.desk.views.common import Desk, act, acting, looking, show, the_offering
from compliance.rules.ni45_110.duties import CERTIFY_RESOURCES, DONE_BY_ACT
from compliance.web import clock
from compliance.web.acting import done, sent
from equity.models import Duty, Portal, ProofFile
from equity.services import duties as duty_services

_A_PAGE = 50


@looking()
def all_duties(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every due day, filtered by the address, with what shows that it was kept."""
    at, portals = clock.now(), list(Portal.objects.order_by("name"))
    form = register.RegisterForm(request.GET, portals=portals)
    if not form.is_valid():
        return show(request, "register.html", desk, {"form": form}, status=422)
    page = Paginator(register.asked(form, portals, at), _A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "lines": register.lines(list(page.object_list), at),
        "query": kept.urlencode(),
        "by_act": DONE_BY_ACT,
        "resources": CERTIFY_RESOURCES,
    }
    return show(request, "register.html", desk, context)


@looking()
def duties(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """What is to be done by a day for an offering, and what was done."""
    offering = the_offering(offering_id)
    context = {"offering": offering, "rows": selectors.duties_of(offering, clock.now())}
    return show(request, "duties.html", desk, context)


@acting()
def file_duty(request: HttpRequest, desk: Desk, duty_id: UUID) -> HttpResponse:
    """Record that a duty was done, with its proof."""
    rows = Duty.objects.filter(offering__isnull=False).exclude(code__in=DONE_BY_ACT)
    duty = get_object_or_404(register.with_all_around(rows), pk=duty_id)
    offering = duty.offering
    assert offering is not None
    posted = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if posted else FileForm()
    told = selectors.told_duty(duty, clock.now())
    context: dict[str, Any] = {"offering": offering, "told": told, "form": form}
    if not posted:
        return show(request, "file.html", desk, context)
    if not form.is_valid():
        return show(request, "file.html", desk, context, status=422)
    outcome = act(
        lambda: duty_services.file_duty(
            actor=desk.actor,
            offering_id=offering.pk,
            code=duty.code,
            jurisdiction=duty.jurisdiction,
            reference=form.cleaned_data["reference"],
            file=form.cleaned_data["file"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return show(request, "file.html", desk, {**context, "reasons": outcome.reasons}, status=422)
    return done(request, reverse("desk:duties", args=(offering.pk,)), _("The filing is recorded."))


@looking()
def proof(request: HttpRequest, desk: Desk, file_id: UUID) -> HttpResponse:
    """A file of proof, to be kept and not to be shown: whoever made it, it is no page of ours."""
    file = get_object_or_404(ProofFile, pk=file_id)
    return HttpResponse(
        bytes(file.content),
        content_type=file.media_type,
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=file.name or "proof"
            ),
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
