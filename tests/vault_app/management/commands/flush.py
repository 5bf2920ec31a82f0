"""`flush` for tests that commit: append-only tables are emptied too.

The triggers of those tables refuse TRUNCATE, as they must. The throwaway server's user is its
superuser and may run without triggers; the runtime role of a real installation may not.
"""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections


class Command(Flush):
    def handle(self, **options: Any) -> None:
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                super().handle(**options)
            finally:
                cursor.execute("SET session_replication_role = origin")
