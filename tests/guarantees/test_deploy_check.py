"""`check --deploy` on a server of its own, as a production has it, and on copies broken on purpose.

The server is kept, not throwaway: it waits for the disk, so that a sound installation passes.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.checks import CheckMessage
from django.db import connection, connections
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from compliance.audit.guard import checks
from compliance.audit.guard.grants import closing_statements, grant
from compliance.config.postgres.roles import BOOTSTRAP, OWNER, RUNTIME
from compliance.config.postgres.server import DATABASE, Server
from tests.guarantees.reporting import Report
from tests.sealed import keyed

ROOT = Path(__file__).resolve().parents[2]
TRAIL = "compliance_audit_entry"


@dataclass(frozen=True)
class Installation:
    """A production: its server and the environment that its programs run in."""

    server: Server
    environment: dict[str, str]

    def manage(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """manage.py as this production runs it; an empty variable is not set."""
        given = self.environment | variables
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={name: value for name, value in given.items() if value},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def url(self, role: str) -> str:
        """The database's URL for a role."""
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.server.socket))}"

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A copy of the migrated database, closed like it, to be broken."""
        name = f"copy_{secrets.token_hex(4)}"
        with self.server._connect(user=OWNER) as owner:
            owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{DATABASE}"')
            for statement in closing_statements(name, RUNTIME):
                owner.execute(statement)
            yield name
            # Without FORCE, which may not end an autovacuum of the superuser's.
            owner.execute(f'DROP DATABASE "{name}"')

    @contextmanager
    def connected(self, database: str, user: str = RUNTIME, **more: Any) -> Iterator[Any]:
        """A connection of Django's to one of the databases."""
        handler = ConnectionHandler(
            {
                "default": {
                    "ENGINE": "django.db.backends.postgresql",
                    "NAME": database,
                    "USER": user,
                    "HOST": str(self.server.socket),
                    "PORT": "5432",
                    **more,
                }
            }
        )
        try:
            yield handler["default"]
        finally:
            handler["default"].close()

    def faults(self, database: str, user: str = RUNTIME) -> list[CheckMessage]:
        """What the check finds when the site runs as `user` on a database."""
        with self.connected(database, user) as opened:
            return checks.check_role(opened)


@pytest.fixture(scope="module")
def installation(django_db_blocker: DjangoDbBlocker) -> Iterator[Installation]:
    above = Path(tempfile.mkdtemp(prefix="eqc-deploy-"))
    above.chmod(0o711)
    server = Server(above / "pg", database=DATABASE)
    server.join()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMPLIANCE_", "DJANGO_", "DATABASE_", "PG"))
    }
    try:
        made = Installation(server, environment)
        environment |= {
            "DATABASE_URL": made.url(RUNTIME),
            "COMPLIANCE_DATA_DIR": str(above),
            "COMPLIANCE_SECRET_KEY": secrets.token_urlsafe(60),
            "COMPLIANCE_DATA_KEYS": (
                f"active = a; a = {secrets.token_hex(32)}; index = {secrets.token_hex(32)}"
            ),
            "COMPLIANCE_ALLOWED_HOSTS": "portail.example",
            "COMPLIANCE_AUDIT_KEY": secrets.token_hex(32),
            "COMPLIANCE_AUDIT_ORIGIN": "portail.example/audit",
            "COMPLIANCE_AUDIT_FOLDER": str(above / "checkpoints"),
            "COMPLIANCE_SEAL_FOLDER": str(above / "seal"),
        }
        keyed(above / "seal", datetime.now(UTC))
        answer = made.manage("migrate", DATABASE_OWNER_URL=made.url(OWNER))
        assert answer.returncode == 0, answer.stderr
        assert "The role compliance was granted what the site needs." in answer.stdout
        with django_db_blocker.unblock():
            yield made
    finally:
        server.leave()
        shutil.rmtree(above)


@pytest.fixture(autouse=True)
def _only_what_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apps that are there for tests alone have no table in a production."""
    ours = checks.tables("default")
    monkeypatch.setattr(
        checks, "tables", lambda alias: [t for t in ours if not t.name.startswith("vault_app_")]
    )


def test_a_sound_installation_passes_also_without_naming_a_database(
    installation: Installation,
) -> None:
    for more in ([], ["--database", "default"]):
        answer = installation.manage("check", "--deploy", "--fail-level", "WARNING", *more)
        assert answer.returncode == 0, answer.stderr
    assert installation.faults(DATABASE) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"COMPLIANCE_AUDIT_KEY": ""}, "E112) Nothing signs the audit trail."),
        ({"COMPLIANCE_AUDIT_KEY": "abc"}, "it is not hexadecimal"),
        ({"COMPLIANCE_AUDIT_ORIGIN": "two words"}, "neither spaces nor a plus sign"),
        ({"COMPLIANCE_AUDIT_FOLDER": ""}, "E113) The checkpoints of the trail stay in the"),
    ],
)
def test_a_trail_that_nobody_signs_or_keeps_fails_the_check(
    installation: Installation, given: dict[str, str], words: str
) -> None:
    answer = installation.manage("check", "--deploy", **given)
    assert answer.returncode == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_owner_who_serves_the_site_fails_the_check_with_what_to_do(
    installation: Installation,
) -> None:
    answer = installation.manage("check", "--deploy", DATABASE_URL=installation.url(OWNER))
    assert answer.returncode == 1
    assert "compliance_audit.E103" in answer.stderr
    assert "docs/database.md" in answer.stderr
    # An ordinary check asks no database anything.
    answer = installation.manage("check", DATABASE_URL=installation.url(OWNER))
    assert answer.returncode == 0


def test_a_migration_as_the_runtime_role_is_refused_by_the_database(
    installation: Installation,
) -> None:
    answer = installation.manage("migrate", "equity", "zero")
    assert answer.returncode != 0
    assert "may not change the tables" in answer.stderr


def test_migrating_again_takes_back_what_was_given_and_gives_what_was_taken(
    installation: Installation,
) -> None:
    with installation.copy() as name:
        with installation.server._connect(name, user=OWNER) as owner:
            owner.execute(f"GRANT ALL ON {TRAIL} TO {RUNTIME}, PUBLIC")
            owner.execute(f"GRANT UPDATE (at) ON {TRAIL} TO {RUNTIME}")
            owner.execute(f'GRANT ALL ON DATABASE "{name}" TO PUBLIC')
            owner.execute(f"GRANT CREATE ON SCHEMA public TO {RUNTIME}")
            owner.execute(f"REVOKE ALL ON equity_duty FROM {RUNTIME}")
        assert {fault.id[-4:] for fault in installation.faults(name)} == {
            *("E105", "E106", "E107", "E111")
        }
        for _ in range(2):
            with installation.connected(name, OWNER) as owner:
                grant(owner, RUNTIME)
            assert installation.faults(name) == []


# What is done to a copy, as whom, and the one fault that must be found.
BROKEN = {
    "an update": (OWNER, f"GRANT UPDATE ON {TRAIL} TO {RUNTIME}", "E106"),
    "an update of one column": (OWNER, f"GRANT UPDATE (at) ON {TRAIL} TO {RUNTIME}", "E106"),
    "an update by everybody": (OWNER, f"GRANT UPDATE ON {TRAIL} TO PUBLIC", "E106"),
    "a column that triggers alone write": (
        OWNER,
        f"GRANT UPDATE (live_amount) ON equity_offering TO {RUNTIME}",
        "E106",
    ),
    "a delete": (OWNER, f"GRANT DELETE ON equity_posting TO {RUNTIME}", "E106"),
    "a key that is forgotten": (
        OWNER,
        f"GRANT DELETE ON compliance_idempotency_keyedact TO {RUNTIME}",
        "E106",
    ),
    "an answer that is given otherwise": (
        OWNER,
        ("DROP TRIGGER compliance_idempotency_answered_once ON compliance_idempotency_keyedact"),
        "E108",
    ),
    "a truncate": (OWNER, f"GRANT TRUNCATE ON equity_holding TO {RUNTIME}", "E106"),
    "the sequence": (
        OWNER,
        f"GRANT UPDATE ON SEQUENCE {TRAIL}_position_seq TO {RUNTIME}",
        "E106",
    ),
    "triggers of one's own": (OWNER, f"GRANT TRIGGER ON {TRAIL} TO {RUNTIME}", "E105"),
    "a schema open to all": (OWNER, "GRANT CREATE ON SCHEMA public TO PUBLIC", "E107"),
    "temporary tables": (OWNER, "GRANT TEMPORARY ON DATABASE {name} TO PUBLIC", "E107"),
    "schemas of one's own": (OWNER, f"GRANT CREATE ON DATABASE {{name}} TO {RUNTIME}", "E107"),
    "a disabled trigger": (
        OWNER,
        f"ALTER TABLE {TRAIL} DISABLE TRIGGER {TRAIL}_append_only",
        "E108",
    ),
    "a trigger for replicas": (
        OWNER,
        "ALTER TABLE equity_posting ENABLE REPLICA TRIGGER equity_posting_append_only",
        "E108",
    ),
    "a missing trigger": (OWNER, f"DROP TRIGGER {TRAIL}_position ON {TRAIL}", "E108"),
    "foreign keys asleep": (
        OWNER,
        (
            "ALTER TABLE equity_duty DISABLE TRIGGER USER; DROP TRIGGER "
            "investors_advice_append_only ON investors_advice"
        ),
        "E108",
    ),
    "a trigger that does less": (
        OWNER,
        (
            "CREATE OR REPLACE TRIGGER equity_posting_append_only BEFORE DELETE ON equity_posting "
            "FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only()"
        ),
        "E108",
    ),
    "a trigger that never fires": (
        OWNER,
        (
            "CREATE OR REPLACE TRIGGER equity_posting_append_only "
            "BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_posting FOR EACH STATEMENT WHEN (false) "
            "EXECUTE FUNCTION compliance_append_only()"
        ),
        "E108",
    ),
    "a rule": (OWNER, f"CREATE RULE r AS ON INSERT TO {TRAIL} DO ALSO NOTHING", "E108"),
    "a table of the site's own": (BOOTSTRAP, f"ALTER TABLE equity_duty OWNER TO {RUNTIME}", "E103"),
    "a function of the site's own": (
        BOOTSTRAP,
        f"ALTER FUNCTION compliance_append_only() OWNER TO {RUNTIME}",
        "E103",
    ),
    "the database of the site's own": (
        BOOTSTRAP,
        f"ALTER DATABASE {{name}} OWNER TO {RUNTIME}",
        "E103",
    ),
    "an answer before the disk": (
        OWNER,
        "ALTER DATABASE {name} SET synchronous_commit = off",
        "E110",
    ),
    "a table that is not there": (OWNER, "DROP TABLE compliance_casework_casereminder", "E111"),
    "a table that is closed": (OWNER, f"REVOKE INSERT ON equity_duty FROM {RUNTIME}", "E111"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_copy_fails_the_check(
    installation: Installation, broken: str, report: Report
) -> None:
    who, statement, code = BROKEN[broken]
    with installation.copy() as name:
        assert installation.faults(name) == []
        with installation.server._connect(name, user=who) as opened:
            opened.execute(statement.format(name=name))
        found = installation.faults(name)
        codes = {fault.id for fault in found}
        assert f"compliance_audit.{code}" in codes
        # The owner of the database may also create in it, and owns its public schema.
        others = {"compliance_audit.E107"} if "DATABASE {name} OWNER" in statement else set()
        if "TABLE equity_duty OWNER" in statement:
            others = {"compliance_audit.E105"}
        assert codes <= {f"compliance_audit.{code}", *others}
        assert all(fault.hint for fault in found)
        if who == BOOTSTRAP and "DATABASE" in statement:
            with installation.server._connect() as opened:
                opened.execute(f"ALTER DATABASE {name} OWNER TO {OWNER}")
    report("roles", caught={f"a database with a fault: {broken}": code})


# Of the whole server: what is done, and undone again.
OF_THE_ROLE = {
    "superuser": (f"ALTER ROLE {RUNTIME} SUPERUSER", f"ALTER ROLE {RUNTIME} NOSUPERUSER", "E102"),
    "databases": (f"ALTER ROLE {RUNTIME} CREATEDB", f"ALTER ROLE {RUNTIME} NOCREATEDB", "E102"),
    "roles": (f"ALTER ROLE {RUNTIME} CREATEROLE", f"ALTER ROLE {RUNTIME} NOCREATEROLE", "E102"),
    "member of the owner": (
        f"GRANT {OWNER} TO {RUNTIME}",
        f"REVOKE {OWNER} FROM {RUNTIME}",
        "E104",
    ),
    "member of those who write": (
        f"GRANT pg_write_all_data TO {RUNTIME}",
        f"REVOKE pg_write_all_data FROM {RUNTIME}",
        "E104",
    ),
    "a replica at will": (
        f"GRANT SET ON PARAMETER session_replication_role TO {RUNTIME}",
        f"REVOKE SET ON PARAMETER session_replication_role FROM {RUNTIME}",
        "E105",
    ),
    "no wait for the disk": (
        f"ALTER ROLE {RUNTIME} SET synchronous_commit = off",
        f"ALTER ROLE {RUNTIME} RESET synchronous_commit",
        "E110",
    ),
}


@pytest.mark.parametrize("broken", OF_THE_ROLE)
def test_a_role_that_may_too_much_fails_the_check(
    installation: Installation, broken: str, report: Report
) -> None:
    done, undone, code = OF_THE_ROLE[broken]
    with installation.server._connect() as superuser:
        superuser.execute(done)
        try:
            codes = {fault.id for fault in installation.faults(DATABASE)}
        finally:
            superuser.execute(undone)
    assert f"compliance_audit.{code}" in codes
    assert installation.faults(DATABASE) == []
    report("roles", caught={f"a role that may too much: {broken}": code})


def test_an_old_server_is_told_and_asked_nothing_else(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "OLDEST", 990000)
    [fault] = installation.faults(DATABASE)
    assert fault.id == "compliance_audit.E109"


@pytest.mark.django_db
def test_a_throwaway_server_is_no_production() -> None:
    [durable] = [f for f in checks.check_role(connection) if f.id == "compliance_audit.E110"]
    assert "fsync = off" in durable.msg
    assert "synchronous_commit = off" in durable.msg


def test_a_database_that_does_not_answer_is_an_error_in_words(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation.connected("no_such_database") as gone:
        monkeypatch.setattr(checks, "connections", {"default": gone})
        [fault] = checks.check_database(None)
    assert fault.id == "compliance_audit.E101"
    assert "no_such_database" in fault.msg


def test_the_default_connection_is_the_one_that_is_asked(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    watched: Callable[[Any], list[CheckMessage]] = lambda opened: asked.append(opened) or []  # noqa: E731
    monkeypatch.setattr(checks, "check_role", watched)
    assert checks.check_database(None) == []
    assert asked == [connections["default"]]
