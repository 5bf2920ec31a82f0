"""A database that the code cannot work on is refused in a sentence, before anything is changed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.fitness import AwayError, UnfitError, refusal, require_fit
from compliance.audit.guard.roles import OWNER as OWNER_KEY
from compliance.audit.guard.roles import RUNTIME as RUNTIME_KEY
from compliance.audit.guard.roles import connected_with
from compliance.config.env import database_from_url, owner_from_url
from compliance.config.postgres.roles import OWNER, RUNTIME
from compliance.config.postgres.server import DATABASE, Server

ROOT = Path(__file__).resolve().parents[2]
TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
MANAGE, SITE = ("manage.py",), ("-c", "import compliance.config.wsgi")


@dataclass(frozen=True)
class Place:
    """A server of this module's own, and how programs are run on it."""

    server: Server

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.server.socket), safe='')}"

    def run(self, *command: str, site: str, owner: str = "") -> subprocess.CompletedProcess[str]:
        """Python with these arguments, as an installation that names these databases."""
        kept = ("COMPLIANCE_", "DJANGO_", "DATABASE_", "PG")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(kept)}
        environment |= {
            "DATABASE_URL": site,
            "COMPLIANCE_DEMONSTRATION": "1",
            "COMPLIANCE_DATA_DIR": str(self.server.home.parent),
        }
        if owner:
            environment["DATABASE_OWNER_URL"] = owner
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def call(self, command: str, *, site: str, owner: str = "", **options: Any) -> None:
        """The same command in this process, which takes a moment instead of a start."""
        named = database_from_url(site)
        if owner:
            named[OWNER_KEY] = owner_from_url(owner, named)
        entry = {k: v for k, v in connection.settings_dict.items() if k != RUNTIME_KEY}
        entry |= {k: v for k, v in named.items() if k != "ENGINE"}
        if "SERVER" in entry:
            entry["SERVER"] = {"HOME": str(self.server.home), "THROWAWAY": True}
        with connected_with(connection, entry):
            call_command(command, stdout=StringIO(), **options)

    def fault(self, command: str, *, site: str, owner: str = "", **options: Any) -> str:
        """What a command refuses, as a sentence."""
        with pytest.raises(CommandError) as refusal:
            self.call(command, site=site, owner=owner, **options)
        return str(refusal.value)

    def asked(self, query: str, database: str = DATABASE) -> Any:
        """The first value of a query, as the superuser."""
        with self.server._connect(database) as superuser:
            row = superuser.execute(query).fetchone()
        assert row is not None
        return row[0]

    def do(self, *statements: str, database: str = "postgres") -> None:
        """Statements of the superuser."""
        with self.server._connect(database) as superuser:
            for statement in statements:
                superuser.execute(statement)


@contextmanager
def server_here(name: str) -> Iterator[Place]:
    # Not pytest's own directory: the account that runs the server under root may not enter that.
    above = Path(tempfile.mkdtemp(prefix=f"eqc-{name}-"))
    above.chmod(0o711)
    server = Server(above / "pg", database=DATABASE, throwaway=True)
    server.join()
    try:
        yield Place(server)
    finally:
        server.leave()
        shutil.rmtree(above)


@pytest.fixture(scope="module")
def place(django_db_blocker: DjangoDbBlocker) -> Iterator[Place]:
    with server_here("unfit") as made, django_db_blocker.unblock():
        yield made


def refused(answer: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """What a command said that ended in words: the code, and no stack trace."""
    assert answer.returncode == code, answer.stderr
    assert "Traceback" not in answer.stderr, answer.stderr
    return answer.stderr.strip().splitlines()[-1].removeprefix("CommandError: ")


def test_a_missing_role_and_a_database_that_is_behind_and_ahead(place: Place) -> None:
    owner, site = place.url(OWNER), place.url("site")
    told = refused(place.run(*MANAGE, "migrate", site=site, owner=owner))
    assert 'role "site" does not exist' in told
    assert place.asked(TABLES) == 0, "it was looked at before anything was made"

    # The statement that it names is the one that helps.
    (statement,) = re.findall(r"CREATE ROLE .*;", told)
    assert statement.split(" PASSWORD ")[0] in documented().replace("compliance", '"site"')
    place.do(statement, f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
    told = place.fault("migrate", site=site, owner=owner)
    assert "permission denied for database" in told
    place.do(*re.findall(r"GRANT .*;", told))

    behind = place.fault("tick", site=site)
    assert behind.startswith("The database is older than the code: ")
    assert "Run `manage.py migrate`" in behind
    assert refused(place.run(*SITE, site=site), code=4) == behind
    told = place.fault("migrate", site=site)
    assert told.startswith("The role of the site may not change the tables. Set DATABASE_OWNER_URL")
    assert place.asked(TABLES) == 0

    place.call("migrate", site=site, owner=owner)
    place.call("tick", site=site)
    place.do(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('equity', '9001_new', now())",
        f"CREATE TABLE new (); ALTER TABLE new OWNER TO {OWNER}; GRANT SELECT ON new TO site",
        database=DATABASE,
    )
    ahead = "The database is newer than the code, which does not know equity.9001_new."
    for command in ("migrate", "demo", "tick"):
        assert place.fault(command, site=site, owner=owner).startswith(ahead)
    # An older `migrate` would have taken from the newer site what it does not know.
    assert place.asked("SELECT has_table_privilege('site', 'new', 'SELECT')", DATABASE)


def documented() -> str:
    return (ROOT / "docs" / "database.md").read_text(encoding="utf-8")


def test_two_databases_of_one_name_on_two_servers(place: Place) -> None:
    place.do(f'CREATE DATABASE twice OWNER "{OWNER}"')
    with server_here("other") as other:
        other.do(f'CREATE DATABASE twice OWNER "{OWNER}"')
        owner, site = place.url(OWNER, "twice"), other.url(RUNTIME, "twice")
        told = refused(place.run(*MANAGE, "migrate", site=site, owner=owner))
        assert told.startswith(
            "DATABASE_OWNER_URL and DATABASE_URL lead to two different databases"
        )
        assert place.asked(TABLES, "twice") == other.asked(TABLES, "twice") == 0
    other_name = place.run(
        *MANAGE, "migrate", site=place.url(RUNTIME), owner=place.url(OWNER, "twice")
    )
    assert "both name the same one" in refused(other_name)


def test_what_cannot_be_reached_is_named_by_every_command(place: Place) -> None:
    absent = place.url(RUNTIME, "absent")
    told = refused(place.run(*MANAGE, "tick", site=absent))
    assert 'CREATE DATABASE "absent" OWNER "compliance_owner" ENCODING' in told
    assert told == place.fault("tick", every=1, site=absent)
    told = refused(place.run(*MANAGE, "rotate_data_keys", site=absent))
    assert 'database "absent" does not exist' in told
    site = place.run(*SITE, site=absent)
    assert site.returncode == 0, "the site serves a page that says so"
    assert "Pages say so until it is back." in site.stderr
    told = place.fault("migrate", site=place.url(RUNTIME), owner=place.url("gone"))
    assert told.startswith("The owner cannot connect to the database 'compliance' as 'gone'")
    assert 'CREATE ROLE "gone" LOGIN NOSUPERUSER CREATEDB' in told


def test_other_letters_than_utf8_are_refused(place: Place) -> None:
    latin = "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    place.do(f'CREATE DATABASE latin OWNER "{OWNER}" {latin}')
    owner, site = place.url(OWNER, "latin"), place.url(RUNTIME, "latin")
    told = place.fault("migrate", site=site, owner=owner)
    assert told.startswith("The database 'latin' keeps text as LATIN1")
    assert place.asked(TABLES, "latin") == 0


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ('FATAL: password authentication failed for user "a"', "Check DATABASE_URL (host, port,"),
        ("FATAL:  Rolle »a« existiert nicht", "Check DATABASE_URL (host, port,"),
        ('FATAL: role "a;b" does not exist', 'CREATE ROLE "a;b" LOGIN NOSUPERUSER NOCREATEDB'),
        (
            "port 1 failed: Connection refused\n\tIs the server running on that host?",
            "Connection refused. Check DATABASE_URL",
        ),
    ],
)
def test_what_would_help(words: str, advice: str) -> None:
    entry = {"NAME": "compliance", "USER": "a"}
    assert advice in refusal(entry, OperationalError(f"connection failed: {words}"))


@pytest.mark.django_db(transaction=True)
def test_this_database_is_fit_and_one_that_is_gone_is_away() -> None:
    require_fit()
    nowhere = {**connection.settings_dict, "NAME": "nowhere"}
    with connected_with(connection, nowhere), pytest.raises(AwayError, match="nowhere"):
        require_fit()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = '0' WHERE name = '0005_resealing'")
        try:
            with pytest.raises(UnfitError, match=r"older than the code: equity\.0005_resealing"):
                require_fit()
        finally:
            cursor.execute("UPDATE django_migrations SET name = '0005_resealing' WHERE name = '0'")
