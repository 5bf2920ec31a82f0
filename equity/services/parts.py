"""Refusing an act to one of an issuer's people whose part is another, by the service itself."""

from compliance.accounts.roles import Actor, Role
from compliance.rules.kernel.findings import Finding
from equity.parts import ACTS
from equity.policies import policy
from equity.refusal import Refused
from equity.selectors.members import member_of


def not_of_part(act: str) -> Finding:
    """Why an act is refused to whoever has another part: whose it is."""
    return policy("member.part", met=False, parts=tuple(sorted(ACTS[act])))


def require_part(actor: Actor, act: str) -> None:
    """Refuse with member.part, alone, an account of an issuer whose part does not have the act.

    An issuer that acts without an account (a story, another program of the host's) has every part.
    A link that ended meanwhile has none. Raises Refused.
    """
    if actor.role is not Role.ISSUER or actor.account is None or actor.id is None:
        return
    member = member_of(actor.id, actor.account)
    if member is None or member.part not in ACTS[act]:
        raise Refused((not_of_part(act),))
