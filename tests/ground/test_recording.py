"""Nothing escapes the trail: every table of our apps, by every road, in the same transaction.

A5 of the guarantees. The list of tables comes from the app registry, so that a new model without
its recording fails here. For each table a row is added, changed column by column, and removed, with
the guards of the table out of the way: what they would refuse is not the question here.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM
from compliance.audit import recording
from compliance.audit.guard.catalogue import OURS, RECORDED, recorded_models, tables
from compliance.audit.models import Change, Entry
from compliance.audit.services import record
from equity.models import Offering, Portal
from investors.models import Person
from tests import factories as f

pytestmark = pytest.mark.django_db

MODELS = {model._meta.db_table: model for model in recorded_models("default")}
CLEAR_TEXT = "x"


def changes() -> list[Change]:
    """What this transaction has recorded so far, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (number,) = cursor.fetchone()
    return list(Change.objects.filter(transaction=number).order_by("position"))


def last() -> Change:
    """The change that was recorded last."""
    return changes()[-1]


# --- Every table ----------------------------------------------------------------------------------

UNAUDITED = {
    "compliance_audit_anchoring",
    "compliance_audit_block",
    "compliance_audit_change",
    "compliance_audit_entry",
    "compliance_audit_horizon",
    "compliance_audit_judgement",
    "compliance_audit_leaf",
    "compliance_audit_signedcheckpoint",
    "compliance_idempotency_keyedact",
    "compliance_outbox_heard",
    "compliance_outbox_message",
    "compliance_outbox_reader",
    "compliance_signin_cache",
}
"""The tables of ours that are not recorded; each says why in its model."""


def test_every_table_of_ours_is_recorded_or_says_why_not() -> None:
    ours = {table.name for table in tables("default") if table.name.split("_")[0] in OURS}
    assert ours - set(MODELS) == UNAUDITED
    assert all(RECORDED in table.guards for table in tables("default") if table.name in MODELS)


VALUES: dict[str, str] = {
    "uuid": "gen_random_uuid()",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "numeric": "1.25",
    "boolean": "true",
    "date": "DATE '2026-03-02'",
    "timestamp with time zone": "TIMESTAMPTZ '2026-03-02 15:00:00+00'",
    "bytea": r"'\x01'::bytea",
    "jsonb": """'{"a": 1}'::jsonb""",
    "ARRAY": "ARRAY[gen_random_uuid()]",
}
"""A value of each type of column; of texts, a letter."""
OTHERS = VALUES | {
    "bigint": "2",
    "integer": "2",
    "smallint": "2",
    "numeric": "2.50",
    "boolean": "false",
    "date": "DATE '2026-03-03'",
    "timestamp with time zone": "TIMESTAMPTZ '2026-03-03 15:00:00+00'",
    "bytea": r"'\x02'::bytea",
    "jsonb": """'{"a": 2}'::jsonb""",
    "ARRAY": "'{}'",
}


def columns(table: str) -> dict[str, str]:
    """The columns of a table with their types, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_name = %s AND table_schema = current_schema() ORDER BY ordinal_position",
            [table],
        )
        return dict(cursor.fetchall())


def unguarded(table: str) -> None:
    """Take every constraint and trigger of a table away but the recording, until the rollback."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN "
            "('c', 'f')",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {RECORDED}")


@pytest.mark.parametrize("table", sorted(MODELS))
def test_a_row_is_added_changed_and_removed(table: str) -> None:
    model, typed = MODELS[table], columns(table)
    key = str(model._meta.pk.column)
    unguarded(table)
    with connection.cursor() as cursor:
        names = ", ".join(f'"{name}"' for name in typed)
        values = ", ".join(VALUES.get(kind, f"'{CLEAR_TEXT}'") for kind in typed.values())
        cursor.execute(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values}) "
            f'RETURNING "{key}"'
        )
        row = str(cursor.fetchone()[0])
        added = last()
        assert (added.table, added.row, added.operation) == (table, row, "insert")
        assert added.before is None
        assert set(added.after) == told(model, typed)
        for name, kind in typed.items():
            if name == key:
                continue
            other = OTHERS.get(kind, "'y'")
            cursor.execute(f'UPDATE {table} SET "{name}" = {other}')
            _changed(model, last(), name)
        cursor.execute(f"DELETE FROM {table}")
        removed = last()
        assert (removed.row, removed.operation, removed.after) == (row, "delete", None)
        assert set(removed.before) == told(model, typed)
        assert set(map(str, added.after.values())) & {CLEAR_TEXT, "\\x01"} <= {CLEAR_TEXT}


def told(model: type[models.Model], typed: dict[str, str]) -> set[str]:
    """What a row that is added or removed shows: its clear columns, and one commitment to all that
    is not."""
    clear = {*recording.clear_columns(model)}
    return clear if clear == set(typed) else clear | {"*"}


def _changed(model: type[models.Model], change: Change, column: str) -> None:
    """One column was changed: recorded with both values, unless triggers alone write it."""
    if column in recording.derived_columns(model):
        assert change.after is None or column not in change.after or change.operation != "update"
        return
    assert change.operation == "update"
    assert set(change.before) == set(change.after) == {column}
    assert change.before != change.after
    clear = column in recording.clear_columns(model)
    for value in (change.before[column], change.after[column]):
        assert isinstance(value, bool) or str(value).startswith("sha256:") != clear


# --- Every road -----------------------------------------------------------------------------------


def _raw(statement: str) -> Callable[[Portal], None]:
    def change(portal: Portal) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"key": portal.pk})

    return change


def _saved(portal: Portal) -> None:
    portal.purchaser_fee = True
    portal.save()


def _bulk_updated(portal: Portal) -> None:
    portal.purchaser_fee = True
    Portal.objects.bulk_update([portal], ["purchaser_fee"])


ROADS: dict[str, Callable[[Portal], None]] = {
    "save": _saved,
    "update": lambda portal: _many(Portal.objects.filter(pk=portal.pk).update(purchaser_fee=True)),
    "bulk_update": _bulk_updated,
    "update_or_create": lambda portal: _many(
        Portal.objects.update_or_create(pk=portal.pk, defaults={"purchaser_fee": True})
    ),
    "raw SQL": _raw("UPDATE equity_portal SET purchaser_fee = true WHERE id = %(key)s"),
    "a common table": _raw(
        "WITH changed AS (UPDATE equity_portal SET purchaser_fee = true WHERE id = %(key)s "
        "RETURNING 1) SELECT * FROM changed"
    ),
    "a merge": _raw(
        "MERGE INTO equity_portal p USING (SELECT %(key)s::uuid AS id) s ON p.id = s.id "
        "WHEN MATCHED THEN UPDATE SET purchaser_fee = true"
    ),
    "insert or update": _raw(
        "INSERT INTO equity_portal SELECT * FROM equity_portal WHERE id = %(key)s "
        "ON CONFLICT (id) DO UPDATE SET purchaser_fee = true"
    ),
    "a block of code": lambda portal: _raw(
        f"DO $$ BEGIN UPDATE equity_portal SET purchaser_fee = true WHERE id = '{portal.pk}'; "
        "END $$"
    )(portal),
}


def _many(done: object) -> None:
    assert done


@pytest.mark.parametrize("road", ROADS)
def test_whatever_the_road_before_and_after_are_told(road: str) -> None:
    portal = f.open_offering().offering.portal
    told = len(changes())
    ROADS[road](portal)
    (change,) = changes()[told:]
    assert (change.table, change.row, change.operation) == (
        "equity_portal",
        str(portal.pk),
        "update",
    )
    assert (change.before, change.after) == ({"purchaser_fee": False}, {"purchaser_fee": True})
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert change.role == cursor.fetchone()[0]


def test_rows_written_together_are_told_one_by_one() -> None:
    cast = f.open_offering()
    told = len(changes())
    Person.objects.bulk_create([Person(province="QC", created_at=f.OPENED) for _ in range(3)])
    Person.objects.filter(province="QC").update(province="ON")
    Person.objects.filter(province="ON").delete()
    kinds = [change.operation for change in changes()[told:]]
    assert kinds == ["insert"] * 3 + ["update"] * 3 + ["delete"] * 3
    assert Offering.objects.filter(pk=cast.offering.pk).exists()


def test_the_entry_of_the_transaction_says_who(django_user_model: type[User]) -> None:
    user = django_user_model.objects.create_user("marie@exemple.ca", None)
    with transaction.atomic():
        entry = record(
            actor=SYSTEM, action="accounts:user:create", subject=user, at=datetime.now(UTC)
        )
    entry = Entry.objects.get(pk=entry.pk)
    assert entry.transaction == last().transaction


def test_what_changes_nothing_is_not_told() -> None:
    portal = f.open_offering().offering.portal
    told = len(changes())
    Portal.objects.filter(pk=portal.pk).update(purchaser_fee=False)
    assert len(changes()) == told


# --- Nothing personal -----------------------------------------------------------------------------


def test_a_text_is_only_committed_to_and_can_be_shown_with_its_salt() -> None:
    portal = f.open_offering().offering.portal
    Portal.objects.filter(pk=portal.pk).update(address="12, rue des Érables")
    change = last()
    assert set(change.after) == {"address"}
    committed = sha256(f"{change.salt}:12, rue des Érables".encode()).hexdigest()
    assert change.after["address"] == f"sha256:{committed}"
    Portal.objects.filter(pk=portal.pk).update(telephone="418 555-0199")
    assert last().after["telephone"].startswith("sha256:")


def test_nothing_of_a_person_stands_in_the_trail_in_clear() -> None:
    cast = f.open_offering()
    person = f.make_person()
    f.subscribed(cast, person)
    row = Person.objects.get(pk=person.pk)
    told = " ".join(f"{change.before} {change.after}" for change in changes())
    personal = (row.family_name, row.first_name, row.email, row.street, row.born, row.postal_code)
    assert [text for text in personal if text and text in told] == []


CODES = {
    "act", "added_by_role", "answered_by_role", "applies_to", "asked_of", "by_role",
    "certified_digest", "code", "covered", "digest", "facts_digest", "fingerprint", "grade",
    "head_office", "item", "jurisdiction", "kind", "language", "last_two", "media_type", "method",
    "neq", "opened_by_role", "outcome", "part", "portal_kind", "proposed_by_role", "province",
    "rule", "security_kind", "sha256", "source_digest", "state", "statement", "statement_digest",
    "statements_digest", "step", "subject_type", "template", "text_digest", "token_digest",
    "used_by_role",
}  # fmt: skip
"""Every free text that is recorded in clear; whoever adds one thinks about it first."""


def test_only_codes_are_told_in_clear() -> None:
    free = {
        field.column
        for model in MODELS.values()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and not field.choices
        if field.column in recording.clear_columns(model)
    }
    assert free == CODES


def test_money_is_never_a_float() -> None:
    cast = f.open_offering()
    f.subscribed(cast, f.make_person())
    amounts = [
        change.after["amount"]
        for change in changes()
        if change.table == "equity_subscription" and "amount" in (change.after or {})
    ]
    assert amounts
    assert all(Decimal(amount) > 0 and isinstance(amount, str) for amount in amounts)


# --- The triggers themselves ----------------------------------------------------------------------


def test_migrate_sets_again_what_is_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {RECORDED} ON equity_portal")
    recording.record_changes(connection)
    recording.record_changes(connection)
    portal = f.open_offering().offering.portal
    Portal.objects.filter(pk=portal.pk).update(purchaser_fee=True)
    assert last().after == {"purchaser_fee": True}


def test_a_table_that_is_emptied_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE equity_authorisation")
    assert (last().table, last().operation) == ("equity_authorisation", "truncate")


def test_a_model_that_says_why_not_is_left_alone() -> None:
    with patch.object(Portal, "unaudited", "a test", create=True):
        assert Portal not in recorded_models("default")
        assert "equity_portal" in {table.name for table in tables("default")}


@pytest.mark.django_db(transaction=True)
def test_the_trail_itself_cannot_be_written_by_the_site() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        for statement in (
            "UPDATE compliance_audit_change SET role = 'x'",
            "DELETE FROM compliance_audit_change",
            "UPDATE compliance_audit_leaf SET position = 1",
            "DELETE FROM compliance_audit_signedcheckpoint",
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(statement)
        hole = "INSERT INTO compliance_audit_leaf (index, position, hash) VALUES (7, 7, %s)"
        with pytest.raises(DatabaseError, match="follows the one before"), transaction.atomic():
            cursor.execute(hole, [uuid.uuid4().bytes * 2])


def test_an_entry_cannot_claim_another_transaction() -> None:
    with transaction.atomic():
        record(
            actor=SYSTEM, action="accounts:user:create", subject=("a.b", uuid.uuid4()), at=f.OPENED
        )
    claimed: dict[str, Any] = {"transaction": 5}
    forged = Entry(
        at=f.OPENED,
        actor_role="system",
        action="x:y:z",
        subject_type="a.b",
        subject_id=uuid.uuid4(),
        payload={},
        **claimed,
    )
    with pytest.raises(DatabaseError, match="told by the database"), transaction.atomic():
        forged.save(force_insert=True)
