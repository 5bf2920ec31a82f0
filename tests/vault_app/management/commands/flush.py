"""`flush` for tests that commit: tables whose rows are kept are emptied too, and quickly.

The triggers of those tables refuse DELETE and TRUNCATE, as they must. Tests run as the owner of the
tables, who may turn triggers off; the runtime role of a real installation may not.

Django's own makes new files for each of some hundred tables and writes permissions anew, which
takes longer than most tests. Here the rows that are there are deleted; what never changes stays.
"""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from compliance.audit.guard.catalogue import tables

_SAME = frozenset({"django_content_type", "auth_permission"})
"""What `migrate` writes, and no test changes."""
_MANY = 2_000
"""Rows of a table from which on Django's own way is the quicker one."""


class Command(Flush):
    def handle(self, **options: Any) -> None:
        alias = options["database"]
        connection = connections[alias]
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            held = _held(cursor, sorted(set(names) - _SAME))
            many = max(held.values(), default=0) > _MANY
            emptied = [name for name, rows in held.items() if rows or many]
            guarded = [t.name for t in tables(alias) if t.guards and t.name in emptied]
            _all(cursor, guarded, "DISABLE")
            if many:
                cursor.execute(f"TRUNCATE {', '.join(emptied)}")
            elif emptied:
                cursor.execute("; ".join(f"DELETE FROM {name}" for name in emptied))
            # What waits for the end of a transaction is looked at before the triggers are back.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _all(cursor, guarded, "ENABLE")


def _held(cursor: Any, names: list[str]) -> dict[str, int]:
    """How many rows each table has, counted as far as ``_MANY``."""
    count = "(SELECT '{0}', count(*) FROM (SELECT FROM {0} LIMIT {1}) AS row)"
    cursor.execute(" UNION ALL ".join(count.format(name, _MANY + 1) for name in names))
    return dict(cursor.fetchall())


def _all(cursor: Any, names: list[str], verb: str) -> None:
    if names:
        cursor.execute("; ".join(f"ALTER TABLE {name} {verb} TRIGGER USER" for name in names))
