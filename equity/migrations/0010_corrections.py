"""A payment recorded in error is taken back by an entry of its own, by two officers."""

import django.db.models.deletion
from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('compliance_approvals', '0001_initial'),
        ('equity', '0009_two_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('reason', models.CharField(choices=[('wrong_subscription', 'Wrong Subscription'), ('returned', 'Returned'), ('wrong_amount', 'Wrong Amount')], max_length=20)),
                ('asked_by', models.UUIDField()),
                ('approved_by', models.UUIDField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='journalentry',
            name='journal_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='posting',
            name='money_leaves_trust_once',
        ),
        migrations.AddField(
            model_name='posting',
            name='correction',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='kind',
            field=models.CharField(choices=[('payment', 'Payment'), ('refund_due', 'Refund Due'), ('refund_paid', 'Refund Paid'), ('release', 'Release'), ('correction', 'Correction')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='journalentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['payment', 'refund_due', 'refund_paid', 'release', 'correction'])), name='journal_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(condition=models.Q(('account', 'trust'), ('amount__lt', 0), ('correction', False)), fields=('subscription',), name='money_leaves_trust_once'),
        ),
        migrations.AddField(
            model_name='correction',
            name='consumption',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='compliance_approvals.consumption'),
        ),
        migrations.AddField(
            model_name='correction',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='equity.journalentry'),
        ),
        migrations.AddField(
            model_name='correction',
            name='reverses',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='equity.journalentry'),
        ),
        migrations.AddField(
            model_name='correction',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='equity.subscription'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by', models.F('approved_by')), _negated=True), name='correction_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['wrong_subscription', 'returned', 'wrong_amount'])), name='correction_reason_known'),
        ),
        migrations.RunSQL(
            (_SQL / "corrections.sql").read_text(encoding="utf-8"),
            (_SQL / "corrections_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
