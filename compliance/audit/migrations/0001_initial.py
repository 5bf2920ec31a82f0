import uuid

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION compliance_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Record a further entry that corrects the earlier one.';
END
$$;
CREATE TRIGGER compliance_audit_entry_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_audit_refuse();
CREATE TRIGGER compliance_audit_judgement_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_judgement
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_audit_refuse();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER compliance_audit_judgement_append_only ON compliance_audit_judgement;
DROP TRIGGER compliance_audit_entry_append_only ON compliance_audit_entry;
DROP FUNCTION compliance_audit_refuse();
"""

# ALWAYS refuses a position given by the client, and the trigger refuses it where the client says
# OVERRIDING SYSTEM VALUE: nobody can write an entry into the past. A position that was just drawn
# is the last one that this session drew.
IDENTITY = """
ALTER TABLE compliance_audit_entry ALTER COLUMN position DROP DEFAULT;
ALTER TABLE compliance_audit_entry ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY;
CREATE FUNCTION compliance_audit_position() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER compliance_audit_entry_position
    BEFORE INSERT ON compliance_audit_entry
    FOR EACH ROW EXECUTE FUNCTION compliance_audit_position();
"""
IDENTITY_REVERSE = """
DROP TRIGGER compliance_audit_entry_position ON compliance_audit_entry;
DROP FUNCTION compliance_audit_position();
ALTER TABLE compliance_audit_entry ALTER COLUMN position DROP IDENTITY;
ALTER TABLE compliance_audit_entry ALTER COLUMN position SET DEFAULT 0;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.BigIntegerField(db_default=0, editable=False, unique=True)),
                ("at", models.DateTimeField()),
                ("actor_role", models.CharField(max_length=16)),
                ("actor_id", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=80)),
                ("subject_type", models.CharField(max_length=80)),
                ("subject_id", models.UUIDField()),
                ("payload", models.JSONField()),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [
                    models.Index(
                        fields=["subject_type", "subject_id", "position"],
                        name="audit_entry_subject",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "actor_role__in",
                                ["system", "officer", "issuer", "investor", "examiner"],
                            )
                        ),
                        name="audit_entry_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor_id__isnull", True), ("actor_role", "system")),
                            models.Q(
                                models.Q(("actor_role", "system"), _negated=True),
                                ("actor_id__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="audit_entry_actor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                ("question", models.CharField(max_length=80)),
                ("on", models.DateField()),
                ("rulebook_digest", models.CharField(max_length=64)),
                ("facts", models.TextField()),
                ("findings", models.JSONField()),
                ("met", models.BooleanField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="compliance_audit.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "rank"), name="audit_judgement_rank")
                ],
            },
        ),
        migrations.RunSQL(IDENTITY, IDENTITY_REVERSE),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
    ]
