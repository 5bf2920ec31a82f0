from django.db import migrations

TABLES = (
    # Sealed bytes are rewritten, by the owner alone, when the data keys are rotated.
    ("documents_documentcontent", "'resealed'"),
    ("documents_wordingconfirmation", ""),
)
CREATE = """
CREATE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only({argument});
"""
DROP = "DROP TRIGGER {table}_append_only ON {table};"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance_audit", "0002_append_only"),
        ("documents", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            CREATE.format(table=table, argument=argument), DROP.format(table=table)
        )
        for table, argument in TABLES
    ]
