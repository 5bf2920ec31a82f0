"""The papers of a completed subscription: confirmation, certificate, payment schedule."""

from datetime import datetime
from typing import Any

from compliance.rules.kernel.money import cad
from documents.facts import (
    BondCertificateFacts,
    CooperativeShareCertificateFacts,
    Facts,
    PaymentRow,
    PaymentScheduleFacts,
    PurchaserConfirmationFacts,
    SecurityFacts,
    ShareCertificateFacts,
    certificate_kind,
)
from documents.facts.shared import Language
from equity.models import Closing, Holding, Version
from equity.papers.answers import Answers
from equity.papers.common import (
    document_ref,
    freeze,
    head,
    languages_for,
    person_facts,
    signatory,
    subscription_ref,
)
from equity.papers.debt import payments
from equity.papers.security import security_facts

_PREFIXES = {
    "share_certificate": "A",
    "cooperative_share_certificate": "P",
    "bond_certificate": "O",
}


def issue_closing_papers(holding: Holding, closing: Closing, *, at: datetime) -> None:
    """Issue everything that a completed subscription gives its holder.

    The confirmation; the certificate, where the kind of security has one (else the confirmation
    carries the written notice of NI 45-102 s. 2.5); the schedule of payments of a debt, where its
    terms are ones that can be reckoned.
    """
    person, subscription = holding.person, holding.subscription
    for language in languages_for(person):
        for facts in _papers(holding, closing, language, at):
            freeze(
                facts,
                offering=holding.offering,
                subject=("equity.subscription", subscription.pk),
                person=person,
                at=at,
            )


def _papers(holding: Holding, closing: Closing, language: Language, at: datetime) -> list[Facts]:
    version = holding.offering.in_force
    assert version is not None
    security = security_facts(version, language, issued_on=holding.issued_on)
    kind = certificate_kind(security.kind)
    found: list[Facts] = [_confirmation(holding, closing, version, security, language, at)]
    if kind is not None:
        found.append(_certificate(kind, holding, version, security, language, at))
    if kind == "bond_certificate":
        found += _schedule(holding, version, security, language, at)
    return found


def certificate_number(holding: Holding) -> str:
    """The number of a certificate: a letter for what it is of, and the row of the register; empty
    where the security has no certificate."""
    kind = certificate_kind(holding.security_kind)
    return "" if kind is None else f"{_PREFIXES[kind]}-{holding.number:04d}"


def _head(
    prefix: str, holding: Holding, version: Version, language: Language, at: datetime
) -> dict[str, Any]:
    return head(prefix, holding.subscription_id, holding.offering, version, language, at)


def _confirmation(
    holding: Holding,
    closing: Closing,
    version: Version,
    security: SecurityFacts,
    language: Language,
    at: datetime,
) -> PurchaserConfirmationFacts:
    return PurchaserConfirmationFacts(
        **_head("CF", holding, version, language, at),
        purchaser=person_facts(holding.person, language),
        security=security,
        offering_document=document_ref(version, holding.offering.portal),
        subscription=subscription_ref(holding.subscription),
        closed_on=closing.closed_on,
        distributed_on=holding.issued_on,
        portal_fee=Answers(version.items, language).portal_fees(closing.amount),
        certificate=certificate_number(holding),
    )


def _certificate(
    kind: str,
    holding: Holding,
    version: Version,
    security: SecurityFacts,
    language: Language,
    at: datetime,
) -> Facts:
    common: dict[str, Any] = {
        **_head("CE", holding, version, language, at),
        "holder": person_facts(holding.person, language),
        "security": security,
        "number": certificate_number(holding),
        "units": holding.units,
        "issued_on": holding.issued_on,
        "distributed_on": holding.issued_on,
        "signatories": (signatory(holding.offering, version, language),),
        "register_entry": str(holding.number),
    }
    if kind == "bond_certificate":
        return BondCertificateFacts(**common, principal=cad(holding.amount))
    if kind == "cooperative_share_certificate":
        return CooperativeShareCertificateFacts(**common)
    return ShareCertificateFacts(**common)


def _schedule(
    holding: Holding,
    version: Version,
    security: SecurityFacts,
    language: Language,
    at: datetime,
) -> list[PaymentScheduleFacts]:
    debt, principal = security.debt, cad(holding.amount)
    assert debt is not None
    rows = payments(debt, version.particulars, principal)
    if not rows:
        return []
    return [
        PaymentScheduleFacts(
            **_head("TP", holding, version, language, at),
            holder=person_facts(holding.person, language),
            security=security,
            bond_number=certificate_number(holding),
            principal=principal,
            indicative=debt.rate.kind == "floating",
            payments=tuple(
                PaymentRow(
                    number=row.number,
                    due_on=row.due_on,
                    opening=row.opening,
                    interest=row.interest,
                    principal=row.principal,
                    total=row.total,
                    closing=row.closing,
                )
                for row in rows
            ),
        )
    ]
