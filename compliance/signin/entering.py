"""Going in and out, as the trail tells it: sessions opened, refused and ended."""

from datetime import datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from compliance.accounts import actions
from compliance.accounts.roles import SYSTEM
from compliance.accounts.selectors import account_of, user_uuid
from compliance.audit.services import record
from compliance.signin import sessions

_NOBODY = "00000000-0000-0000-0000-000000000000"


def go_in(request: HttpRequest, user: AbstractBaseUser, *, next_url: str = "") -> HttpResponse:
    """Go on after the right password: to the page of the second factor where the account has one,
    else in; what is written of it and its entry are one transaction. Nothing personal is kept in
    the session."""
    record_authentication(request, user, method="password")
    with transaction.atomic():
        return perform_login(request, Login(user=user, redirect_url=next_url or None))


def enter(request: HttpRequest, user: AbstractBaseUser) -> None:
    """The port of `COMPLIANCE["ENTER"]`: a session for somebody who has just opened an account, and
    so has typed its password on the same page."""
    go_in(request, user)


def may_register(request: HttpRequest) -> bool:
    """The port of `COMPLIANCE["MAY_REGISTER"]`: counts the tries of a machine, since the form must
    say that an address is taken, and so tells whoever asks for many of them who has an account."""
    return ratelimit.consume(request, action="signup")


def opened(request: HttpRequest, user: AbstractBaseUser, *, at: datetime) -> None:
    """Record that a session was opened, and by which second factor."""
    kinds = {
        str(kept["type"])
        for kept in get_authentication_records(request, user)
        if kept.get("method") == "mfa"
    }
    with transaction.atomic():
        record(
            actor=SYSTEM,
            action=actions.SESSION_OPEN,
            subject=user,
            at=at,
            payload={"factor": sorted(kinds)},
        )


def refused(
    *, email: str = "", user: AbstractBaseUser | None = None, why: str, at: datetime
) -> None:
    """Record that a sign-in was refused: at which account, by its id, and why, as a code. Of an
    address that no account has, only that there was one: the trail never holds what was typed."""
    account = user or (account_of(email) if email else None)
    subject = (get_user_model(), _NOBODY if account is None else user_uuid(account))
    with transaction.atomic():
        record(
            actor=SYSTEM,
            action=actions.SESSION_REFUSE,
            subject=subject,
            at=at,
            payload={"why": why},
        )


def left(request: HttpRequest, *, at: datetime) -> None:
    """Record that somebody signs out, and forget the session's place in the list."""
    user: Any = request.user
    mine = UserSession.objects.filter(session_key=request.session.session_key or "")
    sessions.end(user, mine, why="signed_out", at=at)
