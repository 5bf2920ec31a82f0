"""The file of an issuer as an officer keeps it: particulars, earlier distributions, accounts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.accounts.selectors import display_name
from compliance.desk.forms import EarlierForm, IssuerForm, MemberForm
from compliance.desk.views.common import Desk, act, acting, show
from compliance.idempotency.services import is_answered
from compliance.rules.kernel.findings import Finding, not_met
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from equity.forms.members import PART_CHOICES
from equity.models import Issuer, IssuerMember, Offering
from equity.selectors.clock import day_of_portals, portal_day
from equity.services import issuers as issuer_services
from equity.services import members as member_services
from equity.services.members import MemberError, NewMember

_WHY = {
    "already": gettext_lazy("This account acts for the issuer already."),
    "closed": gettext_lazy("This account is closed: nobody signs in with it."),
    "staff": gettext_lazy(
        "This account holds a role of the portal: whoever approves does not act for an issuer."
    ),
    "taken": gettext_lazy("No account can be made with this e-mail."),
    "elsewhere": gettext_lazy(
        "Nobody signs in with this e-mail, and accounts are not made here: make one first."
    ),
}


@acting()
def register(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Register an issuer."""
    posted = request.POST if request.method == "POST" else None
    form = IssuerForm(posted)
    context: dict[str, Any] = {"form": form, "issuer": None}
    if posted is None:
        return show(request, "particulars.html", desk, context)
    if not form.is_valid():
        return show(request, "particulars.html", desk, context, status=422)
    outcome = act(
        lambda: issuer_services.register_issuer(
            actor=desk.actor, at=clock.now(), key=sent(request), **form.cleaned_data
        )
    )
    if outcome.refused or outcome.answer is None:
        context["reasons"] = outcome.reasons
        return show(request, "particulars.html", desk, context, status=422)
    url = reverse("desk:issuer", args=(outcome.answer.subject.pk,))
    return done(request, url, _("The issuer is recorded."))


@acting()
def particulars(request: HttpRequest, desk: Desk, issuer_id: UUID) -> HttpResponse:
    """Change the particulars of an issuer; its offerings under way are judged again."""
    row = get_object_or_404(Issuer, pk=issuer_id)
    posted = request.POST if request.method == "POST" else None
    stored = {name: getattr(row, name) for name in issuer_services.PARTICULARS}
    form = IssuerForm(posted, initial=stored)
    context: dict[str, Any] = {"form": form, "issuer": row}
    if posted is None:
        return show(request, "particulars.html", desk, context)
    if not form.is_valid():
        return show(request, "particulars.html", desk, context, status=422)
    key = sent(request, corrects=True)
    outcome = act(
        lambda: issuer_services.update_issuer(
            actor=desk.actor, issuer_id=row.pk, at=clock.now(), key=key, **form.cleaned_data
        )
    )
    if outcome.refused or outcome.answer is None:
        context["reasons"] = outcome.reasons
        return show(request, "particulars.html", desk, context, status=422)
    said = _(
        "The particulars are recorded. A document that prints what has changed is certified again."
    )
    return done(
        request,
        reverse("desk:issuer", args=(row.pk,)),
        _with_unmet(said, outcome.answer.findings),
    )


@acting()
def earlier(request: HttpRequest, desk: Desk, issuer_id: UUID) -> HttpResponse:
    """Add a distribution closed elsewhere; the open offerings of the group are judged again."""
    row, at = get_object_or_404(Issuer, pk=issuer_id), clock.now()
    posted = request.POST if request.method == "POST" else None
    form = EarlierForm(posted)
    context: dict[str, Any] = {"issuer": row, "form": form}
    if posted is None:
        return show(request, "earlier.html", desk, context)
    key = sent(request)
    if form.is_valid() and not is_answered(actor=desk.actor, key=key):
        _check_earlier(form, row, _today(row, at))
    if not form.is_valid():
        return show(request, "earlier.html", desk, context, status=422)
    given = form.cleaned_data
    outcome = act(
        lambda: issuer_services.declare_earlier(
            actor=desk.actor,
            issuer_id=row.pk,
            closed_on=given["closed_on"],
            amount=given["amount"],
            at=at,
            key=key,
        )
    )
    if outcome.refused or outcome.answer is None:
        context["reasons"] = outcome.reasons
        return show(request, "earlier.html", desk, context, status=422)
    said = _(
        "The distribution is recorded. Every offering under way of the group was judged again."
    )
    return done(
        request,
        reverse("desk:issuer", args=(row.pk,)),
        _with_unmet(said, outcome.answer.findings),
    )


def _check_earlier(form: EarlierForm, row: Issuer, today: date) -> None:
    """What is never erased is looked at twice: no day to come, nothing that stands already."""
    given = form.cleaned_data
    if given["closed_on"] > today:
        form.add_error("closed_on", _("This day is still to come."))
    elif row.earlier.filter(closed_on=given["closed_on"], amount=given["amount"]).exists():
        form.add_error(None, _("This distribution is recorded already."))


def _today(row: Issuer, at: datetime) -> date:
    """The day at the portal of the issuer's offerings; at the portals where it has none yet."""
    offering = Offering.objects.filter(issuer=row).select_related("portal").first()
    return day_of_portals(at) if offering is None else portal_day(offering.portal, at)


def _with_unmet(said: str, findings: Iterable[Finding]) -> str:
    """The message of an act with the sentences of what is no longer met, each once."""
    titles = dict.fromkeys(each.message(current()) for each in not_met(tuple(findings)))
    return " ".join((said, "; ".join(titles))) if titles else said


@acting()
def members(request: HttpRequest, desk: Desk, issuer_id: UUID) -> HttpResponse:
    """The accounts that act for an issuer, and one more.

    The password of a new account stands in the answer to the form and nowhere else: neither in a
    message, which waits in a cookie, nor in a page that could be asked for again.
    """
    row = get_object_or_404(Issuer, pk=issuer_id)
    posted = request.POST if request.method == "POST" else None
    form = MemberForm(posted)
    context: dict[str, Any] = {"issuer": row, "form": form, "members": _members(row)}
    if posted is None:
        return show(request, "members.html", desk, context)
    linked = _linked(form, desk, row) if form.is_valid() else None
    if linked is None:
        return show(request, "members.html", desk, context, status=422)
    if not linked.password:
        url = reverse("desk:members", args=(row.pk,))
        return done(request, url, _("The account is linked to the issuer."))
    context |= {"form": MemberForm(), "members": _members(row), "made": linked}
    context["made_for"] = form.cleaned_data["email"]
    return show(request, "members.html", desk, context)


def _linked(form: MemberForm, desk: Desk, row: Issuer) -> NewMember | None:
    """The new link; None, with the reason at the address, where the account cannot be linked."""
    try:
        outcome = act(
            lambda: member_services.add_member(
                actor=desk.actor, issuer_id=row.pk, at=clock.now(), **form.cleaned_data
            )
        )
    except MemberError as error:
        form.add_error("email", str(_WHY[error.why]))
        return None
    assert outcome.answer is not None  # It refuses nothing but whoever may not.
    linked: NewMember = outcome.answer.subject
    return linked


def _members(row: Issuer) -> list[dict[str, Any]]:
    linked = row.members.select_related("user").order_by("pk")
    parts = dict(PART_CHOICES)
    return [
        {
            "pk": each.pk,
            "name": display_name(each.user),
            "email": each.user.get_username(),
            "active": each.user.is_active,
            "part": parts[each.part],
        }
        for each in linked
    ]


@acting("POST")
def remove_member(
    request: HttpRequest, desk: Desk, issuer_id: UUID, member_id: int
) -> HttpResponse:
    """End the link of an account to an issuer."""
    try:
        outcome = act(
            lambda: member_services.remove_member(
                actor=desk.actor,
                issuer_id=issuer_id,
                member_id=member_id,
                at=clock.now(),
                key=sent(request),
            )
        )
    except (Issuer.DoesNotExist, IssuerMember.DoesNotExist) as error:
        raise Http404 from error
    if outcome.refused:
        row = get_object_or_404(Issuer, pk=issuer_id)
        context = {"issuer": row, "form": MemberForm(), "members": _members(row)}
        context["reasons"] = outcome.reasons
        return show(request, "members.html", desk, context, status=422)
    return done(
        request,
        reverse("desk:members", args=(issuer_id,)),
        _("The account no longer acts for the issuer."),
    )
