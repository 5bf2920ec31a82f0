"""A hold is overridden by two officers, for the flags and the reason that they agreed on."""

import compliance.vault.fields
import compliance.vault.indexes
import django.db.models.deletion
import uuid
from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('compliance_approvals', '0001_initial'),
        ('compliance_casework', '0004_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.UUIDField()),
                ('approved_by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('consumption', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='override', to='compliance_approvals.consumption')),
            ],
        ),
        migrations.AddField(
            model_name='caseflag',
            name='override',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='compliance_casework.override'),
        ),
        migrations.CreateModel(
            name='OverrideReason',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', compliance.vault.fields.SealedTextField()),
                ('reason_index', compliance.vault.indexes.BlindIndexField(purpose='casework.override', source='reason')),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.UUIDField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='override_reasons', to='compliance_casework.case')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='override',
            name='reason',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='overridden', to='compliance_casework.overridereason'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by', models.F('approved_by')), _negated=True), name='override_by_two_people'),
        ),
        migrations.RunSQL(
            sql=(_SQL / "overrides.sql").read_text(encoding="utf-8"),
            reverse_sql=(_SQL / "overrides_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
