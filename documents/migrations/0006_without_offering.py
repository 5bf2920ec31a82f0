"""Documents of no one offering: what a portal says of itself, and what a holder has at year end."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0005_wording_versions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='offering_id',
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('offering_id__isnull', False), models.Q(('kind__in', ('annual_statement', 'portal_individual_information', 'portal_information', 'portal_resources_certificate')), _negated=True)), models.Q(('kind__in', ('annual_statement', 'portal_individual_information', 'portal_information', 'portal_resources_certificate')), ('offering_id', None)), _connector='OR'), name='document_of_an_offering_or_of_none'),
        ),
    ]
