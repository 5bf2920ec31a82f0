"""Work that time brings (W-18): in the order of its legal instants, at the portal's midnight."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from compliance.audit.models import Entry
from equity import moves
from equity.models import Duty, Offering, Subscription
from equity.refusal import Refused
from equity.services import amendments, life, money, subscribing, time
from tests import factories as f
from tests.equity import books
from tests.equity.tables import snapshot

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
RIGHT_OVER = datetime(2026, 3, 5, 5, tzinfo=UTC)
LAST_DAY = date(2026, 5, 1)
AFTER_LAST_DAY = datetime(2026, 5, 2, 4, tzinfo=UTC)
AFTER_NINETIETH = datetime(2026, 6, 1, 4, tzinfo=UTC)
TIMED = ("equity:subscription:bind", "equity:offering:last_day", "equity:offering:fail")


def trail() -> list[tuple[str, str]]:
    """What time did, in the order in which it was recorded, with its legal instant."""
    rows = Entry.objects.filter(action__in=TIMED).order_by("position")
    return [(row.action.split(":")[-1], row.payload["legal_at"]) for row in rows]


def instants() -> list[tuple[str, datetime]]:
    return [(what, datetime.fromisoformat(at)) for what, at in trail()]


def row(cast: f.Cast, first: str = "Marie", *, units: int = 60) -> Subscription:
    return f.subscribed(cast, f.make_person(first), units=units)


def state(cast: f.Cast) -> str:
    return cast.fresh().state


@pytest.fixture
def cast() -> f.Cast:
    """Open from 2 March for 60 days; its minimum is 1 000."""
    return f.open_offering()


# Rights that end


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (RIGHT_OVER - SECOND, moves.AGREED),
        (RIGHT_OVER, moves.BINDING),
        (RIGHT_OVER + SECOND, moves.BINDING),
    ],
)
def test_a_right_ends_at_its_instant(cast: f.Cast, at: datetime, found: str) -> None:
    subscription = row(cast)
    assert time.tick(at=at) == (found == moves.BINDING)
    assert Subscription.objects.get(pk=subscription.pk).state == found


def test_late_work_bears_its_legal_instant_and_the_one_it_ran(cast: f.Cast) -> None:
    row(cast)
    three_days_late = RIGHT_OVER + timedelta(days=3)
    time.tick(at=three_days_late)
    entry = Entry.objects.get(action="equity:subscription:bind")
    assert entry.at == three_days_late
    assert datetime.fromisoformat(entry.payload["legal_at"]) == RIGHT_OVER
    assert (entry.actor_role, entry.actor_id) == ("system", None)


def test_rights_that_end_at_one_instant_bind_in_the_order_of_agreement(cast: f.Cast) -> None:
    rows = [row(cast, name) for name in ("Anne", "Basile", "Clara")]
    time.tick(at=f.BOUND)
    entries = Entry.objects.filter(action="equity:subscription:bind").order_by("position")
    assert [entry.subject_id for entry in entries] == [one.pk for one in rows]


# The planned last day


@pytest.mark.parametrize(
    ("units", "at", "found"),
    [
        (39, AFTER_LAST_DAY - SECOND, moves.OPEN),
        (39, AFTER_LAST_DAY, moves.FAILED),  # 975.00 of 1 000
        (40, AFTER_LAST_DAY, moves.OPEN),  # exactly the minimum
        (41, AFTER_LAST_DAY, moves.OPEN),
    ],
)
def test_below_the_minimum_when_the_day_after_the_last_begins(
    cast: f.Cast, units: int, at: datetime, found: str
) -> None:
    row(cast, units=units)
    time.tick(at=at)
    assert state(cast) == found


@pytest.mark.parametrize(
    ("amount", "unconditional", "found"),
    [
        ("24.99", True, moves.FAILED),
        ("25.00", True, moves.OPEN),
        ("25.00", False, moves.FAILED),
    ],
)
def test_unconditional_concurrent_money_counts(
    cast: f.Cast, amount: str, unconditional: bool, found: str
) -> None:
    row(cast, units=39)
    life.declare_concurrent(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        amount=Decimal(amount),
        unconditional=unconditional,
        at=f.OPENED,
    )
    time.tick(at=AFTER_LAST_DAY)
    assert state(cast) == found


def test_a_failure_makes_every_payment_due_from_the_last_day_that_passed(cast: f.Cast) -> None:
    row(cast, units=20)
    late = AFTER_LAST_DAY + timedelta(days=2)
    time.tick(at=late)
    offering = cast.fresh()
    assert (offering.state, offering.ended_at, offering.ended_recorded_at) == (
        moves.FAILED,
        AFTER_LAST_DAY,
        late,
    )
    duty = Duty.objects.get(code="duty.refund")
    assert (duty.amount, duty.event_on) == (Decimal("500.00"), LAST_DAY)
    assert duty.due_on == date(2026, 5, 8)
    assert Duty.objects.get(code="duty.retain").due_on == date(2034, 5, 2)
    books.check(offering)


def test_the_last_day_is_judged_once_at_that_instant(cast: f.Cast) -> None:
    """Above the minimum on the last day, below it later: it may still close until the 90th day."""
    first, second = row(cast, "Anne", units=30), row(cast, "Basile", units=30)
    time.tick(at=AFTER_LAST_DAY)
    assert state(cast) == moves.OPEN
    for one in (first, second):
        money.record_withdrawal(
            actor=cast.asks, subscription_id=one.pk, sent=f.OPENED + SECOND, at=AFTER_LAST_DAY
        )
    time.tick(at=AFTER_LAST_DAY + timedelta(days=1))
    assert state(cast) == moves.OPEN
    assert [what for what, _ in trail()].count("last_day") == 1
    time.tick(at=AFTER_NINETIETH)
    assert state(cast) == moves.FAILED


def test_an_amended_last_day_is_judged_anew(cast: f.Cast) -> None:
    row(cast)
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=f.make_content(days=75),
        what="Quinze jours de plus",
        at=f.BOUND,
    )
    f.certify(cast, f.BOUND)
    amendments.publish(actor=cast.owner, offering_id=cast.offering.pk, at=f.BOUND)
    time.tick(at=AFTER_LAST_DAY + timedelta(hours=1))
    assert "last_day" not in [what for what, _ in trail()]
    time.tick(at=AFTER_LAST_DAY + timedelta(days=15))
    assert ("last_day", AFTER_LAST_DAY + timedelta(days=15)) in instants()


# The 90th day


@pytest.mark.parametrize(
    ("at", "found"),
    [(AFTER_NINETIETH - SECOND, moves.OPEN), (AFTER_NINETIETH, moves.FAILED)],
)
def test_an_offering_fails_when_the_day_after_the_ninetieth_begins(
    cast: f.Cast, at: datetime, found: str
) -> None:
    row(cast)
    time.tick(at=at)
    assert state(cast) == found
    if found == moves.FAILED:
        duty = Duty.objects.get(code="duty.refund")
        assert duty.event_on == date(2026, 5, 31)
        books.check(cast.offering)


def test_it_fails_whatever_its_state(cast: f.Cast) -> None:
    row(cast)
    for reason in ("suspended by an officer", "suspended for an amendment", "closing"):
        with transaction.atomic():
            if reason == "closing":
                Offering.objects.filter(pk=cast.offering.pk).update(state=moves.CLOSING)
            elif "officer" in reason:
                life.suspend(actor=cast.asks, offering_id=cast.offering.pk, at=f.BOUND)
            else:
                amendments.amend(
                    actor=cast.owner,
                    offering_id=cast.offering.pk,
                    content=f.make_content(days=61),
                    what="Un jour",
                    at=f.BOUND,
                )
            time.tick(at=AFTER_NINETIETH)
            assert state(cast) == moves.FAILED, reason
            books.check(cast.offering)
            transaction.set_rollback(True)


# Order, once, and everywhere


def test_everything_late_is_done_in_the_order_of_the_law(cast: f.Cast) -> None:
    """Nothing ran for a hundred days: the right, the last day, the 90th, each at its instant."""
    row(cast)
    time.tick(at=f.OPENED + timedelta(days=100))
    assert instants() == [
        ("bind", RIGHT_OVER),
        ("last_day", AFTER_LAST_DAY),
        ("fail", AFTER_NINETIETH),
    ]


def test_at_one_instant_the_right_ends_before_the_last_day_is_judged() -> None:
    """The last day is 4 March: it passes at the very instant at which the right ends."""
    cast = f.open_offering(content=f.make_content(days=2))
    subscription = row(cast, units=20)
    assert subscription.right_ends_at == RIGHT_OVER
    time.tick(at=f.BOUND)
    assert instants() == [("bind", RIGHT_OVER), ("last_day", RIGHT_OVER), ("fail", RIGHT_OVER)]
    assert Subscription.objects.get(pk=subscription.pk).state == moves.RELEASED


def test_on_the_ninetieth_day_the_last_day_is_judged_first() -> None:
    cast = f.open_offering(content=f.make_content(days=90))
    row(cast)
    time.tick(at=AFTER_NINETIETH)
    assert instants()[1:] == [("last_day", AFTER_NINETIETH), ("fail", AFTER_NINETIETH)]


@pytest.mark.parametrize(
    "at", [f.OPENED, RIGHT_OVER, AFTER_LAST_DAY, AFTER_NINETIETH, f.OPENED + timedelta(days=400)]
)
def test_twice_does_nothing_more(cast: f.Cast, at: datetime) -> None:
    row(cast, "Anne")
    row(cast, "Basile", units=4)
    time.tick(at=at)
    once = snapshot()
    assert time.tick(at=at) == 0
    assert snapshot() == once
    assert time.tick(at=at - timedelta(hours=3)) == 0  # a clock that goes back undoes nothing
    assert snapshot() == once


def test_many_ticks_or_one_come_to_the_same(cast: f.Cast) -> None:
    subscription = row(cast)
    end = f.OPENED + timedelta(days=95)

    def outcome() -> tuple[object, ...]:
        offering, one = cast.fresh(), Subscription.objects.get(pk=subscription.pk)
        duties = Duty.objects.filter(offering=offering).values_list("code", "event_on", "due_on")
        return offering.state, offering.ended_at, one.state, one.ended_at, *sorted(duties)

    with transaction.atomic():
        at = f.OPENED
        while at <= end:
            time.tick(at=at)
            at += timedelta(hours=31)
        time.tick(at=end)
        step_by_step, told = outcome(), instants()
        transaction.set_rollback(True)
    time.tick(at=end)
    assert outcome() == step_by_step
    assert instants() == told


def test_the_midnight_is_the_portals() -> None:
    portal = f.make_portal(province="BC")
    cast = f.open_offering(portal=portal)
    row(cast, units=4)
    in_vancouver = datetime(2026, 5, 2, 7, tzinfo=UTC)
    assert cast.offering.last_day == LAST_DAY
    time.tick(at=in_vancouver - SECOND)
    assert state(cast) == moves.OPEN
    time.tick(at=in_vancouver)
    assert state(cast) == moves.FAILED


def test_only_the_offerings_given() -> None:
    one, other = f.open_offering(), f.open_offering()
    row(one)
    row(other, "Paul")
    assert time.tick(at=f.BOUND, within=[one.offering.pk]) == 1
    assert one.offering.subscriptions.get().state == moves.BINDING
    assert other.offering.subscriptions.get().state == moves.AGREED
    assert time.tick(at=f.BOUND, within=[]) == 0
    assert time.tick(at=f.BOUND) == 1


# No act sees a state that time has left


def test_an_act_first_does_what_is_due(cast: f.Cast) -> None:
    subscription = row(cast, units=20)
    with pytest.raises(Refused) as refusal, transaction.atomic():
        money.withdraw(
            actor=f.investor_actor(subscription.person),
            subscription_id=subscription.pk,
            at=AFTER_LAST_DAY,
        )
    (finding,) = refusal.value.findings
    assert finding.code == "state.not_allowed"
    assert finding.figures["state"] == moves.RELEASED  # failed at midnight, though no tick ran


def test_nobody_subscribes_after_the_last_day_though_no_tick_ran(cast: f.Cast) -> None:
    row(cast)
    paul = f.make_person("Paul")
    f.acknowledged(cast, paul, at=AFTER_LAST_DAY)
    given = {"offering_id": cast.offering.pk, "units": 4, "insider": False}
    with pytest.raises(Refused) as refusal, transaction.atomic():
        subscribing.subscribe(actor=f.investor_actor(paul), at=AFTER_LAST_DAY, **given)
    codes = [one.code for one in refusal.value.findings if not one.met]
    assert codes == ["offering.open"]
    done = subscribing.subscribe(actor=f.investor_actor(paul), at=AFTER_LAST_DAY - SECOND, **given)
    assert done.subject.state == moves.AGREED
