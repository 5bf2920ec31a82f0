"""A published version may be sealed again under another key, by the owner of the table alone."""

from django.db import migrations

# The sealed columns alone may differ, and what they say does not change. As in
# `compliance_append_only`, saying it gains nobody anything who does not own the table.
RESEALED = """
CREATE OR REPLACE FUNCTION equity_keep_published() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    version uuid;
BEGIN
    IF TG_TABLE_NAME = 'equity_version' THEN
        IF TG_OP = 'UPDATE' AND current_setting('compliance.resealing', true) = 'on'
            AND EXISTS (SELECT FROM pg_class
                         WHERE oid = TG_RELID AND pg_get_userbyid(relowner) = current_user)
            AND to_jsonb(OLD) - ARRAY['items', 'certifier']
                = to_jsonb(NEW) - ARRAY['items', 'certifier'] THEN
            RETURN NEW;
        END IF;
        IF OLD.published_at IS NOT NULL THEN
            PERFORM public.equity_refuse('version_published_is_kept', 'A published version never changes.');
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            version := OLD.version_id;
        ELSE
            version := NEW.version_id;
        END IF;
        IF EXISTS (SELECT 1 FROM public.equity_version
                    WHERE id = version AND published_at IS NOT NULL) THEN
            PERFORM public.equity_refuse('version_published_is_kept', 'A published version never changes.');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION equity_keep_published() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    version uuid;
BEGIN
    IF TG_TABLE_NAME = 'equity_version' THEN
        IF OLD.published_at IS NOT NULL THEN
            PERFORM public.equity_refuse('version_published_is_kept', 'A published version never changes.');
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            version := OLD.version_id;
        ELSE
            version := NEW.version_id;
        END IF;
        IF EXISTS (SELECT 1 FROM public.equity_version
                    WHERE id = version AND published_at IS NOT NULL) THEN
            PERFORM public.equity_refuse('version_published_is_kept', 'A published version never changes.');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = (("equity", "0004_guards"),)

    operations = (migrations.RunSQL(RESEALED, "ALTER FUNCTION equity_keep_published() RESET ALL;" + BEFORE),)
