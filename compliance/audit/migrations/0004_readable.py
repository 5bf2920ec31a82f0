"""What stands in the trail can be read by everybody, and an entry is not added to afterwards."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("compliance_audit", "0003_tree")]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["transaction"], name="audit_change_transaction"),
        ),
        migrations.RunSQL(
            (SQL / "readable.sql").read_text(encoding="utf-8"),
            (SQL / "readable_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
