"""A backup taken of the tests' database and restored into a server of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.config.postgres.account import server_account
from compliance.config.postgres.binaries import find
from compliance.config.postgres.roles import OWNER
from compliance.config.postgres.server import DATABASE, PORT, Server, server_of


@dataclass(frozen=True)
class Restored:
    """The server with the copy; it waits for its disk, as a production does."""

    server: Server

    def starts_again(self) -> None:
        """Stop it as an administrator does, and start it."""
        self._ends("fast")

    def crashes(self) -> None:
        """Stop it in the middle of everything; it recovers from its log."""
        self._ends("immediate")

    def _ends(self, mode: str) -> None:
        connection.close()
        programs = find(account=server_account(), home=self.server.home, major=None)
        answer = server_account().run(
            [programs.program("pg_ctl"), "stop", "-D", str(self.server.data), "-m", mode],
            cwd=self.server.data,
        )
        assert answer.returncode == 0, answer.stdout
        assert self.server.revive()


@contextmanager
def restored() -> Iterator[Restored]:
    """Dump the default connection's database, restore it elsewhere, and let this thread's
    connection be that of the copy, as the runtime role."""
    above = Path(tempfile.mkdtemp(prefix="eqc-restore-"))
    above.chmod(0o711)
    server = server_of(above / "pg", database=DATABASE, throwaway=False)
    server.join()
    try:
        _copy(above / "dump", server)
        entry = runtime_entry(connection.settings_dict) | {
            "NAME": DATABASE,
            "HOST": str(server.socket),
            "PORT": PORT,
            "SERVER": {"HOME": str(server.home), "THROWAWAY": False},
        }
        with connected_with(connection, entry):
            yield Restored(server)
    finally:
        server.leave()
        shutil.rmtree(above)


def _copy(dump: Path, server: Server) -> None:
    entry = connection.settings_dict
    programs = find(account=server_account(), home=server.home, major=None)
    here = {"PGHOST": entry["HOST"], "PGPORT": str(entry["PORT"]), "PGUSER": entry["USER"]}
    here |= {"PGPASSWORD": entry["PASSWORD"] or ""}
    there = {"PGHOST": str(server.socket), "PGPORT": PORT, "PGUSER": OWNER}
    _run(here, programs.program("pg_dump"), "-Fc", "--file", str(dump), entry["NAME"])
    _run(
        there,
        programs.program("pg_restore"),
        *("--exit-on-error", "--no-comments", "--dbname", DATABASE, str(dump)),
    )


def _run(variables: dict[str, str], *command: str) -> None:
    answer = subprocess.run(
        command, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
