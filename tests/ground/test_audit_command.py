"""`manage.py audit`: what it says, and the status it ends with."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry, SignedCheckpoint
from compliance.audit.services import record
from compliance.audit.tree.sealing import seal_trail
from compliance.audit.verifier import verify_audit
from tests.factories import OPENED, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def audit(*arguments: object, **options: Any) -> str:
    """What the command prints, errors included; it raises what it raises."""
    out = StringIO()
    call_command("audit", *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


def something() -> Entry:
    """An entry and a change."""
    person = make_person()
    with transaction.atomic():
        return record(actor=SYSTEM, action="accounts:user:create", subject=person, at=OPENED)


def as_owner_past_the_guards(statement: str) -> None:
    """What somebody with every right does."""
    with connection.cursor() as cursor:
        table = statement.split()[2 if statement.startswith("DELETE") else 1]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_chain_says_what_it_did_and_verify_that_nothing_was_changed() -> None:
    something()
    told = audit("chain")
    assert "checkpoints signed: 1" in told
    assert "The trail is intact." in audit("verify")
    assert "entries chained: 0" in audit("chain")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE compliance_audit_entry SET action = 'a:b:c'", "is not what was chained"),
        ("UPDATE compliance_audit_change SET after = '{}'", "is not what was chained"),
        ("DELETE FROM compliance_audit_change", "is gone"),
        ("UPDATE compliance_audit_leaf SET hash = sha256('x')", "not those that were signed"),
        ("DELETE FROM compliance_audit_leaf WHERE index = 0", "The leaf 0 is missing"),
        ("UPDATE compliance_audit_signedcheckpoint SET size = 1", "is not its signed note"),
    ],
)
def test_what_was_changed_is_named_and_ends_with_1(statement: str, words: str) -> None:
    something()
    seal_trail(AT)
    as_owner_past_the_guards(statement)
    out = StringIO()
    with pytest.raises(CommandError, match="ALTERED") as ended:
        call_command("audit", "verify", stdout=out, stderr=out)
    assert ended.value.returncode == 1
    assert words in out.getvalue()


def test_what_cannot_be_told_ends_with_2(settings: Any, tmp_path: Path) -> None:
    something()
    seal_trail(AT)
    with pytest.raises(CommandError, match="There is no") as ended:
        audit("verify", "--checkpoints", tmp_path / "nowhere")
    assert ended.value.returncode == 2
    (tmp_path / "1.checkpoint").write_bytes(b"\xff")
    with pytest.raises(CommandError, match="cannot be told") as ended:
        audit("verify", "--checkpoints", tmp_path)
    assert ended.value.returncode == 2
    settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_KEY": "11" * 32}
    with pytest.raises(CommandError, match="cannot be told") as ended:
        audit("verify")
    assert ended.value.returncode == 2


def test_a_damaged_tree_is_not_signed_over() -> None:
    something()
    seal_trail(AT)
    as_owner_past_the_guards("UPDATE compliance_audit_leaf SET hash = sha256('x') WHERE index = 0")
    something()
    with pytest.raises(CommandError, match="WAS CHANGED"):
        audit("chain")
    assert SignedCheckpoint.objects.count() == 1


def test_an_export_and_a_receipt_are_checked_by_the_strangers_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No checkpoint") as ended:
        audit("export", "--out", tmp_path / "early.zip")
    assert ended.value.returncode == 2
    assert list(tmp_path.iterdir()) == []
    entry = something()
    with pytest.raises(CommandError, match="covers that position"):
        audit("receipt", entry.position, "--out", tmp_path)
    seal_trail(AT)
    key = audit("key").strip()
    audit("export", "--out", tmp_path / "trail.zip")
    assert verify_audit.main([str(tmp_path / "trail.zip"), "--key", key]) == 0
    audit("receipt", entry.position, "--out", tmp_path)
    proof, leaf = (tmp_path / f"{entry.position}.{end}" for end in ("tlog-proof", "json"))
    assert verify_audit.main([str(proof), str(leaf), "--key", key]) == 0
    leaf.write_bytes(leaf.read_bytes() + b" ")
    assert verify_audit.main([str(proof), str(leaf), "--key", key]) == 1


def test_without_a_key_nothing_is_signed_and_the_command_says_so(settings: Any) -> None:
    settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_KEY": None}
    something()
    assert "checkpoints signed: 0" in audit("chain")
    with pytest.raises(CommandError, match="No key is set"):
        audit("key")
