"""What an officer does to a case before it is decided: one button, one address each.

A form that comes back with errors comes back on the page of the case, in its place.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.casework.models import Case, CaseFlag, CaseQuestion
from compliance.casework.models.work import OUTSIDE
from compliance.casework.selectors import in_hand
from compliance.casework.services import (
    add_evidence,
    add_note,
    answer_question,
    ask_question,
    assign_case,
    clear_flag,
)
from compliance.casework.trouble import CaseRefused
from compliance.desk import case_selectors
from compliance.desk.case_forms import (
    AnswerForm,
    AssignForm,
    ClearForm,
    EvidenceForm,
    NoteForm,
    OverrideForm,
    QuestionForm,
)
from compliance.desk.views.cases import case_page, refusal_in_words, the_case
from compliance.desk.views.common import Desk, act, acting
from compliance.idempotency.services import Sent
from compliance.web import clock
from compliance.web.acting import done, sent
from equity.services.overrides import ask_override


def _done(
    request: HttpRequest,
    desk: Desk,
    row: Case,
    form: forms.Form,
    service: Callable[[dict[str, Any]], object],
    *,
    message: str,
    **shown: Any,
) -> HttpResponse:
    """Run a service with what the form gives, or show the page of the case with what is wrong."""
    if not form.is_valid():
        return case_page(request, desk, row, status=422, form=form, **shown)
    try:
        outcome = act(lambda: service(form.cleaned_data))
    except CaseRefused as refusal:
        form.add_error(None, refusal_in_words(refusal))
        return case_page(request, desk, row, status=422, form=form, **shown)
    if outcome.refused:
        return case_page(request, desk, row, status=422, reasons=outcome.reasons, **shown)
    return done(request, reverse("desk:case", args=(row.pk,)), message)


@acting("POST")
def note(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Write a note."""
    row = the_case(case_id)
    form = NoteForm(request.POST, auto_id="note_%s")
    return _done(
        request,
        desk,
        row,
        form,
        lambda given: add_note(
            actor=desk.actor, case=row, text=given["note"], at=clock.now(), key=sent(request)
        ),
        message=_("The note is kept."),
        note_form=form,
    )


def _sent_with(request: HttpRequest, content: bytes | None) -> Sent | None:
    """The key of the form with what was sent, the file included."""
    key = sent(request)
    return None if key is None else Sent(key.key, [key.body, content])


@acting("POST")
def add_item(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Add an item of evidence."""
    row = the_case(case_id)
    form = EvidenceForm(request.POST, request.FILES, auto_id="evidence_%s")

    def add(given: dict[str, Any]) -> object:
        file = given["file"]
        content = None if file is None else file.read()
        return add_evidence(
            actor=desk.actor,
            case=row,
            kind=given["kind"],
            name=given["name"],
            content=content,
            reference=given["reference"] or None,
            digest=given["digest"],
            at=clock.now(),
            key=_sent_with(request, content),
        )

    return _done(
        request, desk, row, form, add, message=_("The evidence is sealed."), evidence_form=form
    )


@acting("POST")
def question(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Put a question to somebody; the clock stands until it is answered."""
    row = the_case(case_id)
    people = case_selectors.people_around(row)
    form = QuestionForm(request.POST, people=people, auto_id="question_%s")

    def ask(given: dict[str, Any]) -> object:
        whom, _colon, pk = given["asked_of"].partition(":")
        return ask_question(
            actor=desk.actor,
            case=row,
            text=given["question"],
            asked_of=whom or OUTSIDE,
            asked_of_id=UUID(pk) if pk else None,
            at=clock.now(),
            key=sent(request),
        )

    return _done(
        request,
        desk,
        row,
        form,
        ask,
        message=_("The question is asked; the clock stands until it is answered."),
        question_form=form,
    )


@acting("POST")
def answer(request: HttpRequest, desk: Desk, question_id: UUID) -> HttpResponse:
    """Write down the answer that somebody gave."""
    asked = get_object_or_404(CaseQuestion, pk=question_id)
    row = the_case(asked.case_id)
    form = AnswerForm(request.POST)
    return _done(
        request,
        desk,
        row,
        form,
        lambda given: answer_question(
            actor=desk.actor,
            question=asked,
            text=given["answer"],
            at=clock.now(),
            key=sent(request),
        ),
        message=_("The answer is kept; the clock goes on."),
    )


@acting("POST")
def take(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Take a case that is free."""
    row = the_case(case_id)
    return _done(
        request,
        desk,
        row,
        forms.Form({}),
        lambda _given: assign_case(
            actor=desk.actor, case=row, to=desk.actor.id, at=clock.now(), key=sent(request)
        ),
        message=_("The case is in your hands."),
    )


@acting("POST")
def assign(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Hand the case over, or put it back into the queue."""
    row = the_case(case_id)
    officers = case_selectors.officer_choices(row)
    form = AssignForm(request.POST, officers=officers, auto_id="assign_%s")
    return _done(
        request,
        desk,
        row,
        form,
        lambda given: assign_case(
            actor=desk.actor,
            case=row,
            to=UUID(given["to"]) if given["to"] else None,
            reason=given["reason"],
            at=clock.now(),
            key=sent(request),
        ),
        message=_("The case is in other hands."),
        assign_form=form,
    )


@acting("POST")
def clear(request: HttpRequest, desk: Desk, flag_id: int) -> HttpResponse:
    """Clear a flag, with a reason."""
    flag = get_object_or_404(CaseFlag, pk=flag_id)
    row = the_case(in_hand(flag.case).pk)
    form = ClearForm(request.POST)
    return _done(
        request,
        desk,
        row,
        form,
        lambda given: clear_flag(
            actor=desk.actor, flag=flag, reason=given["reason"], at=clock.now(), key=sent(request)
        ),
        message=_("The flag is cleared."),
    )


@acting("POST")
def override(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Ask that the flags of the case which hold hold nothing back any more, decided or not."""
    row = the_case(case_id)
    form = OverrideForm(request.POST, auto_id="override_%s")
    return _done(
        request,
        desk,
        row,
        form,
        lambda given: ask_override(
            actor=desk.actor,
            case_id=row.pk,
            reason=given["reason"],
            at=clock.now(),
            key=sent(request),
        ),
        message=_("It is asked for. Another officer approves it."),
        override_form=form,
    )
