"""What is recorded about accounts, and the words for it."""

from compliance.approvals import acts
from compliance.approvals.acts import Act
from compliance.audit.actions import Action, register

USER_CREATE = "accounts:user:create"
ROLE_GRANT = "accounts:role:grant"
ROLE_REVOKE = "accounts:role:revoke"

register(
    Action(USER_CREATE, fr="Compte créé", en="Account created"),
    Action(ROLE_GRANT, fr="Rôle accordé", en="Role granted"),
    Action(ROLE_REVOKE, fr="Rôle retiré", en="Role withdrawn"),
)

OFFICER_ROLE = "officer_role"

acts.register(
    Act(
        OFFICER_ROLE,
        fr="Nommer un responsable de la conformité",
        en="Appoint a compliance officer",
        effect_fr=(
            "La personne peut dès lors agir au bureau de la conformité. Pendant 24\u00a0heures, "
            "elle n'approuve rien avec qui l'a nommée."
        ),
        effect_en=(
            "The person may act at the compliance desk from then on; for 24 hours, they approve "
            "nothing together with whoever appointed them."
        ),
    ),
)
