"""Form 45-110F1, who offers: items 2, 3, 4 and 6."""

from typing import Any

from documents.facts import HeldRow, OfferingDocumentFacts
from documents.paper.parts import (
    filled,
    row,
    text_lines,
)
from documents.paper.words import Words

OPERATIONS = ("never", "development", "operating", "profit")
QUESTIONS = ("a", "b", "c", "d")


def item2(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """The issuer and its contact person."""

    def label(name: str) -> str:
        return words.label(f"offering_document.{name}")

    issuer, contact = facts.issuer, facts.contact
    return {
        "issuer": [
            row(label("legal_name"), words.set(issuer.name)),
            row(label("head_office"), *map(words.set, issuer.address)),
            row(words.label("common.telephone"), issuer.telephone),
            row(words.label("common.fax"), issuer.fax or words.label("common.none")),
            row(words.label("common.website"), issuer.website or words.label("common.none")),
        ],
        "contact": []
        if contact is None
        else [
            row(words.label("common.name"), words.set(contact.name)),
            row(words.label("common.position"), words.set(contact.position)),
            row(words.label("common.address"), *map(words.set, contact.address)),
            row(words.label("common.telephone"), contact.telephone),
            row(words.label("common.fax"), contact.fax or words.label("common.none")),
            row(words.label("common.email"), contact.email),
        ],
    }


def item3(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """The business in short."""
    return {"overview": text_lines(words, facts.overview), "p3": words.prescribed("P3")}


def item4(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Principals, and what each of them and the issuer answered to the four questions."""
    return {
        "heads": words.prescribed_parts("L4.1"),
        "principals": [
            {
                "name": words.set(one.name),
                "place": words.set(f"{one.municipality}, {one.jurisdiction}"),
                "position": words.set(one.position),
                "occupation": words.paragraphs(one.occupation),
                "expertise": words.paragraphs(one.expertise),
                "held": [held_line(words, held) for held in one.held]
                or [words.label("offering_document.held_none")],
                "percent": words.percent(one.percent),
            }
            for one in facts.principals
        ],
        "questions": [
            {"letter": letter, "text": words.prescribed(f"Q4.2{letter}")} for letter in QUESTIONS
        ],
        "disclosures": [
            {
                "subject": words.set(one.subject),
                "answers": [
                    words.label("common.yes" if answer.yes else "common.no")
                    for answer in (one.a, one.b, one.c, one.d)
                ],
                "details": [
                    {"letter": letter, "text": words.set(answer.details)}
                    for letter, answer in zip(QUESTIONS, (one.a, one.b, one.c, one.d), strict=True)
                    if answer.details
                ],
            }
            for one in facts.disclosures
        ],
    }


def held_line(words: Words, held: HeldRow) -> str:
    """Securities held by a principal, in one line."""
    units, security = words.number(held.units), held.security
    if held.acquired_on is None or held.price_paid is None:
        return words.label("offering_document.held_line_undated", units=units, security=security)
    return words.label(
        "offering_document.held_line",
        units=units,
        security=security,
        on=words.day(held.acquired_on),
        price=words.cad(held.price_paid),
    )


def item6(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """The business in detail, its legal structure, its operations, what is outstanding."""

    def label(name: str) -> str:
        return words.label(f"offering_document.{name}")

    issuer = facts.issuer
    organized = words.province(issuer.organized_in) if issuer.organized_in else ""
    has = facts.financial_statements
    return {
        "business": [
            {"heading": words.set(part.heading), "text": words.paragraphs(part.text)}
            for part in facts.business
        ],
        "structure": filled(
            [
                row(label("legal_form"), words.label(f"forms.{issuer.form}")),
                row(label("organized_in"), organized),
                row(label("governing_act"), words.set(issuer.governing_act)),
                row(label("business_number"), words.set(issuer.business_number)),
            ]
        ),
        "documents_at": text_lines(words, facts.documents_at),
        "operations": [
            {"name": name, "ticked": code in facts.operations}
            for code, name in zip(OPERATIONS, words.prescribed_parts("L6.4"), strict=True)
        ],
        "statements": label("statements_yes" if has else "statements_no"),
        "p5": words.prescribed("P5") if has else "",
        "outstanding": [
            {
                "designation": words.set(one.designation),
                "units": words.number(one.units),
                "description": text_lines(words, one.description),
            }
            for one in facts.outstanding
        ],
    }
