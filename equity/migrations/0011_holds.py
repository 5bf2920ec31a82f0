"""No closing is paid out while a flag holds it back that no two officers overrode."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('compliance_casework', '0005_overrides'),
        ('equity', '0010_corrections'),
        ('investors', '0005_likeness_of_all'),
    ]

    operations = [
        migrations.RunSQL(
            (_SQL / "holds.sql").read_text(encoding="utf-8"),
            (_SQL / "holds_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
