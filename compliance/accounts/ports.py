"""What an installation plugs in about signing in: functions named by their dotted path.

`COMPLIANCE["SECOND_FACTOR"]` names a function of a request that says where its session gets the
second factor that the desk asks for, and "" when it has it. `COMPLIANCE["ENTER"]` names a function
of a request and a user that opens the session of somebody who has just registered, and
`COMPLIANCE["MAY_REGISTER"]` a function of a request that counts a try to register and says whether
there were not too many. The default site names those of `compliance.signin`; a host that signs
people in by other means names its own.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.module_loading import import_string

from compliance.accounts.models import User

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def second_factor_page(request: HttpRequest) -> str:
    """The address of the page by which this session gets a second factor, or renews it; "" when it
    has one, and where the installation asks for none."""
    ask = _named("SECOND_FACTOR")
    return str(ask(request)) if ask else ""


def enter(request: HttpRequest, user: User) -> None:
    """Open a session for a user whose account was opened by this request."""
    way_in = _named("ENTER")
    if way_in:
        way_in(request, user)
    else:
        login(request, user, backend=_BACKEND)


def may_register(request: HttpRequest) -> bool:
    """Count a try to register, and whether it may be looked at; always, where nobody counts."""
    count = _named("MAY_REGISTER")
    return count is None or bool(count(request))


def _named(setting: str) -> Callable[..., Any] | None:
    path = settings.COMPLIANCE.get(setting)
    return import_string(path) if path else None
