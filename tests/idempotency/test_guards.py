"""What the database itself holds of a key, against the site's own role and against the owner."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from compliance.accounts.roles import SYSTEM
from compliance.audit.guard.catalogue import tables
from compliance.casework.services import open_case
from compliance.idempotency.models import KeyedAct
from tests.factories import OPENED

TABLE = "compliance_idempotency_keyedact"
INSERT = (
    f"INSERT INTO {TABLE} (actor_role, actor_id, key, act, body, at, answer) "
    "VALUES (%s, %s, %s, 'test:act', '\\x00', '2026-03-02Z', %s)"
)


def keyed() -> KeyedAct:
    open_case(actor=SYSTEM, kind="other", subject=("a.b", uuid4()), at=OPENED, key="k")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return KeyedAct.objects.get()


def refused(words: str, statement: str, *values: object) -> None:
    with (
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def test_the_site_may_write_the_answer_and_nothing_else() -> None:
    [table] = [table for table in tables("default") if table.name == TABLE]
    assert table.updatable == ("answer",)


def test_the_runtime_role_changes_no_key(runtime_connection: Any) -> None:
    row = keyed()
    for column in ("id", "actor_role", "actor_id", "key", "act", "body", "at"):
        refused("permission denied", f"UPDATE {TABLE} SET {column} = {column}")
    refused("permission denied", f"DELETE FROM {TABLE}")
    refused("permission denied", f"TRUNCATE {TABLE}")
    refused("never changes", f"UPDATE {TABLE} SET answer = '{{}}'")
    refused("never changes", f"UPDATE {TABLE} SET answer = answer")
    refused("never changes", f"UPDATE {TABLE} SET answer = NULL")
    assert KeyedAct.objects.values().get() == KeyedAct.objects.filter(pk=row.pk).values().get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE {TABLE} SET answer = '{{}}'",
        f"UPDATE {TABLE} SET at = now()",
        f"UPDATE {TABLE} SET key = 'other'",
        f"DELETE FROM {TABLE}",
        f"TRUNCATE {TABLE}",
    ],
)
def test_the_triggers_stop_the_owner_too(change: str) -> None:
    keyed()
    refused("never changes|append-only", change)


def test_a_key_without_its_answer_is_not_committed(runtime_connection: Any) -> None:
    refused("together with its answer", INSERT, "system", None, "k", None)
    assert not KeyedAct.objects.exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, ["system", None, "k", None])
        cursor.execute(f"UPDATE {TABLE} SET answer = '{{}}'")
    assert KeyedAct.objects.get().answer == "{}"


@pytest.mark.django_db
@pytest.mark.parametrize("actor", [("system", None), ("investor", uuid4())])
def test_one_key_of_one_actor_is_there_once(actor: tuple[str, object]) -> None:
    """Also for the system, which has no id: no two NULLs are equal unless one says so."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*actor, "k", "{}"])
    refused("idempotency_key_once", INSERT, *actor, "k", "{}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "key", "words"),
    [
        (("system", uuid4()), "k", "idempotency_actor"),
        (("investor", None), "k", "idempotency_actor"),
        (("nobody", uuid4()), "k", "idempotency_actor_role"),
        (("system", None), "", "idempotency_key_visible"),
        (("system", None), "a b", "idempotency_key_visible"),
        (("system", None), "a\n", "idempotency_key_visible"),
        (("system", None), "é", "idempotency_key_visible"),
        (("system", None), "a" * 256, "too long"),
    ],
)
def test_what_cannot_be_a_row(actor: tuple[str, object], key: str, words: str) -> None:
    refused(words, INSERT, *actor, key, "{}")


@pytest.mark.django_db
def test_the_refusal_of_a_commit_names_its_constraint() -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, ["system", None, "k", None])
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cause = refusal.value.__cause__
        assert cause is not None
        assert cause.diag.constraint_name == "idempotency_answered_at_commit"  # type: ignore[attr-defined]
        cursor.execute(f"UPDATE {TABLE} SET answer = '{{}}'")
