"""Sessions of an account: which there are, and ending them. An ended session is dead: its row is
gone from the store of sessions, and whoever shows its cookie is a visitor."""

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from compliance.accounts import actions
from compliance.accounts.roles import SYSTEM
from compliance.audit.services import record


def sessions_of(user: AbstractBaseUser) -> list[UserSession]:
    """The sessions that are alive, the newest first; rows of dead ones are removed."""
    alive = UserSession.objects.purge_and_list(user)
    return sorted(alive, key=lambda session: session.created_at, reverse=True)


def end(user: AbstractBaseUser, sessions: Iterable[UserSession], *, why: str, at: datetime) -> int:
    """End sessions of an account and return how many; ``why`` is a code for the trail."""
    ended = list(sessions)
    if not ended:
        return 0
    with transaction.atomic():
        for session in ended:
            session.end()
        record(
            actor=SYSTEM,
            action=actions.SESSION_END,
            subject=user,
            at=at,
            payload={"why": why, "sessions": len(ended)},
        )
    return len(ended)


def end_all(user: AbstractBaseUser, *, but: str | None, why: str, at: datetime) -> int:
    """End every session of an account but the one of this key; returns how many."""
    others = UserSession.objects.filter(user_id=user.pk).exclude(session_key=but or "")
    return end(user, others, why=why, at=at)
