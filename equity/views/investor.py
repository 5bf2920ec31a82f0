"""What anybody sees: the list, the entry notice, an offering, its document."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.casework.selectors import published_answers
from compliance.rules.ni45_110 import subscription as rules
from compliance.rules.ni45_110 import withdrawal
from compliance.rules.wording import Statement, statement
from compliance.web import clock
from compliance.web.acting import attempt, done
from compliance.web.language import current, safe_next
from documents.models import Document
from documents.selectors import unconfirmed_statements
from documents.services import render_document
from documents.shelf import Known, known
from equity import moves
from equity.models import Offering, Portal
from equity.refusal import Refused
from equity.selectors import offerings
from equity.selectors.clock import portal_day
from equity.selectors.figures import offering_figures
from equity.selectors.shown import entry_notice
from equity.selectors.subscribing import standing_of, would_be
from equity.services import subscribing
from equity.views import doors
from equity.views.doors import behind_notice
from equity.views.pdf import fetched_ahead, pdf_response
from investors.actors import investor_actor, person_of
from investors.models import Person

_PAGE = 20
_RISKS = (("45-110F2", "R0"), ("45-110F1", "P1"), ("45-110F1", "P2"), ("45-110F1", "P7"))
_DEALER_CATEGORIES = {
    "investment_dealer": {"fr": "courtier en placement", "en": "an investment dealer"},
    "exempt_market_dealer": {
        "fr": "courtier sur le marché dispensé",
        "en": "an exempt market dealer",
    },
}
"""The words that the variable of E2 takes; prescribed with it, so never gettext."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The open offerings, alphabetical or by opening; nothing here ranks or recommends."""
    by_opening = request.GET.get("order") == "opening"
    page = Paginator(offerings.listed(by_opening=by_opening), _PAGE).get_page(
        request.GET.get("page")
    )
    at = clock.now()
    rows = [
        {"offering": row, "version": row.in_force, "days_left": days_left(row, at)} for row in page
    ]
    context = {"rows": rows, "page": page, "by_opening": by_opening}
    return render(request, "equity/investor/home.html", context)


def days_left(offering: Offering, at: datetime) -> int | None:
    """How many days are left to subscribe after today; None once the last day has passed."""
    if offering.last_day is None:
        return None
    left = (offering.last_day - portal_day(offering.portal, at)).days
    return left if left >= 0 else None


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """The entry notice of that kind of portal, acknowledged before any page of the offering."""
    offering = doors.public_offering(offering_id)
    next_url = safe_next(request, reverse("equity:offering", args=[offering.pk]))
    if request.method == "POST":
        doors.acknowledge(request, offering.portal, clock.now())
        return done(request, next_url)
    notice = entry_notice(offering.portal, doors.today(offering), current())
    context = {"offering": offering, "text": notice_text(notice, offering.portal), "next": next_url}
    return render(request, "equity/investor/entry.html", context)


def notice_text(notice: Statement, portal: Portal) -> str:
    """The words of an entry notice, with the portal's name and category where it has them.

    ``COMPLIANCE["DEALER_CATEGORY"]`` says which kind of dealer operates a dealer's portal.
    """
    category = settings.COMPLIANCE.get("DEALER_CATEGORY", "exempt_market_dealer")
    words = _DEALER_CATEGORIES[category][current()]
    values = {"portal": portal.name, "dealer_category": words}
    return notice.render(**{name: values[name] for name in notice.variables})


@require_safe
@behind_notice
def offering(request: HttpRequest, shown: Offering) -> HttpResponse:
    """The public page of an offering: its risks before anything that it promises."""
    at, version, person = clock.now(), shown.document, person_of(request.user)
    left = days_left(shown, at)
    on = portal_day(shown.portal, at)
    standing = known()
    assert shown.first_available is not None
    context = {
        "offering": shown,
        "version": version,
        "figures": offering_figures(shown, at),
        "days_left": left,
        "ninetieth": withdrawal.ninetieth_day(shown.first_available),
        "open": shown.state == moves.OPEN and left is not None,
        "ended": shown.state in moves.FINAL,
        "risks": [
            standing.shelf.statement(row, current(), on, shown.portal.kind).text
            for _form, row in _RISKS
        ],
        "unconfirmed": unconfirmed(shown, [row for _form, row in _RISKS], standing),
        "principals": shown.issuer.principals.all(),
        "answers": published_answers(shown.pk)[:_PAGE],
        "person": person,
        "steps": None if person is None else steps(shown, person, at),
    }
    return render(request, "equity/investor/offering.html", context)


def unconfirmed(offering: Offering, shown: Iterable[str], standing: Known) -> str:
    """The draft mark D1 in words, when one of the prescribed statements shown is unconfirmed."""
    on, here = doors.today(offering), set(shown)
    waiting = unconfirmed_statements(offering.portal.kind, [current()], on, standing)
    ids = [row for row in waiting if row in here]
    return statement("D1", current(), on).render(ids=", ".join(ids)) if ids else ""


def steps(offering: Offering, person: Person, at: datetime) -> list[dict[str, Any]]:
    """The way to a subscription: what the rules say is done, and the page of each step."""
    wanted = would_be(offering.pk, person, units=1, insider=False, at=at)
    findings = rules.judge(wanted.facts, on=portal_day(offering.portal, at))
    met = {finding.code for finding in findings if finding.met}
    return [
        {
            "label": _("Read the offering document"),
            "done": "purchaser.document_read" in met,
            "url": reverse("equity:document", args=[offering.pk]),
        },
        {
            "label": _("Acknowledge the risks"),
            "done": "purchaser.risks_acknowledged" in met,
            "url": reverse("equity:risks", args=[offering.pk]),
        },
        {
            "label": _("Subscribe"),
            "done": False,
            "url": reverse("equity:subscribe", args=[offering.pk]),
        },
    ]


@require_safe
@behind_notice
def document(request: HttpRequest, shown: Offering) -> HttpResponse:
    """The page from which the offering document is opened: French first in Quebec."""
    person = person_of(request.user)
    read = () if person is None else _read(shown, person)
    first = "fr" if person is None else subscribing.default_language(shown, person)
    languages = sorted(shown.document.languages, key=lambda code: code != first)
    context = {
        "offering": shown,
        "person": person,
        "rows": [
            {"language": code, "first": code == first, "read": code in read} for code in languages
        ],
        "french_needed": person is not None and person.province == "QC" and "fr" not in read,
    }
    return render(request, "equity/investor/document.html", context)


def _read(offering: Offering, person: Person) -> tuple[str, ...]:
    return standing_of(offering, person.pk, doors.today(offering)).languages_read


@require_safe
@behind_notice
def document_pdf(request: HttpRequest, shown: Offering, language: str) -> HttpResponse:
    """The offering document in force. Opening it is what records the reading of a person.

    A browser that fetches pages ahead has not opened anything: it is sent away. A document of an
    offering that has ended can still be opened, and there is then nothing to record.
    """
    if fetched_ahead(request):
        return HttpResponse(status=503)
    issued = (
        Document.objects.filter(
            offering_id=shown.pk, kind="offering_document", language=language, person_id=None
        )
        .order_by("-issued_at", "-number")
        .first()
    )
    if issued is None:
        raise Http404
    person, at = person_of(request.user), clock.now()
    if person is not None and shown.state in moves.OPENED and request.method == "GET":
        outcome = attempt(
            lambda: subscribing.read_document(
                actor=investor_actor(person), offering_id=shown.pk, language=language, at=at
            ),
            Refused,
        )
        if outcome.refused:
            return redirect("equity:document", shown.pk)
    return pdf_response(render_document(issued.pk, at=at))
