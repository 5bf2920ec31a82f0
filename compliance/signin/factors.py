"""Second factors: adding, removing and resetting them, told to the owner and to the trail; and
whether a session has one (the port that the desk asks)."""

import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from compliance.accounts import actions, letters
from compliance.accounts.roles import SYSTEM, Actor
from compliance.audit.services import record
from compliance.signin import sessions

LIFE = timedelta(hours=12)
"""How long the desk believes a second factor: a working day."""
GRACE = timedelta(hours=1)
"""How much longer a form may still be sent: what was typed on a page opened in time is not lost."""
_MFA = "mfa"
_REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes stand in for a factor; alone they are none."""


def page_for(request: HttpRequest) -> str:
    """The port of `COMPLIANCE["SECOND_FACTOR"]`: "" while the session's second factor is believed,
    else the page that sets one up, or that asks for it again."""
    user: Any = request.user
    given = [
        record["at"]
        for record in get_authentication_records(request, user)
        if record.get("method") == _MFA
    ]
    life = LIFE if request.method in ("GET", "HEAD") else LIFE + GRACE
    if given and time.time() - max(given) <= life.total_seconds():
        return ""
    page = "mfa_index"
    if given or has_factor(user):
        page = _asking_again(user)
    return f"{reverse(page)}?{urlencode({'next': _wanted(request)})}"


def _wanted(request: HttpRequest) -> str:
    """Where to come back to: the page that was asked for; the one that stands in the window, for a
    part of it; the desk, for an act, which is not done again by itself."""
    if request.method not in ("GET", "HEAD"):
        return reverse("desk:queue")
    window = urlsplit(request.headers.get("HX-Current-URL", ""))
    if window.path:
        return f"{window.path}?{window.query}" if window.query else window.path
    return request.get_full_path()


def has_factor(user: AbstractBaseUser) -> bool:
    """Whether the account has an application or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=_REAL).exists()


def _asking_again(user: AbstractBaseUser) -> str:
    """The page that asks for the factor of an account again."""
    totp = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP)
    return "mfa_reauthenticate" if totp.exists() else "mfa_reauthenticate_webauthn"


def added(request: HttpRequest, user: AbstractBaseUser, kind: str, *, at: datetime) -> None:
    """Tell that a factor was added, in the caller's transaction. Whoever added it has just shown
    that they hold it, so the session has it from then on; the account's others end, which may be
    somebody's who knew the password before there was a factor."""
    _tell(user, actions.FACTOR_ADD, "factor_added", kind, at)
    sessions.end_all(user, but=request.session.session_key, why="factor_added", at=at)
    record_authentication(request, user, method=_MFA, type=kind, added=True)


def removed(request: HttpRequest, user: AbstractBaseUser, kind: str, *, at: datetime) -> None:
    """Tell that a factor was removed, in the caller's transaction. No session lives on by it: the
    others end, and this one has it no more."""
    _tell(user, actions.FACTOR_REMOVE, "factor_removed", kind, at)
    sessions.end_all(user, but=request.session.session_key, why="factor_removed", at=at)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record
        for record in get_authentication_records(request, user)
        if record.get("method") != _MFA
    ]


def renewed(user: AbstractBaseUser, *, at: datetime) -> None:
    """Tell that there are new recovery codes, in the caller's transaction."""
    _tell(user, actions.FACTOR_RENEW, "codes_renewed", "recovery_codes", at)


def reset(*, actor: Actor, user: AbstractBaseUser, at: datetime) -> int:
    """Take every second factor from an account whose owner has lost theirs, end its sessions, and
    tell its owner; returns how many factors there were.

    For the administrator of the installation, on the machine; no page leads here. The owner still
    needs their password, and sets up a new factor before the desk opens.
    """
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().filter(user_id=user.pk)
        kinds = sorted(held.values_list("type", flat=True))
        held.delete()
        entry = record(
            actor=actor,
            action=actions.FACTOR_RESET,
            subject=user,
            at=at,
            payload={"factors": kinds},
        )
        letters.write(user, "factor_reset", entry=entry, at=at)
        sessions.end_all(user, but=None, why="factor_reset", at=at)
    return len(kinds)


def _tell(user: AbstractBaseUser, action: str, event: str, kind: str, at: datetime) -> None:
    entry = record(actor=SYSTEM, action=action, subject=user, at=at, payload={"factor": str(kind)})
    letters.write(user, event, entry=entry, at=at, kind=str(kind))
