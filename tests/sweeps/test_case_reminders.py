"""Last days of cases: near and overdue to the second, once for each day, and to whom."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from compliance.accounts.roles import SYSTEM, Actor
from compliance.casework import services
from compliance.casework.models import Case, CaseReminder
from compliance.outbox.models import Message
from compliance.rules.ni45_110.withdrawal import begins
from equity.services import case_reminders
from equity.services.case_reminders import remind_of_cases
from tests.factories import OPENED, make_officer, make_portal

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
NEAR = begins(date(2026, 3, 6), "QC")
"""A late notice of Monday 2 March is to be settled by Monday 9, and is near on Friday 6."""
OVER = begins(date(2026, 3, 10), "QC")


@pytest.fixture
def people(db: None) -> tuple[Actor, Actor]:
    make_portal()
    return make_officer(), make_officer("Omar Haddad")


@pytest.fixture
def case(people: tuple[Actor, Actor]) -> Case:
    return services.open_case(
        actor=SYSTEM, kind="late_withdrawal", subject=("a.b", make_portal().pk), at=OPENED
    )


def reminded(at: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    remind_of_cases(at=at, done=done)
    return done


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (NEAR - SECOND, {}),
        (NEAR, {"case_near": 1}),
        (NEAR + SECOND, {"case_near": 1}),
        (OVER - SECOND, {"case_near": 1}),
        (OVER, {"case_near": 1, "case_overdue": 1}),
        (OVER + timedelta(days=30), {"case_near": 1, "case_overdue": 1}),
    ],
)
def test_near_and_overdue_to_the_second(case: Case, at: datetime, found: dict[str, int]) -> None:
    assert reminded(at) == found
    assert reminded(at) == {}
    assert CaseReminder.objects.count() == len(found)


def test_who_has_it_in_hand_is_told_first_and_everybody_when_it_is_over(
    case: Case, people: tuple[Actor, Actor]
) -> None:
    odile, omar = people
    services.assign_case(actor=omar, case=case, to=omar.id, at=OPENED)
    reminded(NEAR)
    told = Message.objects.get()
    assert told.recipient_id == omar.id
    assert told.subject == "Dossier à décider au plus tard le 9 mars 2026"
    assert "Avis de résolution tardif" in told.body
    reminded(OVER)
    late = Message.objects.exclude(pk=told.pk)
    assert {one.recipient_id for one in late} == {odile.id, omar.id}


def test_a_worker_that_slept_past_both_tells_only_the_second(case: Case) -> None:
    reminded(OVER)
    assert set(Message.objects.values_list("event", flat=True)) == {"case_overdue:2026-03-09"}


def test_while_a_question_waits_nobody_is_reminded(case: Case, people: tuple[Actor, Actor]) -> None:
    odile, _omar = people
    question = services.ask_question(actor=odile, case=case, text="Quand?", at=OPENED)
    assert reminded(OVER) == {}
    services.answer_question(actor=odile, question=question, text="Le 2.", at=OVER)
    assert reminded(OVER) == {}
    case.refresh_from_db()
    assert case.due_on == date(2026, 3, 16)
    assert reminded(begins(date(2026, 3, 17), "QC")) == {"case_near": 1, "case_overdue": 1}


def test_a_day_that_moved_is_another_day(case: Case, people: tuple[Actor, Actor]) -> None:
    odile, _omar = people
    assert reminded(NEAR) == {"case_near": 1}
    question = services.ask_question(actor=odile, case=case, text="Quand?", at=NEAR + SECOND)
    at = begins(date(2026, 3, 9), "QC")
    services.answer_question(actor=odile, question=question, text="Le 2.", at=at)
    case.refresh_from_db()
    assert case.due_on == date(2026, 3, 10)
    assert reminded(at) == {"case_near": 1}
    assert CaseReminder.objects.count() == 2


def test_a_decided_case_is_left_alone(case: Case, people: tuple[Actor, Actor]) -> None:
    services.settle_case(
        actor=people[0], case=case, outcome="refuse", reason="Trop tard.", at=OPENED
    )
    assert reminded(OVER) == {}


def test_one_that_fails_does_not_hold_the_others(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_given: object) -> int:
        raise KeyError("a text that is not there")

    with monkeypatch.context() as patched:
        patched.setattr(case_reminders, "write_case_reminder", broken)
        assert reminded(NEAR) == {"failed": 1}
    assert reminded(NEAR) == {"case_near": 1}
