"""B4: the link to PostgreSQL is cut before BEGIN, in the middle of a statement, and between COMMIT
and its reply. Whoever sends again with the key is told what came of it; nothing is done twice, and
nothing is left half written."""

import random
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from compliance.audit.guard.roles import connected_with
from equity.models import Subscription
from tests import factories as f
from tests.guarantees.cutting import PORT, Cut, Link
from tests.guarantees.keys import LOST, Asked, nothing_half_written, owing, payment, subscription
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.roles import as_runtime

pytestmark = pytest.mark.django_db(transaction=True)

CUTS = sized(short=12, long=500)
"""At each of the three places."""
SUBSCRIBES = 4
"""One cut in so many is of a subscription, the others of a payment."""
DELAYS = sized(short=(0.2,), long=tuple(0.5 * n for n in range(11)))
MESSAGES = 12
"""A cut in the middle falls on one of the first so many messages after BEGIN."""


@contextmanager
def linked() -> Iterator[Link]:
    """This thread's connection as the runtime role, over a link that can be cut."""
    with as_runtime():
        entry = connection.settings_dict
        above = Path(tempfile.mkdtemp(prefix="eqc-link-"))
        try:
            with (
                Link(entry["HOST"], int(entry["PORT"] or PORT), above) as link,
                connected_with(connection, entry | {"HOST": str(above), "PORT": str(PORT)}),
            ):
                yield link
        finally:
            shutil.rmtree(above)


def cuts(place: str, chance: random.Random) -> Cut:
    return Cut(place, message=chance.randint(1, MESSAGES), half=chance.random() < 0.5)


def cut_once(link: Link, cut: Cut, send: Callable[[], Any]) -> str:
    """Send over a link that is cut there; returns what the client saw of it: ``lost``."""
    connection.close()
    link.cut, before = cut, link.cuts
    with pytest.raises(LOST):
        send()
    connection.close()
    assert link.cuts == before + 1
    return "lost"


def wave(cast: f.Cast, name: str) -> list[Asked]:
    """What is asked for at one place: payments of 1 $ and a few agreements."""
    agreements = [subscription(cast, f"{name}{n}") for n in range(CUTS // SUBSCRIBES)]
    row = owing(cast, name)
    return agreements + [payment(row) for _ in range(CUTS - len(agreements))]


@pytest.mark.parametrize("place", ["begin", "statement", "commit"])
def test_whoever_sends_again_is_told_what_came_of_it(place: str, report: Report) -> None:
    cast, chance = f.open_offering(), random.Random(place)
    asked = wave(cast, place)
    committed = 0
    with linked() as link:
        for number, one in enumerate(asked):
            key, before = str(UUID(int=chance.getrandbits(128))), one.effects()
            cut_once(link, cuts(place, chance), lambda one=one, key=key: one.send(key))
            told = one.insist(key)
            assert one.effects() == before + 1, (number, one.name)
            assert one.send(key).answer == told.answer
            committed += told.repeated
            # The state of what was committed without a word is found by the key, as done.
            assert told.repeated == (place == "commit"), (number, one.name)
            assert told.subject.state == "agreed"
    assert sum(row.paid for row in Subscription.objects.all()) == CUTS - CUTS // SUBSCRIBES
    nothing_half_written()
    report(
        "B4",
        figures={
            f"links cut, {PLACES[place]}": CUTS,
            "acts done once": CUTS,
            "done, and found by the key after no word of it": committed,
            "half-written transactions": 0,
        },
    )


PLACES = {
    "begin": "before BEGIN",
    "statement": "in the middle of a statement",
    "commit": "after COMMIT was sent, before its reply",
}


def test_an_impatient_client_is_told_the_same_as_the_patient_one(report: Report) -> None:
    """COMMIT is on its way when the key comes again: the second waits, and is told the same."""
    row = owing(f.open_offering(), "Patiente")
    for number, delay in enumerate(DELAYS):
        one, key, patient = payment(row), f"slow-{number}", []

        def slowly(one: Asked = one, key: str = key, delay: float = delay) -> None:
            with linked() as link:
                link.delay = delay
                patient.append(one.send(key))  # noqa: B023 - it ends before the next round

        first = threading.Thread(target=slowly)
        first.start()
        with as_runtime():
            second = one.send(key)
        first.join()
        [told] = patient
        assert second.answer == told.answer
        assert {second.repeated, told.repeated} == {True, False}
        assert one.effects() == number + 1
    nothing_half_written()
    report(
        "B4", figures={"COMMITs held back, up to": f"{max(DELAYS)} s", "answered": 2 * len(DELAYS)}
    )


def test_sending_again_without_a_key_doubles(report: Report) -> None:
    """The broken copy: the same client, the same cut, no key."""
    row, chance = owing(f.open_offering(), "Double"), random.Random(4)
    one = payment(row)
    with linked() as link:
        for place, done in (("begin", 1), ("statement", 1), ("commit", 2)):
            before = one.effects()
            cut_once(link, cuts(place, chance), lambda: one.send(None))
            one.insist(None)
            assert one.effects() == before + done, place
    report("B4", caught={"sent again without a key": "the payment is there twice"})
