"""The seal of a document and its later time stamps: rows that are only added."""

import compliance.vault.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


TABLES = ("documents_seal", "documents_sealstamp")
# Sealed bytes are rewritten, by the owner alone, when the data keys are rotated.
CREATE = """
CREATE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
"""
DROP = "DROP TRIGGER {table}_append_only ON {table};"


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_two_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('increment', compliance.vault.fields.SealedBytesField(editable=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('stamped_at', models.DateTimeField(null=True)),
                ('stamp_ends', models.DateTimeField(db_index=True, null=True)),
                ('covered', models.CharField(db_index=True, max_length=64)),
                ('level', models.CharField(choices=[('B-B', 'B-B'), ('B-LTA', 'B-LTA')], max_length=5)),
                ('fingerprint', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
                ('time_uncertain', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SealStamp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('increment', compliance.vault.fields.SealedBytesField(editable=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('stamped_at', models.DateTimeField(null=True)),
                ('stamp_ends', models.DateTimeField(db_index=True, null=True)),
                ('number', models.PositiveIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('sha256__gt', '')), fields=['sha256'], name='documents_by_digest'),
        ),
        migrations.AddField(
            model_name='seal',
            name='document',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='documents.document'),
        ),
        migrations.AddField(
            model_name='sealstamp',
            name='seal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stamps', to='documents.seal'),
        ),
        migrations.AddConstraint(
            model_name='sealstamp',
            constraint=models.UniqueConstraint(fields=('seal', 'number'), name='seal_stamp_once'),
        ),
        *(
            migrations.RunSQL(CREATE.format(table=table), DROP.format(table=table))
            for table in TABLES
        ),
    ]
