"""Facts for the judgement of one subscription."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from compliance.prepared.queries import PreparedQuery
from compliance.rules.kernel.calendars import Deadline
from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.rules.ni45_110 import withdrawal
from compliance.rules.ni45_110.facts import PortalFacts, SubscriptionFacts, WindowFacts
from compliance.rules.wording.wording import risk_statements
from documents.shelf import confirmations
from equity import moves
from equity.models import Offering, Subscription
from equity.selectors import groups
from equity.selectors.clock import portal_day
from equity.selectors.content import published
from equity.selectors.facts import portal_columns, told_portal
from investors import selectors as investors
from investors.models import Person


@dataclass(frozen=True, slots=True)
class Glance:
    """An offering as it is now, not held, with what one subscription needs to know around it."""

    offering: Offering
    """With its issuer, its portal and the version in force."""
    portal: PortalFacts
    person_live: Decimal
    """What the person's live subscriptions in it add up to (W-4, W-5), in CAD."""
    confirmations: int
    """The mark of the confirmations of prescribed wording there are (``documents.shelf``)."""


@dataclass(frozen=True, slots=True)
class Intended:
    """A subscription as it would be agreed: its facts, its right, and what it would use up."""

    facts: SubscriptionFacts
    right: Deadline
    standing: investors.Standing


def glance(offering_id: UUID, person_id: UUID | None, at: datetime) -> Glance:
    """The offering and what stands around it for a person, by one question to the database; the
    portal as on the day that it is there.

    Nothing is held: another act may change it at any moment. Raises Offering.DoesNotExist.
    """
    row: Any = _GLANCE.one(offering=offering_id, person=person_id or _NOBODY)
    if row.in_force_id is not None:
        row.in_force = published(row.in_force_id)
    return Glance(
        offering=row,
        portal=told_portal(row.portal, row, portal_day(row.portal, at)),
        person_live=row.person_live,
        confirmations=row.confirmations,
    )


_NOBODY = UUID(int=0)


def _glance_query(offering: UUID, person: UUID) -> QuerySet[Offering]:
    own = Subscription.objects.filter(
        offering=OuterRef("pk"), person=person, state__in=sorted(moves.LIVE)
    )
    total = own.order_by().values("offering").annotate(total=Sum("amount")).values("total")
    return (
        Offering.objects.filter(pk=offering)
        .select_related("issuer", "portal")
        .annotate(
            **portal_columns("portal"),
            person_live=Coalesce(Subquery(total), ZERO, output_field=DecimalField()),
            confirmations=confirmations(),
        )
    )


_GLANCE = PreparedQuery(_glance_query, offering=UUID, person=UUID)


def standing_of(offering: Offering, person_id: UUID, on: date) -> investors.Standing:
    """Where a person stands towards an offering and the version of its document in force."""
    return investors.standing(
        person_id,
        offering_id=offering.pk,
        version_id=offering.in_force_id,
        amendments=offering.amendments,
        portal_id=offering.portal_id,
        portal_kind=offering.portal.kind,
        on=on,
    )


def would_be(
    offering_id: UUID, person: Person, *, units: int, insider: bool | None, at: datetime
) -> Intended:
    """Everything a subscription of ``units`` by ``person`` would be judged by at that instant."""
    around = glance(offering_id, person.pk, at)
    return intended(around, person.pk, units=units, insider=insider, at=at)


def intended(
    around: Glance, person_id: UUID, *, units: int, insider: bool | None, at: datetime
) -> Intended:
    """The same, of an offering that was just glanced at for that person."""
    offering = around.offering
    on = portal_day(offering.portal, at)
    standing = standing_of(offering, person_id, on)
    person = standing.person
    right = withdrawal.right(
        at,
        purchaser=person.province,
        issuer=offering.issuer.head_office,
        portal=offering.portal.province,
    )
    version = offering.document
    missing = investors.missing_particulars(person)
    ninetieth = (
        None
        if offering.first_available is None
        else withdrawal.ninetieth_day(offering.first_available)
    )
    acknowledgement = standing.acknowledgement
    facts = SubscriptionFacts(
        state=offering.state,
        last_day=offering.last_day,
        amount=units * (version.price or ZERO),
        maximum=version.maximum,
        live=offering.live_amount,
        window=_window(offering, on),
        person_live=around.person_live,
        advised=standing.suitable,
        minimum_per_purchaser=version.minimum_per_purchaser,
        organisation=person.kind == Person.Kind.ORGANISATION,
        age=investors.age_on(person, _day_there(person, offering, at)),
        province=person.province,
        jurisdictions=tuple(version.jurisdictions),
        identified=standing.identified,
        languages_read=standing.languages_read,
        answers=None if acknowledgement is None else acknowledgement.answers,
        asked_statements=risk_statements(offering.portal.kind, on),
        right_ends=right.ends_at,
        right_ends_on=right.ends_on,
        ninetieth_begins=(
            None if ninetieth is None else withdrawal.begins(ninetieth, offering.portal.province)
        ),
        ninetieth_day=ninetieth,
        suitable=standing.suitable,
        missing_particulars=missing if insider is not None else (*missing, "insider"),
        entry_acknowledged=standing.entry_acknowledged,
        head_office=offering.issuer.head_office,
        portal=around.portal,
    )
    return Intended(facts=facts, right=right, standing=standing)


def _window(offering: Offering, on: date) -> WindowFacts:
    """What the group closed: as the database counted it today, when that is nothing.

    The first subscription of a day, and one after a neighbour's closing, counts it anew.
    """
    if offering.ceiling_on == on and offering.group_closed == 0:
        return groups.empty_window(on)
    return groups.window(offering.issuer_id, groups.component_edges(offering.issuer_id), on)


def _day_there(person: Person, offering: Offering, at: datetime) -> date:
    """The day it is where the person lives; the portal's outside Canada."""
    place = person.province if person.province in PROVINCES else offering.portal.province
    return local_date(at, zone_of(place))
