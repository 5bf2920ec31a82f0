"""Pieces that several documents share, and the base of them all.

Every text is already in the language of the document: the paper translates codes, never what
people wrote. An instant is printed in the offset that it carries, so whoever freezes the facts
converts it to the portal's zone first. In long texts a blank line begins a new paragraph.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from documents.facts.codec import LATER, encode
from documents.facts.errors import FactsError

Language = Literal["fr", "en"]
Province = Literal["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
IssuerForm = Literal["company", "cooperative", "nonprofit", "partnership"]
Registration = Literal["", "investment_dealer", "exempt_market_dealer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """The funding portal. `registration` and `dealer_name` are for a portal operated by a
    registered dealer."""

    name: str
    kind: Literal["exempt", "dealer"]
    province: Province
    email: str
    address: tuple[str, ...] = ()
    telephone: str = ""
    website: str = ""
    registration: Registration = ""
    dealer_name: str = ""
    demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerFacts:
    """The issuer as its organizing documents name it. `organized_in` is a province code,
    `head_office` too, or in a preview the code of a country."""

    name: str
    form: IssuerForm
    head_office: str
    address: tuple[str, ...] = ()
    telephone: str = ""
    fax: str = ""
    website: str = ""
    email: str = ""
    business_number: str = ""
    """Quebec business number (NEQ), where there is one."""
    governing_act: str = ""
    """The Act under which it is organized, as it is cited in the document's language."""
    organized_in: Province | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A purchaser or holder. `signatory` is who signs for an organisation. `province` is a province
    code or the code of a country: a non-resident may acknowledge risks. Whoever lives abroad has an
    address, since the papers know no name of their country."""

    name: str
    province: str
    address: tuple[str, ...] = ()
    email: str = ""
    telephone: str = ""
    kind: Literal["person", "organisation"] = "person"
    signatory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """Another document of the sealed archive. `sha256` is that of its bytes, 64 hexadecimal
    digits, or empty."""

    reference: str
    version: int
    dated: date
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRef:
    """A subscription as another document speaks of it: units of the security, CAD."""

    reference: str
    agreed_at: datetime
    units: int
    price: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryFacts:
    """Who signs a certificate or a document for the issuer."""

    name: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountRow:
    """An amount in CAD and the number of securities it makes."""

    amount: Decimal
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A heading (may be empty) and its text."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """A statement whose words a document prints: those words whole, and their digest.

    The words stand in the facts, and not only their name, so that the document can be made again
    from its facts alone, whatever became of the statement since.
    """

    id: str
    digest: str
    """The `version_digest` of the statement (`compliance.rules.wording`)."""
    text: str
    applies_to: str = ""
    """The kind of portal that this variant is for; empty where it is for both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every document says, those of the portal itself too.

    `wording_on` is the day whose prescribed wording is printed, and `wording` are the very words
    that held on it, as they were known when the facts were frozen. Facts that were frozen before
    words were kept so have none: the packaged words of the day are printed. `unconfirmed` names the
    prescribed statements printed that nobody has confirmed in this language: while there is one,
    every page carries the draft mark D1. Types are checked when facts are made; FactsError names
    the field.
    """

    kind: ClassVar[str] = ""

    language: Language
    reference: str
    issued_at: datetime
    wording_on: date
    portal: PortalFacts
    unconfirmed: tuple[str, ...] = ()
    supersedes: str = ""
    """Reference of the document that this one corrects and replaces, or empty."""
    wording: tuple[StatementFacts, ...] = field(default=(), metadata=LATER)

    def __post_init__(self) -> None:
        encode(self, type(self), self.kind)
        if self.unconfirmed != tuple(dict.fromkeys(self.unconfirmed)):
            raise FactsError(f"{self.kind}.unconfirmed: an id is given twice")
        self.check()

    @property
    def about(self) -> str:
        """Whose document it is, as its head names them."""
        return self.portal.name

    def check(self) -> None:
        """What must hold between the fields of this kind; raises FactsError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Paper):
    """What every document about an issuer says."""

    issuer: IssuerFacts

    @property
    def about(self) -> str:
        """The issuer."""
        return self.issuer.name


def require(condition: bool, path: str, sentence: str) -> None:
    """Raise FactsError unless the condition holds; `sentence` says in words what must hold."""
    if not condition:
        raise FactsError(f"{path}: {sentence}")
