"""Cases: opened, worked on, decided once and for good; who may, and what is recorded."""

import hashlib
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, ActorNotAllowed, Role
from compliance.accounts.services import create_user, grant_role
from compliance.audit.models import Entry
from compliance.audit.selectors import trail
from compliance.casework import services
from compliance.casework.kinds import BY_INVESTORS, KINDS
from compliance.casework.models import Case, CaseFlag
from compliance.casework.rules import Shared, casebook, shared_address, third_party
from compliance.casework.selectors import (
    cases_about,
    holding_flags,
    holding_flags_among,
    open_cases,
    questions_to,
)
from compliance.casework.services import CaseClosed, CaseRefused, raise_case
from compliance.casework.services.working import LARGEST
from tests.ground.casework import (
    DIGEST,
    OPENED,
    SUBSCRIPTION,
    made,
    settled,
    somebody,
    with_evidence,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PERSON = ("investors.person", uuid4())


@pytest.fixture
def omar(db: None) -> Actor:
    """Another officer."""
    user = create_user(actor=SYSTEM, email="omar@exemple.ca", name="Omar Haddad", at=OPENED)
    grant_role(actor=SYSTEM, user=user, role=Role.OFFICER, at=OPENED)
    return Actor(Role.OFFICER, user.pk)


def test_a_complaint_is_opened_and_decided_and_all_of_it_is_recorded(odile_acts: Actor) -> None:
    investor = somebody(Role.INVESTOR)
    case = made("complaint", actor=investor, note="Mme Côté n'a rien reçu.")
    assert list(open_cases()) == [case]
    assert case.due_on == date(2026, 3, 30)
    decision = settled(case, odile_acts, "uphold", OPENED + HOUR, answer="Remboursée.")
    assert list(open_cases()) == []
    again = Case.objects.select_related("decision").get()
    assert (again.state, again.closed_by, again.decision) == ("closed", odile_acts.id, decision)
    assert (again.decision.reason, again.decision.answer) == ("Vérifié.", "Remboursée.")
    opening, closing = trail(case)
    assert opening.payload == {
        "kind": "complaint",
        "due_on": "2026-03-30",
        "subject_type": SUBSCRIPTION[0],
        "subject_id": str(SUBSCRIPTION[1]),
    }
    assert (closing.action, closing.actor_id) == ("casework:case:decide", odile_acts.id)
    assert closing.payload["outcome"] == "uphold"
    assert "Côté" not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("role", Role)
def test_who_may_open_what(role: Role) -> None:
    actor = somebody(role)
    for kind in KINDS:
        if role in (Role.OFFICER, Role.SYSTEM) or (
            kind in BY_INVESTORS and role is not Role.EXAMINER
        ):
            assert made(kind, actor=actor).priority == KINDS[kind].priority
        else:
            with pytest.raises(ActorNotAllowed):
                made(kind, actor=actor)
    with pytest.raises(ValueError, match="gossip"):
        made("gossip", actor=actor)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER}))
def test_only_an_officer_works_on_a_case(role: Role, odile_acts: Actor) -> None:
    actor, case = somebody(role), made()
    question = services.ask_question(actor=odile_acts, case=case, text="Qui?", at=OPENED)
    flag = raised(1)
    acts = (
        lambda: services.ask_question(actor=actor, case=case, text="x", at=OPENED),
        lambda: services.answer_question(actor=actor, question=question, text="x", at=OPENED),
        lambda: services.add_note(actor=actor, case=case, text="x", at=OPENED),
        lambda: services.assign_case(actor=actor, case=case, to=actor.id, at=OPENED),
        lambda: services.clear_flag(actor=actor, flag=flag, reason="x", at=OPENED),
        lambda: services.add_evidence(
            actor=actor, case=case, kind="other", name="x", content=b"x", at=OPENED
        ),
        lambda: settled(case, actor),
    )
    before = Entry.objects.count()
    for act in acts:
        with pytest.raises(ActorNotAllowed):
            act()
    assert Entry.objects.count() == before
    if role is not Role.SYSTEM:
        with pytest.raises(ActorNotAllowed):
            raise_case(actor=actor, finding=_third(), subject=SUBSCRIPTION, matter="z", at=OPENED)


# Questions and the clock.


def test_a_question_stops_the_clock_and_its_answer_starts_it(odile_acts: Actor) -> None:
    case = made("late_withdrawal")
    assert case.due_on == date(2026, 3, 9)
    question = services.ask_question(
        actor=odile_acts, case=case, text="Quand l'avez-vous posté?", at=OPENED + HOUR
    )
    case.refresh_from_db()
    assert (case.state, case.due_on, case.due_at, case.near_at) == ("waiting", None, None, None)
    later = OPENED + timedelta(days=9)  # Wednesday 11 March
    services.answer_question(actor=odile_acts, question=question, text="Le 4.", at=later)
    case.refresh_from_db()
    # Nothing of 3 to 10 March counts: Wednesday 11 is the first day, Tuesday 17 the fifth.
    assert (case.state, case.due_on) == ("open", date(2026, 3, 17))
    assert case.deadline["skipped"]["2026-03-10"] == "stopped"
    assert case.deadline["inputs"]["stops"] == [[(OPENED + HOUR).isoformat(), later.isoformat()]]


def test_two_questions_stop_it_until_both_are_answered(odile_acts: Actor) -> None:
    case = made()
    one, two = (
        services.ask_question(actor=odile_acts, case=case, text=text, at=OPENED)
        for text in ("Un?", "Deux?")
    )
    for question, state in ((one, "waiting"), (two, "open")):
        services.answer_question(actor=odile_acts, question=question, text="Oui.", at=OPENED)
        case.refresh_from_db()
        assert case.state == state
    with pytest.raises(CaseRefused, match="already"):
        services.answer_question(actor=odile_acts, question=two, text="Non.", at=OPENED)


def test_a_day_that_somebody_set_is_moved_by_no_question(odile_acts: Actor) -> None:
    case = made(due_on=date(2026, 3, 20))
    services.ask_question(actor=odile_acts, case=case, text="Qui?", at=OPENED)
    case.refresh_from_db()
    assert (case.state, case.due_on) == ("waiting", date(2026, 3, 20))


def test_whoever_was_asked_answers_and_nobody_else(odile_acts: Actor) -> None:
    marie, other = somebody(Role.INVESTOR), somebody(Role.INVESTOR)
    case = made()
    question = services.ask_question(
        actor=odile_acts,
        case=case,
        text="Qui paie?",
        asked_of="investor",
        asked_of_id=marie.id,
        at=OPENED,
    )
    assert list(questions_to(marie)) == [question]
    assert list(questions_to(other)) == []
    with pytest.raises(ActorNotAllowed):
        services.answer_question(actor=other, question=question, text="Moi.", at=OPENED)
    with pytest.raises(CaseRefused, match="words"):
        services.answer_question(actor=marie, question=question, text=" \n", at=OPENED)
    services.answer_question(actor=marie, question=question, text="Moi.", at=OPENED)
    assert list(questions_to(marie)) == []


@pytest.mark.parametrize(
    ("whom", "text"),
    [
        ({"asked_of": "nobody"}, "Qui?"),
        ({"asked_of": "investor"}, "Qui?"),
        ({"asked_of_id": uuid4()}, "Qui?"),
        ({}, "  "),
    ],
)
def test_a_question_without_words_or_addressee(whom: dict, text: str, odile_acts: Actor) -> None:
    case = made()
    with pytest.raises(CaseRefused):
        services.ask_question(actor=odile_acts, case=case, text=text, at=OPENED, **whom)


# Evidence, notes, hand-overs.


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"content": b"x", "kind": "gossip"}, "evidence.kind"),
        ({}, "evidence.where"),
        ({"content": b"x", "reference": "Greffe"}, "evidence.where"),
        ({"reference": "Greffe"}, "evidence.digest"),
        ({"reference": "Greffe", "digest": DIGEST[:-1]}, "evidence.digest"),
        ({"reference": "Greffe", "digest": "z" * 64}, "evidence.digest"),
        ({"content": b""}, "evidence.size"),
        ({"content": bytes(LARGEST + 1)}, "evidence.size"),
        ({"content": b"x", "name": " "}, "name.empty"),
    ],
)
def test_evidence_that_is_none(given: dict, code: str, odile_acts: Actor) -> None:
    case = made()
    with pytest.raises(CaseRefused) as refusal:
        services.add_evidence(
            actor=odile_acts, case=case, at=OPENED, **({"kind": "other", "name": "x"} | given)
        )
    assert refusal.value.code == code
    assert case.evidence.count() == 0


def test_evidence_is_sealed_with_its_digest(odile_acts: Actor) -> None:
    case = made()
    item = services.add_evidence(
        actor=odile_acts, case=case, kind="bank", name="Relevé", content=b"Marie", at=OPENED
    )
    assert item.digest == hashlib.sha256(b"Marie").hexdigest()
    there = services.add_evidence(
        actor=odile_acts,
        case=case,
        kind="letter",
        name="Lettre",
        reference="Greffe, boîte 3",
        digest=DIGEST.upper(),
        at=OPENED,
    )
    assert (there.digest, there.content) == (DIGEST, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, name FROM compliance_casework_caseevidence")
        lies = b"".join(bytes(value) for row in cursor.fetchall() for value in row if value)
    assert b"Marie" not in lies
    assert b"Relev" not in lies


def test_a_case_is_taken_handed_over_and_put_back(odile_acts: Actor, omar: Actor) -> None:
    case = made()
    services.assign_case(actor=odile_acts, case=case, to=odile_acts.id, at=OPENED)
    for to, reason, code in (
        (odile_acts.id, "Encore.", "assign.same"),
        (omar.id, " ", "reason.empty"),
        (uuid4(), "Vacances.", "assign.unknown"),
        (None, "", "reason.empty"),
    ):
        with pytest.raises(CaseRefused) as refusal:
            services.assign_case(actor=odile_acts, case=case, to=to, reason=reason, at=OPENED)
        assert refusal.value.code == code
    services.assign_case(
        actor=odile_acts, case=case, to=omar.id, reason="Vacances.", at=OPENED + HOUR
    )
    case.refresh_from_db()
    assert case.assignee == omar.id
    services.assign_case(
        actor=omar, case=case, to=None, reason="Hors de mon champ.", at=OPENED + 2 * HOUR
    )
    told = [(one.to, one.by, one.reason) for one in case.assignments.all()]
    assert told == [
        (odile_acts.id, odile_acts.id, ""),
        (omar.id, odile_acts.id, "Vacances."),
        (None, omar.id, "Hors de mon champ."),
    ]


# Flags: raised once, holding, cleared.


def _third():
    return third_party(25, casebook(OPENED.date()))


def raised(step: int, subject=PERSON, persons: int = 10) -> CaseFlag:
    finding = shared_address(Shared(persons), casebook(OPENED.date()))
    return raise_case(
        actor=SYSTEM, finding=finding, subject=subject, matter="a", step=str(step), at=OPENED
    )


def test_a_matter_is_raised_once_also_after_it_was_decided(odile_acts: Actor) -> None:
    flag = raised(10)
    assert raised(10) == flag
    assert Case.objects.count() == CaseFlag.objects.count() == 1
    settled(flag.case, odile_acts, "explained")
    assert raised(10) == flag
    assert Case.objects.count() == 1
    grown = raised(20, persons=20)
    assert grown.case != flag.case
    assert raised(40, persons=40).case == grown.case
    assert Case.objects.count() == 2


def test_a_finding_that_is_met_raises_nothing() -> None:
    with pytest.raises(ValueError, match="is met"):
        raised(9, persons=9)


def test_the_most_pressing_flag_gives_the_priority() -> None:
    flag = raise_case(actor=SYSTEM, finding=_third(), subject=SUBSCRIPTION, matter="d", at=OPENED)
    assert (flag.case.priority, flag.holding) == (1, True)
    assert list(holding_flags(SUBSCRIPTION)) == [flag]
    assert list(holding_flags_among(SUBSCRIPTION[0], [SUBSCRIPTION[1], uuid4()])) == [flag]
    assert not holding_flags((SUBSCRIPTION[0], uuid4())).exists()
    assert not holding_flags((PERSON[0], SUBSCRIPTION[1])).exists()


def test_a_flag_holds_until_it_is_cleared_and_says_why(odile_acts: Actor) -> None:
    flag = raise_case(actor=SYSTEM, finding=_third(), subject=SUBSCRIPTION, matter="d", at=OPENED)
    with pytest.raises(CaseRefused, match="words"):
        services.clear_flag(actor=odile_acts, flag=flag, reason=" ", at=OPENED)
    services.clear_flag(actor=odile_acts, flag=flag, reason="Son propre compte.", at=OPENED)
    assert not holding_flags(SUBSCRIPTION).exists()
    assert flag.case.notes.get().text == "Son propre compte."
    with pytest.raises(CaseRefused, match="already"):
        services.clear_flag(actor=odile_acts, flag=flag, reason="Encore.", at=OPENED)


@pytest.mark.parametrize(("outcome", "holds"), [("stays_refused", False), ("suspicious", True)])
def test_a_decision_clears_what_it_does_not_confirm(
    outcome: str, holds: bool, odile_acts: Actor
) -> None:
    flag = raise_case(actor=SYSTEM, finding=_third(), subject=SUBSCRIPTION, matter="d", at=OPENED)
    settled(flag.case, odile_acts, outcome)
    assert holding_flags(SUBSCRIPTION).exists() is holds


def test_a_suspicion_that_stood_is_lifted_in_the_case_that_follows(odile_acts: Actor) -> None:
    flag = raise_case(actor=SYSTEM, finding=_third(), subject=SUBSCRIPTION, matter="d", at=OPENED)
    with pytest.raises(CaseRefused, match="decided"):
        made("third_party_payment", follows=flag.case)
    settled(flag.case, odile_acts, "suspicious")
    with pytest.raises(CaseClosed):
        services.clear_flag(actor=odile_acts, flag=flag, reason="Éclairci.", at=OPENED)
    later = made("third_party_payment", follows=Case.objects.get(pk=flag.case_id))
    services.clear_flag(actor=odile_acts, flag=flag, reason="Éclairci.", at=OPENED)
    assert later.notes.get().text == "Éclairci."
    assert not holding_flags(SUBSCRIPTION).exists()


# Decisions.


def test_a_case_is_decided_once_and_then_nothing_is_put_into_it(odile_acts: Actor) -> None:
    case = made()
    question = services.ask_question(actor=odile_acts, case=case, text="Qui?", at=OPENED)
    settled(case, odile_acts)
    acts = (
        lambda: settled(case, odile_acts),
        lambda: services.ask_question(actor=odile_acts, case=case, text="x", at=OPENED),
        lambda: services.answer_question(actor=odile_acts, question=question, text="x", at=OPENED),
        lambda: services.add_note(actor=odile_acts, case=case, text="x", at=OPENED),
        lambda: services.assign_case(actor=odile_acts, case=case, to=odile_acts.id, at=OPENED),
        lambda: services.add_evidence(
            actor=odile_acts, case=case, kind="other", name="x", content=b"x", at=OPENED
        ),
    )
    before = Entry.objects.count()
    for act in acts:
        with pytest.raises(CaseClosed, match="decided"):
            act()
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("other", {"outcome": "accept"}, "decision.not_allowed"),
        ("other", {"outcome": "in_words"}, "decision.not_allowed"),
        ("other", {"outcome": "settled", "reason": " "}, "reason.empty"),
        ("other", {"outcome": "settled", "answer": "Oui."}, "answer.empty"),
        ("question", {"outcome": "answer"}, "answer.empty"),
        ("question", {"outcome": "answer", "answer": "\n"}, "answer.empty"),
        ("question", {"outcome": "publish", "answer": "Oui."}, "question.empty"),
        ("near_match", {"outcome": "different_people"}, "evidence.missing"),
    ],
)
def test_a_decision_that_is_not_one(kind: str, given: dict, code: str, odile_acts: Actor) -> None:
    case = made(kind)
    with pytest.raises(CaseRefused) as refusal:
        services.settle_case(actor=odile_acts, case=case, at=OPENED, **({"reason": "Vu."} | given))
    assert refusal.value.code == code
    assert Case.objects.get(pk=case.pk).state == "open"


def test_the_evidence_that_a_decision_needs_makes_it_possible(odile_acts: Actor) -> None:
    case = with_evidence(made("near_match"), odile_acts, "different_people")
    settled(case, odile_acts, "different_people")


def test_cases_wait_in_the_order_of_their_days(marie: User, odile_acts: Actor) -> None:
    asked = made(subject=marie)
    services.ask_question(actor=odile_acts, case=asked, text="Qui?", at=OPENED)
    for due_on in (date(2026, 3, 9), date(2026, 3, 6)):
        made(subject=marie, due_on=due_on)
    assert [case.due_on for case in open_cases()] == [date(2026, 3, 6), date(2026, 3, 9), None]
    assert cases_about(marie).count() == 3
    assert cases_about(SUBSCRIPTION).count() == 0
