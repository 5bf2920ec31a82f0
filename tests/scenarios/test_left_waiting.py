"""What the demonstration leaves waiting is there once, and a rule and a second officer find it."""

from importlib.resources import files

import pytest

from compliance.accounts.models import User
from compliance.approvals.models import ApprovalRequest
from compliance.casework.models import Case, CaseFlag
from compliance.casework.selectors import questions_to
from compliance.scenarios.left_waiting import leave_waiting
from compliance.scenarios.playing.play import play
from compliance.scenarios.reading import read_text
from equity.models import Subscription
from equity.sweeps import work_on_cases
from investors.models import Login, Person
from tests.factories import (
    BOUND,
    CLOSED,
    closed,
    investor_actor,
    make_issuer,
    make_person,
    open_offering,
    subscribed,
)


@pytest.mark.django_db
def test_it_is_left_once_and_found() -> None:
    text = files("compliance.scenarios").joinpath("demonstration", "1-failed.yaml").read_text()
    play(read_text(text, path="1-failed.yaml"))
    done = open_offering()
    for name in ("Anne", "Clara"):
        subscribed(done, make_person(name), units=50)
    closed(done)
    open_offering(issuer=make_issuer(name="Autre inc."), portal=done.portal, at=BOUND)
    for _again in range(2):
        leave_waiting(at=CLOSED)
    assert sorted(Case.objects.values_list("kind", "state")) == [
        ("complaint", "waiting"),
        ("question", "open"),
    ]
    paul = Login.objects.get(user=User.objects.get(email_index="paul@exemple.test")).person
    assert questions_to(investor_actor(paul)).count() == 1
    assert Subscription.objects.filter(pk=Case.objects.get(kind="complaint").subject_id).exists()
    assert ApprovalRequest.objects.get().standing
    work_on_cases(CLOSED)
    alike = next(row for row in Person.objects.all() if row.first_name == "Marie-Ève")
    assert CaseFlag.objects.filter(code="case.near_match", subject_id=alike.pk).exists()
