"""Limits, legal moves, the balance of the ledger and what was agreed, held by the database."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = (("equity", "0003_notice"), ("investors", "0002_append_only"))

    operations = (
        migrations.RunSQL(
            sql=(_SQL / "guards.sql").read_text(encoding="utf-8"),
            reverse_sql=(_SQL / "guards_reverse.sql").read_text(encoding="utf-8"),
        ),
    )
