"""The room of two people by itself: its table of acts, its requests, its refusals in words."""

import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.transaction import TransactionManagementError

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, ActorNotAllowed, Role
from compliance.accounts.selectors import is_examiner, is_officer, staff_actor
from compliance.accounts.services import (
    AccountError,
    ask_officer,
    create_user,
    grant_role,
    revoke_role,
)
from compliance.approvals import acts, people
from compliance.approvals import services as approvals
from compliance.approvals.acts import Act, UnknownAct
from compliance.approvals.judging import ApprovalFacts, ApprovalRefused, judge, rules
from compliance.approvals.models import Approval, ApprovalRequest, Consumption
from compliance.approvals.selectors import standing_request, waiting
from compliance.audit.discretion import NotDiscreet
from compliance.audit.selectors import trail
from compliance.casework.actions import OVERRIDE

pytestmark = pytest.mark.django_db

HOLD = {"hold": "identity_near_match", "amount": "10.00"}


@pytest.fixture
def omar_acts(at) -> Actor:
    user = create_user(actor=SYSTEM, email="omar@exemple.ca", name="Omar", at=at)
    grant_role(actor=SYSTEM, user=user, role=Role.OFFICER, at=at)
    return staff_actor(user, Role.OFFICER)


def ask(actor: Actor, user: User, at, **content: str) -> ApprovalRequest:
    return approvals.ask(actor=actor, act=OVERRIDE, subject=user, content=HOLD | content, at=at)


def test_a_request_is_approved_and_used_once(
    odile_acts: Actor, omar_acts: Actor, marie: User, at
) -> None:
    request = ask(odile_acts, marie, at)
    assert json.loads(request.content) == HOLD | {
        "act": "override",
        "subject": f"compliance_accounts.user/{marie.pk}",
    }
    assert list(waiting()) == [request]
    later = at + timedelta(minutes=5)
    approval = approvals.approve(
        actor=omar_acts, request_id=request.pk, seen=request.digest, content=HOLD, at=later
    )
    assert list(waiting()) == [request]
    used = approvals.consume(actor=SYSTEM, approval=approval, content=HOLD, at=later)
    assert (used.used_by_role, used.used_by, used.digest) == ("system", None, request.digest)
    assert not waiting().exists()
    with pytest.raises(ApprovalRefused, match=r"approval\.standing"):
        approvals.consume(actor=SYSTEM, approval=approval, content=HOLD, at=later)
    assert [entry.action for entry in trail(request)] == [
        "approvals:request:ask",
        "approvals:request:approve",
        "approvals:request:use",
    ]


def test_what_changed_since_the_approval_is_not_done(
    odile_acts: Actor, omar_acts: Actor, marie: User, at
) -> None:
    request = ask(odile_acts, marie, at)
    approval = approvals.approve(
        actor=omar_acts, request_id=request.pk, seen=request.digest, content=HOLD, at=at
    )
    for changed in (HOLD | {"amount": "10.01"}, HOLD | {"more": "x"}, {"hold": HOLD["hold"]}):
        with pytest.raises(ApprovalRefused, match=r"^approval\.unchanged$"):
            approvals.consume(actor=SYSTEM, approval=approval, content=changed, at=at)
    assert not Consumption.objects.exists()
    approvals.consume(actor=SYSTEM, approval=approval, content=dict(reversed(HOLD.items())), at=at)


def test_a_new_request_replaces_the_one_that_stands(
    odile_acts: Actor, omar_acts: Actor, marie: User, odile: User, at
) -> None:
    old, other = ask(odile_acts, marie, at), ask(odile_acts, odile, at)
    new = ask(omar_acts, marie, at, amount="20.00")
    assert standing_request(OVERRIDE, marie) == new
    assert set(waiting()) == {new, other}
    with pytest.raises(ApprovalRefused, match=r"approval\.standing"):
        approvals.approve(actor=omar_acts, request_id=old.pk, seen=old.digest, content=HOLD, at=at)
    approvals.withdraw_request(actor=odile_acts, request_id=new.pk, at=at, key="k")
    assert approvals.withdraw_request(actor=odile_acts, request_id=new.pk, at=at, key="k") == new
    with pytest.raises(ApprovalRefused, match=r"^approval\.standing$"):
        approvals.withdraw_request(actor=odile_acts, request_id=new.pk, at=at)
    approvals.withdraw(actor=SYSTEM, act=OVERRIDE, subject=marie, at=at)
    assert list(waiting()) == [other]
    assert not Approval.objects.exists()


def test_who_asks_and_what_may_stand_in_a_request(odile_acts: Actor, marie: User, at) -> None:
    for role in (Role.ISSUER, Role.INVESTOR, Role.EXAMINER):
        with pytest.raises(ActorNotAllowed):
            ask(Actor(role, uuid4()), marie, at)
    for personal in ("Marie Lavoie", "marie@exemple.ca", "é"):
        with pytest.raises(NotDiscreet):
            ask(odile_acts, marie, at, note=personal)
    with pytest.raises(UnknownAct):
        approvals.ask(actor=odile_acts, act="mine", subject=marie, content={}, at=at)
    assert not ApprovalRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_approval_is_part_of_a_transaction(odile_acts: Actor, marie: User, at) -> None:
    with pytest.raises(TransactionManagementError, match="atomic"):
        ask(odile_acts, marie, at)
    with transaction.atomic():
        assert ask(odile_acts, marie, at).standing


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (ApprovalFacts(same_person=True), "approval.another_person"),
        (ApprovalFacts(officers=False), "approval.by_officers"),
        (ApprovalFacts(interested=True), "approval.disinterested"),
        (ApprovalFacts(granted_lately=True), "approval.not_granted_lately"),
        (ApprovalFacts(standing=False), "approval.standing"),
        (ApprovalFacts(changed=True), "approval.unchanged"),
    ],
)
def test_each_fact_has_its_finding(facts: ApprovalFacts, code: str) -> None:
    assert [finding.code for finding in judge(facts) if not finding.met] == [code]
    assert all(finding.met for finding in judge(ApprovalFacts()))


def test_the_words_are_whole_in_both_languages() -> None:
    for rule in rules().values():
        for met in (True, False):
            french, english = (rule.template(met=met, language=code) for code in ("fr", "en"))
            assert french != english
            assert french.endswith(".")
            assert english.endswith(".")
            assert not re.search(r"[^\u00a0]:| [;!?»]|« ", french), french
    for act in acts.registered():
        for language in ("fr", "en"):
            assert act.title(language)
            assert act.effect(language).endswith(".")
            assert not re.search(r"[^\u00a0]:| [;!?»]", act.effect("fr"))


def test_the_table_of_acts() -> None:
    assert {act.code for act in acts.registered()} == {
        "bank_details",
        "correction",
        "offering_approval",
        "officer_role",
        "override",
        "payout",
        "wording",
    }
    known = acts.act(OVERRIDE)
    acts.register(known)
    with pytest.raises(ValueError, match="twice"):
        acts.register(Act(OVERRIDE, "a", "b", "c", "d"))
    with pytest.raises(ValueError, match="not the code"):
        acts.register(Act("Payout", "a", "b", "c", "d"))
    with pytest.raises(ValueError, match="words"):
        acts.register(Act("mine", "a", " ", "c", "d"))


def test_two_accounts_are_one_person_where_somebody_knows(
    odile: User, marie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[object, UUID] = {}
    monkeypatch.setattr(people, "_known", [])
    assert people.one_person(odile, odile)
    assert not people.one_person(odile, marie)
    assert not people.one_person(None, None)

    def persons(accounts: object) -> dict[object, UUID]:
        return known

    for _ in range(2):
        people.know(persons)
    assert people._known == [persons]
    assert not people.one_person(odile, marie)
    known |= {odile.pk: uuid4(), marie.pk: uuid4()}
    assert not people.one_person(odile, marie)
    known[marie.pk] = known[odile.pk]
    assert people.one_person(odile, marie)


def test_a_new_officer_by_an_officer_needs_a_second(
    odile: User, odile_acts: Actor, omar_acts: Actor, marie: User, at
) -> None:
    with pytest.raises(ApprovalRefused, match=r"approval\.needed"):
        grant_role(actor=odile_acts, user=marie, role=Role.OFFICER, at=at)
    with pytest.raises(AccountError, match="already"):
        ask_officer(actor=odile_acts, user=odile, at=at)
    marie.is_active = False
    marie.save(update_fields=["is_active"])
    with pytest.raises(AccountError, match="closed"):
        ask_officer(actor=odile_acts, user=marie, at=at)
    with pytest.raises(ActorNotAllowed):
        ask_officer(actor=SYSTEM, user=marie, at=at)
    assert not is_officer(marie)


def test_one_officer_alone_can_neither_ask_nor_leave(
    odile: User, odile_acts: Actor, marie: User, at
) -> None:
    with pytest.raises(AccountError, match=r"manage\.py grant_role"):
        ask_officer(actor=odile_acts, user=marie, at=at)
    with pytest.raises(AccountError, match="last officer"):
        revoke_role(actor=odile_acts, user=odile, role=Role.OFFICER, at=at)
    revoke_role(actor=SYSTEM, user=odile, role=Role.OFFICER, at=at)
    assert not is_officer(odile)


def test_the_installation_names_officers_from_the_command_line(marie: User, capsys) -> None:
    call_command("grant_role", "officer", "MARIE@exemple.ca")
    call_command("grant_role", "examiner", "marie@exemple.ca")
    assert is_officer(marie)
    assert is_examiner(marie)
    assert "officer" in capsys.readouterr().out
    for role, email, words in (
        ("officer", "marie@exemple.ca", "already"),
        ("officer", "personne@exemple.ca", "Nobody signs in"),
        ("issuer", "marie@exemple.ca", "invalid choice"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("grant_role", role, email)
