"""Form 45-110F1, item by item: the words of every answer, of what does not apply, of what is
still to be completed."""

from typing import Any

from documents.facts import Answer, OfferingDocumentFacts, missing_items
from documents.paper.offering_issuer import item2, item3, item4, item6
from documents.paper.offering_terms import amount, item5, item7, item8, item9
from documents.paper.parts import (
    portal_lines,
    row,
    text_lines,
)
from documents.paper.words import Words, size


def offering_document(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """The whole form, in its order: the prescribed statements are asked in that order too, so
    that the draft mark names them as they come."""
    title = words.prescribed("F1.T")
    context: dict[str, Any] = {"form_title": title, "cover": cover(words, facts)}
    context["items"] = items(words, facts)
    for number, build in enumerate(ITEMS, start=1):
        heading = words.prescribed(f"F1.{number}")
        context[f"item{number}"] = {"heading": heading, **build(words, facts)}
    context["headings"] = [
        {"id": f"item-{number}", "text": context[f"item{number}"]["heading"]}
        for number in range(1, len(ITEMS) + 1)
    ]
    return context


def cover(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """What stands on the cover: who, what, how much, until when, through whom."""

    def label(name: str, **variables: str) -> str:
        return words.label(f"offering_document.{name}", **variables)

    todo, least, most = label("unanswered"), facts.minimum, facts.maximum
    price = words.label("common.denomination") if facts.security.debt else label("cover_price")
    return {
        "issuer": words.set(facts.issuer.name),
        "issuer_size": size(facts.issuer.name),
        "designation": words.set(facts.security.designation),
        "instrument": label("cover_instrument"),
        "dated": label("cover_dated", dated=words.day(facts.dated)),
        "version": str(facts.version),
        "figures": [
            row(label("cover_minimum"), amount(words, least.amount if least else None, todo)),
            row(label("cover_maximum"), amount(words, most.amount if most else None, todo)),
            row(price, words.cad(facts.security.price)),
            row(label("cover_last_day"), words.day(facts.raise_by) if facts.raise_by else todo),
        ],
        "portal": portal_lines(words, facts)[:2],
    }


def items(words: Words, facts: OfferingDocumentFacts) -> dict[str, dict[str, Any]]:
    """For each numbered item: its label, and whether it is to be completed, does not apply, or
    is answered in words elsewhere."""
    missing = missing_items(facts)
    states: dict[str, dict[str, Any]] = {}
    for name in words.labels["offering_document"]:
        if name.startswith("item_"):
            number = name.removeprefix("item_").replace("_", ".")
            states[name.removeprefix("item_")] = {
                "number": number,
                "label": words.label(f"offering_document.{name}"),
                "todo": number in missing,
                "na": number in facts.not_applicable,
                "said": number in facts.in_words,
                "plain": number not in (*missing, *facts.not_applicable, *facts.in_words),
            }
    return states


def item1(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Risks of investing: fixed statements."""
    return {"p1": words.prescribed("P1"), "p2": words.prescribed("P2")}


def item10(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Risks, from the most important; P6 where income is promised without the means to pay it."""
    security = facts.security
    income = "debt" if security.debt else "partnership" if security.partnership else "share"
    lacks = facts.lacks_resources
    payments = words.label(f"income.{income}")
    return {
        "risks": [
            {"heading": words.set(one.heading), "text": words.paragraphs(one.text)}
            for one in facts.risks
        ],
        "p6": words.prescribed("P6", payments=payments) if lacks else "",
        "has_resources": words.label("offering_document.resources_yes"),
    }


def item11(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """What purchasers will be told after the closing."""
    trust = facts.voting_trust
    annual = facts.annual_information
    return {
        "reporting": text_lines(words, facts.reporting),
        "annual": answer_lines(words, annual) if annual is not None else [],
        "trust": []
        if trust is None
        else [
            row(trust_label(words, "shareholders"), words.number(trust.shareholders)),
            row(trust_label(words, "percent"), words.percent(trust.percent_votes)),
            row(trust_label(words, "trustee"), words.set(trust.trustee)),
            row(trust_label(words, "powers"), *text_lines(words, trust.extra_powers)),
            row(trust_label(words, "period"), words.set(trust.period)),
        ],
    }


def trust_label(words: Words, name: str) -> str:
    """A label of item 11.3."""
    return words.label(f"offering_document.trust_{name}")


def answer_lines(words: Words, answer: Answer) -> list[str]:
    """Yes or no, then the details."""
    said = words.label("common.yes" if answer.yes else "common.no") + "."
    first, *others = text_lines(words, answer.details) or [""]
    return [f"{said} {first}".strip(), *others]


def item12(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Resale restrictions: a fixed statement."""
    return {"p7": words.prescribed("P7")}


def item13(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """Purchasers' rights: fixed statements."""
    return {"p8": words.prescribed("P8", issuer=facts.issuer.name), "p9": words.prescribed("P9")}


def item14(words: Words, facts: OfferingDocumentFacts) -> dict[str, Any]:
    """The certificate; a preview says that nobody has signed it."""
    certificate = facts.certificate
    signed: dict[str, str] = {}
    if certificate is not None:
        signed = {
            "name": words.set(certificate.name),
            "position": words.set(certificate.position),
            "at": words.instant(certificate.signed_at),
        }
    electronic = certificate is None or certificate.electronic
    return {
        "p10": words.prescribed("P10"),
        "p11": words.prescribed("P11") if electronic else "",
        "dated": words.day(facts.dated),
        "signed": signed,
    }


ITEMS = (
    item1,
    item2,
    item3,
    item4,
    item5,
    item6,
    item7,
    item8,
    item9,
    item10,
    item11,
    item12,
    item13,
    item14,
)
