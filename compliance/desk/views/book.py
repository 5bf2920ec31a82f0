"""The closing book of an offering, by a button; who took one is recorded."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.audit.tree.packages import NothingSigned
from compliance.desk.views.common import Desk, looking, the_offering
from compliance.web import clock
from compliance.web.acting import done
from equity import moves
from equity.services.evidence import hand_over_book
from equity.views.handing import book_response, ready_book, told_in_words


@looking("POST")
@told_in_words
def closing_book(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponseBase:
    """Everything of a closed offering, sealed, as a ZIP that is sent as it is made."""
    offering, at = the_offering(offering_id), clock.now()
    if offering.state != moves.CLOSED:
        raise Http404
    try:
        proof = ready_book(offering, at=at, issuer=False)
    except NothingSigned:
        return done(
            request,
            reverse("desk:dossier", args=(offering.pk,)),
            _("Its documents are being made, or the trail is not signed yet: try again soon."),
        )
    hand_over_book(actor=desk.actor, offering=offering, at=at)
    return book_response(offering, proof, issuer=False)
