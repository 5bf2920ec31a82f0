"""The annual statement to a holder: what they have, what the year brought, what comes next."""

from decimal import Decimal
from typing import Any

from documents.facts import AnnualStatementFacts
from documents.facts.statement import DebtYear, HeldLine
from documents.paper.offering import answer_lines
from documents.paper.parts import Row, filled, person_lines, portal_lines, row, text_lines
from documents.paper.words import Words


def annual_statement(words: Words, facts: AnnualStatementFacts) -> dict[str, Any]:
    """The whole statement; each holding whose kind has more to say has a part of its own."""

    def label(name: str, **variables: str) -> str:
        return words.label(f"annual_statement.{name}", **variables)

    total = sum((line.amount for line in facts.held), Decimal(0))
    next_year, told = str(facts.year + 1), facts.annual_information
    annual = [] if told is None else answer_lines(words, told)
    return {
        "portal": portal_lines(words, facts),
        "address": person_lines(words, facts.holder),
        "headline": label("headline", as_of=words.day(facts.as_of)),
        "service": label("service"),
        "held": [_held(words, line) for line in facts.held],
        "total": words.cad(total),
        "parts": [
            part
            for line in facts.held
            if (part := _part(words, line, str(facts.year), next_year)) is not None
        ],
        "movements_title": label("movements_title", year=str(facts.year)),
        "movements": [
            {
                "on": words.day(one.on),
                "what": label(one.what),
                "designation": words.set(one.designation),
                "entry": words.set(one.register_entry),
                "units": words.number(one.units),
                "amount": words.cad(one.amount),
            }
            for one in facts.movements
        ],
        "no_movement": label("no_movement"),
        "later": label("later"),
        "reporting": filled(
            [
                row(label("reporting"), *text_lines(words, facts.reporting)),
                row(words.label("offering_document.item_11_2"), *annual),
            ]
        ),
        "nothing_reported": label("nothing_reported"),
        "tax": label("tax"),
    }


def _held(words: Words, line: HeldLine) -> dict[str, str]:
    return {
        "designation": words.set(line.security.designation),
        "kind": words.label(f"securities.{line.security.kind}"),
        "number": words.set(line.certificate or line.register_entry),
        "units": words.number(line.units),
        "price": words.cad(line.security.price),
        "amount": words.cad(line.amount),
        "issued_on": words.day(line.issued_on),
    }


def _part(words: Words, line: HeldLine, year: str, next_year: str) -> dict[str, Any] | None:
    """What is to be said of one holding beside its line: its restrictions, and by its kind the
    interest."""
    rows: list[Row] = []
    if line.security.debt is not None:
        rows += _debt_rows(words, line.debt, year, next_year)
    elif line.security.cooperative is not None:
        rows += [
            row(
                words.label("cooperative.interest_limit"),
                *text_lines(words, line.security.cooperative.interest_limit),
            ),
            row(
                words.label("annual_statement.declared", year=year),
                words.label("annual_statement.not_told"),
            ),
        ]
    rows += _restrictions(words, line)
    name = words.set(line.security.designation)
    name = name[:1].upper() + name[1:]
    number = words.set(line.certificate or line.register_entry)
    return {"title": f"{name} – {number}", "rows": filled(rows)}


def _debt_rows(words: Words, debt: DebtYear | None, year: str, next_year: str) -> list[Row]:
    def label(name: str, **variables: str) -> str:
        return words.label(f"annual_statement.{name}", **variables)

    if debt is None:
        return [row(label("schedule"), label("no_schedule"))]
    upcoming = (
        label("next_line", on=words.day(debt.next_on), year=next_year) if debt.next_on else ""
    )
    return [
        row(label("outstanding"), words.cad(debt.outstanding)),
        row(label("interest_due", year=year), words.cad(debt.interest_due)),
        row(label("principal_due", year=year), words.cad(debt.principal_due)),
        row(label("accrued"), words.cad(debt.accrued)),
        row(label("next_interest", year=next_year), words.cad(debt.next_interest), upcoming),
        row(label("next_principal", year=next_year), words.cad(debt.next_principal)),
        row(label("schedule"), label("by_schedule"), label("floats") if debt.indicative else ""),
    ]


def _restrictions(words: Words, line: HeldLine) -> list[Row]:
    """The resale legend that the certificate bears, and what the terms say of transfers."""
    security, carried = line.security, "certificate" if line.certificate else "confirmation"
    resale = words.label(f"annual_statement.resale_{carried}")
    rows = [row(words.label("annual_statement.restrictions"), resale)]
    transfers: list[str] = []
    if security.share is not None:
        transfers = text_lines(words, security.share.transfer)
    elif security.debt is not None and security.debt.months_without_transfer:
        months = words.number(security.debt.months_without_transfer)
        transfers = [words.label("annual_statement.no_transfer", months=months)]
    rows.append(row(words.label("share.transfer"), *transfers))
    if security.cooperative is not None:
        rows += [
            row(
                words.label(f"cooperative.{name}"),
                *text_lines(words, getattr(security.cooperative, name)),
            )
            for name in ("transfer", "redemption")
        ]
    return rows
