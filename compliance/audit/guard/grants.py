"""What the runtime role may do: exactly what the app registry says, and nothing else.

Ordinary tables are read and written, append-only ones are read and added to; of the sequences the
next number may be drawn and none may be set. The role makes nothing: no table, no schema, no
function, and no temporary table either, which PostgreSQL would look at before the real one.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from compliance.audit.guard.catalogue import Table, tables

ORDINARY = "SELECT, INSERT, UPDATE, DELETE"
APPEND_ONLY = "SELECT, INSERT"
READ = "SELECT"

_OURS = """
SELECT relname, relkind = 'S' FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND relowner = current_user::regrole
ORDER BY relname
"""
_SEQUENCES = """
SELECT DISTINCT s.relname FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
  AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace AND t.relname = ANY(%s)
"""


def wanted(alias: str) -> dict[str, str]:
    """The privileges of the runtime role on each table of the installed apps."""
    granted = {table.name: _privileges(table) for table in tables(alias)}
    # Django reads which migrations were applied when it starts; only the owner writes it.
    return granted | {MigrationRecorder.Migration._meta.db_table: READ}


def _privileges(table: Table) -> str:
    if not table.insertable:
        return READ
    if table.append_only or table.updatable == ():
        return APPEND_ONLY
    if table.updatable is None:
        return ORDINARY
    columns = ", ".join(f'"{column}"' for column in table.updatable)
    return f"{APPEND_ONLY}, UPDATE ({columns})"


def closing_statements(database: str, role: str | None) -> list[str]:
    """Statements, for the owner of a database, that leave it to itself and the runtime role.

    Plans are not compiled in it: the questions of a page take milliseconds, and a plan of many
    parts takes a hundred to compile. A copy made by CREATE DATABASE ... TEMPLATE does not inherit
    any of it. None without a second role.
    """
    if role is None:
        return []
    name, runtime = sql.Identifier(database), sql.Identifier(role)
    return [
        # Whoever owns the tables and not the database goes on without.
        sql.SQL(
            "DO $$ BEGIN ALTER DATABASE {} SET jit = off;"
            " EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"
        )
        .format(name)
        .as_string(),
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC, {}").format(name, runtime).as_string(),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, runtime).as_string(),
    ]


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` what it needs in the current schema, take away everything else, and turn the
    compiling of plans off.

    Runs as the owner; all or nothing, and the same however often. Tables of other owners in the
    schema are left alone. Raises django.db.Error in the server's words.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = cursor.fetchone()
        for statement in closing_statements(database, role):
            cursor.execute(statement)
        _schema(cursor, schema, role)
        cursor.execute(_OURS)
        ours = dict(cursor.fetchall())
        runtime = sql.Identifier(role)
        for name, is_sequence in ours.items():
            kind = sql.SQL("SEQUENCE" if is_sequence else "TABLE")
            relation = sql.Identifier(schema, name)
            cursor.execute(
                sql.SQL("REVOKE ALL ON {} {} FROM PUBLIC, {}").format(kind, relation, runtime)
            )
        granted = {name: what for name, what in wanted(connection.alias).items() if name in ours}
        for name, what in granted.items():
            relation = sql.Identifier(schema, name)
            cursor.execute(
                sql.SQL("GRANT {} ON TABLE {} TO {}").format(sql.SQL(what), relation, runtime)
            )
        cursor.execute(_SEQUENCES, [list(granted)])
        for (name,) in cursor.fetchall():
            relation = sql.Identifier(schema, name)
            cursor.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(relation, runtime))


def _schema(cursor: object, schema: str, role: str) -> None:
    """USAGE of the schema and never CREATE, also not by way of PUBLIC where that is ours to say."""
    execute = cursor.execute  # type: ignore[attr-defined]
    name, runtime = sql.Identifier(schema), sql.Identifier(role)
    execute("SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = %s", [schema])
    (is_ours,) = cursor.fetchone()  # type: ignore[attr-defined]
    if is_ours:
        execute(sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {}").format(name, runtime))
        execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, runtime))
