"""The ledger says what the subscriptions say, and money leaves the trust account once."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = (("equity", "0006_closing_guards"),)

    operations = (
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                condition=Q(account="trust", amount__lt=0),
                fields=("subscription",),
                name="money_leaves_trust_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                condition=Q(account="refunds", amount__lt=0),
                fields=("subscription",),
                name="refund_is_due_once",
            ),
        ),
        migrations.RunSQL(
            sql=(_SQL / "ledger.sql").read_text(encoding="utf-8"),
            reverse_sql=(_SQL / "ledger_reverse.sql").read_text(encoding="utf-8"),
        ),
    )
