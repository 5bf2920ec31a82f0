"""`flush` for tests that commit: tables whose rows are kept are emptied too.

The triggers of those tables refuse TRUNCATE, as they must. Tests run as the owner of the tables,
who may turn triggers off; the runtime role of a real installation may not.
"""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from compliance.audit.guard.catalogue import tables


class Command(Flush):
    def handle(self, **options: Any) -> None:
        alias = options["database"]
        with connections[alias].cursor() as cursor:
            present = set(connections[alias].introspection.table_names(cursor))
            guarded = [t.name for t in tables(alias) if t.guards and t.name in present]
            self._all(cursor, guarded, "DISABLE")
            try:
                super().handle(**options)
            finally:
                self._all(cursor, guarded, "ENABLE")

    def _all(self, cursor: Any, names: list[str], verb: str) -> None:
        cursor.execute("; ".join(f"ALTER TABLE {name} {verb} TRIGGER USER" for name in names))
