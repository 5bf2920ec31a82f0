"""What the rules are given: frozen facts, without names, addresses or dates of birth.

Facts are stored beside the findings they led to, so that a judgement can be made again years
later. They therefore hold identifiers, amounts, days, provinces and yes or no, never personal data
in clear: a principal is a keyed index of a name, an age is a number of years.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AuthorisationFacts:
    """The portal's standing in one jurisdiction (s. 3)."""

    jurisdiction: str
    registered: bool = False
    f3_delivered: date | None = None
    f4_delivered: date | None = None
    confirmed: date | None = None


@dataclass(frozen=True, slots=True)
class PortalFacts:
    """The portal as it stands on the day: kind, authorisations, last F5, principals, fee."""

    kind: str
    demonstration: bool
    purchaser_fee: bool
    authorisations: tuple[AuthorisationFacts, ...]
    f5_certified: date | None
    principals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """The issuer as s. 5 looks at it. ``group_principals`` are of every member of its group."""

    head_office: str
    reporting: bool
    investment_fund: bool
    has_operations: bool
    principals_declared: int
    principals_incomplete: int
    group_principals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What the issuer group closed in the window that ends on the judged day (W-1 to W-3)."""

    closed: Decimal
    window_start: date
    returns_on: date | None


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """An offering as it is submitted, approved, opened, or amended and published.

    ``first_available`` is the day of opening, or today while the offering is not open yet.
    ``converts_into`` is a kind of security, ``rate_kind`` ``fixed`` or ``floating``; None where it
    is not said. ``unconfirmed`` are the ids of prescribed statements that two people have not
    confirmed.
    """

    issuer: IssuerFacts
    portal: PortalFacts
    window: WindowFacts
    wider_links: int
    other_active: int
    security_kind: str
    converts_into: str | None
    rate_kind: str | None
    missing_terms: tuple[str, ...]
    price: Decimal | None
    minimum: Decimal
    maximum: Decimal
    use_minimum: Decimal
    use_maximum: Decimal
    days: int
    first_available: date
    jurisdictions: tuple[str, ...]
    languages: tuple[str, ...]
    group_commission: bool
    items_missing: tuple[str, ...]
    certified: bool
    unconfirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """What an amendment's publication adds to a filing."""

    live: Decimal
    rights_end: datetime | None
    ninetieth_begins: datetime
    rights_end_on: date | None
    ninetieth_day: date


@dataclass(frozen=True, slots=True)
class PublishingFacts:
    """An amendment's publication as it is judged: the filing again, and what is added to it."""

    filing: FilingFacts
    publication: PublicationFacts


@dataclass(frozen=True, slots=True)
class AmendmentFacts:
    """The terms that an amendment may not move while subscriptions are live (W-21)."""

    live: Decimal
    price_before: Decimal | None
    price_after: Decimal | None
    minimum_before: Decimal
    minimum_after: Decimal


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """One subscription as it would be agreed now, and everything it is judged by."""

    state: str
    last_day: date | None
    amount: Decimal
    maximum: Decimal
    live: Decimal
    window: WindowFacts
    person_live: Decimal
    advised: bool
    minimum_per_purchaser: Decimal
    organisation: bool
    age: int | None
    province: str
    jurisdictions: tuple[str, ...]
    identified: bool
    languages_read: tuple[str, ...]
    answers: Mapping[str, bool] | None
    asked_statements: tuple[str, ...]
    right_ends: datetime
    right_ends_on: date
    ninetieth_begins: datetime | None
    ninetieth_day: date | None
    suitable: bool
    missing_particulars: tuple[str, ...]
    entry_acknowledged: bool
    head_office: str
    portal: PortalFacts


@dataclass(frozen=True, slots=True)
class CompletingFacts:
    """One subscription that a closing would complete, in the order of agreement."""

    purchaser: str
    amount: Decimal
    advised: bool


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """A closing as it is asked for."""

    issuer: IssuerFacts
    portal: PortalFacts
    window: WindowFacts
    jurisdictions: tuple[str, ...]
    minimum: Decimal
    concurrent: Decimal
    completing: tuple[CompletingFacts, ...]
    live_rights: int
    last_right_ends_on: date | None
    first_available: date
    trust: Decimal
    paid_live: Decimal
    refunds_due: Decimal
    security_kind: str
    legend: bool
    release: Decimal


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """Who asked for and who approves a closing, and whether the figures are still those asked."""

    same_person: bool
    principal: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class ApprovingFacts:
    """A closing's approval as it is judged: the closing again, and the two people."""

    closing: ClosingFacts
    approval: ApprovalFacts
