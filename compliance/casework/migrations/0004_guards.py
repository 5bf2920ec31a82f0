"""The words of a settled case are in its decision alone; the guards of cases, in SQL."""

from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance_audit", "0002_append_only"),
        ("compliance_casework", "0003_decided"),
    ]

    operations = [
        migrations.RemoveField(model_name="case", name="outcome"),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', True), ('due_on__isnull', True), ('near_at__isnull', True)), models.Q(('due_at__isnull', False), ('due_on__isnull', False), ('near_at__lt', models.F('due_at'))), _connector='OR'), name='casework_case_deadline_whole'),
        ),
        migrations.RunSQL(
            sql=(_SQL / "cases.sql").read_text(encoding="utf-8"),
            reverse_sql=(_SQL / "cases_reverse.sql").read_text(encoding="utf-8"),
        ),
    ]
