"""The ground the parts stand on: the server that waits for its disk, and its databases.

The server is kept between runs only while a history that was cut short waits in it.
"""

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

from compliance.audit.guard import grants
from compliance.audit.guard.roles import as_owner, runtime_role
from compliance.config.postgres.account import server_account
from compliance.config.postgres.base import server_for
from compliance.config.postgres.binaries import find
from compliance.config.postgres.server import Server
from compliance.scenarios.playing.stage import scratch_database

KEPT = "bench_history_"
"""How the databases are called that outlive a run."""


class BusyError(RuntimeError):
    """Another run is using the server; the message says where."""


@contextmanager
def server() -> Iterator[Server]:
    """The server for this run, alone; nothing is left of it but a history that is not finished.

    With the settings of tests, it is their throwaway server, shared with them. Raises BusyError.
    """
    found = server_for(connection.settings_dict)
    if found.throwaway:
        yield found
        return
    with _alone(found):
        found.join()
        _drop_leftovers()
        try:
            yield found
        finally:
            waiting = _databases(f"{KEPT}%")
            connection.close()
            found.leave()
            if not waiting and not found.answers():
                shutil.rmtree(found.home, ignore_errors=True)


@contextmanager
def _alone(found: Server) -> Iterator[None]:
    """Keep a second run out: it would measure the first, and drop its databases."""
    path = f"{found.home}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BusyError(f"{path} is not a file.")
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BusyError(f"Another run of the benchmarks holds {path}; wait for it.") from None
    finally:
        os.close(descriptor)


def _databases(pattern: str) -> list[str]:
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        return [name for (name,) in cursor.fetchall()]


def _drop_leftovers() -> None:
    """Databases of a run that was killed; the templates stay."""
    for name in _databases("story\\_%"):
        if not name.startswith("story_template_"):
            drop(name)


def drop(name: str) -> None:
    """Remove a database, if there is one of that name."""
    administer(f'DROP DATABASE IF EXISTS "{name}"')


def administer(*statements: str) -> None:
    """Run statements as the owner, outside any database of ours, each by itself."""
    with as_owner(), connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def kept_database(name: str) -> Iterator[None]:
    """Make the default connection that of the database ``name``, made empty where it is missing.

    It is kept; ``drop`` removes it.
    """
    if not _databases(name):
        with scratch_database():
            empty = connection.settings_dict["NAME"]
            connection.close()
            administer(
                f'CREATE DATABASE "{name}" TEMPLATE "{empty}"',
                *grants.closing_statements(name, runtime_role(connection.settings_dict)),
            )
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def run_sql(*statements: Any) -> None:
    """Run statements on the default connection, which is the owner's."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def one(query: str, parameters: list[Any] | None = None) -> Any:
    """The one value that a query on the default connection answers."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]


def program(found: Server, name: str) -> str | None:
    """A program of the server's own release (pgbench), or None where it brings none."""
    binaries = find(account=server_account(), home=found.home, major=found._major())
    path = binaries.directory / name
    return str(path) if path.is_file() else None


def is_durable() -> bool:
    """Whether the server waits for its disk before it says that something is committed."""
    return bool(not settings.DATABASES["default"]["SERVER"]["THROWAWAY"])
