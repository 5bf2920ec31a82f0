"""Judged when an offering is submitted, approved and opened, and when an amendment is published."""

from datetime import date

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110 import document, issuer, offering, portal, security
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import FilingFacts, PublicationFacts, PublishingFacts


def judge(facts: FilingFacts, *, on: date) -> tuple[Finding, ...]:
    """All findings of a filing on that day, in the order of the instrument."""
    return findings(facts, rulebook(on))


def judge_publication(
    facts: FilingFacts, publication: PublicationFacts, *, on: date
) -> tuple[Finding, ...]:
    """All findings of an amendment's publication: the filing again, the room, and the warning."""
    return publication_findings(PublishingFacts(facts, publication), rulebook(on))


def publication_findings(facts: PublishingFacts, book: Rulebook) -> tuple[Finding, ...]:
    """The same by the figures of that book, on its day."""
    return (
        *findings(facts.filing, book),
        offering.room(facts.publication.live, facts.filing.maximum, ZERO, book),
        _rights_outlive(facts.publication, book),
    )


def findings(facts: FilingFacts, book: Rulebook) -> tuple[Finding, ...]:
    """All findings of a filing by the figures of that book, on its day."""
    return (
        *issuer.eligibility(facts.issuer, book),
        issuer.principals_declared(facts.issuer, book),
        portal.authorised(facts.portal, facts.issuer.head_office, facts.jurisdictions, book),
        portal.no_common_principal(facts.portal, facts.issuer, book),
        portal.no_purchaser_fee(facts.portal, book),
        security.eligible(facts, book),
        security.terms_complete(facts, book),
        offering.amounts_consistent(facts, book),
        offering.within_group_cap(facts, book),
        offering.one_at_a_time(facts, book),
        offering.within_90_days(facts, book),
        offering.no_group_commission(facts, book),
        document.items_complete(facts, book),
        document.certified(facts, book),
        document.french_available(facts, book),
        document.wording_confirmed(facts, book),
        book.finding("group.wider_links", met=True, wider_count=facts.wider_links),
    )


def _rights_outlive(publication: PublicationFacts, book: Rulebook) -> Finding:
    """amendment.rights_outlive (W-21): always met; warns when the reopened rights would block."""
    outlive = (
        publication.rights_end is not None and publication.rights_end > publication.ninetieth_begins
    )
    return book.finding(
        "amendment.rights_outlive",
        met=True,
        rights_end=publication.rights_end_on,
        ninetieth_day=publication.ninetieth_day,
        outlive=outlive,
    )
