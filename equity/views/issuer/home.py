"""My issuers; one issuer: its principals, its group, what it distributed before, its offerings."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compliance.idempotency.services import is_answered
from compliance.rules.kernel.findings import Finding
from compliance.web import clock
from compliance.web.acting import attempt, done, sent
from equity.forms.accounts import AccountForm
from equity.forms.principals import PrincipalForm, held_rows, particulars_of
from equity.models import GroupEdge, Issuer, Principal
from equity.particulars import principal_incomplete
from equity.refusal import Refused
from equity.selectors import groups
from equity.selectors.content import principals_digest
from equity.selectors.payouts import account_in_force
from equity.services.bank_details import propose_account
from equity.services.issuers import NewPrincipal, replace_principals
from equity.views.issuer.common import Acting, issuer_page, issuers_of, show


@login_required
@require_safe
def issuer_home(request: HttpRequest) -> HttpResponse:
    """The issuers that I act for; the only one at once."""
    mine = issuers_of(request.user)  # type: ignore[arg-type]
    if len(mine) == 1:
        return redirect("equity:issuer", mine[0].pk)
    return render(request, "equity/issuer/home.html", {"issuers": mine})


@issuer_page()
def issuer(request: HttpRequest, acting: Acting) -> HttpResponse:
    """An issuer as the rules see it, and its offerings."""
    return _issuer(request, acting)


def _issuer(
    request: HttpRequest, acting: Acting, *, reasons: tuple[Finding, ...] = (), status: int = 200
) -> HttpResponse:
    """The issuer's page, with the reasons of an act that was just refused."""
    us = acting.issuer
    context = {
        "reasons": reasons,
        "seen": principals_digest(us),
        "principals": [
            {"row": row, "incomplete": principal_incomplete(row)} for row in us.principals.all()
        ],
        "group": _group(us),
        "earlier": us.earlier.order_by("-closed_on"),
        "offerings": us.offerings.select_related("in_force", "working").order_by("-created_at"),
    }
    return show(request, "issuer.html", acting, context, status=status)


def _group(us: Issuer) -> list[dict[str, Any]]:
    """The links that any chain reaches, with the names of both ends."""
    edges = groups.component_edges(us.pk)
    names = {str(row.pk): row.name for row in groups.issuers_reached(us.pk)}
    kinds = {
        GroupEdge.Kind.AFFILIATE.value: _("Affiliate"),
        GroupEdge.Kind.COMMON_ENTERPRISE.value: _("Common enterprise"),
        GroupEdge.Kind.SAME_FOUNDER.value: _("Same founder"),
    }
    return [
        {
            "one": names.get(edge.one, "—"),
            "other": names.get(edge.other, "—"),
            "kind": kinds.get(edge.kind, edge.kind),
            "since": edge.since,
            "until": edge.until,
        }
        for edge in edges
    ]


@issuer_page("GET", "HEAD", "POST", reads="holders")
def account(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Propose the account that the issuer is to be paid to; two officers put it in force."""
    posted = request.POST if request.method == "POST" else None
    form, now = AccountForm(posted), account_in_force(acting.issuer.pk)
    context: dict[str, Any] = {
        "form": form,
        "now": now,
        "proposed": acting.issuer.accounts.filter(in_force=None).order_by("-proposed_at")[:10],
    }
    if posted is None:
        return show(request, "account.html", acting, context)
    if not form.is_valid():
        return show(request, "account.html", acting, context, status=422)
    outcome = attempt(
        lambda: propose_account(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            at=clock.now(),
            key=sent(request),
            **form.cleaned_data,
        ),
        Refused,
    )
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "account.html", acting, context, status=422)
    return done(
        request,
        reverse("equity:account", args=(acting.issuer.pk,)),
        _("The account is proposed. Nothing is paid to it until two officers have approved it."),
    )


def _declared(us: Issuer) -> list[NewPrincipal]:
    return [
        NewPrincipal(row.name, row.position, dict(row.particulars)) for row in us.principals.all()
    ]


def _at(us: Issuer, order: int) -> Principal:
    found = list(us.principals.all())
    if not 0 <= order < len(found):
        raise Http404
    return found[order]


@issuer_page("GET", "HEAD", "POST", reads="work")
def principal_new(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Declare one more principal."""
    return _principal(request, acting, None)


@issuer_page("GET", "HEAD", "POST", reads="work")
def principal_edit(request: HttpRequest, acting: Acting, order: int) -> HttpResponse:
    """Change the particulars of a principal."""
    return _principal(request, acting, order)


def _principal(request: HttpRequest, acting: Acting, order: int | None) -> HttpResponse:
    row = None if order is None else _at(acting.issuer, order)
    posted = request.POST if request.method == "POST" else None
    kept = {} if row is None else dict(row.particulars)
    form = PrincipalForm(
        posted,
        name="" if row is None else row.name,
        position="" if row is None else row.position,
        stored=kept,
    )
    held = held_rows(posted, kept.get("held"))
    seen = principals_digest(acting.issuer) if posted is None else posted.get("seen")
    context: dict[str, Any] = {"form": form, "held": held, "order": order, "row": row, "seen": seen}
    if posted is None:
        return show(request, "principal.html", acting, context)
    if not (form.is_valid() and held.is_valid()):
        return show(request, "principal.html", acting, context, status=422)
    given = form.cleaned_data
    told = NewPrincipal(given["name"], given["position"], particulars_of(form, held, kept))
    declared = _declared(acting.issuer)
    if order is None:
        declared.append(told)
    else:
        declared[order] = told
    outcome = attempt(
        lambda: replace_principals(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            principals=declared,
            at=clock.now(),
            seen=seen,
            key=sent(request),
        ),
        Refused,
    )
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "principal.html", acting, context, status=422)
    return done(
        request,
        reverse("equity:issuer", args=(acting.issuer.pk,)),
        _("The principal is recorded. Certify again every document that names the principals."),
    )


@issuer_page("POST", reads="work")
def principal_remove(request: HttpRequest, acting: Acting, order: int) -> HttpResponse:
    """No longer declare a principal; the button pressed twice does not remove the next one too."""
    key, declared = sent(request), _declared(acting.issuer)
    if not is_answered(actor=acting.actor, key=key):
        _at(acting.issuer, order)
        del declared[order]
    outcome = attempt(
        lambda: replace_principals(
            actor=acting.actor,
            issuer_id=acting.issuer.pk,
            principals=declared,
            at=clock.now(),
            seen=request.POST.get("seen"),
            key=key,
        ),
        Refused,
    )
    if outcome.refused:
        return _issuer(request, acting, reasons=outcome.reasons, status=422)
    return done(
        request,
        reverse("equity:issuer", args=(acting.issuer.pk,)),
        _("The principal is no longer declared."),
    )
