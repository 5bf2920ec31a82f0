"""What every page of the desk shares: who is looking, and whether they may act.

Whoever is not signed in is asked to sign in; whoever is, and holds neither role, gets the page of
what does not exist. So does an examiner who tries to act. Whoever holds a role and has shown no
second factor in this session is led to the page that asks for one: no page of the desk is seen, and
nothing is done, by a password alone (`compliance.accounts.ports`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from compliance.accounts.ports import second_factor_page
from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import roles_of, staff_actor
from compliance.approvals.judging import ApprovalRefused
from compliance.web.acting import Outcome, attempt
from equity.models import Offering
from equity.refusal import Refused

View = Callable[..., HttpResponseBase]
SEATS: dict[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {}
"""Every page of the desk by the name of its view: who sees it, and by which methods. The table of
docs/desk.md is made of it, and a test holds the two equal."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits at the desk. An examiner looks, an officer acts."""

    user: AbstractBaseUser
    actor: Actor

    @property
    def officer(self) -> bool:
        """Whether they may act."""
        return self.actor.role is Role.OFFICER


def _desk(request: HttpRequest, *roles: Role) -> Desk:
    held = roles_of(request.user)
    for role in roles:
        if role in held:
            assert isinstance(request.user, AbstractBaseUser)
            return Desk(request.user, staff_actor(request.user, role))
    raise Http404


def _lead_to(request: HttpRequest, page: str) -> HttpResponse:
    """Another page instead of the one that was asked for: in the whole window, also where only a
    part of a page was asked for."""
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": page})
    return redirect(page)


def _page(roles: tuple[Role, ...], methods: tuple[str, ...]) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def page(request: HttpRequest, **given: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            desk = _desk(request, *roles)
            factor_page = second_factor_page(request)
            if factor_page:
                return _lead_to(request, factor_page)
            return view(request, desk, **given)

        SEATS[f"{view.__module__.rpartition('.')[2]}.{view.__name__}"] = (roles, methods)
        return page

    return wrap


def looking(*methods: str) -> Callable[[View], View]:
    """A page that officers and examiners see."""
    return _page((Role.OFFICER, Role.EXAMINER), methods or ("GET", "HEAD"))


def acting(*methods: str) -> Callable[[View], View]:
    """A page by which an officer acts."""
    return _page((Role.OFFICER,), methods or ("GET", "HEAD", "POST"))


def the_offering(offering_id: UUID) -> Offering:
    """An offering with all around it; Http404 when there is none."""
    rows = Offering.objects.select_related("issuer", "portal", "in_force", "working")
    return get_object_or_404(rows, pk=offering_id)


def act(service: Callable[[], Any]) -> Outcome[Any]:
    """Run a service; a refusal becomes an outcome with its findings."""
    return attempt(service, (Refused, ApprovalRefused))


def show(
    request: HttpRequest, template: str, desk: Desk, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the desk."""
    return render(request, f"desk/{template}", {"desk": desk, **context}, status=status)
