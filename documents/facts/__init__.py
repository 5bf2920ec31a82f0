"""Frozen facts of the kinds of documents, and their JSON.

A service gathers facts in the language of the addressee, freezes them here, stores
`to_json(facts)` beside the bytes that `documents.render.render` makes of them, and can make the
same bytes again from the stored facts.
"""

import hashlib
from typing import Any

from compliance.sealing.canonical import written
from documents.facts.certificates import (
    BondCertificateFacts,
    CooperativeShareCertificateFacts,
    PaymentRow,
    PaymentScheduleFacts,
    ShareCertificateFacts,
)
from documents.facts.codec import decode_object, encode
from documents.facts.errors import FactsError
from documents.facts.evidence import EvidenceSummaryFacts
from documents.facts.offering import (
    AmendmentRow,
    Answer,
    CertificateFacts,
    ContactFacts,
    DisclosureRow,
    HeldRow,
    OfferingDocumentFacts,
    OutstandingRow,
    PreviousRow,
    PrincipalPayment,
    PrincipalRow,
    RightsFacts,
    UseRow,
    VotingTrust,
    missing_items,
)
from documents.facts.portal import (
    IndividualInformationFacts,
    PortalInformationFacts,
    ResourcesCertificateFacts,
)
from documents.facts.purchaser import (
    AdviceFacts,
    AmendmentNoticeFacts,
    ChangeRow,
    PurchaserConfirmationFacts,
    RiskAcknowledgementFacts,
    RiskAnswer,
    SubscriptionAgreementFacts,
    WithdrawalNoticeFacts,
)
from documents.facts.report import ExemptReportFacts
from documents.facts.security import (
    ConversionTerms,
    CooperativeTerms,
    DebtTerms,
    PartnershipTerms,
    RateTerms,
    SecurityFacts,
    ShareTerms,
    certificate_kind,
)
from documents.facts.shared import (
    AmountRow,
    DocumentRef,
    Facts,
    IssuerFacts,
    Paper,
    Passage,
    PersonFacts,
    PortalFacts,
    SignatoryFacts,
    StatementFacts,
    SubscriptionRef,
)
from documents.facts.statement import AnnualStatementFacts, DebtYear, HeldLine, MovementLine

KINDS: dict[str, type[Paper]] = {
    cls.kind: cls
    for cls in (
        OfferingDocumentFacts,
        RiskAcknowledgementFacts,
        SubscriptionAgreementFacts,
        WithdrawalNoticeFacts,
        AmendmentNoticeFacts,
        PurchaserConfirmationFacts,
        ShareCertificateFacts,
        CooperativeShareCertificateFacts,
        BondCertificateFacts,
        PaymentScheduleFacts,
        EvidenceSummaryFacts,
        ResourcesCertificateFacts,
        AnnualStatementFacts,
        PortalInformationFacts,
        IndividualInformationFacts,
        ExemptReportFacts,
    )
}
"""The kinds of documents and the class of their facts."""


def to_json(facts: Paper) -> dict[str, Any]:
    """Facts as plain JSON types: amounts, days and instants are strings. Every key is always
    there, but those of fields that came later (`codec.LATER`) while they say nothing."""
    encoded: dict[str, Any] = encode(facts, type(facts), facts.kind)
    return encoded


def from_json(kind: str, data: dict[str, Any]) -> Paper:
    """The facts that `to_json` wrote; raises FactsError naming the first key that is missing,
    unknown or wrong."""
    if kind not in KINDS:
        raise FactsError(f"{kind!r} is no kind of document")
    facts: Paper = decode_object(data, KINDS[kind], kind)
    return facts


def facts_digest(facts: Paper) -> str:
    """SHA-256 (64 hexadecimal digits) of the canonical JSON (RFC 8785) of the kind and the
    facts."""
    canonical = written({"kind": facts.kind, "facts": to_json(facts)})
    return hashlib.sha256(canonical).hexdigest()


__all__ = [
    "KINDS",
    "AdviceFacts",
    "AmendmentNoticeFacts",
    "AmendmentRow",
    "AmountRow",
    "AnnualStatementFacts",
    "Answer",
    "BondCertificateFacts",
    "CertificateFacts",
    "ChangeRow",
    "ContactFacts",
    "ConversionTerms",
    "CooperativeShareCertificateFacts",
    "CooperativeTerms",
    "DebtTerms",
    "DebtYear",
    "DisclosureRow",
    "DocumentRef",
    "EvidenceSummaryFacts",
    "ExemptReportFacts",
    "Facts",
    "FactsError",
    "HeldLine",
    "HeldRow",
    "IndividualInformationFacts",
    "IssuerFacts",
    "MovementLine",
    "OfferingDocumentFacts",
    "OutstandingRow",
    "Paper",
    "PartnershipTerms",
    "Passage",
    "PaymentRow",
    "PaymentScheduleFacts",
    "PersonFacts",
    "PortalFacts",
    "PortalInformationFacts",
    "PreviousRow",
    "PrincipalPayment",
    "PrincipalRow",
    "PurchaserConfirmationFacts",
    "RateTerms",
    "ResourcesCertificateFacts",
    "RightsFacts",
    "RiskAcknowledgementFacts",
    "RiskAnswer",
    "SecurityFacts",
    "ShareCertificateFacts",
    "ShareTerms",
    "SignatoryFacts",
    "StatementFacts",
    "SubscriptionAgreementFacts",
    "SubscriptionRef",
    "UseRow",
    "VotingTrust",
    "WithdrawalNoticeFacts",
    "certificate_kind",
    "facts_digest",
    "from_json",
    "missing_items",
    "to_json",
]
