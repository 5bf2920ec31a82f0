"""Limits held by the database: raw writes as the owner are refused, as a bug in Python would be.

Nothing here goes through the judgement: rows are written as a mistaken service would write them.
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.rules.kernel.dates import months_before
from compliance.rules.ni45_110.book import REGIME, rulebook
from compliance.rules.ni45_110.group import Closed, Edge, closed_total, members
from equity import moves
from equity.content import UseRow
from equity.models import (
    EarlierDistribution,
    GroupEdge,
    Issuer,
    JournalEntry,
    Offering,
    Posting,
    Subscription,
    UseOfFunds,
    Version,
)
from equity.selectors.clock import portal_day
from investors.models import Person
from tests import factories as f

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")


def rogue(cast: f.Cast, person: Person, *, units: int, **fields: object) -> Subscription:
    """A subscription as a mistaken service would write it: nothing judged, nothing asked."""
    offering = cast.fresh()
    assert offering.in_force is not None
    price = offering.in_force.price
    assert price is not None
    values: dict[str, object] = {
        "offering": offering,
        "person": person,
        "version": offering.in_force,
        "acknowledgement": f.acknowledged(cast, person),
        "units": units,
        "amount": units * price,
        "province": "QC",
        "insider": False,
        "agreed_at": f.OPENED,
        "agreed_on": portal_day(offering.portal, f.OPENED),
        "right_ends_on": date(2026, 3, 4),
        "right_ends_at": f.BOUND,
    }
    subscription = Subscription(**(values | fields))
    with transaction.atomic():
        subscription.save(force_insert=True)
    return subscription


def refused_by(name: str) -> pytest.RaisesExc:
    """The refusal of the guard of that name."""
    return pytest.RaisesExc(
        IntegrityError, check=lambda error: error.__cause__.diag.constraint_name == name
    )


def test_the_figures_of_the_guards_are_those_of_the_rulebook() -> None:
    days = {
        day
        for figure in REGIME.figures.values()
        for value in figure.values
        for day in (value.start, value.start + timedelta(days=1), date(2040, 1, 1))
    }
    names = (
        "issuer_group_cap",
        "issuer_group_window_months",
        "purchaser_limit",
        "purchaser_limit_advised",
    )
    with connection.cursor() as cursor:
        for name in names:
            for day in days:
                cursor.execute("SELECT equity_figure(%s, %s)", [name, day])
                assert cursor.fetchone()[0] == rulebook(day).value(name).value
            cursor.execute("SELECT equity_figure(%s, %s)", [name, REGIME.start - timedelta(days=1)])
            assert cursor.fetchone()[0] is None


def test_the_table_of_legal_moves_is_the_table_of_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'equity_legal_move'")
        source = cursor.fetchone()[0]
    for machine, table in (
        ("offering", moves.OFFERING_MOVES),
        ("subscription", moves.SUBSCRIPTION_MOVES),
    ):
        legal = {
            (origin, target)
            for move in table.values()
            for origin in move.sources
            for target in move.targets or ()
            if origin != target
        }
        written = {
            (origin, target)
            for origin in moves.OFFERING_STATES + moves.SUBSCRIPTION_STATES
            for target in moves.OFFERING_STATES + moves.SUBSCRIPTION_STATES
            if f"('{machine}', '{origin}', '{target}')" in source
        }
        assert written == legal


def test_the_purchaser_limit_at_one_cent_under_at_and_over() -> None:
    cast = f.open_offering(content=f.make_content(price=CENT))
    for units, taken in ((249_999, True), (250_000, True), (250_001, False)):
        person = f.make_person()
        if taken:
            assert rogue(cast, person, units=units).amount == units * CENT
        else:
            with refused_by("subscription_within_purchaser_limit"):
                rogue(cast, person, units=units)


def test_the_advised_limit_needs_advice_of_ones_own() -> None:
    cast = f.open_offering()
    advised, other = f.make_person(), f.make_person("Paul", "Tremblay")
    advice = f.advised(cast, advised)
    assert rogue(cast, advised, units=400, advice=advice).units == 400
    with refused_by("subscription_advice_is_its_own"):
        rogue(cast, other, units=400, advice=advice)
    with refused_by("subscription_within_purchaser_limit"):
        rogue(cast, advised, units=1, advice=advice)


def test_the_maximum_of_the_offering() -> None:
    minimum, maximum = Decimal(2500), Decimal(5000)
    uses = (UseRow("Évaporateur", minimum, maximum),)
    content = f.make_content(minimum=minimum, maximum=maximum, use_of_funds=uses)
    cast = f.open_offering(content=content)
    rogue(cast, f.make_person("Un"), units=100)
    with refused_by("subscription_has_room"):
        rogue(cast, f.make_person("Deux"), units=101)
    rogue(cast, f.make_person("Trois"), units=100)
    with refused_by("subscription_has_room"):
        rogue(cast, f.make_person("Quatre"), units=1)
    assert cast.fresh().live_amount == Decimal(5000)


def test_the_group_cap_counts_a_neighbours_earlier_distribution() -> None:
    cast = f.open_offering()
    neighbour = f.make_issuer(name="Voisine inc.")
    rogue(cast, f.make_person("Avant"), units=1)
    day = portal_day(cast.portal, f.OPENED)
    EarlierDistribution.objects.create(
        issuer=neighbour, closed_on=day, amount=Decimal("1499980.00"), recorded_at=f.OPENED
    )
    rogue(cast, f.make_person("Encore"), units=1)
    GroupEdge.objects.create(
        one=cast.issuer, other=neighbour, kind="affiliate", since=day, recorded_at=f.OPENED
    )
    with refused_by("subscription_has_room"):
        rogue(cast, f.make_person("Trop"), units=1)


def test_one_acknowledgement_serves_one_agreement() -> None:
    cast, person = f.open_offering(), f.make_person()
    first = rogue(cast, person, units=1)
    with refused_by("subscription_acknowledgement_is_its_own"):
        rogue(cast, person, units=1, acknowledgement=first.acknowledgement)
    stranger = f.make_person("Paul", "Tremblay")
    with refused_by("subscription_acknowledgement_is_its_own"):
        rogue(cast, stranger, units=1, acknowledgement=f.acknowledged(cast, person))


def test_an_amount_is_the_price_of_the_units() -> None:
    cast = f.open_offering()
    with refused_by("subscription_amount_is_price"):
        rogue(cast, f.make_person(), units=2, amount=Decimal("49.99"))


def test_what_was_agreed_never_changes_and_never_goes() -> None:
    cast = f.open_offering()
    subscription = rogue(cast, f.make_person(), units=4)
    for change in ({"units": 1}, {"amount": CENT}, {"province": "ON"}, {"agreed_at": f.CLOSED}):
        with refused_by("subscription_agreement_is_kept"), transaction.atomic():
            Subscription.objects.filter(pk=subscription.pk).update(**change)
    with refused_by("equity_subscription_never_deleted"), transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk)._raw_delete("default")


def test_room_is_given_back_by_whatever_ends_a_subscription() -> None:
    cast = f.open_offering()
    subscription = rogue(cast, f.make_person(), units=4)
    assert cast.fresh().live_amount == subscription.amount
    Subscription.objects.filter(pk=subscription.pk).update(state=moves.WITHDRAWN)
    assert cast.fresh().live_amount == 0
    with refused_by("subscription_legal_move"), transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(state=moves.AGREED)


def test_a_second_distribution_of_the_group_cannot_be_under_way() -> None:
    cast = f.open_offering()
    neighbour = f.make_issuer(name="Voisine inc.")
    day = portal_day(cast.portal, f.OPENED)
    GroupEdge.objects.create(
        one=neighbour, other=cast.issuer, kind="same_founder", since=day, recorded_at=f.OPENED
    )
    other = f.draft_offering(portal=cast.portal, issuer=neighbour)
    rows = Offering.objects.filter(pk=other.offering.pk)
    rows.update(state=moves.SUBMITTED)
    with refused_by("offering_one_at_a_time"), transaction.atomic():
        rows.update(state=moves.APPROVED, moved_on=day)


def test_a_published_version_never_changes() -> None:
    cast = f.open_offering()
    offering = cast.fresh()
    with refused_by("version_published_is_kept"), transaction.atomic():
        Version.objects.filter(pk=offering.in_force_id).update(maximum=Decimal(1_500_000))
    with refused_by("version_published_is_kept"), transaction.atomic():
        UseOfFunds.objects.filter(version=offering.in_force_id).update(maximum=Decimal(1))


def test_an_entry_that_does_not_balance_is_refused_at_the_commit() -> None:
    cast = f.open_offering()
    subscription = rogue(cast, f.make_person(), units=4)
    for legs, name in (
        ((("trust", 100), ("purchasers", -99)), "journal_entry_balanced"),
        ((("trust", 100),), "journal_entry_balanced"),
        ((), "journal_entry_balanced"),
        ((("trust", -100), ("refunds", 100)), "account_never_overdrawn"),
    ):
        with refused_by(name), transaction.atomic():
            entry = JournalEntry.objects.create(offering=cast.offering, kind="payment", at=f.OPENED)
            Posting.objects.bulk_create(
                Posting(
                    entry=entry,
                    offering=cast.offering,
                    subscription=subscription,
                    account=account,
                    amount=amount,
                )
                for account, amount in legs
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


_DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
_KINDS = st.sampled_from(["affiliate", "common_enterprise", "same_founder"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_database_counts_a_group_as_the_rules_do(data: st.DataObject) -> None:
    """Reading W-3 written twice, in Python and in SQL, over random links and closings."""
    with transaction.atomic():
        keys = [uuid4() for _ in range(5)]
        Issuer.objects.bulk_create(
            Issuer(
                pk=key,
                name=str(key),
                form="company",
                head_office="QC",
                reporting=False,
                investment_fund=False,
                has_operations=True,
                created_at=f.OPENED,
            )
            for key in keys
        )
        pairs = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda p: p[0] != p[1])
        edges = []
        for one, other in data.draw(st.lists(pairs, max_size=7)):
            since = data.draw(_DAYS)
            until = data.draw(st.none() | st.dates(since, date(2028, 12, 31)))
            kind = data.draw(_KINDS)
            GroupEdge.objects.create(
                one_id=keys[one],
                other_id=keys[other],
                kind=kind,
                since=since,
                until=until,
                recorded_at=f.OPENED,
            )
            edges.append(Edge(str(keys[one]), str(keys[other]), kind, since, until))
        closings = []
        for owner, day in data.draw(st.lists(st.tuples(st.integers(0, 4), _DAYS), max_size=6)):
            EarlierDistribution.objects.create(
                issuer_id=keys[owner], closed_on=day, amount=Decimal(100), recorded_at=f.OPENED
            )
            closings.append(Closed(str(keys[owner]), day, Decimal(100)))
        on = data.draw(_DAYS)
        months = rulebook(on).count("issuer_group_window_months")
        expected = closed_total(str(keys[0]), edges, closings, on=on, months=months)
        with connection.cursor() as cursor:
            cursor.execute("SELECT equity_group_closed(%s, %s)", [keys[0], on])
            assert cursor.fetchone()[0] == expected
            cursor.execute(
                "SELECT array_agg(m::text) FROM equity_group(%s, %s) AS m", [keys[0], [on]]
            )
            assert set(cursor.fetchone()[0]) == members(str(keys[0]), edges, on)
            cursor.execute("SELECT (%s - make_interval(months => %s))::date", [on, months])
            assert cursor.fetchone()[0] == months_before(on, months)
        transaction.set_rollback(True)
