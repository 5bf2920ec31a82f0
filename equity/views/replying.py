"""Answering a question that the compliance officer put: the same on an investor's and an issuer's
page."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from compliance.accounts.roles import Actor
from compliance.casework.models import CaseQuestion
from compliance.casework.services import answer_question
from compliance.casework.trouble import CaseRefused
from compliance.web import clock
from compliance.web.acting import attempt, sent
from equity.forms.asking import ReplyForm
from equity.refusal import Refused
from equity.services.parts import require_part


def take_reply(request: HttpRequest, actor: Actor, question_id: UUID) -> dict[str, Any] | None:
    """Record what was posted as the answer to a question that was put to ``actor``.

    None when it is recorded; else what the page shows beside its questions (status 422). Raises
    Http404 for somebody else's question, as for none.
    """
    mine = CaseQuestion.objects.filter(asked_of=actor.role.value, asked_of_id=actor.id)
    question = get_object_or_404(mine, pk=question_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return {"form": form}

    @transaction.atomic
    def answer() -> None:
        require_part(actor, "answer")
        answer_question(
            actor=actor,
            question=question,
            text=form.cleaned_data["answer"],
            at=clock.now(),
            key=sent(request),
        )

    try:
        outcome = attempt(answer, Refused)
    except CaseRefused:  # answered already, on the other page perhaps, or decided meanwhile
        form.add_error(None, _("This question waits for no answer any more."))
        return {"form": form}
    return {"reasons": outcome.reasons} if outcome.refused else None
