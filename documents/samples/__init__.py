"""Sample facts of every kind of document, in both languages: for tests, pictures and the
demonstration.

Names, people and figures are invented. `samples("fr")` gives one set of facts per kind.
"""

from collections.abc import Callable

from documents.facts import Paper
from documents.facts.shared import Language
from documents.samples.cast import dealer_portal
from documents.samples.evidence import evidence_summary
from documents.samples.offering import offering_document
from documents.samples.papers import (
    amendment_notice,
    bond_certificate,
    cooperative_share_certificate,
    payment_schedule,
    purchaser_confirmation,
    risk_acknowledgement,
    share_certificate,
    subscription_agreement,
    withdrawal_notice,
)
from documents.samples.portal import (
    portal_individual_information,
    portal_information,
    portal_resources_certificate,
)
from documents.samples.report import exempt_distribution_report
from documents.samples.statement import annual_statement

MAKERS: tuple[Callable[[Language], Paper], ...] = (
    offering_document,
    risk_acknowledgement,
    subscription_agreement,
    withdrawal_notice,
    amendment_notice,
    purchaser_confirmation,
    share_certificate,
    cooperative_share_certificate,
    bond_certificate,
    payment_schedule,
    evidence_summary,
    portal_resources_certificate,
    annual_statement,
    portal_information,
    portal_individual_information,
    exempt_distribution_report,
)


def samples(language: Language) -> dict[str, Paper]:
    """One set of facts per kind, none of them with an unconfirmed statement."""
    made = (make(language) for make in MAKERS)
    return {facts.kind: facts for facts in made}


__all__ = ["dealer_portal", "samples"]
