"""The offering document (NI 45-110 s. 5; Form 45-110F1)."""

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.facts import FilingFacts

QUEBEC = "QC"
FRENCH = "fr"


def items_complete(facts: FilingFacts, book: Rulebook) -> Finding:
    """document.items_complete: general instruction 6, no item left without an answer."""
    return book.finding(
        "document.items_complete", not facts.items_missing, missing=facts.items_missing
    )


def certified(facts: FilingFacts, book: Rulebook) -> Finding:
    """document.certified: general instruction 4, for the exact content that is published."""
    return book.finding("document.certified", facts.certified)


def french_available(facts: FilingFacts, book: Rulebook) -> Finding:
    """document.french_available: where the issuer or a jurisdiction of the offering is Quebec."""
    concerned = QUEBEC in (facts.issuer.head_office, *facts.jurisdictions)
    return book.finding(
        "document.french_available",
        not concerned or FRENCH in facts.languages,
        languages=facts.languages,
    )


def wording_confirmed(facts: FilingFacts, book: Rulebook) -> Finding:
    """document.wording_confirmed: portal policy, two people compared each prescribed statement.

    An unconfirmed statement leaves the draft mark on every page, and only a portal marked as a
    demonstration may open with it.
    """
    return book.finding(
        "document.wording_confirmed",
        not facts.unconfirmed or facts.portal.demonstration,
        unconfirmed=facts.unconfirmed,
        unconfirmed_count=len(facts.unconfirmed),
        demonstration=facts.portal.demonstration,
    )
