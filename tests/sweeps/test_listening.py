"""The reader of the audit trail: what commits late is heard, and the kept position waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic, sleep
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry
from compliance.audit.services import record
from compliance.outbox.listening import Listened, listen
from compliance.outbox.models import Heard, Message, Reader
from equity.sweeps import sweep_all
from tests.factories import CLOSED, make_person, open_offering, subscribed
from tests.roles import as_runtime

pytestmark = pytest.mark.django_db(transaction=True)
ACTION, OTHER = "equity:subscription:pay", "equity:offering:read"
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def act(action: str = ACTION) -> Entry:
    """An act that leaves its entry, committed unless a transaction is open around it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        return record(actor=SYSTEM, action=action, subject=("equity.subscription", uuid4()), at=AT)


@contextmanager
def late_act() -> Iterator[None]:
    """An act on another connection that has written its entry, and commits at the end."""
    written, go_on = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                act()
                written.set()
                go_on.wait(60)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    try:
        assert written.wait(60)
        yield
    finally:
        go_on.set()
        thread.join()


def heard() -> Listened:
    return listen(reader="test", actions=(ACTION,), hear=lambda _: 1, at=AT)


def kept() -> int:
    return Reader.objects.get(name="test").position


def kept_in_the_end(position: int) -> bool:
    """Whether the position gets there, listening on. It waits for every transaction of the server,
    and a test of another worker may hold one for a while."""
    until = monotonic() + 90
    while kept() != position and monotonic() < until:
        heard()
        sleep(0.05)
    return kept() == position


def test_what_commits_late_is_heard_and_the_position_waits_for_it() -> None:
    with late_act():
        above = act()
        assert heard().heard == 1
        assert [heard().heard for _ in range(3)] == [0, 0, 0]
        assert kept() < above.position - 1
    late = Entry.objects.order_by("position").first()
    assert late is not None
    assert late.position < above.position
    assert heard().heard == 1
    assert Heard.objects.filter(entry_id=late.pk).count() == 1
    assert kept_in_the_end(above.position)


def test_the_position_moves_over_what_is_none_of_its_business() -> None:
    act()
    last = act(OTHER)
    assert [heard().heard for _ in range(3)] == [1, 0, 0]
    assert kept_in_the_end(last.position)
    assert heard().heard == 0
    act()
    assert heard().heard == 1


def test_the_position_does_not_pass_an_entry_that_failed() -> None:
    wrong = act()
    right = act()

    def broken(entry: Entry) -> int:
        if entry.pk == wrong.pk:
            raise RuntimeError("not today")
        return 1

    for _ in range(3):
        done = listen(reader="test", actions=(ACTION,), hear=broken, at=AT)
        assert done.failed == 1
    assert kept() < wrong.position
    assert not Heard.objects.filter(entry_id=wrong.pk).exists()
    assert Heard.objects.filter(entry_id=right.pk).exists()
    assert heard().heard == 1


def test_a_second_reader_leaves_the_work_to_the_first() -> None:
    act()
    heard()
    act()
    taken, go_on = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Reader.objects.select_for_update().get(name="test")
                taken.set()
                go_on.wait(60)
        finally:
            connections.close_all()

    thread = Thread(target=hold)
    thread.start()
    try:
        assert taken.wait(60)
        assert heard().heard == 0
    finally:
        go_on.set()
        thread.join()
    assert heard().heard == 1


def test_the_sweeps_run_as_the_role_that_owns_nothing() -> None:
    subscribed(open_offering(), make_person())
    with as_runtime():
        swept = list(sweep_all(at=CLOSED))
        again = list(sweep_all(at=CLOSED))
    assert swept
    assert {one.trouble for one in (*swept, *again)} == {""}
    assert sum(one.done["right_ended"] for one in swept) == 1
    assert Message.objects.filter(sent_at=None).count() == 0 < Message.objects.count()
    assert all(not +one.done for one in again)
