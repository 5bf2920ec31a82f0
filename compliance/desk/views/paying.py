"""The account that an issuer is paid to, the payout of a closing, and how many officers approve."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.approvals.selectors import standing_request
from compliance.desk import case_selectors
from compliance.desk.agreements import account_lines, masked
from compliance.desk.forms import CorrectionForm
from compliance.desk.selectors import officer_name
from compliance.desk.views.common import Desk, act, acting, looking, show, the_offering
from compliance.desk.views.portal_file import show_portal
from compliance.web import clock
from compliance.web.acting import done, sent
from equity import moves
from equity.actions import BANK_DETAILS, PAYOUT
from equity.forms.accounts import AccountForm
from equity.models import Issuer, IssuerAccount, Portal, Subscription
from equity.selectors.holds import holds_on
from equity.selectors.money import payments_of
from equity.selectors.payouts import account_in_force, payout_of
from equity.services import bank_details, corrections, payouts
from equity.services import portals as portal_services


@acting()
def account(request: HttpRequest, desk: Desk, issuer_id: UUID) -> HttpResponse:
    """The account in force, those that were proposed, and a new one."""
    row = get_object_or_404(Issuer, pk=issuer_id)
    posted = request.POST if request.method == "POST" else None
    form = AccountForm(posted)
    if posted is None or not form.is_valid():
        return _account(request, desk, row, form, status=200 if posted is None else 422)
    outcome = act(
        lambda: bank_details.propose_account(
            actor=desk.actor,
            issuer_id=row.pk,
            at=clock.now(),
            key=sent(request),
            **form.cleaned_data,
        )
    )
    if outcome.refused:
        return _account(request, desk, row, form, reasons=outcome.reasons, status=422)
    said = _("The account is proposed. An officer asks for it below, and another approves it.")
    return done(request, reverse("desk:account", args=(row.pk,)), said)


def _account(
    request: HttpRequest,
    desk: Desk,
    row: Issuer,
    form: AccountForm,
    *,
    reasons: Any = (),
    status: int = 200,
) -> HttpResponse:
    now, waits = account_in_force(row.pk), standing_request(BANK_DETAILS, row)
    asked = "" if waits is None else waits.said["account"]
    proposed = row.accounts.filter(in_force=None).order_by("-proposed_at")[:20]
    context = {
        "issuer": row,
        "form": form,
        "now": now,
        "lines": [] if now is None else account_lines(now.account_id),
        "by": [] if now is None else [officer_name(now.asked_by), officer_name(now.approved_by)],
        "proposed": [(each, masked(each), str(each.pk) == asked) for each in proposed],
        "waits": waits,
        "reasons": reasons,
    }
    return show(request, "account.html", desk, context, status=status)


@acting("POST")
def ask_account(request: HttpRequest, desk: Desk, account_id: UUID) -> HttpResponse:
    """Ask that a proposed account be the one in force."""
    row = get_object_or_404(IssuerAccount.objects.select_related("issuer"), pk=account_id)
    outcome = act(
        lambda: bank_details.ask_account(
            actor=desk.actor, account_id=row.pk, at=clock.now(), key=sent(request)
        )
    )
    if outcome.refused:
        reasons = outcome.reasons
        return _account(request, desk, row.issuer, AccountForm(), reasons=reasons, status=422)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)


@looking()
def payout(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """The money of a closing: to which account it goes, or went, and what holds it back."""
    return _payout(request, desk, offering_id)


def _payout(
    request: HttpRequest,
    desk: Desk,
    offering_id: UUID,
    *,
    reasons: Any = (),
    status: int = 200,
) -> HttpResponse:
    offering = the_offering(offering_id)
    if offering.state != moves.CLOSED:
        raise Http404
    paid, now = payout_of(offering), account_in_force(offering.issuer_id)
    held = [] if paid is not None else holds_on(offering).select_related("case")
    context = {
        "offering": offering,
        "closing": offering.closing,
        "paid": paid,
        "paid_to": "" if paid is None else masked(paid.account.account),
        "by": [] if paid is None else [officer_name(paid.asked_by), officer_name(paid.approved_by)],
        "to": "" if now is None else masked(now.account),
        "waits": standing_request(PAYOUT, offering),
        "held": case_selectors.flagged(held),
        "reasons": reasons,
    }
    return show(request, "payout.html", desk, context, status=status)


@acting("POST")
def ask_payout(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Ask that the money of the closing be paid out."""
    offering = the_offering(offering_id)
    outcome = act(
        lambda: payouts.ask_payout(
            actor=desk.actor, offering_id=offering.pk, at=clock.now(), key=sent(request)
        )
    )
    if outcome.refused:
        return _payout(request, desk, offering_id, reasons=outcome.reasons, status=422)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)


@acting()
def correct(
    request: HttpRequest, desk: Desk, subscription_id: UUID, payment_id: UUID
) -> HttpResponse:
    """Ask that a payment recorded in error be taken back."""
    rows = Subscription.objects.select_related("person", "offering__portal", "offering__issuer")
    row = get_object_or_404(rows, pk=subscription_id)
    payment = get_object_or_404(payments_of(row).select_related("entry"), entry=payment_id)
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted)
    context: dict[str, Any] = {"row": row, "payment": payment, "form": form}
    if posted is None:
        return show(request, "correct.html", desk, context)
    if not form.is_valid():
        return show(request, "correct.html", desk, context, status=422)
    outcome = act(
        lambda: corrections.ask_correction(
            actor=desk.actor,
            subscription_id=row.pk,
            payment_id=payment_id,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "correct.html", desk, context, status=422)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)


@acting("POST")
def two_officers(request: HttpRequest, desk: Desk, portal_id: UUID) -> HttpResponse:
    """From now on, two officers approve each offering of this portal."""
    row = get_object_or_404(Portal, pk=portal_id)
    outcome = act(
        lambda: portal_services.ask_two_officers(
            actor=desk.actor, portal_id=row.pk, at=clock.now(), key=sent(request)
        )
    )
    if outcome.refused:
        return show_portal(request, desk, row, reasons=outcome.reasons, status=422)
    said = _("From now on, two officers approve each offering of this portal.")
    return done(request, reverse("desk:portal", args=(row.pk,)), said)
