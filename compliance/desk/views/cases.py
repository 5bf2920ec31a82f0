"""Cases: the list with its filters, opening one, its page, deciding it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.casework.kinds import KINDS
from compliance.casework.models import Case, CaseEvidence
from compliance.casework.selectors import Filters, issuer_answer, listed
from compliance.casework.services import open_case
from compliance.casework.trouble import CaseRefused
from compliance.desk import case_selectors
from compliance.desk.case_forms import (
    AssignForm,
    CaseForm,
    DecideForm,
    EvidenceForm,
    FiltersForm,
    NoteForm,
    OpenCaseForm,
    OverrideForm,
    QuestionForm,
)
from compliance.desk.outcomes import OUTCOMES, decide
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.rules.kernel.zones import zone_of
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from equity.models import Subscription
from equity.selectors.cases import portal_of

_A_PAGE = 50


def refusal_in_words(refusal: CaseRefused) -> str:
    """Why an act on a case was refused, for the page."""
    return {
        "case.closed": _("This case is decided already."),
        "evidence.missing": _("Evidence that this decision needs is missing."),
        "question.answered": _("This question is answered already."),
        "flag.cleared": _("This flag is cleared already."),
        "assign.same": _("The case is in these hands already."),
        "reason.empty": _("Say why."),
        "case.no_offering": _("This case is about no offering."),
    }.get(refusal.code, _("This cannot be done to the case as it is now."))


@looking()
def cases(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The cases that the filters of the address ask for, the most pressing first."""
    form, at = FiltersForm(request.GET or None), clock.now()
    chosen = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
    filters = Filters(
        queue=chosen.get("queue") or None,
        state=chosen.get("state") or None,
        priority=chosen.get("priority"),
        mine=desk.actor.id if chosen.get("mine") else None,
        overdue_at=at if chosen.get("overdue") else None,
    )
    page = Paginator(listed(filters), _A_PAGE).get_page(request.GET.get("page"))
    kept = {
        name: "on" if value is True else value
        for name, value in chosen.items()
        if value not in (None, "", False)
    }
    context = {
        "form": form,
        "page": page,
        "rows": case_selectors.rows(list(page.object_list), at),
        "query": urlencode(kept),
    }
    return show(request, "cases.html", desk, context)


@acting()
def open_any(request: HttpRequest, desk: Desk, subject_type: str, subject_id: UUID) -> HttpResponse:
    """Open a case of any kind about a subject."""
    about = case_selectors.link((subject_type, subject_id))
    if about is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = OpenCaseForm(subject_type, posted)
    follows = _followed(request, subject_type, subject_id)
    context: dict[str, Any] = {"about": about, "form": form, "follows": follows}
    if posted is None:
        return show(request, "open_case.html", desk, context)
    if not form.is_valid():
        return show(request, "open_case.html", desk, context, status=422)
    return _opened(request, desk, form, (subject_type, subject_id), "open_case.html", context)


def _followed(request: HttpRequest, subject_type: str, subject_id: UUID) -> Case | None:
    """The decided case about the same subject that the address says the new one follows."""
    try:
        named = UUID(request.GET.get("follows", ""))
    except ValueError:
        return None
    about = {"subject_type": subject_type, "subject_id": subject_id}
    return Case.objects.filter(pk=named, state=Case.State.CLOSED, **about).first()


@acting()
def late_case(request: HttpRequest, desk: Desk, subscription_id: UUID) -> HttpResponse:
    """Open a case for a notice of withdrawal that came too late for the service."""
    rows = Subscription.objects.select_related("person", "offering__portal", "offering__issuer")
    row = get_object_or_404(rows, pk=subscription_id)
    posted = request.POST if request.method == "POST" else None
    form = CaseForm(posted)
    context: dict[str, Any] = {"row": row, "offering": row.offering, "form": form}
    if posted is None:
        return show(request, "late_case.html", desk, context)
    if not form.is_valid():
        return show(request, "late_case.html", desk, context, status=422)
    subject = ("equity.subscription", row.pk)
    return _opened(request, desk, form, subject, "late_case.html", context)


def _opened(
    request: HttpRequest,
    desk: Desk,
    form: CaseForm,
    subject: tuple[str, UUID],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    portal = portal_of(Case(subject_type=subject[0], subject_id=subject[1]))
    outcome = act(
        lambda: open_case(
            actor=desk.actor,
            kind=form.cleaned_data.get("kind", "late_withdrawal"),
            subject=subject,
            at=clock.now(),
            note=form.cleaned_data["note"],
            due_on=form.cleaned_data["due_on"],
            province="QC" if portal is None else portal.province,
            follows=context.get("follows"),
            key=sent(request),
        )
    )
    if outcome.refused or outcome.answer is None:
        return show(request, template, desk, {**context, "reasons": outcome.reasons}, status=422)
    return done(request, reverse("desk:case", args=(outcome.answer.pk,)), _("The case is open."))


@looking()
def case(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """One case with everything in it; an officer works on it and decides it."""
    return case_page(request, desk, the_case(case_id))


def the_case(case_id: UUID) -> Case:
    """A case with its decision; Http404 when there is none."""
    rows = Case.objects.select_related("decision", "follows")
    return get_object_or_404(rows, pk=case_id)


def case_page(
    request: HttpRequest, desk: Desk, row: Case, *, status: int = 200, **shown: Any
) -> HttpResponse:
    """The page of a case; ``shown`` replaces forms that came back with errors, and says why."""
    context: dict[str, Any] = {
        "case": row,
        "sheet": case_selectors.sheet(row, clock.now()),
        "works": desk.officer and row.state != Case.State.CLOSED,
        "override_form": OverrideForm(auto_id="override_%s"),
    }
    if context["works"]:
        context |= {
            "note_form": NoteForm(auto_id="note_%s"),
            "evidence_form": EvidenceForm(auto_id="evidence_%s"),
            "question_form": QuestionForm(
                people=case_selectors.people_around(row), auto_id="question_%s"
            ),
            "assign_form": AssignForm(
                officers=case_selectors.officer_choices(row), auto_id="assign_%s"
            ),
            "mine": row.assignee == desk.actor.id,
        }
    return show(request, "case.html", desk, {**context, **shown}, status=status)


@acting()
def decide_case(request: HttpRequest, desk: Desk, case_id: UUID, outcome: str) -> HttpResponse:
    """One decision: what it will do, and what it asks for."""
    row = the_case(case_id)
    choice = KINDS[row.kind].choice(outcome)
    if choice is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    # What the issuer answered is the first draft of what everybody, or who asked, is told.
    initial = {"answer": issuer_answer(row)} if "answer" in choice.asks else {}
    form = DecideForm(choice, posted, zone=zone_of(row.province), initial=initial)
    context: dict[str, Any] = {
        "case": row,
        "form": form,
        "choice": choice.say(current()),
        "does": OUTCOMES[row.kind, outcome].say(current()),
        "about": case_selectors.link((row.subject_type, row.subject_id)),
    }
    if posted is None:
        return show(request, "decide_case.html", desk, context)
    if not form.is_valid():
        return show(request, "decide_case.html", desk, context, status=422)
    try:
        result = act(
            lambda: decide(
                actor=desk.actor,
                case=row,
                outcome=outcome,
                at=clock.now(),
                key=sent(request),
                **form.given(),
            )
        )
    except CaseRefused as refusal:
        form.add_error(None, refusal_in_words(refusal))
        return show(request, "decide_case.html", desk, context, status=422)
    if result.refused:
        context["reasons"] = result.reasons
        return show(request, "decide_case.html", desk, context, status=422)
    return done(request, reverse("desk:case", args=(row.pk,)), _("The case is decided."))


@looking()
def evidence(request: HttpRequest, desk: Desk, evidence_id: UUID) -> HttpResponse:
    """The bytes of an item of evidence, to be saved: a browser never shows what somebody sent."""
    item = get_object_or_404(CaseEvidence.objects.filter(content__isnull=False), pk=evidence_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{item.pk}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    content = item.content or b""
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
