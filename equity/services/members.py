"""The accounts that act for an issuer: who is linked, and who no longer is."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from compliance.accounts.models import User
from compliance.accounts.roles import Actor
from compliance.accounts.selectors import account_of, roles_of, user_uuid
from compliance.accounts.services import AccountError, create_user
from compliance.idempotency.services import Key
from equity import moves
from equity.models import Issuer, IssuerMember
from equity.parts import CERTIFIER, require_known
from equity.services.common import Done, leave_entry, repeatable, require_role

Why = Literal["already", "closed", "elsewhere", "staff", "taken"]

_PASSWORD_BYTES = 12
"""Sixteen characters to be read out once: 96 bits, beyond any guessing."""


class MemberError(ValueError):
    """An account cannot be linked; ``why`` says which way, and a page says it in words.

    ``already`` linked; ``closed``, it no longer signs in; ``staff``, it is an officer's or an
    examiner's; ``taken``, the address is no address of a new account; ``elsewhere``, the accounts
    are a host project's own, which alone makes them.
    """

    def __init__(self, why: Why) -> None:
        self.why: Why = why
        super().__init__(f"This account cannot be linked: {why}.")


@dataclass(frozen=True, slots=True)
class NewMember:
    """A link that was made, and the password of the account where that is new.

    The password is nowhere else but as its hash: whoever is given this shows it once.
    """

    member: IssuerMember
    password: str = ""

    def __repr__(self) -> str:
        # A log line or an error page that prints this must not print the password.
        return f"NewMember(member={self.member.pk})"


@transaction.atomic
def add_member(
    *,
    actor: Actor,
    issuer_id: UUID,
    email: str,
    at: datetime,
    name: str = "",
    language: str = "fr",
    part: str = CERTIFIER,
) -> Done[NewMember]:
    """Link the account of an address to an issuer; make the account where there is none.

    An officer or the system may. ``name`` and ``language`` are those of a new account, ``part`` one
    of ``equity.parts.PARTS``. Nobody who holds a role of the portal acts for an issuer as well: who
    prepares an offering does not approve it (our own caution). Raises MemberError, Refused,
    Issuer.DoesNotExist, ValueError.
    """
    require_known(part)
    require_role(actor, "issuer_record", moves.STANDING_MOVES["issuer_record"], at.date())
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)
    user, password = account_of(email), ""
    if user is None:
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        user = _made(actor, email, name, language, password, at)
    elif not user.is_active:
        raise MemberError("closed")
    elif roles_of(user):
        raise MemberError("staff")
    elif issuer.members.filter(user=user.pk).exists():
        raise MemberError("already")
    member = IssuerMember.objects.create(user_id=user.pk, issuer=issuer, part=part)
    leave_entry(
        actor,
        "issuer:add_member",
        issuer,
        at,
        payload={"user": user_uuid(user), "new": bool(password), "part": part},
    )
    return Done(NewMember(member, password))


def _made(
    actor: Actor, email: str, name: str, language: str, password: str, at: datetime
) -> AbstractBaseUser:
    if get_user_model() is not User:
        raise MemberError("elsewhere")
    try:
        return create_user(
            actor=actor, email=email, name=name, language=language, password=password, at=at
        )
    except AccountError as error:
        raise MemberError("taken") from error


@repeatable("issuer:remove_member")
def remove_member(
    *, actor: Actor, issuer_id: UUID, member_id: int, at: datetime, key: Key | None = None
) -> Done[Issuer]:
    """End the link of an account to an issuer; the account stays, and the trail says who it was.

    An officer or the system may. What the account may do is read at every request, so its next
    one is refused. Raises Refused, Issuer.DoesNotExist, IssuerMember.DoesNotExist.
    """
    require_role(actor, "issuer_record", moves.STANDING_MOVES["issuer_record"], at.date())
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)
    member = issuer.members.select_related("user").get(pk=member_id)
    leave_entry(actor, "issuer:remove_member", issuer, at, payload={"user": user_uuid(member.user)})
    member.delete()
    return Done(issuer)
