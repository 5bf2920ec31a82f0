"""A table that only grows and holds sealed values may be sealed again: its trigger says so."""

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.vault.rotation import sealed_tables

pytestmark = pytest.mark.django_db


def triggers() -> dict[str, str]:
    """The trigger of every append-only table with a sealed column, as the database has it."""
    names = {
        table.name: f"{table.name}_append_only"
        for table in sealed_tables()
        if getattr(table.model, "append_only", False)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = ANY(%s)",
            [list(names.values())],
        )
        found = dict(cursor.fetchall())
    return {table: found.get(name, "") for table, name in names.items()}


def test_every_append_only_table_with_sealed_values_can_be_sealed_again() -> None:
    found = triggers()
    assert {"equity_exemptreport", "equity_prooffile", "equity_remark"} <= set(found)
    assert [table for table, told in found.items() if "'resealed'" not in told] == []


def test_it_may_only_while_keys_are_rotated_and_a_trigger_without_the_word_stops_it() -> None:
    change = "UPDATE equity_remark SET text = text"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(change)
    with transaction.atomic():
        run("SET LOCAL compliance.resealing = 'on'")
        run(change)
    # The broken copy: as the table was before.
    run(
        "CREATE OR REPLACE TRIGGER equity_remark_append_only "
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_remark "
        "FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only()"
    )
    run("SET LOCAL compliance.resealing = 'on'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(change)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
