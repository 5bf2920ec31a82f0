"""Reports of exempt distribution: what issuers add for them, and those that were issued."""

import compliance.vault.fields
import django.db.models.deletion
import uuid
from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
APPEND_ONLY = """
CREATE TRIGGER equity_exemptreport_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_exemptreport
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
"""
ANY = "DROP TRIGGER equity_exemptreport_append_only ON equity_exemptreport;"


class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0013_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportDetails',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answers', compliance.vault.fields.SealedJSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.UUIDField()),
                ('offering', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report_details', to='equity.offering')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExemptReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('amends_filed_on', models.DateField(null=True)),
                ('certified_on', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('purchasers', models.PositiveIntegerField()),
                ('schedules', compliance.vault.fields.SealedJSONField()),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.UUIDField()),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exempt_reports', to='equity.offering')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('offering', 'number'), name='exempt_report_once'), models.CheckConstraint(condition=models.Q(models.Q(('amends_filed_on', None), ('number', 1)), models.Q(('amends_filed_on__isnull', False), ('number__gt', 1)), _connector='OR'), name='exempt_report_amends_one_filed')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, ANY),
        migrations.RunSQL(
            (_SQL / "report.sql").read_text(encoding="utf-8"),
            (_SQL / "report_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
