"""Asking an issuer for changes item by item, and reading what it answered."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.views.common import Desk, act, acting, looking, show, the_offering
from compliance.web import clock
from compliance.web.acting import done, sent
from equity import moves
from equity.forms.fields import PARAGRAPH, Text
from equity.forms.items import item_title
from equity.forms.remarks import RemarkForm
from equity.models import Offering
from equity.remarking import MOST_REMARKS
from equity.selectors.remarks import Asked, requests_of
from equity.services.remarks import ask_changes

_AT_FIRST, _MORE = 3, 3


class BeforeForm(forms.Form):
    """A word before the remarks."""

    reason = Text(
        longest=PARAGRAPH,
        many_lines=True,
        required=False,
        label=gettext_lazy("A word before the remarks"),
    )


def told(asked: Asked) -> dict[str, Any]:
    """A request of changes as a page of the desk shows it."""
    rows = [(one, item_title(one.item)) for one in asked.remarks]
    return {"asked": asked, "rows": rows, "waiting": len(asked.waiting)}


@looking()
def remarks(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Every request of changes of an offering with the issuer's answers, the latest first."""
    offering = the_offering(offering_id)
    context = {"offering": offering, "requests": [told(one) for one in requests_of(offering)]}
    return show(request, "remarks.html", desk, context)


@acting()
def ask(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Send a submitted offering back with remarks, each about an item or about the whole.

    The form grows by a button that records nothing; rows left empty are no remarks.
    """
    offering = the_offering(offering_id)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and "more" in posted:
        posted = _grown(posted)
        return _page(request, desk, offering, _rows(posted), BeforeForm(posted))
    rows, before = _rows(posted), BeforeForm(posted)
    if posted is None:
        return _page(request, desk, offering, rows, before)
    if not (rows.is_valid() and before.is_valid()):
        return _page(request, desk, offering, rows, before, status=422)
    given = [(row["item"], row["text"]) for row in rows.cleaned_data if row.get("text")]
    if not given:
        none = _("Write at least one remark: the issuer must know what to change.")
        return _page(request, desk, offering, rows, before, none=none, status=422)
    outcome = act(
        lambda: ask_changes(
            actor=desk.actor,
            offering_id=offering.pk,
            remarks=given,
            reason=before.cleaned_data["reason"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        reasons = outcome.reasons
        return _page(request, desk, offering, rows, before, reasons=reasons, status=422)
    return done(
        request,
        reverse("desk:dossier", args=(offering.pk,)),
        _("The remarks are sent: the issuer answers each and submits the offering again."),
    )


def _page(
    request: HttpRequest,
    desk: Desk,
    offering: Offering,
    rows: Any,
    before: BeforeForm,
    *,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    possible = "request_changes" in moves.offering_moves_from(
        offering.state, amending=offering.amending, held_by_officer=offering.held_by_officer
    )
    context = {
        "offering": offering,
        "rows": rows,
        "before": before,
        "possible": possible,
        "more": rows.total_form_count() < MOST_REMARKS,
        **shown,
    }
    return show(request, "ask_changes.html", desk, context, status=status)


def _rows(posted: Any) -> Any:
    kind = forms.formset_factory(
        RemarkForm, extra=_AT_FIRST, max_num=MOST_REMARKS, absolute_max=MOST_REMARKS
    )
    return kind(posted, prefix="remark")


def _grown(posted: Any) -> Any:
    """What was posted, with a few more rows; at most as many as may be asked."""
    changed = posted.copy()
    try:
        count = int(posted.get("remark-TOTAL_FORMS", "0"))
    except ValueError:
        count = 0
    changed["remark-TOTAL_FORMS"] = str(min(count + _MORE, MOST_REMARKS))
    return changed
