"""Reminders: each at its day and not a second before, once, and told to whom it concerns."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from compliance.outbox.models import Message
from compliance.rules.kernel.money import NBSP
from compliance.rules.ni45_110 import duties
from compliance.rules.ni45_110.withdrawal import begins
from equity.models import Duty, Notice
from equity.services import money
from equity.services.duties import file_duty
from equity.services.portals import certify_resources
from equity.services.reminders import remind
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    Cast,
    closed,
    investor_actor,
    issuer_user,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def reminded(at: datetime) -> Counter[str]:
    """What a sweep at that instant leaves."""
    done: Counter[str] = Counter()
    remind(at=at, done=done)
    return done


def closed_cast() -> Cast:
    """A closed offering: filings in Quebec and Ontario, confirmation and information due."""
    cast = open_offering()
    subscribed(cast, make_person(), units=40)
    subscribed(cast, make_person("Paul", "Roy", province="ON", language="en"), units=4)
    closed(cast)
    return cast


def only_duty(code: str) -> Duty:
    return Duty.objects.get(code=code, done_at=None)


@pytest.mark.parametrize("shift", [-SECOND, timedelta(0), SECOND])
def test_a_refund_is_overdue_when_the_day_after_its_last_day_begins(shift: timedelta) -> None:
    cast, marie = open_offering(), make_person()
    subscription = subscribed(cast, marie)
    money.withdraw(actor=investor_actor(marie), subscription_id=subscription.pk, at=OPENED)
    duty = only_duty(duties.REFUND)
    legal_at = begins(duty.due_on + timedelta(days=1), "QC")
    done = reminded(legal_at + shift)
    assert done == ({} if shift < timedelta(0) else {"refund_overdue": 1})
    if done:
        notice = Notice.objects.get()
        assert (notice.legal_at, notice.ran_at) == (legal_at, legal_at + shift)
        told = Message.objects.filter(event="refund_overdue")
        assert {m.recipient_id for m in told} == {cast.asks.id, cast.approves.id}
        assert all(f"100,00{NBSP}$ en tout" in m.body for m in told)


@pytest.mark.parametrize("shift", [-SECOND, timedelta(0), SECOND])
def test_a_duty_is_near_seven_days_before_its_last_day(shift: timedelta) -> None:
    closed_cast()
    duty = only_duty(duties.CONFIRM_PURCHASERS)
    done = reminded(begins(duty.due_on - timedelta(days=7), "QC") + shift)
    assert done["confirmation_due"] == (0 if shift < timedelta(0) else 1)


def test_filings_of_one_day_are_told_in_one_mail_to_the_issuer_alone() -> None:
    cast = closed_cast()
    owner = issuer_user(cast.issuer)
    day = begins(Duty.objects.get(code=duties.FILE_EXEMPT_REPORT, jurisdiction="QC").due_on, "QC")
    assert reminded(day)["duty_near"] >= 2
    told = [m for m in Message.objects.filter(event="duty_near") if "45-106A1" in m.body]
    assert [m.recipient_id for m in told] == [owner.pk]
    assert f"Territoires{NBSP}: Ontario, Québec." in told[0].body


def test_a_filing_overdue_is_told_to_the_officers_too() -> None:
    cast = closed_cast()
    owner = issuer_user(cast.issuer)
    last = max(Duty.objects.filter(code=duties.FILE_EXEMPT_REPORT).values_list("due_on", flat=True))
    reminded(begins(last + timedelta(days=1), "QC"))
    told = [m for m in Message.objects.filter(event="duty_overdue") if "45-106A1" in m.body]
    assert {m.recipient_id for m in told} == {owner.pk, cast.asks.id, cast.approves.id}
    # Slept past the day: that it was near is recorded, and not told any more.
    assert Notice.objects.filter(kind="duty_near").exists()
    assert not Message.objects.filter(event="duty_near").exists()


def test_what_was_done_in_time_is_never_reminded_of() -> None:
    cast = closed_cast()
    for code in {*duties.AFTER_CLOSING, *duties.AFTER_CLOSING_PER_JURISDICTION}:
        file_duty(
            actor=cast.asks,
            offering_id=cast.offering.pk,
            code=code,
            at=CLOSED + timedelta(days=1),
            reference="A-1",
        )
    done = reminded(CLOSED + timedelta(days=60))
    assert done == {}


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 6, 27), {}),
        (date(2026, 6, 28), {"resources_due": 1}),
        (date(2026, 7, 5), {"resources_due": 1}),
        (date(2026, 7, 6), {"resources_due": 1, "resources_lapsed": 1}),
    ],
)
def test_the_certificate_of_resources_comes_due_and_lapses(
    day: date, found: dict[str, int]
) -> None:
    portal = make_portal()  # certified on 5 January 2026, good until 5 July
    assert reminded(begins(day, portal.province)) == found
    assert reminded(begins(day, portal.province)) == {}


def test_a_new_certificate_starts_its_own_reminders() -> None:
    cast = open_offering()
    summer = datetime(2026, 7, 6, 15, 0, tzinfo=UTC)
    assert reminded(summer)["resources_lapsed"] == 1
    certify_resources(actor=cast.asks, portal_id=cast.portal.pk, at=summer, reference="A5-2")
    assert reminded(summer + timedelta(days=1)) == {}
    assert reminded(datetime(2027, 1, 1, 12, 0, tzinfo=UTC)) == {"resources_due": 1}
    assert Notice.objects.filter(kind="resources_due").count() == 2


def test_a_record_to_keep_is_not_overdue() -> None:
    closed_cast()
    late = reminded(CLOSED + timedelta(days=365 * 8))
    assert late["duty_overdue"] > 0
    assert reminded(CLOSED + timedelta(days=365 * 9)) == {}
    assert not Notice.objects.filter(duty__code=duties.RETAIN).exists()


def test_a_reminder_is_left_once_whatever_calls_it() -> None:
    closed_cast()
    late = CLOSED + timedelta(days=60)
    first, mails = reminded(late), Message.objects.count()
    assert first["duty_overdue"] > 0
    assert reminded(late) == {}
    assert Message.objects.count() == mails
    notice = Notice.objects.filter(kind="duty_overdue").first()
    assert notice is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            kind=notice.kind, duty=notice.duty, legal_at=notice.legal_at, ran_at=notice.ran_at
        )


def test_the_database_refuses_a_reminder_before_its_time() -> None:
    closed_cast()
    duty = only_duty(duties.INFORM_ISSUER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind="duty_near", duty=duty, legal_at=CLOSED, ran_at=BOUND)


def test_one_that_fails_does_not_hold_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    closed_cast()
    late = CLOSED + timedelta(days=60)
    with monkeypatch.context() as patched:
        patched.setattr("equity.services.reminders.write_reminder", _broken_for_confirmations)
        done = reminded(late)
    assert (done["confirmation_overdue"], done["failed"]) == (0, 1)
    assert done["duty_overdue"] > 0
    assert reminded(late) == {"confirmation_overdue": 1}


def _broken_for_confirmations(notices: list[Notice], owed: list[Duty], *, at: datetime) -> int:
    if notices[0].kind == "confirmation_overdue":
        raise KeyError("a text that is not there")
    return 0
