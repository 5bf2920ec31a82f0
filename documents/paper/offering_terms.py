"""Form 45-110F1, what is offered and for what: items 5, 7, 8 and 9."""

from decimal import Decimal
from typing import Any

from documents.facts import OfferingDocumentFacts
from documents.facts.offering import RIGHTS
from documents.paper.parts import (
    filled,
    portal_lines,
    row,
    security_rows,
    security_title,
    text_lines,
)
from documents.paper.pictures import bar, colour, ink
from documents.paper.words import Words


def amount(words: Words, value: Decimal | None, otherwise: str) -> str:
    """An amount, or what stands in its place."""
    return otherwise if value is None else words.cad(value)


def item5(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """The distribution: portal, jurisdictions, dates, rights, amounts."""
    available = facts.first_available_on
    return {
        "portal": portal_lines(words, facts),
        "dealer": words.set(facts.portal.dealer_name) if facts.portal.kind == "dealer" else "",
        "jurisdictions": [words.province(code) for code in facts.jurisdictions],
        "by_lead": words.prescribed("L5.3a"),
        "raise_by": words.day(facts.raise_by) if facts.raise_by else "",
        "available": words.label("offering_document.first_available", on=words.day(available))
        if available
        else "",
        "amendments_lead": words.prescribed("L5.3b"),
        "amendments": [
            {"on": words.day(one.on), "text": words.paragraphs(one.description)}
            for one in facts.amendments
        ],
        "kind": words.label(f"securities.{facts.security.kind}"),
        "designation": words.set(facts.security.designation),
        **rights(words, facts),
        "restrictions": text_lines(words, facts.restrictions),
        "security_title": security_title(words, facts.security),
        "security_rows": security_rows(words, facts.security),
        **amounts(words, facts),
        "p4": words.prescribed("P4", issuer=facts.issuer.name),
    }


def rights(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Item 5.5: the lead and five boxes."""
    lead, _, first = words.prescribed("L5.5").partition(": ")
    first, *others = first.split("; ")
    names = [first, *others]
    return {
        "rights_lead": lead + ":",
        "rights": [
            {
                "name": name[:1].upper() + name[1:],
                "ticked": bool(getattr(facts.rights, right)),
                "text": text_lines(words, getattr(facts.rights, right)),
            }
            for right, name in zip(RIGHTS, names, strict=True)
        ],
    }


def amounts(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Items 5.7 and 5.8."""
    minimum, maximum, price, total, units = words.prescribed_parts("L5.7")
    lines = [
        {"name": name, "amount": words.cad(given.amount), "units": words.number(given.units)}
        for name, given in ((minimum, facts.minimum), (maximum, facts.maximum))
        if given is not None
    ]
    least = facts.minimum_per_purchaser
    return {
        "amount_heads": [total, units],
        "amounts": lines,
        "price_name": price,
        "price": words.cad(facts.security.price),
        "least": words.cad(least) if least else words.label("offering_document.no_minimum"),
    }


def item7(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Funds raised before, and what the new ones are for, in a table and a picture."""
    heads = words.prescribed_parts("L7.2")
    lows = [use.minimum for use in facts.uses]
    highs = [use.maximum for use in facts.uses]
    lines = [
        words.label(
            "offering_document.use_picture_line",
            description=use.description,
            minimum=words.cad(use.minimum),
            maximum=words.cad(use.maximum),
        )
        for use in facts.uses
    ]
    return {
        "raised_before": text_lines(words, facts.raised_before),
        "heads": heads,
        "uses": [
            {
                "number": str(index + 1),
                "colour": colour(index),
                "ink": ink(index),
                "description": words.set(use.description),
                "minimum": words.cad(use.minimum),
                "maximum": words.cad(use.maximum),
            }
            for index, use in enumerate(facts.uses)
        ],
        "total_minimum": words.cad(sum(lows, Decimal(0))),
        "total_maximum": words.cad(sum(highs, Decimal(0))),
        "bar_minimum": bar(lows),
        "bar_maximum": bar(highs),
        "picture_alt": words.label("offering_document.use_picture_alt", lines=" ".join(lines)),
        "paid": [
            {
                "name": words.set(one.name),
                "relationship": words.set(one.relationship),
                "amount": words.cad(one.amount),
            }
            for one in facts.paid_to_principals
        ],
        "debt": text_lines(words, facts.debt_repayment),
    }


def item8(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Distributions of the past five years."""
    return {
        "previous": [
            {
                "issuer": words.set(one.issuer),
                "portal": words.set(one.portal),
                "outcome": words.label(f"offering_document.outcome_{one.outcome}"),
                "on": words.day(one.on),
            }
            for one in facts.previous
        ]
    }


def item9(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """What the portal is paid."""
    percent, fee = facts.portal_commission_percent, facts.portal_fee
    commission = ""
    if percent is not None:
        commission = words.label("offering_document.commission_of", percent=words.percent(percent))
    return {
        "rows": filled(
            [
                row(words.label("offering_document.commission"), commission),
                row(words.label("offering_document.portal_fee"), amount(words, fee, "")),
            ]
        ),
        "text": text_lines(words, facts.portal_compensation),
    }
