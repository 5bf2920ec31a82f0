"""Every state x move x actor through the services (guarantee E1).

A service refuses with actor.not_allowed alone, else with state.not_allowed alone, else it goes on
to the rules. Rows are put in a state past every guard, as nothing but a test may; each call is
undone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.rules.wording.wording import risk_statements
from equity import moves
from equity.content import content_of, write_content
from equity.models import ClosingRequest, Duty, GroupEdge, Offering, Subscription, Version
from equity.refusal import Refused
from equity.services import (
    amendments,
    closing,
    duties,
    filing,
    issuers,
    ledger,
    life,
    money,
    portals,
    subscribing,
)
from equity.services.portals import Standing
from tests import factories as f
from tests.equity.grid import NEEDS, OFFERING_ROWS, SUBSCRIPTION_ROWS

pytestmark = pytest.mark.django_db

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
    past_the_guards()
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
    "file": on_offering(duties.file_duty, code="duty.inform_issuer"),
    "refund": on_offering(money.refund_all),
}
SUBSCRIPTION_ACTS: dict[str, Act] = {
    "pay": on_subscription(money.pay),
    "withdraw": on_subscription(money.withdraw),
    "record_withdrawal": on_subscription(money.record_withdrawal, sent=f.OPENED),
    "refund": on_subscription(money.refund),
}
WITHOUT_A_SERVICE = {"fail", "bind", "reopen", "complete", "lapse", "release"}
"""Moves that follow from another act or from time; nobody asks for them."""


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
        for table in ("equity_offering", "equity_subscription", "equity_closingrequest"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def put(model: type[Offering] | type[Subscription], pk: object, **columns: object) -> None:
    """Write columns past the services and the transitions."""
    model.objects.filter(pk=pk).update(**columns)


def outcome(act: Act, at_stage: Stage, actor: Actor) -> str:
    """How a call ended: refused for the actor, for the state, or beyond both."""
    try:
        act(at_stage, actor)
    except Refused as refusal:
        codes = [finding.code for finding in refusal.findings]
        if codes in ([ACTOR], [STATE]):
            return codes[0]
        if {ACTOR, STATE} & set(codes):
            return f"not alone: {codes}"
    return RULES


def test_every_move_has_its_service_or_none() -> None:
    assert set(OFFERING_ACTS) | WITHOUT_A_SERVICE >= set(moves.OFFERING_MOVES)
    assert set(SUBSCRIPTION_ACTS) | WITHOUT_A_SERVICE >= set(moves.SUBSCRIPTION_MOVES)
    assert set(OFFERING_ACTS) <= set(moves.OFFERING_MOVES)
    assert set(SUBSCRIPTION_ACTS) <= set(moves.SUBSCRIPTION_MOVES)


SUSPENDED = [(False, False), (True, False), (False, True), (True, True)]


def settings_of(state: str) -> list[tuple[bool, bool]]:
    """The reasons to be suspended (amending, held), tried where they mean something."""
    return SUSPENDED if state == moves.SUSPENDED else SUSPENDED[:1]


def test_every_offering_state_move_and_actor() -> None:
    at_stage, wrong, tried = stage(), [], 0
    for state in moves.OFFERING_STATES:
        for amending, held in settings_of(state):
            with undone():
                put(
                    Offering,
                    at_stage.offering_id,
                    state=state,
                    amending=amending,
                    held_by_officer=held,
                )
                facts = {"amending": amending, "held_by_officer": held}
                for move, act in OFFERING_ACTS.items():
                    row = OFFERING_ROWS[move]
                    possible = state in row.cells and (move not in NEEDS or facts[NEEDS[move]])
                    for who, actor in at_stage.actors.items():
                        mine = actor.role == row.who and who != "issuer, other"
                        expected = ACTOR if not mine else RULES if possible else STATE
                        with undone():
                            found = outcome(act, at_stage, actor)
                        tried += 1
                        if found != expected:
                            wrong.append((state, facts, move, who, expected, found))
    assert wrong == []
    assert tried == (11 + 3) * 22 * 7


def test_every_subscription_state_move_and_actor() -> None:
    at_stage, wrong, tried = stage(), [], 0
    for state in moves.SUBSCRIPTION_STATES:
        with undone():
            put(Subscription, at_stage.subscription.pk, state=state)
            for move, act in SUBSCRIPTION_ACTS.items():
                row = SUBSCRIPTION_ROWS[move]
                for who, actor in at_stage.actors.items():
                    mine = actor.role == row.who and who != "investor, other"
                    expected = ACTOR if not mine else RULES if state in row.cells else STATE
                    with undone():
                        found = outcome(act, at_stage, actor)
                    tried += 1
                    if found != expected:
                        wrong.append((state, move, who, expected, found))
    assert wrong == []
    assert tried == 6 * 4 * 7


def test_a_state_refusal_says_the_state_and_its_moves() -> None:
    at_stage = stage()
    for state in moves.OFFERING_STATES:
        with undone():
            put(Offering, at_stage.offering_id, state=state)
            move, actor = ("suspend", "officer") if state != "open" else ("resume", "officer")
            with pytest.raises(Refused) as refusal:
                OFFERING_ACTS[move](at_stage, at_stage.actors[actor])
            (finding,) = refusal.value.findings
            assert finding.figures["state"] == state
            assert finding.figures["moves"] == moves.offering_moves_from(
                state, amending=False, held_by_officer=False
            )


def test_standing_moves_by_everybody() -> None:
    at_stage = stage()
    cast, other = at_stage.cast, at_stage.actors["issuer, other"]
    assert other.id is not None
    standings = [Standing("QC", f3_delivered=date(2026, 1, 5))]
    acts: dict[str, Act] = {
        "draft": lambda _, actor: filing.draft(
            actor=actor,
            issuer_id=cast.issuer.pk,
            portal_id=cast.portal.pk,
            content=f.make_content(),
            at=AT,
        ),
        "relate": lambda _, actor: issuers.relate(
            actor=actor,
            issuer_id=cast.issuer.pk,
            other_id=other.id,
            kind=GroupEdge.Kind.AFFILIATE,
            since=AT.date(),
            portal_id=cast.portal.pk,
            at=AT,
        ),
        "portal_status": lambda _, actor: portals.set_authorisations(
            actor=actor, portal_id=cast.portal.pk, standings=standings, at=AT
        ),
        "certify_resources": lambda _, actor: portals.certify_resources(
            actor=actor, portal_id=cast.portal.pk, at=AT
        ),
    }
    allowed = {
        "draft": {"issuer, own"},
        "relate": {"officer", "system"},
        "portal_status": {"officer", "system"},
        "certify_resources": {"officer", "system"},
    }
    for move, act in acts.items():
        for who, actor in at_stage.actors.items():
            with undone():
                found = outcome(act, at_stage, actor)
            assert found == (RULES if who in allowed[move] else ACTOR), (move, who)
