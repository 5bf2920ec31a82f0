"""What Forms 45-110F3 and F4 say, and annual statements to holders: both only grow."""

import uuid

import compliance.vault.fields
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
"""
DROP = "DROP TRIGGER {table}_append_only ON {table};"


class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0014_reports'),
        ('investors', '0005_likeness_of_all'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnualStatement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('units', models.PositiveBigIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('issued_at', models.DateTimeField()),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annual_statements', to='equity.issuer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annual_statements', to='investors.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issuer', 'year', 'person'), name='annual_statement_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('units__gt', 0)), name='annual_statement_of_something')],
            },
        ),
        migrations.CreateModel(
            name='PortalFormVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('form', models.CharField(choices=[('f3', 'F3'), ('f4', 'F4')], max_length=2)),
                ('language', models.CharField(max_length=2)),
                ('number', models.PositiveIntegerField()),
                ('content', compliance.vault.fields.SealedJSONField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.UUIDField()),
                ('portal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='form_versions', to='equity.portal')),
                ('principal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='form_versions', to='equity.portalprincipal')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('portal', 'form', 'principal', 'language', 'number'), name='portal_form_version_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('form', 'f3'), ('principal', None)), models.Q(('form', 'f4'), ('principal__isnull', False)), _connector='OR'), name='portal_form_of_whom'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'fr'])), name='portal_form_language_known')],
            },
        ),
        *(
            migrations.RunSQL(CREATE.format(table=table), DROP.format(table=table))
            for table in ("equity_annualstatement", "equity_portalformversion")
        ),
    ]
