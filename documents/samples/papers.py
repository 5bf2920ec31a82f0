"""One sample of every document but the offering document."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from compliance.rules.kernel.schedule import Terms, schedule
from documents.facts import (
    AmendmentNoticeFacts,
    BondCertificateFacts,
    ChangeRow,
    CooperativeShareCertificateFacts,
    PaymentRow,
    PaymentScheduleFacts,
    PurchaserConfirmationFacts,
    RiskAcknowledgementFacts,
    RiskAnswer,
    ShareCertificateFacts,
    SignatoryFacts,
    SubscriptionAgreementFacts,
    WithdrawalNoticeFacts,
)
from documents.facts.purchaser import QUESTIONS
from documents.facts.shared import Language
from documents.samples.cast import (
    SUMMER,
    WINTER,
    bond,
    class_a,
    coop_share,
    document_ref,
    head,
    land_trust,
    maple,
    marie,
    market,
    said,
    subscription,
)


def risk_acknowledgement(language: Language) -> RiskAcknowledgementFacts:
    """Form 45-110F2, every statement answered yes."""
    start = datetime(2026, 3, 4, 12, 1, tzinfo=WINTER)
    return RiskAcknowledgementFacts(
        **head(language, "RR-2026-000231", maple(language), start),  # type: ignore[arg-type]
        purchaser=marie(),
        security=class_a(language),
        offering_document=document_ref(),
        answers=tuple(
            RiskAnswer(statement=one, yes=True, answered_at=start + timedelta(seconds=20 * n))
            for n, one in enumerate(QUESTIONS["exempt"])
        ),
        signed_at=datetime(2026, 3, 4, 12, 5, tzinfo=WINTER),
    )


def subscription_agreement(language: Language) -> SubscriptionAgreementFacts:
    """A hundred shares."""
    at = datetime(2026, 3, 4, 12, 7, tzinfo=WINTER)
    return SubscriptionAgreementFacts(
        **head(language, "CS-2026-000184", maple(language), at),  # type: ignore[arg-type]
        purchaser=marie(),
        security=class_a(language),
        offering_document=document_ref(),
        subscription=subscription(class_a(language)),
        minimum=Decimal("50000.00"),
        maximum=Decimal("250000.00"),
        last_day=date(2026, 5, 2),
        right_ends_on=date(2026, 3, 6),
        limit=Decimal("2500.00"),
        refund_business_days=5,
        distribution_days=90,
        trust_institution=said(language, "Caisse Desjardins d'essai", "Trial Credit Union"),
    )


def withdrawal_notice(language: Language) -> WithdrawalNoticeFacts:
    """A withdrawal in time, with a refund."""
    sent = datetime(2026, 3, 5, 8, 0, tzinfo=WINTER)
    return WithdrawalNoticeFacts(
        **head(language, "AR-2026-000012", maple(language), sent),  # type: ignore[arg-type]
        purchaser=marie(),
        security=class_a(language),
        subscription=subscription(class_a(language)),
        sent_at=sent,
        recorded_at=sent,
        channel="portal",
        right_ended_on=date(2026, 3, 6),
        refund=Decimal("2500.00"),
        refund_due_on=date(2026, 3, 12),
    )


def amendment_notice(language: Language) -> AmendmentNoticeFacts:
    """A larger maximum and another use of the funds."""
    at = datetime(2026, 3, 16, 10, 5, tzinfo=SUMMER)
    return AmendmentNoticeFacts(
        **head(language, "AM-2026-000003", maple(language), at),  # type: ignore[arg-type]
        purchaser=marie(),
        security=class_a(language),
        subscription=subscription(class_a(language)),
        before=document_ref(1),
        after=document_ref(2),
        what=said(
            language,
            "L'évaporateur sera acheté d'occasion. Le montant maximal diminue et les sommes "
            "libérées vont au fonds de roulement.",
            "The evaporator will be bought used. The maximum decreases and the amounts freed go "
            "to working capital.",
        ),
        changes=(
            ChangeRow(
                item="5.7",
                before=said(language, "Montant maximal : 250 000,00 $", "Maximum: $250,000.00"),
                after=said(language, "Montant maximal : 200 000,00 $", "Maximum: $200,000.00"),
            ),
            ChangeRow(
                item="7.2",
                before=said(
                    language,
                    "Évaporateur neuf : 140 000,00 $ au maximum",
                    "New evaporator: $140,000.00 at the maximum",
                ),
                after=said(
                    language,
                    "Évaporateur d'occasion : 85 000,00 $ au maximum\n\nFonds de roulement : "
                    "40 000,00 $ au maximum",
                    "Used evaporator: $85,000.00 at the maximum\n\nWorking capital: $40,000.00 "
                    "at the maximum",
                ),
            ),
            ChangeRow(
                item="10.1",
                before="",
                after=said(
                    language,
                    "L'équipement d'occasion peut demander des réparations imprévues.",
                    "Used equipment may need unforeseen repairs.",
                ),
            ),
        ),
        sent_at=at,
        right_ends_on=date(2026, 3, 18),
    )


def purchaser_confirmation(language: Language) -> PurchaserConfirmationFacts:
    """After the closing."""
    at = datetime(2026, 4, 2, 9, 0, tzinfo=SUMMER)
    return PurchaserConfirmationFacts(
        **head(language, "CF-2026-000184", maple(language), at),  # type: ignore[arg-type]
        purchaser=marie(),
        security=class_a(language),
        offering_document=document_ref(2),
        subscription=subscription(class_a(language)),
        closed_on=date(2026, 4, 1),
        distributed_on=date(2026, 4, 1),
        portal_fee=Decimal("12500.00"),
        certificate="A-0042",
    )


def share_certificate(language: Language) -> ShareCertificateFacts:
    """A hundred shares."""
    at = datetime(2026, 4, 2, 9, 0, tzinfo=SUMMER)
    return ShareCertificateFacts(
        **head(language, "CE-2026-000184", maple(language), at),  # type: ignore[arg-type]
        holder=marie(),
        security=class_a(language),
        number="A-0042",
        units=100,
        issued_on=date(2026, 4, 1),
        distributed_on=date(2026, 4, 1),
        signatories=(
            SignatoryFacts(name="Aline Roy", position=said(language, "présidente", "President")),
            SignatoryFacts(
                name="Hubert Cœurdacier",
                position=said(language, "secrétaire", "Secretary"),
            ),
        ),
        register_entry=said(language, "folio 12, ligne 3", "folio 12, line 3"),
    )


def cooperative_share_certificate(language: Language) -> CooperativeShareCertificateFacts:
    """Twenty preferred shares."""
    at = datetime(2026, 4, 2, 9, 0, tzinfo=SUMMER)
    return CooperativeShareCertificateFacts(
        **head(language, "CE-2026-000201", market(language), at),  # type: ignore[arg-type]
        holder=marie(),
        security=coop_share(language),
        number="B1-0020",
        units=20,
        issued_on=date(2026, 4, 1),
        distributed_on=date(2026, 4, 1),
        signatories=(
            SignatoryFacts(name="Rose Diallo", position=said(language, "présidente", "President")),
            SignatoryFacts(
                name="Émile Thibodeau", position=said(language, "secrétaire", "Secretary")
            ),
        ),
        register_entry=said(language, "parts, n° 118", "shares, No. 118"),
    )


def bond_certificate(language: Language) -> BondCertificateFacts:
    """Four bonds of 500 dollars."""
    at = datetime(2026, 9, 15, 14, 0, tzinfo=SUMMER)
    return BondCertificateFacts(
        **head(language, "CE-2026-000310", land_trust(language), at),  # type: ignore[arg-type]
        holder=marie(),
        security=bond(language),
        number="OC-2026-004",
        units=4,
        issued_on=date(2026, 9, 15),
        distributed_on=date(2026, 9, 15),
        signatories=(
            SignatoryFacts(name="Jean Tremblay", position=said(language, "président", "President")),
        ),
        principal=Decimal("2000.00"),
    )


def payment_schedule(language: Language) -> PaymentScheduleFacts:
    """The ten payments of four bonds."""
    at = datetime(2026, 9, 15, 14, 0, tzinfo=SUMMER)
    terms = Terms(
        percent=Decimal("4.00"),
        term_months=60,
        payments="half_yearly",
        repayment="equal_principal",
    )
    lines = schedule(terms, Decimal("2000.00"), date(2026, 9, 15))
    return PaymentScheduleFacts(
        **head(language, "TP-2026-000310", land_trust(language), at),  # type: ignore[arg-type]
        holder=marie(),
        security=bond(language),
        bond_number="OC-2026-004",
        principal=Decimal("2000.00"),
        indicative=False,
        payments=tuple(
            PaymentRow(
                number=one.number,
                due_on=one.due_on,
                opening=one.opening,
                interest=one.interest,
                principal=one.principal,
                total=one.total,
                closing=one.closing,
            )
            for one in lines
        ),
    )
