import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    initial = True

    # For compliance_append_only(); the functions look at granted roles when they are called.
    dependencies = [
        ("compliance_audit", "0002_append_only"),
        ("compliance_accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=40)),
                ('subject_type', models.CharField(max_length=80)),
                ('subject_id', models.UUIDField()),
                ('content', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('standing', models.BooleanField(default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='approvals_request_subject')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('standing', True)), fields=('act', 'subject_type', 'subject_id'), name='approval_one_standing_request')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('asked_by', models.UUIDField()),
                ('approved_by', models.UUIDField()),
                ('approved_at', models.DateTimeField()),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='approval', to='compliance_approvals.approvalrequest')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('asked_by', models.F('approved_by')), _negated=True), name='approval_by_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Consumption',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=40)),
                ('digest', models.CharField(max_length=64)),
                ('used_by_role', models.CharField(max_length=16)),
                ('used_by', models.UUIDField(null=True)),
                ('used_at', models.DateTimeField()),
                ('approval', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='consumption', to='compliance_approvals.approval')),
            ],
        ),
        migrations.RunSQL(
            (_SQL / "guards.sql").read_text(encoding="utf-8"),
            (_SQL / "guards_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
