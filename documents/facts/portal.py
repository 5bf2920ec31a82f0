"""What a portal delivers to its regulators about itself: Forms 45-110F3, F4 and F5.

Their outlines are recalled (the bodies of the forms were not seen). A field without an answer is
None or empty, and the paper says "not provided" in its place: nothing is left out in silence.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from documents.facts.offering import Answer
from documents.facts.shared import Paper, Province, SignatoryFacts, require


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFacts:
    """Who certifies, and when it was done on the portal; an instant in the portal's zone."""

    signatory: SignatoryFacts
    signed_at: datetime


LegalForm = Literal["", "company", "cooperative", "nonprofit", "partnership", "sole_proprietor"]
PortalTopic = Literal["offences", "orders", "insolvency"]
PersonTopic = Literal["regulatory", "criminal", "civil", "financial"]
ABOUT = ("portal", "principals")
PORTAL_TOPICS: tuple[PortalTopic, ...] = ("offences", "orders", "insolvency")
PERSON_TOPICS: tuple[PersonTopic, ...] = ("regulatory", "criminal", "civil", "financial")
"""What the questions of both forms are about (recalled). Their words were not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachFacts:
    """The person whom a regulator writes to."""

    name: str
    position: str = ""
    address: tuple[str, ...] = ()
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPrincipalRow:
    """A principal of the portal; `percent` of its voting securities, None where not said."""

    name: str
    title: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalAnswer:
    """An answer of item G of F3: about the portal, or about its principals."""

    about: Literal["portal", "principals"]
    topic: PortalTopic
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswer:
    """An answer of item E of F4."""

    topic: PersonTopic
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """A residence or an employment. A month is written as people write it; `until` is empty while
    it lasts."""

    what: str
    role: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalInformationFacts(Paper):
    """Form 45-110F3, items A to H of the outline. `portal` is item A; `trust_account` names the
    account and never bears its number."""

    kind: ClassVar[str] = "portal_information"

    version: int
    trade_names: str
    contact: ReachFacts | None
    legal_form: LegalForm
    organized_in: Province | None
    organized_on: date | None
    organizing_documents: str
    principals: tuple[PortalPrincipalRow, ...]
    business: str
    how_it_works: str
    other_business: str
    trust_institution: str
    trust_address: tuple[str, ...]
    trust_account: str
    answers: tuple[PortalAnswer, ...]
    records_at: str
    signed: SignedFacts | None

    def check(self) -> None:
        """Every question has its line, answered or not."""
        wanted = [(about, topic) for about in ABOUT for topic in PORTAL_TOPICS]
        require(
            [(one.about, one.topic) for one in self.answers] == wanted,
            f"{self.kind}.answers",
            "each question has a line, in the order of the outline",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualInformationFacts(Paper):
    """Form 45-110F4 of one principal, items A to F of the outline."""

    kind: ClassVar[str] = "portal_individual_information"

    version: int
    name: str
    other_names: str
    residences: tuple[PeriodRow, ...]
    title: str
    percent: Decimal | None
    role_since: str
    employments: tuple[PeriodRow, ...]
    other_activities: str
    answers: tuple[PersonAnswer, ...]
    signed: SignedFacts | None

    def check(self) -> None:
        """The form is about somebody, and every question has its line."""
        require(bool(self.name.strip()), f"{self.kind}.name", "the form is about somebody")
        require(
            tuple(one.topic for one in self.answers) == PERSON_TOPICS,
            f"{self.kind}.answers",
            "each question has a line, in the order of the outline",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcesCertificateFacts(Paper):
    """Form 45-110F5: that the portal has enough for the prescribed months (secondary).

    `certified_on` is the day from which the months are counted and `sufficient_until` the last of
    them, on which the next certificate is due too. `signed` is None where nobody was named: the
    paper is then to be signed by hand.
    """

    kind: ClassVar[str] = "portal_resources_certificate"

    certified_on: date
    months: int
    sufficient_until: date
    signed: SignedFacts | None
    filed_under: str = ""
    """The portal's own reference for the certificate, or empty."""

    def check(self) -> None:
        """The period has a length, and an exempt portal certifies it: a dealer files no F5."""
        require(
            self.certified_on < self.sufficient_until,
            f"{self.kind}.sufficient_until",
            "the period ends after the day of the certificate",
        )
        require(
            self.portal.kind == "exempt",
            f"{self.kind}.portal",
            "only a portal that is exempt from registration certifies its resources",
        )
