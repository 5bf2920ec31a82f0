"""What item 4 of Form 45-110F1 asks of a principal."""

from equity.models.issuer import Principal

PRINCIPAL = ("municipality", "jurisdiction", "occupation", "expertise", "held", "percent")
"""Item 4.1: residence, occupation of the last five years, expertise, securities held, percentage.
An empty list of securities held is an answer."""


def principal_incomplete(principal: Principal) -> bool:
    """Whether a particular of item 4.1, the name or the position is missing."""
    given = principal.particulars
    missing = any(given.get(name) in (None, "") for name in PRINCIPAL)
    return missing or not principal.name.strip() or not principal.position.strip()
