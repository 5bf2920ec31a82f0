"""A database as an installation has it: migrated by the owner, lived in by the runtime role."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.catalogue import Table, tables
from compliance.audit.guard.grants import closing_statements
from compliance.audit.guard.roles import owner_entry, runtime_entry, runtime_role
from compliance.scenarios.playing.play import play
from compliance.scenarios.playing.stage import scratch_database
from compliance.scenarios.reading import read_story
from documents.models import Document
from documents.services import render_document
from equity.models import ConcurrentMoney, EarlierDistribution, Offering
from tests import factories as f
from tests.guarantees.pair_scenes import as_asked, make_people, wording
from tests.guarantees.reporting import Report
from tests.roles import as_runtime

STORY = Path(__file__).resolve().parents[1] / "scenarios" / "shared" / "01-maple-shares-close.yaml"
_CATALOGUE = """
SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled, tgfoid) FROM pg_trigger
UNION ALL SELECT concat_ws(' ', relkind, oid::regclass, relowner, relacl) FROM pg_class
    WHERE relnamespace::regnamespace::text NOT LIKE 'pg\\_%'
UNION ALL SELECT concat_ws(' ', 'function', oid::regprocedure, md5(prosrc)) FROM pg_proc
    WHERE pronamespace::regnamespace::text NOT LIKE 'pg\\_%'
UNION ALL SELECT concat_ws(' ', 'rule', rulename, ev_class::regclass) FROM pg_rewrite
UNION ALL SELECT concat_ws(' ', 'schema', nspname, nspowner, nspacl) FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_t%'
UNION ALL SELECT concat_ws(' ', 'member', roleid, member) FROM pg_auth_members
UNION ALL SELECT concat_ws(' ', 'role', rolname, rolsuper, rolconfig) FROM pg_roles
ORDER BY 1
"""


@dataclass(frozen=True)
class Guarded:
    """A database of this kind by its name, and the two ways into it."""

    name: str
    entry: dict[str, Any]
    """Django's settings of its owner."""

    @contextmanager
    def runtime(self) -> Iterator[psycopg.Connection]:
        """As the site connects."""
        with self._open(runtime_entry(self.entry)) as opened:
            yield opened

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection]:
        """As migrations connect."""
        with self._open(self.entry) as opened:
            yield opened

    @contextmanager
    def _open(self, entry: dict[str, Any]) -> Iterator[psycopg.Connection]:
        with psycopg.connect(
            host=entry["HOST"] or None,
            port=entry["PORT"] or None,
            user=entry["USER"],
            password=entry["PASSWORD"] or None,
            dbname=self.name,
            autocommit=True,
        ) as opened:
            yield opened

    @cached_property
    def untouched(self) -> tuple[object, ...]:
        """The first snapshot: nothing that a test does may ever move it."""
        return self.snapshot()

    def snapshot(self) -> tuple[object, ...]:
        """Every row of every table, and what the catalogue holds, as the owner sees them."""
        with self.owner() as opened:
            rows = [
                (
                    table.name,
                    opened.execute(
                        sql.SQL(
                            "SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY "
                            "t::text), '')) FROM {} t"
                        ).format(sql.Identifier(table.name))
                    ).fetchone(),
                )
                for table in kept_tables(opened)
            ]
            return (*rows, *opened.execute(_CATALOGUE).fetchall())


def kept_tables(opened: psycopg.Connection) -> list[Table]:
    """The tables of the site; those of apps that are there for tests alone have no migration."""
    found = opened.execute("SELECT relname FROM pg_class WHERE relkind = 'r'").fetchall()
    present = {name for (name,) in found}
    return [table for table in tables("default") if table.name in present]


def fill() -> None:
    """Put at least one row into every table that only grows, as the site does."""
    play(read_story(STORY))
    at = f.OPENED
    offering = Offering.objects.get()
    render_document(Document.objects.values_list("pk", flat=True)[0], at=at)
    ConcurrentMoney.objects.create(
        offering=offering, amount=Decimal("10.00"), unconditional=True, recorded_at=at
    )
    EarlierDistribution.objects.create(
        issuer=offering.issuer, closed_on=date(2025, 1, 2), amount=Decimal("1.00"), recorded_at=at
    )
    as_asked(wording(make_people()))


@pytest.fixture
def report() -> Report:
    """Where the test of a promise says what it tried and what it caught."""
    return Report()


@pytest.fixture(scope="session")
def guarded(django_db_blocker: DjangoDbBlocker) -> Iterator[Guarded]:
    """A story with a closing, played as the runtime role, in a database that is then left alone."""
    name = f"guarded_{secrets.token_hex(6)}"
    with django_db_blocker.unblock():
        with scratch_database():
            with as_runtime():
                fill()
            played = connection.settings_dict["NAME"]
            copy(played, name)
        database = Guarded(name, {**owner_entry(connection.settings_dict), "NAME": name})
        assert database.untouched
        yield database
        drop(name)


def copy(source: str, name: str) -> None:
    """A copy of a database, closed to everybody but its owner and the runtime role."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        for statement in closing_statements(name, runtime_role(connection.settings_dict)):
            cursor.execute(statement)


def drop(name: str) -> None:
    """Remove a copy."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')
