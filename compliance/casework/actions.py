"""What is recorded about cases, and the words for it."""

from compliance.approvals import acts
from compliance.approvals.acts import Act
from compliance.audit.actions import Action, register

OVERRIDE = "override"
"""The act of two people by which a hold is lifted, as requests and triggers know it."""

CASE_OPEN = "casework:case:open"
CASE_CLOSE = "casework:case:close"
"""Of cases closed before there were decisions; entries of the past carry it."""
CASE_FLAG = "casework:case:flag"
CASE_CLEAR = "casework:case:clear"
CASE_ASK = "casework:case:ask"
CASE_HEAR = "casework:case:hear"
CASE_NOTE = "casework:case:note"
CASE_EVIDENCE = "casework:case:evidence"
CASE_ASSIGN = "casework:case:assign"
CASE_ASK_OVERRIDE = "casework:case:ask_override"
CASE_OVERRIDE = "casework:case:override"
CASE_DECIDE = "casework:case:decide"
CASE_TELL = "casework:case:tell"
"""That whoever opened the case is told; an e-mail is written from it."""
ISSUER_TELL = "casework:issuer:tell"
"""That the issuer is told to amend its document; an e-mail is written from it."""
SUBJECT_NOTE = "casework:subject:note"
"""On the subject of a case: what a decision leaves in its own file."""

register(
    Action(CASE_OPEN, fr="Dossier ouvert", en="Case opened"),
    Action(CASE_CLOSE, fr="Dossier clos", en="Case closed"),
    Action(CASE_FLAG, fr="Signalement d'une règle", en="Flag raised by a rule"),
    Action(CASE_CLEAR, fr="Signalement levé", en="Flag cleared"),
    Action(CASE_ASK, fr="Question posée", en="Question asked"),
    Action(CASE_HEAR, fr="Réponse reçue", en="Answer received"),
    Action(CASE_NOTE, fr="Note ajoutée au dossier", en="Note added to the case"),
    Action(CASE_EVIDENCE, fr="Pièce versée au dossier", en="Evidence added to the case"),
    Action(CASE_ASSIGN, fr="Dossier confié", en="Case handed over"),
    Action(CASE_ASK_OVERRIDE, fr="Levée d'un blocage demandée", en="Override of a hold asked for"),
    Action(CASE_OVERRIDE, fr="Blocage levé par deux responsables", en="Hold overridden by two"),
    Action(CASE_DECIDE, fr="Dossier décidé", en="Case decided"),
    Action(CASE_TELL, fr="Réponse communiquée", en="Answer told"),
    Action(ISSUER_TELL, fr="Modification demandée à l'émetteur", en="Issuer asked to amend"),
    Action(SUBJECT_NOTE, fr="Décision d'un dossier consignée", en="Decision of a case noted"),
)

acts.register(
    Act(
        OVERRIDE,
        fr="Lever un blocage",
        en="Override a hold",
        effect_fr="Ces signalements ne retiennent plus aucun argent; ils restent inscrits.",
        effect_en="These flags no longer hold back any money; they stay on record.",
    ),
)
