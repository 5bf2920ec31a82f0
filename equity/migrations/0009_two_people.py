"""Two officers for an opening, an account and a payout, where it matters or a portal asks."""

import compliance.vault.fields
import compliance.vault.indexes
import django.db.models.deletion
import uuid
from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('compliance_accounts', '0002_two_officers'),
        ('compliance_approvals', '0001_initial'),
        ('equity', '0008_duty_proof'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountInForce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('asked_by', models.UUIDField()),
                ('approved_by', models.UUIDField()),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='IssuerAccount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('institution', compliance.vault.fields.SealedTextField()),
                ('transit', compliance.vault.fields.SealedTextField()),
                ('number', compliance.vault.fields.SealedTextField()),
                ('holder', compliance.vault.fields.SealedTextField()),
                ('last_two', models.CharField(max_length=2)),
                ('details_index', compliance.vault.indexes.BlindIndexField(purpose='issuer.account', source='details')),
                ('proposed_by_role', models.CharField(max_length=16)),
                ('proposed_by', models.UUIDField()),
                ('proposed_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OfferingApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('asked_by', models.UUIDField(null=True)),
                ('approved_by', models.UUIDField()),
                ('approved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('asked_by', models.UUIDField()),
                ('approved_by', models.UUIDField()),
                ('paid_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='portal',
            name='approval_officers',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='portal',
            constraint=models.CheckConstraint(condition=models.Q(('approval_officers__in', [1, 2])), name='portal_one_or_two_officers'),
        ),
        migrations.AddField(
            model_name='accountinforce',
            name='consumption',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account_in_force', to='compliance_approvals.consumption'),
        ),
        migrations.AddField(
            model_name='accountinforce',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts_in_force', to='equity.issuer'),
        ),
        migrations.AddField(
            model_name='issueraccount',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='equity.issuer'),
        ),
        migrations.AddField(
            model_name='accountinforce',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='in_force', to='equity.issueraccount'),
        ),
        migrations.AddField(
            model_name='offeringapproval',
            name='consumption',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offering_approval', to='compliance_approvals.consumption'),
        ),
        migrations.AddField(
            model_name='offeringapproval',
            name='offering',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='approval', to='equity.offering'),
        ),
        migrations.AddField(
            model_name='offeringapproval',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='equity.version'),
        ),
        migrations.AddField(
            model_name='payout',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='equity.accountinforce'),
        ),
        migrations.AddField(
            model_name='payout',
            name='closing',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='payout', to='equity.closing'),
        ),
        migrations.AddField(
            model_name='payout',
            name='consumption',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='payout', to='compliance_approvals.consumption'),
        ),
        migrations.AddConstraint(
            model_name='accountinforce',
            constraint=models.UniqueConstraint(fields=('issuer', 'number'), name='account_in_force_once'),
        ),
        migrations.AddConstraint(
            model_name='accountinforce',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by', models.F('approved_by')), _negated=True), name='account_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='offeringapproval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked_by', None), ('consumption', None)), models.Q(('asked_by__isnull', False), ('consumption__isnull', False), models.Q(('asked_by', models.F('approved_by')), _negated=True)), _connector='OR'), name='offering_approval_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by', models.F('approved_by')), _negated=True), name='payout_by_two_people'),
        ),
        migrations.RunSQL(
            (_SQL / "two_people.sql").read_text(encoding="utf-8"),
            (_SQL / "two_people_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
