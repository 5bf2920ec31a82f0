"""What the compliance officer asks an issuer: the questions that wait, and the answers."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.casework.models import CaseQuestion
from compliance.casework.selectors import questions_to
from compliance.casework.services import answer_question
from compliance.casework.trouble import CaseRefused
from compliance.web import clock
from compliance.web.acting import done, sent
from equity.forms.asking import ReplyForm
from equity.views.issuer.common import Acting, act, issuer_page, show


@issuer_page()
def asked(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The questions that wait for the issuer's answer."""
    return _asked(request, acting)


def _asked(
    request: HttpRequest, acting: Acting, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {"waiting": list(questions_to(acting.actor)), **shown}
    return show(request, "asked.html", acting, context, status=status)


@issuer_page("POST")
def reply(request: HttpRequest, acting: Acting, question_id: UUID) -> HttpResponse:
    """Answer a question that was put to the issuer; another's does not exist."""
    actor = acting.actor
    mine = CaseQuestion.objects.filter(asked_of=actor.role.value, asked_of_id=actor.id)
    question = get_object_or_404(mine, pk=question_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _asked(request, acting, status=422, form=form)
    try:
        outcome = act(
            lambda: answer_question(
                actor=actor,
                question=question,
                text=form.cleaned_data["answer"],
                at=clock.now(),
                key=sent(request),
            )
        )
    except CaseRefused:  # answered already, on the other page perhaps, or decided meanwhile
        form.add_error(None, _("This question waits for no answer any more."))
        return _asked(request, acting, status=422, form=form)
    if outcome.refused:
        return _asked(request, acting, status=422, reasons=outcome.reasons)
    here = reverse("equity:issuer_asked", args=(acting.issuer.pk,))
    return done(request, here, _("Thank you. Your answer is recorded."))
