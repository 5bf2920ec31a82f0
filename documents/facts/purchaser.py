"""What a purchaser receives or signs between the risk acknowledgement and the confirmation
after the closing."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from documents.facts.security import SecurityFacts, certificate_kind
from documents.facts.shared import DocumentRef, Facts, PersonFacts, SubscriptionRef, require

QUESTIONS: dict[str, tuple[str, ...]] = {
    "exempt": ("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"),
    "dealer": ("R1", "R2", "R3", "R4", "R5", "R7", "R8", "R9"),
}
"""Statements of Form 45-110F2 that are answered, per kind of portal: one operated by a
registered dealer leaves out R6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAnswer:
    """One statement of Form 45-110F2, as it was answered, and when."""

    statement: str
    yes: bool
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAcknowledgementFacts(Facts):
    """Form 45-110F2 as answered by a purchaser, each statement in the order of the form. One that
    was not answered is left out of `answers`: it is neither a yes nor a no."""

    kind: ClassVar[str] = "risk_acknowledgement"

    purchaser: PersonFacts
    security: SecurityFacts
    offering_document: DocumentRef
    answers: tuple[RiskAnswer, ...]
    signed_at: datetime

    def check(self) -> None:
        """Only statements of this kind of portal, each once, in the order of the form."""
        wanted = QUESTIONS[self.portal.kind]
        given = tuple(answer.statement for answer in self.answers)
        require(
            given == tuple(one for one in wanted if one in given),
            "risk_acknowledgement.answers",
            f"{given} given, {wanted} wanted",
        )

    @property
    def met(self) -> bool:
        """Whether every statement was answered yes: with one no, nothing may be subscribed."""
        answered = len(self.answers) == len(QUESTIONS[self.portal.kind])
        return answered and all(answer.yes for answer in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceFacts:
    """Positive advice on suitability by a registered dealer, which raises the limit of this
    purchaser."""

    dealer: str
    registration: Literal["investment_dealer", "exempt_market_dealer"]
    given_on: date
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionAgreementFacts(Facts):
    """The agreement. `right_ends_on` is the second counted business day; the right lives to the
    end of that day. `limit` is the most this purchaser may subscribe in this distribution
    (CAD). `trust_institution` holds the money, in words."""

    kind: ClassVar[str] = "subscription_agreement"

    purchaser: PersonFacts
    security: SecurityFacts
    offering_document: DocumentRef
    subscription: SubscriptionRef
    minimum: Decimal
    maximum: Decimal
    last_day: date
    right_ends_on: date
    limit: Decimal
    refund_business_days: int
    distribution_days: int
    trust_institution: str = ""
    advice: AdviceFacts | None = None

    def check(self) -> None:
        """Units at their price make the total."""
        check_total(self.subscription, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalNoticeFacts(Facts):
    """Confirms a withdrawal. `sent_at` is when the purchaser sent the notice, `recorded_at`
    when the portal recorded it. `refund_due_on` is None where nothing was paid (then `refund`
    is zero)."""

    kind: ClassVar[str] = "withdrawal_notice"

    purchaser: PersonFacts
    security: SecurityFacts
    subscription: SubscriptionRef
    sent_at: datetime
    recorded_at: datetime
    channel: Literal["portal", "email", "letter"]
    right_ended_on: date
    refund: Decimal
    refund_due_on: date | None

    def check(self) -> None:
        """A refund has a due day, and no refund has none."""
        check_total(self.subscription, self.kind)
        require(
            (self.refund > 0) == (self.refund_due_on is not None),
            "withdrawal_notice.refund_due_on",
            "a refund has a due day, and where nothing is refunded there is none",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One item of the offering document before and after, in words. `item` is its id ("5.7");
    an empty text is printed as nothing before, or nothing left."""

    item: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentNoticeFacts(Facts):
    """Tells a purchaser of an amendment, and that the right of withdrawal is open again to the
    end of `right_ends_on`."""

    kind: ClassVar[str] = "amendment_notice"

    purchaser: PersonFacts
    security: SecurityFacts
    subscription: SubscriptionRef
    before: DocumentRef
    after: DocumentRef
    what: str
    changes: tuple[ChangeRow, ...]
    sent_at: datetime
    right_ends_on: date

    def check(self) -> None:
        """The version goes up."""
        check_total(self.subscription, self.kind)
        require(
            self.after.version > self.before.version,
            "amendment_notice.after",
            "the version must go up",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaserConfirmationFacts(Facts):
    """The confirmation within 30 days of the closing. `portal_fee` is the total of the fees
    paid to the portal (CAD). `certificate` is the number of the certificate issued, or empty
    where the security has none: the written resale notice N2 is then printed with the day of
    the distribution."""

    kind: ClassVar[str] = "purchaser_confirmation"

    purchaser: PersonFacts
    security: SecurityFacts
    offering_document: DocumentRef
    subscription: SubscriptionRef
    closed_on: date
    distributed_on: date
    portal_fee: Decimal
    certificate: str = ""

    def check(self) -> None:
        """A certificate number is there exactly where the kind of security has a certificate."""
        check_total(self.subscription, self.kind)
        require(
            bool(self.certificate) == (certificate_kind(self.security.kind) is not None),
            "purchaser_confirmation.certificate",
            f"a {self.security.kind} has either a certificate number or a written notice",
        )


def check_total(subscription: SubscriptionRef, kind: str) -> None:
    """Units at their price make the total, to the cent; raises FactsError."""
    require(
        subscription.price * subscription.units == subscription.total,
        f"{kind}.subscription.total",
        f"{subscription.units} at {subscription.price} do not make {subscription.total}",
    )
