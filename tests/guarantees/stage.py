"""One offering with everything that any act needs, put into any state; and every cell of the table.

Rows are put in a state past every guard, as nothing but a test may; each call is undone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.rules.wording.wording import risk_statements
from equity import moves
from equity.content import content_of, write_content
from equity.models import ClosingRequest, Duty, Offering, Subscription, Version
from equity.services import (
    amendments,
    closing,
    duties,
    filing,
    ledger,
    life,
    money,
    subscribing,
)
from tests import factories as f
from tests.equity.grid import NEEDS, OFFERING_ROWS, SUBSCRIPTION_ROWS

ACTOR, STATE, RULES = "actor.not_allowed", "state.not_allowed", "goes on to the rules"
AT = f.OPENED + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """An open offering with everything that any act needs, and everybody who may try one."""

    cast: f.Cast
    subscription: Subscription
    actors: dict[str, Actor]

    @property
    def offering_id(self) -> Any:
        return self.cast.offering.pk


def stage() -> Stage:
    cast = f.open_offering()
    offering, marie = cast.offering, f.make_person()
    subscription = f.subscribed(cast, marie, units=4, paid=False)
    actor = f.investor_actor(marie)
    money.pay(actor=actor, subscription_id=subscription.pk, amount=Decimal("40.00"), at=f.OPENED)
    past_the_guards()
    # Something is due back, whatever the state says; something is left to pay; a duty is open.
    ledger.post_refund_due(subscription, Decimal("15.00"), f.OPENED)
    today = f.OPENED.date()
    common = {"offering": offering, "event_on": today, "due_on": today, "created_at": f.OPENED}
    Duty.objects.create(code="duty.inform_issuer", **common)
    # Of the day before, or it would be the duty that a withdrawal of today leaves.
    common["event_on"] = today - timedelta(days=1)
    Duty.objects.create(code="duty.refund", subscription=subscription, amount="15.00", **common)
    in_force = offering.in_force
    assert in_force is not None
    offering.working = write_content(Version(offering=offering, number=2), content_of(in_force))
    offering.save(update_fields=["working"])
    ClosingRequest.objects.create(
        offering=offering, asked_by=cast.asks.id, asked_at=f.OPENED, figures={}, digest="0" * 64
    )
    other = f.issuer_actor(f.make_issuer(name="Autre inc.", principals=()))
    actors = {
        "issuer, own": cast.owner,
        "issuer, other": other,
        "officer": cast.approves,
        "investor, own": actor,
        "investor, other": f.investor_actor(f.make_person("Paul", "Autre")),
        "system": SYSTEM,
        "examiner": Actor(Role.EXAMINER, uuid4(), "Examinatrice"),
    }
    return Stage(cast, Subscription.objects.get(pk=subscription.pk), actors)


Act = Callable[[Stage, Actor], object]


def on_offering(service: Callable[..., object], **more: Any) -> Act:
    return lambda at_stage, actor: service(
        actor=actor, offering_id=at_stage.offering_id, at=AT, **more
    )


def on_subscription(service: Callable[..., object], **more: Any) -> Act:
    return lambda at_stage, actor: service(
        actor=actor, subscription_id=at_stage.subscription.pk, at=AT, **more
    )


def advise(at_stage: Stage, actor: Actor) -> object:
    return subscribing.advise(
        actor=actor,
        offering_id=at_stage.offering_id,
        person_id=at_stage.subscription.person_id,
        dealer="Courtage Nord inc.",
        registration="EMD",
        suitable=True,
        at=AT,
    )


OFFERING_ACTS: dict[str, Act] = {
    "edit": on_offering(filing.edit, content=f.make_content()),
    "certify": on_offering(filing.certify),
    "submit": on_offering(filing.submit),
    "approve": on_offering(filing.approve),
    "request_changes": on_offering(filing.request_changes),
    "refuse": on_offering(filing.refuse),
    "open": on_offering(filing.open_offering),
    "suspend": on_offering(life.suspend),
    "resume": on_offering(life.resume),
    "amend": on_offering(amendments.amend, content=f.make_content(days=61), what="Un jour"),
    "publish": on_offering(amendments.publish),
    "stop": on_offering(life.stop),
    "cancel": on_offering(life.cancel),
    "ask_closing": on_offering(closing.ask_closing),
    "approve_closing": on_offering(closing.approve_closing),
    "concurrent": on_offering(life.declare_concurrent, amount=Decimal("10.00"), unconditional=True),
    "advise": advise,
    "read": on_offering(subscribing.read_document),
    "acknowledge": on_offering(
        subscribing.acknowledge_risks,
        answers=dict.fromkeys(risk_statements("exempt", AT.date()), True),
    ),
    "subscribe": on_offering(subscribing.subscribe, units=1, insider=False),
    "file": on_offering(duties.file_duty, code="duty.inform_issuer", reference="A-1"),
    "refund": on_offering(money.refund_all),
}
SUBSCRIPTION_ACTS: dict[str, Act] = {
    "pay": on_subscription(money.pay),
    "withdraw": on_subscription(money.withdraw),
    "record_withdrawal": on_subscription(money.record_withdrawal, sent=f.OPENED),
    "refund": on_subscription(money.refund),
}


@contextmanager
def undone() -> Iterator[None]:
    """A savepoint that is always rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def past_the_guards() -> None:
    """Silence the database's own guards of states until the test is rolled back.

    They have tests of their own; here the services are to refuse by themselves.
    """
    with connection.cursor() as cursor:
        # A table with checks still waiting cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("offering", "subscription", "journalentry", "posting", "closingrequest"):
            cursor.execute(f"ALTER TABLE equity_{table} DISABLE TRIGGER USER")
        # The stage has a refund due, and the acts that end a subscription leave another one.
        cursor.execute("DROP INDEX refund_is_due_once; SET CONSTRAINTS ALL DEFERRED")


def put(model: type[Offering] | type[Subscription], pk: object, **columns: object) -> None:
    """Write columns past the services and the transitions."""
    model.objects.filter(pk=pk).update(**columns)


OFFERING, SUBSCRIPTION = "offering", "subscription"
ACTS = {OFFERING: OFFERING_ACTS, SUBSCRIPTION: SUBSCRIPTION_ACTS}
REASONS = [(False, False), (True, False), (False, True), (True, True)]
"""Why an offering may be suspended: an amendment, an officer."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A state to be put: of the offering with its two reasons, or of the subscription."""

    machine: str
    state: str
    amending: bool = False
    held: bool = False

    def put(self, at_stage: Stage) -> None:
        """Write it past the services and the transitions."""
        if self.machine == SUBSCRIPTION:
            put(Subscription, at_stage.subscription.pk, state=self.state)
        else:
            put(
                Offering,
                at_stage.offering_id,
                state=self.state,
                amending=self.amending,
                held_by_officer=self.held,
            )

    def has(self, move: str) -> bool:
        """Whether the table written by hand has the move here, whoever makes it."""
        rows = SUBSCRIPTION_ROWS if self.machine == SUBSCRIPTION else OFFERING_ROWS
        facts = {"amending": self.amending, "held_by_officer": self.held, None: True}
        return self.state in rows[move].cells and facts[NEEDS.get(move)]


EVERY_SETTING = [
    *(Setting(OFFERING, state, *why) for state in moves.OFFERING_STATES for why in REASONS),
    *(Setting(SUBSCRIPTION, state) for state in moves.SUBSCRIPTION_STATES),
]
SETTINGS = [
    setting
    for setting in EVERY_SETTING
    if setting.state == moves.SUSPENDED or not (setting.amending or setting.held)
]
"""The reasons where they mean something: while it is suspended."""


def may(who: str, machine: str, move: str) -> bool:
    """Whether the table written by hand gives this person the move, whatever the state.

    ``who`` names a role, and of issuers and investors which one: ``issuer, other``.
    """
    rows = SUBSCRIPTION_ROWS if machine == SUBSCRIPTION else OFFERING_ROWS
    role, _, which = who.partition(", ")
    # Another investor may act on the offering like anybody; not on somebody's subscription.
    mine = which != "other" or (machine == OFFERING and role == "investor")
    return mine and role == rows[move].who
