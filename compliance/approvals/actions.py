"""What is recorded about approvals, and the one act whose effect is elsewhere."""

from compliance.approvals import acts
from compliance.approvals.acts import Act
from compliance.audit.actions import Action, register

ASK = "approvals:request:ask"
WITHDRAW = "approvals:request:withdraw"
APPROVE = "approvals:request:approve"
USE = "approvals:request:use"

register(
    Action(ASK, fr="Approbation demandée", en="Approval asked for"),
    Action(WITHDRAW, fr="Demande d'approbation retirée", en="Request for approval withdrawn"),
    Action(APPROVE, fr="Approbation donnée", en="Approval given"),
    Action(USE, fr="Approbation utilisée", en="Approval used"),
)

OVERRIDE = "override"

acts.register(
    Act(
        OVERRIDE,
        fr="Lever un blocage",
        en="Override a hold",
        effect_fr="Ce que le blocage retenait peut se faire; blocage et levée restent inscrits.",
        effect_en="What the hold kept back may be done; the hold and its lifting stay on record.",
    ),
)
