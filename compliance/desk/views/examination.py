"""The examination bundle of an offering, by a button; who took one is recorded."""

from tempfile import TemporaryFile
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.audit.tree.exporting import NothingSigned
from compliance.desk.examination.gathering import scope_of_offering
from compliance.desk.examination.writing import write_bundle
from compliance.desk.services import hand_over
from compliance.desk.views.common import Desk, looking, the_offering
from compliance.web import clock
from compliance.web.acting import done
from equity.views.handing import told_in_words


@looking("POST")
@told_in_words
def bundle(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponseBase:
    """Everything about an offering, sealed, as a file; officers and examiners may take it."""
    offering, at = the_offering(offering_id), clock.now()
    # The response closes the file, and with it the file is gone.
    file = TemporaryFile()  # noqa: SIM115
    try:
        write_bundle(file, scope_of_offering(offering), at=at)
    except NothingSigned:
        file.close()
        return done(
            request,
            reverse("desk:trail", args=(offering.pk,)),
            _("The audit trail is not signed up to now, so that a bundle cannot be sealed yet."),
        )
    hand_over(actor=desk.actor, offering=offering, at=at)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename="examination.zip")
    response["Cache-Control"] = "private, no-store"
    return response
