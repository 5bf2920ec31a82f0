"""B2, every limit at once: random lives of three offerings, beside a model that knows only the law.

Each step is one act through the services, or time that passes with workers awake or asleep. Some
acts are cut off at one of their writes and tried again, some are asked for twice. After each step
the database holds exactly what the model does, and no limit is passed. Papers are not issued here:
they have tests of their own.
"""

import inspect
import random
import time as machine
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any

import pytest
from django.db import DatabaseError, connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from compliance.rules.ni45_110 import subscription as rules
from equity import papers
from equity.models import Subscription
from equity.services import ledger, money
from tests.guarantees import limits_world
from tests.guarantees.limits_machine import EveryLimit, Service
from tests.guarantees.limits_world import World
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

pytestmark = pytest.mark.django_db

RUNS, STEPS, SECONDS = sized(short=(20, 25, 600), long=(2_000, 50, 75))
"""So many runs of so many steps, or as many as fit."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = limits_world.made()
    for name in vars(papers):
        if name.startswith("issue_"):
            monkeypatch.setattr(papers, name, lambda *_, **__: None)
    EveryLimit.world = made
    EveryLimit.counts = Counter()
    return made


def play(number: int) -> None:
    """Play ten lives from a seed; raises whatever the first bad one raises.

    Ten, because after ten Hypothesis goes over to lives that repeat what it has: few of those come
    as far as a closing.
    """
    run_state_machine_as_test(
        seed(number)(EveryLimit),
        settings=settings(
            max_examples=10,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_limit_at_once(world: World, report: Report) -> None:
    first, until = random.SystemRandom().randrange(1 << 32), machine.monotonic() + SECONDS
    number, counts = first, EveryLimit.counts
    while counts["runs"] < RUNS and machine.monotonic() < until:
        try:
            play(number)
        except Exception as error:
            error.add_note(f"seed {number}")
            raise
        number += 1
    assert counts["accepted"] > counts["runs"] < counts["refused"]
    assert counts["cut off"] > 0
    report("B2", figures={"first seed": first, "steps at most": STEPS, **counts})


# The broken copies: each must be found by the machine itself


def limit_forgotten(patched: pytest.MonkeyPatch) -> None:
    """The judgement always finds the purchaser's limit kept, and the database does not look."""
    judge = rules.judge

    def blind(facts: Any, *, on: date) -> Any:
        found = judge(facts, on=on)
        return tuple(one._replace(met=one.met or one.code == "purchaser.limit") for one in found)

    patched.setattr(rules, "judge", blind)
    rewritten("equity_take_room", "held + NEW.amount > allowed", "false")


def refund_not_due(patched: pytest.MonkeyPatch) -> None:
    """A withdrawal that leaves the money where it is."""
    patched.setattr(money, "refund_due", lambda *_: None)


def room_kept(patched: pytest.MonkeyPatch) -> None:
    """Whoever is no longer live keeps the room."""
    del patched
    rewritten("equity_keep_agreement", "live_amount - OLD.amount", "live_amount")


def posted_twice(patched: pytest.MonkeyPatch) -> None:
    """A payment that enters the books two times."""
    post = ledger.post_payment

    def twice(subscription: Subscription, amount: Decimal, at: datetime) -> Any:
        post(subscription, amount, at)
        return post(subscription, amount, at)

    patched.setattr(ledger, "post_payment", twice)


def not_one_transaction(patched: pytest.MonkeyPatch) -> None:
    """A payment that is kept before its entry is written: a crash in between loses the entry."""
    patched.setattr(money, "pay", in_pieces(money.pay))


def in_pieces(service: Service) -> Service:
    """The act without its transaction: each of its statements stays when the next one dies."""
    bare: Service = inspect.unwrap(service)

    @wraps(bare)
    def broken(**given: Any) -> Any:
        given.pop("key", None)
        return bare(**given)

    return broken


def rewritten(function: str, words: str, others: str) -> None:
    """Rewrite a guard of the database until the transaction of the test is undone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        text = cursor.fetchone()[0]
        assert words in text
        cursor.execute(text.replace(words, others))


BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the purchaser's limit forgotten": limit_forgotten,
    "a refund that is not due": refund_not_due,
    "room that is not given back": room_kept,
    "a payment posted twice": posted_twice,
    "an act that is not one transaction": not_one_transaction,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_copy_is_found(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    """From fixed seeds: each is found in the first ten lives, and has four hundred."""
    gave_away = ""
    with monkeypatch.context() as patched:
        BROKEN[name](patched)
        for number in range(40):
            try:
                play(number)
            except (AssertionError, DatabaseError) as error:
                gave_away = str(error).partition("\n")[0]
                break
    assert gave_away, f"{name} was not found"
    report("B2", caught={name: gave_away})
