"""What is recorded about prescribed wording, and the words for it."""

from compliance.approvals import acts
from compliance.approvals.acts import Act
from compliance.audit.actions import Action, register

WORDING_COMPARE = "documents:wording:compare"
WORDING_CONFIRM = "documents:wording:confirm"
WORDING_IMPORT = "documents:wording:import"

register(
    Action(WORDING_COMPARE, fr="Libellé comparé au texte officiel", en="Wording compared"),
    Action(WORDING_CONFIRM, fr="Libellé confirmé", en="Wording confirmed"),
    Action(WORDING_IMPORT, fr="Libellé versé", en="Wording put in"),
)

WORDING = "wording"

acts.register(
    Act(
        WORDING,
        fr="Confirmer un libellé prescrit",
        en="Confirm a prescribed statement",
        effect_fr=(
            "La mention d'ébauche ne vient plus de cet énoncé dans cette langue. Des mots versés "
            "valent à partir de leur date. La confirmation est celle du portail; elle ne vaut que "
            "pour ces mots, et ne se reprend pas."
        ),
        effect_en=(
            "The draft mark no longer comes from this statement in this language. Words that were "
            "put in hold from their day on. The confirmation is the portal's own; it holds for "
            "these very words, and is not taken back."
        ),
    ),
)
