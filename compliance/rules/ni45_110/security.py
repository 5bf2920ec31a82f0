"""Eligible securities (NI 45-110 s. 1) and the particulars of each kind (Form 45-110F1 item 5)."""

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.facts import FilingFacts

ELIGIBLE = frozenset(
    {
        "common_share",
        "preferred_share",
        "convertible",
        "community_bond",
        "debt",
        "partnership_unit",
        "cooperative_share",
    }
)
CONVERTIBLE_INTO = frozenset({"common_share", "preferred_share"})
"""Paragraph (c) of the definition: what a security may convert into."""


def eligible(facts: FilingFacts, book: Rulebook) -> Finding:
    """security.eligible: NI 45-110 s. 1, definition of "eligible security"."""
    met = facts.security_kind in ELIGIBLE
    if facts.security_kind == "convertible" and facts.converts_into is not None:
        met = facts.converts_into in CONVERTIBLE_INTO
    return book.finding("security.eligible", met, kind=facts.security_kind)


def terms_complete(facts: FilingFacts, book: Rulebook) -> Finding:
    """security.terms_complete: Form 45-110F1 item 5, the particulars of that kind of security."""
    return book.finding(
        "security.terms_complete", not facts.missing_terms, missing=facts.missing_terms
    )
