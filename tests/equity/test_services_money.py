"""Money in, money back: to the cent, in time, and never out of balance."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from compliance.rules.kernel.zones import zone_of
from equity import moves
from equity.models import Duty, JournalEntry, Subscription
from equity.refusal import Refused
from equity.selectors import money as balances
from equity.selectors.figures import offering_figures
from equity.services import closing, life, money, subscribing, time
from tests import factories as f
from tests.equity import books

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
OVER = datetime(2026, 3, 5, 5, 0, tzinfo=UTC)
"""The right of 2 March ends: midnight of Wednesday the 4th in Montréal."""


def refused(act: Callable[..., object], **given: object) -> list[str]:
    """The codes a refused act is refused with; the books are as they were."""
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(**given)
    return [finding.code for finding in refusal.value.findings if not finding.met]


@pytest.fixture
def cast() -> f.Cast:
    return f.open_offering()


def agreed(
    cast: f.Cast, *, units: int = 4, first: str = "Marie", paid: bool = False
) -> Subscription:
    return f.subscribed(cast, f.make_person(first), units=units, paid=paid)


def pay(row: Subscription, amount: str | None = None, *, at: datetime = f.OPENED) -> Subscription:
    return money.pay(
        actor=f.investor_actor(row.person),
        subscription_id=row.pk,
        amount=None if amount is None else Decimal(amount),
        at=at,
    ).subject


def withdraw(row: Subscription, *, at: datetime = f.OPENED) -> Subscription:
    return money.withdraw(actor=f.investor_actor(row.person), subscription_id=row.pk, at=at).subject


# Payments


def test_a_payment_in_parts(cast: f.Cast) -> None:
    row = agreed(cast)
    assert row.owed == Decimal("100.00")
    assert pay(row, "0.01").owed == Decimal("99.99")
    assert pay(row, "99.98").owed == Decimal("0.01")
    assert pay(row).owed == 0
    assert balances.trust(cast.offering) == Decimal("100.00")
    assert JournalEntry.objects.filter(kind="payment").count() == 3
    books.check(cast.offering)


@pytest.mark.parametrize("amount", ["100.01", "0.00", "-0.01", "1000000.00"])
def test_never_more_than_is_owed_and_never_nothing(cast: f.Cast, amount: str) -> None:
    row = agreed(cast)
    actor = f.investor_actor(row.person)
    given = {"actor": actor, "subscription_id": row.pk, "at": f.OPENED}
    assert refused(money.pay, amount=Decimal(amount), **given) == ["state.not_allowed"]
    pay(row)
    assert refused(money.pay, **given) == ["state.not_allowed"]
    assert refused(money.pay, amount=Decimal("0.01"), **given) == ["state.not_allowed"]
    books.check(cast.offering)


def test_money_of_somebody_else_is_refused(cast: f.Cast) -> None:
    row = agreed(cast)
    codes = refused(
        money.pay,
        actor=f.investor_actor(row.person),
        subscription_id=row.pk,
        from_purchaser=False,
        at=f.OPENED,
    )
    assert codes == ["payment.from_purchaser"]
    assert not JournalEntry.objects.exists()


def test_the_database_refuses_an_overpaid_subscription(cast: f.Cast) -> None:
    row = agreed(cast)
    with pytest.raises(IntegrityError, match="never_overpaid"), transaction.atomic():
        Subscription.objects.filter(pk=row.pk).update(paid=Decimal("100.01"))


# Withdrawals


def test_a_withdrawal_frees_the_room_at_once_and_the_money_is_due(cast: f.Cast) -> None:
    row = agreed(cast, units=60, paid=True)
    withdraw(row)
    offering = cast.fresh()
    figures = offering_figures(offering, f.OPENED)
    assert offering.live_amount == 0
    assert (figures.raised, figures.trust, figures.refunds_due) == (
        0,
        Decimal("1500.00"),
        Decimal("1500.00"),
    )
    duty = Duty.objects.get(code="duty.refund")
    assert (duty.amount, duty.event_on, duty.due_on) == (
        Decimal("1500.00"),
        date(2026, 3, 2),
        date(2026, 3, 9),
    )
    again = f.subscribed(cast, row.person, units=100, at=f.OPENED + SECOND)  # the whole limit again
    assert again.amount == Decimal("2500.00")
    books.check(offering)


def test_a_withdrawal_of_what_was_not_paid_leaves_nothing_to_refund(cast: f.Cast) -> None:
    row = agreed(cast)
    withdraw(row)
    assert not JournalEntry.objects.exists()
    assert not Duty.objects.filter(code="duty.refund").exists()
    given = {"actor": cast.asks, "at": f.OPENED}
    assert refused(money.refund, subscription_id=row.pk, **given) == ["state.not_allowed"]
    assert refused(money.refund_all, offering_id=cast.offering.pk, **given) == ["state.not_allowed"]


def test_what_was_paid_in_part_is_due_back_in_part(cast: f.Cast) -> None:
    row = agreed(cast)
    pay(row, "33.33")
    withdraw(row)
    assert balances.refund_due_to(row) == Decimal("33.33")
    books.check(cast.offering)


def test_the_last_second_of_the_right_and_the_first_after(cast: f.Cast) -> None:
    early, late = agreed(cast, paid=True), agreed(cast, first="Paul", paid=True)
    assert early.right_ends_at == late.right_ends_at == OVER
    assert withdraw(early, at=OVER - SECOND).state == moves.WITHDRAWN
    for at in (OVER, OVER + SECOND):
        actor = f.investor_actor(late.person)
        codes = refused(money.withdraw, actor=actor, subscription_id=late.pk, at=at)
        assert codes == ["state.not_allowed"]
    books.check(cast.offering)


# Refunds


def test_a_refund_is_paid_once_and_whole(cast: f.Cast) -> None:
    row = agreed(cast, paid=True)
    withdraw(row)
    given = {"actor": cast.asks, "subscription_id": row.pk, "at": f.BOUND}
    money.refund(**given)
    duty = Duty.objects.get(code="duty.refund")
    assert (duty.done_at, duty.done_by) == (f.BOUND, cast.asks.id)
    assert (balances.trust(cast.offering), balances.refunds_due(cast.offering)) == (0, 0)
    assert refused(money.refund, **given) == ["state.not_allowed"]
    assert JournalEntry.objects.filter(kind="refund_paid").count() == 1
    books.check(cast.offering)


def test_all_refunds_at_once_when_an_offering_is_stopped(cast: f.Cast) -> None:
    whole, part, none = (agreed(cast, first=name) for name in ("Anne", "Basile", "Clara"))
    pay(whole)
    pay(part, "12.34")
    life.stop(actor=cast.asks, offering_id=cast.offering.pk, at=f.BOUND, reason="fraude")
    assert {row.state for row in cast.offering.subscriptions.all()} == {moves.RELEASED}
    assert sorted(duty.amount for duty in Duty.objects.filter(code="duty.refund")) == [
        Decimal("12.34"),
        Decimal("100.00"),
    ]
    books.check(cast.offering)
    done = money.refund_all(actor=cast.asks, offering_id=cast.offering.pk, at=f.BOUND)
    assert {row.pk for row in done.subject} == {whole.pk, part.pk}
    assert none.pk not in {row.pk for row in done.subject}
    assert balances.trust(cast.offering) == 0
    books.check(cast.offering)
    codes = refused(money.refund_all, actor=cast.asks, offering_id=cast.offering.pk, at=f.BOUND)
    assert codes == ["state.not_allowed"]


# Letters and e-mails (W-20)


def letter(cast: f.Cast, row: Subscription, sent: datetime, at: datetime) -> Subscription:
    return money.record_withdrawal(
        actor=cast.asks, subscription_id=row.pk, sent=sent, at=at
    ).subject


@pytest.mark.parametrize(
    ("sent", "accepted"),
    [
        (f.OPENED - SECOND, False),  # before the agreement
        (f.OPENED, True),
        (OVER - SECOND, True),
        (OVER, False),
        (OVER + SECOND, False),
        (f.BOUND + SECOND, False),  # in the future
    ],
)
def test_a_letter_counts_from_the_instant_it_was_sent(
    cast: f.Cast, sent: datetime, accepted: bool
) -> None:
    row = agreed(cast, paid=True)
    if not accepted:
        given = {"actor": cast.asks, "subscription_id": row.pk, "sent": sent, "at": f.BOUND}
        assert refused(money.record_withdrawal, **given) == ["state.not_allowed"]
        return
    assert letter(cast, row, sent, f.BOUND).state == moves.WITHDRAWN
    duty = Duty.objects.get(code="duty.refund")
    assert duty.event_on == sent.astimezone(zone_of("QC")).date()
    row.refresh_from_db(fields=["ended_at"])
    assert row.ended_at == sent
    books.check(cast.offering)


def test_a_letter_is_recorded_while_the_right_lives_and_a_future_one_never(cast: f.Cast) -> None:
    row = agreed(cast, paid=True)
    at = f.OPENED + timedelta(hours=1)
    given = {"actor": cast.asks, "subscription_id": row.pk, "at": at}
    assert refused(money.record_withdrawal, sent=at + SECOND, **given) == ["state.not_allowed"]
    assert letter(cast, row, at, at).state == moves.WITHDRAWN


def test_a_letter_is_recorded_until_the_closing_is_approved(cast: f.Cast) -> None:
    cast_rows = [agreed(cast, first=name, units=40, paid=True) for name in ("Anne", "Basile")]
    offering_id = cast.offering.pk
    closing.ask_closing(actor=cast.asks, offering_id=offering_id, at=f.CLOSED)
    letter(cast, cast_rows[0], OVER - SECOND, f.CLOSED)
    # The figures asked for have moved: the other officer cannot approve them any more.
    codes = refused(
        closing.approve_closing, actor=cast.approves, offering_id=offering_id, at=f.CLOSED
    )
    assert codes == ["closing.two_people"]
    closing.ask_closing(actor=cast.asks, offering_id=offering_id, at=f.CLOSED)
    closing.approve_closing(actor=cast.approves, offering_id=offering_id, at=f.CLOSED)
    given = {"actor": cast.asks, "sent": OVER - SECOND, "at": f.CLOSED}
    for row in cast_rows:  # completed, and withdrawn already
        assert refused(money.record_withdrawal, subscription_id=row.pk, **given) == [
            "state.not_allowed"
        ]
    books.check(cast.offering)


# Whatever people do, in whatever order


class Walk:
    """A crowd that does one lawful or unlawful thing after another, on a clock that goes on."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.cast = f.open_offering()
        self.people = [f.make_person(name) for name in ("Anne", "Basile", "Clara", "Denis")]
        self.at = f.OPENED
        self.done = 0

    def step(self, *, ending: bool) -> None:
        """One attempt, then the books."""
        self.at += timedelta(minutes=self.random.choice([1, 1, 30, 300, 1000]))
        acts = [self.subscribe, self.subscribe, self.pay, self.pay, self.withdraw, self.letter]
        acts += [self.close, self.close, self.end] if ending else []
        acts.append(self.refund)
        try:
            with transaction.atomic():
                self.random.choice(acts)()
                self.done += 1
        except Refused:
            pass
        books.check(self.cast.offering)
        time.tick(at=self.at)
        books.check(self.cast.offering)

    def row(self) -> Subscription:
        rows = list(self.cast.offering.subscriptions.select_related("person").order_by("order"))
        if not rows:
            raise Refused(())
        return self.random.choice(rows)

    def subscribe(self) -> None:
        person = self.random.choice(self.people)
        f.acknowledged(self.cast, person, at=self.at)
        subscribing.subscribe(
            actor=f.investor_actor(person),
            offering_id=self.cast.offering.pk,
            units=self.random.choice([1, 20, 60, 101]),
            insider=False,
            at=self.at,
        )

    def pay(self) -> None:
        pay(self.row(), self.random.choice([None, None, "10.01", "500.00"]), at=self.at)

    def withdraw(self) -> None:
        withdraw(self.row(), at=self.at)

    def letter(self) -> None:
        sent = self.at - timedelta(hours=self.random.choice([0, 1, 30, 100]))
        letter(self.cast, self.row(), sent, self.at)

    def refund(self) -> None:
        money.refund(actor=self.cast.asks, subscription_id=self.row().pk, at=self.at)

    def close(self) -> None:
        offering_id = self.cast.offering.pk
        closing.ask_closing(actor=self.cast.asks, offering_id=offering_id, at=self.at)
        closing.approve_closing(actor=self.cast.approves, offering_id=offering_id, at=self.at)

    def end(self) -> None:
        service = self.random.choice([life.stop, life.cancel])
        actor = self.cast.asks if service is life.stop else self.cast.owner
        service(actor=actor, offering_id=self.cast.offering.pk, at=self.at)


@pytest.mark.parametrize("seed", range(4))
def test_the_books_balance_after_every_act_of_a_crowd(seed: int) -> None:
    walk = Walk(seed)
    for number in range(36):
        walk.step(ending=number > 24)
    assert walk.done >= 8
    time.tick(at=f.OPENED + timedelta(days=120))
    books.check(walk.cast.offering)
    # W-18: whoever acted or did not, no money waits in a state that nobody leaves.
    offering = walk.cast.fresh()
    assert offering.state in moves.FINAL
    assert balances.trust(offering) == balances.refunds_due(offering)
