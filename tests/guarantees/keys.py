"""Acts asked for under a key, for the tests of what a key promises (B3 and B4).

An `Asked` is one act of the services, ready to be sent as often as one likes, with what it would do
if it were not for the key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Sum

from compliance.accounts.roles import Actor
from compliance.audit.models import Entry
from compliance.idempotency.models import KeyedAct
from compliance.rules.wording.wording import risk_statements
from equity.models import JournalEntry, Offering, Posting, Subscription
from equity.services import filing, life, money, subscribing
from equity.services.common import Done
from tests import factories as f

LATER = f.OPENED + timedelta(hours=2)
LOST = (OperationalError, InterfaceError)
"""What a client is told when its link to the database is gone; it knows no more than that."""


@dataclass(frozen=True)
class Asked:
    """One act of one actor: what is sent, what may be changed in it, and how often it was done."""

    name: str
    service: Callable[..., Done[Any]]
    actor: Actor
    action: str
    about: Any
    """The id that its entry in the audit trail is about; None where the act makes it."""
    body: dict[str, Any]
    change: dict[str, Any]
    """Another body: an amount, a reason."""

    def send(self, key: str | None, *, at: datetime = LATER, **change: Any) -> Done[Any]:
        """Ask for it once."""
        return self.service(actor=self.actor, at=at, key=key, **(self.body | change))

    def insist(self, key: str | None, *, at: datetime = LATER) -> Done[Any]:
        """Ask until there is an answer, as a client does whose link was cut."""
        while True:
            try:
                return self.send(key, at=at)
            except LOST:
                connection.close()

    def effects(self) -> int:
        """How often it was done, by the trail: every act leaves one entry in its transaction."""
        done = Entry.objects.filter(action=f"equity:{self.action}", actor_id=self.actor.id)
        return (done if self.about is None else done.filter(subject_id=self.about)).count()


def payment(row: Subscription, amount: str = "1.00") -> Asked:
    """A payment of a part, which could be made again and again."""
    body = {"subscription_id": row.pk, "amount": Decimal(amount)}
    buyer = f.investor_actor(row.person)
    change = {"amount": Decimal(amount) + 1}
    return Asked("pay", money.pay, buyer, "subscription:pay", row.pk, body, change)


def owing(cast: f.Cast, name: str, units: int = 100) -> Subscription:
    """A subscription of somebody new, not paid yet: 25 $ a unit, 2 500 $ at most."""
    return f.subscribed(cast, f.make_person(name, "Roy"), units=units, paid=False)


def subscription(cast: f.Cast, name: str) -> Asked:
    """An agreement of somebody who has read and acknowledged."""
    person = f.make_person(name, "Gagné")
    f.acknowledged(cast, person)
    return Asked(
        "subscribe",
        subscribing.subscribe,
        f.investor_actor(person),
        "subscription:subscribe",
        None,
        {"offering_id": cast.offering.pk, "units": 4, "insider": False},
        {"units": 5},
    )


def every_kind(cast: f.Cast, number: int) -> list[Asked]:
    """Eight acts that a person or a program may send twice, each about somebody new."""
    offering, buyer = cast.offering.pk, owing(cast, f"Payeur{number}", units=4)
    leaving = f.subscribed(cast, f.make_person(f"Sortant{number}", "Roy"))
    due = f.subscribed(cast, f.make_person(f"Servi{number}", "Roy"))
    money.withdraw(actor=f.investor_actor(due.person), subscription_id=due.pk, at=LATER)
    submitted = f.draft_offering(portal=cast.portal, issuer=f.make_issuer(name=f"É{number} inc."))
    f.certify(submitted)
    filing.submit(actor=submitted.owner, offering_id=submitted.offering.pk, at=f.OPENED)
    reader = f.make_person(f"Lecteur{number}", "Roy")
    officer = f.make_officer(f"Odile Gagnon {number}")
    answers = dict.fromkeys(risk_statements(cast.portal.kind, LATER.date()), True)
    told = {"dealer": "Courtage Nord inc.", "registration": "EMD"}

    there, its = {"offering_id": offering}, {"offering_id": submitted.offering.pk}
    return [
        subscription(cast, f"Neuf{number}"),
        payment(buyer),
        Asked(
            "withdraw",
            money.withdraw,
            f.investor_actor(leaving.person),
            "subscription:withdraw",
            leaving.pk,
            {"subscription_id": leaving.pk},
            {"subscription_id": due.pk},
        ),
        Asked(
            "refund",
            money.refund,
            officer,
            "subscription:refund",
            due.pk,
            {"subscription_id": due.pk},
            {"subscription_id": leaving.pk},
        ),
        Asked(
            "approve",
            filing.approve,
            submitted.asks,
            "offering:approve",
            submitted.offering.pk,
            its,
            {"reason": "Sous réserve."},
        ),
        Asked(
            "acknowledge",
            subscribing.acknowledge_risks,
            f.investor_actor(reader),
            "offering:acknowledge",
            offering,
            there | {"answers": answers},
            {"answers": answers | {"R1": False}},
        ),
        Asked(
            "advise",
            subscribing.advise,
            officer,
            "offering:advise",
            offering,
            there | told | {"person_id": reader.pk, "suitable": True},
            {"suitable": False},
        ),
        Asked(
            "concurrent",
            life.declare_concurrent,
            submitted.owner,
            "offering:concurrent",
            submitted.offering.pk,
            its | {"amount": Decimal(10), "unconditional": True},
            {"amount": Decimal(5)},
        ),
    ]


def nothing_half_written() -> None:
    """Every payment has its entry, its two postings, its place in what was paid; every key its
    answer. Raises AssertionError."""
    entries = Entry.objects.filter(action="equity:subscription:pay").count()
    payments = JournalEntry.objects.filter(kind="payment")
    assert payments.count() == entries
    assert Posting.objects.filter(entry__in=payments).count() == 2 * entries
    assert not Posting.objects.values("entry").annotate(sum=Sum("amount")).exclude(sum=0).exists()
    in_trust = Posting.objects.filter(account="trust", entry__in=payments).aggregate(Sum("amount"))
    paid = Subscription.objects.aggregate(Sum("paid"))
    assert paid["paid__sum"] == (in_trust["amount__sum"] or 0)
    assert not KeyedAct.objects.filter(answer=None).exists()
    for offering in Offering.objects.filter(state="open"):
        live = offering.subscriptions.filter(state__in=("agreed", "binding"))
        assert offering.live_amount == (live.aggregate(Sum("amount"))["amount__sum"] or 0)
