"""What is recorded about accounts, and the words for it."""

from compliance.approvals import acts
from compliance.approvals.acts import Act
from compliance.audit.actions import Action, register

USER_CREATE = "accounts:user:create"
ROLE_GRANT = "accounts:role:grant"
ROLE_REVOKE = "accounts:role:revoke"
ADDRESS_ASK = "accounts:address:ask"
ADDRESS_VERIFY = "accounts:address:verify"
SESSION_OPEN = "accounts:session:open"
SESSION_REFUSE = "accounts:session:refuse"
SESSION_END = "accounts:session:end"
PASSWORD_CHANGE = "accounts:password:change"
PASSWORD_ASK = "accounts:password:ask"
PASSWORD_RESET = "accounts:password:reset"
FACTOR_ADD = "accounts:factor:add"
FACTOR_REMOVE = "accounts:factor:remove"
FACTOR_RENEW = "accounts:factor:renew"
FACTOR_RESET = "accounts:factor:reset"

register(
    Action(USER_CREATE, fr="Compte créé", en="Account created"),
    Action(ROLE_GRANT, fr="Rôle accordé", en="Role granted"),
    Action(ROLE_REVOKE, fr="Rôle retiré", en="Role withdrawn"),
    Action(ADDRESS_ASK, fr="Lien de vérification envoyé", en="Verification link sent"),
    Action(ADDRESS_VERIFY, fr="Adresse électronique vérifiée", en="E-mail address verified"),
    Action(SESSION_OPEN, fr="Connexion", en="Signed in"),
    Action(SESSION_REFUSE, fr="Connexion refusée", en="Sign-in refused"),
    Action(SESSION_END, fr="Session fermée", en="Session ended"),
    Action(PASSWORD_CHANGE, fr="Mot de passe changé", en="Password changed"),
    Action(PASSWORD_ASK, fr="Nouveau mot de passe demandé", en="New password asked for"),
    Action(PASSWORD_RESET, fr="Mot de passe réinitialisé", en="Password reset"),
    Action(FACTOR_ADD, fr="Second facteur ajouté", en="Second factor added"),
    Action(FACTOR_REMOVE, fr="Second facteur retiré", en="Second factor removed"),
    Action(FACTOR_RENEW, fr="Codes de secours renouvelés", en="Recovery codes renewed"),
    Action(FACTOR_RESET, fr="Second facteur réinitialisé", en="Second factor reset"),
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
