"""Who acts: the roles of the portal, and the actor that every service is given.

Pure: no model is imported here, so that any module above the cellar may name an actor.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The parts people play. Officer and examiner are granted; the others follow from the data."""

    SYSTEM = "system"
    OFFICER = "officer"
    ISSUER = "issuer"
    INVESTOR = "investor"
    EXAMINER = "examiner"


GRANTABLE_ROLES = (Role.OFFICER, Role.EXAMINER)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and as what."""

    role: Role
    """The part in which they act."""
    id: UUID | None
    """The user (officer, examiner), the issuer, the person (investor), or None (system)."""
    name: str = ""
    """How screens call them. Never written to the audit trail."""
    account: UUID | None = None
    """The account through which a person acts for an issuer; None where no person does."""

    def __post_init__(self) -> None:
        if (self.role is Role.SYSTEM) != (self.id is None):
            raise ValueError(f"An actor of role {self.role} has the wrong id: {self.id!r}.")


SYSTEM = Actor(Role.SYSTEM, None)


class ActorNotAllowed(PermissionError):  # noqa: N818 - it names the finding actor.not_allowed
    """This actor may not do this; nothing was changed."""

    code = "actor.not_allowed"

    def __init__(self, actor: Actor | None, action: str) -> None:
        self.actor, self.action = actor, action
        who = f"An actor of role {actor.role}" if actor else "Whoever asks"
        super().__init__(f"{who} may not do {action}.")


def require(actor: Actor, *roles: Role, action: str) -> None:
    """Raise ActorNotAllowed unless the actor has one of the roles."""
    if actor.role not in roles:
        raise ActorNotAllowed(actor, action)
