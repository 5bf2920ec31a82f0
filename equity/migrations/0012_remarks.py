"""What officers ask to change item by item, and what issuers answer: both only grow."""

import compliance.vault.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

CREATE = """
CREATE TRIGGER {table}_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
"""
DROP = "DROP TRIGGER {table}_append_only ON {table};"


class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0011_holds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('request', models.PositiveIntegerField()),
                ('order', models.PositiveIntegerField()),
                ('item', models.CharField(blank=True, max_length=8)),
                ('text', compliance.vault.fields.SealedTextField()),
                ('asked_by', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('offering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='equity.offering')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='equity.version')),
            ],
            options={
                'ordering': ('request', 'order'),
            },
        ),
        migrations.CreateModel(
            name='RemarkAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('text', compliance.vault.fields.SealedTextField()),
                ('answered_at', models.DateTimeField()),
                ('remark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='equity.remark')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.UniqueConstraint(fields=('offering', 'request', 'order'), name='remark_order_once'),
        ),
        migrations.AddConstraint(
            model_name='remarkanswer',
            constraint=models.UniqueConstraint(fields=('remark', 'number'), name='remark_answer_number_once'),
        ),
        *(
            migrations.RunSQL(CREATE.format(table=table), DROP.format(table=table))
            for table in ("equity_remark", "equity_remarkanswer")
        ),
    ]
