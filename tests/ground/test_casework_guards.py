"""What the database holds of a case, whoever writes; a key and a crash for every act."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.accounts.roles import SYSTEM, Actor
from compliance.casework import services
from compliance.casework.models import Case, CaseFlag, CaseReminder
from compliance.casework.rules import casebook, third_party
from compliance.vault.rotation import _say_resealing
from tests.equity.tables import Crash, snapshot, writes
from tests.ground.casework import OPENED, SUBSCRIPTION, made, settled

pytestmark = pytest.mark.django_db
CASE = "compliance_casework_case"
CHILDREN = ("casequestion", "caseevidence", "casenote", "caseassignment", "casedecision")


def refused(words: str, statement: str, *values: object) -> None:
    """The statement is refused by this constraint, or with these words, at the commit at last."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        run(statement, *values)
    cause: Any = refusal.value.__cause__
    assert words == cause.diag.constraint_name or words in str(refusal.value)


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def allowed(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        transaction.set_rollback(True)


def full(officer: Actor) -> Case:
    """A case with one of everything in it but a decision."""
    flag = services.raise_case(
        actor=SYSTEM,
        finding=third_party(25, casebook(OPENED.date())),
        subject=SUBSCRIPTION,
        matter="d",
        at=OPENED,
    )
    case = flag.case
    question = services.ask_question(actor=officer, case=case, text="Qui?", at=OPENED)
    services.answer_question(actor=officer, question=question, text="Lui.", at=OPENED)
    services.add_evidence(
        actor=officer, case=case, kind="bank", name="Relevé", content=b"x", at=OPENED
    )
    services.add_note(actor=officer, case=case, text="Vu.", at=OPENED)
    services.assign_case(actor=officer, case=case, to=officer.id, at=OPENED)
    case.refresh_from_db()
    assert case.due_on is not None
    CaseReminder.objects.create(
        case=case, kind="case_near", due_on=case.due_on, legal_at=OPENED, ran_at=OPENED
    )
    return case


def test_a_case_moves_as_it_may_and_not_otherwise(odile_acts: Actor) -> None:
    case = full(odile_acts)
    refused("casework_closed_by_decision", f"UPDATE {CASE} SET state = 'closed', closed_at = now()")
    refused("casework_waits_for_answer", f"UPDATE {CASE} SET state = 'waiting'")
    refused("casework_case_is_kept", f"DELETE FROM {CASE}")
    for column, value in (
        ("kind", "'other'"),
        ("subject_id", "gen_random_uuid()"),
        ("opened_at", "now()"),
        ("opened_by_role", "'officer'"),
        ("province", "'ON'"),
        ("note", "'\\x00'"),
    ):
        refused("casework_case_stays_itself", f"UPDATE {CASE} SET {column} = {value}")
    services.ask_question(actor=odile_acts, case=case, text="Et?", at=OPENED)
    refused("casework_waits_for_answer", f"UPDATE {CASE} SET state = 'open'")
    settled(case, odile_acts, "suspicious")
    for change in ("state = 'open', closed_at = NULL", "priority = 3", "assignee = NULL"):
        refused("casework_decided_for_good", f"UPDATE {CASE} SET {change}")


def test_a_case_begins_open_and_of_a_known_kind() -> None:
    case = made()
    columns = ", ".join(f.column for f in Case._meta.concrete_fields if f.column != "id")
    copy = f"INSERT INTO {CASE} (id, {columns}) SELECT gen_random_uuid(), {columns} FROM {CASE}"
    allowed(copy)
    for column, value, words in (
        ("state", "'closed'", "casework_case_opens_open"),
        ("state", "'waiting'", "casework_case_opens_open"),
        ("kind", "'gossip'", "casework_case_kind"),
        ("opened_by_role", "'nobody'", "casework_case_role"),
        ("priority", "4", "casework_case_priority"),
        ("due_at", "NULL", "casework_case_deadline_whole"),
    ):
        given = ", ".join(value if name == column else name for name in columns.split(", "))
        refused(
            words, f"INSERT INTO {CASE} (id, {columns}) SELECT %s, {given} FROM {CASE}", uuid4()
        )
    assert Case.objects.get() == case


@pytest.mark.parametrize("table", [*CHILDREN, "caseflag"])
def test_what_was_put_into_a_case_stays_as_it_is(table: str, odile_acts: Actor) -> None:
    case = full(odile_acts)
    settled(case, odile_acts, "suspicious")
    name = f"compliance_casework_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}")
        assert cursor.fetchone()[0] > 0
    words = "written_once" if table in ("casequestion", "caseflag") else "append-only"
    kept = "casework_kept" if words == "written_once" else "append-only"
    for field in CaseFlag._meta.apps.get_model("compliance_casework", table)._meta.concrete_fields:
        if field.name in ("id", "cleared_at", "cleared_by", "override"):
            continue
        value = {"BinaryField": "'\\x01'", "UUIDField": "gen_random_uuid()"}.get(
            field.get_internal_type(), "NULL"
        )
        refused(words, f'UPDATE {name} SET "{field.column}" = {value}')
    refused(kept, f"DELETE FROM {name}")


def test_the_runtime_role_may_do_all_that_the_desk_does(
    runtime_connection: Any, odile_acts: Actor
) -> None:
    case = full(odile_acts)
    assert settled(case, odile_acts, "suspicious").case.state == Case.State.CLOSED
    refused("permission denied", "DELETE FROM compliance_casework_casenote")


def test_a_flag_is_cleared_once(odile_acts: Actor) -> None:
    flag = full(odile_acts).flags.get()
    services.clear_flag(actor=odile_acts, flag=flag, reason="Vu.", at=OPENED)
    table = "compliance_casework_caseflag"
    refused("casework_written_once", f"UPDATE {table} SET cleared_at = NULL, cleared_by = NULL")
    refused("casework_written_once", f"UPDATE {table} SET cleared_by = gen_random_uuid()")


def test_the_same_cause_is_there_once(odile_acts: Actor) -> None:
    full(odile_acts)
    table = "compliance_casework_caseflag"
    columns = ", ".join(f.column for f in CaseFlag._meta.concrete_fields if f.column != "id")
    refused("casework_flag_once", f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}")


@pytest.mark.parametrize("table", CHILDREN)
def test_nothing_enters_a_decided_case(table: str, odile_acts: Actor) -> None:
    case = full(odile_acts)
    settled(case, odile_acts, "suspicious")
    name = f"compliance_casework_{table}"
    model = CaseFlag._meta.apps.get_model("compliance_casework", table)
    columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column != "id")
    again = f"INSERT INTO {name} (id, {columns}) SELECT gen_random_uuid(), {columns} FROM {name}"
    refused("casework_into_open_case", again)


def test_a_decision_is_one_of_its_kind_and_closes_its_case(odile_acts: Actor) -> None:
    decided = settled(made(), odile_acts)
    free = made("near_match")
    insert = (
        "INSERT INTO compliance_casework_casedecision (id, case_id, kind, outcome, reason, at, by) "
        "SELECT gen_random_uuid(), %s, %s, %s, reason, at, by FROM "
        "compliance_casework_casedecision WHERE id = %s"
    )
    refused("casework_decision_allowed", insert, free.pk, "near_match", "settled", decided.pk)
    refused("casework_decision_of_its_kind", insert, free.pk, "other", "settled", decided.pk)
    refused("casework_decided_together", insert, free.pk, "near_match", "same_person", decided.pk)


def test_a_reminder_is_left_once_and_never_early(odile_acts: Actor) -> None:
    full(odile_acts)
    name = "compliance_casework_casereminder"
    columns = "kind, due_on, legal_at, ran_at, case_id"
    again = f"INSERT INTO {name} ({columns}) SELECT "
    refused("casework_reminder_once", f"{again} {columns} FROM {name}")
    refused(
        "casework_reminder_never_early",
        f"{again} kind, due_on + 1, legal_at, legal_at - interval '1 second', case_id FROM {name}",
    )


def test_the_owner_may_seal_the_same_words_again(odile_acts: Actor) -> None:
    """The broken copies are in the tests above: without the word of the owner each is refused."""
    settled(full(odile_acts), odile_acts, "suspicious")
    _say_resealing("default")
    for name in ("case", *CHILDREN):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE compliance_casework_{name} SET id = id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL compliance.resealing = 'off'")


Act = Callable[..., Any]


def acts(officer: Actor) -> dict[str, Act]:
    """Every act on a case, ready to be done under a key."""
    case = full(officer)
    question = services.ask_question(actor=officer, case=case, text="Et?", at=OPENED)
    common = {"actor": officer, "at": OPENED}
    finding = third_party(25, casebook(OPENED.date()))
    return {
        "open": lambda **key: services.open_case(
            kind="other", subject=SUBSCRIPTION, note="Vu.", **common, **key
        ),
        "raise": lambda **key: services.raise_case(
            actor=SYSTEM, finding=finding, subject=("a.b", case.pk), matter="e", at=OPENED, **key
        ),
        "clear": lambda **key: services.clear_flag(
            flag=case.flags.get(), reason="Vu.", **common, **key
        ),
        "ask": lambda **key: services.ask_question(case=case, text="Qui?", **common, **key),
        "answer": lambda **key: services.answer_question(
            question=question, text="Lui.", **common, **key
        ),
        "note": lambda **key: services.add_note(case=case, text="Vu.", **common, **key),
        "assign": lambda **key: services.assign_case(
            case=case, to=None, reason="Vacances.", **common, **key
        ),
        "evidence": lambda **key: services.add_evidence(
            case=case, kind="other", name="Pièce", content=b"x", **common, **key
        ),
        "settle": lambda **key: services.settle_case(
            case=case, outcome="suspicious", reason="Vu.", **common, **key
        ),
    }


NAMES = ("open", "raise", "clear", "ask", "answer", "note", "assign", "evidence", "settle")


@pytest.mark.parametrize("name", NAMES)
def test_under_a_key_it_is_done_once_and_a_crash_leaves_nothing(
    name: str, odile_acts: Actor
) -> None:
    found = acts(odile_acts)
    assert set(found) == set(NAMES)
    act = found[name]
    before = snapshot()
    with transaction.atomic(), writes() as done:
        act(key="k-1")
        transaction.set_rollback(True)
    assert snapshot() == before
    assert any('INSERT INTO "compliance_audit_entry"' in sql for sql in done)
    for number in range(1, len(done) + 1):
        with writes(crash_at=number), pytest.raises(Crash):
            act(key="k-1")
        assert snapshot() == before
    first = act(key="k-1")
    after = snapshot()
    assert act(key="k-1") == first
    assert snapshot() == after != before
