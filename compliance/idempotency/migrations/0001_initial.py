from django.db import migrations, models

# The answer is written once and nothing else ever changes; no row goes. A claim without its answer
# is not committed: whoever came back with the key would be told nothing for ever. The search path
# is fixed so that nothing of the caller's is ever found before PostgreSQL's own.
GUARDS = """
CREATE FUNCTION compliance_idempotency_answered_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.answer IS NOT NULL OR NEW.answer IS NULL
        OR (OLD.id, OLD.actor_role, OLD.actor_id, OLD.key, OLD.act, OLD.body, OLD.at)
            IS DISTINCT FROM
           (NEW.id, NEW.actor_role, NEW.actor_id, NEW.key, NEW.act, NEW.body, NEW.at)
    THEN
        RAISE EXCEPTION 'what was asked under a key and answered never changes'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION compliance_idempotency_answered_at_commit() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.compliance_idempotency_keyedact WHERE id = NEW.id AND answer IS NULL
    ) THEN
        RAISE EXCEPTION 'a key is committed together with its answer, or not at all'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'idempotency_answered_at_commit';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER compliance_idempotency_answered_once
    BEFORE UPDATE ON compliance_idempotency_keyedact
    FOR EACH ROW EXECUTE FUNCTION compliance_idempotency_answered_once();
CREATE CONSTRAINT TRIGGER compliance_idempotency_answered_at_commit
    AFTER INSERT ON compliance_idempotency_keyedact
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.answer IS NULL)
    EXECUTE FUNCTION compliance_idempotency_answered_at_commit();
CREATE TRIGGER compliance_idempotency_never_deleted
    BEFORE DELETE OR TRUNCATE ON compliance_idempotency_keyedact
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
"""
GUARDS_REVERSE = """
DROP TRIGGER compliance_idempotency_never_deleted ON compliance_idempotency_keyedact;
DROP TRIGGER compliance_idempotency_answered_at_commit ON compliance_idempotency_keyedact;
DROP TRIGGER compliance_idempotency_answered_once ON compliance_idempotency_keyedact;
DROP FUNCTION compliance_idempotency_answered_at_commit();
DROP FUNCTION compliance_idempotency_answered_once();
"""


class Migration(migrations.Migration):

    initial = True

    # For compliance_append_only().
    dependencies = [("compliance_audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name='KeyedAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor_role', models.CharField(max_length=16)),
                ('actor_id', models.UUIDField(null=True)),
                ('key', models.CharField(max_length=255)),
                ('act', models.CharField(max_length=80)),
                ('body', models.BinaryField(max_length=32)),
                ('answer', models.TextField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('actor_role', 'actor_id', 'key'), name='idempotency_key_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('actor_role__in', ['system', 'officer', 'issuer', 'investor', 'examiner'])), name='idempotency_actor_role'), models.CheckConstraint(condition=models.Q(models.Q(('actor_id__isnull', True), ('actor_role', 'system')), models.Q(models.Q(('actor_role', 'system'), _negated=True), ('actor_id__isnull', False)), _connector='OR'), name='idempotency_actor'), models.CheckConstraint(condition=models.Q(('key__regex', '^[\\x21-\\x7e]+$')), name='idempotency_key_visible')],
            },
        ),
        migrations.RunSQL(GUARDS, GUARDS_REVERSE),
    ]
