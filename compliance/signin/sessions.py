"""Sessions of an account: which there are, and ending them. An ended session is dead: its row is
gone from the store of sessions, and whoever shows its cookie is a visitor."""

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.db import transaction

from compliance.accounts import actions
from compliance.accounts.roles import SYSTEM
from compliance.audit.services import record

SHOWN = 50


def sessions_of(user: AbstractBaseUser, *, at: datetime) -> list[UserSession]:
    """The newest sessions that are alive, at most ``SHOWN``. Rows of dead ones are removed when
    their owner signs in again."""
    rows = UserSession.objects.filter(user_id=user.pk).order_by("-created_at")
    stored = Session.objects.filter(expire_date__gt=at)
    alive = stored.values("session_key")
    return list(rows.filter(session_key__in=alive)[:SHOWN])


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
