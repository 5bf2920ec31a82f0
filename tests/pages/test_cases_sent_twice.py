"""The forms about cases sent twice: one effect, one redirect, as every other form."""

from datetime import timedelta

import pytest
from django.urls import reverse

from compliance.accounts.roles import SYSTEM
from compliance.casework.models import Case
from compliance.casework.rules import casebook, third_party
from compliance.casework.services import ask_question, raise_case
from tests import factories as f
from tests.pages.investing import visit
from tests.pages.issuing import at, officer_client
from tests.pages.test_sent_twice import desk, twice

pytestmark = pytest.mark.django_db
NOON = f.OPENED + timedelta(hours=2)


def test_the_work_on_a_case() -> None:
    cast = f.open_offering()
    row = f.subscribed(cast, f.make_person())
    asks = officer_client(cast.asks)
    finding = third_party(row.amount, casebook(NOON.date()))
    flag = raise_case(actor=SYSTEM, finding=finding, subject=row, matter="m", at=f.OPENED)
    page = desk("case", flag.case_id)
    proof = {"kind": "bank", "name": "Relevé", "reference": "Greffe", "digest": "ab" * 32}
    with at(NOON):
        opens = desk("open_case", "equity.offering", cast.offering.pk)
        twice(asks, opens, {"kind": "other", "note": "Vu."})
        for name, data in (
            ("case_note", {"note": "Vu."}),
            ("case_evidence", proof),
            ("case_question", {"asked_of": "outside", "question": "Qui?"}),
            ("case_take", {}),
            ("case_assign", {"to": "", "reason": "Vacances."}),
        ):
            twice(asks, page, data, to=desk(name, flag.case_id))
        question = flag.case.questions.get()
        twice(asks, page, {"answer": "Lui."}, to=desk("case_answer", question.pk))
        assert (flag.case.notes.count(), flag.case.evidence.count()) == (1, 1)
        twice(asks, page, {"reason": "Son compte."}, to=desk("case_clear", flag.pk))
        twice(asks, desk("decide_case", flag.case_id, "own_money"), {"reason": "Relevé."})
    assert Case.objects.get(pk=flag.case_id).state == "closed"


def test_what_an_investor_asks_and_is_asked() -> None:
    seen = visit()
    with at(NOON):
        twice(seen.client, seen.url("ask"), {"kind": "question", "text": "Quoi?"})
        question = ask_question(
            actor=seen.cast.asks,
            case=Case.objects.get(),
            text="Quand?",
            asked_of="investor",
            asked_of_id=seen.person.pk,
            at=NOON,
        )
        reply = reverse("equity:reply", args=(question.pk,))
        twice(seen.client, reverse("equity:asked"), {"answer": "Hier."}, to=reply)
