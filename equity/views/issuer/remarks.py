"""What the portal asked to change, item by item, and the issuer's answer to each."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from compliance.web import clock
from compliance.web.acting import done, sent
from equity import moves
from equity.forms.items import BY_KEY, item_title, section_of
from equity.forms.remarks import AnswerForm
from equity.models import Offering, Remark
from equity.selectors.remarks import Asked, latest_request, requests_of
from equity.services.remarks import answer_remark
from equity.views.issuer.common import Acting, act, offering_page, show


def shown_request(asked: Asked, *, key: str = "") -> list[dict[str, Any]]:
    """The remarks of a request as pages show them; with ``key``, those of one section alone."""
    rows = []
    for told in asked.remarks:
        section = section_of(told.item)
        if not key or (section is not None and section.key == key):
            rows.append(
                {
                    "remark": told.remark,
                    "answer": told.answer,
                    "title": item_title(told.item),
                    "section": section,
                }
            )
    return rows


def open_request(offering: Offering) -> Asked | None:
    """The request that waits for answers now: none once the offering is submitted again."""
    return latest_request(offering) if offering.state == moves.CHANGES_REQUESTED else None


@offering_page()
def remarks(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Every request of changes, the latest first, with the answers."""
    return _page(request, acting)


def _page(request: HttpRequest, acting: Acting, *, status: int = 200, **shown: Any) -> HttpResponse:
    offering = acting.the_offering
    asked = requests_of(offering)
    if not asked:
        raise Http404
    context = {
        "asked": [{"asked": one, "rows": shown_request(one)} for one in asked],
        "answerable": offering.state == moves.CHANGES_REQUESTED,
        **shown,
    }
    return show(request, "remarks.html", acting, context, status=status)


@offering_page("POST", reads="answer")
def answer(request: HttpRequest, acting: Acting, remark_id: UUID) -> HttpResponse:
    """Answer one remark; what was typed is shown again where it is refused."""
    remark = get_object_or_404(Remark, pk=remark_id, offering=acting.the_offering)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, acting, status=422, answering=remark.pk, form=form)
    outcome = act(
        lambda: answer_remark(
            actor=acting.actor,
            remark_id=remark.pk,
            text=form.cleaned_data["text"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return _page(
            request,
            acting,
            status=422,
            answering=remark.pk,
            form=form,
            reasons=outcome.reasons,
        )
    key = request.POST.get("then", "")
    url = acting.url("issuing_section", key) if key in BY_KEY else acting.url("issuing_remarks")
    return done(request, url, _("Your answer is recorded; the portal reads it with the document."))
