"""The offering document of a version, in each of its languages."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.money import cad
from compliance.rules.kernel.zones import PROVINCES
from documents.facts import (
    AmendmentRow,
    AmountRow,
    CertificateFacts,
    IssuerFacts,
    OfferingDocumentFacts,
    RightsFacts,
    SecurityFacts,
    UseRow,
    missing_items,
)
from documents.facts.offering import MAY_NOT_APPLY
from documents.facts.shared import Language
from equity import words
from equity.models import Offering, Version
from equity.papers.answers import Answers
from equity.papers.common import freeze, head, languages_of, local, reference, signatory
from equity.papers.people import disclosure_rows, principal_rows
from equity.papers.security import security_facts
from equity.selectors.clock import portal_day


def issue_offering_document(offering: Offering, version: Version, *, at: datetime) -> None:
    """Issue the offering document of a version that has just been put in force."""
    for language in languages_of(version):
        facts = certified(offering_facts(offering, version, language, at=at), offering, version)
        freeze(
            facts, offering=offering, subject=("equity.offering", offering.pk), person=None, at=at
        )


def offering_facts(
    offering: Offering, version: Version, language: Language, *, at: datetime
) -> OfferingDocumentFacts:
    """Form 45-110F1 as the version answers it, without its certificate.

    Items that are not answered stay empty. Raises FactsError where the version holds what no
    document can say, as a kind of security that no rule knows.
    """
    answers = Answers(version.items, language)
    on = portal_day(offering.portal, at)
    principals = list(offering.issuer.principals.all())
    said = _said(answers)
    security = security_facts(version, language)
    said["rights"] = _with_conversion(said["rights"], security)
    principals_said = principal_rows(principals, answers, language)
    disclosures = disclosure_rows(offering.issuer, principals, answers, language)
    _note_the_rest(answers)
    start = head("DO", offering.pk, offering, version, language, at)
    return OfferingDocumentFacts(
        **{**start, "issuer": _issuer(start["issuer"], answers)},
        supersedes=_superseded(offering, version),
        version=version.number,
        dated=on,
        first_available_on=offering.first_available,
        security=security,
        principals=principals_said,
        disclosures=disclosures,
        jurisdictions=tuple(code for code in version.jurisdictions if code in PROVINCES),
        raise_by=(offering.first_available or on) + timedelta(days=version.days),
        amendments=_amendments(offering, version, on),
        minimum=_amount(version, version.minimum),
        maximum=_amount(version, version.maximum),
        minimum_per_purchaser=cad(version.minimum_per_purchaser),
        uses=tuple(
            UseRow(description=use.what, minimum=cad(use.minimum), maximum=cad(use.maximum))
            for use in version.use_of_funds.all()
        ),
        certificate=None,
        **{**said, "business": (*said["business"], *answers.noted())},
        not_applicable=tuple(sorted(answers.absent, key=words.item_order)),
        in_words=tuple(dict.fromkeys(item for item, _ in answers.notes)),
    )


def _with_conversion(rights: RightsFacts, security: SecurityFacts) -> RightsFacts:
    """Item 5.5: a security that converts gives the right to it, also where the answer is silent."""
    if security.conversion is None or rights.conversion:
        return rights
    return replace(rights, conversion=words.sentence(security.conversion.into))


def _note_the_rest(answers: Answers) -> None:
    """Keep what no field prints; items 2.1 and 6.2 were read into the issuer, 4.2 with its rows."""
    for read in ("2.1", "4.2", "6.2"):
        answers.get(read)
    answers.note_the_rest()


def _issuer(facts: IssuerFacts, answers: Answers) -> IssuerFacts:
    """The issuer as item 2.1 names it: words of the answer that the issuer's own file does not have
    are printed under its address."""
    told = answers.get("2.1")
    if words.parts(told) or words.not_applicable(told):
        return facts
    known = " ".join(facts.address).casefold()
    more = (line for line in words.lines(told, answers.language) if line.casefold() not in known)
    return replace(facts, address=(*facts.address, *more))


def _said(answers: Answers) -> dict[str, Any]:
    """The answers to the items that only the issuer can give."""
    percent, fee, compensation = answers.compensation()
    return {
        "contact": answers.contact(),
        "overview": answers.text("3.1"),
        "rights": answers.rights(),
        "restrictions": answers.text("5.6"),
        "business": answers.passages("6.1"),
        "documents_at": answers.text("6.3"),
        "operations": answers.operations(),
        "financial_statements": answers.financial_statements(),
        "outstanding": answers.outstanding(),
        "raised_before": answers.text("7.1"),
        "paid_to_principals": answers.paid_to_principals(),
        "debt_repayment": answers.debt_repayment(),
        "previous": answers.previous(),
        "portal_compensation": compensation,
        "portal_commission_percent": percent,
        "portal_fee": fee,
        "risks": answers.passages("10.1"),
        "lacks_resources": answers.lacks_resources(),
        "reporting": answers.text("11.1"),
        "annual_information": answers.annual_information(),
        "voting_trust": answers.voting_trust(),
    }


def certified(
    facts: OfferingDocumentFacts, offering: Offering, version: Version
) -> OfferingDocumentFacts:
    """The facts with the certificate of the version.

    An item that the rules took as answered and that left nothing to print (an empty list, a missing
    telephone) is not applicable where the form allows it, else answered by what was said of it.
    """
    assert version.certified_at is not None
    signed = signatory(offering, version, facts.language)
    silent = missing_items(facts)
    rest = Answers(version.items, facts.language)
    for item in silent:
        if item not in MAY_NOT_APPLY:
            rest.note(item, rest.text(item) or words.pick(words.NONE, facts.language))
    return replace(
        facts,
        business=(*facts.business, *rest.noted()),
        not_applicable=(*facts.not_applicable, *(one for one in silent if one in MAY_NOT_APPLY)),
        in_words=(*facts.in_words, *(item for item, _ in rest.notes)),
        certificate=CertificateFacts(
            name=signed.name,
            position=signed.position,
            signed_at=local(version.certified_at, offering.portal),
        ),
    )


def _superseded(offering: Offering, version: Version) -> str:
    if version.number == 1:
        return ""
    return f"{reference('DO', offering.pk)}, version {version.number - 1}"


def _amount(version: Version, value: Decimal) -> AmountRow | None:
    if not version.price or value <= 0:
        return None
    return AmountRow(amount=cad(value), units=int(value // version.price))


def _amendments(offering: Offering, version: Version, on: date) -> tuple[AmendmentRow, ...]:
    """Item 5.3 b: every version after the first up to this one, by the day it was published; the
    one in preparation by the day of the preview."""
    later = offering.versions.filter(number__gt=1, number__lte=version.number)
    return tuple(
        AmendmentRow(
            on=portal_day(offering.portal, one.published_at) if one.published_at else on,
            description=one.what,
        )
        for one in later.order_by("number")
    )
