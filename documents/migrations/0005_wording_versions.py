"""Prescribed wording that a portal puts in, version by version, and confirms by two people."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
_BEFORE = (_SQL / "wording.sql").read_text(encoding="utf-8").partition("CREATE TRIGGER")[0]
_REVERSE = """
DROP TRIGGER documents_wordingversion_append_only ON documents_wordingversion;
DROP TRIGGER documents_version_as_said ON documents_wordingversion;
DROP FUNCTION documents_version_as_said();
""" + _BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_seals")]

    operations = [
        migrations.AddField(
            "document",
            "wording",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="WordingVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("statement", models.CharField(max_length=10)),
                ("applies_to", models.CharField(blank=True, default="", max_length=10)),
                ("language", models.CharField(max_length=2)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("text_digest", models.CharField(max_length=64)),
                ("source", models.TextField()),
                ("source_digest", models.CharField(blank=True, default="", max_length=64)),
                ("reference", models.TextField(blank=True, default="")),
                ("effective_from", models.DateField()),
                ("grade", models.CharField(max_length=10)),
                ("prepared_by", models.TextField(blank=True, default="")),
                ("imported_by", models.UUIDField()),
                ("imported_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("statement", "applies_to", "language", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("statement", "applies_to", "language", "number"),
                        name="wording_version_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("grade", "verified"), _negated=True), models.Q(("source_digest", ""), _negated=True), _connector="OR"),
                        name="wording_verified_by_file",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "wordingcomparison",
            "version",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="documents.wordingversion",
            ),
        ),
        migrations.AddField(
            "wordingconfirmation",
            "version",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmation",
                to="documents.wordingversion",
            ),
        ),
        migrations.RemoveConstraint("wordingconfirmation", "wording_confirmed_once"),
        migrations.AddConstraint(
            "wordingconfirmation",
            models.UniqueConstraint(
                fields=("statement", "language", "text_digest"),
                condition=models.Q(("version", None)),
                name="wording_confirmed_once",
            ),
        ),
        migrations.RunSQL((_SQL / "wording_versions.sql").read_text(encoding="utf-8"), _REVERSE),
    ]
