"""`flush` for tests that commit: append-only tables are emptied too.

The triggers of those tables refuse TRUNCATE, as they must. Tests run as the owner of the tables,
who may turn triggers off; the runtime role of a real installation may not.
"""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from compliance.audit.guard.catalogue import append_only_tables


class Command(Flush):
    def handle(self, **options: Any) -> None:
        alias = options["database"]
        with connections[alias].cursor() as cursor:
            present = set(connections[alias].introspection.table_names(cursor))
            guarded = [t.name for t in append_only_tables(alias) if t.name in present]
            self._all(cursor, guarded, "DISABLE")
            try:
                super().handle(**options)
            finally:
                self._all(cursor, guarded, "ENABLE")

    def _all(self, cursor: Any, tables: list[str], verb: str) -> None:
        cursor.execute("; ".join(f"ALTER TABLE {name} {verb} TRIGGER USER" for name in tables))
