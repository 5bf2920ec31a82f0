"""What PostgreSQL itself says about the role of a connection: one question, one list of faults.

`tables` are our tables and `only` the append-only ones, as numbers of pg_class; `names` are those
that should be there; `guarded` and `guards` are the triggers that should be, each with its table.
`kept` are the tables with columns that triggers alone write, `updatable` the other columns, and
`closed` the tables that triggers alone write at all.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A query that finds faults, and the words for them."""

    id: str
    query: str
    """Selects one column of text; a row is a fault."""
    message: str
    """With %s for the faults."""
    hint: str


_MIGRATE = (
    "Run `manage.py migrate` with DATABASE_OWNER_URL set: it grants what is needed and "
    "takes the rest away."
)
_APART = (
    "Run the site as a role that owns nothing and migrations as the owner: docs/database.md "
    "has the statements."
)

QUESTIONS = (
    Question(
        "compliance_audit.E102",
        """
        SELECT attribute FROM pg_roles, LATERAL (VALUES ('SUPERUSER', rolsuper),
            ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
            ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) AS a (attribute, has)
        WHERE rolname = current_user AND has
        """,
        "The role of the site is %s: nothing in the database binds it.",
        _APART,
    ),
    Question(
        "compliance_audit.E103",
        """
        SELECT 'database ' || datname FROM pg_database
        WHERE datname = current_database() AND pg_get_userbyid(datdba) = current_user
        UNION ALL
        SELECT 'schema ' || nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = current_user
        UNION ALL
        SELECT 'relation ' || oid::regclass FROM pg_class
        WHERE pg_get_userbyid(relowner) = current_user AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        UNION ALL
        SELECT 'routine ' || oid::regprocedure FROM pg_proc
        WHERE pg_get_userbyid(proowner) = current_user
        ORDER BY 1
        """,
        "The role of the site owns %s: an owner may switch every guard off.",
        _APART,
    ),
    Question(
        "compliance_audit.E104",
        """
        SELECT rolname FROM pg_roles
        WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')
            AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            AND NOT (rolname = 'pg_database_owner' AND (SELECT pg_get_userbyid(datdba) =
                current_user FROM pg_database WHERE datname = current_database()))
        ORDER BY 1
        """,
        "The role of the site may become %s.",
        "Take the membership away: REVOKE that role FROM the role of the site.",
    ),
    Question(
        "compliance_audit.E105",
        """
        SELECT 'SET session_replication_role'
        WHERE has_parameter_privilege('session_replication_role', 'SET')
        UNION ALL
        SELECT privilege || ' on ' || t.oid::regclass
        FROM unnest(%(tables)s::oid[]) t (oid), LATERAL (VALUES ('TRIGGER')) p (privilege)
        WHERE has_table_privilege(t.oid, privilege)
        """,
        "The role of the site may work around triggers: %s.",
        _MIGRATE + " SET on a parameter is taken away by a superuser: REVOKE SET ON PARAMETER.",
    ),
    Question(
        "compliance_audit.E106",
        """
        SELECT privilege || ' on ' || t.oid::regclass
        FROM unnest(%(only)s::oid[]) t (oid),
            LATERAL (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) p (privilege)
        WHERE CASE privilege WHEN 'UPDATE' THEN has_any_column_privilege(t.oid, 'UPDATE')
            ELSE has_table_privilege(t.oid, privilege) END
        UNION ALL
        SELECT 'INSERT on ' || t.oid::regclass FROM unnest(%(closed)s::oid[]) t (oid)
        WHERE has_any_column_privilege(t.oid, 'INSERT')
        UNION ALL
        SELECT 'UPDATE on ' || s.oid::regclass
        FROM unnest(%(only)s::oid[]) t (oid)
        JOIN pg_depend d ON d.refobjid = t.oid AND d.refclassid = 'pg_class'::regclass
            AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        JOIN pg_class s ON s.oid = d.objid
        WHERE CASE s.relkind WHEN 'S' THEN has_sequence_privilege(s.oid, 'UPDATE') END
        UNION ALL
        SELECT privilege || ' on ' || t.oid::regclass
        FROM unnest(%(kept)s::oid[]) t (oid),
            LATERAL (VALUES ('DELETE'), ('TRUNCATE')) p (privilege)
        WHERE has_table_privilege(t.oid, privilege)
        UNION ALL
        SELECT 'UPDATE of ' || attname || ' on ' || attrelid::regclass FROM pg_attribute
        WHERE attrelid = ANY(%(kept)s::oid[]) AND attnum > 0 AND NOT attisdropped
            AND concat_ws(' ', attrelid, attname) <> ALL(%(updatable)s::text[])
            AND has_column_privilege(attrelid, attnum, 'UPDATE')
        ORDER BY 1
        """,
        "The role of the site may change what only grows, or what triggers alone write: %s.",
        _MIGRATE,
    ),
    Question(
        "compliance_audit.E107",
        """
        SELECT 'CREATE in schema ' || nspname FROM pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%%' AND has_schema_privilege(oid, 'CREATE')
        UNION ALL
        SELECT privilege || ' in database ' || current_database()
        FROM (VALUES ('CREATE'), ('TEMPORARY')) p (privilege)
        WHERE has_database_privilege(current_database(), privilege)
        ORDER BY 1
        """,
        "The role of the site may make tables or functions of its own: %s.",
        _MIGRATE + " A schema that is not the owner's is closed by a superuser: REVOKE CREATE ON "
        "SCHEMA public FROM PUBLIC.",
    ),
    # In tgtype, 1 is FOR EACH ROW, 2 BEFORE, 8 DELETE, 16 UPDATE, 32 TRUNCATE and 64 INSTEAD OF.
    Question(
        "compliance_audit.E108",
        """
        SELECT g.name || CASE WHEN t.oid IS NULL THEN ' is missing' ELSE ' is disabled' END
            || ' on ' || g.tab
        FROM unnest(%(guarded)s::text[], %(guards)s::text[]) g (tab, name)
        LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(quote_ident(g.tab)) AND t.tgname = g.name
        WHERE to_regclass(quote_ident(g.tab)) IS NOT NULL
            AND (t.oid IS NULL OR t.tgenabled NOT IN ('O', 'A'))
        UNION
        SELECT t.tgname || ' does not refuse everything on ' || t.tgrelid::regclass
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = ANY(%(only)s::oid[]) AND t.tgname LIKE '%%append_only' AND NOT (
            t.tgtype & 58 = 58 AND t.tgtype & 65 = 0 AND t.tgqual IS NULL AND t.tgattr = ''
            AND p.proname IN ('compliance_append_only', 'compliance_audit_refuse'))
        UNION
        SELECT t.tgname || ' is disabled on ' || t.tgrelid::regclass
        FROM pg_trigger t WHERE t.tgrelid = ANY(%(tables)s::oid[])
            AND t.tgenabled NOT IN ('O', 'A')
        UNION
        SELECT 'a rule (' || r.rulename || ') rewrites ' || r.ev_class::regclass
        FROM pg_rewrite r WHERE r.ev_class = ANY(%(tables)s::oid[])
        ORDER BY 1
        """,
        "The guards of the tables are not what the migrations left: %s.",
        "Somebody with the owner's rights did this: find out who. Then ALTER TABLE ... ENABLE "
        "TRIGGER ALL as the owner, or make the trigger again as its migration does, and verify the "
        "trail.",
    ),
    Question(
        "compliance_audit.E109",
        """
        SELECT current_setting('server_version')
        WHERE current_setting('server_version_num')::int < %(oldest)s
        """,
        "The server is PostgreSQL %s; what we promise was tested from version 15 on.",
        "Upgrade the server.",
    ),
    Question(
        "compliance_audit.E110",
        """
        SELECT name || ' = ' || setting FROM pg_settings
        WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting = 'off'
        ORDER BY 1
        """,
        "The server answers before the disk has what it was told: %s.",
        "Set them to on in postgresql.conf, for the database and for the role, and reload.",
    ),
    Question(
        "compliance_audit.E111",
        """
        SELECT name FROM unnest(%(names)s::text[]) n (name)
        WHERE to_regclass(quote_ident(name)) IS NULL
        UNION ALL
        SELECT 'a privilege on ' || t.oid::regclass FROM unnest(%(tables)s::oid[]) t (oid)
        WHERE NOT has_table_privilege(t.oid, 'SELECT') OR (
            t.oid <> ALL(%(closed)s::oid[]) AND NOT has_table_privilege(t.oid, 'INSERT'))
        ORDER BY 1
        """,
        "The role of the site lacks %s.",
        _MIGRATE,
    ),
)
