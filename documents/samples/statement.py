"""A sample of the annual statement. All invented."""

from datetime import date, datetime
from decimal import Decimal

from compliance.rules.kernel.schedule import Terms, accrued, schedule
from documents.facts import AnnualStatementFacts, Answer, DebtYear, HeldLine, MovementLine
from documents.facts.shared import Language
from documents.samples.cast import WINTER, bond, coop_share, head, land_trust, marie, said

_END = date(2026, 12, 31)
_CAPITAL = Decimal("2000.00")


def annual_statement(language: Language) -> AnnualStatementFacts:
    """Four bonds issued in the year, and preferred shares of the year before."""
    at = datetime(2027, 1, 12, 9, 0, tzinfo=WINTER)
    bonds = HeldLine(
        security=bond(language),
        certificate="O-0004",
        register_entry="4",
        units=4,
        amount=_CAPITAL,
        issued_on=date(2026, 9, 15),
        debt=_year(),
    )
    shares = HeldLine(
        security=coop_share(language),
        certificate="P-0020",
        register_entry="20",
        units=12,
        amount=Decimal("1200.00"),
        issued_on=date(2025, 4, 1),
    )
    return AnnualStatementFacts(
        **head(language, "RA-2026-000310", land_trust(language), at),  # type: ignore[arg-type]
        holder=marie(),
        year=2026,
        as_of=_END,
        held=(shares, bonds),
        movements=(
            MovementLine(
                what="issue",
                on=bonds.issued_on,
                designation=bonds.security.designation,
                register_entry="4",
                units=4,
                amount=_CAPITAL,
            ),
        ),
        reporting=said(
            language,
            "Un rapport par année, en mai, publié sur le site Web de l'émetteur.",
            "One report a year, in May, on the issuer's website.",
        ),
        annual_information=Answer(
            yes=True,
            details=said(
                language,
                "États financiers annuels, remis aux membres avant l'assemblée.",
                "Annual financial statements, given to the members before their meeting.",
            ),
        ),
    )


def _year() -> DebtYear:
    """The bonds in the year of their issue: nothing is due yet."""
    issued = date(2026, 9, 15)
    terms = Terms(
        percent=Decimal("4.00"),
        term_months=60,
        payments="half_yearly",
        repayment="equal_principal",
    )
    coming = [one for one in schedule(terms, _CAPITAL, issued) if one.due_on.year == 2027]
    return DebtYear(
        outstanding=_CAPITAL,
        interest_due=Decimal("0.00"),
        principal_due=Decimal("0.00"),
        accrued=accrued(terms, _CAPITAL, issued, _END),
        next_interest=sum((one.interest for one in coming), Decimal(0)),
        next_principal=sum((one.principal for one in coming), Decimal(0)),
        next_on=coming[0].due_on,
        indicative=False,
    )
