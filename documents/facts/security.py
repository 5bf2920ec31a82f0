"""The security offered, with the particulars of its kind."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from documents.facts.codec import LATER
from documents.facts.shared import require

SecurityKind = Literal[
    "common_share",
    "preferred_share",
    "convertible",
    "community_bond",
    "debt",
    "cooperative_share",
    "partnership_unit",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTerms:
    """Shares of a company. Texts are in the document's language; an empty one is not printed as
    a right."""

    class_name: str
    votes: str = ""
    dividends: str = ""
    liquidation: str = ""
    tag_along: str = ""
    drag_along: str = ""
    pre_emption: str = ""
    transfer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionTerms:
    """What a convertible security becomes. `ratio` is the ratio or the discount, in words."""

    into: str
    ratio: str
    trigger: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms:
    """Interest per year, in percent. Floating: `percent` is the rate on the day of the
    document, made of the reference, the margin and the floor; `least`, where nobody has said it,
    and it is what the margin and the floor make at the least."""

    kind: Literal["fixed", "floating"]
    percent: Decimal
    reference: str = ""
    margin: Decimal | None = None
    floor: Decimal | None = None
    least: bool = field(default=False, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtTerms:
    """A bond or another debt. The price of `SecurityFacts` is its denomination. The issue and
    maturity dates are known from the closing on; before, only where the issuer has named them."""

    rate: RateTerms
    interest: Literal["simple", "compound"]
    day_count: Literal["30/360", "actual/365"]
    payments: Literal["monthly", "quarterly", "half_yearly", "yearly", "at_maturity"]
    repayment: Literal["bullet", "equal_principal", "annuity"]
    term_months: int
    issued_on: date | None = None
    matures_on: date | None = None
    security_given: str = ""
    rank: str = ""
    early_by_issuer: str = ""
    early_by_holder: str = ""
    months_without_transfer: int = 0
    renewal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperativeTerms:
    """Shares in the capital of a co-operative (Cooperatives Act, s. 38 and 46)."""

    share_type: Literal["social", "preferred"]
    class_name: str
    interest_limit: str
    by_law: str
    resolution: str
    by_law_on: date | None = None
    resolution_on: date | None = None
    privileges: str = ""
    redemption: str = ""
    transfer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipTerms:
    """Units of a limited partnership."""

    general_partner: str
    agreement: str
    agreement_on: date | None = None
    distributions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityFacts:
    """A security: kind, name in words ("actions ordinaires de catégorie A"), price of one (for
    a debt, the denomination) in CAD, and the particulars of its kind. A convertible has
    `conversion` and may have `share` or `debt`."""

    kind: SecurityKind
    designation: str
    price: Decimal
    share: ShareTerms | None = None
    conversion: ConversionTerms | None = None
    debt: DebtTerms | None = None
    cooperative: CooperativeTerms | None = None
    partnership: PartnershipTerms | None = None

    def __post_init__(self) -> None:
        wanted = PARTICULARS.get(self.kind)
        if wanted is not None:
            require(
                getattr(self, wanted) is not None,
                f"security.{wanted}",
                f"the particulars of a {self.kind} are missing",
            )


PARTICULARS: dict[str, str] = {
    "common_share": "share",
    "preferred_share": "share",
    "convertible": "conversion",
    "community_bond": "debt",
    "debt": "debt",
    "cooperative_share": "cooperative",
    "partnership_unit": "partnership",
}

CERTIFICATES: dict[str, str] = {
    "common_share": "share_certificate",
    "preferred_share": "share_certificate",
    "cooperative_share": "cooperative_share_certificate",
    "community_bond": "bond_certificate",
    "debt": "bond_certificate",
}


def certificate_kind(security_kind: str) -> str | None:
    """The kind of certificate that a closing issues for this security; None where the purchaser
    confirmation carries the written resale notice N2 instead (NI 45-102 s. 2.5, recalled)."""
    return CERTIFICATES.get(security_kind)
