"""Certificates and the payment schedule of a bond."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from documents.facts.security import SecurityFacts, certificate_kind
from documents.facts.shared import Facts, PersonFacts, SignatoryFacts, require


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateBase(Facts):
    """What every certificate says. `distributed_on` is the day of the legend of NI 45-102 s.
    2.5; `register_entry` the line of the register of holders."""

    holder: PersonFacts
    security: SecurityFacts
    number: str
    units: int
    issued_on: date
    distributed_on: date
    signatories: tuple[SignatoryFacts, ...]
    register_entry: str = ""

    def check(self) -> None:
        """Units, a signatory, and a security whose certificate is of this kind."""
        require(self.units >= 1, f"{self.kind}.units", "a certificate is for one or more")
        require(bool(self.signatories), f"{self.kind}.signatories", "somebody signs a certificate")
        wanted = certificate_kind(self.security.kind)
        require(
            wanted == self.kind,
            f"{self.kind}.security",
            f"a {self.security.kind} has {wanted or 'no certificate'}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCertificateFacts(CertificateBase):
    """Shares of a company."""

    kind: ClassVar[str] = "share_certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperativeShareCertificateFacts(CertificateBase):
    """Shares in the capital of a co-operative; the copy of the resolution (s. 46) goes with it."""

    kind: ClassVar[str] = "cooperative_share_certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class BondCertificateFacts(CertificateBase):
    """A bond or another debt; `principal` in CAD. The terms must carry their issue and maturity
    dates."""

    kind: ClassVar[str] = "bond_certificate"

    principal: Decimal

    def check(self) -> None:
        """The principal is the units at their denomination, and the dates are known."""
        CertificateBase.check(self)
        check_bond(self.security, self.kind)
        require(
            self.security.price * self.units == self.principal,
            "bond_certificate.principal",
            f"{self.units} at {self.security.price} do not make {self.principal}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment of the schedule (CAD)."""

    number: int
    due_on: date
    opening: Decimal
    interest: Decimal
    principal: Decimal
    total: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentScheduleFacts(Facts):
    """Every payment of a bond, as `compliance.rules.kernel.schedule` reckons them. `indicative`
    where the rate floats."""

    kind: ClassVar[str] = "payment_schedule"

    holder: PersonFacts
    security: SecurityFacts
    bond_number: str
    principal: Decimal
    indicative: bool
    payments: tuple[PaymentRow, ...]

    def check(self) -> None:
        """The payments add up to the cent and give the whole principal back."""
        check_bond(self.security, self.kind)
        require(bool(self.payments), "payment_schedule.payments", "a schedule has payments")
        debt = self.security.debt
        floating = debt is not None and debt.rate.kind == "floating"
        require(
            self.indicative == floating,
            "payment_schedule.indicative",
            "indicative where the rate floats",
        )
        for row in self.payments:
            require(
                row.interest + row.principal == row.total,
                f"payment_schedule.payments[{row.number}]",
                "interest and capital make the total",
            )
        given_back = sum((row.principal for row in self.payments), Decimal(0))
        require(
            given_back == self.principal,
            "payment_schedule.payments",
            "the whole capital is given back",
        )


def check_bond(security: SecurityFacts, kind: str) -> None:
    """A debt with its issue and maturity dates; raises FactsError."""
    debt = security.debt
    require(debt is not None, f"{kind}.security", "a debt is wanted")
    dated = debt is not None and debt.issued_on is not None and debt.matures_on is not None
    require(dated, f"{kind}.security.debt", "the issue and maturity dates are wanted")
