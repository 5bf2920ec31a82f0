"""The annual statement of a holder, frozen from the rows of the register."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from compliance.rules.kernel.money import ZERO, cad
from documents.facts import (
    AnnualStatementFacts,
    DebtYear,
    HeldLine,
    MovementLine,
    SecurityFacts,
)
from documents.facts.shared import Language
from documents.models import Document
from documents.services import first_document
from equity.models import AnnualStatement, Holding
from equity.papers.answers import Answers
from equity.papers.closing import certificate_number
from equity.papers.common import head, languages_for, person_facts
from equity.papers.debt import payments, running_interest
from equity.papers.security import security_facts

STATEMENT = "equity.annualstatement"


def statement_papers(
    statement: AnnualStatement, held: Sequence[Holding], *, at: datetime
) -> list[Document]:
    """The papers of a new statement, not yet saved, in the languages of its holder. ``held`` are
    the holder's rows of that issuer at the end of the year, at least one, with all around them."""
    return [
        first_document(
            facts=_facts(statement, held, language, at),
            offering_id=None,
            subject=(STATEMENT, statement.pk),
            person_id=statement.person_id,
            at=at,
        )
        for language in languages_for(held[0].person)
    ]


def _facts(
    statement: AnnualStatement, held: Sequence[Holding], language: Language, at: datetime
) -> AnnualStatementFacts:
    # The last offering says where to be told of the issuer, and how the issuer is called now.
    last = max(held, key=lambda row: (row.issued_on, row.number))
    version = last.offering.in_force
    assert version is not None
    end, answers = date(statement.year, 12, 31), Answers(version.items, language)
    lines = [(row, _line(row, end, language)) for row in held]
    return AnnualStatementFacts(
        **head("RA", statement.pk, last.offering, version, language, at),
        holder=person_facts(last.person, language),
        year=statement.year,
        as_of=end,
        held=tuple(line for _row, line in lines),
        movements=tuple(
            MovementLine(
                what="issue",
                on=line.issued_on,
                designation=line.security.designation,
                register_entry=line.register_entry,
                units=line.units,
                amount=line.amount,
            )
            for _row, line in lines
            if line.issued_on.year == statement.year
        ),
        reporting=answers.text("11.1"),
        annual_information=answers.annual_information(),
    )


def _line(row: Holding, end: date, language: Language) -> HeldLine:
    version = row.offering.in_force
    assert version is not None
    security = security_facts(version, language, issued_on=row.issued_on)
    return HeldLine(
        security=security,
        certificate=certificate_number(row),
        register_entry=str(row.number),
        units=row.units,
        amount=cad(row.amount),
        issued_on=row.issued_on,
        debt=_debt(row, security, end),
    )


def _debt(row: Holding, security: SecurityFacts, end: date) -> DebtYear | None:
    """The debt in the year that ends on that day; None for what is none, and where its terms are
    not ones the arithmetic knows."""
    debt, version, principal = security.debt, row.offering.in_force, cad(row.amount)
    assert version is not None
    rows = () if debt is None else payments(debt, version.particulars, principal)
    if debt is None or not rows:
        return None
    due = [one for one in rows if one.due_on.year == end.year]
    coming = [one for one in rows if one.due_on.year == end.year + 1]
    past = [one for one in rows if one.due_on <= end]
    return DebtYear(
        outstanding=past[-1].closing if past else principal,
        interest_due=_sum(one.interest for one in due),
        principal_due=_sum(one.principal for one in due),
        accrued=running_interest(debt, principal, end),
        next_interest=_sum(one.interest for one in coming),
        next_principal=_sum(one.principal for one in coming),
        next_on=coming[0].due_on if coming else None,
        indicative=debt.rate.kind == "floating",
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
