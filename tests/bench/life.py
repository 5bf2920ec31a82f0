"""One offering of the plan lived through the services, from where the database says it is.

Every step asks the state first, so that a life that was cut short by a kill is taken up at the act
that was not committed; nothing is done twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from compliance.accounts.roles import SYSTEM, Actor
from compliance.rules.ni45_110 import duties
from equity import moves
from equity.content import Content, UseRow
from equity.models import Duty, GroupEdge, Issuer, Offering, Portal, Subscription
from equity.refusal import Refused
from equity.services import closing, filing, issuers, money, subscribing
from equity.services.issuers import NewPrincipal
from equity.services.time import tick
from investors import services as investors
from investors.models import Person
from tests import factories as f
from tests.bench.plan import Group, Life, Purchase, instant, is_elsewhere
from tests.bench.workers import new_key

_REST = timedelta(days=7)
"""Between the end of one offering of a group and the opening of the next."""
_TO_CLOSING = timedelta(days=8)
"""After the last day, so that every right of withdrawal is over, whatever the holidays."""

_TO_THE_END = timedelta(days=91)


class Waits(Exception):  # noqa: N818 - an answer, not a fault
    """The group has no room for the offering before ``until``."""

    def __init__(self, until: date) -> None:
        self.until = until
        super().__init__(until)


@dataclass(frozen=True, slots=True)
class Platform:
    """Where the lives are lived."""

    portal: Portal
    asks: Actor
    approves: Actor


@dataclass(slots=True)
class Living:
    """A group: its issuers, and how far its offerings are."""

    group: Group
    platform: Platform
    told: Callable[[], None]
    """Called after each subscription."""
    offerings: dict[tuple[int, int], Offering]
    """Those that are there, by issuer of the group and number."""
    issuers: dict[int, UUID]
    waits: int = 0
    """How often an offering was refused for want of room in the group's cap."""
    _not_before: dict[tuple[int, int], date] = field(default_factory=dict)
    _over: set[tuple[int, int]] = field(default_factory=set)

    def live(self, first: date, after: date) -> None:
        """Live every offering that opens from ``first`` on and before ``after``, one by one.

        What could open before ``first`` has opened already, or waits.
        """
        free = first
        for life in self.group.lives:
            key = (life.member, life.ordinal)
            offering = self.offerings.get(key)
            if offering is None or offering.state not in moves.FINAL:
                start = max(life.start, free, self._not_before.get(key, first))
                if not self._live(key, life, start, after):
                    return
            if key not in self._over:
                self._give_back(self.offerings[key])
                self._over.add(key)
            free = max(first, _day_of_end(self.offerings[key]) + _REST)

    def _live(self, key: tuple[int, int], life: Life, start: date, after: date) -> bool:
        """Live one offering; False when it waits for room beyond the day ``after``."""
        while start < after:
            try:
                self.offerings[key] = self._lived(key, life, start)
            except Waits as wait:
                self.waits += 1
                start = self._not_before[key] = max(wait.until, start + timedelta(days=1))
            else:
                return True
        return False

    def _lived(self, key: tuple[int, int], life: Life, start: date) -> Offering:
        cast = self._opened(key, life, start)
        opened = cast.offering.first_available_at
        assert opened is not None
        assert cast.offering.last_day is not None
        if cast.offering.state == moves.OPEN:
            self._take_up(cast, life, opened)
            for purchase in life.purchases[cast.fresh().agreements :]:
                self._purchase(cast, purchase, opened + purchase.at)
                self.told()
        return _end(cast, cast.offering.last_day)

    def _opened(self, key: tuple[int, int], life: Life, start: date) -> f.Cast:
        """The offering drafted, certified, submitted, approved and opened on ``start``.

        Raises Waits when it is refused for want of room.
        """
        issuer = self._issuer(life.member, instant(start, 13))
        owner = Actor(f.Role.ISSUER, issuer.pk, issuer.name)
        platform, at = self.platform, instant(start, 15)
        offering = self.offerings.get(key)
        if offering is None:
            offering = self.offerings[key] = filing.draft(
                actor=owner,
                issuer_id=issuer.pk,
                portal_id=platform.portal.pk,
                content=_content(life),
                at=at,
            ).subject
        cast = f.Cast(platform.portal, issuer, offering, owner, platform.asks, platform.approves)
        if offering.state == moves.DRAFT:
            f.certify(cast, at)
            _submit(cast, at)
        if cast.fresh().state == moves.SUBMITTED:
            filing.approve(actor=cast.asks, offering_id=offering.pk, at=at)
        if cast.fresh().state == moves.APPROVED:
            filing.open_offering(actor=owner, offering_id=offering.pk, at=at)
        cast.fresh()
        return cast

    def _issuer(self, member: int, at: datetime) -> Issuer:
        """An issuer of the group, registered and linked when it is first needed."""
        for number in range(member + 1):
            if number not in self.issuers:
                self.issuers[number] = _register(self.group.number, number, self.group.form, at).pk
            if number and not self._is_linked(number):
                issuers.relate(
                    actor=SYSTEM,
                    issuer_id=self.issuers[0],
                    other_id=self.issuers[number],
                    kind=self.group.links[number - 1],
                    since=at.date(),
                    at=at,
                    portal_id=self.platform.portal.pk,
                )
        return Issuer.objects.get(pk=self.issuers[member])

    def _is_linked(self, member: int) -> bool:
        return GroupEdge.objects.filter(one=self.issuers[0], other=self.issuers[member]).exists()

    def _take_up(self, cast: f.Cast, life: Life, opened: datetime) -> None:
        """What the last subscription still lacks, if the work was cut short after it."""
        last = cast.offering.subscriptions.order_by("-order").first()
        if last is not None:
            purchase = life.purchases[last.order - 1]
            self._after_agreement(last, purchase, opened + purchase.at)

    def _purchase(self, cast: f.Cast, purchase: Purchase, at: datetime) -> None:
        """Everything a person does, from the registration to the payment."""
        person = _person(self.group.number, purchase.person, at)
        f.acknowledged(cast, person, at=at)
        agreed = subscribing.subscribe(
            actor=f.investor_actor(person),
            offering_id=cast.offering.pk,
            units=purchase.units,
            insider=False,
            at=at,
            key=new_key(),
        ).subject
        self._after_agreement(agreed, purchase, at)

    def _after_agreement(self, agreed: Subscription, purchase: Purchase, at: datetime) -> None:
        actor = f.investor_actor(agreed.person)
        if purchase.pays and agreed.owed and agreed.state == moves.AGREED:
            money.pay(actor=actor, subscription_id=agreed.pk, at=at, key=new_key())
        if purchase.withdraws and agreed.state == moves.AGREED:
            money.withdraw(actor=actor, subscription_id=agreed.pk, at=at, key=new_key())

    def _give_back(self, offering: Offering) -> None:
        """Refund what is due back, in an offering that has ended."""
        owed = Duty.objects.filter(offering=offering, code=duties.REFUND, done_at=None)
        if owed.exists():
            at = instant(_day_of_end(offering) + timedelta(days=1), 15)
            money.refund_all(actor=self.platform.asks, offering_id=offering.pk, at=at)


def _end(cast: f.Cast, last_day: date) -> Offering:
    """What time brings, then the closing by two officers of what has not failed.

    Where too little of it was paid, nobody can close it, and the 90th day fails it.
    """
    at = instant(last_day + _TO_CLOSING, 15)
    tick(at=at, within=[cast.offering.pk])
    if cast.fresh().state == moves.OPEN:
        try:
            closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=at)
        except Refused:
            tick(at=instant(last_day + _TO_THE_END, 15), within=[cast.offering.pk])
    if cast.fresh().state == moves.CLOSING:
        closing.approve_closing(actor=cast.approves, offering_id=cast.offering.pk, at=at)
    return cast.fresh()


def _day_of_end(offering: Offering) -> date:
    assert offering.ended_recorded_at is not None
    return offering.ended_recorded_at.date()


def _submit(cast: f.Cast, at: datetime) -> None:
    """Submit; raises Waits when the group's cap is what is in the way."""
    try:
        filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=at)
    except Refused as refused:
        for finding in refused.findings:
            if finding.code == "offering.within_group_cap" and not finding.met:
                raise Waits(finding.figures["returns_on"]) from refused
        raise


def _content(life: Life) -> Content:
    return f.make_content(
        life.kind,
        minimum=life.minimum,
        maximum=life.maximum,
        days=life.days,
        use_of_funds=(UseRow("Équipement", life.minimum, life.maximum),),
    )


def issuer_name(group: int, member: int) -> str:
    """An invented name, by which an issuer is found again."""
    return f"Ateliers fictifs {group:04d}-{member} inc."


def _register(group: int, member: int, form: str, at: datetime) -> Issuer:
    principals = [
        NewPrincipal(
            f"Personne inventée {group:04d}-{member}-{number}",
            "director",
            {
                "municipality": "Rimouski",
                "jurisdiction": "QC",
                "occupation": "Gestionnaire",
                "expertise": "Gestion",
                "held": [],
                "percent": "0",
            },
        )
        for number in (1, 2)
    ]
    return issuers.register_issuer(
        actor=SYSTEM,
        at=at,
        principals=principals,
        name=issuer_name(group, member),
        form=form,
        head_office="QC",
        reporting=False,
        investment_fund=False,
        has_operations=True,
        address="1, rue Inventée\nRimouski (Québec)  G5L 1A1",
        telephone="418 555-0100",
    ).subject


def _person(group: int, number: int, at: datetime) -> Person:
    """A person of the group's crowd, registered and identified when first needed."""
    email = f"personne.{group}.{number}@courriel.example"
    person = Person.objects.filter(email_index=email).first()
    if person is None:
        elsewhere = is_elsewhere(group, number)
        person = investors.register_person(
            actor=SYSTEM,
            at=at,
            kind="person",
            language="en" if elsewhere else "fr",
            province="ON" if elsewhere else "QC",
            first_name=f"Prénom {number}",
            family_name=f"Inventé {group}",
            born=f"19{50 + number % 50}-05-17",
            street=f"{number + 1}, rue Inventée",
            municipality="Ottawa" if elsewhere else "Rimouski",
            postal_code="K1A 0A1" if elsewhere else "G5L 1A1",
            telephone="418 555-0101",
            email=email,
            registrant=False,
        )
    if not person.identifications.exists():
        investors.identify(actor=SYSTEM, person=person, method="in_person", at=at)
    return person
