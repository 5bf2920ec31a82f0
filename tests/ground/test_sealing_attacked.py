"""Whoever holds the site's connection tries to stop the sealing, or to have a lie signed."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.accounts.roles import SYSTEM
from compliance.audit.models import (
    Anchoring,
    Change,
    Entry,
    Horizon,
    Judgement,
    Leaf,
    SignedCheckpoint,
)
from compliance.audit.services import record
from compliance.audit.tree import places
from compliance.audit.tree.chaining import chain, size
from compliance.audit.tree.sealing import seal_trail
from compliance.sealing.merkle import leaf_hash
from tests.factories import OPENED, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=2)
FAR = datetime(2999, 1, 1, tzinfo=UTC)


def entry(**changed: Any) -> Entry:
    """An entry as raw code may write one."""
    given = {
        "at": OPENED,
        "actor_role": "system",
        "action": "accounts:user:create",
        "subject_type": "a.b",
        "subject_id": uuid.uuid4(),
        "payload": {},
    }
    return Entry(**(given | changed))


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """One place, and a first checkpoint in it."""
    settings.COMPLIANCE = settings.COMPLIANCE | {
        "AUDIT_FOLDER": str(tmp_path),
        "AUDIT_PLACES": {"folder": "compliance.audit.tree.places.folder"},
    }
    make_person()
    assert seal_trail(AT).trouble == ""
    return tmp_path


@pytest.mark.parametrize(
    "payload",
    [{"a": 0.5}, {"a": [1, {"b": 2**53}]}, {"a": -(2**53)}, {"deep": {"er": 1e300}}],
    ids=str,
)
def test_a_number_that_readers_read_otherwise_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="audit_entry_readable"), transaction.atomic():
        entry(payload=payload).save(force_insert=True)


def test_numbers_that_every_reader_reads_alike_are_kept() -> None:
    entry(payload={"a": 2**53 - 1, "b": [-(2**53) + 1, True, None, "0.5"]}).save(force_insert=True)
    assert chain().unreadable == []


@pytest.mark.parametrize("when", ["infinity", "-infinity", "12026-01-01"])
def test_an_instant_without_end_is_refused(when: str) -> None:
    row = entry()
    row.save(force_insert=True)
    statement = (
        "INSERT INTO compliance_audit_entry (id, at, actor_role, action, subject_type, subject_id, "
        "payload) SELECT gen_random_uuid(), %s, actor_role, action, subject_type, subject_id, "
        "payload FROM compliance_audit_entry WHERE id = %s"
    )
    with (
        pytest.raises(DatabaseError, match="audit_entry_readable"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [when, row.pk])


@pytest.mark.parametrize("facts", ["no JSON", '{"a":0.5}'])
def test_facts_that_cannot_be_read_are_told_and_hold_nothing(folder: Path, facts: str) -> None:
    told = {"question": "filing", "on": OPENED.date(), "rulebook_digest": "", "findings": []}
    row = entry()
    row.save(force_insert=True)
    Judgement.objects.create(entry=row, rank=0, facts=facts, met=True, **told)
    make_person()
    run = seal_trail(LATER)
    assert f"position {row.position}" in run.trouble
    assert run.done["checkpoints_signed"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_judgement_is_not_added_to_an_entry_of_another_transaction() -> None:
    with transaction.atomic():
        row = record(actor=SYSTEM, action="accounts:user:create", subject=make_person(), at=OPENED)
    told = {"question": "filing", "on": OPENED.date(), "rulebook_digest": "", "findings": []}
    with pytest.raises(DatabaseError, match="in the transaction of its entry"):
        Judgement.objects.create(entry=row, rank=0, facts="{}", met=True, **told)


def test_a_row_that_cannot_be_read_holds_none_of_the_others(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE compliance_audit_entry DROP CONSTRAINT audit_entry_readable")
    entry(payload={"a": 0.5}).save(force_insert=True)
    make_person()
    run = seal_trail(LATER)
    assert "cannot be read" in run.trouble
    assert run.done["entries_chained"] > 0
    assert run.done["checkpoints_signed"] == 1


def _forged_leaf() -> None:
    Leaf.objects.create(index=size(), position=10**9, hash=leaf_hash(b"what never happened"))


def _leaf_of_what_is_to_come() -> None:
    make_person()
    position = Change.objects.order_by("position").last()
    assert position is not None
    Leaf.objects.create(index=size(), position=position.position, hash=leaf_hash(b"something else"))


def _forged_checkpoint() -> None:
    last = SignedCheckpoint.objects.get()
    make_person()
    chain()
    SignedCheckpoint.objects.create(size=size(), root=last.root, signed_at=FAR, note="forged")


@pytest.mark.parametrize("forge", [_forged_leaf, _leaf_of_what_is_to_come, _forged_checkpoint])
def test_a_lie_is_never_signed_nor_handed_over(folder: Path, forge: Callable[[], None]) -> None:
    forge()
    make_person()
    run = seal_trail(LATER)
    assert run.trouble.startswith("THE AUDIT TRAIL WAS CHANGED")
    assert run.done["checkpoints_signed"] == 0
    assert len(places.kept_in(folder)) == 1


def _anchored_in_the_future() -> None:
    Anchoring.objects.create(checkpoint=SignedCheckpoint.objects.get(), place="other", at=FAR)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE compliance_audit_anchoring DISABLE TRIGGER USER")
        cursor.execute("UPDATE compliance_audit_anchoring SET at = '2999-01-01'")


def _a_horizon_beyond_everything() -> None:
    Horizon.objects.update(position=2**62)


@pytest.mark.parametrize("stop", [_anchored_in_the_future, _a_horizon_beyond_everything])
def test_the_sealing_is_not_stopped(folder: Path, stop: Callable[[], None]) -> None:
    stop()
    make_person()
    run = seal_trail(LATER)
    assert run.trouble == ""
    assert run.done["entries_chained"] > 0
    assert len(places.kept_in(folder)) == 2


def test_a_moment_to_come_is_no_reason_to_wait(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE compliance_audit_signedcheckpoint DISABLE TRIGGER USER")
        cursor.execute("UPDATE compliance_audit_signedcheckpoint SET signed_at = '2999-01-01'")
    make_person()
    assert seal_trail(LATER).done["checkpoints_signed"] == 1
