"""Whether the code can work on a database at all, asked before anything is changed or served.

Everything here raises ``UnfitError`` with one or two sentences: what is wrong, and what to do.
docs/database.md has them as a table.
"""

import re
import secrets
from typing import Any

from django.apps import apps
from django.db import Error as DatabaseError
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from compliance.audit.guard.roles import OWNER, RUNTIME, runtime_entry
from compliance.audit.guard.trouble import in_words, server_words

_RIGHTS = "NOSUPERUSER {} NOCREATEROLE NOREPLICATION NOBYPASSRLS"
# What the server says before a connection stands, when there is no code yet; in English, as in
# every server whose lc_messages was left alone. Other words are shown as they are.
_UNKNOWN_ROLE = re.compile(r'role "([^"]*)" does not exist')
_UNKNOWN_DATABASE = re.compile(r'database "([^"]*)" does not exist')
_CLOSED = re.compile(r'permission denied for database "([^"]*)"')


class UnfitError(Exception):
    """The code cannot work on this database; the text says why, and what to do."""


class AwayError(UnfitError):
    """The database could not be asked. It may be fit, and may come back by itself."""


def require_fit() -> None:
    """Raise UnfitError unless the code can work on its database, and AwayError while it is away.

    That is the database which keeps the trail. It must be in UTF-8 and hold exactly the migrations
    that the code knows. Nothing is changed.
    """
    connection = connections[router.db_for_write(apps.get_model("compliance_audit", "Entry"))]
    _reach(connection)
    try:
        _require_utf8(connection)
        behind = _behind(_not_ahead(connection))
    except DatabaseError as error:
        if words := in_words(error):
            raise AwayError(f"{words}.") from error
        raise UnfitError(
            f"The database does not let the site see what it holds: {server_words(error)}. Run "
            "`manage.py migrate` with DATABASE_OWNER_URL."
        ) from error
    if behind:
        raise UnfitError(
            f"The database is older than the code: {_some(behind)} not applied. Run `manage.py "
            "migrate`, with DATABASE_OWNER_URL where there is an owner."
        )


def require_migratable(alias: str) -> None:
    """Raise UnfitError unless `migrate` may change this database; asked as its owner.

    It must be in UTF-8, not newer than the code (whose grants would take away what the newer code
    needs), and the one that the site connects to. Nothing is changed. A host's databases of another
    kind are its own affair.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return
    _reach(connection)
    _require_utf8(connection)
    _not_ahead(connection)
    if RUNTIME in connection.settings_dict:
        _require_the_same(connection)


def refusal(entry: dict[str, Any], error: BaseException) -> str:
    """Why a connection could not be made with this DATABASES entry, and what would help."""
    whose = "owner" if RUNTIME in entry else "site"
    named = f" as {entry['USER']!r}" if entry["USER"] else ""
    words = server_words(error)
    told = f"The {whose} cannot connect to the database {entry['NAME']!r}{named}: {words}."
    return f"{told} {_advice(entry, words)}"


def _advice(entry: dict[str, Any], words: str) -> str:
    owner = RUNTIME in entry
    if unknown := _UNKNOWN_ROLE.search(words):
        rights = _RIGHTS.format("CREATEDB" if owner else "NOCREATEDB")
        return f"As a superuser: CREATE ROLE {_quoted(unknown[1])} LOGIN {rights} PASSWORD '...';"
    if unknown := _UNKNOWN_DATABASE.search(words):
        whose = entry if owner else entry.get(OWNER, {})
        belongs = whose.get("USER") or "compliance_owner"
        return (
            f"As a superuser: CREATE DATABASE {_quoted(unknown[1])} OWNER {_quoted(belongs)} "
            "ENCODING 'UTF8' TEMPLATE template0; and what docs/database.md has after it."
        )
    if closed := _CLOSED.search(words):
        return f"As its owner: GRANT CONNECT ON DATABASE {_quoted(closed[1])} TO {_role(entry)};"
    variable = "DATABASE_OWNER_URL" if owner else "DATABASE_URL"
    return f"Check {variable} (host, port, role, password) and that the server runs."


def _reach(connection: BaseDatabaseWrapper) -> None:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise AwayError(refusal(connection.settings_dict, error)) from error


def _require_utf8(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('server_encoding')")
        name, encoding = cursor.fetchone()
    if encoding != "UTF8":
        raise UnfitError(
            f"The database {name!r} keeps text as {encoding}: names and laws are written with "
            "letters that it cannot keep. Make one with ENCODING 'UTF8' TEMPLATE template0."
        )


def _not_ahead(connection: BaseDatabaseWrapper) -> MigrationLoader:
    """The migrations that are known and applied; UnfitError when newer code made others.

    Newer is what comes after everything that the code knows of an app. What comes before was
    squashed, and is no harm.
    """
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    newest: dict[str, str] = {}
    for app, name in loader.disk_migrations:
        newest[app] = max(name, newest.get(app, ""))
    ahead = [
        f"{app}.{name}"
        for app, name in sorted(loader.applied_migrations)
        if app in newest and (app, name) not in loader.disk_migrations and name > newest[app]
    ]
    if ahead:
        raise UnfitError(
            f"The database is newer than the code, which does not know {_some(ahead)}. Run the "
            "version of the code that migrated it; nothing was changed."
        )
    return loader


def _behind(loader: MigrationLoader) -> list[str]:
    missing = set(loader.graph.nodes) - set(loader.applied_migrations)
    return [f"{app}.{name}" for app, name in sorted(missing)]


def _require_the_same(connection: BaseDatabaseWrapper) -> None:
    """UnfitError unless the runtime role connects to the owner's database, and not to a namesake.

    The owner holds a lock whose number nobody can guess; whoever can take it is somewhere else.
    """
    entry = runtime_entry(connection.settings_dict)
    options = {key: value for key, value in entry.get("OPTIONS", {}).items() if key != "pool"}
    site = type(connection)({**entry, "OPTIONS": options}, connection.alias)
    number = secrets.randbits(62)
    try:
        _reach(site)
        with transaction.atomic(using=connection.alias), connection.cursor() as owner:
            owner.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            with site.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
                (elsewhere,) = cursor.fetchone()
    finally:
        site.close()
    if elsewhere:
        raise UnfitError(
            "DATABASE_OWNER_URL and DATABASE_URL lead to two different databases (both named "
            f"{entry['NAME']!r}): migrations would be made where the site never looks. Nothing was "
            "changed. Give both the same host, port and name."
        )


def _role(entry: dict[str, Any]) -> str:
    return _quoted(entry["USER"]) if entry["USER"] else "the role of the site"


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
