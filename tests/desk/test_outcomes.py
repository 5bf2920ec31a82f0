"""From decision to act: the table is total, and what every line causes is seen to happen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from compliance.accounts.roles import SYSTEM, Actor, ActorNotAllowed, Role
from compliance.audit.models import Entry
from compliance.audit.selectors import trail
from compliance.casework import services
from compliance.casework.kinds import (
    ISSUER,
    KINDS,
    OFFERING,
    PERSON,
    SUBSCRIPTION,
    Choice,
    allowed_pairs,
)
from compliance.casework.models import Case, CaseDecision
from compliance.casework.selectors import published_answers
from compliance.casework.trouble import CaseRefused
from compliance.desk import outcomes
from compliance.desk.outcomes import OUTCOMES, Act, decide
from compliance.outbox.models import Message
from equity import moves
from equity.models import Subscription
from equity.refusal import Refused
from equity.sweeps import work_on_cases
from tests.equity.tables import Crash, snapshot, writes
from tests.factories import (
    OPENED,
    Cast,
    closed,
    investor_actor,
    make_person,
    open_offering,
    subscribed,
)

NOON = OPENED + timedelta(hours=2)
ACTS: dict[Act, str] = {
    outcomes.no_act: "no_act",
    outcomes.tell: "tell",
    outcomes.note_in_file: "note_in_file",
    outcomes.record_withdrawal: "record_withdrawal",
    outcomes.suspend_offering: "suspend_offering",
    outcomes.tell_issuer: "tell_issuer",
}


LEFT = {
    "casework:case:tell": "tell",
    "casework:subject:note": "note_in_file",
    "casework:issuer:tell": "tell_issuer",
    "equity:subscription:record_withdrawal": "record_withdrawal",
    "equity:offering:suspend": "suspend_offering",
}
"""The entry that each act leaves."""


def test_every_pair_that_is_allowed_has_exactly_one_outcome_and_no_other_has() -> None:
    assert set(OUTCOMES) == set(allowed_pairs())
    for kind, choice in allowed_pairs():
        assert KINDS[kind].choice(choice) is not None


def test_every_outcome_names_its_acts_and_says_them_in_both_languages() -> None:
    for outcome in OUTCOMES.values():
        assert outcome.acts
        assert len(set(outcome.acts)) == len(outcome.acts)
        assert outcomes.no_act not in outcome.acts or len(outcome.acts) == 1
        assert outcome.say("fr").endswith(".")
        assert outcome.say("en").endswith(".")
        assert outcome.say("fr") != outcome.say("en")


def test_a_pair_that_was_forgotten_would_be_caught() -> None:
    """The broken copies: a line too few, a line too many."""
    few = dict(list(OUTCOMES.items())[1:])
    many = {**OUTCOMES, ("question", "explained"): OUTCOMES["question", "answer"]}
    assert set(few) != set(allowed_pairs())
    assert set(many) != set(allowed_pairs())


def test_the_answer_is_told_exactly_where_it_is_asked_for() -> None:
    for (kind, code), outcome in OUTCOMES.items():
        choice = KINDS[kind].choice(code)
        assert choice is not None
        assert (outcomes.tell in outcome.acts) is ("answer" in choice.asks)
        assert (outcomes.record_withdrawal in outcome.acts) is ("sent" in choice.asks)


@dataclass
class Given:
    """A case of a kind about a real subject, and who is around it."""

    cast: Cast
    case: Case
    subscription: Subscription


def scene() -> tuple[Cast, Subscription]:
    """An open offering with a subscription."""
    cast = open_offering()
    return cast, subscribed(cast, make_person())


def given(kind: str, choice: Choice, around: tuple[Cast, Subscription] | None = None) -> Given:
    """A case of the kind about a new scene, or one that is there, with the evidence that the
    decision needs."""
    cast, subscription = around or scene()
    person = subscription.person
    subjects: dict[str, Any] = {
        SUBSCRIPTION: subscription,
        OFFERING: cast.offering,
        PERSON: person,
        ISSUER: cast.issuer,
    }
    investors = kind in ("question", "complaint")
    case = services.open_case(
        actor=investor_actor(person) if investors else SYSTEM,
        kind=kind,
        subject=subjects[KINDS[kind].subjects[0]],
        note="Ce qui est arrivé.",
        at=OPENED,
    )
    for evidence in choice.evidence:
        services.add_evidence(
            actor=cast.asks, case=case, kind=evidence, name="Pièce", content=b"x", at=OPENED
        )
    return Given(cast, case, subscription)


def asked(choice: Choice) -> dict[str, Any]:
    """What the decision asks for."""
    values = {"answer": "Voici.", "question": "Qui paie?", "sent": OPENED + timedelta(minutes=5)}
    return {name: values[name] for name in choice.asks}


def decided(found: Given, choice: Choice, **more: Any) -> CaseDecision:
    return decide(
        actor=found.cast.asks,
        case=found.case,
        outcome=choice.code,
        reason="Vérifié.",
        at=NOON,
        **{**asked(choice), **more},
    )


def choice_of(kind: str, code: str) -> Choice:
    choice = KINDS[kind].choice(code)
    assert choice is not None
    return choice


@pytest.mark.django_db
def test_each_decision_causes_what_its_line_says_and_nothing_else() -> None:
    around = scene()
    for kind, code in allowed_pairs():
        with transaction.atomic():
            causes_what_its_line_says(given(kind, choice_of(kind, code), around), kind, code)
            transaction.set_rollback(True)
    assert not Case.objects.exists()


def causes_what_its_line_says(found: Given, kind: str, code: str) -> None:
    """Take the decision and compare all that it left with the line of the table."""
    choice = choice_of(kind, code)
    acts = {ACTS[act] for act in OUTCOMES[kind, code].acts}
    before = Entry.objects.count()
    decision = decided(found, choice)
    assert (decision.outcome, decision.case.state) == (code, Case.State.CLOSED)
    told = Entry.objects.order_by("position")[before:]
    caused = [entry.action for entry in told if entry.action != "casework:case:decide"]
    for action, act in LEFT.items():
        assert caused.count(action) == (act in acts), (kind, code, action)
    assert len(caused) == len(acts - {"no_act"}), (kind, code)
    state = Subscription.objects.get().state
    assert state == (moves.WITHDRAWN if "record_withdrawal" in acts else moves.AGREED), (kind, code)
    suspended = found.cast.fresh().state == moves.SUSPENDED
    assert suspended is ("suspend_offering" in acts), (kind, code)


def test_every_act_is_in_some_line() -> None:
    assert {act for outcome in OUTCOMES.values() for act in outcome.acts} == set(ACTS)


@pytest.mark.django_db
def test_a_suspicion_stands_in_the_dossier_of_the_offering() -> None:
    found = given("insider", choice_of("insider", "insider"))
    decided(found, choice_of("insider", "insider"))
    last = trail(found.cast.offering).order_by("-position").first()
    assert last is not None
    assert last.action == "casework:subject:note"
    assert last.payload == {"case": str(found.case.pk), "outcome": "insider"}


@pytest.mark.django_db
def test_the_same_person_goes_on_being_held() -> None:
    found = given("near_match", choice_of("near_match", "same_person"))
    decided(found, choice_of("near_match", "same_person"))
    last = trail((PERSON, found.subscription.person_id)).order_by("-position").first()
    assert last is not None
    assert last.action == "casework:subject:note"


@pytest.mark.django_db
def test_a_private_answer_is_mailed_once_and_a_public_one_stands_on_the_page() -> None:
    private, public = choice_of("question", "answer"), choice_of("question", "publish")
    found = given("question", private)
    decided(found, private)
    assert work_on_cases(NOON).done["mails_written"] == 1
    assert work_on_cases(NOON).done["mails_written"] == 0
    message = Message.objects.get(event="case_answered")
    assert message.recipient_id == found.subscription.person_id
    assert "Voici." not in message.body
    assert not published_answers(found.cast.offering.pk).exists()
    case = services.open_case(
        actor=investor_actor(found.subscription.person),
        kind="question",
        subject=found.subscription,
        at=NOON,
    )
    decided(Given(found.cast, case, found.subscription), public)
    [row] = published_answers(found.cast.offering.pk)
    assert (row.question, row.answer) == ("Qui paie?", "Voici.")


@pytest.mark.django_db
def test_an_act_that_is_refused_undoes_the_decision() -> None:
    choice = choice_of("late_withdrawal", "accept")
    found = given("late_withdrawal", choice)
    before = snapshot()
    with pytest.raises(Refused):
        decided(found, choice, sent=OPENED - timedelta(minutes=1))
    assert snapshot() == before
    assert Case.objects.get().state == Case.State.OPEN


@pytest.mark.django_db
def test_after_the_closing_the_issuer_takes_the_securities_back() -> None:
    accept, back = (choice_of("late_withdrawal", code) for code in ("accept", "issuer_takes_back"))
    found = given("late_withdrawal", accept)
    subscribed(found.cast, make_person("Noé", "Roy"), units=60)
    closed(found.cast)
    with pytest.raises(Refused):
        decided(found, accept)
    assert decided(found, back).outcome == "issuer_takes_back"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "more", "refusal"),
    [
        ("accept", {"sent": None}, "sent.empty"),
        ("refuse", {"sent": OPENED}, "sent.empty"),
        ("refuse", {"answer": "Non."}, "answer.empty"),
    ],
)
def test_what_a_decision_asks_for_is_given_and_nothing_else(
    code: str, more: dict[str, Any], refusal: str
) -> None:
    choice = choice_of("late_withdrawal", code)
    found = given("late_withdrawal", choice)
    with pytest.raises(CaseRefused) as refused:
        decided(found, choice, **more)
    assert refused.value.code == refusal
    assert Case.objects.get().state == Case.State.OPEN


@pytest.mark.django_db
def test_only_an_officer_decides() -> None:
    choice = choice_of("other", "settled")
    found = given("other", choice)
    for role in set(Role) - {Role.OFFICER}:
        actor = SYSTEM if role is Role.SYSTEM else Actor(role, found.case.pk)
        with pytest.raises(ActorNotAllowed):
            decide(actor=actor, case=found.case, outcome="settled", reason="Vu.", at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "code"), [("complaint", "uphold_and_suspend"), ("late_withdrawal", "accept")]
)
def test_a_crash_leaves_neither_decision_nor_act_and_a_key_does_it_once(
    kind: str, code: str
) -> None:
    choice = choice_of(kind, code)
    found = given(kind, choice)
    act: Callable[[], CaseDecision] = lambda: decided(found, choice, key="k-1")  # noqa: E731
    before = snapshot()
    with writes(crash_at=1), pytest.raises(Crash):
        act()
    number = 1
    while snapshot() == before:
        number += 1
        with writes(crash_at=number) as seen:
            try:
                first = act()
            except Crash:
                continue
        break
    assert len(seen) == number - 1 > 5
    after = snapshot()
    assert act() == first
    assert snapshot() == after
