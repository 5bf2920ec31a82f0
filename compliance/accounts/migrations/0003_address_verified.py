"""When the address of an account was verified. An account that is there already was never asked:
it stays unverified until its owner opens the link, and is asked before it subscribes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compliance_accounts", "0002_two_officers")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="address_verified_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="address verified"),
        ),
    ]
