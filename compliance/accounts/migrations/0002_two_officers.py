"""Who holds a role by the id that approvals keep, and a new officer by two officers only."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
_REVERSE = """
DROP TRIGGER compliance_accounts_keep_grant ON compliance_accounts_rolegrant;
DROP FUNCTION compliance_accounts_keep_grant();
"""
# As compliance.accounts.selectors.user_uuid makes them, for ever.
_HOST_USERS = uuid.UUID("8d8d3a0e-6f0d-5c52-9a53-0f1a6a7f4c11")


def _named(pk, label):
    if pk is None or isinstance(pk, uuid.UUID):
        return pk
    return uuid.uuid5(_HOST_USERS, f"{label}:{pk}")


def name_people(apps, schema_editor):
    label = settings.AUTH_USER_MODEL.lower()
    for grant in apps.get_model("compliance_accounts", "RoleGrant").objects.all():
        grant.holder = _named(grant.user_id, label)
        grant.granter = _named(grant.granted_by_id, label)
        grant.save(update_fields=["holder", "granter"])


class Migration(migrations.Migration):
    dependencies = [
        ("compliance_accounts", "0001_initial"),
        ("compliance_approvals", "0001_initial"),
    ]

    operations = [
        migrations.AddField("rolegrant", "holder", models.UUIDField(null=True)),
        migrations.AddField("rolegrant", "granter", models.UUIDField(null=True)),
        migrations.RunPython(name_people, migrations.RunPython.noop),
        migrations.AlterField("rolegrant", "holder", models.UUIDField(db_index=True)),
        migrations.AddField(
            "rolegrant",
            "consumption",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="role_grant",
                to="compliance_approvals.consumption",
            ),
        ),
        migrations.RunSQL((_SQL / "grants.sql").read_text(encoding="utf-8"), _REVERSE),
    ]
