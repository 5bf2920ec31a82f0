"""What the compliance officer asks an issuer: the questions that wait, and the answers."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.casework.selectors import questions_to
from compliance.web.acting import done
from equity.views.issuer.common import Acting, issuer_page, show
from equity.views.replying import take_reply


@issuer_page(reads="answer")
def asked(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The questions that wait for the issuer's answer."""
    return _asked(request, acting)


def _asked(
    request: HttpRequest, acting: Acting, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {"waiting": list(questions_to(acting.actor)), **shown}
    return show(request, "asked.html", acting, context, status=status)


@issuer_page("POST", reads="answer")
def reply(request: HttpRequest, acting: Acting, question_id: UUID) -> HttpResponse:
    """Answer a question that was put to the issuer; another's does not exist."""
    shown = take_reply(request, acting.actor, question_id)
    if shown is not None:
        return _asked(request, acting, status=422, **shown)
    here = reverse("equity:issuer_asked", args=(acting.issuer.pk,))
    return done(request, here, _("Thank you. Your answer is recorded."))
