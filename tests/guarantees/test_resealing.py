"""The data keys are rotated through everything that never changes, by the owner alone."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.vault.keys import ring
from compliance.vault.management.commands import rotate_data_keys
from compliance.vault.rotation import rotate, sealed_tables
from documents.models import DocumentContent
from equity.models import Version
from tests.guarantees.conftest import Guarded, copy, drop

NEW = "5ea1" * 16


@pytest.fixture
def lived_in(
    guarded: Guarded, settings: Any, django_db_blocker: DjangoDbBlocker
) -> Iterator[Guarded]:
    """A copy of the story's database, with a new key in the ring."""
    name = f"{guarded.name}_sealed"
    spec = settings.COMPLIANCE["DATA_KEYS"].replace("active = test", f"active = new; new = {NEW}")
    with django_db_blocker.unblock():
        copy(guarded.name, name)
        settings.COMPLIANCE = settings.COMPLIANCE | {"DATA_KEYS": spec}
        yield Guarded(name, {**guarded.entry, "NAME": name})
        drop(name)


@contextmanager
def site_of(database: Guarded) -> Iterator[None]:
    """The default connection as the site's, with an owner to be lent."""
    entry = database.entry
    owner = {key: entry[key] for key in ("USER", "PASSWORD")}
    with connected_with(connection, {**runtime_entry(entry), "OWNER": owner}):
        yield


def test_a_rotation_goes_through_what_never_changes(
    lived_in: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Apps that are there for tests alone have no table in the story's database.
    ours = tuple(table for table in sealed_tables() if "vault_app" not in table.name)
    monkeypatch.setattr(rotate_data_keys, "sealed_tables", lambda: ours)
    with site_of(lived_in):
        before = bytes(DocumentContent.objects.get().pdf)
        items = Version.objects.get().items
        assert items
        out = io.StringIO()
        call_command("rotate_data_keys", stdout=out)
        said = out.getvalue()
        assert "documents_documentcontent: 1 rows rewritten" in said
        assert "documents_documentcontent: 1 values under new" in said
        assert "Nothing lies under test any more." in said
        assert bytes(DocumentContent.objects.get().pdf) == before
        assert "equity_version: 1 values under new" in said or "equity_version: 2" in said
        assert Version.objects.get().items == items


def test_the_site_itself_rewrites_nothing(lived_in: Guarded) -> None:
    (table,) = (table for table in sealed_tables() if table.model is DocumentContent)
    with site_of(lived_in), pytest.raises(DatabaseError, match="permission denied"):
        list(rotate(table, ring=ring(), using="default"))


def test_what_is_not_sealed_is_not_rewritten_by_saying_so(guarded: Guarded) -> None:
    with guarded.owner() as owner:
        for statement in (
            "UPDATE documents_wordingconfirmation SET source = 'x'",
            "UPDATE compliance_audit_entry SET at = now()",
            "DELETE FROM documents_documentcontent",
            "TRUNCATE documents_documentcontent",
            "UPDATE equity_version SET price = 1, items = items",
            "DELETE FROM equity_version",
        ):
            owner.execute("SET compliance.resealing = 'on'")
            with pytest.raises(psycopg.Error, match=r"append-only|published version|foreign key"):
                owner.execute(statement)
