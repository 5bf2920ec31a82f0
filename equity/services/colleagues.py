"""An issuer's own people link a colleague, give parts, and end a link.

It is sound because a link gives no more than its part, whoever certifies answers for it, everybody
of the issuer is told by e-mail at once, and officers see it in the trail. An account is linked,
never made: no password passes through a colleague's hands. The portal's officers still may all of
this (``equity.services.members``).
"""

from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import account_of, roles_of, user_uuid
from compliance.idempotency.services import Key
from compliance.rules.ni45_110 import acts
from equity.models import Issuer, IssuerMember
from equity.parts import CERTIFIER, require_known
from equity.policies import policy
from equity.refusal import Refused
from equity.services.common import Done, leave_entry, repeatable
from equity.services.members import MemberError
from equity.services.parts import require_part


def _own_issuer(actor: Actor, issuer_id: UUID, at: datetime) -> Issuer:
    """The actor's issuer, held until the transaction ends, for whoever may say who its people are.
    Raises Refused."""
    if actor.role is not Role.ISSUER or actor.id != issuer_id:
        raise Refused((acts.actor_not_allowed("issuer_record", on=at.date()),))
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer_id)
    require_part(actor, "members")
    return issuer


def _one_still_certifies(issuer: Issuer, leaving: IssuerMember) -> None:
    """Refuse to leave an issuer without anybody who certifies."""
    others = issuer.members.filter(part=CERTIFIER, user__is_active=True).exclude(pk=leaving.pk)
    if leaving.part == CERTIFIER and not others.exists():
        raise Refused((policy("member.last_certifier", met=False),))


@repeatable("issuer:add_colleague")
def add_colleague(
    *,
    actor: Actor,
    issuer_id: UUID,
    email: str,
    part: str,
    at: datetime,
    key: Key | None = None,
) -> Done[Issuer]:
    """Link the account of an address to the actor's issuer, with a part.

    Raises MemberError: ``taken`` where no account of a person has the address (an officer's counts
    as none), ``already``, ``closed``; ValueError on another part; Refused.
    """
    require_known(part)
    issuer = _own_issuer(actor, issuer_id, at)
    user = account_of(email)
    if user is None or roles_of(user):
        raise MemberError("taken")
    if not user.is_active:
        raise MemberError("closed")
    if issuer.members.filter(user=user.pk).exists():
        raise MemberError("already")
    IssuerMember.objects.create(user_id=user.pk, issuer=issuer, part=part)
    leave_entry(
        actor,
        "issuer:add_member",
        issuer,
        at,
        payload={"user": user_uuid(user), "new": False, "part": part},
    )
    return Done(issuer)


@repeatable("issuer:set_part")
def set_part(
    *,
    actor: Actor,
    issuer_id: UUID,
    member_id: int,
    part: str,
    at: datetime,
    key: Key | None = None,
) -> Done[Issuer]:
    """Give one of the actor's colleagues another part.

    Raises ValueError on another part, Refused, IssuerMember.DoesNotExist.
    """
    require_known(part)
    issuer = _own_issuer(actor, issuer_id, at)
    member = issuer.members.select_related("user").get(pk=member_id)
    if part == member.part:
        return Done(issuer)
    if part != CERTIFIER:
        _one_still_certifies(issuer, member)
    member.part = part
    member.save(update_fields=["part"])
    payload = {"user": user_uuid(member.user), "part": part}
    leave_entry(actor, "issuer:set_part", issuer, at, payload=payload)
    return Done(issuer)


@repeatable("issuer:remove_colleague")
def remove_colleague(
    *, actor: Actor, issuer_id: UUID, member_id: int, at: datetime, key: Key | None = None
) -> Done[Issuer]:
    """End the link of a colleague, or one's own; the account stays.

    Raises Refused, IssuerMember.DoesNotExist.
    """
    issuer = _own_issuer(actor, issuer_id, at)
    member = issuer.members.select_related("user").get(pk=member_id)
    _one_still_certifies(issuer, member)
    leave_entry(actor, "issuer:remove_member", issuer, at, payload={"user": user_uuid(member.user)})
    member.delete()
    return Done(issuer)
