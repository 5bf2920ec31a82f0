"""What a holder has of an issuer at the end of a year: a service of the portal, no form."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from documents.facts.offering import Answer
from documents.facts.security import SecurityFacts
from documents.facts.shared import Facts, PersonFacts, require


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtYear:
    """A debt in the year, by its schedule (CAD): what fell due in it, what is owed at its end, the
    interest that ran until then and is not due, and what falls due in the year after.

    The issuer pays, and the portal does not know whether it did. `indicative` where the rate
    floats.
    """

    outstanding: Decimal
    interest_due: Decimal
    principal_due: Decimal
    accrued: Decimal
    next_interest: Decimal
    next_principal: Decimal
    next_on: date | None
    """The first day of the year after on which something falls due."""
    indicative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A row of the register of holders. `debt` is None also for a debt whose terms are in words
    that no arithmetic knows: the paper then says so."""

    security: SecurityFacts
    certificate: str
    register_entry: str
    units: int
    amount: Decimal
    issued_on: date
    debt: DebtYear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementLine:
    """What came to the holder in the year. The portal knows issues; it keeps no register of what
    happens after."""

    what: Literal["issue"]
    on: date
    designation: str
    register_entry: str
    units: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualStatementFacts(Facts):
    """The statement of one holder, issuer and year. `reporting` and `annual_information` are what
    items 11.1 and 11.2 of the last offering document said: where to be told of the issuer."""

    kind: ClassVar[str] = "annual_statement"

    holder: PersonFacts
    year: int
    as_of: date
    held: tuple[HeldLine, ...]
    movements: tuple[MovementLine, ...]
    reporting: str = ""
    annual_information: Answer | None = None

    def check(self) -> None:
        """Something is held, issued by the day of the statement; the movements are of its year and
        are among what is held."""
        require(bool(self.held), f"{self.kind}.held", "a statement is of something that is held")
        require(
            self.as_of == date(self.year, 12, 31), f"{self.kind}.as_of", "the last day of the year"
        )
        for number, line in enumerate(self.held):
            require(
                line.units >= 1 and line.issued_on <= self.as_of,
                f"{self.kind}.held[{number}]",
                "what is held was issued by the end of the year",
            )
        known = {(one.register_entry, one.issued_on, one.units) for one in self.held}
        for number, moved in enumerate(self.movements):
            require(
                moved.on.year == self.year
                and (moved.register_entry, moved.on, moved.units) in known,
                f"{self.kind}.movements[{number}]",
                "a movement is of the year, and of something that is held",
            )
