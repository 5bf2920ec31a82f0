"""What is recorded about cases, and the words for it."""

from compliance.audit.actions import Action, register

CASE_OPEN = "casework:case:open"
CASE_CLOSE = "casework:case:close"

register(
    Action(CASE_OPEN, fr="Dossier ouvert", en="Case opened"),
    Action(CASE_CLOSE, fr="Dossier clos", en="Case closed"),
)
