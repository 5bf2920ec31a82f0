"""Nothing is done without its proof, and what is done stays so; changes of a portal, calendars."""

from pathlib import Path

import compliance.vault.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
# No proof was asked for before this migration; what was done without one says so.
UNPROVEN = """
UPDATE equity_duty SET reference = '(non consignée)'
 WHERE done_at IS NOT NULL AND reference = '' AND code NOT IN ('duty.refund', 'duty.notify_amendment')
"""

class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0007_ledger'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProofFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', compliance.vault.fields.SealedTextField()),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', compliance.vault.fields.SealedBytesField(editable=False)),
                ('kept_at', models.DateTimeField()),
                ('kept_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('media_type__in', ['application/pdf', 'image/jpeg', 'image/png'])), name='proof_file_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0)), name='proof_file_not_empty')],
            },
        ),
        migrations.AddField(
            model_name='duty',
            name='file',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='equity.prooffile'),
        ),
        migrations.RunSQL(UNPROVEN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None), ('file', None), ('reference', '')), models.Q(models.Q(('done_at__isnull', False), models.Q(('done_by__isnull', False), ('code', 'duty.certify_resources'), _connector='OR')), ('code__in', ['duty.notify_amendment', 'duty.refund'])), models.Q(models.Q(('done_at__isnull', False), models.Q(('done_by__isnull', False), ('code', 'duty.certify_resources'), _connector='OR')), models.Q(('reference__regex', '\\S'), ('file__isnull', False), _connector='OR')), _connector='OR'), name='duty_done_with_proof'),
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner', models.UUIDField(unique=True)),
                ('token_digest', models.CharField(max_length=64, null=True, unique=True)),
                ('language', models.CharField(max_length=2)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('language__in', ['fr', 'en'])), name='calendar_language_known')],
            },
        ),
        migrations.CreateModel(
            name='PortalChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('form', models.CharField(choices=[('f3', 'F3'), ('f4', 'F4')], max_length=2)),
                ('what', compliance.vault.fields.SealedTextField()),
                ('happened_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.UUIDField()),
                ('portal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='equity.portal')),
            ],
        ),
        migrations.CreateModel(
            name='ChangeNotice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('jurisdiction', models.CharField(max_length=2)),
                ('notified_on', models.DateField()),
                ('reference', models.CharField(blank=True, default='', max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.UUIDField()),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='equity.prooffile')),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='equity.portalchange')),
            ],
        ),
        migrations.AddConstraint(
            model_name='portalchange',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['f3', 'f4'])), name='portal_change_of_a_known_form'),
        ),
        migrations.AddConstraint(
            model_name='changenotice',
            constraint=models.UniqueConstraint(fields=('change', 'jurisdiction'), name='change_notified_once'),
        ),
        migrations.AddConstraint(
            model_name='changenotice',
            constraint=models.CheckConstraint(condition=models.Q(('reference__regex', '\\S'), ('file__isnull', False), _connector='OR'), name='change_notified_with_proof'),
        ),
        migrations.RunSQL(
            sql=(_SQL / "duty.sql").read_text(encoding="utf-8"),
            reverse_sql=(_SQL / "duty_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
