"""Passwords: what the trail and the owner are told of them. allauth sets the password itself."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from compliance.accounts import actions, letters
from compliance.accounts.roles import SYSTEM
from compliance.accounts.verification import mark_verified
from compliance.audit.services import record
from compliance.signin import sessions


@transaction.atomic
def send_link(user: AbstractBaseUser, link: str, *, at: datetime) -> None:
    """Write the letter with the link to a new password."""
    entry = record(actor=SYSTEM, action=actions.PASSWORD_ASK, subject=user, at=at)
    letters.write(user, "password_link", entry=entry, at=at, link=link)


@transaction.atomic
def reset(user: AbstractBaseUser, *, at: datetime) -> None:
    """Tell that the password was changed by the link: every session ends, and the address is
    verified, since whoever opened the link reads what goes there."""
    entry = record(actor=SYSTEM, action=actions.PASSWORD_RESET, subject=user, at=at)
    letters.write(user, "password_changed", entry=entry, at=at)
    mark_verified(user=user, at=at)
    sessions.end_all(user, but=None, why="password_reset", at=at)


@transaction.atomic
def changed(user: AbstractBaseUser, *, here: str | None, at: datetime) -> None:
    """Tell that its owner changed the password; every session ends but the one of this key."""
    entry = record(actor=SYSTEM, action=actions.PASSWORD_CHANGE, subject=user, at=at)
    letters.write(user, "password_changed", entry=entry, at=at)
    sessions.end_all(user, but=here, why="password_changed", at=at)
