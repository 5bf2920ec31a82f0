from django.db import migrations

# What every append-only table of the installed apps refuses with. A table whose trigger says
# 'resealed' may be rewritten by its owner alone while the data keys are rotated: the sealed bytes
# change, and what they say does not. The search path is fixed so that nothing of the caller's is
# ever found before PostgreSQL's own.
APPEND_ONLY = """
CREATE FUNCTION compliance_append_only() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS = 1 AND TG_ARGV[0] = 'resealed'
        AND current_setting('compliance.resealing', true) = 'on'
        AND EXISTS (
            SELECT FROM pg_class WHERE oid = TG_RELID AND pg_get_userbyid(relowner) = current_user
        )
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the table % is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Add a further row that corrects the earlier one.';
END
$$;
"""
APPEND_ONLY_REVERSE = "DROP FUNCTION compliance_append_only();"

# The table is named by its number: by its name, a temporary table of the caller's would be found
# first, with a sequence that says whatever the caller likes.
POSITION = """
CREATE OR REPLACE FUNCTION compliance_audit_position() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.position
        IS DISTINCT FROM currval(pg_get_serial_sequence(TG_RELID::regclass::text, 'position'))
    THEN
        RAISE EXCEPTION 'the position of an audit entry is drawn by the database, not chosen'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
"""
POSITION_REVERSE = """
CREATE OR REPLACE FUNCTION compliance_audit_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position
        IS DISTINCT FROM currval(pg_get_serial_sequence('compliance_audit_entry', 'position'))
    THEN
        RAISE EXCEPTION 'the position of an audit entry is drawn by the database, not chosen'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance_audit", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
        migrations.RunSQL(POSITION, POSITION_REVERSE),
    ]
