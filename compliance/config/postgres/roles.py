"""The roles of our own server: an owner, a runtime role, and a superuser that nobody works as.

The superuser only makes the other two and the database; its name is used nowhere but here. Inside
the server's private directory every connection is trusted, so the roles keep out what goes through
a connection of the site (a mistake, an injected statement), not a program of the same machine user.
"""

from collections.abc import Callable

import psycopg
from psycopg import sql

from compliance.config.postgres.binaries import PostgresError

BOOTSTRAP = "compliance_bootstrap"
OWNER = "compliance_owner"
RUNTIME = "compliance"

Connect = Callable[..., psycopg.Connection]
"""Connects to a database (`postgres` by default) as `user` (the superuser by default)."""

_HELPER = "compliance_renaming"
_ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT",
    RUNTIME: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT",
}
# What belongs to the superuser outside the server's own schemas: tables and what hangs on them,
# then functions. A sequence of a column follows its table.
_TO_HAND_OVER = """
SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN
    'MATERIALIZED VIEW' ELSE 'TABLE' END, c.oid::regclass::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm') AND c.relowner = 10
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
UNION ALL
SELECT 'ROUTINE', p.oid::regprocedure::text
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proowner = 10 AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""


def rename_bootstrap(connect: Connect) -> None:
    """Upgrade a cluster that was made when the site still worked as its superuser.

    That superuser bears the name of the runtime role and cannot be made an ordinary one: it takes
    the superuser's name, which a helper has to give it, and `make_roles` does the rest. Nothing is
    done to a cluster of today. Raises PostgresError on one that is neither.
    """
    try:
        connect().close()
        return
    except psycopg.OperationalError as error:
        if f'role "{BOOTSTRAP}" does not exist' not in str(error):
            raise
    helper, old = sql.Identifier(_HELPER), sql.Identifier(RUNTIME)
    try:
        with connect(user=RUNTIME) as connection:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(helper))
            connection.execute(sql.SQL("CREATE ROLE {} SUPERUSER LOGIN").format(helper))
        with connect(user=_HELPER) as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} RENAME TO {}").format(old, sql.Identifier(BOOTSTRAP))
            )
    except psycopg.Error as error:
        raise PostgresError(
            f"The database was not made by this program and cannot be upgraded: {error}. Move the "
            "data directory away to begin with an empty database, or set DATABASE_URL."
        ) from error


def make_roles(connect: Connect, database: str) -> None:
    """Make the two roles and the owner's database where they are missing.

    An older database is handed over to the owner; databases that only stories used are dropped,
    for they are made again when they are missed. What is there already is left as it is.
    """
    name = sql.Identifier(database)
    with connect() as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(_HELPER)))
        for role, attributes in _ATTRIBUTES.items():
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if known.fetchone() else "CREATE"
            statement = f"{verb} ROLE {{}} {attributes}"
            connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
        rows = connection.execute("SELECT datname, pg_get_userbyid(datdba) FROM pg_database")
        owners: dict[str, str] = dict(rows.fetchall())
        if database not in owners:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(OWNER))
            )
            return
        if owners[database] == OWNER:
            return
        for story in [known for known in owners if known.startswith("story_")]:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(story)))
    _hand_over(connect, database)


def _hand_over(connect: Connect, database: str) -> None:
    """Give an older database, with everything in it, to the owner; all or nothing."""
    owner = sql.Identifier(OWNER)
    with connect(database) as connection, connection.transaction():
        for kind, named in connection.execute(_TO_HAND_OVER).fetchall():
            # The server quoted the name itself.
            connection.execute(
                sql.SQL("ALTER {} {} OWNER TO {}").format(sql.SQL(kind), sql.SQL(named), owner)
            )
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), owner)
        )
