"""Forms 45-110F3 and F4 of a portal: filled in, looked at for what is missing, issued."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.desk.information_forms import (
    TITLES,
    IndividualInformationForm,
    Information,
    IssueForm,
    PortalInformationForm,
    PrincipalForm,
    lines,
    periods,
)
from compliance.desk.views.common import Desk, act, acting, show
from compliance.desk.views.portal_file import show_portal
from compliance.rules.ni45_110.book import rulebook
from compliance.web import clock
from compliance.web.acting import done, sent
from documents.facts.shared import Language
from equity.models import Portal, PortalPrincipal
from equity.selectors.clock import portal_day
from equity.selectors.portal_forms import FormFile, form_file, saved_version
from equity.services import portal_forms as services
from equity.services import portals as portal_services
from equity.services.portal_changes import told_by_form
from equity.words import LANGUAGES


def _about(portal_id: UUID, principal_id: UUID | None) -> tuple[Portal, PortalPrincipal | None]:
    row = get_object_or_404(Portal, pk=portal_id)
    if principal_id is None:
        return row, None
    mine = PortalPrincipal.objects.select_related("portal").filter(portal=row)
    return row, get_object_or_404(mine, pk=principal_id)


def _language(asked: str) -> Language:
    for language in LANGUAGES:
        if language == asked:
            return language
    raise Http404


@acting()
def form(
    request: HttpRequest,
    desk: Desk,
    portal_id: UUID,
    language: str,
    principal_id: UUID | None = None,
) -> HttpResponse:
    """Fill in Form 45-110F3 of a portal, or F4 of a principal, in one language."""
    row, principal = _about(portal_id, principal_id)
    chosen = _language(language)
    if request.method != "POST":
        content = _content(row, principal, chosen)
        return _show(request, desk, row, principal, chosen, _forms(principal, None, content))
    filled = _forms(principal, request.POST, {})
    information, rows = filled
    if not (information.is_valid() and all(each.is_valid() for each in rows.values())):
        return _show(request, desk, row, principal, chosen, filled, status=422)
    content = information.content() | {name: lines(each) for name, each in rows.items()}
    outcome = act(
        lambda: services.save_form(
            actor=desk.actor,
            portal_id=row.pk,
            principal_id=principal_id,
            language=chosen,
            content=content,
            at=clock.now(),
            key=sent(request, corrects=True),
        )
    )
    if outcome.refused:
        return _show(
            request, desk, row, principal, chosen, filled, status=422, reasons=outcome.reasons
        )
    return done(request, _url("form", row, principal, chosen), _("Saved."))


@acting("POST")
def issue(
    request: HttpRequest,
    desk: Desk,
    portal_id: UUID,
    language: str,
    principal_id: UUID | None = None,
) -> HttpResponse:
    """Issue the form as it was saved last, as a document that supersedes the one before."""
    row, principal = _about(portal_id, principal_id)
    chosen, asked = _language(language), IssueForm(request.POST)
    filled = _forms(principal, None, _content(row, principal, chosen))
    if not asked.is_valid():
        return _show(request, desk, row, principal, chosen, filled, status=422, issue=asked)
    try:
        services.issue_form(
            actor=desk.actor,
            portal_id=row.pk,
            principal_id=principal_id,
            language=chosen,
            at=clock.now(),
            key=sent(request),
            **asked.given(),
        )
    except services.NothingToIssue:
        asked.add_error(
            None, _("There is nothing to issue: the document issued last says the same.")
        )
        return _show(request, desk, row, principal, chosen, filled, status=422, issue=asked)
    except services.AnotherVersion:
        asked.add_error(
            None,
            _(
                "The answers were saved again since this page was shown; nothing was issued. "
                "Look at what changed, then issue the document."
            ),
        )
        return _show(request, desk, row, principal, chosen, filled, status=422, issue=asked)
    return done(
        request, reverse("desk:portal", args=(row.pk,)) + "#forms", _("The document is issued.")
    )


@acting("POST")
def add_principal(request: HttpRequest, desk: Desk, portal_id: UUID) -> HttpResponse:
    """Record a principal of the portal, who then has a Form 45-110F4 to fill in."""
    row, asked = get_object_or_404(Portal, pk=portal_id), PrincipalForm(request.POST)
    if not asked.is_valid():
        return show_portal(request, desk, row, new_principal=asked, status=422)
    outcome = act(
        lambda: portal_services.add_principal(
            actor=desk.actor,
            portal_id=row.pk,
            name=asked.cleaned_data["name"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return show_portal(request, desk, row, reasons=outcome.reasons, status=422)
    return done(
        request, reverse("desk:portal", args=(row.pk,)) + "#forms", _("The principal is recorded.")
    )


Filled = tuple[Information, dict[str, Any]]


def _forms(principal: PortalPrincipal | None, data: Any, content: dict[str, Any]) -> Filled:
    if principal is None:
        return PortalInformationForm(data, content=content), {}
    return IndividualInformationForm(data, content=content), periods(data, content)


def _content(row: Portal, principal: PortalPrincipal | None, language: Language) -> dict[str, Any]:
    """What was saved last; where nothing was in this language, what was in the other one."""
    for each in (language, *LANGUAGES):
        saved = saved_version(row, principal, each)
        if saved is not None:
            return dict(saved.content)
    return {}


def _show(
    request: HttpRequest,
    desk: Desk,
    row: Portal,
    principal: PortalPrincipal | None,
    language: Language,
    filled: Filled,
    *,
    status: int = 200,
    issue: IssueForm | None = None,
    reasons: Any = (),
) -> HttpResponse:
    at = clock.now()
    file = form_file(row, principal, language, at)
    told = told_by_form(row, "f3" if principal is None else "f4")
    form, rows = filled
    context = {
        "portal": row,
        "principal": principal,
        "language": language,
        "file": file,
        "form": form,
        "rows": [(name, TITLES[name], each) for name, each in rows.items()],
        "issue": issue or IssueForm(initial={"change": _in_words(file) if told else ""}),
        "can_issue": file.to_issue,
        "told": told,
        "notice_days": rulebook(portal_day(row, at)).count("portal_notice_days"),
        "here": _url("form", row, principal, language),
        "issue_url": _url("issue", row, principal, language),
        "others": [
            (each, _url("form", row, principal, each)) for each in LANGUAGES if each != language
        ],
        "reasons": reasons,
    }
    return show(request, "portal_form.html", desk, context, status=status)


def _in_words(file: FormFile) -> str:
    """What changed, by the names of the lines, to begin with; the officer says it better."""
    return "; ".join(f"{one.heading}, {one.label}" for one in file.changed)


def _url(act_name: str, row: Portal, principal: PortalPrincipal | None, language: Language) -> str:
    if principal is None:
        return reverse(f"desk:portal_{act_name}", args=(row.pk, language))
    return reverse(f"desk:principal_{act_name}", args=(row.pk, principal.pk, language))
