"""What the issuer files after the closing: the answers, the draft, the report, the folder."""

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from compliance.accounts.roles import Actor
from compliance.web import clock
from compliance.web.acting import done, sent
from documents.facts.shared import Language
from documents.models import Document
from documents.render import render
from documents.selectors import documents_of
from equity.forms.filed import AmendedForm
from equity.forms.report import ReportForm, answers_of, person_forms, report_lacking
from equity.models import ExemptReport, Offering
from equity.papers.making import UNMAKEABLE, NotMade
from equity.reports.drafting import languages
from equity.reports.folder import write_zip
from equity.reports.gathering import Distribution, distribution, suggested
from equity.reports.papers import draft_report
from equity.reports.schedules import shown_digest
from equity.reports.standing import filing_standing
from equity.services.reports import hand_over, issue_report, save_details
from equity.views.handing import told_in_words
from equity.views.issuer.common import Acting, act, offering_page, show
from equity.views.issuer.papers import inline

_KIND = "exempt_distribution_report"


def filings_context(found: Distribution) -> dict[str, Any]:
    """What a page about the filings shows, the issuer's and the officer's."""
    return {
        "found": found,
        "standing": filing_standing(found) if found.closed else None,
        "languages": languages(found),
        "lacking": report_lacking(found.lacking),
        "reports": _issued(found.offering),
    }


def _issued(offering: Offering) -> list[Document]:
    rows = documents_of(offering.pk).filter(kind=_KIND).order_by("-number", "-language")
    return list(rows.defer("facts"))


@offering_page()
def filings(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The filings of an offering that has opened: by when, where, and what is still missing."""
    return _filings(request, acting)


def _filings(
    request: HttpRequest, acting: Acting, *, status: int = 200, **more: Any
) -> HttpResponse:
    found = distribution(_opened(acting), clock.now())
    context = {**filings_context(found), "form": AmendedForm(), **more}
    if standing := context["standing"]:
        context["seen"] = shown_digest(found, standing.last)
    return show(request, "filings.html", acting, context, status=status)


def _opened(acting: Acting) -> Offering:
    """An offering that has never opened has nothing to file."""
    if acting.the_offering.in_force is None:
        raise Http404
    return acting.the_offering


@offering_page("GET", "HEAD", "POST", reads="report")
def details(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Answer what the report asks; all of it may be left for later."""
    at, posted = clock.now(), request.POST if request.method == "POST" else None
    found = distribution(_opened(acting), at)
    answers = found.answers or suggested(found.offering)
    form = ReportForm(
        posted, answers=answers, security_kind=found.version.security_kind, on=found.on
    )
    people = person_forms(posted, names=found.principals, answers=answers, on=found.on)
    context: dict[str, Any] = {
        "form": form,
        "people": people,
        "lacking": report_lacking(found.lacking),
        "suggested": bool(answers) and not found.answers,
    }
    if posted is None:
        return show(request, "filing_details.html", acting, context)
    fine = [form.is_valid(), *(one.is_valid() for one in people)]
    if not all(fine):
        return show(request, "filing_details.html", acting, context, status=422)
    outcome = act(
        lambda: save_details(
            actor=acting.actor,
            offering_id=found.offering.pk,
            answers=answers_of(form, people),
            at=at,
            key=sent(request, corrects=True),
        )
    )
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "filing_details.html", acting, context, status=422)
    return done(request, acting.url("issuing_filings"), _("The answers are saved."))


@offering_page()
@told_in_words
def draft(request: HttpRequest, acting: Acting, language: str) -> HttpResponse:
    """The report as it now stands, as PDF; nothing is issued."""
    return draft_pdf(distribution(_opened(acting), clock.now()), language)


def draft_pdf(found: Distribution, language: str) -> HttpResponse:
    """A draft in a language of the offering; Http404 before the closing and for another one."""
    chosen: Language | None = next((one for one in languages(found) if one == language), None)
    if chosen is None or not found.closed:
        raise Http404
    try:
        facts = draft_report(found, chosen, at=clock.now())
        pdf = render(facts.kind, facts).pdf
    except UNMAKEABLE as error:
        number = ExemptReport.objects.filter(offering=found.offering).count() + 1
        raise NotMade(_KIND, number, chosen, error) from error
    return inline(pdf, f"draft-report-{chosen}")


@offering_page("POST", reads="work")
def issue(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Issue the report, or the one that amends the last."""
    form = AmendedForm(request.POST)
    if not form.is_valid():
        return _filings(request, acting, status=422, form=form)
    outcome = act(
        lambda: issue_report(
            actor=acting.actor,
            offering_id=acting.the_offering.pk,
            amends_filed_on=form.cleaned_data["filed_on"],
            seen=request.POST.get("seen", ""),
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return _filings(request, acting, status=422, reasons=outcome.reasons, form=form)
    return done(request, acting.url("issuing_filings"), _("The report is issued."))


@offering_page("POST", reads="holders")
@told_in_words
def folder(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """The filing folder as a ZIP; who took it is recorded."""
    return folder_response(acting.actor, _opened(acting))


def folder_response(actor: Actor, offering: Offering) -> FileResponse:
    """The folder of a closed distribution, as a file that nothing between keeps; Http404 for one
    that is not closed."""
    at = clock.now()
    # The response closes the file, and with it the file is gone.
    file = TemporaryFile()  # noqa: SIM115
    outcome = act(lambda: write_zip(offering, file, at=at))
    if outcome.refused:
        file.close()
        raise Http404
    hand_over(actor=actor, offering=offering, at=at)
    file.seek(0)
    name = f"filing-folder-{str(offering.pk)[:8]}.zip"
    response = FileResponse(file, as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
