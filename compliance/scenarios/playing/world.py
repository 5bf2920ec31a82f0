"""The people and things of a story: made once, then known by their short names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.services import create_user, grant_role
from compliance.rules.kernel.dates import months_after
from compliance.rules.kernel.zones import PROVINCES, local_date
from compliance.rules.ni45_110.book import rulebook
from compliance.scenarios.playing.samples import sample_place
from compliance.scenarios.reading.samples import complete_principals, issuer_name, portal_name
from compliance.scenarios.reading.story import (
    IssuerSpec,
    OfferingSpec,
    PersonSpec,
    PrincipalSpec,
    Story,
)
from equity.models import Issuer, IssuerMember, Portal
from equity.services import issuers, portals
from investors import services as investors
from investors.models import Login, Person

MAIL_DOMAIN = "exemple.test"
_LONG_AGO = timedelta(days=60)
"""Forms delivered this long before a story starts were delivered early enough (s. 3: 30 days)."""
_PRINCIPAL_KEYS = {"experience": "expertise", "securities_owned": "held"}


@dataclass(slots=True)
class World:
    """What a story has made so far, by short name."""

    story: Story
    portal: Portal
    officers: dict[str, Actor] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    issuers: dict[str, Issuer] = field(default_factory=dict)
    offerings: dict[str, UUID] = field(default_factory=dict)
    drafts: dict[str, OfferingSpec] = field(default_factory=dict)
    subscriptions: dict[str, UUID] = field(default_factory=dict)
    authorised: bool = False

    def actor(self, name: str) -> Actor:
        """The actor of a short name: an officer, an investor or an issuer of the story."""
        if name in self.officers:
            return self.officers[name]
        if name in self.persons:
            return Actor(Role.INVESTOR, self.persons[name].pk, name)
        return Actor(Role.ISSUER, self.issuers[name].pk, name)

    def name_of(self, key: UUID) -> str:
        """The short name of an offering, a subscription, a person or an issuer."""
        named: dict[UUID, str] = {pk: name for name, pk in self.offerings.items()}
        named |= {pk: name for name, pk in self.subscriptions.items()}
        named |= {person.pk: name for name, person in self.persons.items()}
        named |= {issuer.pk: name for name, issuer in self.issuers.items()}
        return named.get(key, str(key))


def mail_of(short_name: str) -> str:
    """The sample address through which a person of a story signs in."""
    return f"{short_name.lower()}@{MAIL_DOMAIN}"


def shown_name(short_name: str) -> str:
    """The sample name of a person of a story: odile is Odile, ada_roy is Ada Roy."""
    return short_name.replace("_", " ").title()


def make_world(story: Story) -> World:
    """Make the portal, the people and the issuers of a story, at the instant it starts."""
    at = story.starts
    world = World(story=story, portal=_portal(story))
    authorise(world, story.portal.authorised, SYSTEM, at)
    for name, spec in story.people.items():
        if spec.role == "officer":
            world.officers[name] = _officer(name, at)
        else:
            world.persons[name] = _investor(world, name, spec, at)
    for name, issuer in story.issuers.items():
        world.issuers[name] = _issuer(story, issuer, at)
    for name, issuer in story.issuers.items():
        for edge in issuer.related:
            issuers.relate(
                actor=SYSTEM,
                issuer_id=world.issuers[name].pk,
                other_id=world.issuers[edge.issuer].pk,
                kind=edge.kind,
                since=edge.since,
                until=edge.until,
                portal_id=world.portal.pk,
                at=at,
            )
    return world


def _portal(story: Story) -> Portal:
    spec = story.portal
    name = portal_name(spec)
    known = Portal.objects.filter(name=name).first()
    if known is not None:
        return known
    return portals.register_portal(
        actor=SYSTEM,
        at=story.starts,
        principals=spec.principals,
        name=name,
        kind=spec.kind,
        province=spec.province,
        demonstration=spec.demonstration,
        purchaser_fee=spec.purchaser_fee,
        address="1, rue de l'Exemple (exemple)\nMontréal (Québec)  H2X 1Y4",
        email=f"portail@{MAIL_DOMAIN}",
        telephone="514 555-0102",
        trust_institution="Caisse d'exemple (exemple)",
    ).subject


def authorise(world: World, authorised: bool | frozenset[str], actor: Actor, at: datetime) -> None:
    """Give the portal its standing everywhere, nowhere, or in the provinces of a list.

    The forms were delivered and confirmed long enough ago, and the F5 is current: a story speaks of
    those no further.
    """
    day = local_date(at, world.story.portal.zone)
    places = PROVINCES if authorised is True else authorised or frozenset()
    delivered = day - _LONG_AGO
    portals.set_authorisations(
        actor=actor,
        portal_id=world.portal.pk,
        standings=[
            portals.Standing(
                jurisdiction=place,
                registered=world.portal.kind == Portal.Kind.DEALER,
                f3_delivered=delivered,
                f4_delivered=delivered,
                confirmed=delivered,
            )
            for place in sorted(places)
        ],
        at=at,
    )
    world.authorised = bool(places)
    keep_f5_current(world, at)


def keep_f5_current(world: World, at: datetime) -> None:
    """Certify each F5 of an authorised exempt portal on the day it falls due (W-22)."""
    if not world.authorised or world.portal.kind != Portal.Kind.EXEMPT:
        return
    today = local_date(at, world.story.portal.zone)
    latest = world.portal.f5_certificates.order_by("-certified_on").first()
    if latest is None:
        portals.certify_resources(actor=SYSTEM, portal_id=world.portal.pk, at=at)
        return
    due = _next_f5(latest.certified_on)
    while due <= today:
        portals.certify_resources(
            actor=SYSTEM, portal_id=world.portal.pk, on=due, at=at, reference="(exemple)"
        )
        due = _next_f5(due)


def _next_f5(certified: date) -> date:
    return months_after(certified, rulebook(certified).count("portal_resources_months"))


def _user(name: str, language: str, at: datetime) -> User:
    known = User.objects.filter(email_index=mail_of(name)).first()
    if known is not None:
        return known
    return create_user(
        actor=SYSTEM,
        email=mail_of(name),
        name=shown_name(name),
        language=language,
        at=at,
        verified=True,
    )


def _officer(name: str, at: datetime) -> Actor:
    user = _user(name, "fr", at)
    if not user.role_grants.filter(role=Role.OFFICER, revoked_at=None).exists():
        grant_role(actor=SYSTEM, user=user, role=Role.OFFICER, at=at)
    return Actor(Role.OFFICER, user.pk, shown_name(name))


def _investor(world: World, name: str, spec: PersonSpec, at: datetime) -> Person:
    user = _user(name, spec.language or "fr", at)
    login = Login.objects.filter(user=user).select_related("person").first()
    if login is not None:
        return login.person
    person = investors.register_person(
        actor=SYSTEM, at=at, user_id=user.pk, **_particulars(world, name, spec)
    )
    if spec.identified:
        investors.identify(actor=SYSTEM, person=person, method="sample", at=at)
    return person


def _particulars(world: World, name: str, spec: PersonSpec) -> dict[str, Any]:
    shown = shown_name(name)
    named: Mapping[str, str]
    if spec.kind == Person.Kind.ORGANISATION:
        named = {"legal_name": f"{shown} inc. (exemple)", "signatory": "Camille Dubois (exemple)"}
    else:
        named = {"first_name": shown, "family_name": "Exemple"}
    return {
        "kind": spec.kind,
        "language": spec.language or "fr",
        "province": spec.province or world.story.portal.province,
        "born": "" if spec.born is None else spec.born.isoformat(),
        "email": mail_of(name),
        **named,
        **sample_place(Person.objects.count()),
    }


def _issuer(story: Story, spec: IssuerSpec, at: datetime) -> Issuer:
    named = issuer_name(spec)
    principals = complete_principals(spec, strict=story.strict)
    issuer = issuers.register_issuer(
        actor=SYSTEM,
        at=at,
        principals=[_principal(person) for person in principals],
        earlier=_earlier(spec),
        name=named,
        form=spec.form,
        head_office=spec.head_office,
        reporting=spec.reporting,
        investment_fund=spec.investment_fund,
        has_operations=spec.has_operations,
        address="123, rue de l'Exemple (exemple)\nMontréal (Québec)  H2X 1Y4",
        telephone="514 555-0103",
        website=f"https://{MAIL_DOMAIN}",
    ).subject
    user = _user(spec.short_name, "fr", at)
    IssuerMember.objects.get_or_create(user=user, issuer=issuer)
    return issuer


def _earlier(spec: IssuerSpec) -> list[tuple[date, Decimal]]:
    return [(row.closed, row.amount) for row in spec.earlier_distributions]


def _principal(person: PrincipalSpec) -> issuers.NewPrincipal:
    """A principal of the file, with our names for the particulars of item 4.1."""
    particulars: dict[str, Any] = {
        _PRINCIPAL_KEYS.get(key, key): value for key, value in person.particulars.items()
    }
    if "held" in particulars:
        particulars.setdefault("percent", "0")
    return issuers.NewPrincipal(person.name, person.position or "", particulars)
