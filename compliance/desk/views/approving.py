"""What waits for a second person: the list, one request with its exact content, approving it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.accounts import services as accounts
from compliance.accounts.actions import OFFICER_ROLE
from compliance.accounts.services import AccountError
from compliance.approvals import services as approvals
from compliance.approvals.judging import judge
from compliance.approvals.models import ApprovalRequest
from compliance.approvals.selectors import facts_of, waiting
from compliance.casework.actions import OVERRIDE
from compliance.desk.agreements import agreement
from compliance.desk.briefs import briefs
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.rules.kernel.findings import not_met
from compliance.rules.wording import statement_ids
from compliance.web import clock
from compliance.web.acting import done, sent
from documents import confirming
from documents.actions import WORDING
from equity.actions import BANK_DETAILS, CORRECTION, OFFERING_APPROVAL, PAYOUT
from equity.services import bank_details, corrections, filing, overrides, payouts

_A_PAGE = 25
APPROVE: dict[str, Callable[..., Any]] = {
    OFFICER_ROLE: accounts.approve_officer,
    WORDING: confirming.confirm_wording,
    BANK_DETAILS: bank_details.approve_account,
    PAYOUT: payouts.approve_payout,
    CORRECTION: corrections.approve_correction,
    OVERRIDE: overrides.approve_override,
}
"""The services that approve a request, by act. An act that is not here is approved where its
subject is handled."""


@looking()
def approvals_waiting(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every request that stands, oldest first."""
    page = Paginator(waiting(), _A_PAGE).get_page(request.GET.get("page"))
    context = {"rows": briefs(page.object_list), "page": page}
    return show(request, "approvals.html", desk, context)


@looking()
def approval(request: HttpRequest, desk: Desk, request_id: UUID) -> HttpResponse:
    """One request: the exact content that is approved, and who may approve it."""
    return _approval(request, desk, get_object_or_404(ApprovalRequest, pk=request_id))


def _approval(
    request: HttpRequest,
    desk: Desk,
    row: ApprovalRequest,
    *,
    reasons: Any = (),
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    assert desk.actor.id is not None
    facts = facts_of(row, desk.actor.id, at=clock.now())
    context = {
        "row": row,
        "told": agreement(row),
        "here": row.act in APPROVE or row.act == OFFERING_APPROVAL,
        "against": not_met(judge(facts)) if desk.officer and row.standing else (),
        "reasons": reasons,
        "said": said,
    }
    return show(request, "approval.html", desk, context, status=status)


@acting("POST")
def approve(request: HttpRequest, desk: Desk, request_id: UUID) -> HttpResponse:
    """Approve what another officer asked for, by the digest that stands on the page."""
    row = get_object_or_404(ApprovalRequest, pk=request_id, act__in=[*APPROVE, OFFERING_APPROVAL])
    seen, key = request.POST.get("seen", ""), sent(request)
    try:
        outcome = act(lambda: _approved(desk, row, seen, key))
    except (AccountError, confirming.WordingFault):
        said = _("This can no longer be done: somebody did it meanwhile by another way.")
        return _approval(request, desk, row, said=said, status=422)
    if outcome.refused:
        return _approval(request, desk, row, reasons=outcome.reasons, status=422)
    return done(request, _next(desk, row), _("It is approved, and done."))


def _next(desk: Desk, row: ApprovalRequest) -> str:
    """Where an approval leads: to the list; of a form's statements, which are asked for by the
    dozen, to the next one that somebody else compared, in the order of the form."""
    if row.act != WORDING:
        return reverse("desk:approvals")
    assert desk.actor.id is not None
    places = {name: place for place, name in enumerate(statement_ids())}
    assert desk.actor.id is not None
    rest = ApprovalRequest.objects.filter(act=WORDING, standing=True)
    waiting_rows = sorted(
        rest.exclude(asked_by=desk.actor.id),
        key=lambda one: (one.said["language"], places.get(one.said["statement"], 0), one.pk),
    )
    if not waiting_rows:
        return reverse("desk:approvals")
    return reverse("desk:approval", args=[waiting_rows[0].pk])


def _approved(desk: Desk, row: ApprovalRequest, seen: str, key: Any) -> Any:
    if row.act == OFFERING_APPROVAL:
        # An empty digest would ask instead of approving: it is taken for one that nobody saw.
        return filing.approve(
            actor=desk.actor,
            offering_id=row.subject_id,
            at=clock.now(),
            seen=seen or "-",
            key=key,
        )
    service = APPROVE[row.act]
    return service(actor=desk.actor, request_id=row.pk, seen=seen, at=clock.now(), key=key)


@acting("POST")
def withdraw(request: HttpRequest, desk: Desk, request_id: UUID) -> HttpResponse:
    """End a request that stands; it may be asked for anew."""
    row = get_object_or_404(ApprovalRequest, pk=request_id)
    outcome = act(
        lambda: approvals.withdraw_request(
            actor=desk.actor, request_id=row.pk, at=clock.now(), key=sent(request)
        )
    )
    if outcome.refused:
        return _approval(request, desk, row, reasons=outcome.reasons, status=422)
    return done(request, reverse("desk:approvals"), _("The request no longer stands."))
