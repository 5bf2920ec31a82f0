"""Who holds a role of the portal, and which prescribed words two people have confirmed."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.accounts import services as accounts
from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import Role
from compliance.accounts.selectors import account_of, display_name, officers, roles_of
from compliance.accounts.services import AccountError
from compliance.approvals.selectors import standing_request
from compliance.desk.forms import CompareForm, RoleForm
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.desk.wording_told import CONFIRMED, STANDINGS, STATES, forms, shown
from compliance.idempotency.services import is_answered
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from documents import confirming
from documents.models import WordingConfirmation
from documents.selectors import comparable_statements, statement_subject


@looking()
def staff(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The officers and the examiners, and how a role is given and taken away."""
    return _staff(request, desk, RoleForm())


def _staff(
    request: HttpRequest, desk: Desk, form: RoleForm, *, reasons: Any = (), status: int = 200
) -> HttpResponse:
    held = RoleGrant.objects.filter(revoked_at=None).select_related("user").order_by("granted_at")
    context = {
        "form": form,
        "alone": officers().count() < 2,
        "rows": [(grant, display_name(grant.user), grant.user.is_active) for grant in held],
        "reasons": reasons,
    }
    return show(request, "staff.html", desk, context, status=status)


@acting("POST")
def grant(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Name an examiner, or propose a new officer to another officer."""
    form = RoleForm(request.POST)
    user = account_of(form.cleaned_data["email"]) if form.is_valid() else None
    key = sent(request)
    if form.is_valid() and not is_answered(actor=desk.actor, key=key):
        _check(form, user)
    if not form.is_valid() or user is None:
        return _staff(request, desk, form, status=422)
    given: dict[str, Any] = {"actor": desk.actor, "user": user, "at": clock.now()}
    examiner = form.cleaned_data["role"] == Role.EXAMINER.value
    try:
        outcome = act(
            lambda: (
                accounts.grant_role(role=Role.EXAMINER, **given, key=key)
                if examiner
                else accounts.ask_officer(**given, key=key)
            )
        )
    except AccountError:
        form.add_error("email", _("This account cannot be given the role."))
        return _staff(request, desk, form, status=422)
    if outcome.refused:
        return _staff(request, desk, form, reasons=outcome.reasons, status=422)
    if examiner:
        said = _("The account holds the role of examiner from now on.")
        return done(request, reverse("desk:staff"), said)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)


def _check(form: RoleForm, user: AbstractBaseUser | None) -> None:
    role = Role(form.cleaned_data["role"])
    if user is None:
        form.add_error("email", _("Nobody signs in with this e-mail."))
    elif not user.is_active:
        form.add_error("email", _("This account is closed: nobody signs in with it."))
    elif role in roles_of(user):
        form.add_error("email", _("This account holds the role already."))


@acting("POST")
def revoke(request: HttpRequest, desk: Desk, grant_id: UUID) -> HttpResponse:
    """Take a role away: one officer is enough, because a role in doubt ends at once."""
    row = get_object_or_404(RoleGrant.objects.select_related("user"), pk=grant_id)
    try:
        outcome = act(
            lambda: accounts.revoke_role(
                actor=desk.actor,
                user=row.user,
                role=Role(row.role),
                at=clock.now(),
                key=sent(request),
            )
        )
    except AccountError:
        form = RoleForm(request.POST)
        form.full_clean()
        form.errors.clear()
        form.add_error(None, _("The role has ended already, or it is that of the last officer."))
        return _staff(request, desk, form, status=422)
    if outcome.refused:
        return _staff(request, desk, RoleForm(), reasons=outcome.reasons, status=422)
    url = reverse("desk:staff") if desk.actor.id != row.holder else "/"
    return done(request, url, _("The role has ended."))


@looking()
def wording(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every prescribed statement in use, form by form, and how it stands in each language; of one
    form or one standing where the address asks for it."""
    every = forms(clock.now().date(), current())
    code, state = request.GET.get("form", ""), request.GET.get("state", "")
    code = code if code in {form.code for form in every} else ""
    state = state if state in STATES else ""
    texts = [text.state for form in every for line in form.lines for text in line.texts]
    context = {
        "forms": shown(every, code, state),
        "every": every,
        "code": code,
        "state": state,
        "states": [(one, STANDINGS[one], texts.count(one)) for one in STATES],
        "confirmed": texts.count(CONFIRMED),
        "total": len(texts),
    }
    return show(request, "wording.html", desk, context)


@acting("GET", "HEAD", "POST")
def statement(request: HttpRequest, desk: Desk, text_digest: str) -> HttpResponse:
    """One statement in both languages; an officer says that they compared it."""
    at = clock.now()
    used = comparable_statements(at.date())
    read = used.get(text_digest)
    if read is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = CompareForm(posted)
    context: dict[str, Any] = {
        "read": read,
        "beside": [
            each
            for each in used.values()
            if (each.id, each.applies_to) == (read.id, read.applies_to)
        ],
        "confirmed": WordingConfirmation.objects.filter(text_digest=text_digest).first(),
        "waits": standing_request("wording", statement_subject(text_digest)),
        "form": form,
    }
    if posted is None:
        return show(request, "statement.html", desk, context)
    if not form.is_valid():
        return show(request, "statement.html", desk, context, status=422)
    try:
        outcome = act(
            lambda: confirming.compare_wording(
                actor=desk.actor,
                text_digest=text_digest,
                source=form.cleaned_data["source"],
                source_digest=form.cleaned_data["source_digest"],
                at=at,
                key=sent(request),
            )
        )
    except confirming.WordingFault:
        form.add_error(None, _("Two people confirmed these words already."))
        return show(request, "statement.html", desk, context, status=422)
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, "statement.html", desk, context, status=422)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)
