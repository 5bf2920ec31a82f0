"""What two people signed is what closes, held by the database."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = (("equity", "0005_resealing"),)

    operations = (
        migrations.RunSQL(
            sql=(_SQL / "closing.sql").read_text(encoding="utf-8"),
            reverse_sql=(_SQL / "closing_reverse.sql").read_text(encoding="utf-8"),
        ),
    )
