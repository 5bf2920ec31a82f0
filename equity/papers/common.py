"""What the papers of every kind share: parties, references, languages, and freezing."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from compliance.rules.kernel.money import cad
from compliance.rules.kernel.zones import zone_of
from documents import services as documents
from documents.facts import (
    DocumentRef,
    Facts,
    IssuerFacts,
    Paper,
    PersonFacts,
    PortalFacts,
    SignatoryFacts,
    SubscriptionRef,
)
from documents.facts.shared import Language
from documents.models import Document
from documents.paper.words import as_facts
from documents.render import words_used
from documents.selectors import unconfirmed_among
from documents.shelf import Known, known
from equity import words
from equity.models import Issuer, Offering, Portal, Subscription, Version
from equity.papers.answers import Answers
from equity.papers.people import principal_position
from equity.selectors.clock import portal_day
from equity.selectors.content import PRINTED, published
from equity.words import ENGLISH, FRENCH, LANGUAGES, said
from investors.models import Person

DRAFT_MARK = "D1"
Printed = TypeVar("Printed", bound=Paper)
_QUEBEC = "QC"


def languages_of(version: Version) -> tuple[Language, ...]:
    """The languages of an offering document, French first."""
    return tuple(language for language in LANGUAGES if language in version.languages)


def languages_for(person: Person) -> tuple[Language, ...]:
    """The languages of a person's own papers.

    A resident of Quebec who chose English gets the French version first, and the English one: an
    adhesion contract and its documents are remitted in French before another version may bind
    (Charter of the French Language, s. 55).
    """
    if person.language == FRENCH:
        return (FRENCH,)
    return (FRENCH, ENGLISH) if person.province == _QUEBEC else (ENGLISH,)


def local(at: datetime, portal: Portal) -> datetime:
    """An instant as the clocks of the portal show it."""
    return at.astimezone(zone_of(portal.province))


def reference(prefix: str, subject: UUID) -> str:
    """The number that a paper bears: its kind, and twelve digits of what it is about."""
    digits = subject.hex[:12].upper()
    return "-".join((prefix, digits[:4], digits[4:8], digits[8:]))


def portal_facts(portal: Portal) -> PortalFacts:
    """The portal. A dealer's portal is operated by the dealer of that name."""
    dealer = portal.kind == Portal.Kind.DEALER
    return PortalFacts(
        name=portal.name,
        kind="dealer" if dealer else "exempt",
        province=portal.province,  # type: ignore[arg-type]
        # Form 45-110F2 prints where a notice is sent, so it may not stay empty.
        email=portal.email or portal.telephone or portal.name,
        address=words.lines(portal.address, FRENCH),
        telephone=portal.telephone,
        dealer_name=portal.name if dealer else "",
        demonstration=portal.demonstration,
    )


def issuer_facts(issuer: Issuer, version: Version, language: Language) -> IssuerFacts:
    """The issuer as items 2.1 and 6.2 of the version describe it; its own file fills what they
    leave out."""
    if version.published_at is None:
        return _issuer_facts(issuer, version, language)
    printed = tuple(getattr(issuer, name) for name in PRINTED)
    return _published_issuer(printed, version.pk, language)


@lru_cache(maxsize=256)
def _published_issuer(
    printed: tuple[str, ...], version_id: UUID, language: Language
) -> IssuerFacts:
    """Remembered by all it is made of, since every subscription prints the same."""
    issuer = Issuer(**dict(zip(PRINTED, printed, strict=True)))
    return _issuer_facts(issuer, published(version_id), language)


def _issuer_facts(issuer: Issuer, version: Version, language: Language) -> IssuerFacts:
    answers = Answers(version.items, language)
    value = answers.get("2.1")
    told = words.parts(value)
    address = words.lines(told.get("address") or issuer.address, language)
    if not address and not told and not words.not_applicable(value):
        address = words.lines(value, language)
    organized_in, act = answers.organized()
    return IssuerFacts(
        name=issuer.name,
        form=issuer.form,  # type: ignore[arg-type]
        head_office=issuer.head_office,
        address=address or (words.province(issuer.head_office, language),),
        telephone=said(told.get("telephone"), language) or issuer.telephone,
        fax=said(told.get("fax"), language),
        website=said(told.get("website"), language) or issuer.website,
        email=said(told.get("email"), language),
        business_number=issuer.neq,
        governing_act=act,
        organized_in=organized_in,  # type: ignore[arg-type]
    )


def person_facts(person: Person, language: Language) -> PersonFacts:
    """A purchaser or holder. Nobody is nameless on a paper: who gave no name yet is called by the
    e-mail address, or by a number."""
    place = words.province(person.province, language)
    city, code = person.municipality.strip(), person.postal_code.strip()
    if city:
        joined = f"{city} ({place})" if language == FRENCH else f"{city}, {place}"
        place = f"{joined}  {code}".strip()
    address = (*words.lines(person.street, language), place)
    return PersonFacts(
        name=person.display_name or person.email or reference("P", person.pk),
        province=person.province,
        address=address,
        email=person.email,
        telephone=person.telephone,
        kind="organisation" if person.kind == Person.Kind.ORGANISATION else "person",
        signatory=person.signatory,
    )


def document_ref(version: Version, portal: Portal) -> DocumentRef:
    """The offering document of a published version."""
    assert version.published_at is not None
    return DocumentRef(
        reference=reference("DO", version.offering_id),
        version=version.number,
        dated=portal_day(portal, version.published_at),
    )


def subscription_ref(subscription: Subscription) -> SubscriptionRef:
    """A subscription as its papers name it."""
    assert subscription.version.price is not None
    price = cad(subscription.version.price)
    return SubscriptionRef(
        reference=reference("S", subscription.pk),
        agreed_at=local(subscription.agreed_at, subscription.offering.portal),
        units=subscription.units,
        price=price,
        total=cad(subscription.amount),
    )


def head(
    prefix: str,
    subject: UUID,
    offering: Offering,
    version: Version,
    language: Language,
    at: datetime,
) -> dict[str, Any]:
    """What every document says."""
    return {
        "language": language,
        "reference": reference(prefix, subject),
        "issued_at": local(at, offering.portal),
        "wording_on": portal_day(offering.portal, at),
        "portal": portal_facts(offering.portal),
        "issuer": issuer_facts(offering.issuer, version, language),
    }


def signatory(offering: Offering, version: Version, language: Language) -> SignatoryFacts:
    """Who signs for the issuer: whoever certified the version, else its first principal."""
    name = str(version.certifier.get("name", "")).strip()
    position = said(version.certifier.get("position"), language, "position")
    if name:
        return SignatoryFacts(name=name, position=position)
    first = offering.issuer.principals.first()
    if first is None:
        return SignatoryFacts(name=offering.issuer.name, position="")
    return SignatoryFacts(name=first.name, position=principal_position(first, language))


def marked(facts: Printed, standing: Known | None = None) -> Printed:
    """The facts with the very words of the statements that they print, as they are known now, and
    with the ids of those that two people have not confirmed in their language.

    ``standing`` is what is known, where it was just asked.
    """
    kind, language, on = facts.portal.kind, facts.language, facts.wording_on
    standing = standing or known()
    used = words_used(facts, standing.shelf)
    if not used:
        return facts
    found = unconfirmed_among((one.id for one in used), kind, language, on, standing)
    if found:
        # The draft mark is a statement too: it is printed in the words that it had.
        used = (*used, as_facts(standing.shelf.statement(DRAFT_MARK, language, on)))
    return replace(facts, wording=used, unconfirmed=found)


def freeze(
    facts: Facts,
    *,
    offering: Offering,
    subject: tuple[str, UUID],
    person: Person | None,
    at: datetime,
    supersedes: bool = True,
    standing: Known | None = None,
) -> Document:
    """Issue a document from its facts, with the words of its statements and the draft mark of what
    nobody has confirmed: as they stand, or as ``standing`` says that they just stood."""
    return documents.issue(
        facts=marked(facts, standing),
        offering_id=offering.pk,
        subject=subject,
        person_id=None if person is None else person.pk,
        at=at,
        supersedes=supersedes,
    )
