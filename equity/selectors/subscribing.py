"""Facts for the judgement of one subscription."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from compliance.rules.kernel.calendars import Deadline
from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.rules.ni45_110 import withdrawal
from compliance.rules.ni45_110.facts import SubscriptionFacts, WindowFacts
from compliance.rules.wording.wording import risk_statements
from equity import moves
from equity.models import Offering
from equity.selectors import groups
from equity.selectors.clock import portal_day
from equity.selectors.facts import portal_facts
from investors import selectors as investors
from investors.models import Person


@dataclass(frozen=True, slots=True)
class Intended:
    """A subscription as it would be agreed: its facts, its right, and what it would use up."""

    facts: SubscriptionFacts
    right: Deadline
    standing: investors.Standing


def person_live(offering: Offering, person: Person) -> Decimal:
    """What a person's live subscriptions in this distribution add up to (W-4, W-5)."""
    return offering.subscriptions.filter(person=person, state__in=moves.LIVE).aggregate(
        total=Sum("amount", default=ZERO)
    )["total"]


def standing_of(offering: Offering, person: Person, on: date) -> investors.Standing:
    """Where a person stands towards an offering and the version of its document in force."""
    return investors.standing(
        person,
        offering_id=offering.pk,
        version_id=offering.in_force_id,
        amendments=offering.amendments,
        portal_id=offering.portal_id,
        portal_kind=offering.portal.kind,
        on=on,
    )


def intended(
    offering: Offering, person: Person, *, units: int, insider: bool | None, at: datetime
) -> Intended:
    """Everything a subscription of ``units`` by ``person`` would be judged by at that instant."""
    on = portal_day(offering.portal, at)
    standing = standing_of(offering, person, on)
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
        person_live=person_live(offering, person),
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
        portal=portal_facts(offering.portal),
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
