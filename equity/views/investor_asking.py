"""What an investor asks and complains of, what is answered, and what they are asked."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compliance.casework.selectors import opened_by, questions_to
from compliance.web import clock
from compliance.web.acting import attempt, done, invalid, refused, sent
from equity.forms.asking import BY_WHAT, AskForm
from equity.models import Offering
from equity.selectors import offerings
from equity.selectors.cases import issuer_names
from equity.services.asking import ask_desk
from equity.views import doors
from equity.views.replying import take_reply
from investors.actors import investor_actor, investor_only
from investors.models import Person

_PAGE = 20
_ASK = "equity/investor/ask.html"


@require_http_methods(["GET", "HEAD", "POST"])
@investor_only
def ask(request: HttpRequest, person: Person, offering_id: UUID) -> HttpResponse:
    """Ask a question or make a complaint about an offering."""
    return _ask(request, person, doors.public_offering(offering_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@investor_only
def ask_about(request: HttpRequest, person: Person, subscription_id: UUID) -> HttpResponse:
    """The same about one's own subscription."""
    mine = get_object_or_404(offerings.subscriptions_of(person), pk=subscription_id)
    return _ask(request, person, mine.offering, mine.pk)


def _ask(
    request: HttpRequest, person: Person, offering: Offering, subscription_id: UUID | None
) -> HttpResponse:
    form = AskForm(request.POST or None)
    back = reverse("equity:offering", args=[offering.pk])
    if subscription_id is not None:
        back = reverse("equity:subscription", args=[subscription_id])
    context = {"form": form, "offering": offering, "person": person, "back": back}
    if request.method != "POST":
        return render(request, _ASK, context)
    if not form.is_valid():
        return invalid(request, _ASK, context)
    outcome = attempt(
        lambda: ask_desk(
            actor=investor_actor(person),
            offering_id=offering.pk,
            subscription_id=subscription_id,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return refused(request, _ASK, context, outcome)
    return done(request, reverse("equity:asked"), _("We have it. The answer will stand here."))


@require_safe
@investor_only
def asked(request: HttpRequest, person: Person) -> HttpResponse:
    """What the person asked and was answered, and what they are asked."""
    return _asked(request, person)


def _asked(request: HttpRequest, person: Person, status: int = 200, **shown: Any) -> HttpResponse:
    actor = investor_actor(person)
    page = Paginator(opened_by(actor), _PAGE).get_page(request.GET.get("page"))
    said = dict(BY_WHAT)
    about = issuer_names(row.subject_id for row in page)
    context = {
        "person": person,
        "page": page,
        "rows": [
            {
                "case": row,
                "kind": said[row.kind],
                "about": about.get(row.subject_id),
            }
            for row in page
        ],
        "waiting": list(questions_to(actor)),
        **shown,
    }
    return render(request, "equity/investor/asked.html", context, status=status)


@require_POST
@investor_only
def reply(request: HttpRequest, person: Person, question_id: UUID) -> HttpResponse:
    """Answer a question that was put to the person; somebody else's does not exist."""
    shown = take_reply(request, investor_actor(person), question_id)
    if shown is not None:
        return _asked(request, person, status=422, **shown)
    return done(request, reverse("equity:asked"), _("Thank you. Your answer is recorded."))
