"""The investor behind a request."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import AnyUser
from investors.models import Login, Person

Given = ParamSpec("Given")
Answer = TypeVar("Answer", bound=HttpResponseBase)
"""A page, or a file that is handed out piece by piece."""


def person_of(user: AnyUser) -> Person | None:
    """The person who signs in with this account; None for a visitor or another kind of account."""
    if not user.is_authenticated:
        return None
    login = Login.objects.select_related("person").filter(user_id=user.pk).first()
    return None if login is None else login.person


def investor_actor(person: Person) -> Actor:
    """A person as an investor, as every service is given them."""
    return Actor(Role.INVESTOR, person.pk, person.display_name)


def investor_only(
    view: Callable[Concatenate[HttpRequest, Person, Given], Answer],
) -> Callable[Concatenate[HttpRequest, Given], Answer]:
    """Give the view the person who asks. A visitor is asked to sign in; an account that is not an
    investor's gets the page of what does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        person = person_of(request.user)
        if person is None:
            raise Http404
        return view(request, person, *args, **kwargs)

    return login_required(guarded)
