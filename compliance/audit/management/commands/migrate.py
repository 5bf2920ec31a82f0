"""`manage.py migrate`: Django's own, as the owner of the tables, who then serves the runtime role.

It stands in the app that every installation has and whose tables are the first to be guarded.
"""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import Error as DatabaseError
from django.db import connections

from compliance.audit.guard import trouble
from compliance.audit.guard.fitness import UnfitError, require_migratable
from compliance.audit.guard.grants import grant
from compliance.audit.guard.roles import OWNER, as_owner, runtime_role
from compliance.audit.recording import record_changes

_NOT_ALLOWED = "42501"


class Command(Migrate):
    """Migrate as `DATABASES[alias]["OWNER"]`, then set the triggers that record changes of rows,
    and grant the runtime role what it needs."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As Django's, on a database that is fit for it; what is wrong is said in words.

        Raises CommandError: before anything is changed when the database or a role is not the one
        it should be; when the server goes away or fills up, between two migrations.
        """
        alias = options["database"]
        try:
            with as_owner(alias):
                require_migratable(alias)
            output: str | None = super().execute(*args, **options)
        except UnfitError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            if words := trouble.in_words(error):
                raise CommandError(
                    f"{words}. The migrations that were told as OK stay; run `manage.py migrate` "
                    "again for the others."
                ) from error
            # Where the first table of all is missing, Django's own error hides the server's.
            codes = [trouble.sqlstate(told) for told in (error, error.__context__) if told]
            if _NOT_ALLOWED in codes and OWNER not in connections[alias].settings_dict:
                raise CommandError(
                    "The role of the site may not change the tables. Set DATABASE_OWNER_URL, the "
                    f"owner's, beside DATABASE_URL. ({trouble.server_words(error)})"
                ) from error
            raise
        return output

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's; recording and grants follow every run that may have changed the tables."""
        alias = options["database"]
        connection = connections[alias]
        with as_owner(alias):
            super().handle(*args, **options)
            if options["plan"] or options["check_unapplied"]:
                return
            if connection.vendor == "postgresql":
                record_changes(connection)
            role = runtime_role(connection.settings_dict)
            if role is not None:
                grant(connection, role)
                if options["verbosity"] >= 1:
                    self.stdout.write(f"The role {role} was granted what the site needs.")
