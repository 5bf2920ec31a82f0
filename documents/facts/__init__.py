"""Frozen facts of the eleven kinds of documents, and their JSON.

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
    Passage,
    PersonFacts,
    PortalFacts,
    SignatoryFacts,
    SubscriptionRef,
)

KINDS: dict[str, type[Facts]] = {
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
        ExemptReportFacts,
    )
}
"""The kinds of documents and the class of their facts."""


def to_json(facts: Facts) -> dict[str, Any]:
    """Facts as plain JSON types: amounts, days and instants are strings. Every key is always
    there."""
    encoded: dict[str, Any] = encode(facts, type(facts), facts.kind)
    return encoded


def from_json(kind: str, data: dict[str, Any]) -> Facts:
    """The facts that `to_json` wrote; raises FactsError naming the first key that is missing,
    unknown or wrong."""
    if kind not in KINDS:
        raise FactsError(f"{kind!r} is no kind of document")
    facts: Facts = decode_object(data, KINDS[kind], kind)
    return facts


def facts_digest(facts: Facts) -> str:
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
    "Answer",
    "BondCertificateFacts",
    "CertificateFacts",
    "ChangeRow",
    "ContactFacts",
    "ConversionTerms",
    "CooperativeShareCertificateFacts",
    "CooperativeTerms",
    "DebtTerms",
    "DisclosureRow",
    "DocumentRef",
    "ExemptReportFacts",
    "Facts",
    "FactsError",
    "HeldRow",
    "IssuerFacts",
    "OfferingDocumentFacts",
    "OutstandingRow",
    "PartnershipTerms",
    "Passage",
    "PaymentRow",
    "PaymentScheduleFacts",
    "PersonFacts",
    "PortalFacts",
    "PreviousRow",
    "PrincipalPayment",
    "PrincipalRow",
    "PurchaserConfirmationFacts",
    "RateTerms",
    "RightsFacts",
    "RiskAcknowledgementFacts",
    "RiskAnswer",
    "SecurityFacts",
    "ShareCertificateFacts",
    "ShareTerms",
    "SignatoryFacts",
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
