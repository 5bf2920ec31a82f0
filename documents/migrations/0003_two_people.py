"""Prescribed wording is confirmed by an approval of two officers, of what one of them compared."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
_REVERSE = """
DROP TRIGGER documents_wordingcomparison_append_only ON documents_wordingcomparison;
DROP TRIGGER documents_confirmed_as_compared ON documents_wordingconfirmation;
DROP FUNCTION documents_confirmed_as_compared();
"""


class Migration(migrations.Migration):
    # No service ever wrote a confirmation before this: the columns need no value for older rows.
    dependencies = [
        ("compliance_approvals", "0001_initial"),
        ("documents", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="WordingComparison",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("statement", models.CharField(max_length=10)),
                ("language", models.CharField(max_length=2)),
                ("text_digest", models.CharField(max_length=64)),
                ("source", models.TextField()),
                ("source_digest", models.CharField(max_length=64)),
                ("compared_by", models.UUIDField()),
                ("compared_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField("wordingconfirmation", "source_digest", models.CharField(max_length=64)),
        migrations.AddField(
            "wordingconfirmation",
            "consumption",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="wording_confirmation",
                to="compliance_approvals.consumption",
            ),
        ),
        migrations.RunSQL((_SQL / "wording.sql").read_text(encoding="utf-8"), _REVERSE),
    ]
