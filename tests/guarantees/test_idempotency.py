"""B3: one key, one effect, one answer, whoever sends it, as often and at once as they like.

Each key is sent by 32 clients at once whose links break in the middle; afterwards with another
body, by another actor, a day later, in a database restored from its dump, and after that server was
stopped. The broken copies at the end must each be caught by the same questions.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from compliance.idempotency import services
from compliance.idempotency.models import KeyedAct
from compliance.idempotency.services import KeyReused
from compliance.sealing.canonical import written
from tests import factories as f
from tests.guarantees.keys import LATER, Asked, every_kind, nothing_half_written, owing, payment
from tests.guarantees.reporting import Report
from tests.guarantees.restoring import restored
from tests.guarantees.scale import sized
from tests.roles import as_runtime

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 32
OFTEN = 200
"""How often the keys of the first round are sent."""
ROUNDS = sized(short=1, long=125)
"""Eight keys each, one for each kind of act; from the second on, each client sends each once."""
BREAKS = 0.15
"""How many sends break in the middle."""
PATIENCE = 300
"""Seconds that the clients wait for each other, on a machine that does much else."""


@contextmanager
def breaking(chance: random.Random) -> Iterator[None]:
    """The link of this thread breaks before one of its next statements, or not at all."""
    left = chance.randint(0, 10) if chance.random() < BREAKS else -1

    def watch(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal left
        left -= 1
        if left == -1 and connection.connection is not None:
            connection.connection.close()
        return execute(*statement)

    with connection.execute_wrapper(watch):
        yield


class Crowd:
    """Clients that send the same things at once, and what each was told."""

    def __init__(self, asked: list[tuple[Asked, str, int]]) -> None:
        """``asked`` are acts, their keys, and how often each is sent."""
        self.asked = asked
        self.told: list[list[bytes]] = [[] for _ in asked]
        self.repeated = [0] * len(asked)
        self.broken = 0
        self.errors: list[BaseException] = []
        self._turn = threading.Lock()
        self._together = threading.Barrier(CLIENTS)

    def fire(self) -> "Crowd":
        """Let them all loose and wait until each has had its answers."""
        clients = [threading.Thread(target=self._client, args=(n,)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        assert not self.errors, self.errors[0]
        return self

    def _client(self, number: int) -> None:
        try:
            with as_runtime():
                self._send_all(number)
        except BaseException as error:  # noqa: BLE001 - told by `fire`, or it would be lost
            self.errors.append(error)
            self._together.abort()

    def _send_all(self, number: int) -> None:
        chance = random.Random(number)
        for place, (one, key, sends) in enumerate(self.asked):
            self._together.wait(PATIENCE)
            for _ in range(number, sends, CLIENTS):
                while not self._send(place, one, key, chance):
                    pass

    def _send(self, place: int, one: Asked, key: str, chance: random.Random) -> bool:
        try:
            with breaking(chance):
                told = one.send(key)
        except (OperationalError, connection.Database.InterfaceError) as error:
            if not _is_broken(error):
                raise
            connection.close()
            with self._turn:
                self.broken += 1
            return False
        with self._turn:
            self.told[place].append(told.answer)
            self.repeated[place] += told.repeated
        return True


def _is_broken(error: Exception) -> bool:
    return "connection is closed" in str(error)


def a_key(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128)))


def changed(one: Asked, key: str) -> None:
    """Another body under the same key is refused."""
    with pytest.raises(KeyReused):
        one.send(key, **one.change)


def test_one_key_is_one_effect_and_one_answer(report: Report) -> None:
    chance, cast = random.Random(3), f.open_offering()
    rounds = [every_kind(cast, number) for number in range(ROUNDS)]
    keys = [
        (one, a_key(chance), CLIENTS if number else OFTEN)
        for number, asked in enumerate(rounds)
        for one in asked
    ]
    crowd = Crowd(keys).fire()

    for (one, key, sends), told, repeated in zip(keys, crowd.told, crowd.repeated, strict=True):
        assert len(told) == sends, one.name
        assert len(set(told)) == 1, one.name
        # Where the link broke after the commit, all were told by a repetition.
        assert repeated in (sends - 1, sends), one.name
        assert one.effects() == 1, one.name
        changed(one, key)
        assert one.send(key, at=LATER + timedelta(days=1)).answer == told[0]
        assert one.effects() == 1, one.name
    assert KeyedAct.objects.count() == len(keys)
    nothing_half_written()

    elsewhere = 0
    with restored() as server:
        for again in (server.starts_again, server.crashes):
            for (one, key, _sends), told in zip(keys, crowd.told, strict=True):
                assert one.send(key).answer == told[0]
                changed(one, key)
                assert one.effects() == 1
                elsewhere += 1
            again()
        for (one, key, _sends), told in zip(keys, crowd.told, strict=True):
            assert one.send(key, at=LATER + timedelta(days=1)).answer == told[0]
        nothing_half_written()

    report(
        "B3",
        figures={
            "keys": len(keys),
            "times they were sent": sum(len(told) for told in crowd.told),
            "most times one was sent": OFTEN,
            "clients at once": CLIENTS,
            "links broken in the middle": crowd.broken,
            "effects": sum(one.effects() for one, *_ in keys),
            "answers that differ by a byte": 0,
            "sent with another body, refused": len(keys) + elsewhere,
            "answered the same after a restore, a restart and a crash": elsewhere,
        },
    )


def test_the_same_key_of_somebody_else_is_another_key(report: Report) -> None:
    cast = f.open_offering()
    payers = [payment(owing(cast, name)) for name in ("Un", "Deux", "Trois", "Quatre")]
    crowd = Crowd([(one, "the-same", CLIENTS) for one in payers]).fire()
    assert [len(set(told)) for told in crowd.told] == [1] * len(payers)
    assert len({told[0] for told in crowd.told}) == len(payers)
    assert [one.effects() for one in payers] == [1] * len(payers)
    report("B3", figures={"actors with the same key": len(payers)})


def test_a_key_of_an_act_that_was_refused_is_free_again() -> None:
    """32 clients ask for what is not possible yet; then one of them, once it is."""
    cast = f.open_offering()
    row = owing(cast, "Refusée", units=4)
    one = payment(row, "100.01")
    refusals: list[str] = []

    def ask() -> None:
        with as_runtime():
            with pytest.raises(Exception, match=r"state\.not_allowed") as refusal:
                one.send("k")
            refusals.append(type(refusal.value).__name__)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert refusals == ["Refused"] * CLIENTS
    assert not KeyedAct.objects.exists()
    assert not payment(row, "100.00").send("k").repeated


# Broken copies: each is let loose as the right one was, and what gives it away is asserted.


def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept: the key is not even looked at."""
    monkeypatch.setattr(
        services,
        "_once",
        lambda act, telling, service, given, key, body: service(**given),
    )


def check_then_insert(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks whether the key is there and then writes it, and no constraint holds it."""
    claim = services._claim

    def looks_first(actor: Any, key: str, act: str, digest: bytes, at: Any) -> int | None:
        mine = KeyedAct.objects.filter(actor_id=actor.id, key__startswith=f"{key}~")
        if mine.exists():
            return None
        time.sleep(0.02)
        return claim(actor, f"{key}~{uuid4()}", act, digest, at)

    def answered(actor: Any, key: str, act: str, digest: bytes) -> str:
        mine = KeyedAct.objects.filter(actor_id=actor.id, key__startswith=f"{key}~")
        return str(mine.values_list("answer", flat=True)[0])

    monkeypatch.setattr(services, "_claim", looks_first)
    monkeypatch.setattr(services, "_answered", answered)


def answer_in_another_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key and its answer are written when the act has committed, each time by a link that may
    break in between."""
    once, breaks = services._once, iter([True])

    def later(act: str, telling: Any, service: Any, given: Any, key: str, body: Any) -> Any:
        actor = given["actor"]
        if services.is_answered(actor=actor, key=key):
            return once(act, telling, service, given, key, body)
        result = service(**given)

        def write() -> None:
            if next(breaks, False) and connection.connection is not None:
                connection.connection.close()
            digest = services.body_digest(act, body)
            with transaction.atomic():
                claim = services._claim(actor, key, act, digest, given["at"])
                if claim is not None:
                    services._answer(claim, written(telling.write(result)).decode())

        transaction.on_commit(write)
        return result

    monkeypatch.setattr(services, "_once", later)


DOUBLING = {
    "no key": (no_key, CLIENTS),
    "looks first, writes then, without the constraint": (check_then_insert, CLIENTS),
    "the answer written in another transaction": (answer_in_another_transaction, 1),
}


@pytest.mark.parametrize("broken", DOUBLING)
def test_a_broken_copy_does_it_twice(
    broken: str, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    breaks, sends = DOUBLING[broken]
    one = payment(owing(f.open_offering(), "Double"))
    breaks(monkeypatch)
    Crowd([(one, "k", sends)]).fire()
    assert one.effects() > 1
    report("B3", caught={broken: f"one key, {one.effects()} payments"})


def test_a_key_that_is_not_bound_to_its_body_takes_one_amount_for_another(
    monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    one = payment(owing(f.open_offering(), "Autre"))
    monkeypatch.setattr(services, "body_digest", lambda act, body: bytes(32))
    first = one.send("k")
    assert one.send("k", **one.change).answer == first.answer
    with pytest.raises(pytest.fail.Exception):
        changed(one, "k")
    report("B3", caught={"a key not bound to the body": "another amount was answered as paid"})


def test_a_key_claimed_in_a_transaction_of_its_own_is_refused_by_the_database(
    monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    one = payment(owing(f.open_offering(), "Avant"))
    claim, refused = services._claim, list[str]()

    def alone(*what: Any) -> None:
        def in_its_own() -> None:
            match = "together with its answer"
            with as_runtime(), pytest.raises(IntegrityError, match=match), transaction.atomic():
                assert claim(*what) is not None
            refused.append("at the commit")

        thread = threading.Thread(target=in_its_own)
        thread.start()
        thread.join()

    monkeypatch.setattr(services, "_claim", alone)
    with pytest.raises(KeyedAct.DoesNotExist):
        one.send("k")
    assert refused == ["at the commit"]
    assert one.effects() == 0
    assert not KeyedAct.objects.exists()
    report("B3", caught={"a key claimed before the act": "the commit of the claim was refused"})
