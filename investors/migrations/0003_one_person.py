from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parent / "sql"
_REVERSE = """
DROP TRIGGER investors_login_append_only ON investors_login;
DROP TRIGGER investors_two_persons ON compliance_approvals_approval;
DROP FUNCTION investors_two_persons();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance_accounts", "0002_two_officers"),
        ("compliance_approvals", "0001_initial"),
        ("investors", "0002_append_only"),
    ]

    operations = [
        migrations.RunSQL((_SQL / "one_person.sql").read_text(encoding="utf-8"), _REVERSE)
    ]
