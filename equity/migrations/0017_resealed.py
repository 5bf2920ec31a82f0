"""Tables that only grow and hold sealed values may be sealed again under another key, by their owner
alone: without it, the rotation of the data keys stopped at the first of them."""

from django.db import migrations

_TABLES = (
    "equity_exemptreport",
    "equity_portalchange",
    "equity_portalformversion",
    "equity_prooffile",
    "equity_remark",
    "equity_remarkanswer",
)
_TRIGGER = """
CREATE OR REPLACE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only({argument});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0016_binding_index'),
    ]

    operations = [
        migrations.RunSQL(
            _TRIGGER.format(table=table, argument="'resealed'"),
            _TRIGGER.format(table=table, argument=""),
        )
        for table in _TABLES
    ]
