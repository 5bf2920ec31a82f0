"""The facts that the rules of casework are asked with: who shares what, who is near which limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Q, QuerySet, Sum

from compliance.casework.rules import Purchase, Ties
from compliance.rules.kernel.dates import months_before
from compliance.rules.ni45_110.book import rulebook
from equity import moves
from equity.models import IssuerMember, Portal, Principal, Subscription
from investors.models import Login, Person

_COUNTED = (*sorted(moves.LIVE), moves.COMPLETED)
"""States of subscriptions whose money is in: live, or completed."""
_SOME = 101


@dataclass(frozen=True, slots=True)
class Alike:
    """Persons who have something in common: how many, and who."""

    what: str
    matter: str
    """What it is they share, as a code that tells nobody."""
    persons: int
    some: tuple[UUID, ...]
    """Their ids, who was recorded first at the head; at most a hundred and one."""

    @property
    def first(self) -> UUID:
        """Who was recorded first."""
        return self.some[0]

    def but(self, one: UUID) -> tuple[UUID, ...]:
        """The others than one of them."""
        return tuple(pk for pk in self.some if pk != one)


def same_address(person: Person) -> Alike | None:
    """Everybody at the person's address; None where the address is not known."""
    index = person.address_index
    return None if index is None else _alike("address", index, Q(address_index=index))


def likenesses(person: Person) -> Iterator[Alike]:
    """Everybody who may be the same person: the same date of birth and family name, the same
    e-mail, the same telephone. What is not known is like nothing."""
    if person.birth_index is not None:
        yield _alike("birth", person.birth_index, Q(birth_index=person.birth_index))
    if person.email.strip():
        yield _alike("email", person.email_index, Q(email_index=person.email_index))
    if person.telephone_index is not None:
        index = person.telephone_index
        yield _alike("telephone", index, Q(telephone_index=index))


def _alike(what: str, index: bytes, alike: Q) -> Alike:
    rows = Person.objects.filter(alike).order_by("created_at", "pk")
    some = tuple(rows.values_list("pk", flat=True)[:_SOME])
    return Alike(what, f"{what}:{index.hex()[:16]}", rows.count(), some)


def purchases_of_offering(offering_id: UUID, on: date) -> tuple[Purchase, ...]:
    """What each purchaser has in one offering, with the limit that holds for them."""
    rows = Subscription.objects.filter(offering=offering_id, state__in=_COUNTED)
    return tuple(_purchases(rows, "person_id", on))


def purchase_in(offering_id: UUID, person_id: UUID, on: date) -> Purchase | None:
    """What one person has in one offering; None where it is nothing."""
    rows = Subscription.objects.filter(offering=offering_id, person=person_id, state__in=_COUNTED)
    return next(_purchases(rows, "person_id", on), None)


def purchases_of_person(person_id: UUID, on: date, *, months: int) -> tuple[Purchase, ...]:
    """What one person has in each offering in which they subscribed in the last months."""
    rows = Subscription.objects.filter(
        person=person_id, state__in=_COUNTED, agreed_on__gte=months_before(on, months)
    )
    return tuple(_purchases(rows, "offering_id", on))


def _purchases(rows: QuerySet[Subscription], by: str, on: date) -> Iterator[Purchase]:
    """Totals by purchaser or by offering; with advice on one of them the advised limit holds."""
    book = rulebook(on)
    found = (
        rows.order_by(by)
        .values(by)
        .annotate(total=Sum("amount"), advised=BoolOr(Q(advice__isnull=False)))
    )
    for row in found:
        limit = "purchaser_limit_advised" if row["advised"] else "purchaser_limit"
        yield Purchase(row["total"], book.amount(limit))


def ties(subscription: Subscription) -> Ties:
    """What ties a purchaser to the issuer: their answer, an account that acts for it, and the name
    of one of its principals (in any case, with or without accents)."""
    issuer, person = subscription.offering.issuer_id, subscription.person
    accounts = Login.objects.filter(person=person).values("user_id")
    named = Principal.objects.filter(issuer=issuer, name_index=person.name_index)
    return Ties(
        declared=subscription.insider,
        account=IssuerMember.objects.filter(issuer=issuer, user_id__in=accounts).exists(),
        principal=person.name_index is not None and named.exists(),
    )


def counted_of(person_id: UUID) -> QuerySet[Subscription]:
    """A person's subscriptions whose money is in."""
    rows = Subscription.objects.filter(person=person_id, state__in=_COUNTED)
    return rows.select_related("offering__portal", "person").order_by("agreed_at")


def tied_subscriptions(issuer_id: UUID) -> QuerySet[Subscription]:
    """The subscriptions with an issuer whose purchaser has an account that acts for it, or bears
    the name of one of its principals."""
    members = IssuerMember.objects.filter(issuer=issuer_id).values("user_id")
    names = Principal.objects.filter(issuer=issuer_id).values("name_index")
    insiders = Q(person__logins__user_id__in=members) | Q(person__name_index__in=names)
    return (
        Subscription.objects.filter(offering__issuer=issuer_id, state__in=_COUNTED)
        .filter(insiders)
        .select_related("offering__portal", "person")
        .distinct()
        .order_by("offering_id", "order")
    )


def first_of(subscription: Subscription) -> Subscription:
    """The person's first subscription in the same offering, whatever became of it."""
    return (
        Subscription.objects.filter(
            offering=subscription.offering_id, person=subscription.person_id
        )
        .order_by("order")
        .first()
    ) or subscription


def home_portal(person_id: UUID) -> Portal | None:
    """The portal whose calendar counts for a person: that of their latest subscription, or the
    first there is. None on a site without one."""
    latest = (
        Subscription.objects.filter(person=person_id)
        .select_related("offering__portal")
        .order_by("-agreed_at")
        .first()
    )
    return Portal.objects.order_by("pk").first() if latest is None else latest.offering.portal
