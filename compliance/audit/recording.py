"""Recording each change of a row, by whichever road: one trigger on every table of our apps.

The trigger function writes what changed into `compliance_audit_change`, in the transaction of the
change. It runs with the rights of the tables' owner, so that the role of the site needs none on
that table and cannot write there by itself. `migrate` sets the triggers after each run, from the
app registry: a new model is recorded without anybody thinking of it.

What is recorded in clear is what cannot be personal: numbers, amounts, dates, ids, booleans, and
codes: unsealed texts of at most 64 characters that the model does not name in `told_by_digest`. Of
everything else only a commitment is kept, salted: a bare digest of a name would be guessed in no
time. A row that is added or removed has one commitment for all of that, under "*".
"""

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from compliance.audit.guard.catalogue import RECORDED, recorded_models
from compliance.audit.models import Change, Entry

LONGEST_CODE = 64
"""Characters: longer texts are sentences, names or addresses."""
_CLEAR = (
    models.UUIDField,
    models.IntegerField,
    models.DecimalField,
    models.BooleanField,
    models.DateField,
    models.TimeField,
    models.DurationField,
)

# A column is told in clear when its trigger names it, so that one which a migration has just added
# is not. Before and after share the salt, so that they differ exactly when the values do. The
# common case, a row that is added, is written with the fewest steps: it is on every subscription.
# Instants bear the offset of whoever is connected, UTC on the site.
_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    shown CONSTANT text[] := TG_ARGV[1];
    salted CONSTANT uuid := gen_random_uuid();
    was jsonb;
    now_is jsonb;
    hidden jsonb;
    key text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        now_is := to_jsonb(NEW);
        IF was - TG_ARGV[2]::text[] = now_is - TG_ARGV[2]::text[] THEN
            RETURN NULL;
        END IF;
        key := was ->> TG_ARGV[0];
        SELECT jsonb_object_agg(c.key, CASE WHEN c.shown THEN c.was ELSE c.was_hidden END),
            jsonb_object_agg(c.key, CASE WHEN c.shown THEN c.now_is ELSE c.now_hidden END)
            INTO was, now_is
            FROM (SELECT o.key, o.value AS was, n.value AS now_is, o.key = ANY(shown) AS shown,
                to_jsonb('sha256:' || encode(sha256(convert_to(
                    salted || ':' || (o.value #>> '{{}}'), 'UTF8')), 'hex')) AS was_hidden,
                to_jsonb('sha256:' || encode(sha256(convert_to(
                    salted || ':' || (n.value #>> '{{}}'), 'UTF8')), 'hex')) AS now_hidden
                FROM jsonb_each(was) o JOIN jsonb_each(now_is) n USING (key)
                WHERE o.value <> n.value) c;
    ELSIF TG_OP = 'TRUNCATE' THEN
        key := '*';
    ELSE
        IF TG_OP = 'INSERT' THEN
            now_is := to_jsonb(NEW);
        ELSE
            now_is := to_jsonb(OLD);
        END IF;
        key := now_is ->> TG_ARGV[0];
        hidden := now_is - shown;
        IF hidden <> '{{}}' THEN
            now_is := now_is - ARRAY(SELECT jsonb_object_keys(hidden))
                || jsonb_build_object('*', 'sha256:' ||
                encode(sha256(convert_to(salted || ':' || hidden, 'UTF8')), 'hex'));
        END IF;
        IF TG_OP = 'DELETE' THEN
            was := now_is;
            now_is := NULL;
        END IF;
    END IF;
    INSERT INTO {change} (at, role, "table", "row", operation, salt, before, after)
    VALUES (clock_timestamp(), session_user, TG_TABLE_NAME, key, lower(TG_OP), salted, was, now_is);
    RETURN NULL;
END
$$;
"""
# Where triggers keep columns of their own, what they write there is not even looked at: it follows
# from a change that is recorded.
_BY_HAND = "WHEN (pg_trigger_depth() = 0)"
_TRIGGER = """
CREATE OR REPLACE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW {when} EXECUTE FUNCTION {function}({key}, {shown}, {derived})
"""
_EMPTIED = """
CREATE OR REPLACE TRIGGER {trigger} AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""


def record_changes(connection: BaseDatabaseWrapper) -> None:
    """Set the trigger on every recorded table that is there, as the owner; all or nothing, and the
    same however often. Raises django.db.Error in the server's words."""
    present = set(connection.introspection.table_names())
    if not {Entry._meta.db_table, Change._meta.db_table} <= present:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        names = {
            "function": sql.Identifier(schema, "compliance_audit_record"),
            "change": sql.Identifier(schema, Change._meta.db_table),
        }
        cursor.execute(sql.SQL(_FUNCTION).format(**names))
        for model in recorded_models(connection.alias):
            if model._meta.db_table not in present:
                continue
            about = {
                **names,
                "table": sql.Identifier(schema, model._meta.db_table),
                "key": sql.Literal(str(model._meta.pk.column)),
                "shown": sql.Literal(_array(clear_columns(model))),
                "derived": sql.Literal(_array(derived_columns(model))),
                "when": sql.SQL(_BY_HAND if derived_columns(model) else ""),
            }
            cursor.execute(sql.SQL(_TRIGGER).format(trigger=sql.Identifier(RECORDED), **about))
            cursor.execute(
                sql.SQL(_EMPTIED).format(trigger=sql.Identifier(f"{RECORDED}_truncate"), **about)
            )


def clear_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a model that are recorded in clear."""
    private = getattr(model, "told_by_digest", ())
    return tuple(
        str(field.column)
        for field in model._meta.concrete_fields
        if _is_clear(field) and field.name not in private
    )


def derived_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that triggers alone write: no change of them by itself is recorded, since it
    follows from another one that is."""
    kept = getattr(model, "kept_by_database", ())
    return tuple(str(field.column) for field in model._meta.concrete_fields if field.name in kept)


def _is_clear(field: "models.Field[object, object]") -> bool:
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, _CLEAR):
        return True
    length = target.max_length
    return isinstance(target, models.CharField) and length is not None and length <= LONGEST_CODE


def _array(names: tuple[str, ...]) -> str:
    """The names as the text of a PostgreSQL array."""
    return "{" + ",".join(f'"{name}"' for name in names) + "}"
