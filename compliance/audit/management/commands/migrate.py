"""`manage.py migrate`: Django's own, as the owner of the tables, who then serves the runtime role.

It stands in the app that every installation has and whose tables are the first to be guarded.
"""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from compliance.audit.guard.grants import grant
from compliance.audit.guard.roles import as_owner, runtime_role


class Command(Migrate):
    """Migrate as `DATABASES[alias]["OWNER"]`, then grant the runtime role what it needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's; the grants follow every run that may have changed the database."""
        alias = options["database"]
        connection = connections[alias]
        with as_owner(alias):
            super().handle(*args, **options)
            role = runtime_role(connection.settings_dict)
            if role is not None and not (options["plan"] or options["check_unapplied"]):
                grant(connection, role)
                if options["verbosity"] >= 1:
                    self.stdout.write(f"The role {role} was granted what the site needs.")
