"""Cases: opened by whoever finds a matter, closed once, by an officer, with words."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, ActorNotAllowed, Role
from compliance.audit.models import Entry
from compliance.audit.selectors import trail
from compliance.casework.models import Case
from compliance.casework.selectors import cases_about, open_cases
from compliance.casework.services import CaseClosed, close_case, open_case

pytestmark = pytest.mark.django_db
SUBSCRIPTION = ("equity.subscription", uuid.UUID(int=5))


def test_a_case_is_opened_and_closed_and_both_are_recorded(odile_acts: Actor, at) -> None:
    investor = Actor(Role.INVESTOR, uuid.uuid4())
    case = open_case(
        actor=investor,
        kind="complaint",
        subject=SUBSCRIPTION,
        at=at,
        note="Mme Côté n'a rien reçu.",
        due_on=date(2026, 3, 20),
    )
    assert list(open_cases()) == [case]
    closed = close_case(
        actor=odile_acts, case=case, at=at + timedelta(days=1), outcome="Remboursée."
    )
    assert list(open_cases()) == []
    again = Case.objects.get()
    assert (again.state, again.closed_by, again.outcome) == ("closed", odile_acts.id, "Remboursée.")
    assert again.note == "Mme Côté n'a rien reçu."
    assert closed == again
    opening, closing = trail(case)
    assert opening.payload == {
        "kind": "complaint",
        "due_on": "2026-03-20",
        "subject_type": "equity.subscription",
        "subject_id": str(SUBSCRIPTION[1]),
    }
    assert (closing.action, closing.actor_id) == ("casework:case:close", odile_acts.id)
    assert "Côté" not in str(list(Entry.objects.values()))


def test_the_note_lies_sealed(at) -> None:
    open_case(actor=SYSTEM, kind="other", subject=SUBSCRIPTION, at=at, note="Marie")
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM compliance_casework_case")
        assert b"Marie" not in bytes(cursor.fetchone()[0])


def test_a_case_is_closed_once_with_words_and_by_an_officer(odile_acts: Actor, at) -> None:
    case = open_case(actor=SYSTEM, kind="late_withdrawal", subject=SUBSCRIPTION, at=at)
    with pytest.raises(ActorNotAllowed):
        close_case(actor=Actor(Role.ISSUER, uuid.uuid4()), case=case, at=at, outcome="x")
    with pytest.raises(ValueError, match="in words"):
        close_case(actor=odile_acts, case=case, at=at, outcome="  ")
    close_case(actor=odile_acts, case=case, at=at, outcome="x")
    with pytest.raises(CaseClosed, match="closed on 2026-03-02"):
        close_case(actor=SYSTEM, case=case, at=at, outcome="y")
    assert Case.objects.get().outcome == "x"
    assert trail(case).count() == 2


def test_an_unknown_kind_is_refused_by_service_and_database(at) -> None:
    with pytest.raises(ValueError, match="gossip"):
        open_case(actor=SYSTEM, kind="gossip", subject=SUBSCRIPTION, at=at)
    case = open_case(actor=SYSTEM, kind="other", subject=SUBSCRIPTION, at=at)
    for wrong in ({"kind": "gossip"}, {"state": "closed"}, {"closed_at": at}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**wrong)


def test_cases_wait_in_the_order_of_their_days(marie: User, at) -> None:
    for due_on in (None, date(2026, 3, 9), date(2026, 3, 6)):
        open_case(actor=SYSTEM, kind="other", subject=marie, at=at, due_on=due_on)
    assert [case.due_on for case in open_cases()] == [date(2026, 3, 6), date(2026, 3, 9), None]
    assert cases_about(marie).count() == 3
    assert cases_about(SUBSCRIPTION).count() == 0
