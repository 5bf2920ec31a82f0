"""A database of its own for a story, thrown away after it.

Migrations are run once into a template database, named after what they contain; each story plays
in a copy of it, which takes PostgreSQL a moment instead of seconds. The owner makes and migrates;
the story is played as the role that the site runs as.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from compliance.audit.guard import grants
from compliance.audit.guard.roles import as_owner, runtime_role

PREFIX = "story_template_"


@contextmanager
def scratch_database() -> Iterator[None]:
    """Make the default connection that of a new, migrated, empty database until the end.

    Raises django.db.Error in the server's words when the role may not create databases.
    """
    settings = connection.settings_dict
    own, name = settings["NAME"], f"story_{uuid4().hex[:12]}"
    template = _template()
    # The copy is open to everybody until it is closed: a template gives its rows, not its rights.
    _administer(
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        *grants.closing_statements(name, runtime_role(settings)),
    )
    _switch(name)
    try:
        yield
    finally:
        _switch(own)
        _administer(f'DROP DATABASE IF EXISTS "{name}"')


def _switch(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _administer(*statements: str) -> None:
    """Run statements outside any project database, each by itself (no transaction)."""
    # Django's own way to create test databases.
    with as_owner(), connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _template() -> str:
    """The name of the template for the migrations as they are now, made when it is missing.

    An advisory lock of the server keeps two runs from making it at once.
    """
    name = PREFIX + _digest()
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for stale in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{stale}"')
            _make_template(cursor, name)
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [PREFIX])
    return name


def _make_template(cursor: object, name: str) -> None:
    """Create and migrate under a working name, then rename: a crash leaves no half template."""
    working = f"{name}_making"
    own = connection.settings_dict["NAME"]
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(f'DROP DATABASE IF EXISTS "{working}"')
    execute(f'CREATE DATABASE "{working}"')
    _switch(working)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        _switch(own)
    execute(f'ALTER DATABASE "{working}" RENAME TO "{name}"')


def _digest() -> str:
    """A short digest of what makes a template: every migration with its SQL, and the grants."""
    found = hashlib.sha256(Path(grants.__file__).read_bytes())
    granted = (runtime_role(connection.settings_dict), grants.wanted(connection.alias))
    found.update(repr(granted).encode())
    loader = MigrationLoader(None, ignore_no_migrations=True)
    folders = set()
    for key, migration in sorted(loader.disk_migrations.items()):
        found.update(repr(key).encode())
        folders.add(Path(sys.modules[type(migration).__module__].__file__ or "").parent)
    texts = (path for folder in folders for path in folder.rglob("*"))
    for path in sorted(path for path in texts if path.suffix in (".py", ".sql")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]
