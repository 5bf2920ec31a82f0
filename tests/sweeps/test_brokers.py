"""Sweeps through real brokers: ordered by beat, done by a worker, done once when one is killed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from compliance.audit.models import Entry
from compliance.outbox.models import Message
from documents.models import Document
from equity import moves
from equity.models import Offering, Subscription
from tests.factories import make_person, open_offering, subscribed
from tests.sweeps.brokers import (
    Workers,
    end,
    free_port,
    held,
    rabbitmq,
    redis,
    somebody_waits_for_a_lock,
    start_redis,
    wait_for,
)

pytestmark = pytest.mark.django_db(transaction=True)
Broker = Callable[[Path], AbstractContextManager[str]]


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    """A worker and a beat on the broker that the test names."""
    broker: Broker = request.param
    with broker(tmp_path) as url:
        workers = Workers(tmp_path, url)
        try:
            yield workers
        finally:
            workers.end()


def agreements(count: int) -> list[Subscription]:
    """Agreements in an offering that opened ten days ago, whose rights have long to run."""
    cast = open_offering()
    found = [subscribed(cast, make_person("Marie", f"Roy {n}")) for n in range(count)]
    today = timezone.now()
    Offering.objects.update(
        first_available=today.date() - timedelta(days=10),
        last_day=today.date() + timedelta(days=50),
    )
    Subscription.objects.update(right_ends_at=today + timedelta(days=1))
    # One paper is left to render; the others would only make the test slow.
    left = Document.objects.filter(kind="risk_acknowledgement").first()
    assert left is not None
    Document.objects.exclude(pk=left.pk).update(sha256="rendered elsewhere")
    return found


def let_the_right_end(subscription: Subscription) -> None:
    """From now on the sweep has something to find."""
    past = timezone.now() - timedelta(hours=1)
    Subscription.objects.filter(pk=subscription.pk).update(right_ends_at=past)


def bound(subscription: Subscription) -> bool:
    return Subscription.objects.get(pk=subscription.pk).state == moves.BINDING


def times_done(subscription: Subscription) -> tuple[int, int]:
    """How often the right of a subscription ended, and how often that was told."""
    return (
        Entry.objects.filter(action="equity:subscription:bind", subject_id=subscription.pk).count(),
        Message.objects.filter(event="right_ended", subject_id=subscription.pk).count(),
    )


@pytest.mark.parametrize("site", [redis, rabbitmq], indirect=True, ids=["redis", "rabbitmq"])
def test_a_sweep_goes_through_the_broker_and_a_killed_worker_costs_nothing(site: Workers) -> None:
    first, second = agreements(2)
    let_the_right_end(first)
    site.beat()
    worker = site.worker()
    wait_for("the right has ended", lambda: bound(first))
    sent = Message.objects.filter(event="right_ended", sent_at__isnull=False)
    wait_for("it was told", sent.exists)
    wait_for("papers are rendered", lambda: not Document.objects.filter(sha256="").exists())

    # The worker stands inside the task, at the row that we hold, when it is killed.
    with held(second.offering_id):
        let_the_right_end(second)
        wait_for("the worker is inside the task", somebody_waits_for_a_lock)
        end(worker)
    assert not bound(second)
    site.worker("another")
    wait_for("another worker does it", lambda: bound(second))
    wait_for("it was told too", lambda: sent.count() == 2)
    assert times_done(first) == times_done(second) == (1, 1)


def test_a_broker_that_is_gone_is_told_in_words_and_the_sweep_does_the_work(
    tmp_path: Path,
) -> None:
    first, second = agreements(2)
    port = free_port()
    site = Workers(tmp_path, f"redis://127.0.0.1:{port}/0")
    let_the_right_end(first)
    swept = site.manage("tick")
    assert swept.returncode == 0, swept.stderr
    assert "The broker does not answer" in swept.stderr
    assert "time: right ended 1" in swept.stdout
    assert "mails sent" in swept.stdout
    assert times_done(first) == (1, 1)
    site.worker()
    site.beat()
    try:
        wait_for("the worker says so", lambda: "Trying again in" in site.log())
        broker = start_redis(tmp_path, port)
        try:
            let_the_right_end(second)
            wait_for("the worker goes on", lambda: bound(second))
        finally:
            end(broker)
        wait_for("the worker says so again", lambda: "Connection to broker lost" in site.log())
        assert all(process.poll() is None for process in site.running)
    finally:
        site.end()
    assert times_done(first) == (1, 1)
    assert times_done(second)[0] == 1
