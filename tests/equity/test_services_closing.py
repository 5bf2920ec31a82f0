"""The closing: what two people sign, to the cent, and what it leaves (W-15 to W-17)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from compliance.accounts.roles import Actor, Role
from equity import moves
from equity.models import Closing, ClosingRequest, Duty, Holding, JournalEntry, Subscription
from equity.refusal import Refused
from equity.selectors import money as balances
from equity.selectors.figures import offering_figures
from equity.services import amendments, closing, life, money
from equity.services.issuers import NewPrincipal
from tests import factories as f
from tests.equity import books

pytestmark = pytest.mark.django_db


def refused(act: Callable[..., object], **given: object) -> list[str]:
    """The codes with which an act is refused."""
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(**given)
    return [finding.code for finding in refusal.value.findings if not finding.met]


def ask(cast: f.Cast, actor: Actor | None = None) -> ClosingRequest:
    return closing.ask_closing(
        actor=actor or cast.asks, offering_id=cast.offering.pk, at=f.CLOSED
    ).subject


def approve(cast: f.Cast, actor: Actor | None = None) -> None:
    closing.approve_closing(actor=actor or cast.approves, offering_id=cast.offering.pk, at=f.CLOSED)


def refused_ask(cast: f.Cast, at: object = f.CLOSED) -> list[str]:
    return refused(closing.ask_closing, actor=cast.asks, offering_id=cast.offering.pk, at=at)


def refused_approval(cast: f.Cast, actor: Actor | None = None) -> list[str]:
    return refused(
        closing.approve_closing,
        actor=actor or cast.approves,
        offering_id=cast.offering.pk,
        at=f.CLOSED,
    )


@pytest.fixture
def cast() -> f.Cast:
    """Open, minimum 1 000; nobody has subscribed yet."""
    return f.open_offering()


def buy(
    cast: f.Cast, first: str, units: int, paid: str | None = "all", **fields: str
) -> Subscription:
    """A subscription of that many securities at 25.00, paid in full, in part or not at all."""
    row = f.subscribed(cast, f.make_person(first, **fields), units=units, paid=paid == "all")
    if paid not in (None, "all"):
        money.pay(
            actor=f.investor_actor(row.person),
            subscription_id=row.pk,
            amount=Decimal(paid or "0"),
            at=f.OPENED,
        )
    return row


# What it does


def test_the_arithmetic_of_a_closing(cast: f.Cast) -> None:
    anne = buy(cast, "Anne", 40)
    basile = buy(cast, "Basile", 20, "499.99")
    clara = buy(cast, "Clara", 10, None)
    denis = buy(cast, "Denis", 100, province="ON", municipality="Ottawa")
    emma = buy(cast, "Emma", 4)
    money.withdraw(actor=f.investor_actor(emma.person), subscription_id=emma.pk, at=f.OPENED)
    ask(cast)
    approve(cast)
    offering = cast.fresh()
    states = dict(offering.subscriptions.values_list("pk", "state"))
    assert states == {
        anne.pk: moves.COMPLETED,
        basile.pk: moves.LAPSED,
        clara.pk: moves.LAPSED,
        denis.pk: moves.COMPLETED,
        emma.pk: moves.WITHDRAWN,
    }
    done = Closing.objects.get()
    assert (done.amount, done.closed_on) == (Decimal("3500.00"), date(2026, 3, 11))
    assert (done.asked_by, done.approved_by) == (cast.asks.id, cast.approves.id)
    holdings = Holding.objects.order_by("number").values_list("number", "subscription", "units")
    assert list(holdings) == [(1, anne.pk, 40), (2, denis.pk, 100)]
    released = [entry.postings.get(account="trust").amount for entry in _entries("release")]
    assert sorted(released) == [Decimal("-2500.00"), Decimal("-1000.00")]
    refunds = Duty.objects.filter(code="duty.refund").values_list("subscription", "amount")
    assert dict(refunds) == {basile.pk: Decimal("499.99"), emma.pk: Decimal("100.00")}
    assert balances.trust(offering) == Decimal("599.99")
    figures = offering_figures(offering, f.CLOSED)
    assert figures.raised == figures.binding == figures.paid == Decimal("3500.00")
    assert figures.group_room == Decimal("1496500.00")
    assert offering.live_amount == 0
    books.check(offering)


def _entries(kind: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(kind=kind))


def test_the_duties_of_a_closing_one_filing_per_jurisdiction(cast: f.Cast) -> None:
    buy(cast, "Anne", 40, province="ON")
    buy(cast, "Basile", 4, None, province="QC")
    f.closed(cast)
    duties = Duty.objects.filter(offering=cast.offering).order_by("code", "jurisdiction")
    assert [(d.code, d.jurisdiction, d.due_on) for d in duties] == [
        ("duty.confirm_purchasers", "", date(2026, 4, 10)),
        ("duty.file_exempt_report", "ON", date(2026, 4, 10)),
        ("duty.file_exempt_report", "QC", date(2026, 4, 10)),
        ("duty.file_offering_document", "ON", date(2026, 4, 10)),
        ("duty.file_offering_document", "QC", date(2026, 4, 10)),
        ("duty.inform_issuer", "", date(2026, 3, 26)),
        ("duty.retain", "", date(2034, 3, 11)),
    ]


def test_a_filing_for_the_head_office_and_none_for_a_purchaser_who_lapsed(cast: f.Cast) -> None:
    buy(cast, "Anne", 40)
    buy(cast, "Basile", 4, None, province="ON")
    f.closed(cast)
    places = Duty.objects.filter(code="duty.file_exempt_report")
    assert [duty.jurisdiction for duty in places] == ["QC"]


# When it may be asked


@pytest.mark.parametrize(
    ("units", "paid", "concurrent", "codes"),
    [
        (39, "all", None, ["closing.minimum_reached"]),
        (40, "all", None, []),
        (40, "999.99", None, ["closing.minimum_reached"]),
        (39, "all", ("24.99", True), ["closing.minimum_reached"]),
        (39, "all", ("25.00", True), []),
        (39, "all", ("25.00", False), ["closing.minimum_reached"]),
        (40, None, ("5000.00", True), ["closing.minimum_reached"]),
    ],
)
def test_the_minimum(
    cast: f.Cast,
    units: int,
    paid: str | None,
    concurrent: tuple[str, bool] | None,
    codes: list[str],
) -> None:
    buy(cast, "Anne", units, paid)
    if concurrent:
        amount, unconditional = Decimal(concurrent[0]), concurrent[1]
        life.declare_concurrent(
            actor=cast.owner,
            offering_id=cast.offering.pk,
            amount=amount,
            unconditional=unconditional,
            at=f.OPENED,
        )
    if codes:
        assert refused_ask(cast) == codes
    else:
        ask(cast)
        approve(cast)
        books.check(cast.offering)


def test_one_live_right_stops_the_closing_of_all(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    late = f.make_person("Basile")
    row = f.subscribed(cast, late, units=4, at=f.CLOSED - timedelta(days=1))
    assert refused_ask(cast) == ["closing.withdrawal_over"]
    at = row.right_ends_at
    assert refused_ask(cast, at - timedelta(seconds=1)) == ["closing.withdrawal_over"]
    closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=at)


def test_a_closing_on_the_ninetieth_day_and_not_after() -> None:
    cast = f.open_offering(content=f.make_content(days=90))
    buy(cast, "Anne", 60)
    last = f.OPENED + timedelta(days=90)
    assert refused_ask(cast, last + timedelta(days=1)) == ["state.not_allowed"]  # it has failed
    closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=last)
    closing.approve_closing(actor=cast.approves, offering_id=cast.offering.pk, at=last)
    assert cast.fresh().state == moves.CLOSED


def test_a_trust_balance_that_differs_stops_the_closing(cast: f.Cast) -> None:
    row = buy(cast, "Anne", 60)
    # The database refuses it too; here the rule is to see it by itself.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE equity_subscription DISABLE TRIGGER equity_money_follows_state")
    Subscription.objects.filter(pk=row.pk).update(paid=Decimal("1499.99"))
    assert "closing.funds_in_trust" in refused_ask(cast)


# Two people, the same figures


def test_the_same_person_does_not_approve(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    ask(cast)
    assert refused_approval(cast, cast.asks) == ["closing.two_people"]
    approve(cast)
    assert cast.fresh().state == moves.CLOSED


def test_either_officer_may_ask_and_the_other_approve(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    ask(cast, cast.approves)
    assert refused_approval(cast, cast.approves) == ["closing.two_people"]
    approve(cast, cast.asks)


@pytest.mark.parametrize("name", ["Omar Haddad", "OMAR  HADDAD", "Ömar haddad"])
@pytest.mark.parametrize("asks", [True, False])
def test_a_principal_of_the_issuer_neither_asks_nor_approves(name: str, asks: bool) -> None:
    kin = NewPrincipal(
        name,
        "director",
        {
            "municipality": "Amos",
            "jurisdiction": "QC",
            "occupation": "x",
            "expertise": "x",
            "held": [],
            "percent": "0",
        },
    )
    cast = f.open_offering(issuer=f.make_issuer(principals=(kin,)))
    buy(cast, "Anne", 60)
    omar = f.make_officer("Omar Haddad")
    ask(cast, omar if asks else cast.asks)
    assert refused_approval(cast, cast.approves if asks else omar) == ["closing.two_people"]
    if asks:  # a request of somebody else takes its place, and can be approved
        ask(cast)
    approve(cast)


def test_what_was_signed_is_what_closes(cast: f.Cast) -> None:
    """A payment after the request would complete one subscription more: it is asked anew."""
    buy(cast, "Anne", 60)
    late = buy(cast, "Basile", 4, "99.99")
    ask(cast)
    money.pay(actor=f.investor_actor(late.person), subscription_id=late.pk, at=f.CLOSED)
    assert refused_approval(cast) == ["closing.two_people"]
    ask(cast)
    approve(cast)
    assert Holding.objects.count() == 2


def test_concurrent_money_that_changed_is_signed_again(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    ask(cast)
    said = {"actor": cast.owner, "offering_id": cast.offering.pk, "at": f.CLOSED}
    life.declare_concurrent(amount=Decimal("10.00"), unconditional=True, **said)
    assert refused_approval(cast) == ["closing.two_people"]
    life.declare_concurrent(amount=Decimal("10.00"), unconditional=False, **said)
    approve(cast)  # it is again what was signed


def test_a_payment_that_changes_nothing_signed_may_come(cast: f.Cast) -> None:
    """A part payment of what lapses either way moves no figure; its money goes back."""
    buy(cast, "Anne", 60)
    late = buy(cast, "Basile", 4, None)
    ask(cast)
    money.pay(
        actor=f.investor_actor(late.person),
        subscription_id=late.pk,
        amount=Decimal("10.00"),
        at=f.CLOSED,
    )
    approve(cast)
    assert balances.refund_due_to(late) == Decimal("10.00")
    books.check(cast.offering)


def test_asked_again_the_new_figures_take_the_place_of_the_old(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    first, second = ask(cast), ask(cast, cast.approves)
    first.refresh_from_db()
    assert (first.superseded, second.superseded) == (True, False)
    assert refused_approval(cast, cast.approves) == ["closing.two_people"]
    approve(cast, cast.asks)


def test_an_amendment_voids_the_request(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    ask(cast)
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=f.make_content(days=61),
        what="Un jour",
        at=f.CLOSED,
    )
    assert not ClosingRequest.objects.filter(superseded=False).exists()
    assert refused_approval(cast) == ["state.not_allowed"]


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.ISSUER, Role.INVESTOR])
def test_only_officers_close(cast: f.Cast, role: Role) -> None:
    buy(cast, "Anne", 60)
    actor = Actor(role, cast.issuer.pk if role is Role.ISSUER else uuid4())
    assert refused(closing.ask_closing, actor=actor, offering_id=cast.offering.pk, at=f.CLOSED) == [
        "actor.not_allowed"
    ]
    ask(cast)
    assert refused_approval(cast, actor) == ["actor.not_allowed"]


def test_there_is_one_closing(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    f.closed(cast)
    assert refused_approval(cast) == ["state.not_allowed"]
    assert refused_ask(cast) == ["state.not_allowed"]


def test_the_database_refuses_one_person_twice(cast: f.Cast) -> None:
    buy(cast, "Anne", 60)
    request = ask(cast)
    with pytest.raises(IntegrityError, match="closing_by_two_people"), transaction.atomic():
        Closing.objects.create(
            offering=cast.offering,
            request=request,
            asked_by=request.asked_by,
            approved_by=request.asked_by,
            closed_at=f.CLOSED,
            closed_on=f.CLOSED.date(),
            amount=Decimal("1.00"),
        )


def test_the_papers_and_the_register_speak_of_the_same_amount(cast: f.Cast) -> None:
    rows = [buy(cast, name, units) for name, units in (("Anne", 41), ("Basile", 99))]
    f.closed(cast)
    amounts = {h.subscription_id: h.amount for h in Holding.objects.all()}
    assert amounts == {row.pk: row.amount for row in rows}
    assert sum(amounts.values()) == Closing.objects.get().amount
