"""Partners and advisers of an issuer read, and change nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0017_resealed'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='issuermember',
            name='issuer_member_part_known',
        ),
        migrations.AddConstraint(
            model_name='issuermember',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['preparer', 'accountant', 'certifier', 'reader'])), name='issuer_member_part_known'),
        ),
    ]
