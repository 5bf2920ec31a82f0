"""A small cast for tests, made through the services: portal, issuer, offering, people, closing.

Days: the offering opens on Monday 2 March 2026 at 10:00 in Montréal (``OPENED``); a subscription
of that day is binding from 5 March (``BOUND``); the closing is on 11 March (``CLOSED``).

    cast = open_offering("community_bond")
    marie = make_person()
    subscription = subscribed(cast, marie, units=4)
    holding = closed(cast).holdings.get()

``make_content`` and ``make_items`` (from ``tests.contents``) are the content of an offering.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.selectors import staff_actor
from compliance.accounts.services import create_user, grant_role
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.wording.wording import risk_statements
from equity.content import Content
from equity.models import Issuer, IssuerMember, Offering, Portal, Subscription
from equity.services import closing, filing, issuers, money, portals, subscribing
from equity.services.issuers import NewPrincipal
from equity.services.portals import Standing
from investors import services as investors
from investors.models import Advice, Login, Person, RiskAcknowledgement
from tests.contents import KINDS, PARTICULARS, PRICES, both, make_content, make_items

__all__ = [
    "BOUND",
    "CLOSED",
    "FORMS",
    "KINDS",
    "OPENED",
    "PARTICULARS",
    "PASSWORD",
    "PRICES",
    "Cast",
    "acknowledged",
    "advised",
    "both",
    "certify",
    "closed",
    "draft_offering",
    "investor_actor",
    "investor_user",
    "issuer_actor",
    "issuer_user",
    "make_content",
    "make_issuer",
    "make_items",
    "make_officer",
    "make_person",
    "make_portal",
    "make_user",
    "open_offering",
    "subscribed",
]

OPENED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BOUND = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
CLOSED = datetime(2026, 3, 11, 14, 0, tzinfo=UTC)
PASSWORD = "erable-2026"

FORMS = {
    "community_bond": "nonprofit",
    "cooperative_share": "cooperative",
    "partnership_unit": "partnership",
}


def make_user(name: str, *, email: str = "", language: str = "fr") -> User:
    """An account that signs in with ``PASSWORD``; the address is made of the name if not given."""
    return create_user(
        actor=SYSTEM,
        email=email or f"{'.'.join(name.lower().split())}@exemple.example",
        name=name,
        language=language,
        password=PASSWORD,
        at=OPENED,
        verified=True,
    )


def make_officer(name: str = "Odile Côté") -> Actor:
    """A compliance officer, with an account whose id is the actor's."""
    user = make_user(name)
    grant_role(actor=SYSTEM, user=user, role=Role.OFFICER, at=OPENED)
    return staff_actor(user, Role.OFFICER)


def make_portal(kind: str = "exempt", **fields: Any) -> Portal:
    """A demonstration portal of Quebec, authorised everywhere, with a current F5."""
    given = {
        "name": f"Portail d'essai {Portal.objects.count() + 1}",
        "kind": kind,
        "province": "QC",
        "demonstration": True,
        "address": "870, avenue De Salaberry\nQuébec (Québec)  G1R 2T9",
        "email": "conformite@portail.example",
        "telephone": "418 555-0110",
        "trust_institution": "Caisse d'essai",
    }
    portal = portals.register_portal(actor=SYSTEM, at=OPENED, **(given | fields)).subject
    told = date(2026, 1, 5)
    portals.set_authorisations(
        actor=SYSTEM,
        portal_id=portal.pk,
        standings=[Standing(code, kind == "dealer", told, told, told) for code in PROVINCES],
        at=OPENED,
    )
    portals.certify_resources(actor=SYSTEM, portal_id=portal.pk, on=told, at=OPENED)
    return portal


def make_issuer(form: str = "company", **fields: Any) -> Issuer:
    """An issuer of Quebec with two principals; ``principals`` replaces them."""
    shares = both("actions ordinaires", "common shares")
    held = [
        {"units": "28000", "security": shares, "acquired_on": "2014-05-01", "price_paid": "28000"}
    ]
    at_home = {"municipality": "Saint-Ferdinand", "jurisdiction": "QC"}
    experience = {"occupation": "Acéricultrice", "expertise": both("Agronomie", "Agronomy")}
    quiet = {"occupation": "Électricien", "expertise": "Métier", "held": [], "percent": "0"}
    principals = fields.pop(
        "principals",
        (
            NewPrincipal(
                "Aline Roy", "director", at_home | experience | {"held": held, "percent": "69.14"}
            ),
            NewPrincipal("Hubert Cœurdacier", "Secrétaire", at_home | quiet),
        ),
    )
    given = {
        "name": "Érablière du Ruisseau inc.",
        "form": form,
        "head_office": "QC",
        "reporting": False,
        "investment_fund": False,
        "has_operations": True,
        "neq": "1170000042",
        "address": "1420, rang du Ruisseau\nSaint-Ferdinand (Québec)  G0N 1N0",
        "telephone": "418 555-0142",
    }
    return issuers.register_issuer(
        actor=SYSTEM, at=OPENED, principals=principals, **(given | fields)
    ).subject


def issuer_actor(issuer: Issuer) -> Actor:
    """Whoever acts for an issuer."""
    return Actor(Role.ISSUER, issuer.pk, issuer.name)


def issuer_user(issuer: Issuer, name: str = "Aline Roy") -> User:
    """An account that acts for an issuer."""
    user = make_user(name)
    IssuerMember.objects.create(user=user, issuer=issuer)
    return user


def make_person(first: str = "Marie", family: str = "Lacœur", **fields: Any) -> Person:
    """An identified adult of Quebec with every particular; ``fields`` are those of Person."""
    given = {
        "kind": Person.Kind.PERSON.value,
        "language": "fr",
        "province": "QC",
        "first_name": first,
        "family_name": family,
        "born": "1990-05-17",
        "street": "18, rue des Érables",
        "municipality": "Rimouski",
        "postal_code": "G5L 1A1",
        "telephone": "581 555-0101",
        "email": f"{first}.{family}@courriel.example".lower(),
        "registrant": False,
    }
    person = investors.register_person(actor=SYSTEM, at=OPENED, **(given | fields))
    investors.identify(actor=SYSTEM, person=person, method="in_person", at=OPENED)
    return person


def investor_actor(person: Person) -> Actor:
    """A person as an investor."""
    return Actor(Role.INVESTOR, person.pk, person.display_name)


def investor_user(person: Person) -> User:
    """An account through which a person signs in."""
    user = make_user(person.display_name, email=person.email, language=person.language)
    Login.objects.create(user=user, person=person)
    return user


@dataclass(slots=True)
class Cast:
    """An offering with whoever acts around it. ``asks`` and ``approves`` are two officers."""

    portal: Portal
    issuer: Issuer
    offering: Offering
    owner: Actor
    asks: Actor
    approves: Actor

    def fresh(self) -> Offering:
        """The offering as it now is in the database."""
        self.offering = Offering.objects.get(pk=self.offering.pk)
        return self.offering


def draft_offering(
    kind: str = "common_share",
    *,
    content: Content | None = None,
    portal: Portal | None = None,
    issuer: Issuer | None = None,
    at: datetime = OPENED,
) -> Cast:
    """A complete draft, not certified yet."""
    portal = portal or make_portal()
    issuer = issuer or make_issuer(FORMS.get(kind, "company"))
    owner = issuer_actor(issuer)
    number = User.objects.count()
    offering = filing.draft(
        actor=owner,
        issuer_id=issuer.pk,
        portal_id=portal.pk,
        content=content or make_content(kind),
        at=at,
    ).subject
    return Cast(
        portal=portal,
        issuer=issuer,
        offering=offering,
        owner=owner,
        asks=make_officer(f"Odile Côté {number}"),
        approves=make_officer(f"Omar Haddad {number}"),
    )


def certify(cast: Cast, at: datetime = OPENED) -> None:
    """Certify the document in preparation."""
    filing.certify(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        certifier={"name": "Aline Marguerite Roy", "position": "présidente"},
        at=at,
    )


def open_offering(kind: str = "common_share", *, at: datetime = OPENED, **given: Any) -> Cast:
    """An open offering; ``given`` are the keywords of ``draft_offering``."""
    cast = draft_offering(kind, at=at, **given)
    certify(cast, at)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=at)
    filing.approve(actor=cast.asks, offering_id=cast.offering.pk, at=at)
    cast.offering = filing.open_offering(
        actor=cast.owner, offering_id=cast.offering.pk, at=at
    ).subject
    return cast


def acknowledged(
    cast: Cast, person: Person, *, at: datetime = OPENED, language: str | None = None
) -> RiskAcknowledgement:
    """The person has read the document and answered yes to every statement of Form 45-110F2."""
    actor = investor_actor(person)
    offering_id, kind = cast.offering.pk, cast.portal.kind
    subscribing.read_document(actor=actor, offering_id=offering_id, at=at, language=language)
    return subscribing.acknowledge_risks(
        actor=actor,
        offering_id=offering_id,
        answers=dict.fromkeys(risk_statements(kind, at.date()), True),
        at=at,
        language=language,
    ).subject


def advised(cast: Cast, person: Person, *, at: datetime = OPENED) -> Advice:
    """A registered dealer found that the offering suits the person (needed on a dealer portal)."""
    return subscribing.advise(
        actor=cast.asks,
        offering_id=cast.offering.pk,
        person_id=person.pk,
        dealer="Courtage Nord inc.",
        registration="EMD 12345",
        suitable=True,
        at=at,
    ).subject


def subscribed(
    cast: Cast,
    person: Person,
    *,
    units: int = 4,
    at: datetime = OPENED,
    paid: bool = True,
    language: str | None = None,
) -> Subscription:
    """Everything a subscription needs, the agreement, and its payment in full unless not paid."""
    acknowledged(cast, person, at=at, language=language)
    actor = investor_actor(person)
    subscription = subscribing.subscribe(
        actor=actor, offering_id=cast.offering.pk, units=units, insider=False, at=at
    ).subject
    if not paid:
        return subscription
    return money.pay(actor=actor, subscription_id=subscription.pk, at=at).subject


def closed(cast: Cast, at: datetime = CLOSED) -> Offering:
    """The offering after one officer asked for its closing and another approved it."""
    closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=at)
    closing.approve_closing(actor=cast.approves, offering_id=cast.offering.pk, at=at)
    return cast.fresh()
