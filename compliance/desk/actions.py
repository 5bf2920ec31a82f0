"""What is recorded about the desk itself, and the words for it."""

from compliance.audit.actions import Action, register

BUNDLE_WRITE = "desk:bundle:write"

register(
    Action(BUNDLE_WRITE, fr="Dossier d'examen remis", en="Examination bundle handed over"),
)
