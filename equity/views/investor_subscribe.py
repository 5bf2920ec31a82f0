"""An investor's way in: the risks one by one, the limit, the amount, the agreement."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from compliance.accounts.verification import UNVERIFIED, may_commit
from compliance.accounts.verification import page as verification_page
from compliance.rules.kernel.findings import not_met
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110 import subscription as rules
from compliance.rules.wording import Statement
from compliance.web import clock
from compliance.web.acting import Outcome, attempt, done, invalid, refused, sent
from compliance.web.language import current
from documents.shelf import known
from equity import moves
from equity.forms.investor import RisksForm, SubscribeForm
from equity.models import Offering
from equity.refusal import Refused
from equity.selectors.clock import portal_day
from equity.selectors.room import room_of, total_of
from equity.selectors.shown import button, filled_in
from equity.selectors.subscribing import would_be
from equity.services import subscribing
from equity.views.doors import behind_notice, today
from equity.views.investor import days_left, unconfirmed
from investors.actors import investor_actor, investor_only
from investors.models import Person
from investors.risks import risks_digest

_PAGE = "equity/investor/subscribe.html"
_TOTAL = "equity/investor/_total.html"


def _form_language(offering: Offering) -> Any:
    """The language of the page where the document has it; the document's first one otherwise."""
    languages = offering.document.languages
    return current() if current() in languages else languages[0]


@require_http_methods(["GET", "HEAD", "POST"])
@behind_notice
def risks(request: HttpRequest, offering: Offering) -> HttpResponse:
    """Form 45-110F2: every statement by itself, Yes or No, nothing ticked beforehand."""
    return _risks(request, offering)


@investor_only
def _risks(request: HttpRequest, person: Person, offering: Offering) -> HttpResponse:
    if offering.state not in moves.OPENED:
        return redirect("equity:offering", offering.pk)
    language = _form_language(offering)
    kind, on, standing = offering.portal.kind, today(offering), known()
    rows = standing.shelf.statements_of("45-110F2", language, on, kind)
    form = RisksForm((row for row in rows if row.answered), request.POST or None)
    context = {
        "offering": offering,
        "form": form,
        "language": language,
        "parts": _parts(rows, form, offering, person, language),
        "button": button(language),
        "unconfirmed": unconfirmed(offering, (row.id for row in rows), standing),
        "seen": risks_digest(standing.shelf, kind, language, on),
    }
    template = "equity/investor/risks.html"
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return invalid(request, template, context)
    try:
        outcome = attempt(
            lambda: subscribing.acknowledge_risks(
                actor=investor_actor(person),
                offering_id=offering.pk,
                answers=form.answers,
                language=language,
                seen=request.POST.get("seen", ""),
                at=clock.now(),
                key=sent(request),
            ),
            Refused,
        )
    except subscribing.WordsMovedError:
        # Asked anew, of the words as they now are: no answer of before is taken over.
        form = RisksForm(row for row in rows if row.answered)
        context |= {"form": form, "parts": _parts(rows, form, offering, person, language)}
        return render(request, template, context | {"moved": True}, status=422)
    if outcome.refused:
        return refused(request, template, context, outcome)
    if not all(form.answers.values()):
        return done(
            request,
            reverse("equity:offering", args=[offering.pk]),
            _("Your answers are recorded. Subscribing takes a yes to every statement."),
        )
    return done(
        request,
        reverse("equity:subscribe", args=[offering.pk]),
        _("Your answers are recorded and signed."),
    )


def _parts(
    rows: tuple[Statement, ...], form: RisksForm, offering: Offering, person: Person, language: Any
) -> list[dict[str, Any]]:
    """The form in its own order: headings, statements to read, statements to answer."""
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "text": text,
            "field": form[row.id] if row.answered else None,
        }
        for row, text in filled_in(rows, offering, person, language)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@behind_notice
def subscribe(request: HttpRequest, offering: Offering) -> HttpResponse:
    """Subscribe in two steps: the number of securities, then the agreement with its figures."""
    return _subscribe(request, offering)


@investor_only
def _subscribe(request: HttpRequest, person: Person, offering: Offering) -> HttpResponse:
    at = clock.now()
    form = SubscribeForm(request.POST or None)
    context = _subscribe_context(offering, person, form, at)
    if not may_commit(request.user):
        context["missing"] = [UNVERIFIED, *context["missing"]]
    if request.method != "POST":
        return render(request, _PAGE, context)
    if not form.is_valid():
        return invalid(request, _PAGE, context)
    if not may_commit(request.user):
        unverified: Outcome[Any] = Outcome(findings=(UNVERIFIED,))
        return refused(request, _PAGE, context, unverified)
    if request.POST.get("step") == "agree":
        return _agree(request, person, offering, form, context)
    return _review(request, person, offering, form, context, at)


@require_POST
def total(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """What a number of securities costs and what would refuse it, while it is being typed: a part
    of the page of the subscription, judged by the same form and the same rules; nothing is kept.

    Somebody whose session has ended is told so there, in place of a whole other page.
    """
    if not request.user.is_authenticated:
        context = {"gone": True, "back": reverse("equity:subscribe", args=[offering_id])}
        return render(request, _TOTAL, context)
    return _behind_notice_total(request, offering_id)


@behind_notice
def _behind_notice_total(request: HttpRequest, offering: Offering) -> HttpResponse:
    return _total(request, offering)


@investor_only
def _total(request: HttpRequest, person: Person, offering: Offering) -> HttpResponse:
    form, at = SubscribeForm(request.POST), clock.now()
    form.full_clean()
    units = form.cleaned_data.get("units")
    wanted = would_be(offering.pk, person, units=units or 1, insider=False, at=at)
    findings = rules.judge(wanted.facts, on=portal_day(offering.portal, at))
    context = {
        "offering": offering,
        "room": room_of(wanted, findings, offering.document.price or ZERO),
        "total": None if units is None else total_of(wanted, findings, units),
        # An empty field is told when the form is sent, and not while it is being filled in.
        "wrong": form.errors.get("units") if request.POST.get("units", "").strip() else None,
    }
    return render(request, _TOTAL, context)


def _subscribe_context(
    offering: Offering, person: Person, form: SubscribeForm, at: datetime
) -> dict[str, Any]:
    """The room, and what is still missing, judged as for one security of a person not an insider:
    neither changes what is missing."""
    wanted = would_be(offering.pk, person, units=1, insider=False, at=at)
    findings = rules.judge(wanted.facts, on=portal_day(offering.portal, at))
    price = offering.document.price or ZERO
    missing = [row for row in not_met(findings) if row.code != "purchaser.minimum"]
    return {
        "offering": offering,
        "version": offering.document,
        "form": form,
        "room": room_of(wanted, findings, price),
        "missing": missing,
        "right": wanted.right,
        "days_left": days_left(offering, at),
        "steps": helpful(offering),
    }


def helpful(offering: Offering) -> dict[str, tuple[str, str]]:
    """For each rule that the investor can meet themselves: what to do, and where."""
    document = reverse("equity:document", args=[offering.pk])
    back = urlencode({"next": reverse("equity:subscribe", args=[offering.pk])})
    profile = f"{reverse('investors:profile')}?{back}"
    return {
        UNVERIFIED.code: (_("Verify my address"), f"{verification_page()}?{back}"),
        "purchaser.document_read": (_("Open the offering document"), document),
        "purchaser.risks_acknowledged": (
            _("Acknowledge the risks"),
            reverse("equity:risks", args=[offering.pk]),
        ),
        "purchaser.particulars_complete": (_("Complete my profile"), profile),
        "purchaser.identified": (_("See where my identity verification stands"), profile),
        "purchaser.of_age": (_("Check my date of birth"), profile),
        "purchaser.resident": (_("Check my residence"), profile),
        "portal.entry_acknowledged": (
            _("Read the entry notice"),
            reverse("equity:entry", args=[offering.pk]),
        ),
    }


def _review(
    request: HttpRequest,
    person: Person,
    offering: Offering,
    form: SubscribeForm,
    context: dict[str, Any],
    at: datetime,
) -> HttpResponse:
    """Judge the amount without recording anything, and show the agreement as it would be."""
    given = form.cleaned_data
    wanted = would_be(offering.pk, person, units=given["units"], insider=given["insider"], at=at)
    findings = rules.judge(wanted.facts, on=portal_day(offering.portal, at))
    if not_met(findings):
        context["total"] = total_of(wanted, findings, given["units"])
        return refused(request, _PAGE, context, Outcome(findings=findings))
    context |= {"amount": wanted.facts.amount, "right": wanted.right, "units": given["units"]}
    return render(request, "equity/investor/agree.html", context)


def _agree(
    request: HttpRequest,
    person: Person,
    offering: Offering,
    form: SubscribeForm,
    context: dict[str, Any],
) -> HttpResponse:
    given = form.cleaned_data
    outcome = attempt(
        lambda: subscribing.subscribe(
            actor=investor_actor(person),
            offering_id=offering.pk,
            units=given["units"],
            insider=given["insider"],
            at=clock.now(),
            key=sent(request),
        ),
        Refused,
    )
    if outcome.refused or outcome.answer is None:
        return refused(request, _PAGE, context, outcome)
    url = reverse("equity:subscription", args=[outcome.answer.subject.pk])
    return done(request, url, _("Your subscription is agreed."))
