"""All sweeps: what a worker that slept finds, in rule order, once; and what `tick` tells."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from compliance.audit import clock
from compliance.audit.models import Entry
from compliance.config.celery import app, schedule
from compliance.outbox.models import Message
from compliance.rules.ni45_110.withdrawal import begins
from documents.models import Document
from documents.render import Rendered
from documents.services import render_document, render_pending
from equity import moves, sweeps, tasks
from equity.models import Duty, Notice, Offering
from equity.services import money
from equity.sweeps import SWEEPS, sweep_all
from tests.factories import OPENED, Cast, investor_actor, make_person, open_offering, subscribed

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are rendered by their own tests; here they would only take time."""
    monkeypatch.setattr(sweeps, "render_waiting", lambda *, at: Counter())


def swept(at: datetime) -> Counter[str]:
    """What all sweeps do at that instant, by kind."""
    done: Counter[str] = Counter()
    for one in sweep_all(at=at):
        assert one.trouble == ""
        done.update(one.done)
    return +done


def trail(*actions: str) -> list[tuple[str, datetime, str]]:
    """The entries of these acts in the order of the trail: act, when it ran, its legal instant."""
    found = Entry.objects.filter(action__in=[f"equity:{name}" for name in actions])
    return [
        (entry.action.removeprefix("equity:"), entry.at, entry.payload.get("legal_at", ""))
        for entry in found.order_by("position")
    ]


def asleep() -> tuple[Cast, datetime]:
    """An offering below its minimum, with one agreement made just before its last day, and the
    instant at which a worker that slept over three deadlines wakes."""
    cast = open_offering()
    late = OPENED + timedelta(days=58)  # Wednesday 29 April; the last day is Friday 1 May
    subscribed(cast, make_person(), at=late)
    return cast, datetime(2026, 5, 13, 15, 0, tzinfo=UTC)


def test_a_worker_that_slept_wakes_to_the_right_state_in_rule_order() -> None:
    cast, wakes = asleep()
    assert swept(OPENED + timedelta(days=58))["right_ended"] == 0
    mail.outbox.clear()
    done = swept(wakes)
    assert cast.fresh().state == moves.FAILED
    # The right ended with 1 May, the last day too: the right first, then the judgement, at the
    # same instant; the failure follows, and the refund counts from the last day, not the waking.
    midnight = begins(date(2026, 5, 2), "QC")
    assert trail("subscription:bind", "offering:last_day", "offering:fail") == [
        ("subscription:bind", wakes, midnight.isoformat().replace("+00:00", "Z")),
        ("offering:last_day", wakes, midnight.isoformat().replace("+00:00", "Z")),
        ("offering:fail", wakes, midnight.isoformat().replace("+00:00", "Z")),
    ]
    assert cast.offering.ended_at == midnight
    assert cast.offering.ended_recorded_at == wakes
    refund = Duty.objects.get(code="duty.refund")
    assert (refund.event_on, refund.due_on) == (date(2026, 5, 1), date(2026, 5, 8))
    # It was overdue by the time anybody woke, and is told in the same sweep.
    assert (done["right_ended"], done["last_day_passed"], done["refund_overdue"]) == (1, 1, 1)
    overdue = Notice.objects.get(kind="refund_overdue")
    assert overdue.ran_at == wakes
    assert overdue.legal_at == begins(date(2026, 5, 9), "QC")
    assert done["mails_written"] == done["mails_sent"] == len(mail.outbox) > 0
    officers = Message.objects.filter(recipient_id=cast.asks.id).order_by("number")
    assert list(officers.values_list("event", flat=True))[-2:] == [
        "refunds_to_pay",
        "refund_overdue",
    ]


def test_waking_again_does_nothing_twice() -> None:
    cast, wakes = asleep()
    first = swept(wakes)
    entries, messages = Entry.objects.count(), Message.objects.count()
    for later in (timedelta(0), SECOND, timedelta(hours=-1), timedelta(hours=3)):
        assert swept(wakes + later) == {}
    assert (Entry.objects.count(), Message.objects.count()) == (entries, messages)
    assert first["failed"] == 0
    assert cast.fresh().state == moves.FAILED


def test_sleeping_and_waking_every_hour_come_to_the_same() -> None:
    cast, wakes = asleep()
    at = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    counts: Counter[str] = Counter()
    while at <= datetime(2026, 5, 2, 12, 0, tzinfo=UTC):
        counts += swept(at)
        at += timedelta(hours=1)
    counts += swept(wakes)
    assert (counts["right_ended"], counts["last_day_passed"], counts["refund_overdue"]) == (1, 1, 1)
    midnight = begins(date(2026, 5, 2), "QC")
    assert [legal for _, _, legal in trail("subscription:bind", "offering:fail")] == [
        midnight.isoformat().replace("+00:00", "Z")
    ] * 2
    assert Duty.objects.get(code="duty.refund").due_on == date(2026, 5, 8)
    assert cast.fresh().ended_at == midnight


@pytest.mark.parametrize("shift", [-SECOND, timedelta(0), SECOND])
def test_the_ninetieth_day_ends_what_only_an_administrator_could_free(shift: timedelta) -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=40)  # at its minimum: the last day does not end it
    done = swept(begins(date(2026, 6, 1), "QC") + shift)
    assert done["ninetieth_day_passed"] == (0 if shift < timedelta(0) else 1)
    expected = moves.OPEN if shift < timedelta(0) else moves.FAILED
    assert cast.fresh().state == expected


def test_one_sweep_that_fails_does_not_hold_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cast, wakes = asleep()

    def broken(*, at: datetime, done: Counter[str]) -> int:
        raise RuntimeError("the reminders are broken")

    monkeypatch.setattr(sweeps, "remind", broken)
    results = {one.sweep: one for one in sweep_all(at=wakes)}
    assert "leave_reminders failed (RuntimeError)" in results["leave_reminders"].trouble
    assert "the reminders are broken" in caplog.text
    assert results["delivery"].done["mails_sent"] > 0
    assert cast.fresh().state == moves.FAILED


def test_one_offering_that_fails_does_not_hold_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, wakes = asleep()
    second = open_offering()
    subscribed(second, make_person("Paul", "Roy"))
    wrong = min(first.offering.pk, second.offering.pk)
    real = sweeps.tick.__globals__["lock_offering"]

    def lock(pk: object) -> Offering:
        if pk == wrong:
            raise RuntimeError("this row is broken")
        found: Offering = real(pk)
        return found

    with monkeypatch.context() as patched:
        patched.setattr("equity.services.time.lock_offering", lock)
        assert swept(wakes)["failed"] == 1
    states = {o.pk: o.state for o in Offering.objects.all()}
    assert [state for pk, state in states.items() if pk != wrong] == [moves.FAILED]
    assert states[wrong] == moves.OPEN
    assert swept(wakes)["last_day_passed"] == 1


def test_one_document_that_fails_does_not_hold_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    open_offering()
    first, *others = Document.objects.order_by("issued_at", "pk")
    assert others
    seen: list[object] = []

    def rendered(document: Document) -> Rendered:
        seen.append(document.pk)
        if document.pk == first.pk:
            raise RuntimeError("these facts cannot be set")
        return Rendered(pdf=b"%PDF-1.7", sha256="5" * 64, pages=1)

    monkeypatch.setattr("documents.services._rendered", rendered)
    assert {d.pk for d in render_pending(at=OPENED)} == {other.pk for other in others}
    assert first.pk in seen


def test_a_document_is_rendered_once_whoever_asks() -> None:
    open_offering()
    first = Document.objects.order_by("issued_at", "pk").first()
    assert first is not None
    Document.objects.exclude(pk=first.pk).update(sha256="rendered elsewhere")
    at = OPENED + timedelta(minutes=1)
    assert [d.pk for d in render_pending(at=at)] == [first.pk]
    assert list(render_pending(at=at + SECOND)) == []
    assert render_document(first.pk, at=at + SECOND).rendered_at == at


def test_tick_tells_what_it_did_by_kind_and_is_silent_when_nothing_was_due() -> None:
    cast, marie = open_offering(), make_person()
    subscription = subscribed(cast, marie)
    money.withdraw(actor=investor_actor(marie), subscription_id=subscription.pk, at=OPENED)
    out, wrong = StringIO(), StringIO()
    before = timezone.now()
    call_command("tick", stdout=out, stderr=wrong)
    if before > begins(date(2026, 7, 6), "QC"):
        assert "tick: time: last day passed 1" in out.getvalue()
        assert "refund overdue 1" in out.getvalue()
    assert "tick: mails: mails written" in out.getvalue()
    assert "tick: delivery: mails sent" in out.getvalue()
    again = StringIO()
    call_command("tick", stdout=again, stderr=wrong)
    assert (again.getvalue(), wrong.getvalue()) == ("", "")


def test_tick_tells_what_kept_it_from_sending(settings: Iterator[None]) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    subscribed(open_offering(), make_person())
    out, wrong = StringIO(), StringIO()
    call_command("tick", stdout=out, stderr=wrong)
    assert "The mail server 127.0.0.1:1 does not answer" in wrong.getvalue()
    assert Message.objects.filter(sent_at=None).count() == Message.objects.count() > 0


def test_beat_orders_every_sweep_and_an_old_order_is_dropped() -> None:
    app.loader.import_default_modules()
    ordered = schedule(60)
    assert {entry["task"] for entry in ordered.values()} <= set(app.tasks)
    by_task = {entry["task"].rpartition(".")[2] for entry in ordered.values()}
    assert by_task == {
        "bring_time",
        "leave_reminders",
        "work_on_cases",
        "render",
        "write_letters",
        "deliver",
        "seal",
        "seal_documents",
        "look_again",
        "seal_from_the_start",
    }
    nightly = {"look_again", "seal_again"}
    assert len(by_task) == len(SWEEPS) + len(nightly)
    sweeping = [entry for name, entry in ordered.items() if name not in nightly]
    assert all(entry["options"]["expires"] == entry["schedule"] == 60 for entry in sweeping)


def test_tasks_take_nothing_keep_nothing_and_survive_their_worker() -> None:
    app.loader.import_default_modules()
    for entry in schedule(60).values():
        task = app.tasks[entry["task"]]
        assert task.acks_late
        assert task.reject_on_worker_lost
        assert task.ignore_result
        assert "args" not in entry
        assert "kwargs" not in entry


def test_tasks_do_the_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, _ = asleep()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 5, 13, 15, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "database_now", timezone.now)
    for task in (tasks.bring_time, tasks.leave_reminders, tasks.write_letters, tasks.look_again):
        task.delay()
    assert cast.fresh().state == moves.FAILED
    assert Notice.objects.filter(kind="refund_overdue").count() == 1
    assert Message.objects.filter(event="subscription_released").count() == 1
