"""The acts of this floor as the audit trail names them."""

from compliance.audit.actions import Action, register

register(
    Action("investors:person:register", "Personne inscrite", "Person recorded"),
    Action("investors:person:update", "Fiche mise à jour", "Profile updated"),
    Action("investors:person:identify", "Identité vérifiée", "Identity verified"),
)
