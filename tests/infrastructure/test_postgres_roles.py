"""The roles of our own server: made with it, and in a cluster of before they are put right."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from compliance.config.postgres import server as server_module
from compliance.config.postgres.binaries import PostgresError
from compliance.config.postgres.roles import BOOTSTRAP, OWNER, RUNTIME, rename_bootstrap
from compliance.config.postgres.server import Server


@pytest.fixture
def home() -> Iterator[Path]:
    # Not pytest's own directory: the account that runs the server under root may not enter that.
    above = Path(tempfile.mkdtemp(prefix="eqc-roles-"))
    above.chmod(0o711)
    yield above / "pg"
    if (above / "pg").is_dir():
        leftover = Server(above / "pg", database="compliance", throwaway=True)
        leftover.hold()
        leftover.leave()
    shutil.rmtree(above)


def made_by(home: Path, superuser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster as it was made when the site worked as the superuser, with a row in a table."""
    with monkeypatch.context() as old:
        old.setattr(server_module, "BOOTSTRAP", superuser)
        old.setattr(Server, "_make_database", lambda self: None)
        server = Server(home, database="compliance")
        server.join()
        with server._connect(user=superuser) as connection:
            connection.execute("CREATE DATABASE compliance")
            connection.execute("CREATE DATABASE story_template_old")
        with server._connect("compliance", user=superuser) as connection:
            connection.execute('CREATE TABLE "Kept" (id bigserial, n int)')
            connection.execute('INSERT INTO "Kept" (n) VALUES (7)')
            connection.execute("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
        server.leave()


def test_the_owner_owns_and_the_runtime_role_is_nothing(home: Path) -> None:
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    with server._connect("compliance", user=RUNTIME) as runtime:
        found = runtime.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles "
            "WHERE rolname NOT LIKE 'pg\\_%' ORDER BY 1"
        ).fetchall()
        assert found == [
            (RUNTIME, False, False, False),
            (BOOTSTRAP, True, True, True),
            (OWNER, False, True, False),
        ]
        owner = runtime.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'compliance'"
        )
        assert owner.fetchone() == (OWNER,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute("CREATE TABLE mine (id int)")
    server.leave()


@pytest.mark.parametrize("crashed", ["never", "after the renaming"])
def test_a_cluster_of_before_is_upgraded_and_keeps_its_rows(
    home: Path, monkeypatch: pytest.MonkeyPatch, crashed: str
) -> None:
    made_by(home, RUNTIME, monkeypatch)
    if crashed == "after the renaming":
        with monkeypatch.context() as half:
            half.setattr(Server, "_make_database", lambda self: rename_bootstrap(self._connect))
            first = Server(home, database="compliance")
            first.join()
            first.leave()
    for _ in range(2):
        server = Server(home, database="compliance")
        server.join()
        with server._connect("compliance", user=OWNER) as owner:
            owner.execute('INSERT INTO "Kept" (n) VALUES (8)')
            owner.execute("ALTER FUNCTION f(int) COST 2")
            rows = owner.execute('SELECT min(n), current_user::text FROM "Kept"').fetchone()
            assert rows == (7, OWNER)
            assert owner.execute("SELECT rolname FROM pg_roles WHERE rolsuper").fetchall() == [
                (BOOTSTRAP,)
            ]
            known = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'story%'")
            assert known.fetchall() == []
        with (
            server._connect("compliance", user=RUNTIME) as runtime,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            runtime.execute('SELECT * FROM "Kept"')
        server.leave()


def test_a_cluster_of_somebody_else_is_refused_in_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by(home, "stranger", monkeypatch)
    server = Server(home, database="compliance")
    with pytest.raises(PostgresError, match="was not made by this program"):
        server.join()
    server.leave()
