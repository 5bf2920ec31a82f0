"""E3, everybody at once: 32 clients fire every move at one offering, and its history is one path.

Each round all clients start at one gate, each with a connection of its own as the role of the site,
and dawdle here and there between their statements. What the audit trail tells afterwards must be
one legal path with as many steps as acts were accepted; whoever lost must have been refused in
words: no deadlock, no refusal of the database, no error.
"""

import random
import time as machine
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from compliance.accounts.roles import Actor
from compliance.audit.models import Entry
from compliance.rules.wording.wording import risk_statements
from compliance.scenarios.playing.stage import scratch_database
from equity import moves
from equity.models import Issuer, Offering, Subscription
from equity.services import (
    amendments,
    closing,
    common,
    duties,
    filing,
    issuers,
    life,
    money,
    portals,
    subscribing,
    time,
)
from investors.models import Person
from tests import factories as f
from tests.equity import books
from tests.guarantees.racing import Act, Answer, Clients, clients, history
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.roles import as_runtime

CLIENTS = 32
ROUNDS, SECONDS = sized(short=(15, 600), long=(5_000, 240))
"""So many rounds, or as many as fit."""
NEIGHBOURS = sized(short=1, long=30)
HOUR = timedelta(hours=1)
FINAL_MOVES = ("refuse", "stop", "cancel")
FITTING = {
    "draft": ("certify", "submit"),
    "changes_requested": ("certify", "submit"),
    "submitted": ("approve", "request_changes"),
    "approved": ("open",),
    "open": ("subscribe", "pay", "withdraw", "ask_closing", "suspend", "amend"),
    "suspended": ("resume", "amend", "certify", "publish", "record_withdrawal"),
    "closing": ("approve_closing", "ask_closing", "amend", "record_withdrawal", "pay"),
}
"""What moves a state on: fired oftener, so that there is something to win."""
ENTRIES = {"refund all": "refund", "refund one": "refund"}
"""Acts whose entries bear another name."""
EDITED, AMENDED = f.make_content(days=61), f.make_content(days=62)
ADVICE = {"dealer": "Courtage Nord", "registration": "EMD", "suitable": True}
YES = dict.fromkeys(risk_statements("exempt", f.OPENED.date()), True)


@pytest.fixture(scope="module")
def site(django_db_blocker: DjangoDbBlocker) -> Iterator[Clients]:
    """A database of its own, and 32 clients of it; the default connection is the role's too."""
    with django_db_blocker.unblock(), scratch_database(), clients(CLIENTS) as made, as_runtime():
        yield made


@dataclass(slots=True)
class Race:
    """One offering after the other, and everything that is fired at them."""

    clients: Clients
    chance: random.Random
    at: datetime = f.OPENED
    offerings: int = 0
    rounds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    people: list[Person] = field(default_factory=list)
    cast: f.Cast | None = None

    def round(self) -> list[str]:
        """Fire once; in words whatever should not have been."""
        if self.cast is None or self.cast.fresh().state in moves.FINAL:
            self.cast = self.begun()
        self.rounds += 1
        self.at += self.chance.choice((1, 5, 20, 30)) * HOUR
        told = Entry.objects.count()
        answers = self.clients.fire(self.jobs(self.cast))
        wrong = [answer.error for answer in answers if answer.error]
        wrong += history(self.cast.fresh())
        wrong += winners(answers, told)
        books.check(self.cast.offering)
        self.counts["accepted"] += sum(answer.done is not None for answer in answers)
        self.counts["refused in words"] += sum(bool(answer.refused) for answer in answers)
        return wrong

    def begun(self) -> f.Cast:
        """A new offering: the odd ones open with agreements, the others a draft."""
        self.people = self.people or [f.make_person(f"Personne {n}") for n in range(7)]
        self.offerings += 1
        self.at += 24 * HOUR
        given: dict[str, Any] = {"issuer": f.make_issuer(name=f"Émetteur {self.offerings} inc.")}
        if self.cast is not None:
            portal = given["portal"] = self.cast.portal
            # In a long race years go by, and a portal without a certificate opens nothing.
            portals.certify_resources(
                actor=f.SYSTEM, portal_id=portal.pk, at=self.at, reference="essai"
            )
        if self.offerings % 2 == 0:
            return f.draft_offering(at=self.at, **given)
        cast = f.open_offering(at=self.at, **given)
        for number, person in enumerate(self.people):
            if number < 3:
                f.subscribed(cast, person, units=30, at=self.at, paid=number == 0)
            else:
                f.acknowledged(cast, person, at=self.at)
        return cast

    def jobs(self, cast: f.Cast) -> list[tuple[str, Act]]:
        """Every move once, those that end an offering seldom, then what its state has."""
        rows = list(cast.offering.subscriptions.select_related("person"))
        names = list(self.acts(cast, rows))
        names = [n for n in names if n not in FINAL_MOVES or self.chance.random() < 0.15]
        fitting = [name for name in names if name in FITTING[cast.offering.state]]
        while len(names) < CLIENTS:
            names.append(self.chance.choice(fitting))
        self.chance.shuffle(names)
        return [(name, self.acts(cast, rows)[name]) for name in names]

    def acts(self, cast: f.Cast, rows: list[Subscription]) -> dict[str, Act]:
        """Every move by somebody who has it: one of two officers, one of the people."""
        officer = self.chance.choice((cast.asks, cast.approves))
        person = self.chance.choice(self.people)
        at = self.at + timedelta(seconds=self.chance.randrange(60))

        def on(service: Callable[..., Any], actor: Actor, **more: Any) -> Act:
            return partial(service, actor=actor, offering_id=cast.offering.pk, at=at, **more)

        owner, buyer, units = cast.owner, f.investor_actor(person), self.chance.choice((1, 4))
        ten = {"amount": Decimal(10), "unconditional": True}
        found = {
            "edit": on(filing.edit, owner, content=EDITED),
            "certify": on(filing.certify, owner),
            "submit": on(filing.submit, owner),
            "approve": on(filing.approve, officer),
            "request_changes": on(filing.request_changes, officer),
            "refuse": on(filing.refuse, officer),
            "open": on(filing.open_offering, owner),
            "suspend": on(life.suspend, officer),
            "resume": on(life.resume, officer),
            "amend": on(amendments.amend, owner, content=AMENDED, what="Deux jours"),
            "publish": on(amendments.publish, owner),
            "stop": on(life.stop, officer),
            "cancel": on(life.cancel, owner),
            "ask_closing": on(closing.ask_closing, officer),
            "approve_closing": on(closing.approve_closing, officer),
            "concurrent": on(life.declare_concurrent, owner, **ten),
            "advise": on(subscribing.advise, officer, person_id=person.pk, **ADVICE),
            "read": on(subscribing.read_document, buyer),
            "acknowledge": on(subscribing.acknowledge_risks, buyer, answers=YES),
            "subscribe": on(subscribing.subscribe, buyer, units=units, insider=False),
            "file": on(duties.file_duty, officer, code="duty.inform_issuer", reference="A-1"),
            "refund all": on(money.refund_all, officer),
            "tick": lambda: time.tick(at=at, within=[cast.offering.pk]) or None,
        }
        return found | (self.money(self.chance.choice(rows), officer, at) if rows else {})

    def money(self, row: Subscription, officer: Actor, at: datetime) -> dict[str, Act]:
        """Every move of a subscription that somebody asks for."""
        own, given = f.investor_actor(row.person), {"subscription_id": row.pk, "at": at}
        letter = {"actor": officer, "sent": row.agreed_at, **given}
        return {
            "pay": partial(money.pay, actor=own, **given),
            "withdraw": partial(money.withdraw, actor=own, **given),
            "record_withdrawal": partial(money.record_withdrawal, **letter),
            "refund one": partial(money.refund, actor=officer, **given),
        }


def winners(answers: list[Answer], before: int) -> list[str]:
    """As many new entries as acts that were told they were done, act by act."""
    done: Counter[str] = Counter()
    for answer in answers:
        if answer.done is not None and answer.move != "tick":
            many = len(answer.done.subject) if answer.move == "refund all" else 1
            done[ENTRIES.get(answer.move, answer.move)] += many
    entries = Entry.objects.order_by("position").values_list("action", flat=True)[before:]
    told = Counter(action.split(":")[-1] for action in entries)
    asked = {ENTRIES.get(answer.move, answer.move) for answer in answers} - {"tick"}
    return [
        f"{done[move]} were told that their {move} was done, the trail has {told[move]}"
        for move in asked
        if done[move] != told[move]
    ]


def test_one_offering_and_32_clients(site: Clients, report: Report) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    race, until = Race(site, random.Random(seed)), machine.monotonic() + SECONDS
    while race.rounds < ROUNDS and machine.monotonic() < until:
        assert race.round() == [], f"round {race.rounds} of seed {seed}"
    assert race.counts["accepted"] > race.rounds
    assert race.counts["refused in words"] > race.rounds
    figures = {"rounds": race.rounds, "clients": CLIENTS, "offerings": race.offerings, "seed": seed}
    report("E3", figures={**figures, **race.counts})


def test_two_closings_of_one_component_and_declarations(site: Clients, report: Report) -> None:
    """Each closing holds its own offering, and takes those of all that any link reaches; so does a
    declaration. Two at once must not each wait for what the other holds."""
    for number in range(NEIGHBOURS):
        casts, between = neighbours(number)
        answers = site.fire(closers(casts, between))
        assert [answer.error for answer in answers if answer.error] == []
        done = Counter(answer.move for answer in answers if answer.done is not None)
        assert done == {"approve_closing": 2, "declare": CLIENTS // 2}
        for cast in casts:
            assert cast.fresh().state == moves.CLOSED
            assert history(cast.offering) == []
            books.check(cast.offering)
    report("E3", figures={"pairs of closings in one component": NEIGHBOURS})


def closers(casts: list[f.Cast], between: Issuer) -> list[tuple[str, Act]]:
    """One half approves the two closings, the other declares earlier distributions between them."""
    jobs: list[tuple[str, Act]] = []
    for number in range(CLIENTS // 2):
        cast = casts[number % 2]
        given = {"actor": cast.approves, "offering_id": cast.offering.pk, "at": f.CLOSED + HOUR}
        jobs.append(("approve_closing", partial(closing.approve_closing, **given)))
        told = {"issuer_id": between.pk, "closed_on": date(2025, 1, 1 + number), "at": f.CLOSED}
        declare = partial(issuers.declare_earlier, actor=f.SYSTEM, amount=Decimal(1), **told)
        jobs.append(("declare", declare))
    return jobs


def neighbours(number: int) -> tuple[list[f.Cast], Issuer]:
    """Two offerings whose closing was asked for, of issuers that a third one links: not a group to
    each other (W-3), so that both may be under way."""
    portal = f.make_portal()
    one, between, other = (
        f.make_issuer(name=f"Voisine {number} {name} inc.") for name in ("A", "B", "C")
    )
    for link, kind in ((one, "affiliate"), (other, "same_founder")):
        issuers.relate(
            actor=f.SYSTEM,
            issuer_id=between.pk,
            other_id=link.pk,
            kind=kind,
            since=date(2026, 1, 1),
            portal_id=portal.pk,
            at=f.OPENED,
        )
    casts = [f.open_offering(portal=portal, issuer=issuer) for issuer in (one, other)]
    for cast in casts:
        f.subscribed(cast, f.make_person(), units=60)
        closing.ask_closing(actor=cast.asks, offering_id=cast.offering.pk, at=f.CLOSED)
    return casts, between


# The broken copies


def not_locked(offering_id: Any) -> Offering:
    """A service that looks at the offering and does not hold it."""
    return common.glance_at_offering(offering_id)


def looked_before_the_lock(offering_id: Any) -> Offering:
    """A service that holds the offering, and acts on what it saw before."""
    seen = common.glance_at_offering(offering_id)
    LOCK(offering_id)
    return seen


def locked_and_joined(offering_id: Any) -> Offering:
    """A service that locks and joins in one statement, as ours once did."""
    rows = Offering.objects.select_for_update(of=("self",))
    return rows.select_related("issuer", "portal", "in_force", "working").get(pk=offering_id)


LOCK = common.lock_offering
SERVICES: tuple[ModuleType, ...] = (
    amendments,
    closing,
    common,
    duties,
    filing,
    issuers,
    life,
    money,
    subscribing,
    time,
)


@pytest.mark.parametrize("broken", [not_locked, looked_before_the_lock, locked_and_joined])
def test_a_broken_lock_is_caught(
    site: Clients,
    broken: Callable[[Any], Offering],
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
) -> None:
    for module in SERVICES:
        monkeypatch.setattr(module, "lock_offering", broken)
    race = Race(site, random.Random(1))
    while not (wrong := race.round()):
        assert race.rounds < 40, "not caught"
    report("E3", caught={broken.__name__.replace("_", " "): wrong[0]})


def test_acts_that_hold_in_no_order_are_caught(
    site: Clients, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    for module in (closing, issuers):
        monkeypatch.setattr(module, "hold_reached", lambda *_: None)
    for number in range(10):
        casts, between = neighbours(number)
        answers = site.fire(closers(casts, between))
        errors = [answer.error for answer in answers if answer.error]
        if errors:
            break
    assert errors, "not caught"
    report("E3", caught={"offerings held in no order": errors[0].partition("\n")[0]})
