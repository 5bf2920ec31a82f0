"""Pieces of a page that several documents print."""

from collections.abc import Iterable
from typing import Any

from documents.facts import (
    ConversionTerms,
    CooperativeTerms,
    DebtTerms,
    DocumentRef,
    Facts,
    Paper,
    PartnershipTerms,
    PersonFacts,
    SecurityFacts,
    ShareTerms,
    SubscriptionRef,
)
from documents.paper.words import Words

Row = dict[str, Any]


def row(label: str, *lines: str) -> Row:
    """A line of a table of particulars; empty lines are left out."""
    return {"label": label, "lines": [line for line in lines if line]}


def filled(rows: Iterable[Row]) -> list[Row]:
    """Only the rows that say something."""
    return [one for one in rows if one["lines"]]


def issuer_rows(words: Words, facts: Facts) -> list[Row]:
    """The issuer as a party."""
    issuer = facts.issuer
    return filled(
        [
            row(
                words.label("common.issuer"),
                words.set(issuer.name),
                *map(words.set, issuer.address),
                words.province(issuer.head_office) if not issuer.address else "",
            ),
        ]
    )


def portal_lines(words: Words, facts: Paper) -> list[str]:
    """The portal: name, what it is, address and how to reach it."""
    portal = facts.portal
    what = words.label(f"portals.{portal.kind}")
    if portal.kind == "dealer" and portal.registration:
        what = f"{portal.dealer_name}, {words.label(f'registrations.{portal.registration}')}"
    reach = [part for part in (portal.telephone, portal.email) if part]
    lines = [portal.name, what, *portal.address, " · ".join(reach), portal.website]
    return [words.set(line) for line in lines if line]


def person_lines(words: Words, person: PersonFacts) -> list[str]:
    """A purchaser or holder: name, signatory, address, how to reach them."""
    reach = [part for part in (person.telephone, person.email) if part]
    province = "" if person.address else words.province(person.province)
    lines = [person.name, person.signatory, *person.address, province, " · ".join(reach)]
    return [words.set(line) for line in lines if line]


def party_rows(words: Words, facts: Facts, person: PersonFacts) -> list[Row]:
    """Issuer, portal and purchaser."""
    return [
        *issuer_rows(words, facts),
        row(words.label("common.portal"), *portal_lines(words, facts)),
        row(words.label("common.purchaser"), *person_lines(words, person)),
    ]


def document_text(words: Words, ref: DocumentRef) -> str:
    """Another document named in a sentence."""
    return words.label(
        "common.document_of",
        reference=ref.reference,
        version=str(ref.version),
        dated=words.day(ref.dated),
    )


def subscription_rows(words: Words, security: SecurityFacts, ref: SubscriptionRef) -> list[Row]:
    """What was subscribed, when, for how much."""
    price = "denomination" if security.debt is not None else "price"
    return [
        row(words.label("common.subscription"), words.set(ref.reference)),
        row(words.label("common.agreed"), words.instant(ref.agreed_at)),
        row(words.label("common.security"), words.set(security.designation)),
        row(words.label("common.units"), words.number(ref.units)),
        row(words.label(f"common.{price}"), words.cad(ref.price)),
        row(words.label("common.total"), words.cad(ref.total)),
    ]


def security_title(words: Words, security: SecurityFacts) -> str:
    """The heading over the particulars of this kind of security."""
    if security.debt is not None:
        return words.label("debt.title")
    if security.cooperative is not None:
        return words.label("cooperative.title")
    return words.label("share.title")


def security_rows(words: Words, security: SecurityFacts) -> list[Row]:
    """The particulars of the security, whatever its kind (design of securities, section 5)."""
    rows: list[Row] = []
    if security.conversion is not None:
        rows += conversion_rows(words, security.conversion)
    if security.share is not None:
        rows += share_rows(words, security.share)
    if security.debt is not None:
        rows += debt_rows(words, security, security.debt)
    if security.cooperative is not None:
        rows += cooperative_rows(words, security.cooperative)
    if security.partnership is not None:
        rows += partnership_rows(words, security.partnership)
    return filled(rows)


def share_rows(words: Words, terms: ShareTerms) -> list[Row]:
    """Rights and restrictions of a share."""
    names = ("class_name", "votes", "dividends", "liquidation", "tag_along", "drag_along")
    return [
        row(words.label(f"share.{name}"), *text_lines(words, getattr(terms, name)))
        for name in (*names, "pre_emption", "transfer")
    ]


def conversion_rows(words: Words, terms: ConversionTerms) -> list[Row]:
    """What a convertible becomes."""
    expires = words.day(terms.expires_on) if terms.expires_on else ""
    return [
        row(words.label("conversion.into"), words.set(terms.into)),
        row(words.label("conversion.ratio"), words.set(terms.ratio)),
        row(words.label("conversion.trigger"), words.set(terms.trigger)),
        row(words.label("conversion.expires_on"), expires),
    ]


def partnership_rows(words: Words, terms: PartnershipTerms) -> list[Row]:
    """A unit of a limited partnership."""
    dated = words.day(terms.agreement_on) if terms.agreement_on else ""
    agreement = ", ".join(part for part in (words.set(terms.agreement), dated) if part)
    return [
        row(words.label("partnership.general_partner"), words.set(terms.general_partner)),
        row(words.label("partnership.agreement"), agreement),
        row(words.label("partnership.distributions"), *text_lines(words, terms.distributions)),
    ]


def cooperative_rows(words: Words, terms: CooperativeTerms) -> list[Row]:
    """Shares of a co-operative with the by-law and the resolution of s. 46."""
    by_law, resolution = words.set(terms.by_law), words.set(terms.resolution)
    if terms.by_law_on:
        by_law = words.label("cooperative.adopted", what=by_law, on=words.day(terms.by_law_on))
    if terms.resolution_on:
        on = words.day(terms.resolution_on)
        resolution = words.label("cooperative.passed", what=resolution, on=on)
    return [
        row(words.label("cooperative.share_type"), words.label(f"cooperative.{terms.share_type}")),
        row(words.label("cooperative.class_name"), words.set(terms.class_name)),
        row(words.label("cooperative.by_law"), by_law),
        row(words.label("cooperative.resolution"), resolution),
        row(words.label("cooperative.interest_limit"), *text_lines(words, terms.interest_limit)),
        row(words.label("cooperative.privileges"), *text_lines(words, terms.privileges)),
        row(words.label("cooperative.redemption"), *text_lines(words, terms.redemption)),
        row(words.label("cooperative.transfer"), *text_lines(words, terms.transfer)),
    ]


def debt_rows(words: Words, security: SecurityFacts, terms: DebtTerms) -> list[Row]:
    """Every term of a bond or another debt."""
    coded = ("interest", "payments", "repayment", "day_count")
    no_transfer = terms.months_without_transfer
    return [
        row(words.label("common.denomination"), words.cad(security.price)),
        row(words.label("debt.rate"), *rate_lines(words, terms)),
        *(
            row(words.label(f"debt.{name}"), words.label(f"debt.{getattr(terms, name)}"))
            for name in coded
        ),
        row(words.label("debt.term"), months(words, terms.term_months)),
        row(words.label("debt.issued_on"), words.day(terms.issued_on) if terms.issued_on else ""),
        row(
            words.label("debt.matures_on"), words.day(terms.matures_on) if terms.matures_on else ""
        ),
        row(
            words.label("debt.security_given"),
            words.set(terms.security_given) or words.label("debt.unsecured"),
        ),
        row(words.label("debt.rank"), *text_lines(words, terms.rank)),
        row(words.label("debt.early_by_issuer"), *text_lines(words, terms.early_by_issuer)),
        row(words.label("debt.early_by_holder"), *text_lines(words, terms.early_by_holder)),
        row(words.label("debt.no_transfer"), months(words, no_transfer) if no_transfer else ""),
        row(words.label("debt.renewal"), *text_lines(words, terms.renewal)),
    ]


def rate_lines(words: Words, terms: DebtTerms) -> list[str]:
    """The rate; where it floats, what it is made of."""
    rate = terms.rate
    kind = "floating_least" if rate.least else rate.kind
    lines = [words.label(f"debt.{kind}", percent=words.percent(rate.percent, 2))]
    if rate.reference:
        lines.append(words.label("debt.reference", reference=rate.reference))
    if rate.margin is not None:
        lines.append(words.label("debt.margin", margin=words.percent(rate.margin, 2)))
    if rate.floor is not None:
        lines.append(words.label("debt.floor", floor=words.percent(rate.floor, 2)))
    return lines


def months(words: Words, count: int) -> str:
    """A number of months."""
    return words.label("debt.months", n=words.number(count))


def text_lines(words: Words, text: str) -> list[str]:
    """A text that may be empty, in paragraphs."""
    return words.paragraphs(text) if text.strip() else []
