"""The evidence about one purchaser, by a button; who took it is recorded."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.audit.tree.packages import NothingSigned
from compliance.desk.views.common import Desk, looking, the_offering
from compliance.web import clock
from compliance.web.acting import done
from equity.evidence.gathering import PurchaserFile
from equity.evidence.handing import FORMS, Form, package_about, package_about_person
from equity.models import Subscription
from equity.selectors.own import looked_at_only
from equity.services.evidence import hand_over
from equity.views.handing import evidence_response, told_in_words
from investors.models import Person

Made = Callable[[Form, datetime], tuple[bytes, PurchaserFile]]


@looking("POST")
@told_in_words
def evidence_of(request: HttpRequest, desk: Desk, subscription_id: UUID) -> HttpResponse:
    """What the portal keeps of one subscription, sealed, as a ZIP or a PDF."""
    rows = Subscription.objects.select_related("offering")
    row = get_object_or_404(rows, pk=subscription_id)
    back = reverse("desk:subscription", args=(row.pk,))
    return _handed(request, desk, back, lambda form, at: package_about(row, form, at=at, seal=True))


@looking("POST")
@told_in_words
def evidence_of_person(
    request: HttpRequest, desk: Desk, person_id: UUID, offering_id: UUID
) -> HttpResponse:
    """What the portal keeps of somebody who looked at an offering and bought nothing."""
    person, offering = get_object_or_404(Person, pk=person_id), the_offering(offering_id)
    if not looked_at_only(person).filter(pk=offering.pk).exists():
        raise Http404
    back = reverse("desk:person", args=(person.pk,))
    return _handed(
        request,
        desk,
        back,
        lambda form, at: package_about_person(offering, person, form, at=at, seal=True),
    )


def _handed(request: HttpRequest, desk: Desk, back: str, made: Made) -> HttpResponse:
    form, at = FORMS.get(request.POST.get("form", "")), clock.now()
    if form is None:
        raise Http404
    try:
        data, file = made(form[0], at)
    except NothingSigned:
        return done(
            request,
            back,
            _("The audit trail is not signed up to now, so that evidence cannot be sealed yet."),
        )
    hand_over(actor=desk.actor, person=file.person, offering=file.offering, at=at)
    return evidence_response(data, form[0])
