"""What somebody with the site's own connection might try, and what PostgreSQL answers.

Each attack is SQL for one session of the runtime role. The words are those of the refusal: an
attack that failed for another reason, such as a typing mistake, would prove nothing.
"""

TRAIL = "compliance_audit_entry"
LEDGER = "equity_posting"
OWNER = "compliance_owner"
RUNTIME = "compliance"
COLUMNS = "id, at, actor_role, actor_id, action, subject_type, subject_id, payload"

DENIED = "permission denied"
NOT_OWNER = "must be owner"
SUPER = "superuser|permission denied"

# name: (the statements, the words of the refusal)
ATTACKS: dict[str, tuple[str, str]] = {
    # Switching guards off.
    "disable the trigger": (
        f"ALTER TABLE {TRAIL} DISABLE TRIGGER {TRAIL}_append_only",
        NOT_OWNER,
    ),
    "pg_restore --disable-triggers": (f"ALTER TABLE {TRAIL} DISABLE TRIGGER ALL", NOT_OWNER),
    "enable it for replicas only": (
        f"ALTER TABLE {LEDGER} ENABLE REPLICA TRIGGER {LEDGER}_append_only",
        NOT_OWNER,
    ),
    "act as a replica": ("SET session_replication_role = replica", DENIED),
    "act as a replica from the next session on": (
        f"ALTER ROLE {RUNTIME} SET session_replication_role = replica",
        DENIED,
    ),
    "drop the trigger": (f"DROP TRIGGER {TRAIL}_append_only ON {TRAIL}", NOT_OWNER),
    "drop the function under the triggers": (
        "DROP FUNCTION compliance_append_only() CASCADE",
        NOT_OWNER,
    ),
    "hollow the function out": (
        (
            "CREATE OR REPLACE FUNCTION compliance_append_only() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NULL; END'"
        ),
        DENIED,
    ),
    "rename the function": ("ALTER FUNCTION compliance_append_only() RENAME TO gone", NOT_OWNER),
    "rename the table": (f"ALTER TABLE {TRAIL} RENAME TO old", NOT_OWNER),
    "drop the table": (f"DROP TABLE {LEDGER}", NOT_OWNER),
    "drop the identity of the position": (
        f"ALTER TABLE {TRAIL} ALTER COLUMN position DROP IDENTITY",
        NOT_OWNER,
    ),
    "drop a check": (f"ALTER TABLE {TRAIL} DROP CONSTRAINT audit_entry_actor", NOT_OWNER),
    "a session with a longer arm": (
        "SET compliance.resealing = 'on'; UPDATE documents_documentcontent SET pdf = 'x'",
        DENIED,
    ),
    # Becoming somebody else.
    "become the owner": (f"SET ROLE {OWNER}", DENIED),
    "sign in as the owner": (f"SET SESSION AUTHORIZATION {OWNER}", DENIED),
    "become superuser": (f"ALTER ROLE {RUNTIME} SUPERUSER", SUPER),
    "join the owner": (f"GRANT {OWNER} TO {RUNTIME}", "admin option|permission denied"),
    "join those who write everywhere": (
        f"GRANT pg_write_all_data TO {RUNTIME}",
        "admin option|permission denied",
    ),
    "make an accomplice": ("CREATE ROLE accomplice SUPERUSER LOGIN", SUPER),
    "take the table": (f"ALTER TABLE {TRAIL} OWNER TO {RUNTIME}", NOT_OWNER),
    "reassign what the owner has": (f"REASSIGN OWNED BY {OWNER} TO {RUNTIME}", DENIED),
    "grant oneself the right": (
        # The grant itself is a warning and does nothing.
        f"GRANT UPDATE ON {TRAIL} TO {RUNTIME}; UPDATE {TRAIL} SET at = now()",
        DENIED,
    ),
    "grant everybody the right": (
        f"GRANT ALL ON {LEDGER} TO PUBLIC; DELETE FROM {LEDGER}",
        DENIED,
    ),
    "take the schema": (f"ALTER SCHEMA public OWNER TO {RUNTIME}", NOT_OWNER),
    "take the database": (f"ALTER DATABASE postgres OWNER TO {RUNTIME}", NOT_OWNER),
    # Choosing a place in the trail.
    "an entry in the past": (
        (
            f"INSERT INTO {TRAIL} (position, {COLUMNS}) OVERRIDING SYSTEM VALUE "
            f"SELECT -1, gen_random_uuid(), {COLUMNS[4:]} FROM {TRAIL} LIMIT 1"
        ),
        "not chosen|not yet defined",
    ),
    "an entry in the past, having drawn a number": (
        (
            f"SELECT nextval(pg_get_serial_sequence('{TRAIL}', 'position')); "
            f"INSERT INTO {TRAIL} (position, {COLUMNS}) OVERRIDING SYSTEM VALUE "
            f"SELECT -1, gen_random_uuid(), {COLUMNS[4:]} FROM {TRAIL} LIMIT 1"
        ),
        "not chosen",
    ),
    "an entry with a position, politely": (
        (
            f"INSERT INTO {TRAIL} (position, {COLUMNS}) "
            f"SELECT -1, gen_random_uuid(), {COLUMNS[4:]} FROM {TRAIL} LIMIT 1"
        ),
        "cannot insert a non-DEFAULT value|GENERATED ALWAYS",
    ),
    "set the sequence back": (
        f"SELECT setval(pg_get_serial_sequence('{TRAIL}', 'position'), 1)",
        DENIED,
    ),
    "restart the sequence": (f"ALTER SEQUENCE {TRAIL}_position_seq RESTART WITH 1", NOT_OWNER),
    "an entry over another": (
        (
            f"INSERT INTO {TRAIL} SELECT * FROM {TRAIL} LIMIT 1 "
            "ON CONFLICT (id) DO UPDATE SET at = now()"
        ),
        f"{DENIED}|cannot insert|append-only",
    ),
    "merge": (
        f"MERGE INTO {TRAIL} e USING {TRAIL} o ON e.id = o.id WHEN MATCHED THEN DELETE",
        DENIED,
    ),
    "change behind a WITH": (
        f"WITH gone AS (DELETE FROM {LEDGER} RETURNING *) SELECT count(*) FROM gone",
        DENIED,
    ),
    "change inside DO": (f"DO $$ BEGIN DELETE FROM {LEDGER}; END $$", DENIED),
    "hold the rows": (f"SELECT * FROM {TRAIL} FOR UPDATE", DENIED),
    "hold the table": (f"LOCK TABLE {TRAIL} IN ACCESS EXCLUSIVE MODE", DENIED),
    "pull the ground away": (
        "DELETE FROM equity_subscription",
        "violates foreign key|append-only|permission denied|are kept",
    ),
    "change a key under the rows": (
        "UPDATE equity_offering SET id = gen_random_uuid()",
        "violates foreign key|append-only|permission denied",
    ),
    # Making things of one's own.
    "a table": ("CREATE TABLE mine (id int)", DENIED),
    "a temporary table that shadows": (f"CREATE TEMP TABLE {TRAIL} (id uuid)", DENIED),
    "a temporary view that shadows": (
        f"CREATE TEMP VIEW {LEDGER} AS SELECT 1 AS amount",
        DENIED,
    ),
    "a temporary function": (
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        DENIED,
    ),
    "a view to write through": (f"CREATE VIEW through AS SELECT * FROM {TRAIL}", DENIED),
    "a schema": ("CREATE SCHEMA evil", DENIED),
    "a schema before ours": (
        f"CREATE SCHEMA {RUNTIME} CREATE TABLE {TRAIL} (id int)",
        DENIED,
    ),
    "a function": ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED),
    "a function with the maker's rights": (
        f"CREATE FUNCTION f() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM {LEDGER}'",
        DENIED,
    ),
    "a trigger on our table": (
        (
            f"CREATE TRIGGER mine BEFORE INSERT ON {TRAIL} FOR EACH ROW EXECUTE FUNCTION "
            "suppress_redundant_updates_trigger()"
        ),
        DENIED,
    ),
    "an event trigger": (
        "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION compliance_append_only()",
        SUPER,
    ),
    "a rule": (f"CREATE RULE mine AS ON INSERT TO {TRAIL} DO INSTEAD NOTHING", NOT_OWNER),
    "a policy": (f"CREATE POLICY mine ON {TRAIL} USING (false)", NOT_OWNER),
    "an operator that lies": (
        "CREATE OPERATOR = (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8ne)",
        DENIED,
    ),
    "an extension that reaches out": (
        "CREATE EXTENSION dblink",
        f"{DENIED}|not available|superuser",
    ),
    "a language that reaches out": (
        "CREATE EXTENSION plpython3u",
        f"{DENIED}|not available|superuser",
    ),
    "a publication": (f"CREATE PUBLICATION mine FOR TABLE {TRAIL}", DENIED),
    # Partitions and inheritance.
    "detach": (f"ALTER TABLE {TRAIL} DETACH PARTITION {LEDGER}", NOT_OWNER),
    "inherit from the trail": (
        f"CREATE TABLE child () INHERITS ({TRAIL})",
        f"{DENIED}|{NOT_OWNER}",
    ),
    "make the trail a child": (f"ALTER TABLE {TRAIL} INHERIT {LEDGER}", NOT_OWNER),
    "move the trail": (f"ALTER TABLE {TRAIL} SET SCHEMA pg_catalog", NOT_OWNER),
    # The server's files.
    "lo_import": ("SELECT lo_import('/etc/hostname')", DENIED),
    "pg_read_file": ("SELECT pg_read_file('PG_VERSION')", DENIED),
    "pg_ls_dir": ("SELECT pg_ls_dir('.')", DENIED),
    "a file into the trail": (f"COPY {TRAIL} FROM '/etc/hostname'", SUPER),
    "a program": (f"COPY {TRAIL} TO PROGRAM 'cat'", SUPER),
    "reload the settings": ("SELECT pg_reload_conf()", DENIED),
    "change the database's settings": (
        "ALTER DATABASE postgres SET fsync = off",
        f"{NOT_OWNER}|{DENIED}|cannot be changed",
    ),
    # What Django believes.
    "forget a migration": ("DELETE FROM django_migrations", DENIED),
    "pretend a migration": (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        DENIED,
    ),
    # The catalogue itself.
    "write the catalogue": ("UPDATE pg_trigger SET tgenabled = 'D'", DENIED),
    "write the catalogue's rights": ("UPDATE pg_class SET relacl = NULL", DENIED),
    "allow oneself the catalogue": ("SET allow_system_table_mods = on", DENIED),
}

# The search path is everybody's to set; what matters is that it finds nothing of the attacker's.
SEARCH_PATHS = ("pg_temp, public", "pg_catalog, pg_temp", "public, pg_temp", "''", "evil, public")
