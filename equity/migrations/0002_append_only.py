from django.db import migrations

TABLES = (
    "equity_closing",
    "equity_concurrentmoney",
    "equity_earlierdistribution",
    "equity_holding",
    "equity_journalentry",
    "equity_posting",
    "equity_withdrawalright",
)
CREATE = """
CREATE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
"""
DROP = "DROP TRIGGER {table}_append_only ON {table};"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance_audit", "0002_append_only"),
        ("equity", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CREATE.format(table=table), DROP.format(table=table))
        for table in TABLES
    ]
