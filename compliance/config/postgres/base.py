"""The engine: Django's own PostgreSQL engine, which first makes sure that a server runs.

Nothing starts for a command that never connects. DATABASES["default"]["SERVER"] holds HOME (the
server's directory) and THROWAWAY (nothing is kept, nothing waits for the disk).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client
from psycopg import Connection, OperationalError

from compliance.config.postgres.binaries import PostgresError
from compliance.config.postgres.server import DATABASE, Server, server_of


def server_for(settings: dict[str, Any]) -> Server:
    """The server that a DATABASES entry of this engine describes."""
    spec = settings["SERVER"]
    return server_of(Path(spec["HOME"]), database=DATABASE, throwaway=spec["THROWAWAY"])


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the server running."""

    def runshell(self, parameters: Iterable[str]) -> None:
        server_for(self.connection.settings_dict).join()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """Connect; if the server has died meanwhile, start it again and connect once more."""
        server = server_for(self.settings_dict)
        try:
            server.join()
            try:
                return super().get_new_connection(conn_params)
            except OperationalError:
                # Also where it did not have to be started: another process may have done it by now.
                server.revive()
        except PostgresError as error:
            # To whoever wants to connect it is a server that is away, and may come back.
            raise OperationalError(str(error)) from error
        return super().get_new_connection(conn_params)
