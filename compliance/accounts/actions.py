"""What is recorded about accounts, and the words for it."""

from compliance.audit.actions import Action, register

USER_CREATE = "accounts:user:create"
ROLE_GRANT = "accounts:role:grant"
ROLE_REVOKE = "accounts:role:revoke"

register(
    Action(USER_CREATE, fr="Compte créé", en="Account created"),
    Action(ROLE_GRANT, fr="Rôle accordé", en="Role granted"),
    Action(ROLE_REVOKE, fr="Rôle retiré", en="Role withdrawn"),
)
