"""Form 45-110F1, the offering document, item by item in the order of the form."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from documents.facts.security import SecurityFacts
from documents.facts.shared import AmountRow, Facts, Passage, Province, require


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """Item 2.2, the contact person."""

    name: str
    position: str
    address: tuple[str, ...]
    telephone: str
    email: str
    fax: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """Securities of the issuer that a principal owns: number, type in words, day acquired,
    price paid for all (CAD)."""

    units: int
    security: str
    acquired_on: date | None
    price_paid: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalRow:
    """Item 4.1, one principal. `jurisdiction` is in words; `percent` is of the issuer's
    securities at the date of the document."""

    name: str
    municipality: str
    jurisdiction: str
    position: str
    occupation: str
    expertise: str
    held: tuple[HeldRow, ...]
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Yes or no, with the details that a yes calls for."""

    yes: bool
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRow:
    """Item 4.2, the four questions for one principal or for the issuer."""

    subject: str
    a: Answer
    b: Answer
    c: Answer
    d: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentRow:
    """Item 5.3 b, one amendment made to the document."""

    on: date
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsFacts:
    """Item 5.5: each right in words; an empty text leaves the box unticked."""

    voting: str = ""
    income: str = ""
    dissolution: str = ""
    conversion: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutstandingRow:
    """Item 6.6, one class of outstanding securities."""

    designation: str
    units: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """Item 7.2, one use of the funds, in order of priority (CAD)."""

    description: str
    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalPayment:
    """Item 7.2, what is paid to a principal out of the funds."""

    name: str
    relationship: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousRow:
    """Item 8.1, one crowdfunding distribution of the past five years."""

    issuer: str
    portal: str
    outcome: Literal["closed", "withdrawn", "minimum_not_reached"]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingTrust:
    """Item 11.3, a voting trust agreement."""

    shareholders: int
    percent_votes: Decimal
    trustee: str
    extra_powers: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """Item 14: who certified the document, when, and whether by electronic signature (then P11
    is printed)."""

    name: str
    position: str
    signed_at: datetime
    electronic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingDocumentFacts(Facts):
    """Form 45-110F1. None, an empty text or an empty tuple means that the item is not answered
    yet; `not_applicable` holds the ids of the items expressly declared not applicable, and the
    paper then says so. A document with a certificate must be complete (`missing_items`); one
    without is a preview."""

    kind: ClassVar[str] = "offering_document"

    version: int
    dated: date
    security: SecurityFacts
    contact: ContactFacts | None
    overview: str
    principals: tuple[PrincipalRow, ...]
    disclosures: tuple[DisclosureRow, ...]
    jurisdictions: tuple[Province, ...]
    raise_by: date | None
    amendments: tuple[AmendmentRow, ...]
    rights: RightsFacts
    restrictions: str
    minimum: AmountRow | None
    maximum: AmountRow | None
    minimum_per_purchaser: Decimal | None
    business: tuple[Passage, ...]
    documents_at: str
    operations: tuple[Literal["never", "development", "operating", "profit"], ...]
    financial_statements: bool | None
    outstanding: tuple[OutstandingRow, ...]
    raised_before: str
    uses: tuple[UseRow, ...]
    paid_to_principals: tuple[PrincipalPayment, ...]
    debt_repayment: str
    previous: tuple[PreviousRow, ...]
    portal_compensation: str
    portal_commission_percent: Decimal | None
    portal_fee: Decimal | None
    risks: tuple[Passage, ...]
    lacks_resources: bool | None
    reporting: str
    annual_information: Answer | None
    voting_trust: VotingTrust | None
    certificate: CertificateFacts | None
    first_available_on: date | None = None
    not_applicable: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    """Items answered in words that fit none of the fields above; the words stand among the passages
    of item 6.1, each under the number of its item."""

    def check(self) -> None:
        """A version from 1; only known items not applicable; nothing missing once certified."""
        require(self.version >= 1, "offering_document.version", "versions count from 1")
        for item in self.not_applicable:
            require(
                item in MAY_NOT_APPLY,
                "offering_document.not_applicable",
                f"item {item} always applies",
            )
        if self.certificate is not None:
            missing = ", ".join(missing_items(self))
            require(
                not missing, "offering_document", f"certified, but items {missing} are not answered"
            )


MAY_NOT_APPLY = frozenset(
    {
        "4.1",
        "5.3b",
        "5.6",
        "5.8",
        "6.3",
        "6.6",
        "7.1",
        "7.2p",
        "7.2d",
        "8.1",
        "9.1",
        "10.2",
        "11.2",
        "11.3",
    }
)
"""Items whose answer may be that there is nothing to say. 7.2p: payments to principals; 7.2d:
repayment of debts."""


def missing_items(facts: OfferingDocumentFacts) -> tuple[str, ...]:
    """Ids of the items neither answered nor expressly not applicable, in the order of the form.

    Items 5.3b, 7.2p and 7.2d need no declaration: an empty list says that there is nothing. The
    certificate (14) is not counted: it comes last.
    """
    issuer, portal = facts.issuer, facts.portal
    answers: dict[str, object] = {
        "2.1": issuer.name and issuer.address and issuer.telephone,
        "2.2": facts.contact,
        "3.1": facts.overview,
        "4.1": facts.principals,
        "4.2": facts.disclosures,
        "5.1": portal.name if portal.kind == "exempt" else portal.dealer_name,
        "5.2": facts.jurisdictions,
        "5.3a": facts.raise_by,
        "5.5": any(getattr(facts.rights, right) for right in RIGHTS),
        "5.6": facts.restrictions,
        "5.7": facts.minimum and facts.maximum,
        "5.8": facts.minimum_per_purchaser is not None,
        "6.1": facts.business,
        "6.2": issuer.organized_in or issuer.governing_act,
        "6.3": facts.documents_at,
        "6.4": facts.operations,
        "6.5": facts.financial_statements is not None,
        "6.6": facts.outstanding,
        "7.1": facts.raised_before,
        "7.2": facts.uses,
        "8.1": facts.previous,
        "9.1": facts.portal_compensation
        or facts.portal_commission_percent is not None
        or facts.portal_fee is not None,
        "10.1": facts.risks,
        "10.2": facts.lacks_resources is not None,
        "11.1": facts.reporting,
        "11.2": facts.annual_information,
        "11.3": facts.voting_trust,
    }
    said = {*facts.not_applicable, *facts.in_words}
    return tuple(item for item, answer in answers.items() if not answer and item not in said)


RIGHTS = ("voting", "income", "dissolution", "conversion", "other")
"""The boxes of item 5.5 in the order of the form."""
