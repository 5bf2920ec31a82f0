"""The acts of an issuer that take two people; and the table of them all."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest, Consumption
from equity.models import (
    AccountInForce,
    Correction,
    IssuerAccount,
    IssuerMember,
    JournalEntry,
    Offering,
    OfferingApproval,
    Payout,
    Subscription,
)
from equity.selectors.money import payments_of
from equity.services import (
    bank_details,
    corrections,
    filing,
    issuers,
    ledger,
    money,
    payouts,
    portals,
)
from tests import factories as f
from tests.guarantees.pair_override import override
from tests.guarantees.pair_scenes import AT, Pair, People, after, new_officer, wording, words_put_in


def opening(people: People) -> Pair:
    """The approval of an offering on a portal that asks for two officers."""
    cast = f.draft_offering(issuer=f.make_issuer(name=f"Érablière {Offering.objects.count()}"))
    portals.ask_two_officers(actor=SYSTEM, portal_id=cast.portal.pk, at=f.OPENED)
    f.certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=AT)

    def ask(actor: Actor) -> ApprovalRequest:
        """Anew: where one approved already, the next one would not be the first."""
        with transaction.atomic():
            approvals.withdraw(actor=actor, act="offering_approval", subject=cast.offering, at=AT)
        filing.approve(actor=actor, offering_id=cast.offering.pk, at=AT)
        return ApprovalRequest.objects.get(subject_id=cast.offering.pk, standing=True)

    def renamed() -> None:
        issuers.update_issuer(
            actor=people.asks, issuer_id=cast.issuer.pk, at=AT, telephone="418 555-0199"
        )

    def effect(use: Consumption | None) -> object:
        version = cast.offering.versions.get()
        return OfferingApproval.objects.create(
            offering=cast.offering,
            version=version,
            digest=version.certified_digest,
            asked_by=None if use is None else people.asks.id,
            approved_by=people.approves.id,
            approved_at=AT,
            consumption=use,
        )

    return Pair(
        people,
        "offering_approval",
        ask,
        lambda actor, request, seen: filing.approve(
            actor=actor, offering_id=cast.offering.pk, at=AT, seen=seen
        ),
        after(renamed),
        "service: document.certified",
        effect,
        "offering_approved_by_two",
        "database: offering_approved_by_two",
        lambda: Offering.objects.filter(pk=cast.offering.pk, state="approved").count(),
        change=renamed,
        member=_member(cast.issuer.pk),
    )


def _member(issuer_id: Any) -> Actor:
    """An officer with an account that also acts for the issuer."""
    member = f.make_officer(f"Mona Membre {User.objects.count()}")
    IssuerMember.objects.create(user_id=member.id, issuer_id=issuer_id)
    return member


def _proposed(people: People, issuer_id: Any, number: str = "1234567") -> IssuerAccount:
    return bank_details.propose_account(
        actor=people.asks,
        issuer_id=issuer_id,
        institution="815",
        transit="12345",
        number=number,
        holder="Érablière du Ruisseau inc.",
        at=AT,
    ).subject


def put_in_force(people: People, account: IssuerAccount) -> AccountInForce:
    request = bank_details.ask_account(actor=people.asks, account_id=account.pk, at=AT).subject
    return bank_details.approve_account(
        actor=people.approves, request_id=request.pk, seen=request.digest, at=AT
    ).subject


def bank(people: People) -> Pair:
    """A change of the account that an issuer is paid to."""
    issuer = f.make_issuer(name=f"Coopérative {Offering.objects.count()}")
    put_in_force(people, _proposed(people, issuer.pk))
    wanted = _proposed(people, issuer.pk, "7654321")

    def replaced() -> None:
        put_in_force(people, _proposed(people, issuer.pk, "9999999"))

    def effect(use: Consumption | None) -> object:
        return AccountInForce.objects.create(
            issuer=issuer,
            number=2,
            account=wanted,
            asked_by=people.asks.id,
            approved_by=people.approves.id,
            since=AT,
            consumption=use,
        )

    return Pair(
        people,
        "bank_details",
        lambda actor: bank_details.ask_account(actor=actor, account_id=wanted.pk, at=AT).subject,
        lambda actor, request, seen: bank_details.approve_account(
            actor=actor, request_id=request.pk, seen=seen, at=AT
        ),
        after(replaced),
        "service: approval.standing, approval.unchanged",
        effect,
        "account_as_agreed",
        "database: account_as_agreed",
        lambda: AccountInForce.objects.filter(account=wanted).count(),
        change=replaced,
        member=_member(issuer.pk),
    )


def payout(people: People) -> Pair:
    cast = f.open_offering(issuer=f.make_issuer(name=f"Moulin {Offering.objects.count()}"))
    for first in ("Anne", "Clara"):
        f.subscribed(cast, f.make_person(first), units=50)
    f.closed(cast)
    account = put_in_force(people, _proposed(people, cast.issuer.pk))

    def replaced() -> None:
        put_in_force(people, _proposed(people, cast.issuer.pk, "9999999"))

    def effect(use: Consumption | None) -> object:
        closing = cast.fresh().closing
        return Payout.objects.create(
            closing=closing,
            account=account,
            amount=closing.amount,
            asked_by=people.asks.id,
            approved_by=people.approves.id,
            paid_at=AT,
            consumption=use,
        )

    return Pair(
        people,
        "payout",
        lambda actor: payouts.ask_payout(actor=actor, offering_id=cast.offering.pk, at=AT).subject,
        lambda actor, request, seen: payouts.approve_payout(
            actor=actor, request_id=request.pk, seen=seen, at=AT
        ),
        after(replaced),
        "service: approval.unchanged",
        effect,
        "payout_as_agreed",
        "database: payout_as_agreed",
        lambda: Payout.objects.filter(closing__offering=cast.offering).count(),
        change=replaced,
        member=_member(cast.issuer.pk),
    )


def correction(people: People) -> Pair:
    """A payment recorded in error, of a subscription that was paid in two parts."""
    cast = f.open_offering(issuer=f.make_issuer(name=f"Fromagerie {Offering.objects.count()}"))
    row = f.subscribed(cast, f.make_person("Basile"), units=20, paid=False)
    buyer = f.investor_actor(row.person)
    for amount in ("200.00", "50.00"):
        money.pay(actor=buyer, subscription_id=row.pk, amount=Decimal(amount), at=f.OPENED)
    payment = payments_of(row).earliest("pk")

    def withdrawn() -> None:
        money.record_withdrawal(actor=people.asks, subscription_id=row.pk, sent=f.OPENED, at=AT)

    def effect(use: Consumption | None) -> object:
        entry = entry_alone(row.pk, payment.amount)
        return Correction.objects.create(
            subscription=row,
            entry=entry,
            reverses_id=payment.entry_id,
            amount=payment.amount,
            reason="returned",
            asked_by=people.asks.id,
            approved_by=people.approves.id,
            consumption=use,
        )

    return Pair(
        people,
        "correction",
        lambda actor: (
            corrections.ask_correction(
                actor=actor,
                subscription_id=row.pk,
                payment_id=payment.entry_id,
                reason="returned",
                at=AT,
            ).subject
        ),
        lambda actor, request, seen: corrections.approve_correction(
            actor=actor, request_id=request.pk, seen=seen, at=AT
        ),
        after(withdrawn),
        "service: correction.payment",
        effect,
        "correction_as_agreed",
        "database: correction_as_agreed",
        lambda: Correction.objects.filter(subscription=row).count(),
        change=withdrawn,
        member=_member(cast.issuer.pk),
    )


def entry_alone(subscription_id: Any, amount: Decimal) -> JournalEntry:
    """The entry of a correction and what the subscription then says, and nothing else."""
    row = Subscription.objects.get(pk=subscription_id)
    row.paid -= amount
    row.save(update_fields=["paid"])
    return ledger.post_correction(row, amount, AT)


ACTS: dict[str, Callable[[People], Pair]] = {
    "a new officer": new_officer,
    "a prescribed statement": wording,
    "words put in": words_put_in,
    "an opening": opening,
    "bank details": bank,
    "a payout": payout,
    "a correction of money": correction,
    "an override": override,
}
