"""The issuer (NI 45-110 s. 5): who may rely on the exemption."""

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.facts import IssuerFacts


def head_office_in_canada(issuer: IssuerFacts, book: Rulebook) -> Finding:
    """issuer.head_office_in_canada: s. 5, head office in a Canadian province or territory."""
    met = issuer.head_office in PROVINCES
    return book.finding("issuer.head_office_in_canada", met, head_office=issuer.head_office)


def not_reporting(issuer: IssuerFacts, book: Rulebook) -> Finding:
    """issuer.not_reporting: s. 5, not a reporting issuer nor under equivalent duties abroad."""
    return book.finding("issuer.not_reporting", not issuer.reporting)


def not_investment_fund(issuer: IssuerFacts, book: Rulebook) -> Finding:
    """issuer.not_investment_fund: s. 5."""
    return book.finding("issuer.not_investment_fund", not issuer.investment_fund)


def has_operations(issuer: IssuerFacts, book: Rulebook) -> Finding:
    """issuer.has_operations: s. 5, more than a search for a business (no "blind pool")."""
    return book.finding("issuer.has_operations", issuer.has_operations)


def principals_declared(issuer: IssuerFacts, book: Rulebook) -> Finding:
    """issuer.principals_declared: Form 45-110F1 item 4."""
    return book.finding(
        "issuer.principals_declared",
        issuer.principals_declared > 0 and issuer.principals_incomplete == 0,
        declared=issuer.principals_declared,
        incomplete=issuer.principals_incomplete,
    )


def eligibility(issuer: IssuerFacts, book: Rulebook) -> tuple[Finding, ...]:
    """The first four issuer rules, which are judged again at the closing."""
    return (
        head_office_in_canada(issuer, book),
        not_reporting(issuer, book),
        not_investment_fund(issuer, book),
        has_operations(issuer, book),
    )
