"""A PostgreSQL of a test's own that keeps its word to the disk, and that can be crashed."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from compliance.audit.guard.roles import connected_with, owner_entry, runtime_entry
from compliance.config.postgres.roles import OWNER, RUNTIME
from compliance.config.postgres.server import DATABASE, PORT, Server
from compliance.scenarios.playing.stage import scratch_database


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server as an installation has it: two roles, ``fsync`` and ``synchronous_commit`` on."""

    server: Server

    @property
    def _entry(self) -> dict[str, Any]:
        """The entry of DATABASES with which an installation would use this server."""
        return {
            **{key: value for key, value in connection.settings_dict.items() if key != "RUNTIME"},
            "ENGINE": "compliance.config.postgres",
            "NAME": DATABASE,
            "USER": RUNTIME,
            "PASSWORD": "",
            "OWNER": {"USER": OWNER, "PASSWORD": ""},
            "HOST": str(self.server.socket),
            "PORT": PORT,
            "OPTIONS": {},
            "SERVER": {"HOME": str(self.server.home), "THROWAWAY": False},
        }

    @contextmanager
    def database(self) -> Iterator[dict[str, Any]]:
        """A new, migrated database: our connection is its owner's; yields the site's entry."""
        with connected_with(connection, owner_entry(self._entry)), scratch_database():
            yield dict(runtime_entry(connection.settings_dict))

    def crash(self) -> None:
        """Kill the postmaster, as a machine that stops; then the server is started again."""
        record = self.server.data / "postmaster.pid"
        os.kill(int(record.read_text().split("\n", 1)[0]), signal.SIGKILL)
        self.server.revive()

    @contextmanager
    def setting(self, name: str, value: str) -> Iterator[None]:
        """A setting of the whole server, until the end; a crash does not change it."""
        self._alter(f"SET {name} = '{value}'")
        try:
            yield
        finally:
            self._alter(f"RESET {name}")

    def _alter(self, what: str) -> None:
        with self.server._connect() as opened:
            opened.execute(f"ALTER SYSTEM {what}")
            opened.execute("SELECT pg_reload_conf()")


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A running server in a directory of its own, which is removed at the end."""
    # Not pytest's own directory: the account that runs the server under root may not enter that.
    above = Path(tempfile.mkdtemp(prefix="eqc-fire-"))
    above.chmod(0o711)
    server = Server(above / "pg", database=DATABASE, throwaway=False)
    try:
        server.join()
        yield OwnServer(server)
    finally:
        server.leave()
        shutil.rmtree(above)


def session(entry: dict[str, Any]) -> psycopg.Connection[Any]:
    """A bare session in the database of an entry, outside Django, each statement by itself."""
    return psycopg.connect(
        host=entry["HOST"],
        port=entry["PORT"],
        user=entry["USER"],
        password=entry["PASSWORD"] or None,
        dbname=entry["NAME"],
        connect_timeout=10,
        autocommit=True,
    )
