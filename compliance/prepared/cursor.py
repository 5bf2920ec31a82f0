"""A cursor whose statements PostgreSQL parses and plans once per connection."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


def numbered(sql: str) -> str:
    """A statement of Django's, whose places are ``%s``, with PostgreSQL's own: ``$1``, ``$2``..."""
    first, *rest = sql.replace("%%", "\0").split("%s")
    text = first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))
    return text.replace("\0", "%")


class _Preparing(psycopg.RawCursor[Any]):
    """Binds parameters in the server, and asks it to keep every statement it is given."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Preparing":
        # Django forbids preparing on its connections, for statements that vary without end. It is
        # allowed here, and for nothing but what asks for it by name.
        self.connection.prepare_threshold = sys.maxsize
        return super().execute(query, params, **{**options, "prepare": True})


class _Logged(CursorWrapper):
    """Keeps what Django's own debugging cursor keeps; that one cannot read ``$1``."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        began = time.monotonic()
        try:
            return super().execute(sql, params)
        finally:
            self.db.queries_log.append({"sql": sql, "time": f"{time.monotonic() - began:.3f}"})


@contextmanager
def preparing_cursor(using: str = DEFAULT_DB_ALIAS) -> Iterator[CursorWrapper]:
    """A cursor on Django's own connection, in its transaction, for statements that are repeated.

    Their places are written ``$1``, ``$2`` (``numbered``), so that nothing is parsed here.
    Errors are Django's and execute wrappers see every statement, as with ``connection.cursor()``.
    A pooler between us and PostgreSQL must know prepared statements (PgBouncer from 1.21 on).
    """
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        raw = _Preparing(connection.connection)
    wrapper = _Logged if connection.queries_logged else CursorWrapper
    with wrapper(raw, connection) as cursor:
        yield cursor
