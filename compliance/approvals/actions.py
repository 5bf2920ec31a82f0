"""What is recorded about approvals."""

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
