"""The part of each account of an issuer; those there were keep all that they could do."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('equity', '0012_remarks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='issuermember',
            name='part',
            field=models.CharField(default='certifier', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='issuermember',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['preparer', 'accountant', 'certifier'])), name='issuer_member_part_known'),
        ),
    ]
