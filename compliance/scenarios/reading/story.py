"""A story as data: what a scenario file says, checked and typed, with what it left out still
visible.

`None` always means "left out"; an empty tuple is an answer. Instants are aware and in UTC; the
portal's zone is `PortalSpec.zone`. Amounts are Decimals of Canadian dollars with two decimals.
Short names are those of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from compliance.rules.kernel.zones import zone_of
from compliance.scenarios.reading.values import Plain

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSpec:
    """The portal. `authorised` is true, false, or the provinces in which it is."""

    kind: str = "exempt"
    name: str | None = None
    demonstration: bool = True
    province: str = "QC"
    authorised: bool | frozenset[str] = True
    principals: tuple[str, ...] = ()
    purchaser_fee: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times without an offset are read."""
        return zone_of(self.province)

    def authorised_in(self, province: str) -> bool:
        """Whether the portal has what it needs in a province."""
        if isinstance(self.authorised, bool):
            return self.authorised
        return province in self.authorised


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """An officer, for whom only `role` says anything, or an investor.

    `born` is None for an organisation, and in a strict story that does not give it.
    """

    short_name: str
    role: str
    line: int
    kind: str = "person"
    province: str | None = None
    born: date | None = None
    language: str | None = None
    identified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalSpec:
    """A founder, director, officer or control person; `particulars` are those of item 4.1 by their
    key."""

    name: str
    position: str | None = None
    particulars: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationSpec:
    """An edge of the issuer group, alive from `since` to the end of the day `until`."""

    issuer: str
    kind: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDistributionSpec:
    """A distribution closed elsewhere under this exemption."""

    closed: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSpec:
    """An issuer. `principals` is None when left out, empty when the file names nobody."""

    short_name: str
    line: int
    name: str | None = None
    form: str = "company"
    head_office: str = "QC"
    reporting: bool = False
    investment_fund: bool = False
    has_operations: bool = True
    principals: tuple[PrincipalSpec, ...] | None = None
    related: tuple[RelationSpec, ...] = ()
    earlier_distributions: tuple[EarlierDistributionSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSpec:
    """Interest per year in percent: `kind` is `fixed`, `floating`, or what the file says
    instead."""

    kind: str | None = None
    percent: Decimal | None = None
    reference: str | None = None
    margin: Decimal | None = None
    floor: Decimal | None = None


Particular = Plain | Decimal | date | RateSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuritySpec:
    """The security: `price` of one, or for a bond or debt its `denomination`; `particulars` by
    canonical name."""

    kind: str
    price: Decimal | None = None
    denomination: Decimal | None = None
    particulars: Mapping[str, Particular] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def unit_price(self) -> Decimal | None:
        """What one unit costs, whichever of the two keys gives it."""
        return self.price if self.denomination is None else self.denomination


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOfFundsRow:
    """One line of item 7.2."""

    what: str
    minimum: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingSpec:
    """The keys of an offering that a step gives: all of them for `draft`, some for `edit` and
    `amend`.

    `items` is keyed by the item ids of Form 45-110F1 in their canonical spelling ("4.2a").
    """

    security: SecuritySpec | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    minimum_per_purchaser: Decimal | None = None
    days: int | None = None
    jurisdictions: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    use_of_funds: tuple[UseOfFundsRow, ...] | None = None
    group_commission: bool | None = None
    items: Mapping[str, Plain] | None = None

    def given(self) -> tuple[str, ...]:
        """The names of the keys that the file gives."""
        return tuple(item.name for item in fields(self) if getattr(self, item.name) is not None)

    def overlaid(self, changes: "OfferingSpec") -> "OfferingSpec":
        """This offering with each key that `changes` gives replaced whole."""
        return replace(self, **{name: getattr(changes, name) for name in changes.given()})


@dataclass(frozen=True, slots=True)
class NoParams:
    """`certify`, `submit`, `open`, `cancel`, `publish`, `withdraw`, `wait`."""


@dataclass(frozen=True, slots=True)
class ReasonParams:
    """`approve`, `request_changes`, `refuse`, `suspend`, `resume`, `stop`, `ask_closing`,
    `approve_closing`."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OfferingParams:
    """`draft` (the offering) and `edit` (the keys to replace)."""

    offering: OfferingSpec


@dataclass(frozen=True, slots=True)
class AmendParams:
    """`amend`: the changed keys, and what changes in words."""

    what: str
    changes: OfferingSpec


@dataclass(frozen=True, slots=True)
class PortalStatusParams:
    """`portal_status`: as `PortalSpec.authorised`."""

    authorised: bool | frozenset[str]


@dataclass(frozen=True, slots=True)
class RelateParams:
    """`relate`: a new edge between two issuers."""

    issuer: str
    to: str
    kind: str
    since: date


@dataclass(frozen=True, slots=True)
class ConcurrentParams:
    """`concurrent`: the concurrent money as it now stands."""

    amount: Decimal
    unconditional: bool


@dataclass(frozen=True, slots=True)
class ReadParams:
    """`read`."""

    language: str | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgeParams:
    """`acknowledge`: the answers given, R1 to R9; those left out are yes."""

    language: str | None = None
    answers: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class AdviseParams:
    """`advise`; the dealer and its reference are None when left out."""

    investor: str
    suitable: bool
    dealer: str | None = None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class SubscribeParams:
    """`subscribe`: whole units, more than none."""

    units: int


@dataclass(frozen=True, slots=True)
class PayParams:
    """`pay`: all that is owed when `amount` is None; `source` is `purchaser` or `other`."""

    amount: Decimal | None = None
    source: str = "purchaser"


@dataclass(frozen=True, slots=True)
class RecordWithdrawalParams:
    """`record_withdrawal`: the instant at which the notice was sent."""

    sent: datetime


@dataclass(frozen=True, slots=True)
class FileParams:
    """`file`: for one jurisdiction, or all when None."""

    duty: str
    reference: str | None = None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class RefundParams:
    """`refund`: one subscription (named by the step), or every refund due of the offering."""

    everything: bool = False


Params = (
    NoParams
    | ReasonParams
    | OfferingParams
    | AmendParams
    | PortalStatusParams
    | RelateParams
    | ConcurrentParams
    | ReadParams
    | AcknowledgeParams
    | AdviseParams
    | SubscribeParams
    | PayParams
    | RecordWithdrawalParams
    | FileParams
    | RefundParams
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a step expects; a field that is None is not looked at.

    `refused` is empty when the step must be accepted (`refused: []` or `done: true`).
    """

    line: int
    refused: frozenset[str] | None = None
    room: Mapping[str, Decimal] | None = None
    offering: str | None = None
    subscription: str | None = None
    subscriptions: Mapping[str, str] | None = None
    right_ends: date | None = None
    raised: Decimal | None = None
    binding: Decimal | None = None
    paid: Decimal | None = None
    group_room: Decimal | None = None
    refunds_due: Decimal | None = None
    trust: Decimal | None = None
    duties: Mapping[str, date] | None = None
    documents: Mapping[str, int] | None = None
    holdings: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec:
    """One step. `n` counts from 1; `name` is its `as`; `by` is None for `wait` alone."""

    n: int
    line: int
    at: datetime
    do: str
    params: Params
    by: str | None = None
    offering: str | None = None
    subscription: str | None = None
    name: str | None = None
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A whole scenario file."""

    title: str
    starts: datetime
    portal: PortalSpec
    people: Mapping[str, PersonSpec]
    issuers: Mapping[str, IssuerSpec]
    steps: tuple[StepSpec, ...]
    strict: bool
    path: str
