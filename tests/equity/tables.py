"""Everything the database holds, to be compared before and after; and a crash at any write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


class Crash(Exception):  # noqa: N818 - it is what happens
    """The machine stopped here."""


def tables() -> list[str]:
    """Every table, whoever made it; what Django keeps for itself is part of it too."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def snapshot() -> dict[str, str]:
    """A digest of every row of every table, by table."""
    one = "SELECT '{0}', md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {0} r"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables()))
        return dict(cursor.fetchall())


@contextmanager
def writes(*, crash_at: int | None = None, crash_after: int | None = None) -> Iterator[list[str]]:
    """Collect the statements that write; stop before, or after, the one of that number (from 1)."""
    seen: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            seen.append(sql)
            if len(seen) == crash_at:
                raise Crash(sql)
            answer = execute(sql, params, many, context)
            if len(seen) == crash_after:
                raise Crash(sql)
            return answer
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen
