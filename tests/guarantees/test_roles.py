"""A6, the bypass matrix: whoever holds the site's connection cannot change what only grows.

Every attack runs in a session of the runtime role on a database in which a story was played; it
must be refused in the words that belong to it, and afterwards no row and no guard has moved.
"""

import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from compliance.accounts.roles import SYSTEM
from compliance.audit.guard.catalogue import append_only_tables
from compliance.audit.guard.roles import (
    as_owner,
    connected_with,
    runtime_entry,
    runtime_role,
)
from compliance.audit.models import Entry
from compliance.audit.services import record
from tests import factories as f
from tests.guarantees.attacks import ATTACKS, COLUMNS, SEARCH_PATHS, TRAIL
from tests.guarantees.conftest import Guarded, copy, drop, kept_tables
from tests.guarantees.reporting import Report
from tests.roles import as_runtime

ONLY_GROW = [table.name for table in append_only_tables("default")]
# Those that the story of conftest.py writes; a table added later joins ONLY_GROW by itself.
FILLED = [
    "compliance_approvals_approval",
    "compliance_approvals_consumption",
    "compliance_audit_entry",
    "compliance_audit_judgement",
    "documents_documentcontent",
    "documents_wordingcomparison",
    "documents_wordingconfirmation",
    "equity_closing",
    "equity_concurrentmoney",
    "equity_earlierdistribution",
    "equity_holding",
    "equity_journalentry",
    "equity_offeringapproval",
    "equity_posting",
    "equity_withdrawalright",
    "investors_advice",
    "investors_entryacknowledgement",
    "investors_identification",
    "investors_login",
    "investors_reading",
]
OTHER_WORDS = "not chosen|No standing request|No approval that stands"
"""What triggers say before a key is looked at."""
CHANGES = (
    "UPDATE {0} SET {1} = {1}",
    "UPDATE {0} SET {1} = {1} WHERE false",
    "DELETE FROM {0}",
    "TRUNCATE {0} CASCADE",
)


def refused(guarded: Guarded, words: str, *attacks: str) -> None:
    with guarded.runtime() as attacker:
        for statements in attacks:
            with pytest.raises(psycopg.Error, match=words), attacker.transaction():
                attacker.execute(statements)
    assert guarded.snapshot() == guarded.untouched


def first_column(guarded: Guarded, table: str) -> str:
    with guarded.owner() as opened:
        row = opened.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND is_identity = 'NO' ORDER BY ordinal_position DESC",
            [table],
        ).fetchone()
    assert row is not None
    return f'"{row[0]}"'


def test_the_tables_that_only_grow_are_these_and_hold_something(guarded: Guarded) -> None:
    assert set(ONLY_GROW) >= set(FILLED)
    with guarded.runtime() as opened:
        for table in FILLED:
            row = opened.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None, table
            assert row[0] > 0, table


@pytest.mark.parametrize("table", ONLY_GROW)
def test_the_runtime_role_changes_no_row_that_only_grows(guarded: Guarded, table: str) -> None:
    column = first_column(guarded, table)
    changes = [change.format(table, column) for change in CHANGES]
    refused(guarded, "permission denied for table", *changes)


@pytest.mark.parametrize("table", ONLY_GROW)
def test_the_trigger_stops_the_owner_too(guarded: Guarded, table: str) -> None:
    column = first_column(guarded, table)
    with guarded.owner() as opened:
        for change in CHANGES:
            with pytest.raises(psycopg.Error, match=r"append-only"), opened.transaction():
                opened.execute(change.format(table, column))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_in_its_own_words_and_moves_nothing(
    guarded: Guarded, name: str
) -> None:
    statements, words = ATTACKS[name]
    refused(guarded, words, statements)


@pytest.mark.parametrize("path", SEARCH_PATHS)
def test_no_search_path_lets_an_entry_choose_its_place(guarded: Guarded, path: str) -> None:
    refused(
        guarded,
        "not chosen",
        f"SET search_path = {path}; "
        f"SELECT nextval(pg_get_serial_sequence('public.{TRAIL}', 'position')); "
        f"INSERT INTO public.{TRAIL} (position, {COLUMNS}) OVERRIDING SYSTEM VALUE "
        f"SELECT -1, gen_random_uuid(), {COLUMNS[4:]} FROM public.{TRAIL} LIMIT 1",
    )


@pytest.mark.parametrize("table", FILLED)
def test_copy_brings_in_no_row_that_is_there(guarded: Guarded, table: str) -> None:
    """COPY does not ask whether a column is generated: the keys and the trigger must stop it."""
    with guarded.runtime() as attacker:
        with attacker.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as out:
            rows = b"".join(bytes(part) for part in out)
        assert rows
        with (
            pytest.raises(psycopg.Error, match=f"duplicate key|not yet defined|{OTHER_WORDS}"),
            attacker.cursor().copy(f"COPY {table} FROM STDIN") as into,
        ):
            into.write(rows)
    assert guarded.snapshot() == guarded.untouched


def test_copy_puts_no_entry_at_a_place_of_its_choice(guarded: Guarded) -> None:
    with guarded.runtime() as attacker:
        for place in (-1, 0, 10_000):
            row = f"{uuid4()}\t2026-01-01\tsystem\t\\N\ta:b\ta.b\t{uuid4()}\t{{}}\t{place}\n"
            with (
                pytest.raises(psycopg.Error, match=r"not chosen|not yet defined"),
                attacker.cursor().copy(f"COPY {TRAIL} ({COLUMNS}, position) FROM STDIN") as into,
            ):
                into.write(row)
    assert guarded.snapshot() == guarded.untouched


def test_even_with_temporary_tables_a_shadow_of_the_trail_decides_nothing(
    guarded: Guarded,
) -> None:
    """The second wall: should somebody grant TEMPORARY, the trigger still looks at the table."""
    name = f"{guarded.name}_temp"
    copy(guarded.name, name)
    weak = Guarded(name, guarded.entry)
    try:
        with weak.owner() as owner:
            owner.execute(f'GRANT TEMPORARY ON DATABASE "{name}" TO {runtime_role(guarded.entry)}')
        with weak.runtime() as attacker:
            attacker.execute(
                f"CREATE TEMP TABLE {TRAIL} (position bigint GENERATED ALWAYS AS IDENTITY "
                "(START -5 MINVALUE -5))"
            )
            attacker.execute(f"INSERT INTO pg_temp.{TRAIL} DEFAULT VALUES")
            with pytest.raises(psycopg.Error, match=r"not chosen|not yet defined"):
                attacker.execute(
                    f"INSERT INTO public.{TRAIL} (position, {COLUMNS}) OVERRIDING SYSTEM VALUE "
                    f"SELECT -5, gen_random_uuid(), {COLUMNS[4:]} FROM public.{TRAIL} LIMIT 1"
                )
    finally:
        drop(name)


def test_the_runtime_role_is_nothing_but_itself(guarded: Guarded) -> None:
    with guarded.runtime() as opened:
        row = opened.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, "
            "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid), "
            "(SELECT count(*) FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o') "
            "FROM pg_roles r WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False, False, 0, 0)
        with guarded.owner() as owner:
            assert owner.info.user != opened.info.user


def test_ordinary_tables_are_read_written_and_never_emptied(guarded: Guarded) -> None:
    with guarded.runtime() as opened:
        for table in kept_tables(opened):
            held = opened.execute(
                "SELECT array_agg(p ORDER BY p) FROM unnest(ARRAY['DELETE', 'INSERT', 'REFERENCES',"
                " 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']) p "
                "WHERE has_table_privilege(%s, p)",
                [table.name],
            ).fetchone()
            added_to = table.append_only or table.updatable is not None
            expected = (
                ["INSERT", "SELECT"] if added_to else ["DELETE", "INSERT", "SELECT", "UPDATE"]
            )
            assert held == (expected if table.insertable else ["SELECT"],), table
            columns = opened.execute(
                "SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = %s::regclass "
                "AND attnum > 0 AND has_column_privilege(attrelid, attnum, 'UPDATE')",
                [table.name],
            ).fetchone()
            if added_to:
                assert columns is not None
                assert set(columns[0] or ()) == set(table.updatable or ()), table


def test_the_site_writes_its_trail_as_the_runtime_role(runtime_connection: Any) -> None:
    with runtime_connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("compliance",)
    with transaction.atomic():
        entry = record(
            actor=SYSTEM, action="investors:person:register", subject=("a.b", uuid4()), at=f.OPENED
        )
    assert Entry.objects.get() == entry
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Entry.objects.update(action="offering:close")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Entry.objects.all()._raw_delete("default")


@pytest.mark.django_db
def test_the_role_does_not_change_inside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError, match="inside a transaction"), as_runtime():
        pass


def test_the_owner_is_lent_to_one_thread_and_given_back(guarded: Guarded) -> None:
    own = connection.settings_dict
    site = {**runtime_entry(own), "OWNER": {"USER": own["USER"], "PASSWORD": own["PASSWORD"]}}
    with connected_with(connection, site):
        with as_owner():
            assert connection.settings_dict["USER"] == own["USER"]
            assert runtime_role(connection.settings_dict) == site["USER"]
            with as_owner():
                assert runtime_role(connection.settings_dict) == site["USER"]
        assert connection.settings_dict is site
    assert connection.settings_dict is own


def test_the_names_in_the_attacks_are_those_of_this_server(
    guarded: Guarded, report: Report
) -> None:
    told = " ".join(statement for statement, _ in ATTACKS.values())
    assert runtime_role(guarded.entry) in told
    assert guarded.entry["USER"] in re.findall(r"\w+", told)
    report("roles", figures={"attacks": len(ATTACKS), "tables that only grow": len(ONLY_GROW)})
