"""What every page of the issuer shares: who is asking, whose offering it is, and the way out.

Whoever is not signed in is asked to sign in, whatever the address; whoever is, and does not act for
the issuer, gets the page of what does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import display_name, user_uuid
from compliance.web.acting import Outcome, attempt
from equity.models import Issuer, Offering
from equity.parts import ACTS
from equity.refusal import Refused
from equity.services.parts import not_of_part

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on a page, for which issuer, and on which offering where there is one."""

    user: AbstractBaseUser
    actor: Actor
    issuer: Issuer
    part: str
    """Their part for the issuer (``equity.parts``)."""
    offering: Offering | None = None

    @property
    def the_offering(self) -> Offering:
        """The offering of a page that has one."""
        assert self.offering is not None
        return self.offering

    def may(self, act: str) -> bool:
        """Whether their part has an act (``equity.parts``)."""
        return self.part in ACTS[act]

    def url(self, name: str, *args: object) -> str:
        """The address of a page of the same offering."""
        return reverse(f"equity:{name}", args=(self.the_offering.pk, *args))


def issuers_of(user: AbstractBaseUser) -> list[Issuer]:
    """The issuers that an account acts for, by name."""
    return list(Issuer.objects.filter(members__user=user.pk).order_by("name"))


def _actor(user: AbstractBaseUser, issuer: Issuer) -> Actor:
    return Actor(Role.ISSUER, issuer.pk, display_name(user), user_uuid(user))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The page where one signs in. A part of a page that htmx asks for would get that page in its
    place: it is told so by its status."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())


def issuer_page(*methods: str, reads: str = "look") -> Callable[[View], View]:
    """A view over one issuer of the signed-in account: called with the request and an Acting.

    ``reads`` is the act of ``equity.parts`` that somebody needs for the page at all.
    """

    def wrap(view: View) -> View:
        @require_http_methods(list(methods or ("GET", "HEAD")))
        @wraps(view)
        def page(request: HttpRequest, issuer_id: UUID, **given: Any) -> HttpResponseBase:
            if not isinstance(request.user, AbstractBaseUser):
                return _to_sign_in(request)
            mine = Issuer.objects.filter(pk=issuer_id, members__user=request.user.pk)
            issuer = mine.annotate(my_part=F("members__part")).first()
            if issuer is None:
                raise Http404
            actor = _actor(request.user, issuer)
            acting = Acting(request.user, actor, issuer, issuer.my_part)
            return _served(view, request, acting, reads, given)

        return page

    return wrap


def offering_page(*methods: str, reads: str = "look") -> Callable[[View], View]:
    """A view over one offering of the signed-in account's issuer; ``reads`` as above."""

    def wrap(view: View) -> View:
        @require_http_methods(list(methods or ("GET", "HEAD")))
        @wraps(view)
        def page(request: HttpRequest, offering_id: UUID, **given: Any) -> HttpResponseBase:
            if not isinstance(request.user, AbstractBaseUser):
                return _to_sign_in(request)
            offering = (
                Offering.objects.filter(pk=offering_id, issuer__members__user=request.user.pk)
                .select_related("issuer", "portal", "in_force", "working")
                .annotate(my_part=F("issuer__members__part"))
                .first()
            )
            if offering is None:
                raise Http404
            actor = _actor(request.user, offering.issuer)
            acting = Acting(request.user, actor, offering.issuer, offering.my_part, offering)
            return _served(view, request, acting, reads, given)

        return page

    return wrap


def _served(
    view: View, request: HttpRequest, acting: Acting, reads: str, given: dict[str, Any]
) -> HttpResponseBase:
    """The page; where somebody's part does not have the act that it needs, whose it is instead.
    Pages show them no link to it."""
    if acting.may(reads):
        return view(request, acting, **given)
    context = {"reasons": (not_of_part(reads),)}
    return show(request, "not_yours.html", acting, context, status=403)


def act(service: Callable[[], Any]) -> Outcome[Any]:
    """Run a service of this floor; a refusal becomes an outcome with its findings."""
    return attempt(service, Refused)


def show(
    request: HttpRequest, template: str, acting: Acting, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the issuer, with who acts."""
    return render(
        request,
        f"equity/issuer/{template}",
        {
            "issuer": acting.issuer,
            "offering": acting.offering,
            "may": {name: acting.may(name) for name in ACTS},
            **context,
        },
        status=status,
    )
