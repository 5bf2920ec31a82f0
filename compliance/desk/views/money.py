"""Money and what surrounds it: withdrawals by letter, refunds."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.approvals.selectors import standing_request
from compliance.casework.selectors import cases_about
from compliance.desk import selectors
from compliance.desk.forms import SentForm
from compliance.desk.views.common import Desk, act, acting, looking, show, the_offering
from compliance.rules.kernel.zones import zone_of
from compliance.web import clock
from compliance.web.acting import done, sent
from equity import moves
from equity.actions import CORRECTION
from equity.models import Offering, Subscription
from equity.selectors import money as money_now
from equity.services import money

_A_PAGE = 50


def _subscription(subscription_id: UUID) -> Subscription:
    rows = Subscription.objects.select_related("person", "offering__portal", "offering__issuer")
    return get_object_or_404(rows, pk=subscription_id)


@looking()
def subscription(request: HttpRequest, desk: Desk, subscription_id: UUID) -> HttpResponse:
    """One subscription: its amounts, its rights as they were counted, its cases."""
    row = _subscription(subscription_id)
    context = {
        "row": row,
        "offering": row.offering,
        "rights": row.rights.order_by("pk"),
        "due": money_now.refund_due_to(row),
        "cases": cases_about(row),
        "live": row.state in moves.LIVE,
        "payments": money_now.payments_of(row).select_related("entry"),
        "waits": standing_request(CORRECTION, row),
    }
    return show(request, "subscription.html", desk, context)


@acting()
def record_withdrawal(request: HttpRequest, desk: Desk, subscription_id: UUID) -> HttpResponse:
    """Record a notice that came by letter or e-mail, from the instant it was sent (W-20)."""
    row = _subscription(subscription_id)
    posted = request.POST if request.method == "POST" else None
    form = SentForm(posted, zone=zone_of(row.offering.portal.province))
    context: dict[str, Any] = {"row": row, "offering": row.offering, "form": form}
    if posted is None:
        return show(request, "withdrawal.html", desk, context)
    if not form.is_valid():
        return show(request, "withdrawal.html", desk, context, status=422)
    outcome = act(
        lambda: money.record_withdrawal(
            actor=desk.actor,
            subscription_id=row.pk,
            sent=form.cleaned_data["sent"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return show(
            request, "withdrawal.html", desk, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(
        request,
        reverse("desk:subscription", args=(row.pk,)),
        _("The withdrawal is recorded, and what was paid is due back."),
    )


@looking()
def refunds(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """What is due back to purchasers, and what was paid back."""
    return _refunds(request, desk, the_offering(offering_id))


def _refunds(
    request: HttpRequest, desk: Desk, offering: Offering, *, reasons: Any = (), status: int = 200
) -> HttpResponse:
    rows, at = selectors.refunds_of(offering), clock.now()
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "offering": offering,
        "page": page,
        "rows": [selectors.told_duty(duty, at) for duty in page],
        "open": rows.filter(done_at=None).count(),
        "due": money_now.refunds_due(offering),
        "reasons": reasons,
    }
    return show(request, "refunds.html", desk, context, status=status)


@acting("POST")
def refund_all(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Record that everything due back in an offering was paid back."""
    offering = the_offering(offering_id)
    outcome = act(
        lambda: money.refund_all(
            actor=desk.actor, offering_id=offering.pk, at=clock.now(), key=sent(request)
        )
    )
    return _refunded(request, desk, offering, outcome)


@acting("POST")
def refund_one(request: HttpRequest, desk: Desk, subscription_id: UUID) -> HttpResponse:
    """Record that what is due back for one subscription was paid back."""
    row = _subscription(subscription_id)
    outcome = act(
        lambda: money.refund(
            actor=desk.actor, subscription_id=row.pk, at=clock.now(), key=sent(request)
        )
    )
    return _refunded(request, desk, row.offering, outcome)


def _refunded(request: HttpRequest, desk: Desk, offering: Offering, outcome: Any) -> HttpResponse:
    if outcome.refused:
        return _refunds(request, desk, offering, reasons=outcome.reasons, status=422)
    return done(
        request,
        reverse("desk:refunds", args=(offering.pk,)),
        _("The refund is recorded as paid, without deduction."),
    )
