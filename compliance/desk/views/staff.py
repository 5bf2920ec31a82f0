"""Who holds a role of the portal, and how it is given and taken away."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.accounts import services as accounts
from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import Role
from compliance.accounts.selectors import account_of, display_name, officers, roles_of
from compliance.accounts.services import AccountError
from compliance.desk.forms import RoleForm
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.idempotency.services import is_answered
from compliance.web import clock
from compliance.web.acting import done, sent


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
