from pathlib import Path

import compliance.audit.models
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
TREE = (SQL / "tree.sql").read_text(encoding="utf-8")
REVERSE = (SQL / "tree_reverse.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('compliance_audit', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Horizon',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('position', models.BigIntegerField(default=0)),
                ('candidate', models.BigIntegerField(null=True)),
                ('candidate_xid', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('position', models.BigIntegerField(unique=True)),
                ('hash', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='SignedCheckpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('signed_at', models.DateTimeField()),
                ('note', models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='transaction',
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('index', models.BigIntegerField()),
                ('root', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'index'), name='audit_block_once')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('position', models.BigIntegerField(db_default=0, editable=False, primary_key=True, serialize=False)),
                ('transaction', models.BigIntegerField(db_default=0)),
                ('at', models.DateTimeField()),
                ('role', models.CharField(max_length=63)),
                ('table', models.CharField(max_length=63)),
                ('row', models.CharField(max_length=80)),
                ('operation', models.CharField(max_length=8)),
                ('salt', models.UUIDField()),
                ('before', models.JSONField(decoder=compliance.audit.models.ExactDecoder, null=True)),
                ('after', models.JSONField(decoder=compliance.audit.models.ExactDecoder, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['table', 'row', 'position'], name='audit_change_row')],
            },
        ),
        migrations.CreateModel(
            name='Anchoring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('token', models.BinaryField(null=True)),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='compliance_audit.signedcheckpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checkpoint', 'place'), name='audit_anchored_once')],
            },
        ),
        migrations.RunSQL(TREE, REVERSE),
    ]
