"""What two people do to an issuer's money, beyond what E4 tries: corrections, accounts, payouts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.approvals import services as approvals
from compliance.approvals.models import Consumption
from compliance.audit.models import Entry
from equity.actions import CORRECTION
from equity.models import (
    AccountInForce,
    Correction,
    IssuerAccount,
    JournalEntry,
    OfferingApproval,
    Payout,
    Subscription,
)
from equity.refusal import Refused
from equity.selectors.content import content_digest
from equity.selectors.money import payments_of
from equity.selectors.payouts import account_in_force
from equity.services import (
    bank_details,
    corrections,
    filing,
    ledger,
    life,
    money,
    payouts,
    portals,
)
from tests import factories as f
from tests.equity import books

pytestmark = pytest.mark.django_db

LATER = f.OPENED + timedelta(hours=2)


def paid_in_parts(*parts: str) -> tuple[f.Cast, Subscription]:
    """An open offering and a subscription of 500 dollars, paid in these parts."""
    cast = f.open_offering()
    row = f.subscribed(cast, f.make_person(), units=20, paid=False)
    for part in parts:
        pay(row, part)
    row.refresh_from_db(fields=["paid"])
    return cast, row


def pay(row: Subscription, amount: str) -> None:
    money.pay(
        actor=f.investor_actor(row.person),
        subscription_id=row.pk,
        amount=Decimal(amount),
        at=f.OPENED,
    )


def correct(cast: f.Cast, row: Subscription, number: int = 0) -> Subscription:
    """Take back the payment of that number, by the two officers of the cast."""
    payment = list(payments_of(row))[number]
    request = corrections.ask_correction(
        actor=cast.asks,
        subscription_id=row.pk,
        payment_id=payment.entry_id,
        reason="wrong_subscription",
        at=LATER,
    ).subject
    return corrections.approve_correction(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=LATER
    ).subject


def test_a_payment_in_error_is_taken_back_and_may_be_paid_again() -> None:
    cast, row = paid_in_parts("200", "300")
    after = correct(cast, row, 1)
    assert (after.paid, after.state) == (Decimal("200.00"), "agreed")
    books.check(cast.offering)
    pay(row, "300")
    books.check(cast.offering)
    row = Subscription.objects.get(pk=row.pk)
    assert row.paid == row.amount
    for number in (2, 0):
        row = correct(cast, row, number if number < payments_of(row).count() else 0)
    books.check(cast.offering)
    assert Correction.objects.count() == 3
    kept = JournalEntry.objects.filter(kind="correction").values_list("correction__amount")
    assert sorted(kept) == [(Decimal("200.00"),), (Decimal("300.00"),), (Decimal("300.00"),)]


def test_after_corrections_the_offering_closes_and_releases_what_was_paid() -> None:
    cast = f.open_offering()
    rows = [f.subscribed(cast, f.make_person(name), units=50) for name in ("Anne", "Clara")]
    correct(cast, rows[0])
    pay(rows[0], f"{rows[0].amount}")
    closed = f.closed(cast)
    assert closed.closing.amount == sum(row.amount for row in rows)
    books.check(closed)


def test_after_a_correction_only_what_is_left_is_due_back() -> None:
    cast, row = paid_in_parts("200", "300")
    correct(cast, row, 0)
    money.withdraw(actor=f.investor_actor(row.person), subscription_id=row.pk, at=LATER)
    books.check(cast.offering)
    money.refund(actor=cast.asks, subscription_id=row.pk, at=LATER)
    books.check(cast.offering)
    assert not JournalEntry.objects.filter(kind="refund_paid", postings__amount=500).exists()
    assert JournalEntry.objects.filter(kind="refund_paid", postings__amount=300).exists()


@pytest.mark.parametrize("ended", ["withdrawn", "released", "completed"])
def test_what_has_ended_is_not_corrected(ended: str) -> None:
    cast = f.open_offering()
    rows = [f.subscribed(cast, f.make_person(name), units=50) for name in ("Anne", "Clara")]
    if ended == "withdrawn":
        money.withdraw(actor=f.investor_actor(rows[0].person), subscription_id=rows[0].pk, at=LATER)
    elif ended == "released":
        life.cancel(actor=cast.owner, offering_id=cast.offering.pk, at=LATER)
    else:
        f.closed(cast)
    assert Subscription.objects.get(pk=rows[0].pk).state == ended
    with pytest.raises(Refused, match=r"correction\.payment"):
        correct(cast, rows[0])
    assert not Correction.objects.exists()


def test_only_a_payment_of_that_subscription_is_corrected() -> None:
    cast, row = paid_in_parts("200")
    other = f.subscribed(cast, f.make_person("Anne"), units=4)
    payment = payments_of(other).get().entry_id
    given = {"subscription_id": row.pk, "payment_id": payment, "at": LATER}
    with pytest.raises(Refused, match=r"correction\.payment"):
        corrections.ask_correction(actor=cast.asks, reason="returned", **given)
    with pytest.raises(ValueError, match="because"):
        corrections.ask_correction(actor=cast.asks, reason="because", **given)
    with pytest.raises(Refused, match=r"actor\.not_allowed"):
        corrections.ask_correction(actor=cast.owner, reason="returned", **given)


def test_a_correction_between_the_asking_and_the_closing_undoes_the_asking() -> None:
    cast = f.open_offering()
    rows = [f.subscribed(cast, f.make_person(name), units=50) for name in ("Anne", "Clara")]
    third = f.subscribed(cast, f.make_person("Luc"), units=50)
    f.closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=f.CLOSED)
    correct_at_closing(cast, third)
    with pytest.raises(Refused, match=r"closing\.two_people"):
        f.closing.approve_closing(actor=cast.approves, offering_id=cast.offering.pk, at=f.CLOSED)
    assert {row.paid for row in rows} == {rows[0].amount}


def correct_at_closing(cast: f.Cast, row: Subscription) -> None:
    request = corrections.ask_correction(
        actor=cast.asks,
        subscription_id=row.pk,
        payment_id=payments_of(row).get().entry_id,
        reason="returned",
        at=f.CLOSED,
    ).subject
    corrections.approve_correction(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=f.CLOSED
    )


def proposed(cast: f.Cast, actor: Actor, **changes: str) -> IssuerAccount:
    given = {"institution": "815", "transit": "12345", "number": "1234567", "holder": "Érablière"}
    return bank_details.propose_account(
        actor=actor, issuer_id=cast.issuer.pk, at=LATER, **(given | changes)
    ).subject


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("institution", "81"),
        ("institution", "8155"),
        ("transit", "1234"),
        ("transit", "123456"),
        ("number", "1234"),
        ("number", "1234567890123"),
        ("number", "12345a"),
        ("number", "١٢٣٤٥"),
        ("holder", ""),
        ("holder", " x"),
    ],
)
def test_an_account_is_written_as_one(name: str, value: str) -> None:
    cast = f.draft_offering()
    with pytest.raises(ValueError, match=name) as refusal:
        proposed(cast, cast.owner, **{name: value})
    assert not value or value not in str(refusal.value)
    assert not IssuerAccount.objects.exists()


@pytest.mark.parametrize("number", ["12345", "123456789012"])
def test_the_shortest_and_the_longest_number(number: str) -> None:
    cast = f.draft_offering()
    account = proposed(cast, cast.owner, number=number)
    assert IssuerAccount.objects.get().number == number
    assert account.last_two == number[-2:]
    kept = Entry.objects.get(action="equity:account:propose")
    assert number not in str(kept.payload)


def test_who_proposes_an_account() -> None:
    cast, other = f.draft_offering(), f.draft_offering(issuer=f.make_issuer(name="Autre inc."))
    for actor in (cast.owner, cast.asks):
        proposed(cast, actor)
    for actor in (other.owner, SYSTEM, Actor(Role.EXAMINER, cast.asks.id)):
        with pytest.raises(Refused, match=r"actor\.not_allowed"):
            proposed(cast, actor)
    assert IssuerAccount.objects.count() == 2
    assert account_in_force(cast.issuer.pk) is None


def put_in_force(cast: f.Cast, account: IssuerAccount) -> AccountInForce:
    request = bank_details.ask_account(actor=cast.asks, account_id=account.pk, at=LATER).subject
    return bank_details.approve_account(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=LATER
    ).subject


def test_the_latest_account_is_in_force_and_the_former_ones_stay() -> None:
    cast = f.draft_offering()
    first, second = (
        put_in_force(cast, proposed(cast, cast.owner, number=number))
        for number in ("1111111", "2222222")
    )
    assert (first.number, second.number) == (1, 2)
    assert account_in_force(cast.issuer.pk) == second
    with pytest.raises(Refused, match=r"account\.waits"):
        put_in_force(cast, first.account)
    again = put_in_force(cast, proposed(cast, cast.owner, number="1111111"))
    assert again.account.details_index == first.account.details_index
    assert AccountInForce.objects.count() == 3


def test_nothing_is_paid_out_before_the_closing_nor_twice() -> None:
    cast = f.open_offering()
    for name in ("Anne", "Clara"):
        f.subscribed(cast, f.make_person(name), units=50)
    put_in_force(cast, proposed(cast, cast.owner))
    given = {"offering_id": cast.offering.pk, "at": f.CLOSED}
    with pytest.raises(Refused, match=r"payout\.closed"):
        payouts.ask_payout(actor=cast.asks, **given)
    f.closed(cast)
    request = payouts.ask_payout(actor=cast.asks, **given).subject
    done = payouts.approve_payout(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=f.CLOSED
    )
    assert done.subject.amount == cast.fresh().closing.amount
    with pytest.raises(Refused, match=r"payout\.closed"):
        payouts.ask_payout(actor=cast.asks, **given)
    assert Payout.objects.count() == 1


def test_one_officer_s_approval_binds_the_content_too() -> None:
    cast = f.open_offering()
    approval = OfferingApproval.objects.get(offering=cast.offering)
    assert (approval.asked_by, approval.consumption) == (None, None)
    assert approval.approved_by == cast.asks.id
    version = cast.fresh().in_force
    assert version is not None
    assert approval.digest == version.certified_digest == content_digest(version)


def test_what_one_officer_approved_before_opens_when_two_are_asked_for_since() -> None:
    cast = f.draft_offering()
    f.certify(cast)
    given = {"offering_id": cast.offering.pk, "at": LATER}
    filing.submit(actor=cast.owner, **given)
    filing.approve(actor=cast.asks, **given)
    portals.ask_two_officers(actor=cast.asks, portal_id=cast.portal.pk, at=LATER)
    assert filing.open_offering(actor=cast.owner, **given).subject.state == "open"


def test_two_officers_may_be_asked_for_while_an_offering_waits() -> None:
    cast = f.draft_offering()
    f.certify(cast)
    given = {"offering_id": cast.offering.pk, "at": LATER}
    filing.submit(actor=cast.owner, **given)
    portals.ask_two_officers(actor=cast.asks, portal_id=cast.portal.pk, at=LATER)
    for actor in (cast.owner, f.investor_actor(f.make_person())):
        with pytest.raises(Refused, match=r"actor\.not_allowed"):
            portals.ask_two_officers(actor=actor, portal_id=cast.portal.pk, at=LATER)
    assert filing.approve(actor=cast.asks, **given).subject.state == "submitted"
    assert filing.approve(actor=cast.approves, **given).subject.state == "approved"
    filing.open_offering(actor=cast.owner, **given)
    approval = OfferingApproval.objects.get()
    assert (approval.asked_by, approval.approved_by) == (cast.asks.id, cast.approves.id)


def test_an_agreement_that_leaves_something_out_is_none() -> None:
    """Past the services: what was approved says nothing, so it agrees to nothing."""
    cast = f.open_offering()
    row = f.subscribed(cast, f.make_person())
    (payment, *_) = payments_of(row)
    consumed = used_up(act=CORRECTION, subject=row, content={}, officers=(cast.asks, cast.approves))
    with pytest.raises(DatabaseError, match="correction_as_agreed"), transaction.atomic():
        Correction.objects.create(
            subscription=row,
            entry=ledger.post_correction(row, payment.amount, f.OPENED),
            reverses_id=payment.entry_id,
            amount=payment.amount,
            reason=Correction.Reason.values[0],
            asked_by=cast.asks.id,
            approved_by=cast.approves.id,
            consumption=consumed,
        )


def used_up(
    *, act: str, subject: Subscription, content: dict[str, str], officers: tuple[Actor, Actor]
) -> Consumption:
    """A request that the second officer approved and that an act uses up."""
    asks, approves = officers
    request = approvals.ask(actor=asks, act=act, subject=subject, content=content, at=f.OPENED)
    agreed = approvals.approve(
        actor=approves, request_id=request.pk, seen=request.digest, content=content, at=f.OPENED
    )
    return approvals.consume(actor=approves, approval=agreed, content=content, at=f.OPENED)
